"""The one way in: a census becomes the rows of a mission, all of it or nothing.

Rows keep their key as long as their reference stays. A firm, an interview, a project, a cost line, an aid, a line of
a partner, a confirmation or a decision that the census no longer names is withdrawn, not removed: old studies and
decisions still name it, and it comes back, the same row, when a later census names it again.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from rebond.errors import FactsError, Fault
from rebond.facts import AidObtained, Census, Confirmation, Descent, Interview, Project
from rebond.history import Kind
from rebond.history.changes import reference_of
from rebond.referrals.followed import out_of_order
from rebond.web.advice.facts import write_accompaniments, write_meetings
from rebond.web.firms.facts import write_aids, write_firms
from rebond.web.interviews.facts import write_interviews
from rebond.web.linkage.facts import write_link_decisions
from rebond.web.missions import models
from rebond.web.missions.columns import columns
from rebond.web.missions.derived import write_derived
from rebond.web.missions.extract import Extract, holds, placed
from rebond.web.missions.facts import ANNOUNCEMENT, CONFIRMATION, DESCENT, SETTINGS, ZONE
from rebond.web.missions.fitting import check_fits
from rebond.web.missions.models import Mission
from rebond.web.missions.syncing import Changes, sync
from rebond.web.portfolio.facts import (
    write_committee_decisions,
    write_criteria,
    write_envelope,
    write_marks,
    write_recusals,
    write_statements,
    write_weights,
)
from rebond.web.portfolio.standing import check_names
from rebond.web.projects.facts import write_partner_entries, write_projects
from rebond.web.referrals.facts import write_referrals, write_steps
from rebond.web.roadmap.facts import write_actions, write_progress

if TYPE_CHECKING:
    from rebond.web.accounts.models import User


@transaction.atomic
def write_census(mission: Mission, census: Census, *, by: User | None = None, extract: Extract | None = None) -> bool:
    """Make the facts and decisions of a mission those of a census; ``False`` when they already were.

    ``by``: who brings it, kept with the mission; ``None`` for a command. Raises ``FactsError``, with every fault, when
    the census names what it does not hold, or when a column could not give a value back; nothing is then written.
    ``extract``: what the census holds of the mission; the rest stays as it is.
    """
    check_references(census)
    check_names(mission, census)
    held = Mission.objects.select_for_update().get(pk=mission.pk)
    if extract is not None:
        extract = placed(held, extract, census)
    firms = write_firms(held, census.firms, extract)
    interviews = write_interviews(held, census.interviews, firms, extract)
    projects = write_projects(held, census.projects, firms, extract)
    write_aids(held, census.aids, firms, {ref: row.pk for ref, row in projects.rows.items()}, extract)
    for revised in (firms, interviews, projects):
        revised.bump()
    referrals = write_referrals(held, census.referrals, projects, extract)
    accompanied = write_accompaniments(held, census.accompaniments, projects, extract)
    accompanied.bump()
    written: list[Changes[Any]] = [
        firms,
        interviews,
        projects,
        write_partner_entries(held, census.partner_entries, extract),
        write_committee_decisions(held, census.decisions, projects, extract),
        write_marks(held, census.marks, projects, extract),
        write_recusals(held, census.recusals, firms, extract),
        referrals,
        write_steps(held, census.referral_steps, referrals, extract),
        accompanied,
        write_meetings(held, census.meetings, accompanied, extract),
        *([write_statements(held, census.opinions)] if holds(extract, Kind.OPINION) else []),
        *([_write_confirmations(held, census.confirmations)] if holds(extract, Kind.CONFIRMATION) else []),
        *([write_link_decisions(held, census.link_decisions)] if holds(extract, Kind.LINK) else []),
        *(_write_roadmap(held, census) if holds(extract, Kind.ACTION) else ()),
        *([_write_lineage(held, census.lineage)] if holds(extract, Kind.DESCENT) else []),
    ]
    changed = any(changes.any for changes in written)
    if holds(extract, Kind.SETTINGS):
        changed = _write_settings(held, census) or changed
    if changed or held.facts_state is None:
        held.facts_state, held.facts_at, held.facts_by = uuid.uuid4(), timezone.now(), by
        held.save(update_fields=["facts_state", "facts_at", "facts_by"])
        write_derived(held, extract)
    mission.refresh_from_db()
    return changed


def _write_settings(mission: Mission, census: Census) -> bool:
    """The settings with the envelope, the weights and the zone assumptions: one sheet, one revision."""
    settings = census.settings
    values = {
        **columns(settings, (*SETTINGS, "territory_article")),
        **columns(settings.announcement, ANNOUNCEMENT),
        "logos": list(settings.announcement.logos),
        "epcis": list(settings.epcis),
        "repairs": list(census.repairs),
    }
    different = [name for name, value in values.items() if getattr(mission, name) != value]
    for name in different:
        setattr(mission, name, values[name])
    check_fits(Mission, [mission], different)
    hung = (
        write_envelope(mission, settings.envelope),
        write_weights(mission, settings.weights),
        write_criteria(mission, settings.criteria),
        _write_zones(mission, census),
    )
    changed = bool(different) or any(changes.any for changes in hung)
    if changed and mission.facts_state is not None:
        mission.revision += 1
    if changed:
        mission.save(update_fields=[*different, "revision"])
    return changed


def _write_zones(mission: Mission, census: Census) -> Changes[models.ZoneAssumption]:
    return sync(
        models.ZoneAssumption,
        models.ZoneAssumption.ever.of(mission),
        {
            position: {
                "mission_id": mission.pk,
                "position": position,
                **columns(zone, ZONE),
                "communes": sorted(zone.communes),
            }
            for position, zone in enumerate(census.settings.zone_assumptions)
        },
        key=lambda row: row.position,
    )


def _write_confirmations(mission: Mission, confirmations: tuple[Confirmation, ...]) -> Changes[models.Confirmation]:
    """An answer is named by all that it says, and by its rank among those that say the same."""
    said: Counter[tuple[object, ...]] = Counter()

    def key(row: Confirmation | models.Confirmation) -> tuple[object, ...]:
        words = (row.kind, row.subject, tuple(row.marks), row.by, row.on)
        said[words] += 1
        return (*words, said[words])

    wanted = {
        key(each): {
            "mission_id": mission.pk,
            "position": position,
            **columns(each, CONFIRMATION),
            "marks": list(each.marks),
        }
        for position, each in enumerate(confirmations)
    }
    said.clear()
    return sync(
        models.Confirmation,
        models.Confirmation.ever.of(mission).order_by("pk"),
        wanted,
        key=key,
        quiet=("position",),
    )


def _write_lineage(mission: Mission, lineage: tuple[Descent, ...]) -> Changes[models.Descent]:
    return sync(
        models.Descent,
        models.Descent.ever.of(mission),
        {
            (each.act.value, each.origin, each.became): {
                "mission_id": mission.pk,
                "position": position,
                "act": each.act.value,
                **columns(each, DESCENT),
            }
            for position, each in enumerate(lineage)
        },
        key=lambda row: (row.act, row.origin, row.became),
        quiet=("position",),
    )


def _write_roadmap(mission: Mission, census: Census) -> tuple[Changes[Any], Changes[Any]]:
    """The actions with their progress: an extract holds both or none."""
    actions = write_actions(mission, census.actions)
    return actions, write_progress(mission, census.progress, actions)


def check_references(census: Census) -> None:
    """Raise ``FactsError`` with every reference that is given twice, and every one that names nothing."""
    faults = [
        *_repeated(census),
        *_dangling(census),
        *_out_of_order(census),
        *_accompanied_twice(census),
        *_several_calls(census),
    ]
    if faults:
        raise FactsError(faults)


def _several_calls(census: Census) -> Iterator[Fault]:
    """The site shows one call: of several it would show figures that are not those of the whole."""
    if census.settings.calls:
        yield Fault(
            where="feuille « autres appels »",
            found=", ".join(str(call.dispositif) for call in census.settings.calls),
            problem="cette mission a plusieurs appels, et le site n'en montre qu'un",
            mend="les allouer ensemble par « rebond portfolio calls CLASSEUR », ou n'en laisser qu'un dans le classeur",
        )


def _repeated(census: Census) -> Iterator[Fault]:
    named: dict[str, Iterable[str]] = {
        "entreprises": (row.id for row in census.firms),
        "entretiens": (row.id for row in census.interviews),
        "projets": (row.id for row in census.projects),
        "aides obtenues": (row.id for row in census.aids),
        "listes des partenaires": (row.id for row in census.partner_entries),
        "décisions du comité": (row.project_id for row in census.decisions),
        "rapprochements décidés": (" et ".join(row.pair) for row in census.link_decisions),
        "notes des évaluateurs": (reference_of(Kind.MARK, row) for row in census.marks),
        "déports": (reference_of(Kind.RECUSAL, row) for row in census.recusals),
        "orientations envoyées": (row.id for row in census.referrals),
        "suites des orientations": (reference_of(Kind.REFERRAL_STEP, row) for row in census.referral_steps),
        "feuille de route": (row.id for row in census.actions),
        "avancement des actions": (reference_of(Kind.PROGRESS, row) for row in census.progress),
        "accompagnements": (row.id for row in census.accompaniments),
        "rendez-vous de conseil": (reference_of(Kind.MEETING, row) for row in census.meetings),
        "avis sur les poids": (row.label for row in census.opinions),
        "filiations": (f"{row.act.label} : {row.origin}, {row.became}" for row in census.lineage),
        **{f"postes de dépense du projet {row.id}": (line.id for line in row.costs) for row in census.projects},
    }
    for where, refs in named.items():
        for ref, times in Counter(refs).items():
            if times > 1:
                yield Fault(where=where, found=ref, problem=f"référence donnée {times} fois", mend="en changer")


def _dangling(census: Census) -> Iterator[Fault]:
    firms, projects = {row.id for row in census.firms}, {row.id for row in census.projects}
    accompanied = {row.id for row in census.accompaniments}
    actions, sent = {row.id for row in census.actions}, {row.id for row in census.referrals}
    owned: tuple[tuple[str, tuple[Project | Interview | AidObtained, ...]], ...] = (
        ("projet", census.projects),
        ("entretien", census.interviews),
        ("aide", census.aids),
    )
    for noun, rows in owned:
        for row in rows:
            if row.firm_id not in firms:
                yield _unknown(f"{noun} {row.id}", row.firm_id, "entreprise")
    named: tuple[tuple[str, Iterable[str], Collection[str], str], ...] = (
        ("décisions du comité", (row.project_id for row in census.decisions), projects, "projet"),
        ("notes des évaluateurs", (row.project_id for row in census.marks), projects, "projet"),
        ("déports", (row.firm_id for row in census.recusals), firms, "entreprise"),
        ("avancement des actions", (row.action_id for row in census.progress), actions, "action"),
        ("orientations envoyées", (row.project_id for row in census.referrals), projects, "projet"),
        ("suites des orientations", (row.referral_id for row in census.referral_steps), sent, "orientation envoyée"),
        ("accompagnements", (row.project_id for row in census.accompaniments), projects, "projet"),
        ("rendez-vous de conseil", (row.accompaniment_id for row in census.meetings), accompanied, "accompagnement"),
    )
    for aid in census.aids:
        if aid.project_id and aid.project_id not in projects:
            yield _unknown(f"aide {aid.id}", aid.project_id, "projet")
    for where, refs, held, what in named:
        yield from (_unknown(where, ref, what) for ref in refs if ref not in held)


def _out_of_order(census: Census) -> Iterator[Fault]:
    for step, problem in out_of_order(census.referrals, census.referral_steps):
        yield Fault(
            where=f"suites des orientations, étape {reference_of(Kind.REFERRAL_STEP, step)}",
            found=step.state.label,
            problem=problem,
            mend="corriger cette étape, ou celle qui la précède",
        )


def _accompanied_twice(census: Census) -> Iterator[Fault]:
    times = Counter(each.project_id for each in census.accompaniments if each.is_open)
    for ref, number in times.items():
        if number > 1:
            yield Fault(
                where=f"projet {ref}",
                problem=f"{number} accompagnements ouverts : un projet n'a qu'un conseil à la fois",
                mend="clore les autres",
            )


def _unknown(where: str, ref: str, what: str) -> Fault:
    return Fault(
        where=where,
        found=ref,
        problem=f"aucune ligne ne porte cette référence ({what})",
        mend="l'ajouter ou corriger la référence",
    )
