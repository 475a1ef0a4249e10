"""The value of a project for the call: weighted criteria, each scored from 0 to 5, each score explained.

A score that nobody can give yet is an interval, and so is the value: its low end is what is announced and compared, for
no answer that is taken back can raise it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

from rebond.data.shapes import RATE, TEXT, Shape, block, many, read_shaped
from rebond.data.yamlfile import YamlFile
from rebond.errors import CatalogueError, Fault
from rebond.facts import UNKNOWN, Mark, Project
from rebond.maturity import Maturity
from rebond.portfolio.assessors import Agreed, agreed_by, counted
from rebond.reading.amounts import require_rate
from rebond.units import Rate, agreed, format_number, format_rate

_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectionCriterion:
    """One criterion of the call; ``computed`` names how its score is found."""

    code: str
    label: str
    weight: Rate
    computed: str
    anchors: tuple[str, ...] = ()
    """What each mark means, from 0 to the top one; only for a criterion that assessors mark."""
    measured: str = ""
    """Which data give the score, and how; only for a criterion that needs no hand."""

    @property
    def is_marked(self) -> bool:
        """Whether assessors mark it; the others are found from the data."""
        return self.computed == BY_HAND


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectionGrid:
    """The criteria of the call. Weights add up to 1."""

    criteria: tuple[SelectionCriterion, ...]
    top_score: int
    jobs_at_top: int
    """Jobs from which the job criterion has the top score."""
    diverging_from: int
    """Points between the lowest and the highest mark from which assessors are said to diverge."""
    source: str
    """Whose criteria, weights and anchors these are."""

    @property
    def marked(self) -> tuple[SelectionCriterion, ...]:
        """The criteria that assessors mark."""
        return tuple(criterion for criterion in self.criteria if criterion.is_marked)


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionScore:
    """A score, or the interval where it is: ``score`` is its low end, ``known`` whether the two ends are one."""

    criterion: str
    label: str
    weight: Rate
    score: Decimal
    explanation: str
    known: bool = True
    margin: Decimal = Decimal(0)
    """What is not known could still add."""
    marks: int = 0
    """Assessors whose marks make the score."""
    spread: int = 0
    """Points between the lowest and the highest of their marks."""
    diverges: bool = False
    """Whether that is as much as the call reports to its committee."""
    by_hand: bool = False
    """Whether assessors give it; else it comes from the data."""

    @property
    def low(self) -> Decimal:
        """The least that the score may be."""
        return self.score

    @property
    def high(self) -> Decimal:
        """The most that the score may be."""
        return self.score + self.margin


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The weighted value of a project, from 0 to 100: at least ``value``, the number that is announced and compared."""

    value: Decimal
    criteria: tuple[CriterionScore, ...]
    margin: Decimal = Decimal(0)
    """What the unknown scores could still add."""

    @property
    def low(self) -> Decimal:
        """The least value, whatever the unknown scores turn out to be: it is ``value``."""
        return self.value

    @property
    def high(self) -> Decimal:
        """The most that the project may be worth."""
        return self.value + self.margin

    @property
    def is_known(self) -> bool:
        """Whether every score is known."""
        return not self.margin

    @property
    def diverging(self) -> tuple[CriterionScore, ...]:
        """The criteria on which the assessors diverge."""
        return tuple(each for each in self.criteria if each.diverges)


def load_selection_grid(path: Path) -> SelectionGrid:
    """Read ``selection.yaml``; raises ``CatalogueError`` with every fault of the file."""
    file = read_shaped(path, _SHAPE)
    data: dict[str, Any] = file.data
    criteria = tuple(
        SelectionCriterion(
            code=row["code"],
            label=row["libelle"],
            weight=require_rate(row["poids"]),
            computed=row["calcul"],
            anchors=tuple(row.get("reperes", ())),
            measured=row.get("mesure", ""),
        )
        for row in data["criteres"]
    )
    faults = [fault for rank, each in enumerate(criteria) for fault in _anchor_faults(file, rank, each)]
    if sum(criterion.weight for criterion in criteria) != 1:
        faults.append(file.fault(("criteres",), "", "les poids ne font pas 100 %", "corriger les poids"))
    if faults:
        raise CatalogueError(faults)
    return SelectionGrid(
        criteria=criteria,
        top_score=data["note_max"],
        jobs_at_top=data["emplois_note_max"],
        diverging_from=data["ecart_signale"],
        source=data["source"],
    )


def _anchor_faults(file: YamlFile, rank: int, criterion: SelectionCriterion) -> Iterable[Fault]:
    """A mark without words is read differently by each assessor; a score from data must say from which."""
    top = file.data["note_max"]
    where = ("criteres", rank)
    if criterion.is_marked and len(criterion.anchors) != top + 1:
        mend = f"écrire {top + 1} repères, du sens de la note 0 à celui de la note {top}"
        yield file.fault(where, criterion.code, f"{len(criterion.anchors)} repères pour les notes de 0 à {top}", mend)
    if not criterion.is_marked and not criterion.measured:
        yield file.fault(
            where, criterion.code, "critère calculé sans « mesure »", "dire quelles données donnent la note"
        )


