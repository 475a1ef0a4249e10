"""Someone stands aside for a firm, or no longer does: said by the assessor or by the pilot, with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Exists, OuterRef

from rebond import facts as core
from rebond.facts.marks import person
from rebond.history import Kind
from rebond.history.changes import reference_of
from rebond.web.accounts.models import User
from rebond.web.editing.decided import fault_of_reason
from rebond.web.missions.access import TEAM
from rebond.web.missions.models import Membership, Mission
from rebond.web.portfolio.models import Mark, Recusal
from rebond.web.portfolio.standing import Standing, names_of
from rebond.web.projects.models import AssessorScore, Project

LONGEST_REASON = 2000
WHO, WHY, ENDS = "evaluateur", "motif_deport", "cesse"


@dataclass(slots=True)
class Said:
    """What a form of standing aside says, and what is wrong in it."""

    typed: Mapping[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    wanted: dict[tuple[Kind, str], core.Recusal] | None = None


def assessors(mission: Mission) -> list[tuple[str, str]]:
    """Who may mark or has marked in a mission: what names each, and what each is called; two queries."""
    parts = Membership.objects.of(mission).filter(role__in=TEAM).select_related("user")
    found = {person(part.user.username): (part.user.username, str(part.user)) for part in parts}
    marked = Mark.objects.of(mission).order_by().values_list("assessor", flat=True).distinct()
    for each in marked:
        found.setdefault(person(each), (each, each))
    return sorted(found.values(), key=lambda pair: pair[1].casefold())


def unsigned_lost(user: User, mission: Mission, project: Project, standing: Standing) -> int:
    """How many unsigned marks count for the projects of a firm, and no more once someone stands aside for it.

    Nobody knows whose they are, so that they could be of that person. One query, none when someone already does.
    """
    if standing.people:
        return 0
    signed = Mark.objects.filter(project=OuterRef("project"), criterion=OuterRef("criterion"))
    scores = AssessorScore.objects.visible_to(user).of(mission).filter(project__firm=project.firm_id)
    return scores.exclude(Exists(signed)).count()


def read_recusal(
    sent: Mapping[str, str], mission: Mission, project: Project, standing: Standing, *, by: User, pilot: bool, on: date
) -> Said:
    """What is said of who stands aside for the firm of a project, with every fault at once.

    Each says it of himself or herself; the pilot, of anybody, and alone says that an interest has ended.
    """
    said = Said(typed=dict(sent))
    ends = bool(sent.get(ENDS))
    known = dict(assessors(mission))
    who = sent.get(WHO, "").strip() if pilot else by.username
    if who not in known and person(who) not in standing.people:
        said.errors[WHO] = "Choisissez l’évaluateur qui s’écarte."
    elif (person(who) in standing.people) is not ends:
        name = names_of(mission, [who])[person(who)]
        already = f"{name} s’est déjà déporté pour cette entreprise."
        said.errors[WHO] = f"{name} ne s’est pas déporté : rien à lever." if ends else already
    reason = sent.get(WHY, "").strip()
    if fault := fault_of_reason(reason, "Écrivez le motif : il reste à l’équipe.", most=LONGEST_REASON):
        said.errors[WHY] = fault
    if not said.errors:
        recusal = core.Recusal(
            firm_id=project.firm.ref,
            assessor=who,
            number=Recusal.ever.filter(firm=project.firm_id, who=person(who)).next_number(),
            aside=not ends,
            reason=reason,
            by=str(by),
            on=on,
        )
        said.wanted = {(Kind.RECUSAL, reference_of(Kind.RECUSAL, recusal)): recusal}
    return said
