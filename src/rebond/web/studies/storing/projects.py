"""What was found of projects: the columns of lists, the record, the lines that plans take."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from rebond.facts import UNKNOWN
from rebond.maturity import Grid
from rebond.portfolio.call import CallDecision
from rebond.portfolio.scoring import Score
from rebond.results import MissionResult, ProjectResult
from rebond.web.catalogue.reading import maturity_grid, organisation_name
from rebond.web.studies.models import NOT_COMPARED, PlanLine, ProjectFinding, Study
from rebond.web.studies.records import told_of_score
from rebond.web.studies.storing.project_record import stored_scores
from rebond.web.studies.storing.rows import FactRows
from rebond.web.studies.values import words
from rebond.web.wording import set_once

_CENT = Decimal("0.01")


def project_rows(result: MissionResult, study: Study, facts: FactRows) -> Iterable[ProjectFinding]:
    """A finding per project, in their order; its record is told once it is stored."""
    grid = maturity_grid()
    statuses = result.robustness.statuses if result.robustness else {}
    for found in result.projects:
        steady = {
            name: {"robustesse": each.statuses[found.project.id].value}
            for name, each in result.robustness_by_call.items()
            if found.project.id in each.statuses
        }
        finding = _finding(found, study, facts, grid, steady)
        if share := result.financing_call(found):
            finding.robustness = steady.get(share.name, {}).get("robustesse", "")
        if found.project.id in statuses:
            finding.robustness = statuses[found.project.id].value
        yield finding


def plan_rows(
    result: MissionResult, findings: Sequence[ProjectFinding], study: Study, facts: FactRows
) -> Iterable[PlanLine]:
    """The lines of the plans. ``findings``: those of the projects, in their order, stored or not."""
    for found, finding in zip(result.projects, findings, strict=True):
        yield from _lines(found, finding, study, facts)


def _finding(
    found: ProjectResult, study: Study, facts: FactRows, grid: Grid, steady: Mapping[str, dict[str, Any]]
) -> ProjectFinding:
    maturity, plan, decision = found.maturity, found.plan, found.decision
    return ProjectFinding(
        study=study,
        project_id=facts.projects[found.project.id],
        cost=found.project.total_cost,
        need=found.built.problem.need,
        known=found.known.known.value if found.known.compared else NOT_COMPARED,
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
        needs=decision.needs,
        envelope=decision.envelope,
        part=_part(decision),
        calls={
            name: _before(each) | _own_value(found.scores.get(name)) | steady.get(name, {})
            for name, each in found.calls.items()
        },
        score=found.score.value,
        score_high=found.score.high,
    )


def _before(decision: CallDecision) -> dict[str, Any]:
    """Where a project stands before one of several calls; ``portfolio/calls.py`` reads it."""
    return {
        "statut": decision.status.value,
        "motifs": [set_once(reason) for reason in decision.reasons],
        "sans_autre": str(decision.uncovered),
        "lui_faut": decision.needs,
        "enveloppe": decision.envelope,
        **({"part": _part(decision)} if decision.part else {}),
    }


def _own_value(score: Score | None) -> dict[str, Any]:
    """What a project is worth for a call that has criteria of its own."""
    if score is None:
        return {}
    return {
        "valeur": str(score.value),
        "valeur_haute": str(score.high),
        "notes": [told_of_score(each) for each in stored_scores(score)],
    }


def _part(decision: CallDecision) -> dict[str, int]:
    """What a call that pays parts may give a project, in euros; ``portfolio/calls.py`` reads it."""
    part = decision.part
    return {"au_moins": part.least, "au_plus": part.most, "entier": part.full} if part else {}


def _lines(found: ProjectResult, finding: ProjectFinding, study: Study, facts: FactRows) -> Iterable[PlanLine]:
    for position, line in enumerate(found.plan.lines):
        yield PlanLine(
            study=study,
            finding=finding,
            cost_line_id=facts.costs[found.project.id, line.line],
            position=position,
            dispositif=line.dispositif,
            regime=line.regime,
            amount=line.amount,
            aid=line.aid,
            is_envelope=line.is_envelope,
        )
