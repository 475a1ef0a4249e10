"""The studies of a mission: the list, two of them compared, the ones that are kept."""

from __future__ import annotations

from itertools import pairwise
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from rebond.regimes.readings import Reading
from rebond.web.accounts.models import User
from rebond.web.catalogue.reading import current_catalogue
from rebond.web.guard.heavy import heavy
from rebond.web.journal.models import Act
from rebond.web.journal.writing import Note, author_of, record
from rebond.web.missions.access import changing, of_mission, page
from rebond.web.missions.models import Mission
from rebond.web.paging import page_of
from rebond.web.studies.comparing import compare_studies
from rebond.web.studies.models import DocumentSet, Study
from rebond.web.worker.models import Choices

TITLE = "Études de la mission"


@of_mission
def study_list(request: HttpRequest, mission: Mission) -> HttpResponse:
    """Every study that is kept, the latest first, and what can be asked."""
    rows = Study.objects.visible_to(request.user).of(mission).defer("alerts", "repairs").order_by("-number")
    shown = page_of(request, rows)
    sets = DocumentSet.objects.visible_to(request.user).of(mission)
    documents = {row.study_id: row for row in sets}
    numbers = [study.number for study in rows if study.status == Study.Status.DONE]
    before = dict(pairwise(numbers))
    readings = current_catalogue().readings
    context: dict[str, object] = {
        "title": TITLE,
        "page": shown,
        "rows": [(study, documents.get(study.pk), before.get(study.number)) for study in shown],
        "done": numbers,
        "readings": [(reading.value, readings.title(reading)) for reading in Reading],
        "default_reading": readings.title(readings.default),
        "chosen": Choices.objects.visible_to(request.user).of(mission).values_list("reading", flat=True).first() or "",
    }
    return page(request, mission, "studies/list.html", "studies", context)


@of_mission
@heavy
def compare(request: HttpRequest, mission: Mission) -> HttpResponse:
    """Two studies that are done: by default the one that is shown, and the one before it."""
    done = Study.objects.visible_to(request.user).of(mission).filter(status=Study.Status.DONE)
    numbers = list(done.order_by("-number").values_list("number", flat=True))
    after = _number(request, "apres") or (mission.current_study.number if mission.current_study else 0)
    earlier = [number for number in numbers if number < after]
    before = _number(request, "avant") or (earlier[0] if earlier else 0)
    found = None
    if before and after and before != after:
        one, other = get_object_or_404(done, number=before), get_object_or_404(done, number=after)
        found = compare_studies(mission, one, other, request.user)
    context: dict[str, object] = {
        "numbers": numbers,
        "before": before,
        "after": after,
        "found": found,
        "page": page_of(request, found.projects if found else ()),
    }
    return page(request, mission, "studies/compare.html", "studies", context)


def _number(request: HttpRequest, name: str) -> int:
    asked = request.GET.get(name, "")
    return int(asked) if asked.isdecimal() and asked.isascii() and len(asked) < _LONG else 0


_LONG = 9


@require_POST
@changing
def pin(request: HttpRequest, mission: Mission, number: int) -> HttpResponse:
    """Keep a study for ever, or no longer."""
    study = get_object_or_404(Study.objects.visible_to(request.user).of(mission), number=number)
    keep = request.POST.get("garder") == "oui"
    if study.pinned != keep:
        study.pinned = keep
        study.save(update_fields={"pinned"})
        note = Note(kind="etude", ref=str(number), label=str(study), path=("pinned",), before=not keep, after=keep)
        record(mission, [note], by=author_of(cast(User, request.user)), act=Act.MANAGED)
    return redirect("studies:list", mission.slug)
