"""Documents and published figures."""

from __future__ import annotations

import mimetypes
from pathlib import Path
from typing import cast

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404

from rebond.indicators.explained import lacking, reckoning, without_rows
from rebond.web.accounts.models import User
from rebond.web.committee.settling import frozen_since
from rebond.web.desk.lists import Column, Listing, export, tools
from rebond.web.missions.access import of_mission, page, without_study
from rebond.web.missions.models import Mission
from rebond.web.paging import page_of
from rebond.web.publishing.held import embargo_now
from rebond.web.restitution.groups import grouped, headlines
from rebond.web.restitution.kinds import described
from rebond.web.studies.models import Document, DocumentSet, Indicator
from rebond.web.studies.storing.documents import home_of
from rebond.web.worker.leases import is_held
from rebond.web.worker.models import Work

LISTING = Listing(
    name="indicateurs",
    title="Indicateurs",
    view="restitution:indicators",
    default_sort="rang",
    sorts={"rang": "position"},
    columns=(
        Column(key="indicateur", label="Indicateur", value=lambda row: row.label, fixed=True),
        Column(key="valeur", label="Valeur", value=lambda row: row.text, fixed=True),
        Column(key="nombre", label="Nombre", value=lambda row: row.value, numeric=True),
        Column(key="unite", label="Unité", value=lambda row: row.unit),
        Column(key="definition", label="Définition", value=lambda row: row.definition),
        Column(key="calcul", label="Calcul", value=lambda row: row.formula, default=False),
        Column(key="remarque", label="Remarque", value=lambda row: row.note),
        Column(key="code", label="Code", value=lambda row: row.code, default=False),
    ),
)


@of_mission
def indicator_list(request: HttpRequest, mission: Mission) -> HttpResponse:
    """Every published figure with its definition, group by group; ``?q=`` seeks among them."""
    rows = list(Indicator.objects.visible_to(request.user).found_by(mission.current_study).defer("record"))
    text = request.GET.get("q", "").strip()
    groups = grouped(rows, text)
    kept = [row for group in groups for row in group.rows]
    answer = export(LISTING, request, mission, kept)
    context = {
        "groups": groups,
        "headlines": [] if text else headlines(rows),
        "q": text,
        "count": len(kept),
        "total": len(rows),
        **tools(LISTING, request, mission),
    }
    return answer or page(request, mission, "restitution/indicators.html", "indicators", context)


@of_mission
def indicator(request: HttpRequest, mission: Mission, code: str) -> HttpResponse:
    """A figure and the rows behind it."""
    study = mission.current_study
    if study is None:
        return without_study(request, mission, "indicators", "Indicateur")
    rows = Indicator.objects.visible_to(request.user).found_by(study).select_related("record")
    found = get_object_or_404(rows, code=code)
    behind = found.rows
    context: dict[str, object] = {
        "indicator": found,
        "page": page_of(request, behind),
        "reckoning": reckoning(found.formula, found.text),
        "lacking": lacking(found.note, found.text),
        "without_rows": without_rows(found.text),
        # A column of blanks, or of ones, says nothing.
        "referenced": any(row.kind for row in behind),
        "valued": any(row.value != 1 for row in behind),
    }
    return page(request, mission, "restitution/indicator.html", "indicators", context)


@of_mission
def document_list(request: HttpRequest, mission: Mission) -> HttpResponse:
    """Documents of a study to download: those of the address, else of the study shown, else the latest ones."""
    sets = DocumentSet.objects.visible_to(request.user).of(mission).select_related("study").order_by("-study__number")
    every = {row.study.number: row for row in sets}
    shown = mission.current_study
    ready = [number for number, row in every.items() if row.status == DocumentSet.Status.DONE]
    asked = request.GET.get("etude", "")
    number = next((each for each in every if str(each) == asked), None)
    if number is None:
        number = shown.number if shown and (shown.number in every or not ready) else next(iter(ready), None)
    found = every.get(number) if number else None
    rows = Document.objects.visible_to(request.user).found_by(found.study if found else None)
    work = Work.objects.visible_to(request.user).of(mission).filter(kind=Work.Kind.DOCUMENTS).first()
    context: dict[str, object] = {
        "groups": described(rows, home=home_of(found.study) if found else ""),
        "set": found,
        "embargo": embargo_now(mission),
        "work": work if work is not None and is_held(work) else None,
        "others": [each for each in ready if each != number],
        "frozen_since": found is not None
        and found.status == DocumentSet.Status.DONE
        and frozen_since(cast(User, request.user), mission, found.finished_at),
        "to_prepare": shown if shown and shown.number not in every else None,
    }
    return page(request, mission, "restitution/documents.html", "documents", context)


@of_mission
def document(request: HttpRequest, mission: Mission, path: str) -> HttpResponseBase:
    """A document of the mission: only one that was registered, only from the documents folder."""
    rows = Document.objects.visible_to(request.user).of(mission).filter(path=path)
    # Of the latest study that has it: the demonstration registers one folder for all its studies.
    found = rows.order_by("-study__number").first()
    if found is None:
        raise Http404
    root = Path(settings.DOCUMENTS_ROOT).resolve()
    file = (root / found.path).resolve()
    if not file.is_relative_to(root) or not file.is_file():
        raise Http404
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return FileResponse(file.open("rb"), as_attachment=True, filename=found.name, content_type=kind)
