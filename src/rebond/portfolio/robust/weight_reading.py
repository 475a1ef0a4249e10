"""What a file says of the weights, as rows with their words: agreed, or by one member."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any, Protocol

from rebond.portfolio.robust.weights import between

_Path = tuple[str | int, ...]
_Said = tuple[tuple[int, ...], str]
_ZERO = Fraction(0)


class _Tell(Protocol):
    def __call__(self, path: _Path, found: object, problem: str, mend: str) -> None: ...


@dataclass(frozen=True, slots=True)
class WeightReader:
    """Reads weights on criteria of given ranks; ``number`` and ``tell`` are those of the file's reader."""

    criteria: Mapping[str, int]
    number: Callable[[object, _Path], Fraction]
    tell: _Tell

    def rows(self, data: Mapping[str, Any], path: _Path) -> Iterator[_Said]:
        """Rows Σ coefficient × weight ≥ 0: a bound b on a sum is b times the sum of the weights, which is 1."""
        who = f"{data['nom']} : " if "nom" in data else ""
        for said in (self._exact, self._between, self._least, self._ordered, self._linear):
            for row, words in said(data, path):
                yield row, who + words

    def _exact(self, data: Mapping[str, Any], path: _Path) -> Iterator[_Said]:
        if "exacts" not in data:
            return
        path = (*path, "exacts")
        given = self._terms(data["exacts"], path)
        if missing := [name for name, rank in self.criteria.items() if rank not in given]:
            self.tell(path, ", ".join(missing), "critère sans poids exact", "donner son poids, 0 s'il ne compte pas")
        for name, rank in self.criteria.items():
            if given.get(rank, _ZERO) < 0:
                self.tell((*path, name), data["exacts"][name], "poids négatif", "écrire un poids positif, ou 0")
        total = sum(given.values(), _ZERO)
        if total <= 0:
            self.tell(path, total, "aucun critère ne pèse", "donner un poids positif à un critère au moins")
            return
        for name, rank in self.criteria.items():
            share = given.get(rank, _ZERO) / total
            for row in between({rank: Fraction(1)}, share, share, len(self.criteria)):
                yield row, f"poids exact de « {name} »"

    def _between(self, data: Mapping[str, Any], path: _Path) -> Iterator[_Said]:
        lows, highs = dict.fromkeys(self.criteria, _ZERO), dict.fromkeys(self.criteria, Fraction(1))
        for name, raw in data.get("intervalles", {}).items():
            here: _Path = (*path, "intervalles", name)
            for rank in self._terms({name: 1}, (*path, "intervalles")):
                low, high = (self.number(end, (*here, order)) for order, end in enumerate(raw))
                told = f"[{float(low):g}, {float(high):g}]"
                if low > high:
                    self.tell(here, told, "l'intervalle est à l'envers", "écrire le plus petit, puis le plus grand")
                elif low < 0 or high > 1:
                    self.tell(here, told, "un poids est une part de 1", "écrire par exemple [0.2, 0.3] pour 20 à 30 %")
                else:
                    lows[name], highs[name] = low, high
                    for row in between({rank: Fraction(1)}, low, high, len(self.criteria)):
                        yield row, f"« {name} » entre {float(low):g} et {float(high):g}"
        for ends, beyond, words in ((lows, 1, "les planchers passent"), (highs, -1, "les plafonds n'atteignent pas")):
            total = sum(ends.values(), _ZERO)
            if (total - 1) * beyond > 0:
                problem = f"{words} 1 : les poids ne peuvent faire 1 ensemble"
                self.tell((*path, "intervalles"), f"{float(total):g}", problem, "élargir les intervalles")

    def _least(self, data: Mapping[str, Any], path: _Path) -> Iterator[_Said]:
        if "minimum" in data:
            least = self.number(data["minimum"], (*path, "minimum"))
            if least * len(self.criteria) > 1:
                most = f"écrire au plus 1/{len(self.criteria)}"
                self.tell((*path, "minimum"), f"{float(least):g}", "tous les poids ensemble passeraient 1", most)
                return
            for rank in range(len(self.criteria)):
                for row in between({rank: Fraction(1)}, least, None, len(self.criteria)):
                    yield row, f"minimum de {float(least):g} par critère"

    def _ordered(self, data: Mapping[str, Any], path: _Path) -> Iterator[_Said]:
        here: _Path = (*path, "ordre")
        groups = [[each] if isinstance(each, str) else each for each in data.get("ordre", ())]
        cited = [name for group in groups for name in group]
        for name in dict.fromkeys(each for each in cited if cited.count(each) > 1):
            self.tell(here, name, "critère cité deux fois dans l'ordre", "ne le citer qu'une fois")
        ranked = [list(self._terms(dict.fromkeys(group, 1), here)) for group in groups]
        names = list(self.criteria)
        for higher, lower in pairwise(ranked):
            for one in higher:
                for other in lower:
                    terms = {one: Fraction(1), other: Fraction(-1)}
                    for row in between(terms, _ZERO, None, len(self.criteria)):
                        yield row, f"« {names[one]} » pèse au moins autant que « {names[other]} »"

    def _linear(self, data: Mapping[str, Any], path: _Path) -> Iterator[_Said]:
        for rank, linear in enumerate(data.get("contraintes", ())):
            here: _Path = (*path, "contraintes", rank)
            low, high = (
                self.number(linear[key], (*here, key)) if key in linear else None for key in ("au_moins", "au_plus")
            )
            if low is None and high is None:
                self.tell(here, "", "contrainte sans borne", "donner « au_moins » ou « au_plus »")
            for row in between(self._terms(linear["termes"], (*here, "termes")), low, high, len(self.criteria)):
                yield row, f"contrainte {rank + 1} sur les poids"

    def _terms(self, data: Mapping[str, Any], path: _Path) -> dict[int, Fraction]:
        found = {}
        for name, raw in data.items():
            if name in self.criteria:
                found[self.criteria[name]] = self.number(raw, (*path, name))
            else:
                self.tell((*path, name), name, "critère absent de « criteres »", "corriger le nom")
        return found
