"""A robust choice as JSON, on the published schema ``docs/schemas/robustesse-v1.json``: read and checked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
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
from rebond.portfolio.robust.weights import between
from rebond.reading.numbers import read_number
from rebond.reading.problem import Unreadable

SCHEMA = "robustesse/v1"
_Path = tuple[str | int, ...]
_ZERO = Fraction(0)
_NUMBER = "écrire un nombre, par exemple 3 ou « 3,5 »"


@dataclass(frozen=True, slots=True, kw_only=True)
class RobustFile:
    """A problem, and the words of the file."""

    title: str
    problem: RobustProblem
    project_names: tuple[str, ...]
    criterion_names: tuple[str, ...]


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
    )


@dataclass(slots=True)
class _Reader:
    file: JsonFile
    faults: list[Fault] = field(default_factory=list)
    criteria: dict[str, int] = field(default_factory=dict)
    projects: dict[str, int] = field(default_factory=dict)

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
        return RobustProblem(
            projects=tuple(self.projects),
            criteria=tuple(self.criteria),
            low=low,
            high=high,
            rows=tuple(rows),
            weight_rows=tuple(self._weights(data.get("poids", {}))),
            unit=Fraction(common, below),
        )

    def _tell(self, path: _Path, found: object, problem: str, mend: str) -> None:
        self.faults.append(self.file.fault(path, str(found), problem, mend))

    def _ranks(self, rows: Iterable[Mapping[str, Any]], key: str, noun: str) -> dict[str, int]:
        names = [row["id"] for row in rows]
        for name, times in Counter(names).items():
            if times > 1:
                self._tell((key,), name, f"{noun} en double", "donner à chacun son identifiant")
        return {name: rank for rank, name in enumerate(names)}

    def _number(self, raw: object, path: _Path) -> Fraction:
        if isinstance(raw, int | Decimal) and not isinstance(raw, bool):
            return Fraction(raw)
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
                yield self._interval(raw, (*path, name))
            elif raw == "inconnu":
                if "echelle" not in criterion:
                    mend = "donner l'« echelle » du critère, ou l'intervalle de la note"
                    self._tell((*path, name), raw, "note inconnue d'un critère sans échelle", mend)
                    yield _ZERO, _ZERO
                else:
                    yield self._interval(criterion["echelle"], ("criteres", order, "echelle"))
            else:
                mark = self._number(raw, (*path, name))
                yield mark, mark

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
            yield _row(name, costs[name], high=self._number(raw, ("budgets", name)))

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

    def _weights(self, data: Mapping[str, Any]) -> Iterator[tuple[int, ...]]:
        """Rows Σ coefficient × weight ≥ 0: a bound b on a sum is b times the sum of the weights, which is 1."""
        width = len(self.criteria)
        if "exacts" in data:
            given = self._terms(data["exacts"], ("poids", "exacts"))
            total = sum(given.values(), _ZERO)
            if total <= 0 or any(value < 0 for value in given.values()):
                self._tell(("poids", "exacts"), total, "les poids doivent être positifs", "corriger les poids")
            else:
                for rank in range(width):
                    share = given.get(rank, _ZERO) / total
                    yield from between({rank: Fraction(1)}, share, share, width)
        for name, raw in data.get("intervalles", {}).items():
            for rank in self._terms({name: 1}, ("poids", "intervalles")):
                yield from between({rank: Fraction(1)}, *self._interval(raw, ("poids", "intervalles", name)), width)
        if "minimum" in data:
            least = self._number(data["minimum"], ("poids", "minimum"))
            for rank in range(width):
                yield from between({rank: Fraction(1)}, least, None, width)
        groups = [[each] if isinstance(each, str) else each for each in data.get("ordre", ())]
        ranked = [list(self._terms(dict.fromkeys(group, 1), ("poids", "ordre"))) for group in groups]
        for higher, lower in pairwise(ranked):
            for one in higher:
                for other in lower:
                    yield from between({one: Fraction(1), other: Fraction(-1)}, _ZERO, None, width)
        for rank, row in enumerate(data.get("contraintes", ())):
            path: _Path = ("poids", "contraintes", rank)
            yield from between(self._terms(row["termes"], (*path, "termes")), *self._bounds(row, path), width)

    def _terms(self, data: Mapping[str, Any], path: _Path) -> dict[int, Fraction]:
        found = {}
        for name, raw in data.items():
            if name in self.criteria:
                found[self.criteria[name]] = self._number(raw, (*path, name))
            else:
                self._tell((*path, name), name, "critère absent de « criteres »", "corriger le nom")
        return found


def _row(name: str, terms: Mapping[int, Fraction], *, low: Fraction | None = None, high: Fraction | None = None) -> Row:
    below = lcm(*(value.denominator for value in (*terms.values(), *(b for b in (low, high) if b is not None))))
    whole = {item: int(value * below) for item, value in terms.items() if value}
    low_, high_ = (None if bound is None else int(bound * below) for bound in (low, high))
    return Row(name, whole, low=low_, high=high_)
