"""Interviews and the needs heard there."""

from __future__ import annotations

from collections import Counter

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse

from rebond.web.catalogue.reading import axis_label
from rebond.web.interviews.models import Interview, Need
from rebond.web.missions.access import of_mission, page
from rebond.web.missions.models import Mission
from rebond.web.paging import page_of


@of_mission
def interview_list(request: HttpRequest, mission: Mission) -> HttpResponse:
    """Interviews, the latest first; ``?axe=`` keeps the needs of one axis."""
    axis = request.GET.get("axe", "")
    every_need = Need.objects.visible_to(request.user).of(mission)
    counts = Counter(every_need.values_list("axis", flat=True))
    needs = every_need.filter(axis=axis) if axis else every_need
    rows = Interview.objects.visible_to(request.user).of(mission).select_related("firm__establishment")
    if axis:
        rows = rows.filter(needs__axis=axis).distinct()
    return page(
        request,
        mission,
        "interviews/list.html",
        "interviews",
        {
            "page": page_of(request, rows.prefetch_related(Prefetch("needs", queryset=needs))),
            "axis": axis,
            "axes": [(code, axis_label(code), count) for code, count in counts.most_common()],
            "total": counts.total(),
        },
    )
