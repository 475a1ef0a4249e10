"""Undoing a sending: what it put at the disposal of an organisation is offered to be taken back with it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from rebond.history import Kind
from rebond.restitution.typography import typeset
from rebond.web.accounts.models import User
from rebond.web.advice.models import Accompaniment
from rebond.web.disclosure import acts
from rebond.web.disclosure.models import Shared
from rebond.web.editing.going_with import Offer, goes_with
from rebond.web.journal.models import Entry
from rebond.web.missions.models import Mission
from rebond.web.referrals.models import SentReferral

BOX = "retirer_disposition"


@goes_with
def disposal_of_a_sending(user: User, mission: Mission, entries: Sequence[Entry]) -> Offer | None:
    """The projects that a sending opened to its organisations, and that nothing else calls for."""
    began = {
        each.ref: each.at
        for each in entries
        if each.kind == Kind.REFERRAL.value and not each.path and each.before is None and each.after is not None
    }
    if not began:
        return None
    undone = SentReferral.ever.of(mission).filter(ref__in=began).select_related("project")
    pairs = {(row.project_id, row.organisation): row for row in undone}
    held = Shared.objects.may_change(user).of(mission).filter(project__in={project for project, _ in pairs})
    rows = [
        (row, pairs[key])
        for row in held.select_related("project", "organisation").order_by("project__ref", "pk")
        if row.organisation is not None and (key := (row.project_id, row.organisation.code or "")) in pairs
    ]
    if not rows:
        return None
    wanted = _still_wanted(mission, {row.project_id for row, _ in rows}, began)
    taken, stays = [], []
    for row, sent in rows:
        said = f"{row.project.title} → {row.organisation}"
        if row.at < began[sent.ref]:
            stays.append(typeset(f"{said} : à sa disposition avant cet envoi"))
        elif reason := wanted.get((row.project_id, sent.organisation)):
            stays.append(typeset(f"{said} : {reason}"))
        else:
            taken.append((row, typeset(said)))
    if not taken:
        return None
    many = len(taken) > 1

    def take(by: User) -> str:
        for row, _ in taken:
            acts.take_back(mission, row, by=by)
        return typeset(f"{len(taken)} mise{'s' if many else ''} à disposition retirée{'s' if many else ''}.")

    return Offer(
        name=BOX,
        label=f"Retirer aussi {'ces projets' if many else 'ce projet'} de la disposition de l’organisation",
        items=tuple(said for _, said in taken),
        stays=tuple(stays),
        take=take,
    )


def _still_wanted(mission: Mission, projects: Collection[int], undone: Collection[str]) -> dict[tuple[int, str], str]:
    """Project and organisation → what else the organisation reads the project for."""
    found = {}
    for sent in SentReferral.objects.of(mission).filter(project__in=projects).exclude(ref__in=undone):
        found[sent.project_id, sent.organisation] = f"l’orientation {sent.ref} la demande aussi"
    for each in Accompaniment.objects.of(mission).filter(project__in=projects, outcome=None):
        found[each.project_id, each.adviser] = "elle accompagne ce projet"
    return found
