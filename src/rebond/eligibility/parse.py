"""From the nodes of a YAML file to criteria.

A node is one of: ``{tous: […]}``, ``{un_de: […]}``, ``{non: …}``, ``{fait: …, au_moins|au_plus|plus_de|moins_de|
egal|parmi|hors: …}``, ``{naf: […], sauf: […]}``, ``{couts: […], au_moins|…: …}``; each may carry ``source``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from rebond.eligibility.criteria import AllOf, AnyOf, Compare, CostSum, Criterion, NafIn, Not, OneOf, Operator
from rebond.eligibility.dictionary import FactDefinition, FactDictionary, FactType
from rebond.eligibility.naf import NafPattern, compact, is_pattern
from rebond.facts import UNKNOWN, FactValue
from rebond.reading.amounts import require_euros
from rebond.reading.problem import Unreadable
from rebond.reading.words import text_of

Node = Mapping[str, object]
Report = Callable[[tuple[str | int, ...], str, str, str], None]
"""Called with (path in the node, what was found, what is wrong, how to mend it)."""

_NAF_FACT = "code_naf"
COST_PREFIX = "cout_"
ALL_COSTS = "tous"


class CriterionParser:
    """Reads nodes against a dictionary of facts; faults go to ``report`` and parsing goes on."""

    def __init__(self, dictionary: FactDictionary, report: Report) -> None:
        self._dictionary = dictionary
        self._report = report

    def parse(self, node: Node, path: tuple[str | int, ...] = ()) -> Criterion:  # noqa: PLR0911 - one way out a node
        """The criterion of a node; an always-true one stands in for a node that is wrong (and reported)."""
        source = str(node.get("source", ""))
        if "tous" in node:
            return AllOf(children=self._children(node["tous"], (*path, "tous")), source=source)
        if "un_de" in node:
            children = self._children(node["un_de"], (*path, "un_de"))
            return AnyOf(children=children, source=source)
        if "non" in node:
            return Not(child=self.parse(_mapping(node["non"]), (*path, "non")), source=source)
        if "naf" in node:
            return self._naf(node, path, source)
        if "couts" in node:
            return self._costs(node, path, source)
        if "fait" in node:
            return self._fact(node, path, source)
        self._report(path, str(dict(node)), "condition inconnue", "employer tous, un_de, non, fait, naf ou couts")
        return AllOf(children=())

    def _children(self, nodes: object, path: tuple[str | int, ...]) -> tuple[Criterion, ...]:
        if not isinstance(nodes, Sequence) or isinstance(nodes, str) or not nodes:
            self._report(path, str(nodes), "liste de conditions vide ou mal formée", "écrire au moins une condition")
            return ()
        return tuple(self.parse(_mapping(child), (*path, index)) for index, child in enumerate(nodes))

    def _naf(self, node: Node, path: tuple[str | int, ...], source: str) -> Criterion:
        fact = self._definition(_NAF_FACT, path)
        include = self._patterns(node["naf"], (*path, "naf"), fact)
        exclude = self._patterns(node.get("sauf", ()), (*path, "sauf"), fact)
        return NafIn(fact=fact, include=include, exclude=exclude, source=source)

    def _patterns(self, raw: object, path: tuple[str | int, ...], fact: FactDefinition) -> tuple[NafPattern, ...]:
        texts = [str(item) for item in raw] if isinstance(raw, Sequence) and not isinstance(raw, str) else [str(raw)]
        for text in texts:
            if not is_pattern(text):
                self._report(
                    path,
                    text,
                    "code NAF illisible",
                    "écrire une section (C), une division (« 25 »), une classe (« 25.73A ») ou un intervalle",
                )
            elif lost := [code for code in text.split("-") if _is_lost(code, fact)]:
                self._report(
                    path,
                    ", ".join(lost),
                    f"code absent de la {fact.unit}, la nomenclature des conditions",
                    f"écrire l'activité en {fact.unit}, même si le texte de l'aide la dit en NAF 2025",
                )
        return tuple(NafPattern(text) for text in texts)

    def _costs(self, node: Node, path: tuple[str | int, ...], source: str) -> Criterion:
        natures = [str(item) for item in _sequence(node["couts"])]
        names = ["cout_total"] if ALL_COSTS in natures else [COST_PREFIX + nature for nature in natures]
        facts = tuple(self._definition(name, (*path, "couts")) for name in names)
        label = (
            "Coût total" if ALL_COSTS in natures else f"Dépenses ({', '.join(fact.label.lower() for fact in facts)})"
        )
        tests: list[Criterion] = []
        for key, value in _tests(node):
            try:
                amount = require_euros(value, negative=True)
            except Unreadable as error:
                self._report((*path, key.value), text_of(value), error.problem, error.mend)
                continue
            tests.append(CostSum(facts=facts, label=label, operator=key, value=amount, source=source))
        return _one_or_all(tests, source)

    def _fact(self, node: Node, path: tuple[str | int, ...], source: str) -> Criterion:
        fact = self._definition(str(node["fait"]), (*path, "fait"))
        tests: list[Criterion] = []
        for key, raw in _tests(node):
            value = self._value(fact, raw, (*path, key.value))
            tests.append(Compare(fact=fact, operator=key, value=value, source=source))
        if "parmi" in node:
            tests.append(OneOf(fact=fact, values=self._values(fact, node["parmi"], (*path, "parmi")), source=source))
        if "hors" in node:
            inner = OneOf(fact=fact, values=self._values(fact, node["hors"], (*path, "hors")), source=source)
            tests.append(Not(child=inner, source=source))
        if not tests:
            self._report(
                path, str(node["fait"]), "aucune comparaison", "ajouter au_moins, au_plus, egal, parmi ou hors"
            )
        return _one_or_all(tests, source)

    def _definition(self, name: str, path: tuple[str | int, ...]) -> FactDefinition:
        if name in self._dictionary:
            return self._dictionary[name]
        self._report(
            path,
            name,
            "fait absent du dictionnaire",
            "employer un nom de data/referentiels/faits.csv, ou l'y ajouter",
        )
        return FactDefinition(name=name, label=name, type=FactType.TEXT)

    def _value(self, fact: FactDefinition, raw: object, path: tuple[str | int, ...]) -> Decimal | date | bool | str:
        try:
            value: FactValue = fact.parse(raw)
        except Unreadable as error:
            self._report(path, text_of(raw), error.problem, error.mend)
            return text_of(raw)
        if value is UNKNOWN or isinstance(value, frozenset):
            self._report(path, str(raw), "valeur manquante ou multiple", "écrire une seule valeur connue")
            return str(raw)
        return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value

    def _values(self, fact: FactDefinition, raw: object, path: tuple[str | int, ...]) -> frozenset[str]:
        values = frozenset(str(item) for item in _sequence(raw))
        for value in sorted(values):
            if fact.values and value not in fact.values:
                self._report(
                    path, value, f"valeur inconnue de « {fact.name} »", f"choisir parmi {', '.join(fact.values)}"
                )
        return values


def _is_lost(code: str, fact: FactDefinition) -> bool:
    """Whether a code, not a section, is none of the nomenclature of the fact."""
    return len(code) > 1 and bool(fact.codes) and compact(code) not in fact.codes


def _tests(node: Node) -> list[tuple[Operator, object]]:
    """The comparisons of a node, in the order of ``Operator``."""
    return [(key, node[key.value]) for key in Operator if key.value in node]


def _mapping(node: object) -> Node:
    return node if isinstance(node, Mapping) else {"?": node}


def _sequence(raw: object) -> Sequence[object]:
    return raw if isinstance(raw, Sequence) and not isinstance(raw, str) else [raw]


def _one_or_all(tests: list[Criterion], source: str) -> Criterion:
    if len(tests) == 1:
        return tests[0]
    return AllOf(children=tuple(tests), source=source)
