"""Documents and published figures."""

from __future__ import annotations

import mimetypes
from pathlib import Path

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404

from rebond.web.missions.access import of_mission, page, without_study
from rebond.web.missions.models import Mission
from rebond.web.paging import page_of
from rebond.web.restitution.kinds import described
from rebond.web.studies.models import Document, Indicator


@of_mission
def indicator_list(request: HttpRequest, mission: Mission) -> HttpResponse:
    """Every published figure with its definition."""
    rows = Indicator.objects.visible_to(request.user).found_by(mission.current_study)
    return page(request, mission, "restitution/indicators.html", "indicators", {"indicators": rows})


@of_mission
def indicator(request: HttpRequest, mission: Mission, code: str) -> HttpResponse:
    """A figure and the rows behind it."""
    study = mission.current_study
    if study is None:
        return without_study(request, mission, "indicators", "Indicateur")
    rows = Indicator.objects.visible_to(request.user).found_by(study).select_related("record")
    found = get_object_or_404(rows, code=code)
    return page(
        request,
        mission,
        "restitution/indicator.html",
        "indicators",
        {"indicator": found, "page": page_of(request, found.rows)},
    )


@of_mission
def document_list(request: HttpRequest, mission: Mission) -> HttpResponse:
    """Documents to download, with their type and size."""
    rows = Document.objects.visible_to(request.user).found_by(mission.current_study)
    return page(request, mission, "restitution/documents.html", "documents", {"groups": described(rows)})


@of_mission
def document(request: HttpRequest, mission: Mission, path: str) -> HttpResponseBase:
    """A document of the mission: only one that was registered, only from the documents folder."""
    found = get_object_or_404(Document.objects.visible_to(request.user).found_by(mission.current_study), path=path)
    root = Path(settings.DOCUMENTS_ROOT).resolve()
    file = (root / found.path).resolve()
    if not file.is_relative_to(root) or not file.is_file():
        raise Http404
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return FileResponse(file.open("rb"), as_attachment=True, filename=found.name, content_type=kind)
