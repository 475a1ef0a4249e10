"""The open questions of a mission, each with its projects; « inconnu » said of several of them at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from rebond.errors import FactsError
from rebond.history import Kind
from rebond.web.accounts.models import User
from rebond.web.desk.lists import Column, Listing, export, tools
from rebond.web.desk.upcoming import open_questions
from rebond.web.editing.decided import fault_of_reason, last_gesture, position_sent, told_at
from rebond.web.editing.gestures import ClashError, journal_position, save
from rebond.web.editing.in_place import links_of
from rebond.web.editing.opened import facts_of
from rebond.web.editing.saying_unknown import Answered, field_of_question, said_unknown
from rebond.web.journal.writing import LONGEST_REASON, author_of
from rebond.web.missions.access import of_mission, page
from rebond.web.missions.models import Mission
from rebond.web.paging import Sort, page_of
from rebond.web.projects.models import Project
from rebond.web.search_text import plain, words_sought
from rebond.web.studies.models import OpenQuestion

_ASKED = dict(OpenQuestion.AskedOf.choices)
_UNREADABLE, _CONFLICT = 422, 409
LISTING = Listing(
    name="questions",
    title="Questions ouvertes",
    view="desk:questions",
    default_sort="-euros",
    sorts={},
    columns=(
        Column(key="question", label="Question", value=lambda row: row["text"], sort="text", fixed=True),
        Column(key="a", label="À qui la poser", value=lambda row: _ASKED[row["asked_of"]]),
        Column(
            key="euros",
            label="Soutiens en jeu (€)",
            value=lambda row: row["euros"],
            sort="euros",
            numeric=True,
        ),
        Column(key="projets", label="Projets", value=lambda row: row["projects"], sort="projects", numeric=True),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question, and how many of its projects already said that nobody knows."""

    text: str
    asked_of: str
    euros: int
    projects: int
    unknown: int
    can_say: bool


@require_http_methods(["GET", "HEAD", "POST"])
@of_mission
def questions(request: HttpRequest, mission: Mission) -> HttpResponse:
    """Every question that the plans wait for, by euros; ``?texte=`` shows the projects that wait for one."""
    text, asked_of = request.GET.get("texte", ""), request.GET.get("a", "")
    if request.method == "POST":
        return _say_unknown(request, mission, text, asked_of)
    if text:
        return _one(request, mission, text, asked_of)
    every = open_questions(request.user, mission)
    kept = every.filter(asked_of=asked_of) if asked_of else every
    sought = words_sought(request.GET.get("q", ""))
    listed: list[Any] = [row for row in kept if all(word in plain(row["text"]) for word in sought)]
    sort = Sort.asked(request, LISTING.sorted_by, LISTING.default_sort)
    listed.sort(key=lambda row: row[LISTING.sorted_by[sort.key]], reverse=sort.descending)
    shown = page_of(request, listed)
    context: dict[str, object] = {
        "asked_of": _ASKED,
        "chosen": asked_of,
        "q": request.GET.get("q", "").strip(),
        "page": shown,
        "rows": _told(request, mission, list(shown)),
        "position": journal_position(mission),
        "longest": LONGEST_REASON,
        **tools(LISTING, request, mission),
    }
    answer = export(LISTING, request, mission, listed)
    return answer or page(request, mission, "desk/questions.html", "questions", context)


def _told(request: HttpRequest, mission: Mission, rows: Sequence[Any]) -> list[Asked]:
    """The questions of a page, with what was said of them."""
    asked = {row["text"]: field_of_question(row["text"]) for row in rows if _of_firm(row["asked_of"])}
    fields = {text: field for text, field in asked.items() if field is not None}
    waiting = OpenQuestion.objects.visible_to(request.user).found_by(mission.current_study)
    waiting = waiting.filter(text__in=fields, asked_of=OpenQuestion.AskedOf.FIRM)
    said = Counter(
        text
        for text, own, firm in waiting.values_list("text", "project__asked", "project__firm__asked")
        if _says(fields[text], own, firm)
    )

    def told(row: Any) -> Asked:
        can_say = _of_firm(row["asked_of"]) and row["text"] in fields
        return Asked(**row, unknown=said[row["text"]] if can_say else 0, can_say=can_say)

    return list(map(told, rows))


