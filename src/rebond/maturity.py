"""How ripe a project is: the level its evidence supports, on the grid of ``maturite.yaml``.

Every step of the grid grows with the criteria, so the level is settled when it is the same with the unknown
criteria at 0 and at their best. A person may override the level with a reason: both are kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from pathlib import Path
from typing import Any

from rebond.data.shapes import TEXT, WHOLE, block, many, read_shaped
from rebond.data.yamlfile import YamlFile
from rebond.eligibility.truth import Truth
from rebond.errors import CatalogueError, FactsError, Fault
from rebond.facts import UNKNOWN, Evidence, Maybe, Project

__all__ = ["Criterion", "CriterionLevel", "Grid", "Level", "Maturity", "assess", "load_grid"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One line of the grid; ``levels`` says in French what 0, 1, 2… mean."""

    code: str
    label: str
    levels: tuple[str, ...]

    @property
    def best(self) -> int:
        """The highest level of the criterion."""
        return len(self.levels) - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A maturity level: reached when the mean and every criterion are at least what it asks."""

    code: str
    label: str
    mean_at_least: Decimal
    each_at_least: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Content of ``maturite.yaml``; levels from the least to the most mature."""

    criteria: tuple[Criterion, ...]
    levels: tuple[Level, ...]
    ripe_from: str
    proof_needed_above: int

    def level(self, code: str) -> Level:
        """The level of that code; ``KeyError`` when there is none."""
        for level in self.levels:
            if level.code == code:
                return level
        raise KeyError(code)

    def rank(self, code: str) -> int:
        """Place of a level, 0 for the least mature."""
        return self.levels.index(self.level(code))


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionLevel:
    """What one criterion counts for: ``used`` may be less than ``declared`` when there is no proof."""

    criterion: Criterion
    declared: Maybe[int]
    used: Maybe[int]
    proof: str
    remark: str
    """French; empty when there is nothing to say."""

    @property
    def next_label(self) -> str:
        """What the next level of this criterion asks; empty at the top, the question itself when unknown."""
        if self.used is UNKNOWN:
            return f"{self.criterion.label} : à renseigner"
        if self.used == self.criterion.best:
            return ""
        return f"{self.criterion.label} : {self.criterion.levels[self.used + 1]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Maturity:
    """The level kept (``level``), the one the evidence gives (``derived``), and how."""

    level: Maybe[str]
    derived: Maybe[str]
    low: str
    high: str
    """What the evidence gives with the unknown criteria at 0 and at their best."""
    criteria: tuple[CriterionLevel, ...]
    mean: Maybe[Decimal]
    overridden: bool
    reason: str
    missing: tuple[str, ...]
    """Codes of the criteria to ask for; empty when the derived level is settled."""
    ripe: Truth
    remarks: tuple[str, ...] = ()

    @property
    def best_mean(self) -> Decimal:
        """The mean of a project at the highest level of every criterion."""
        return Decimal(sum(row.criterion.best for row in self.criteria)) / len(self.criteria)


def assess(project: Project, grid: Grid) -> Maturity:
    """Level of a project on a grid.

    A level above ``proof_needed_above`` without a proof counts as that level. Raises ``FactsError`` when the
    evidence names a criterion twice or one that the grid lacks, or a level out of range.
    """
    evidence = _checked(project, grid)
    criteria = tuple(_used(criterion, evidence.get(criterion.code), grid) for criterion in grid.criteria)
    low = _reached(grid, [0 if row.used is UNKNOWN else row.used for row in criteria])
    high = _reached(grid, [row.criterion.best if row.used is UNKNOWN else row.used for row in criteria])
    derived = low.code if low == high else UNKNOWN
    override = project.maturity_override
    return Maturity(
        level=derived if override is UNKNOWN else override,
        derived=derived,
        low=low.code,
        high=high.code,
        criteria=criteria,
        mean=_mean(criteria),
        overridden=override is not UNKNOWN,
        reason=project.maturity_reason if override is not UNKNOWN else "",
        missing=tuple(row.criterion.code for row in criteria if row.used is UNKNOWN and derived is UNKNOWN),
        ripe=_ripe(grid, (low.code, high.code) if override is UNKNOWN else (override, override)),
        remarks=_remarks(project, grid, derived),
    )


def _checked(project: Project, grid: Grid) -> Mapping[str, Evidence]:
    """Evidence by criterion, once every contradiction with the grid is ruled out."""
    known = {criterion.code: criterion for criterion in grid.criteria}
    faults: list[Fault] = []
    found: dict[str, Evidence] = {}
    for row in project.evidence:
        where = f"projet {project.id}, maturité, critère « {row.criterion} »"
        criterion = known.get(row.criterion)
        if criterion is None:
            mend = f"choisir parmi : {', '.join(known)}"
            faults.append(Fault(where=where, problem="critère absent de la grille", mend=mend))
        elif row.level is not UNKNOWN and not 0 <= row.level <= criterion.best:
            mend = f"noter de 0 à {criterion.best}"
            faults.append(Fault(where=where, found=str(row.level), problem="niveau impossible", mend=mend))
        if row.criterion in found:
            faults.append(Fault(where=where, problem="critère noté deux fois", mend="n'en garder qu'une note"))
        found[row.criterion] = row
    override = project.maturity_override
    if override is not UNKNOWN and override not in {level.code for level in grid.levels}:
        mend = f"choisir parmi : {', '.join(level.code for level in grid.levels)}"
        where = f"projet {project.id}, maturité corrigée"
        faults.append(Fault(where=where, found=override, problem="niveau absent de la grille", mend=mend))
    if faults:
        raise FactsError(faults)
    return found


