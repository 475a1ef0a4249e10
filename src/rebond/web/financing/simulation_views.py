"""The simulator: the plan of a project on other facts, beside its own. Nothing is stored, the address says it all."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from rebond.errors import FactsError, RebondError
from rebond.financing.explaining.what_if import WhatIf
from rebond.reading.problem import Unreadable
from rebond.study.in_mission import ProjectBench
from rebond.units import NO_BREAK_SPACE
from rebond.web.financing.addresses import as_query
from rebond.web.financing.comparison import compared_lines, compared_verdicts, figures
from rebond.web.financing.plan_views import project_of, stored_plan
from rebond.web.financing.simulation import Asked, read_form
from rebond.web.financing.study import bench_of
from rebond.web.guard.heavy import heavy
from rebond.web.missions.access import of_mission, page
from rebond.web.missions.models import Mission
from rebond.web.wording import mending, sentence


@of_mission
@heavy
def simulation(request: HttpRequest, mission: Mission, ref: str) -> HttpResponse:
    """Both plans; the address keeps only the facts that were changed, so that it can be shared.

    In place (htmx), the page takes from the answer the result, its summary and the state of each field: not the
    controls, in which the person may be writing already.
    """
    project = project_of(request, mission, ref)
    bench = bench_of(mission, project)
    if bench is None:
        return stored_plan(request, mission, project)
    asked = read_form(bench, request.GET.dict())
    address = request.path + asked.query
    in_place = request.headers.get("HX-Request") == "true"
    if not asked.has_errors and not in_place and request.get_full_path() != address:
        return redirect(address)
    asked, found, failure = computed(bench, asked)
    context = {
        "project": project,
        "asked": asked,
        "found": found,
        "failure": failure,
        "aid_lost": -found.aid_gained if found else 0,
        "figures": figures(found) if found else (),
        "lines": compared_lines(found) if found else (),
        "verdicts": compared_verdicts(found) if found else (),
        "files_difference": _more_files(found) if found else "",
        "changes": _with_undo(asked, found) if found else (),
    }
    response = page(request, mission, "financing/simulation/page.html", "projects", context)
    response["Cache-Control"] = "private, no-store"
    response["Vary"] = "HX-Request"
    # Enter in a field asks twice, for the change and for the form: the second must not be a step back in the history.
    if in_place and not asked.has_errors and not request.headers.get("HX-Current-URL", "").endswith(address):
        response["HX-Push-Url"] = address
    return response


def computed(bench: ProjectBench, asked: Asked) -> tuple[Asked, WhatIf | None, str]:
    """Both plans, or what is wrong: with a field, or with the whole."""
    if asked.has_errors:
        return asked, None, ""
    try:
        return asked, bench.what_if(asked.changes), ""
    except FactsError as error:
        for fault in error.faults:
            name = fault.where.removeprefix("fait « ").removesuffix(" »")
            asked = asked.with_error(name, mending(Unreadable(fault.problem, fault.mend)))
        return asked, None, ""
    except (RebondError, ValueError) as error:
        return asked, None, sentence(str(error))


def _more_files(found: WhatIf) -> str:
    """How many files more, or fewer, with their sign; a dash for none."""
    more = len(found.after.plan.files) - len(found.before.plan.files)
    return f"{'+' if more > 0 else '−'}{NO_BREAK_SPACE}{abs(more)}" if more else "–"


def _with_undo(asked: Asked, found: WhatIf) -> list[tuple[object, str]]:
    """Each change, with the query of the same simulation without it (``?`` alone: without any)."""
    return [
        (change, as_query({name: raw for name, raw in asked.changes.items() if name != change.fact}) or "?")
        for change in found.changes
    ]
