"""Questions of plausibility: those of a mission, those of a sheet, answered « c'est exact » with a reason."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import cast

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from rebond.errors import DataError
from rebond.history import Kind
from rebond.plausibility import Finding, SubjectKind
from rebond.web.accounts.models import User
from rebond.web.desk.lists import COLUMNS, export, tools
from rebond.web.editing.around import census_around
from rebond.web.editing.check_list import LISTING, filters_of, kept_of
from rebond.web.editing.checks import Check, Checks, answered_row, checks_of, examined, of_sheet, without_answer
from rebond.web.editing.decided import fault_of_reason, last_gesture, position_sent, told_at
from rebond.web.editing.gestures import ClashError, journal_position, save
from rebond.web.editing.lacking import lacking
from rebond.web.editing.opened import facts_of
from rebond.web.journal.models import Act
from rebond.web.journal.writing import LONGEST_REASON, author_of
from rebond.web.missions.access import changing, page
from rebond.web.missions.models import Mission
from rebond.web.paging import page_of

_UNREADABLE, _CONFLICT = 422, 409
MANY = "cochees"
"""Names the reason of the ticked questions, where another names the one of its question."""
_GONE = "La valeur a changé depuis que vous lisiez la question, ou quelqu’un y a répondu : relisez ce qui est demandé."


def _posted(answering: Callable[[HttpRequest, Mission], HttpResponse]) -> Callable[..., HttpResponse]:
    """Only a form answers, and nothing archived; else the list: a refused answer shows it, with its links, here."""

    @wraps(answering)
    def view(request: HttpRequest, mission: Mission) -> HttpResponse:
        if request.method != "POST":
            return redirect(f"{reverse('editing:checks', args=[mission.slug])}?{request.GET.urlencode()}".rstrip("?"))
        if mission.archived_at is not None:
            raise PermissionDenied
        return answering(request, mission)

    return view


@changing
def checks(request: HttpRequest, mission: Mission) -> HttpResponse:
    """Every question of the mission, those that were answered, and what is worth knowing."""
    return _shown(request, mission)


@changing
def sheet_checks(request: HttpRequest, mission: Mission, kind: str, ref: str) -> HttpResponse:
    """The questions of a firm's or project's sheet: a piece that the sheet brings in after the page."""
    if kind not in {SubjectKind.FIRM, SubjectKind.PROJECT} or mission.facts_state is None:
        raise Http404
    subject = SubjectKind(kind)
    row = Kind.FIRM if subject is SubjectKind.FIRM else Kind.PROJECT
    census = census_around(mission, row, ref)
    found = checks_of(request.user, mission, about=of_sheet(census, subject, ref), census=census)
    view = "firms:sheet" if subject is SubjectKind.FIRM else "projects:sheet"
    context = {
        "mission": mission,
        "checks": found,
        "lacking": lacking(census, row, ref),
        "kind": kind,
        "ref": ref,
        "may_change": True,
        "position": journal_position(mission),
        "longest": LONGEST_REASON,
        "back": reverse(view, args=[mission.slug, ref]),
    }
    return render(request, "editing/sheet_checks.html", context)


@changing
@_posted
def answer(request: HttpRequest, mission: Mission) -> HttpResponse:
    """« C'est exact », with a reason; or an answer taken back."""
    told = request.POST
    reason, takes_back = told.get("motif", "").strip(), told.get("geste") == "reprendre"
    found = examined(mission)
    finding = _asked(request, found.answered if takes_back else found.questions)
    if finding is None:
        return _shown(request, mission, warning=_GONE, status=_CONFLICT)
    if error := fault_of_reason(reason, "" if takes_back else "Dites pourquoi c’est exact."):
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
    except DataError as fault:
        return _shown(request, mission, warning=" ".join(map(str, fault.faults)), status=_UNREADABLE)
    return redirect(_back(request, mission))


@changing
@_posted
def answer_many(request: HttpRequest, mission: Mission) -> HttpResponse:
    """« C'est exact » said of every ticked question, with one reason: all or none, in one gesture."""
    reason, ticked = request.POST.get("motif", "").strip(), set(request.POST.getlist("question"))
    asked = {check.key: check.finding for check in checks_of(request.user, mission).questions}
    if ticked - asked.keys():
        gone = (
            "Une des questions cochées n’est plus posée telle quelle : rien n’est enregistré. Relisez, puis recochez."
        )
        return _shown(request, mission, warning=gone, status=_CONFLICT)
    error = fault_of_reason(reason, "Dites pourquoi c’est exact : un motif pour toutes les questions cochées.")
    if not ticked:
        error = "Cochez au moins une question."
    if error:
        return _shown(request, mission, wrong=MANY, error=error, status=_UNREADABLE)
    user, today = cast(User, request.user), timezone.localdate()
    wanted = dict(answered_row(asked[key], by=str(user), on=today) for key in ticked)
    try:
        done = save(mission, wanted, by=author_of(user), since=position_sent(request), reason=reason)
    except ClashError:
        return _shown(request, mission, warning=_GONE, status=_CONFLICT)
    except DataError as fault:
        return _shown(request, mission, warning=" ".join(map(str, fault.faults)), status=_UNREADABLE)
    return told_at(request, reverse("editing:checks", args=[mission.slug]), done)


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


def _address(request: HttpRequest) -> str:
    """This list, without what was just done."""
    told = request.GET.copy()
    told.pop("fait", None)
    return f"{request.path}?{told.urlencode()}" if told else request.path


def _list_asked(request: HttpRequest, found: Checks, wrong: str) -> tuple[str, tuple[Check, ...], int | None]:
    """The list that the address names, or the first with something; after a refused answer, its question's rank."""
    lists = {"questions": found.questions, "reponses": found.answered, "remarques": found.remarks}
    for name, rows in lists.items():
        for rank, check in enumerate(rows):
            if check.finding.mark == wrong:
                return name, rows, rank
    name = request.GET.get("liste", "")
    if name not in lists:
        name = next((key for key, rows in lists.items() if rows), "questions")
    return name, lists[name], None


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
    name, rows, rank = _list_asked(request, found, wrong)
    filters = filters_of(request, rows)
    kept = list(rows) if rank is not None else kept_of(request, rows)
    if request.method == "GET" and (file := export(LISTING, request, mission, kept)):
        return file
    told = tools(LISTING, request, mission)
    context = {
        **told,
        "checks": found,
        "list": name,
        "page": page_of(request, kept, holding=rank),
        "q": request.GET.get("q", "").strip(),
        "filters": filters,
        "active": [one for one in filters if one.value],
        "kept_by_filters": [("liste", name), *(("colonnes", each) for each in request.GET.getlist(COLUMNS))],
        "picked": set(request.POST.getlist("question")),
        "done": last_gesture(request, mission, Kind.CONFIRMATION),
        "back": _address(request) if request.method == "GET" else _back(request, mission),
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
