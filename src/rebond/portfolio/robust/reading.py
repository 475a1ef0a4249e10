"""A robust choice as JSON, on the published schema ``docs/schemas/robustesse-v1.json``: read and checked."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from math import gcd, lcm
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from rebond.data.jsonfile import parse_json, read_json
from rebond.data.yamlfile import schema_faults
from rebond.errors import DataError, Fault
from rebond.facts import UNKNOWN
from rebond.financing.problem.as_json import JsonFile
from rebond.portfolio.choosing.row import Row
from rebond.portfolio.robust.model import RobustProblem
from rebond.portfolio.robust.weight_reading import WeightReader
from rebond.portfolio.robust.weights import compromises
from rebond.reading.numbers import read_number
from rebond.reading.problem import Unreadable

SCHEMA = "robustesse/v1"
_Path = tuple[str | int, ...]
_ZERO = Fraction(0)
_NUMBER = "écrire un nombre, par exemple 3 ou « 3,5 »"
_SHARE = re.compile(r"\s*([-+]?[0-9]{1,9})\s*/\s*0*([1-9][0-9]{0,8})\s*")
"""A third is no decimal number, and statements on weights speak of thirds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RobustFile:
    """A problem, and the words of the file."""

    title: str
    problem: RobustProblem
    project_names: tuple[str, ...]
    criterion_names: tuple[str, ...]
    members: Mapping[str, tuple[tuple[int, ...], ...]] = field(default_factory=dict)
    """Who says what of the weights, as rows: what is agreed, and what each adds to it."""
    grain: int = 1
    """Whole units of the last budget's row in one of the file's."""


def load_robust(path: Path, *, schema: Draft202012Validator) -> RobustFile:
    """Read a file; raises ``DataError`` with every fault, each with its JSON path."""
    return _read(read_json(path, exact=True), path.name, schema)


def parse_robust(text: str, *, name: str, schema: Draft202012Validator) -> RobustFile:
    """What a JSON text holds; raises ``DataError`` with every fault."""
    return _read(parse_json(text, name=name, exact=True), name, schema)


def _read(data: Any, name: str, schema: Draft202012Validator) -> RobustFile:
    file = JsonFile(path=Path(name), name=name, data=data, lines={})
    if faults := schema_faults(file, schema):
        raise DataError(faults)
    reader = _Reader(file)
    problem = reader.problem(data)
    if reader.faults:
        raise DataError(reader.faults)
    return RobustFile(
        title=data.get("intitule", name),
        problem=problem,
        project_names=tuple(project.get("intitule", project["id"]) for project in data["projets"]),
        criterion_names=tuple(criterion.get("intitule", criterion["id"]) for criterion in data["criteres"]),
        members=reader.members,
        grain=reader.grain,
    )


