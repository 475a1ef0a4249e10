"""Export the workbook of a mission; bring it back, look at what it changes, apply it, undo it."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from rebond.errors import DataError, Fault
from rebond.units import format_number
from rebond.web.accounts.models import User
from rebond.web.editing.gestures import ClashError
from rebond.web.exchange.applying import NotChosenError, apply_draft, choose, keep, preview_of, undo_import
from rebond.web.exchange.bringing import bring
from rebond.web.exchange.exporting import export_workbook
from rebond.web.exchange.figures import token_of
from rebond.web.exchange.models import ImportDraft, ReceivedList
from rebond.web.exchange.preview import SITE, WORKBOOK
from rebond.web.exchange.preview_page import figures_context, preview_page
from rebond.web.exchange.uploads import received
from rebond.web.guard.heavy import heavy
from rebond.web.journal.writing import LONGEST_REASON, author_of
from rebond.web.missions.access import TEAM, for_roles, page, role_in
from rebond.web.missions.models import Mission, Role

_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_CHOICE, _WITHDRAW = "choix-", "retirer"
_UNREADABLE = 422
_RECENT = 10
_MOST_SHOWN = 300


@for_roles(*TEAM)
def home(request: HttpRequest, mission: Mission) -> HttpResponse:
    """What can go out and come in, and the latest imports."""
    return _home_page(request, mission)


@require_POST
@for_roles(*TEAM)
@heavy
def receive(request: HttpRequest, mission: Mission) -> HttpResponse:
    """A workbook comes back: to its preview, or every fault of it."""
    _require_open(mission)
    try:
        with received(request.FILES.get("classeur")) as path:
            brought = bring(mission, path)
            made = keep(mission, brought, file_name=path.name, by=author_of(cast(User, request.user)))
    except DataError as error:
        return _home_page(request, mission, faults=error.faults)
    return redirect("exchange:draft", mission.slug, made.pk)


def _home_page(request: HttpRequest, mission: Mission, *, faults: tuple[Fault, ...] = ()) -> HttpResponse:
    rows = ImportDraft.objects.visible_to(request.user).of(mission).defer("known", "brought", "lines", "repairs")
    context = {
        "faults": faults,
        "refused": f"Classeur refusé : {_faults_to_mend(len(faults))}. La mission n’a pas changé.",
        "imports": rows.exclude(state=ImportDraft.State.WAITING)[:_RECENT],
        "waiting": rows.filter(state=ImportDraft.State.WAITING)[:_RECENT],
        "is_pilot": role_in(mission) == Role.PILOT,
    }
    response = page(request, mission, "exchange/home.html", "exchange", context)
    response.status_code = _UNREADABLE if faults else 200
    return response


@require_POST
@for_roles(*TEAM)
@heavy
def export(request: HttpRequest, mission: Mission) -> HttpResponseBase:
    """The workbook of the mission: its export is kept, for its return."""
    with TemporaryDirectory(prefix="rebond-") as folder:
        path = Path(folder) / "recensement.xlsx"
        export_workbook(mission, path, by=author_of(cast(User, request.user)))
        content = BytesIO(path.read_bytes())
    name = f"{mission.slug}-{timezone.localdate().isoformat()}.xlsx"
    return FileResponse(content, as_attachment=True, filename=name, content_type=_KIND)


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(*TEAM)
def draft(request: HttpRequest, mission: Mission, pk: UUID) -> HttpResponse:
    """What a workbook changes. A POST keeps the choices of its page; « appliquer » then applies it, all or nothing."""
    found = get_object_or_404(ImportDraft.objects.visible_to(request.user).of(mission), pk=pk)
    if found.state != ImportDraft.State.WAITING:
        return redirect("exchange:home", mission.slug)
    if of_list := ReceivedList.objects.visible_to(request.user).of(mission).filter(draft=found).first():
        return redirect("exchange:list_preview", mission.slug, of_list.pk)
    if request.method != "POST":
        return preview_page(request, mission, found, preview_of(found, cast(User, request.user)))
    if role_in(mission) != Role.PILOT:
        raise PermissionDenied
    _require_open(mission)
    _keep_choices(request, found)
    if request.headers.get("X-Rebond") == "choix":
        return HttpResponse(status=204)
    if "aller" in request.POST or "tout" in request.POST:
        asked = request.POST.get("aller", request.GET.urlencode())
        return redirect(f"{request.path}?{asked.lstrip('?')}#titre-lignes")
    return _apply(request, mission, found)


def _apply(request: HttpRequest, mission: Mission, found: ImportDraft) -> HttpResponse:
    reason = request.POST.get("motif", "").strip()
    if not 0 < len(reason) <= LONGEST_REASON:
        error = f"Donnez un motif, de {format_number(LONGEST_REASON)} caractères au plus."
        return preview_page(request, mission, found, preview_of(found, cast(User, request.user)), reason_error=error)
    try:
        by = author_of(cast(User, request.user))
        apply_draft(found, found.choices, found.withdrawn, by=by, reason=reason)
    except NotChosenError as error:
        return preview_page(request, mission, found, error.preview, missing=error.missing)
    except DataError as error:
        return preview_page(request, mission, found, preview_of(found, cast(User, request.user)), faults=error.faults)
    return redirect("exchange:home", mission.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(*TEAM)
def figures(request: HttpRequest, mission: Mission, pk: UUID) -> HttpResponse:
    """What applying a workbook would change in figures, as far as they are computed; a POST asks for them again."""
    rows = ImportDraft.objects.visible_to(request.user).of(mission).defer("known", "brought", "lines", "repairs")
    found = get_object_or_404(rows, pk=pk)
    if request.method == "POST":
        _require_open(mission)
        found.figures_asked = token_of(mission, found.choices, found.withdrawn)
        found.figures_for, found.figures = "", None
        found.save(update_fields=["figures_asked", "figures_for", "figures"])
        return redirect("exchange:draft", mission.slug, pk)
    return render(request, "exchange/figures.html", {"mission": mission, "draft": found, **figures_context(found)})


def _keep_choices(request: HttpRequest, found: ImportDraft) -> None:
    """The choices of a page beside those of the other pages; « tout » chooses for every conflict."""
    told = request.POST
    choices = found.choices | _choices(request)
    if told.get("tout") in {WORKBOOK, SITE}:
        choices = {line.key: told["tout"] for line in preview_of(found, cast(User, request.user)).conflicts}
    withdrawn = (set(found.withdrawn) - set(told.getlist("vu"))) | set(told.getlist(_WITHDRAW))
    if (choices, withdrawn) != (found.choices, set(found.withdrawn)):
        choose(found, choices, withdrawn)


@require_POST
@for_roles(Role.PILOT)
def undo(request: HttpRequest, mission: Mission, pk: UUID) -> HttpResponse:
    """Undo an import in one gesture, unless someone changed since what it changed."""
    rows = ImportDraft.objects.visible_to(request.user).of(mission)
    found = get_object_or_404(rows, pk=pk, state=ImportDraft.State.APPLIED, gesture__isnull=False)
    _require_open(mission)
    try:
        undo_import(found, by=author_of(cast(User, request.user)))
    except ClashError as clash:
        context = {"import": found, "conflicts": clash.conflicts[:_MOST_SHOWN], "count": len(clash.conflicts)}
        response = page(request, mission, "exchange/not_undone.html", "exchange", context)
        response.status_code = 409
        return response
    except DataError as error:
        context = {"import": found, "faults": error.faults}
        response = page(request, mission, "exchange/not_undone.html", "exchange", context)
        response.status_code = 409
        return response
    return redirect("exchange:home", mission.slug)


def _faults_to_mend(number: int) -> str:
    return "1 défaut à corriger" if number == 1 else f"{number} défauts à corriger"


def _choices(request: HttpRequest) -> dict[str, str]:
    """Key of a conflict → whose value holds, of the lines that the page showed."""
    return {
        name.removeprefix(_CHOICE): str(value)
        for name, value in request.POST.items()
        if name.startswith(_CHOICE) and value in {WORKBOOK, SITE}
    }


def _require_open(mission: Mission) -> None:
    if mission.archived_at is not None:
        raise PermissionDenied
