"""Facts that follow from others when the table has no column for them: places, section of activity, age, length.

The rules are the interpreter's (``Zonages.facts_of``, ``complete``); here they are applied once a distinct value.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from rebond.bulk.columns import CodedColumn, Codes, OrderedColumn, Vocabulary
from rebond.bulk.scales import AgeAt, Length
from rebond.eligibility.places import ZONE_FACTS, Gazetteer, Zonages, place_codes
from rebond.eligibility.project_facts import complete, facts_of_difficulty, facts_of_kind, facts_of_legal_form
from rebond.facts import UNKNOWN, FactValue

PLACE_FACTS = ("departement", "region", "epci", *ZONE_FACTS.values())


@dataclass(slots=True)
class Derivation:
    """A coded fact that is a function of another."""

    source: str
    target: str
    value: Callable[[FactValue], FactValue]
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    _of: Vocabulary | None = None
    _lookup: Codes = field(default_factory=lambda: np.zeros(0, np.intp))

    def column(self, source: CodedColumn) -> CodedColumn:
        """The derived column; UNKNOWN where the source is."""
        if source.vocabulary is not self._of:
            self._of, self._lookup = source.vocabulary, np.zeros(0, np.intp)
        values = source.vocabulary.values
        self._lookup = np.concatenate([self._lookup, np.full(len(values) - len(self._lookup), _NOT_YET)])
        codes = self._lookup[source.codes]
        # A table names a few of the thirty-five thousand communes: what the others derive is not worked out.
        new = np.unique(source.codes[codes == _NOT_YET])
        if len(new):
            met = (values[code] for code in new)
            self._lookup[new] = self.vocabulary.code_all(
                UNKNOWN if known is UNKNOWN else self.value(known) for known in met
            )
            codes = self._lookup[source.codes]
        return CodedColumn(codes=codes, vocabulary=self.vocabulary)


_NOT_YET = np.intp(-1)
"""In place of the code of a value that no row has had."""

SETTLED = (
    ("forme_juridique", facts_of_legal_form, ("micro_entrepreneur", "forme_societe")),
    ("en_difficulte", facts_of_difficulty, ("financierement_saine",)),
    ("type_projet", facts_of_kind, ("investissement_initial",)),
)
"""A column, what it settles of others, and their names."""


def _settled(rule: Callable[[FactValue], dict[str, FactValue]], name: str) -> Callable[[FactValue], FactValue]:
    return lambda value: rule(value).get(name, UNKNOWN)


SOURCES: Mapping[str, tuple[str, ...]] = {
    "section_naf": ("code_naf",),
    "age_annees": ("date_creation",),
    "duree_mois": ("date_debut", "date_fin"),
    **{name: (source,) for source, _, targets in SETTLED for name in targets},
    **dict.fromkeys(PLACE_FACTS, ("code_commune",)),
}
"""A fact, and those that it may follow from."""


def sources_of(wanted: Collection[str], columns: Collection[str]) -> frozenset[str]:
    """The columns of a table that say some facts, or that they follow from."""
    own = {name for name in wanted if name in columns}
    behind = {source for name in wanted if name not in columns for source in SOURCES.get(name, ())}
    return frozenset(own | (behind & set(columns)))


def derivations(
    columns: Iterable[str], *, wanted: Collection[str], gazetteer: Gazetteer, zonages: Zonages, on: date
) -> tuple[Derivation, ...]:
    """What the columns of a table let derive of the facts that are wanted, at a date."""
    present = set(columns)
    found: list[Derivation] = []
    if "code_naf" in present and "section_naf" not in present:
        found.append(
            Derivation(
                "code_naf", "section_naf", lambda code: complete({"code_naf": code}, on).get("section_naf", UNKNOWN)
            )
        )
    for source, rule, targets in SETTLED:
        if source in present:
            found.extend(Derivation(source, name, _settled(rule, name)) for name in targets if name not in present)
    if "code_commune" in present:
        found.extend(
            Derivation("code_commune", name, _place_fact(name, gazetteer, zonages, on))
            for name in PLACE_FACTS
            if name not in present
        )
    return tuple(derivation for derivation in found if derivation.target in wanted)


def _place_fact(name: str, gazetteer: Gazetteer, zonages: Zonages, on: date) -> Callable[[FactValue], FactValue]:
    """A fact of a commune by its code, as ``Zonages.facts_of`` gives it."""
    zone = next((zone for zone, fact in ZONE_FACTS.items() if fact == name), None)
    of_commune = (lambda commune: place_codes(commune)[name]) if zone is None else zonages.values_of(zone, on)
    communes = gazetteer.communes

    def of_code(code: FactValue) -> FactValue:
        commune = communes.get(str(code))
        return UNKNOWN if commune is None else of_commune(commune)

    return of_code


def derived_orders(columns: Mapping[str, OrderedColumn], present: Iterable[str], on: date) -> dict[str, OrderedColumn]:
    """Age and length, from dates."""
    found: dict[str, OrderedColumn] = {}
    given = set(present)
    created = columns.get("date_creation")
    if created is not None and "age_annees" not in given:
        found["age_annees"] = OrderedColumn(numbers=created.numbers, known=created.known, scale=AgeAt(on))
    start, end = columns.get("date_debut"), columns.get("date_fin")
    if start is not None and end is not None and "duree_mois" not in given:
        found["duree_mois"] = OrderedColumn(
            numbers=end.numbers - start.numbers, known=start.known & end.known, scale=Length()
        )
    return found
