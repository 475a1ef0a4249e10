"""Referrals and their steps, from rows to the core and back."""

from __future__ import annotations

from typing import Any

from rebond import facts as core
from rebond.errors import FactsError, Fault
from rebond.facts import ReferralState
from rebond.history import Kind
from rebond.history.changes import reference_of
from rebond.web.missions.columns import columns, fields
from rebond.web.missions.extract import Extract, place, within
from rebond.web.missions.models import Mission
from rebond.web.missions.syncing import Changes, only_added, sync
from rebond.web.projects.models import Project
from rebond.web.referrals.models import ReferralStep, SentReferral

REFERRAL = ("organisation", "asked", "why", "expected", "sent_on", "answer_by", "sent_by", "words")
STEP = ("number", "on", "dispositif", "asked", "granted", "paid", "jobs", "by", "reason", "answer_by")


def referral_of(row: SentReferral) -> core.SentReferral:
    """A referral whose project is read."""
    return core.SentReferral(
        id=row.ref, project_id=row.project.ref, dispositifs=tuple(row.dispositifs), **fields(row, REFERRAL)
    )


def step_of(row: ReferralStep, referral: str) -> core.ReferralStep:
    """A step, of the referral of that reference."""
    return core.ReferralStep(referral_id=referral, state=ReferralState(row.state), **fields(row, STEP))


def referrals_of(mission: Mission, extract: Extract | None = None) -> tuple[core.SentReferral, ...]:
    """What was sent, in the order of sending; one query."""
    held = within(SentReferral.objects.of(mission), extract, Kind.REFERRAL)
    return tuple(map(referral_of, held.select_related("project").order_by("position", "pk")))


def steps_of(mission: Mission, extract: Extract | None = None) -> tuple[core.ReferralStep, ...]:
    """Every step of what was sent; one query."""
    held = within(ReferralStep.objects.of(mission), extract, Kind.REFERRAL_STEP)
    rows = held.select_related("referral").order_by("position", "pk")
    return tuple(step_of(row, row.referral.ref) for row in rows)


def write_referrals(
    mission: Mission,
    referrals: tuple[core.SentReferral, ...],
    projects: Changes[Project],
    extract: Extract | None = None,
) -> Changes[SentReferral]:
    """What was sent; ``FactsError`` for one that would go to another organisation, and give it what was said before."""
    rows = list(within(SentReferral.ever.of(mission), extract, Kind.REFERRAL))
    sent_to = {each.id: each.organisation for each in referrals}
    faults = [_elsewhere(row) for row in rows if sent_to.get(row.ref, row.organisation) != row.organisation]
    if faults:
        raise FactsError(faults)
    return sync(
        SentReferral,
        rows,
        {
            each.id: {
                "project_id": projects.rows[each.project_id].pk,
                "ref": each.id,
                "position": place(extract, Kind.REFERRAL, each.id, position),
                "dispositifs": list(each.dispositifs),
                **columns(each, REFERRAL),
            }
            for position, each in enumerate(referrals)
        },
        key=lambda row: row.ref,
        quiet=("position",),
    )


def write_steps(
    mission: Mission,
    steps: tuple[core.ReferralStep, ...],
    referrals: Changes[SentReferral],
    extract: Extract | None = None,
) -> Changes[ReferralStep]:
    """The steps that a census has more; raises ``FactsError`` for one that would not be what it was."""
    wanted: dict[str, dict[str, Any]] = {}
    for rank, each in enumerate(steps):
        ref = reference_of(Kind.REFERRAL_STEP, each)
        wanted[ref] = {
            "referral_id": referrals.rows[each.referral_id].pk,
            "ref": ref,
            "position": place(extract, Kind.REFERRAL_STEP, ref, rank),
            "state": each.state.value,
            **columns(each, STEP),
        }
    return only_added(
        ReferralStep,
        within(ReferralStep.ever.of(mission), extract, Kind.REFERRAL_STEP),
        wanted,
        key=lambda row: row.ref,
        already=lambda row: f"étape déjà notée sous le numéro {row.number} : elle ne se modifie pas",
    )


def _elsewhere(row: SentReferral) -> Fault:
    return Fault(
        where=f"{row._meta.verbose_name} {row.ref}",
        found=row.organisation,
        problem="orientation déjà envoyée à cette organisation : elle ne change pas de destinataire",
        mend="laisser cette ligne telle quelle, et en ajouter une, d'un autre identifiant, pour l'autre organisation",
    )
