"""The plan's tab: the plan with all that explains it, its documents."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from rebond.adapters.plan_documents.docx import write_docx
from rebond.adapters.plan_documents.funders import funder_sections
from rebond.adapters.plan_documents.pdf import write_pdf
from rebond.adapters.plan_documents.wording import bridge, proof, repayments
from rebond.adapters.plan_documents.xlsx import write_xlsx
from rebond.errors import RebondError
from rebond.facts import UNKNOWN
from rebond.financing.explaining.dossier import PlanDossier
from rebond.reading.dates import read_date
from rebond.reading.problem import Unreadable
from rebond.web.financing.addresses import as_query
from rebond.web.financing.answers import answers_beside
from rebond.web.financing.deadlines import deadlines
from rebond.web.financing.models import FrozenPlan
from rebond.web.financing.payers import payers
from rebond.web.financing.plan_rows import (
    limit_rows,
    line_rows,
    proof_rows,
    receipt_rows,
    reserve_rows,
    variant_rows,
    year_rows,
)
from rebond.web.financing.resources import ceilings, plan_groups, resources
from rebond.web.financing.study import bench_of, dossier_of
from rebond.web.financing.unknown_rows import unknown_rows
from rebond.web.guard.heavy import heavy
from rebond.web.missions.access import of_mission
from rebond.web.missions.models import Mission
from rebond.web.projects.models import Project
from rebond.web.projects.sheet import sheet_page, studied_project
from rebond.web.wording import mending

KINDS: Mapping[str, tuple[Callable[[PlanDossier, Path], None], str]] = {
    "xlsx": (write_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "docx": (write_docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "pdf": (write_pdf, "application/pdf"),
}


BEFORE = "argent_avant"
"""The date of the variant « money before a date », in the address of the plan and of its documents."""


project_of = studied_project


def stored_plan(request: HttpRequest, mission: Mission, project: Project) -> HttpResponse:
    """The plan as the study stored it, when the facts that would explain it are not at hand."""
    found = project.finding.found if project.finding else None
    return sheet_page(
        request,
        mission,
        project,
        "plan",
        "financing/tab/without_facts.html",
        {
            "found": found,
            "groups": plan_groups(found.lines) if found else (),
            "resources": resources(project) if found else (),
            "ceilings": ceilings(project) if found else (),
        },
    )


@of_mission
@heavy
def plan_page(request: HttpRequest, mission: Mission, ref: str) -> HttpResponse:
    """The plan, line by line, with its proof, its ceilings, its variants and its table by year."""
    project = project_of(request, mission, ref)
    bench, study = bench_of(mission, project), mission.current_study
    if bench is None or study is None or project.finding is None:
        return stored_plan(request, mission, project)
    found = project.finding.found
    before, error = _asked_day(request)
    dossier = dossier_of(mission, project, bench, before=before)
    limits, answers = limit_rows(dossier), answers_beside(mission, project, bench)
    return sheet_page(
        request,
        mission,
        project,
        "plan",
        "financing/tab/plan.html",
        {
            "payers": payers(dossier, found, answers.stages),
            "answers": answers,
            "awards": found.awards,
            "refusals": found.refusals,
            "assumed": [zone for zone in found.zones if zone.assumed],
            "deadlines": deadlines(project, found.lines, timezone.localdate()),
            "dossier": dossier,
            "plan": dossier.plan,
            "as_stored": bench.as_stored,
            "moved": dossier.catalogue_version != study.catalogue_version,
            "unquantified": [
                (item.dispositif, bench.context.catalogue.dispositifs[item.dispositif].title, item.reason)
                for item in bench.now.built.unquantified
                if item.dispositif not in dossier.plan.files
            ],
            "proof": proof(dossier),
            "proofs": proof_rows(dossier.plan),
            "seconds": sum(report.seconds for report in dossier.plan.reports),
            "lines": line_rows(dossier.plan, dossier.line_labels.items()),
            "resources": resources(project),
            "ceilings": ceilings(project),
            "limits": limits,
            "reached": [row for row in limits if row.limit.binds],
            "free": [row for row in limits if not row.limit.binds],
            "variants": variant_rows(dossier),
            "before": request.GET.get(BEFORE, "") if error else before,
            "before_error": error,
            "asked_before": as_query({BEFORE: before.isoformat()}) if before else "",
            "unknowns": unknown_rows(dossier, bench),
            "reserves": reserve_rows(dossier),
            "funders": tuple(funder_sections(dossier)),
            "uses": year_rows(dossier.table, dossier.table.uses, "Total des emplois"),
            "paid_by": year_rows(dossier.table, dossier.table.resources, "Total des ressources"),
            "receipts": receipt_rows(dossier),
            "positions": [(year, dossier.flow.position(year)) for year in dossier.flow.years],
            "bridge": bridge(dossier),
            "repayments": repayments(dossier.flow),
            "frozen": FrozenPlan.objects.visible_to(request.user).of(mission).filter(project_ref=ref).count(),
        },
    )


@of_mission
@heavy
def plan_document(request: HttpRequest, mission: Mission, ref: str, kind: str) -> HttpResponse:
    """The plan as a file; 404 for a kind that does not exist, 503 when the machine cannot make it."""
    project = project_of(request, mission, ref)
    bench = bench_of(mission, project)
    if kind not in KINDS or bench is None:
        raise Http404
    write, content_type = KINDS[kind]
    with TemporaryDirectory() as folder:
        file = Path(folder) / f"plan-{ref}.{kind}"
        try:
            write(dossier_of(mission, project, bench, before=_asked_day(request)[0]), file)
        except RebondError as error:
            return HttpResponse(str(error), status=503, content_type="text/plain; charset=utf-8")
        return HttpResponse(
            file.read_bytes(),
            content_type=content_type,
            headers={"Content-Disposition": f'attachment; filename="{file.name}"'},
        )


def _asked_day(request: HttpRequest) -> tuple[date | None, str]:
    """The date of the variant « money before a date », ``None`` when it is not asked; what is wrong with it."""
    raw = request.GET.get(BEFORE, "").strip()
    if not raw:
        return None, ""
    try:
        day = read_date(raw).value
    except Unreadable as error:
        return None, mending(error)
    return (None if day is UNKNOWN else day), ""
