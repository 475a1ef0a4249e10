"""Who read the file of a firm: its sheet, its projects, its interviews, and what left with the whole mission."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils import timezone

from rebond.facts import DescentAct
from rebond.web.firms.models import Firm
from rebond.web.interviews.models import Interview
from rebond.web.missions.access import TEAM
from rebond.web.missions.models import Descent, Mission, Role
from rebond.web.missions.querysets import MissionDataQuerySet
from rebond.web.projects.models import Project
from rebond.web.readings.models import Kind, Reading, What


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What a firm is told: an organisation and a function, a day, the parts; never a person's name."""

    day: date
    organisation: str
    role: str
    parts: tuple[str, ...]
    taken: bool


def readings_of(mission: Mission, firm: Firm) -> MissionDataQuerySet[Reading]:
    """Every reading of a firm's file; that of a sheet since put together with it too."""
    refs = _refs(mission, firm)
    projects = Project.ever.of(mission).filter(firm__ref__in=refs).values("ref")
    interviews = Interview.ever.of(mission).filter(firm__ref__in=refs).values("ref")
    return Reading.objects.of(mission).filter(
        Q(kind=Kind.FIRM, ref__in=refs)
        | Q(kind=Kind.PROJECT, ref__in=projects)
        | Q(kind=Kind.INTERVIEW, ref__in=interviews)
        | Q(kind=Kind.MISSION, what=What.TAKEN)
    )


def visits(rows: Iterable[Reading]) -> list[Visit]:
    """Readings as a firm is told them, one line an organisation, a function and a day; the latest first."""
    found: dict[tuple[date, str, str, bool], list[str]] = {}
    for row in rows:
        taken = row.what == What.TAKEN
        where = "Toute la mission" if row.kind == Kind.MISSION else row.get_kind_display()
        key = (timezone.localdate(row.at), _organisation(row), row.get_role_display(), taken)
        parts = found.setdefault(key, [])
        if (said := f"{where}, {row.part_inside}") not in parts:
            parts.append(said)
    return [
        Visit(day=day, organisation=organisation, role=role, parts=tuple(parts), taken=taken)
        for (day, organisation, role, taken), parts in found.items()
    ]


def _organisation(row: Reading) -> str:
    """Whom the person stands for; a session of help is told as such, without anyone's name."""
    if row.on_behalf.startswith("à la place de"):
        return "Assistance technique du site"
    if row.role == Role.FIRM:
        return "Votre entreprise"
    return row.on_behalf or ("Équipe de la mission" if row.role in TEAM else "Organisation non renseignée")


def _refs(mission: Mission, firm: Firm) -> set[str]:
    """The firm's reference, and those of the sheets that became it."""
    joined = Descent.objects.of(mission).filter(act=DescentAct.FIRMS_MERGED).values_list("origin", "became")
    refs = {firm.ref}
    while more := {origin for origin, became in joined if became in refs} - refs:
        refs |= more
    return refs
