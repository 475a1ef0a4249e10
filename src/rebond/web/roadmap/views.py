"""The roadmap: what was adopted, axis by axis, its calendar, what moved since the last committee, what is proposed."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from rebond.history import Kind
from rebond.web.desk.filters import UNKNOWN, Filter, counted
from rebond.web.desk.lists import Column, Listing, export, tools
from rebond.web.editing.decided import last_gesture
from rebond.web.journal.models import Entry
from rebond.web.missions.access import SITTING, TEAM, for_roles, page, roles_in
from rebond.web.missions.models import Mission, Role
from rebond.web.roadmap.lines import Line, calendar_of, is_orphan, lines_of, since_committee, value_words
from rebond.web.roadmap.models import RoadmapAction

LISTING = Listing(
    name="feuille-de-route",
    title="Feuille de route",
    view="roadmap:roadmap",
    default_sort="axe",
    sorts={"axe": "axe", "priorite": "priorite"},
    columns=(
        Column(key="axe", label="Axe", value=lambda line: line.axis_label),
        Column(key="action", label="Action", value=lambda line: line.title, fixed=True),
        Column(key="etat", label="État", value=lambda line: line.label),
        Column(key="priorite", label="Priorité", value=lambda line: line.row.priority if line.row else ""),
        Column(key="pilote", label="Pilote", value=lambda line: line.owner_name or None),
        Column(key="personne", label="Personne", value=lambda line: line.row.owner_person if line.row else ""),
        Column(key="partenaires", label="Partenaires", value=lambda line: ", ".join(line.partners)),
        Column(key="budget", label="Budget (€)", value=lambda line: line.row.budget if line.row else ""),
        Column(key="payeurs", label="Payé par", value=lambda line: ", ".join(line.payers)),
        Column(key="debut", label="Début", value=lambda line: line.row.starts_on if line.row else ""),
        Column(key="echeance", label="Avant le", value=lambda line: line.due),
        Column(
            key="indicateur",
            label="Indicateur",
            value=lambda line: line.row.indicator if line.row else line.proposal.indicator,
        ),
        Column(key="depart", label="Départ", value=lambda line: line.row.baseline if line.row else ""),
        Column(key="cible", label="Cible", value=lambda line: line.row.target if line.row else ""),
        Column(
            key="valeur",
            label="Dernière valeur",
            value=lambda line: value_words(line.value.value) if line.value else "",
        ),
    ),
)


@for_roles(*SITTING)
def roadmap(request: HttpRequest, mission: Mission) -> HttpResponse:
    """Actions under their axis, or by priority; proposals apart, for those who work on the mission."""
    on, roles = timezone.localdate(), roles_in(mission)
    of_team = not roles.isdisjoint(TEAM)
    every = lines_of(request.user, mission, on, proposals=of_team)
    filters = _filters(request, every)
    kept = [line for line in every if _is_asked(line, filters)]
    by_priority = request.GET.get("tri") == "priorite"
    answer = export(LISTING, request, mission, sorted(kept, key=lambda line: line.rank) if by_priority else kept)
    if answer is not None:
        return answer
    adopted = [line for line in kept if line.is_adopted]
    proposals = [line for line in kept if line.proposal and not is_orphan(line)]
    context = {
        "groups": _groups(adopted, by_priority=by_priority),
        "by_priority": by_priority,
        "adopted": adopted,
        "proposals": _groups(proposals, by_priority=False),
        "proposed_count": len(proposals),
        "orphans": [line for line in kept if line.proposal and is_orphan(line)],
        "aside": [line for line in kept if line.state == RoadmapAction.Status.SET_ASIDE],
        "total": len(every),
        "settled": any(line.row for line in every),
        "since": since_committee(request.user, mission, every, on) if any(line.row for line in every) else None,
        "calendar": calendar_of(adopted, on),
        "of_team": of_team,
        "may_decide": Role.PILOT in roles and mission.archived_at is None,
        **_told(request, mission),
        "filters": filters,
        "active": [one for one in filters if one.value],
        **tools(LISTING, request, mission),
    }
    return page(request, mission, "roadmap/roadmap.html", "roadmap", context)


def _told(request: HttpRequest, mission: Mission) -> dict[str, object]:
    """The gesture that the address names, and how many actions it was about."""
    done = last_gesture(request, mission, Kind.ACTION) if request.GET.get("fait") else None
    if done is None:
        return {"done": None}
    together = Entry.objects.visible_to(request.user).of(mission).filter(gesture=done.gesture)
    return {"done": done, "done_count": together.values("ref").distinct().count()}


def _filters(request: HttpRequest, lines: Sequence[Line]) -> list[Filter]:
    asked = {key: request.GET.get(key, "") for key in ("axe", "pilote", "etat", "echeance")}
    months = (f"{line.due:%Y-%m}" if line.due else "" for line in lines)
    return [
        counted("axe", "Axe", ((line.axis, line.axis_label) for line in lines), asked["axe"]),
        counted("pilote", "Pilote", ((line.owner, line.owner_name) for line in lines), asked["pilote"]),
        counted("etat", "État", ((line.state, line.label) for line in lines), asked["etat"]),
        counted(
            "echeance",
            "Échéance",
            ((month, f"{month[5:]}/{month[:4]}" if month else "") for month in months),
            asked["echeance"],
        ),
    ]


def _is_asked(line: Line, filters: Sequence[Filter]) -> bool:
    """A value that no line has filters nothing out, as elsewhere."""
    values = (line.axis, line.owner, line.state, f"{line.due:%Y-%m}" if line.due else "")
    return all(not one.chosen or (value or UNKNOWN) == one.value for one, value in zip(filters, values, strict=True))


def _groups(lines: Sequence[Line], *, by_priority: bool) -> list[tuple[str, str, list[Line]]]:
    """Key, title and lines: one group an axis, or one a priority."""
    found: dict[tuple[str, str], list[Line]] = {}
    for line in sorted(lines, key=lambda each: each.rank) if by_priority else lines:
        named = line.row.get_priority_display() if line.row and line.row.priority else "Sans priorité dite"
        key = (
            named.lower().replace(" ", "-"),
            f"Priorité {named.lower()}" if line.row and line.row.priority else named,
        )
        found.setdefault(key if by_priority else (line.axis, line.axis_label), []).append(line)
    return [(key, title, rows) for (key, title), rows in found.items()]
