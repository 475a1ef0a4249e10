"""The value of a project for the call: weighted criteria, each scored from 0 to 5, each score explained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from rebond.data.shapes import RATE, TEXT, Shape, block, many, read_shaped
from rebond.errors import CatalogueError
from rebond.facts import UNKNOWN, Project
from rebond.reading.amounts import require_rate
from rebond.units import Rate, agreed, format_number, format_rate


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectionCriterion:
    """One criterion of the call; ``computed`` names how its score is found."""

    code: str
    label: str
    weight: Rate
    computed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectionGrid:
    """The criteria of the call. Weights add up to 1."""

    criteria: tuple[SelectionCriterion, ...]
    top_score: int
    jobs_at_top: int
    """Jobs from which the job criterion has the top score."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionScore:
    """A score, or UNKNOWN counted as 0 and said so."""

    criterion: str
    label: str
    weight: Rate
    score: Decimal
    explanation: str
    known: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The weighted value of a project, from 0 to 100."""

    value: Decimal
    criteria: tuple[CriterionScore, ...]


def load_selection_grid(path: Path) -> SelectionGrid:
    """Read ``selection.yaml``; raises ``CatalogueError`` with every fault of the file."""
    file = read_shaped(path, _SHAPE)
    data: dict[str, Any] = file.data
    criteria = tuple(
        SelectionCriterion(
            code=row["code"], label=row["libelle"], weight=require_rate(row["poids"]), computed=row["calcul"]
        )
        for row in data["criteres"]
    )
    if sum(criterion.weight for criterion in criteria) != 1:
        raise CatalogueError([file.fault(("criteres",), "", "les poids ne font pas 100 %", "corriger les poids")])
    return SelectionGrid(criteria=criteria, top_score=data["note_max"], jobs_at_top=data["emplois_note_max"])


_COMPUTED = ["emplois_crees", "maturite", "levier", "note"]
"""How a score is found: from the project's jobs, maturity or own money, or by the assessors."""
_POSITIVE: Shape = {"type": "integer", "minimum": 1}
_SHAPE = block(
    schema={"const": "selection/v1"},
    criteres=many(block(code=TEXT, libelle=TEXT, poids=RATE, calcul={"enum": _COMPUTED}), least=1),
    note_max=_POSITIVE,
    emplois_note_max=_POSITIVE,
)


def score_project(
    project: Project,
    grid: SelectionGrid,
    *,
    maturity_mean: Decimal | None,
    weights: Mapping[str, Decimal] | None = None,
) -> Score:
    """Score a project. ``maturity_mean`` is the mean of its maturity grid (0 to 3), ``None`` when unknown.

    ``weights`` are the mission's own, relative to one another; without them the grid's hold. An unknown score counts as
    0, is flagged, and never hides: the committee sees which answers lack.
    """
    shares = _shares(grid, weights or {})
    scored = [
        CriterionScore(
            criterion=criterion.code,
            label=criterion.label,
            weight=shares[criterion.code],
            score=score if score is not None else Decimal(0),
            explanation=why,
            known=score is not None,
        )
        for criterion in grid.criteria
        for score, why in [_score(project, criterion, grid, maturity_mean)]
    ]
    value = sum((entry.weight * entry.score for entry in scored), Decimal(0)) / grid.top_score * 100
    return Score(value=value.quantize(Decimal("0.01")), criteria=tuple(scored))


def _shares(grid: SelectionGrid, weights: Mapping[str, Decimal]) -> dict[str, Rate]:
    """Each criterion's share of the whole."""
    if not weights:
        return {criterion.code: criterion.weight for criterion in grid.criteria}
    total = sum((weights.get(criterion.code, Decimal(0)) for criterion in grid.criteria), Decimal(0))
    if total <= 0:
        raise ValueError("les poids donnés ne pèsent aucun critère de l'appel")
    return {criterion.code: weights.get(criterion.code, Decimal(0)) / total for criterion in grid.criteria}


def _score(
    project: Project, criterion: SelectionCriterion, grid: SelectionGrid, maturity_mean: Decimal | None
) -> tuple[Decimal | None, str]:
    top = Decimal(grid.top_score)
    match criterion.computed:
        case "emplois_crees":
            jobs = project.jobs_created
            if jobs is UNKNOWN:
                return None, "emplois créés inconnus"
            return min(top, top * jobs / grid.jobs_at_top), f"{jobs} {agreed('emplois créés', jobs)}"
        case "maturite":
            if maturity_mean is None:
                return None, "maturité inconnue"
            return top * maturity_mean / 3, f"moyenne de la grille : {format_number(maturity_mean, 1)} sur 3"
        case "levier":
            return _leverage(project, top)
        case _:
            return _given(project, criterion)


def _given(project: Project, criterion: SelectionCriterion) -> tuple[Decimal | None, str]:
    """What the assessors gave, with the reason that they wrote."""
    found = next((each for each in project.scores if each.criterion == criterion.code), None)
    if found is None:
        return None, "note à donner"
    told = f"note des évaluateurs : {found.reason}" if found.reason else "note des évaluateurs"
    return Decimal(found.score), told


def _leverage(project: Project, top: Decimal) -> tuple[Decimal | None, str]:
    """The share of the cost that the firm and its bank already bring."""
    if not project.total_cost:
        return None, "aucun poste de dépense"
    if project.own_financing is UNKNOWN:
        return None, "financement acquis inconnu"
    share = min(Decimal(1), project.own_financing / project.total_cost)
    return top * share, f"{format_rate(share.quantize(Decimal('0.01')))} du coût déjà financé"
