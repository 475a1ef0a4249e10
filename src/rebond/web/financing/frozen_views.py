"""Frozen plans of a project: the list, one of them, and the form by which the team freezes the plan of today."""

from __future__ import annotations

from typing import cast

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from rebond.financing.explaining.what_if import WhatIf
from rebond.web.accounts.models import User
from rebond.web.financing.freezing import freeze_plan, freeze_simulation, replay
from rebond.web.financing.models import FrozenPlan
from rebond.web.financing.plan_rows import line_rows
from rebond.web.financing.plan_views import project_of
from rebond.web.financing.records_json import from_record
from rebond.web.financing.simulation import read_form
from rebond.web.financing.simulation_views import computed
from rebond.web.financing.study import bench_of
from rebond.web.guard.heavy import heavy
from rebond.web.missions.access import TEAM, of_mission, page, roles_in
from rebond.web.missions.models import Mission

LONGEST_LABEL = 200


@require_http_methods(["GET", "HEAD", "POST"])
@of_mission
@heavy
def frozen_list(request: HttpRequest, mission: Mission, ref: str) -> HttpResponse:
    """The frozen plans of a project; a POST freezes its plan, or the simulation that the address tells."""
    project = project_of(request, mission, ref)
    may_freeze = not roles_in(mission).isdisjoint(TEAM)
    if request.method == "POST" and not may_freeze:
        raise PermissionDenied
    bench = bench_of(mission, project)
    asked = read_form(bench, request.GET.dict()) if bench else None
    found: WhatIf | None = None
    if bench and asked and (asked.changes or asked.has_errors):
        asked, found, _ = computed(bench, asked)
        if found is None:  # The simulator says what is wrong.
            return redirect(f"{reverse('financing:simulation', args=[mission.slug, ref])}?{request.GET.urlencode()}")
    error = ""
    if request.method == "POST":
        if bench is None or asked is None:
            raise Http404
        label, user = request.POST.get("intitule", "").strip(), cast(User, request.user)
        if 0 < len(label) <= LONGEST_LABEL:
            if found is None:
                return redirect(freeze_plan(mission, project, bench.now, label=label, user=user))
            return redirect(
                freeze_simulation(mission, project, found, written=asked.changes, label=label, user=user),
            )
        error = "Donnez un intitulé, de 200 caractères au plus."
    rows = FrozenPlan.objects.visible_to(request.user).of(mission).filter(project_ref=ref)
    context = {
        "project": project,
        "may_freeze": may_freeze,
        "rows": rows.defer("facts", "problem", "plan", "record"),
        "error": error,
        "label": request.POST.get("intitule", ""),
        "plan": found.after.plan if found else bench.now.plan if bench else None,
        "found": found,
        "query": asked.query if asked else "",
    }
    return page(request, mission, "financing/frozen/list.html", "projects", context)


@of_mission
@heavy
def frozen(request: HttpRequest, mission: Mission, ref: str, pk: int) -> HttpResponse:
    """A plan as it was frozen; ``?rejouer=1`` computes it again. The project may have gone from the mission since."""
    rows = FrozenPlan.objects.visible_to(request.user).of(mission)
    row = get_object_or_404(rows, project_ref=ref, pk=pk)
    labels = [(line["id"], line.get("intitule") or line["id"]) for line in row.problem["projets"][0]["postes"]]
    again = replay(row) if "rejouer" in request.GET else None
    plan = from_record(row.record)
    context = {
        "frozen": row,
        "lines": line_rows(plan, labels),
        "to_pay_back": plan.to_pay_back,
        "replay": again,
        "again": line_rows(again.again, labels) if again and not again.same else (),
    }
    return page(request, mission, "financing/frozen/plan.html", "projects", context)