@dataclass(slots=True)
class _Reader:
    file: JsonFile
    faults: list[Fault] = field(default_factory=list)
    criteria: dict[str, int] = field(default_factory=dict)
    projects: dict[str, int] = field(default_factory=dict)
    members: dict[str, tuple[tuple[int, ...], ...]] = field(default_factory=dict)
    grain: int = 1

    def problem(self, data: Mapping[str, Any]) -> RobustProblem:
        self.criteria = self._ranks(data["criteres"], "criteres", "critère")
        self.projects = self._ranks(data["projets"], "projets", "projet")
        marks = [list(self._marks(rank, project, data)) for rank, project in enumerate(data["projets"])]
        every = [end for row in marks for pair in row for end in pair]
        below = lcm(*(end.denominator for end in every)) if every else 1
        common = gcd(*(int(end * below) for end in every)) or 1
        low, high = (
            tuple(tuple(int(pair[side] * below) // common for pair in row) for row in marks) for side in (0, 1)
        )
        rows = [*self._budgets(data), *self._links(data)]
        said = list(self._said(data.get("poids", {})))
        return RobustProblem(
            projects=tuple(self.projects),
            criteria=tuple(self.criteria),
            low=low,
            high=high,
            rows=tuple(rows),
            weight_rows=tuple(row for row, _ in said),
            weight_names=tuple(words for _, words in said),
            unit=Fraction(common, below),
        )

    def _said(self, data: Mapping[str, Any]) -> Iterator[tuple[tuple[int, ...], str]]:
        """What is agreed of the weights, then the compromises between the members, as rows with their words."""
        weights = WeightReader(self.criteria, self._number, self._tell)
        agreed = list(weights.rows(data, ("poids",)))
        yield from agreed
        for rank, member in enumerate(data.get("membres", ())):
            said = list(weights.rows(member, ("poids", "membres", rank)))
            if member["nom"] in self.members:
                self._tell(("poids", "membres", rank, "nom"), member["nom"], "membre en double", "n'en garder qu'un")
            self.members[member["nom"]] = tuple(row for row, _ in (*agreed, *said))
        if self.members and not self.faults:
            for row in compromises(self.members, len(self.criteria)):
                yield row, "les compromis entre les membres"

    def _tell(self, path: _Path, found: object, problem: str, mend: str) -> None:
        fault = self.file.fault(path, str(found), problem, mend)
        if fault not in self.faults:
            self.faults.append(fault)

    def _ranks(self, rows: Iterable[Mapping[str, Any]], key: str, noun: str) -> dict[str, int]:
        names = [row["id"] for row in rows]
        for name, times in Counter(names).items():
            if times > 1:
                self._tell((key,), name, f"{noun} en double", "donner à chacun son identifiant")
        return {name: rank for rank, name in enumerate(names)}

    def _number(self, raw: object, path: _Path) -> Fraction:
        if isinstance(raw, int | Decimal) and not isinstance(raw, bool):
            return Fraction(raw)
        if isinstance(raw, str) and (share := _SHARE.fullmatch(raw)):
            return Fraction(int(share[1]), int(share[2]))
        try:
            value = read_number(raw, negative=True).value
        except Unreadable as error:
            self._tell(path, raw, error.problem, error.mend)
            return _ZERO
        if value is UNKNOWN:
            self._tell(path, raw, "ce n'est pas un nombre", _NUMBER)
            return _ZERO
        return Fraction(value)

    def _interval(self, raw: Iterable[object], path: _Path) -> tuple[Fraction, Fraction]:
        low, high = (self._number(end, (*path, rank)) for rank, end in enumerate(raw))
        if low > high:
            mend = "écrire le plus petit, puis le plus grand"
            self._tell(path, f"[{low}, {high}]", "l'intervalle est à l'envers", mend)
        return low, high

    def _marks(
        self, rank: int, project: Mapping[str, Any], data: Mapping[str, Any]
    ) -> Iterator[tuple[Fraction, Fraction]]:
        path: _Path = ("projets", rank, "notes")
        for name in project["notes"].keys() - self.criteria.keys():
            self._tell((*path, name), name, "critère absent de « criteres »", "corriger le nom, ou l'y ajouter")
        for order, criterion in enumerate(data["criteres"]):
            name = criterion["id"]
            raw = project["notes"].get(name)
            if raw is None:
                problem = f"note absente pour le critère « {name} »"
                self._tell(path, "", problem, "donner une note, un intervalle [basse, haute], ou « inconnu »")
                yield _ZERO, _ZERO
            elif isinstance(raw, list):
                yield self._on_scale(self._interval(raw, (*path, name)), criterion, (*path, name))
            elif raw == "inconnu":
                if "echelle" not in criterion:
                    mend = "donner l'« echelle » du critère, ou l'intervalle de la note"
                    self._tell((*path, name), raw, "note inconnue d'un critère sans échelle", mend)
                    yield _ZERO, _ZERO
                else:
                    yield self._interval(criterion["echelle"], ("criteres", order, "echelle"))
            else:
                mark = self._number(raw, (*path, name))
                yield self._on_scale((mark, mark), criterion, (*path, name))

    def _on_scale(
        self, mark: tuple[Fraction, Fraction], criterion: Mapping[str, Any], path: _Path
    ) -> tuple[Fraction, Fraction]:
        """A mark out of the scale of its criterion is a slip of the pen, or another scale."""
        if "echelle" in criterion:
            ends = [self._number(end, path) for end in criterion["echelle"]]
            if min(mark) < min(ends) or max(mark) > max(ends):
                told = " à ".join(f"{float(end):g}" for end in dict.fromkeys(mark))
                scale = " à ".join(f"{float(end):g}" for end in ends)
                mend = "corriger la note, ou l'échelle"
                self._tell(path, told, f"note hors de l'échelle du critère, de {scale}", mend)
        return mark

    def _budgets(self, data: Mapping[str, Any]) -> Iterator[Row]:
        budgets = data.get("budgets", {})
        costs: dict[str, dict[int, Fraction]] = {name: {} for name in budgets}
        for rank, project in enumerate(data["projets"]):
            for name, raw in project.get("couts", {}).items():
                path: _Path = ("projets", rank, "couts", name)
                if name not in budgets:
                    self._tell(path, name, "budget absent de « budgets »", "corriger le nom, ou l'y ajouter")
                else:
                    costs[name][rank] = self._number(raw, path)
        for name, raw in budgets.items():
            high = self._number(raw, ("budgets", name))
            self.grain = lcm(high.denominator, *(cost.denominator for cost in costs[name].values()))
            yield _row(f"budget « {name} »", costs[name], high=high)

    def _known(self, names: Iterable[str], path: _Path) -> list[int]:
        found = []
        for rank, name in enumerate(names):
            if name in self.projects:
                found.append(self.projects[name])
            else:
                self._tell((*path, rank), name, "projet absent de « projets »", "corriger l'identifiant")
        return found

    def _links(self, data: Mapping[str, Any]) -> Iterator[Row]:
        for rank, link in enumerate(data.get("contraintes", ())):
            path: _Path = ("contraintes", rank)
            kind = link["type"]
            name = f"contrainte {rank + 1} ({kind})"
            if kind == "exige":
                asking = self._known([link["projet"]], (*path, "projet"))
                for needed in self._known(link["requis"], (*path, "requis")):
                    for project in asking:
                        yield _row(name, {project: Fraction(1), needed: Fraction(-1)}, high=_ZERO)
            elif kind == "lineaire":
                terms = {}
                for project, raw in link["termes"].items():
                    for known in self._known([project], (*path, "termes")):
                        terms[known] = self._number(raw, (*path, "termes", project))
                low, high = self._bounds(link, path)
                yield _row(name, terms, low=low, high=high)
            else:
                among = dict.fromkeys(self._known(link["projets"], (*path, "projets")), Fraction(1))
                number = Fraction(link.get("nombre", 1))
                low = number if kind in {"au_moins", "exactement"} else None
                yield _row(name, among, low=low, high=None if kind == "au_moins" else number)

    def _bounds(self, data: Mapping[str, Any], path: _Path) -> tuple[Fraction | None, Fraction | None]:
        low, high = (self._number(data[key], (*path, key)) if key in data else None for key in ("au_moins", "au_plus"))
        if low is None and high is None:
            self._tell(path, "", "contrainte sans borne", "donner « au_moins » ou « au_plus »")
        return low, high


def _row(name: str, terms: Mapping[int, Fraction], *, low: Fraction | None = None, high: Fraction | None = None) -> Row:
    below = lcm(*(value.denominator for value in (*terms.values(), *(b for b in (low, high) if b is not None))))
    whole = {item: int(value * below) for item, value in terms.items() if value}
    low_, high_ = (None if bound is None else int(bound * below) for bound in (low, high))
    return Row(name, whole, low=low_, high=high_)