BY_HAND = "note"
COMPUTED: Mapping[str, str] = MappingProxyType(
    {
        BY_HAND: "note des évaluateurs",
        "emplois_crees": "emplois créés",
        "maturite": "maturité",
        "levier": "effet de levier",
    }
)
"""How a score is found, in words: by the assessors, or from the project's jobs, maturity or own money."""
_POSITIVE: Shape = {"type": "integer", "minimum": 1}
_SHAPE = block(
    schema={"const": "selection/v1"},
    source=TEXT,
    criteres=many(
        block(
            frozenset({"reperes", "mesure"}),
            code=TEXT,
            libelle=TEXT,
            poids=RATE,
            calcul={"enum": [*COMPUTED]},
            reperes=many(TEXT, least=1),
            mesure=TEXT,
        ),
        least=1,
    ),
    note_max=_POSITIVE,
    emplois_note_max=_POSITIVE,
    ecart_signale=_POSITIVE,
)


def score_project(
    project: Project,
    grid: SelectionGrid,
    *,
    maturity: Maturity | None,
    marks: Iterable[Mark] = (),
    aside: Collection[str] = frozenset(),
) -> Score:
    """Score a project. ``maturity``: what its maturity grid found, ``None`` when it is not looked at.

    ``grid``: that of its mission (``criteria.mission_grid``). ``marks``: what the assessors gave it; ``aside``: those
    who stand aside for its firm (``assessors.aside_of``), whose marks never count.
    An unknown score is anywhere on the scale: the value is its least, and the committee sees which answers lack.
    """
    given = agreed_by(counted(marks, aside), grid.top_score)
    scored = [
        _by_assessors(criterion, grid, given[criterion.code])
        if criterion.is_marked and criterion.code in given
        else _found(project, criterion, grid, maturity, unsigned=not aside)
        for criterion in grid.criteria
    ]
    low = _out_of_100(scored, grid, lambda each: each.low)
    high = _out_of_100(scored, grid, lambda each: each.high)
    return Score(value=low, criteria=tuple(scored), margin=high - low)


def _out_of_100(
    scored: Iterable[CriterionScore], grid: SelectionGrid, end: Callable[[CriterionScore], Decimal]
) -> Decimal:
    total = sum((each.weight * end(each) for each in scored), Decimal(0))
    return (total / grid.top_score * 100).quantize(_CENT)


def _by_assessors(criterion: SelectionCriterion, grid: SelectionGrid, given: Agreed) -> CriterionScore:
    """What the named assessors make of a criterion; neither their names nor their reasons: those are the team's."""
    diverges = given.spread >= grid.diverging_from
    told = "note d’un évaluateur" if given.count == 1 else f"moyenne des notes de {given.count} évaluateurs"
    if diverges:
        told += f", qui s’écartent de {given.spread} {agreed('points', given.spread)}"
    if given.margin:
        told += " ; une note a été reprise et n’est pas redonnée"
    return CriterionScore(
        criterion=criterion.code,
        label=criterion.label,
        by_hand=criterion.is_marked,
        weight=criterion.weight,
        score=given.score,
        explanation=told,
        known=not given.margin,
        margin=given.margin,
        marks=given.count,
        spread=given.spread,
        diverges=diverges,
    )


def _found(
    project: Project,
    criterion: SelectionCriterion,
    grid: SelectionGrid,
    maturity: Maturity | None,
    *,
    unsigned: bool,
) -> CriterionScore:
    """A score from the data, or from the mark that the project's own sheet gives."""
    score, why = _score(project, criterion, grid, maturity, unsigned=unsigned)
    return CriterionScore(
        criterion=criterion.code,
        label=criterion.label,
        by_hand=criterion.is_marked,
        weight=criterion.weight,
        score=Decimal(0) if score is None else score,
        explanation=why,
        known=score is not None,
        margin=Decimal(grid.top_score) if score is None else Decimal(0),
    )


def _score(
    project: Project,
    criterion: SelectionCriterion,
    grid: SelectionGrid,
    maturity: Maturity | None,
    *,
    unsigned: bool,
) -> tuple[Decimal | None, str]:
    top = Decimal(grid.top_score)
    match criterion.computed:
        case "emplois_crees":
            jobs = project.jobs_created
            if jobs is UNKNOWN:
                return None, "emplois créés inconnus"
            return min(top, top * jobs / grid.jobs_at_top), f"{jobs} {agreed('emplois créés', jobs)}"
        case "maturite":
            if maturity is None or maturity.mean is UNKNOWN:
                return None, "maturité inconnue"
            mean, best = maturity.mean, maturity.best_mean
            of = format_number(best, 0 if best == best.to_integral_value() else 1)
            return top * mean / best, f"moyenne de la grille : {format_number(mean, 1)} sur {of}"
        case "levier":
            return _leverage(project, top)
        case _:
            return _given(project, criterion, grid.top_score, unsigned=unsigned)


def _given(project: Project, criterion: SelectionCriterion, top: int, *, unsigned: bool) -> tuple[Decimal | None, str]:
    """The mark of the project's own sheet, which nobody signed.

    It gives way to signed ones; and where someone stands aside it does not count, for it may be his or hers.
    """
    found = next((each for each in project.scores if each.criterion == criterion.code), None)
    if found is None:
        return None, "note à donner"
    if found.score > top:
        return None, f"note sur une autre échelle, à redonner de 0 à {top}"
    if not unsigned:
        return None, "note sans signature, écartée : un évaluateur s’est déporté, et elle est peut-être la sienne"
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
