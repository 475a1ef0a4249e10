"""The simulator: the plan of a project on other facts, beside its own. Nothing is stored, the address says it all."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect

from rebond.errors import FactsError, RebondError
from rebond.financing.what_if import WhatIf
from rebond.portfolio.in_mission import ProjectBench
from rebond.web.financing.plan_views import project_of
from rebond.web.financing.simulation import Asked, compared_lines, figures, read_form
from rebond.web.financing.study import bench_of
from rebond.web.missions.access import of_mission, page
from rebond.web.missions.models import Mission
from rebond.web.wording import sentence


@of_mission
def simulation(request: HttpRequest, mission: Mission, ref: str) -> HttpResponse:
    """Both plans; the address keeps only the facts that were changed, so that it can be shared."""
    project = project_of(request, mission, ref)
    bench = bench_of(mission, project)
    if bench is None:
        return page(request, mission, "financing/tab/without_facts.html", "projects", {"project": project})
    asked = read_form(bench, request.GET.dict())
    address = _address(request.path, asked)
    in_place = request.headers.get("HX-Request") == "true"
    if not asked.has_errors and not in_place and request.get_full_path() != address:
        return redirect(address)
    asked, found, failure = _computed(bench, asked)
    context = {
        "project": project,
        "asked": asked,
        "found": found,
        "failure": failure,
        "aid_lost": -found.aid_gained if found else 0,
        "figures": figures(found) if found else (),
        "lines": compared_lines(found) if found else (),
    }
    response = page(request, mission, "financing/simulation/page.html", "projects", context)
    response["Cache-Control"] = "private, no-store"
    if in_place and not asked.has_errors:
        response["HX-Push-Url"] = address
    return response


def _computed(bench: ProjectBench, asked: Asked) -> tuple[Asked, WhatIf | None, str]:
    """Both plans, or what is wrong: with a field, or with the whole."""
    if asked.has_errors:
        return asked, None, ""
    try:
        return asked, bench.what_if(asked.changes), ""
    except FactsError as error:
        for fault in error.faults:
            name = fault.where.removeprefix("fait « ").removesuffix(" »")
            asked = asked.with_error(name, sentence(fault.problem))
        return asked, None, ""
    except (RebondError, ValueError) as error:
        return asked, None, sentence(str(error))


def _address(path: str, asked: Asked) -> str:
    kept = QueryDict(mutable=True)
    kept.update(dict(asked.changes))
    return f"{path}?{kept.urlencode()}" if asked.changes else path