def _used(criterion: Criterion, evidence: Evidence | None, grid: Grid) -> CriterionLevel:
    declared = UNKNOWN if evidence is None else evidence.level
    proof = "" if evidence is None else evidence.proof.strip()
    used, remark = declared, ""
    if declared is UNKNOWN:
        remark = "non renseigné"
    elif declared > grid.proof_needed_above and not proof:
        used = grid.proof_needed_above
        remark = f"sans preuve : compté {used} au lieu de {declared}"
    return CriterionLevel(criterion=criterion, declared=declared, used=used, proof=proof, remark=remark)


def _reached(grid: Grid, values: Sequence[int]) -> Level:
    """The highest level satisfied; the first one asks for nothing (checked on loading)."""
    mean = Decimal(sum(values)) / len(values)
    worst = min(values)
    reached = [level for level in grid.levels if mean >= level.mean_at_least and worst >= level.each_at_least]
    return reached[-1]


def _mean(criteria: Sequence[CriterionLevel]) -> Maybe[Decimal]:
    total = 0
    for row in criteria:
        if row.used is UNKNOWN:
            return UNKNOWN
        total += row.used
    return Decimal(total) / len(criteria)


def _ripe(grid: Grid, bounds: tuple[str, str]) -> Truth:
    low, high = (grid.rank(code) >= grid.rank(grid.ripe_from) for code in bounds)
    return Truth.of(low) if low == high else Truth.UNKNOWN


def _remarks(project: Project, grid: Grid, derived: Maybe[str]) -> tuple[str, ...]:
    override = project.maturity_override
    if override is UNKNOWN:
        return ()
    evidence = "non établi" if derived is UNKNOWN else f"« {grid.level(derived).label} »"
    remarks = [f"Niveau fixé à « {grid.level(override).label} » ; d'après les preuves : {evidence}."]
    if not project.maturity_reason.strip():
        remarks.append("Le motif de la correction n'est pas écrit.")
    return tuple(remarks)


# --------------------------------------------------------------------- reading


def load_grid(path: Path) -> Grid:
    """Read ``maturite.yaml``; raises ``CatalogueError`` with every fault of the file."""
    file = read_shaped(path, _SHAPE)
    faults: list[Fault] = []
    data: Mapping[str, Any] = file.data
    criteria = tuple(
        Criterion(code=row["code"], label=row["libelle"], levels=tuple(row["niveaux"])) for row in data["criteres"]
    )
    levels = tuple(_level(file, row, rank, faults) for rank, row in enumerate(data["niveaux"]))
    faults += _order_faults(file, levels)
    faults += _reference_faults(file, criteria, levels)
    if faults:
        raise CatalogueError(faults)
    return Grid(
        criteria=criteria,
        levels=levels,
        ripe_from=data["mur_a_partir_de"],
        proof_needed_above=data["preuve_exigee_au_dela_de"],
    )


def _level(file: YamlFile, row: Mapping[str, Any], rank: int, faults: list[Fault]) -> Level:
    raw = str(row["moyenne_min"])
    try:
        mean = Decimal(raw.replace(",", "."))
    except InvalidOperation:
        path = ("niveaux", rank, "moyenne_min")
        faults.append(file.fault(path, raw, "nombre illisible", 'écrire par exemple "1.8"'))
        mean = Decimal(0)
    return Level(code=row["code"], label=row["libelle"], mean_at_least=mean, each_at_least=row["chaque_min"])


def _order_faults(file: YamlFile, levels: Sequence[Level]) -> list[Fault]:
    faults: list[Fault] = []
    first = levels[0]
    if first.mean_at_least > 0 or first.each_at_least > 0:
        problem = "le premier niveau doit convenir à tout projet"
        faults.append(file.fault(("niveaux", 0), first.code, problem, 'écrire moyenne_min: "0", chaque_min: 0'))
    for rank, (before, after) in enumerate(pairwise(levels), start=1):
        if after.mean_at_least < before.mean_at_least or after.each_at_least < before.each_at_least:
            problem = f"niveau moins exigeant que « {before.code} » qui le précède"
            mend = "ordonner du moins mûr au plus mûr"
            faults.append(file.fault(("niveaux", rank), after.code, problem, mend))
    return faults


def _reference_faults(file: YamlFile, criteria: Sequence[Criterion], levels: Sequence[Level]) -> list[Fault]:
    faults: list[Fault] = []
    for key, codes in (
        ("criteres", [criterion.code for criterion in criteria]),
        ("niveaux", [level.code for level in levels]),
    ):
        for rank, code in enumerate(codes):
            if code in codes[:rank]:
                faults.append(file.fault((key, rank, "code"), code, "code écrit deux fois", "le changer"))
    ripe_from = file.data["mur_a_partir_de"]
    known = [level.code for level in levels]
    if ripe_from not in known:
        mend = f"choisir parmi : {', '.join(known)}"
        faults.append(file.fault(("mur_a_partir_de",), ripe_from, "niveau absent de la grille", mend))
    return faults


_SHAPE = block(
    schema={"const": "maturite/v1"},
    criteres=many(block(code=TEXT, libelle=TEXT, niveaux=many(TEXT, least=2)), least=1),
    niveaux=many(
        block(code=TEXT, libelle=TEXT, moyenne_min={"type": ["string", "number"]}, chaque_min=WHOLE),
        least=1,
    ),
    mur_a_partir_de=TEXT,
    preuve_exigee_au_dela_de=WHOLE,
)
