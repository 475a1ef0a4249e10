"""Verdicts and plans."""

from __future__ import annotations

from collections.abc import Iterable

from rebond.eligibility.truth import Truth
from rebond.eligibility.verdict import Reason, Verdict
from rebond.restitution.typography import typeset
from rebond.results import MissionResult, ProjectResult
from rebond.web.catalogue.reading import current_catalogue, fact_label, organisation_name
from rebond.web.financing import models
from rebond.web.financing.records_json import as_record, plan_as_record
from rebond.web.loading.projects import Projects
from rebond.web.projects.models import Project
from rebond.web.wording import sentence

_BATCH = 500
_SUMMARY = 3
"""Reasons named in the summary of a verdict."""


def load_financing(result: MissionResult, projects: Projects) -> None:
    """A verdict per project and dispositif, a plan per project."""
    for found in result.projects:
        project = projects[found.project.id]
        models.Verdict.objects.bulk_create(_verdicts(found, project), batch_size=_BATCH)
        _load_plan(found, project)


def _verdicts(found: ProjectResult, project: Project) -> Iterable[models.Verdict]:
    dispositifs = current_catalogue().dispositifs
    unquantified = {row.dispositif: sentence(row.reason) for row in found.built.unquantified}
    for verdict in found.verdicts:
        dispositif = dispositifs[verdict.dispositif]
        yield models.Verdict(
            project=project,
            dispositif=dispositif.id,
            title=typeset(dispositif.title),
            funder=organisation_name(dispositif.funder),
            instrument=typeset(dispositif.instrument.label),
            truth=verdict.truth.value,
            reasons=[_reason(reason) for reason in verdict.reasons],
            summary=_summary(verdict),
            missing=[_question(name) for name in verdict.missing],
            unquantified=unquantified.get(dispositif.id, ""),
        )


def _question(name: str) -> str:
    """What to ask for a missing fact; a sentence to confirm is its own question."""
    definition = current_catalogue().dictionary.get(name)
    return sentence(definition.question if definition and definition.question else fact_label(name))


def _reason(reason: Reason) -> dict[str, object]:
    return {
        "truth": reason.truth.value,
        "expected": sentence(reason.expected),
        "observed": typeset(reason.observed),
        "source": typeset(reason.source),
        "to_confirm": reason.to_confirm,
        "change": sentence(reason.change),
    }


def _summary(verdict: Verdict) -> str:
    """The criteria that decide, in a line: those that fail for a NO, those that wait for an UNKNOWN."""
    if verdict.truth is Truth.YES:
        return ""
    deciding = [reason.expected for reason in verdict.reasons if reason.truth is verdict.truth]
    named = " · ".join(sentence(text) for text in deciding[:_SUMMARY])
    more = len(deciding) - _SUMMARY
    text = f"{named} · et {more} de plus" if more > 0 else named
    longest = 590
    return text if len(text) <= longest else f"{text[:longest]}…"


def _load_plan(found: ProjectResult, project: Project) -> None:
    plan = models.Plan.objects.create(
        project=project,
        support=found.plan.support,
        benefit=found.plan.benefit,
        state_aid=found.plan.aid,
        covered=found.plan.covered,
        gap=found.plan.gap,
        envelope=found.plan.envelope,
        proven=found.plan.proven,
        gap_to_bound=found.plan.gap_to_bound,
        remarks=[sentence(remark) for remark in found.plan.remarks],
        record=plan_as_record(found.plan),
    )
    costs = {cost.ref: cost for cost in project.costs.all()}
    models.PlanLine.objects.bulk_create(
        models.PlanLine(
            plan=plan,
            cost_line=costs[line.line],
            position=position,
            dispositif=line.dispositif,
            title=typeset(line.title),
            funder=organisation_name(line.funder),
            instrument=typeset(line.instrument.label),
            forms=[as_record(form) for form in line.forms],
            regime=line.regime,
            article=typeset(line.article),
            amount=line.amount,
            aid=line.aid,
            formula=sentence(line.formula),
            ceiling=typeset(line.ceiling),
            sources=[typeset(source) for source in line.sources],
            reserves=[sentence(reserve) for reserve in line.reserves],
            verified=line.verified,
            is_envelope=line.is_envelope,
        )
        for position, line in enumerate(found.plan.lines)
    )
