"""The templates of a mission: download Rebond's, put one's own, see it filled, give it back."""

from __future__ import annotations

from datetime import date
from typing import cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from rebond.adapters.documents.deck import deck_bytes
from rebond.adapters.templates import RELEASE, filled_template, release_on_template
from rebond.adapters.templates.office import MOST_BYTES
from rebond.restitution.letters import letter_models
from rebond.restitution.samples import NOTICE, sample_deck, sample_values
from rebond.web.accounts.models import User
from rebond.web.committee.letters import text_of
from rebond.web.exchange.uploads import safe_name
from rebond.web.guard.heavy import heavy
from rebond.web.missions.access import of_mission, page, roles_in
from rebond.web.missions.models import Mission, Role
from rebond.web.stationery.keeping import give_back, put
from rebond.web.stationery.kinds import Kind, kinds
from rebond.web.stationery.models import TemplateFile

_UNREADABLE = 422
_SAMPLE_DAY = date(2026, 10, 5)
_SAMPLE_TITLE = "Rebond Industriel : ce que la mission laisse aux industriels de Chaumont-Langres"


@require_safe
@of_mission
def template_list(request: HttpRequest, mission: Mission) -> HttpResponse:
    """Every document that has a template, and which of them the mission replaced."""
    rows = TemplateFile.objects.visible_to(request.user).of(mission).defer("content")
    own = {row.kind: row for row in rows}
    shown = [(kind, own.get(code)) for code, kind in kinds().items()]
    return page(request, mission, "stationery/list.html", "documents", {"rows": shown})


@require_http_methods(["GET", "HEAD", "POST"])
@of_mission
@heavy
def template(request: HttpRequest, mission: Mission, kind: str) -> HttpResponse:
    """One template: the pilot alone changes it."""
    found = _kind(kind)
    is_pilot = Role.PILOT in roles_in(mission)
    faults: list[str] = []
    if request.method == "POST":
        if not is_pilot:
            raise PermissionDenied
        by = cast(User, request.user)
        if request.POST.get("geste") == "rendre":
            give_back(mission, kind, by=by)
            messages.success(request, f"« {found.title} » suit de nouveau le modèle de Rebond.")
            return redirect("stationery:template", mission.slug, kind)
        faults = _received(request, mission, kind, by)
        if not faults:
            messages.success(request, f"« {found.title} » suit ce modèle : les prochains fichiers sont écrits dessus.")
            return redirect("stationery:template", mission.slug, kind)
    row = _own(request, mission, kind)
    context = {
        "kind": found,
        "own": row,
        # It was sound when it came: Rebond may have changed since.
        "broken": found.faults(bytes(row.content)) if row else [],
        "faults": faults,
        "is_pilot": is_pilot,
        "most": MOST_BYTES // 1_000_000,
    }
    response = page(request, mission, "stationery/template.html", "documents", context)
    response.status_code = _UNREADABLE if faults else 200
    return response


def _received(request: HttpRequest, mission: Mission, kind: str, by: User) -> list[str]:
    """Take the file that a form sends, or what is wrong with it."""
    file = request.FILES.get("fichier")
    if file is None or not file.name:
        return ["Aucun fichier n’est choisi : choisissez le modèle à déposer."]
    return put(mission, kind, file.read(MOST_BYTES + 1), name=safe_name(file.name), by=by)


@require_safe
@of_mission
@heavy
def download(request: HttpRequest, mission: Mission, kind: str, which: str) -> HttpResponse:
    """Rebond's template, or the mission's own."""
    found = _kind(kind)
    if which not in {"origine", "mission"}:
        raise Http404
    if which == "origine":
        return _file(found, found.default(_text(mission, found)), f"modele-{kind.replace('_', '-')}.{found.suffix}")
    row = _own(request, mission, kind)
    if row is None:
        raise Http404
    return _file(found, bytes(row.content), row.name)


@require_safe
@of_mission
@heavy
def preview(request: HttpRequest, mission: Mission, kind: str) -> HttpResponse:
    """The template that serves, filled with the figures of the sample mission."""
    found = _kind(kind)
    row = _own(request, mission, kind)
    content = bytes(row.content) if row else found.default(_text(mission, found))
    if found.faults(content):
        return redirect("stationery:template", mission.slug, kind)
    made = _preview_of(found, content, place=mission.dated_from)
    return _file(found, made, f"apercu-{kind.replace('_', '-')}.{found.suffix}")


def _preview_of(kind: Kind, content: bytes, *, place: str) -> bytes:
    if kind.model is None:
        return deck_bytes(sample_deck(), content)
    values, said = sample_values(kind.model), (NOTICE,)
    if kind.code == RELEASE:
        return release_on_template(
            content, values, title=_SAMPLE_TITLE, place=place, dated=_SAMPLE_DAY, notices=said, draft=True
        )
    return filled_template(content, kind.model, values, title=kind.title, place=place, dated=_SAMPLE_DAY, notices=said)


def _kind(code: str) -> Kind:
    found = kinds().get(code)
    if found is None:
        raise Http404
    return found


def _own(request: HttpRequest, mission: Mission, kind: str) -> TemplateFile | None:
    return TemplateFile.objects.visible_to(request.user).of(mission).filter(kind=kind).first()


def _text(mission: Mission, kind: Kind) -> str:
    """The text that the mission wrote of a letter on the site goes with it in its Word template."""
    return text_of(mission, kind.code) if kind.code in letter_models() else ""


def _file(kind: Kind, content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind.mime)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response
