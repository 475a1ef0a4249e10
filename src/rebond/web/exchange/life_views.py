"""A mission made, archived or deleted on the site."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from rebond.errors import DataError, Fault
from rebond.web.accounts.models import User
from rebond.web.editing import life
from rebond.web.exchange.archive_file import opened
from rebond.web.exchange.forms import NewMissionForm
from rebond.web.exchange.loading import load, told_of
from rebond.web.exchange.removal import archive_name, delete_mission, export_archive, holdings_of
from rebond.web.exchange.uploads import received
from rebond.web.exchange.workbook import read_file
from rebond.web.files.returning import is_archive
from rebond.web.guard.heavy import heavy
from rebond.web.journal.models import Act
from rebond.web.journal.writing import author_of
from rebond.web.missions.access import for_roles, page, role_in
from rebond.web.missions.models import Mission, Role

View = Callable[..., HttpResponseBase]
ARCHIVES = "archives"
"""Folder of the instance where the archives of deleted missions stay."""
_UNREADABLE = 422


def for_administrators(view: View) -> View:
    """For the people who look after the instance: 403 for the others. They read no mission by that right."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not (request.user.is_authenticated and request.user.is_staff):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return wrapped


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def new(request: HttpRequest) -> HttpResponse:
    """An empty mission; who makes it leads it."""
    form = NewMissionForm(request.POST or None)
    faults: tuple[Fault, ...] = ()
    if request.method == "POST" and form.is_valid():
        user = cast(User, request.user)
        try:
            made = life.create_mission(form.census(), by=author_of(user), slug=form.cleaned_data["slug"], pilot=user)
            return redirect(made)
        except DataError as error:
            faults = error.faults
    context = {"form": form, "faults": faults, "section": "missions"}
    status = _UNREADABLE if request.method == "POST" else 200
    return render(request, "exchange/new.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
@heavy
def new_from_workbook(request: HttpRequest) -> HttpResponse:
    """A mission from a workbook, or from an archive; whole or not at all."""
    faults: tuple[Fault, ...] = ()
    if request.method == "POST":
        user = cast(User, request.user)
        try:
            with received(request.FILES.get("classeur")) as path:
                if is_archive(path):
                    return _loaded(request, path)
                census = read_file(path).census
                told = f"Import de {path.name}"
            slug = request.POST.get("slug", "").strip()
            by = author_of(user)
            return redirect(life.create_mission(census, by=by, slug=slug, pilot=user, act=Act.IMPORTED, reason=told))
        except DataError as error:
            faults = error.faults
    context = {"faults": faults, "slug": request.POST.get("slug", ""), "section": "missions"}
    return render(request, "exchange/new_from_workbook.html", context, status=_UNREADABLE if faults else 200)


def _loaded(request: HttpRequest, path: Path) -> HttpResponse:
    """A mission from the archive of another instance; raises ``DataError`` with every fault of it."""
    user = cast(User, request.user)
    slug = request.POST.get("slug", "").strip()
    with opened(path) as archived:
        found = load(archived, path, by=author_of(user), slug=slug, pilot=user)
    messages.success(request, f"Mission reprise de {path.name}. {' '.join(told_of(found))}")
    if found.left:
        messages.warning(request, f"N’ont pas été repris : {' ; '.join(found.left)}.")
    return redirect(found.mission)


@require_POST
@for_roles(Role.PILOT)
def archive(request: HttpRequest, mission: Mission) -> HttpResponse:
    """Put the mission in the archives, or take it out."""
    by = author_of(cast(User, request.user))
    if mission.archived_at is None:
        life.archive(mission, by=by)
    else:
        life.unarchive(mission, by=by)
    return redirect("exchange:home", mission.slug)


@require_POST
@for_roles(Role.PILOT)
def letters(request: HttpRequest, mission: Mission) -> HttpResponse:
    """A mission that came from an archive writes to people from now on."""
    if mission.archived_at is not None:
        raise PermissionDenied
    life.let_letters_leave(mission, by=author_of(cast(User, request.user)))
    messages.success(request, "Les courriels de la mission partent désormais d’ici : lettres, convocations, rappels.")
    return redirect("exchange:home", mission.slug)


@require_POST
@for_roles(Role.PILOT)
@heavy
def download_archive(request: HttpRequest, mission: Mission) -> HttpResponseBase:
    """All that the mission holds, in one file; nothing changes."""
    with TemporaryDirectory(prefix="rebond-") as folder:
        path = Path(folder) / archive_name(mission)
        export_archive(mission, path, by=author_of(cast(User, request.user)))
        content = BytesIO(path.read_bytes())
    return FileResponse(content, as_attachment=True, filename=path.name, content_type="application/zip")


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.PILOT)
@heavy
def delete(request: HttpRequest, mission: Mission) -> HttpResponse:
    """What the deletion takes; a POST that names the mission writes its archive, then deletes it."""
    wrong = False
    if request.method == "POST":
        wrong = request.POST.get("identifiant", "").strip() != mission.slug
        if not wrong:
            name, path = mission.name, _archive_path(mission)
            delete_mission(mission, path, by=author_of(cast(User, request.user)))
            return render(request, "exchange/deleted.html", {"name": name, "archive": path.name, "folder": ARCHIVES})
    context = {"holdings": holdings_of(mission).told, "wrong": wrong, "is_pilot": role_in(mission) == Role.PILOT}
    response = page(request, mission, "exchange/delete.html", "exchange", context)
    response.status_code = _UNREADABLE if wrong else 200
    return response


def _archive_path(mission: Mission) -> Path:
    """A place of the instance where no archive is yet."""
    home = Path(settings.DATA_DIR or settings.DOCUMENTS_ROOT) / ARCHIVES
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = archive_name(mission)
    path, number = home / name, 1
    while path.exists():
        number += 1
        path = home / f"{name.removesuffix('.zip')}-{number}.zip"
    return path
