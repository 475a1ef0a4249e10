"""Questions of plausibility: those of a mission, those of a sheet, answered « c'est exact » with a reason."""

from __future__ import annotations

from typing import cast

from django.core.exceptions import PermissionDenied
from django.core.paginator import Page
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from rebond.errors import DataError
from rebond.history import Kind
from rebond.plausibility import Finding, SubjectKind
from rebond.web.accounts.models import User
from rebond.web.editing.checks import Check, Checks, answered_row, checks_of, examined, of_sheet, without_answer
from rebond.web.editing.decided import position_sent
from rebond.web.editing.gestures import ClashError, journal_position, save
from rebond.web.editing.lacking import lacking
from rebond.web.editing.opened import facts_of
from rebond.web.journal.models import Act
from rebond.web.journal.writing import LONGEST_REASON, author_of
from rebond.web.missions.access import changing, page
from rebond.web.missions.models import Mission
from rebond.web.paging import page_of

_UNREADABLE, _CONFLICT = 422, 409
_GONE = "La valeur a changé depuis que vous lisiez la question, ou quelqu’un y a répondu : relisez ce qui est demandé."


@changing
def checks(request: HttpRequest, mission: Mission) -> HttpResponse:
    """Every question of the mission, those that were answered, and what is worth knowing."""
    return _shown(request, mission)


@changing
def sheet_checks(request: HttpRequest, mission: Mission, kind: str, ref: str) -> HttpResponse:
    """The questions of a firm's or project's sheet: a piece that the sheet brings in after the page."""
    if kind not in {SubjectKind.FIRM, SubjectKind.PROJECT}:
        raise Http404
    subject = SubjectKind(kind)
    found = checks_of(request.user, mission, about=of_sheet(facts_of(mission), subject, ref))
    view = "firms:sheet" if subject is SubjectKind.FIRM else "projects:sheet"
    context = {
        "mission": mission,
        "checks": found,
        "lacking": lacking(facts_of(mission), Kind.FIRM if subject is SubjectKind.FIRM else Kind.PROJECT, ref),
        "edit": reverse("editing:firm" if subject is SubjectKind.FIRM else "editing:project", args=[mission.slug, ref]),
        "position": journal_position(mission),
        "longest": LONGEST_REASON,
        "back": reverse(view, args=[mission.slug, ref]),
    }
    return render(request, "editing/sheet_checks.html", context)


@require_POST
@changing
def answer(request: HttpRequest, mission: Mission) -> HttpResponse:
    """« C'est exact », with a reason; or an answer taken back."""
    if mission.archived_at is not None:
        raise PermissionDenied
    told = request.POST
    reason, takes_back = told.get("motif", "").strip(), told.get("geste") == "reprendre"
    found = examined(mission)
    finding = _asked(request, found.answered if takes_back else found.questions)
    if finding is None:
        return _shown(request, mission, warning=_GONE, status=_CONFLICT)
    if not takes_back and not reason:
        return _shown(request, mission, wrong=finding.mark, error="Dites pourquoi c’est exact.", status=_UNREADABLE)
    if len(reason) > LONGEST_REASON:
        error = f"{len(reason)} caractères, {LONGEST_REASON} au plus : raccourcissez le motif."
        return _shown(request, mission, wrong=finding.mark, error=error, status=_UNREADABLE)
    user = cast(User, request.user)
    if takes_back:
        wanted = without_answer(facts_of(mission), finding)
        reason = reason or "Réponse retirée : la question est posée de nouveau"
    else:
        key, row = answered_row(finding, by=str(user), on=timezone.localdate())
        wanted = {key: row}
    try:
        save(mission, wanted, by=author_of(user), since=position_sent(request), act=Act.ENTERED, reason=reason)
    except ClashError:
        return _shown(request, mission, warning=_GONE, status=_CONFLICT)
    except DataError as error:
        return _shown(request, mission, warning=" ".join(map(str, error.faults)), status=_UNREADABLE)
    return redirect(_back(request, mission))


def _asked(request: HttpRequest, findings: tuple[Finding, ...]) -> Finding | None:
    """The question that a form names; ``None`` when nobody asks it any more."""
    named = tuple(request.POST.get(name, "") for name in ("genre", "fiche", "marque"))
    return next((each for each in findings if (each.kind.value, each.subject, each.mark) == named), None)


def _back(request: HttpRequest, mission: Mission) -> str:
    """The sheet where the answer was given, or the list."""
    asked = request.POST.get("retour", "")
    inside = asked.startswith(f"/missions/{mission.slug}/")
    if inside and url_has_allowed_host_and_scheme(asked, allowed_hosts=None):
        return asked
    return reverse("editing:checks", args=[mission.slug])


def _list_asked(request: HttpRequest, found: Checks, wrong: str) -> tuple[str, Page[Check]]:
    """The list that the address names, or the first with something; after a refused answer, its question's page."""
    lists = {"questions": found.questions, "reponses": found.answered, "remarques": found.remarks}
    for name, rows in lists.items():
        for rank, check in enumerate(rows):
            if check.finding.mark == wrong:
                return name, page_of(request, rows, holding=rank)
    name = request.GET.get("liste", "")
    if name not in lists:
        name = next((key for key, rows in lists.items() if rows), "questions")
    return name, page_of(request, lists[name])


def _shown(
    request: HttpRequest,
    mission: Mission,
    *,
    warning: str = "",
    wrong: str = "",
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    found = checks_of(request.user, mission)
    name, chosen = _list_asked(request, found, wrong)
    context = {
        "checks": found,
        "list": name,
        "page": chosen,
        "back": request.get_full_path() if request.method == "GET" else _back(request, mission),
        "position": journal_position(mission),
        "longest": LONGEST_REASON,
        "warning": warning,
        "wrong": wrong,
        "error": error,
        "reason": request.POST.get("motif", ""),
    }
    response = page(request, mission, "editing/checks.html", "checks", context)
    response.status_code = status
    return response
