"""What was found of projects: the columns of lists, the record, the lines that plans take."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from rebond.facts import UNKNOWN
from rebond.maturity import Grid
from rebond.results import MissionResult, ProjectResult
from rebond.web.catalogue.reading import maturity_grid, organisation_name
from rebond.web.studies.models import PlanLine, ProjectFinding, Record, Study
from rebond.web.studies.storing.records import Records
from rebond.web.studies.storing.rows import FactRows
from rebond.web.studies.values import words
from rebond.web.wording import set_once

_CENT = Decimal("0.01")
_BATCH = 500


def store_projects(
    result: MissionResult, study: Study, facts: FactRows, records: Records, digests: Sequence[str]
) -> None:
    """A finding per project with its record and the lines of its plan."""
    grid = maturity_grid()
    findings = ProjectFinding.objects.bulk_create(
        (
            _finding(found, study, facts, grid, records.stored(digest))
            for found, digest in zip(result.projects, digests, strict=True)
        ),
        batch_size=_BATCH,
    )
    PlanLine.objects.bulk_create(
        (
            line
            for found, finding in zip(result.projects, findings, strict=True)
            for line in _lines(found, finding, facts)
        ),
        batch_size=_BATCH,
    )


def _finding(found: ProjectResult, study: Study, facts: FactRows, grid: Grid, record: Record) -> ProjectFinding:
    maturity, plan, decision = found.maturity, found.plan, found.decision
    return ProjectFinding(
        study=study,
        project_id=facts.projects[found.project.id],
        record=record,
        cost=found.project.total_cost,
        need=found.built.problem.need,
        known=found.known.known.value,
        known_by=[organisation_name(code) for code in found.known.by],
        maybe_known_by=[organisation_name(code) for code in found.known.maybe_by],
        maturity=words(maturity.level),
        maturity_label="" if maturity.level is UNKNOWN else set_once(grid.level(maturity.level).label, capital=False),
        maturity_mean=None if maturity.mean is UNKNOWN else maturity.mean.quantize(_CENT),
        ripe=maturity.ripe.value,
        support=plan.support,
        benefit=plan.benefit,
        state_aid=plan.aid,
        covered=plan.covered,
        gap=plan.gap,
        firm_support=plan.stack.firm,
        conditional_support=plan.stack.conditional,
        unverified_support=plan.stack.unverified,
        not_ripe_support=plan.stack.not_ripe,
        beyond_need=plan.stack.beyond_need,
        proven=plan.proven,
        gap_to_bound=plan.gap_to_bound,
        status=decision.status.value,
        reasons=[set_once(reason) for reason in decision.reasons],
        uncovered=decision.uncovered,
        envelope=decision.envelope,
        score=found.score.value,
    )


def _lines(found: ProjectResult, finding: ProjectFinding, facts: FactRows) -> Iterable[PlanLine]:
    for position, line in enumerate(found.plan.lines):
        yield PlanLine(
            study_id=finding.study_id,
            finding=finding,
            cost_line_id=facts.costs[found.project.id, line.line],
            position=position,
            dispositif=line.dispositif,
            regime=line.regime,
            amount=line.amount,
            aid=line.aid,
            is_envelope=line.is_envelope,
        )