def _of_firm(asked_of: str) -> bool:
    return asked_of == OpenQuestion.AskedOf.FIRM


def _says(field: Answered, project: Iterable[Any], firm: Iterable[Any]) -> bool:
    """Whether the sheet that holds a field says that nobody knows."""
    return any(name == field.column for name, _ in (project if field.kind is Kind.PROJECT else firm))


def _one(
    request: HttpRequest,
    mission: Mission,
    text: str,
    asked_of: str,
    *,
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    """The projects that wait for one answer."""
    rows = OpenQuestion.objects.visible_to(request.user).found_by(mission.current_study).filter(text=text)
    rows = rows.filter(asked_of=asked_of) if asked_of else rows
    behind = page_of(request, rows.select_related("project__firm").order_by("-amount", "project__ref"))
    field = field_of_question(text) if _of_firm(asked_of) else None
    context: dict[str, object] = {
        "asked_of": _ASKED,
        "chosen": asked_of,
        "text": text,
        "page": behind,
        "rows": [(row, _state(mission, row.project, field)) for row in behind],
        "can_say": field is not None,
        "done": last_gesture(request, mission, field.kind) if field else None,
        "picked": set(request.POST.getlist("projets")),
        "reason": request.POST.get("motif", ""),
        "error": error,
        "position": journal_position(mission),
        "longest": LONGEST_REASON,
    }
    response = page(request, mission, "desk/question.html", "questions", context)
    response.status_code = status
    return response


def _state(mission: Mission, project: Project, field: Answered | None) -> dict[str, object]:
    """Where one answers for a project, and whether it was said that nobody knows."""
    if field is None:
        return {}
    ref = project.ref if field.kind is Kind.PROJECT else project.firm.ref
    return {
        "url": links_of(mission.slug, field.kind, ref, field.column).alone,
        "unknown": _says(field, project.asked, project.firm.asked),
    }


def _say_unknown(request: HttpRequest, mission: Mission, text: str, asked_of: str) -> HttpResponse:
    """Nobody knows: said of the chosen projects, or of all that wait for this answer, in one gesture."""
    if mission.archived_at is not None:
        raise PermissionDenied
    told, reason = request.POST, request.POST.get("motif", "").strip()
    field = field_of_question(text) if _of_firm(asked_of) else None
    rows = OpenQuestion.objects.visible_to(request.user).found_by(mission.current_study).filter(text=text)
    waiting = list(rows.filter(asked_of=asked_of).values_list("project__ref", flat=True))
    chosen = waiting if told.get("tous") else [ref for ref in waiting if ref in set(told.getlist("projets"))]
    error = fault_of_reason(reason, "Dites à qui la question a été posée : on le demandera.")
    if field is None:
        error = "Cette question ne porte pas sur un seul champ : répondez sur la fiche."
    elif not chosen:
        error = "Cochez au moins un projet."
    if error or field is None:
        return _one(request, mission, text, asked_of, error=error, status=_UNREADABLE)
    wanted = said_unknown(facts_of(mission), field, chosen, timezone.localdate())
    try:
        by = author_of(cast(User, request.user))
        done = save(mission, wanted, by=by, since=position_sent(request), reason=reason)
    except ClashError:
        error = "Quelqu’un a répondu pour un de ces projets pendant que vous lisiez : relisez, puis recommencez."
        return _one(request, mission, text, asked_of, error=error, status=_CONFLICT)
    except FactsError as fault:
        return _one(request, mission, text, asked_of, error=" ".join(map(str, fault.faults)), status=_UNREADABLE)
    count = len(wanted)
    said = f"« Inconnu » noté sur {count} fiche{'s' if count > 1 else ''}." if count else "Rien n’a changé."
    messages.success(request, said)
    return told_at(request, reverse("desk:questions", args=[mission.slug]), done)
