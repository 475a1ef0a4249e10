"""Generated conditions, as advisers write them, and generated facts on both sides of their thresholds."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from rebond.data import data_folder
from rebond.eligibility.criteria import (
    AllOf,
    AnyOf,
    Compare,
    Confirm,
    CostSum,
    Criterion,
    NafIn,
    Not,
    OneOf,
)
from rebond.eligibility.dictionary import load_dictionary
from rebond.eligibility.parse import CriterionParser
from rebond.facts import UNKNOWN, FactValue

DICTIONARY = load_dictionary(data_folder() / "referentiels" / "faits.csv")
SIZES = ["micro", "petite", "moyenne", "eti", "grande"]
AIMS = ["decarbonation", "energie", "innovation"]
COSTS = ["materiel", "immateriel", "formation"]
NAF_PATTERNS = ["C", "B", "25", "25.7", "25.73A", "10.11Z-33.20D", "62"]
NAF_CODES = ["25.73A", "25.62B", "10.11Z", "33.20D", "62.01Z", "08.11Z"]
NUMBERS = st.integers(0, 12)
DAYS = st.integers(0, 6).map(lambda offset: date(2026, 1, 1) + timedelta(days=offset))
OPERATORS = ["au_moins", "au_plus", "plus_de", "moins_de", "egal"]


def _comparison(fact: str, values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.tuples(st.sampled_from(OPERATORS), values).map(lambda pair: {"fait": fact, pair[0]: pair[1]})


def _among(fact: str, values: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    chosen = st.lists(st.sampled_from(values), min_size=1, max_size=2, unique=True)
    return st.tuples(st.sampled_from(["parmi", "hors"]), chosen).map(lambda pair: {"fait": fact, pair[0]: pair[1]})


LEAVES: st.SearchStrategy[dict[str, Any]] = st.one_of(
    _comparison("effectif", NUMBERS),
    _comparison("emplois_crees", NUMBERS),
    _comparison("cout_total", NUMBERS.map(lambda amount: f"{amount} EUR")),
    _comparison("date_debut", DAYS.map(date.isoformat)),
    st.sampled_from(["oui", "non"]).map(lambda answer: {"fait": "en_difficulte", "egal": answer}),
    _among("taille_ue", SIZES),
    _among("objectifs", AIMS),
    _among("departement", ["52", "55"]),
    st.fixed_dictionaries(
        {"naf": st.lists(st.sampled_from(NAF_PATTERNS), min_size=1, max_size=2)},
        optional={"sauf": st.lists(st.sampled_from(NAF_PATTERNS), min_size=1, max_size=1)},
    ),
    st.builds(
        lambda natures, key, amount: {"couts": natures, key: f"{amount} EUR"},
        st.lists(st.sampled_from(COSTS), min_size=1, max_size=3, unique=True),
        st.sampled_from(["au_moins", "au_plus", "plus_de", "moins_de"]),
        NUMBERS,
    ),
)


def _groups(children: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    several = st.lists(children, min_size=1, max_size=3)
    return st.one_of(
        several.map(lambda nodes: {"tous": nodes}),
        several.map(lambda nodes: {"un_de": nodes}),
        children.map(lambda node: {"non": node}),
    )


NODES: st.SearchStrategy[dict[str, Any]] = st.recursive(LEAVES, _groups, max_leaves=8)

VALUES: Mapping[str, st.SearchStrategy[FactValue]] = {
    "effectif": NUMBERS.map(Decimal),
    "emplois_crees": NUMBERS.map(Decimal),
    "cout_total": NUMBERS.map(Decimal),
    "cout_materiel": NUMBERS.map(Decimal),
    "cout_immateriel": NUMBERS.map(Decimal),
    "cout_formation": NUMBERS.map(Decimal),
    "date_debut": DAYS,
    "en_difficulte": st.booleans(),
    "taille_ue": st.sampled_from(SIZES),
    "objectifs": st.frozensets(st.sampled_from(AIMS), max_size=2),
    "departement": st.sampled_from(["52", "55", "10"]),
    "code_naf": st.sampled_from(NAF_CODES),
}
KNOWN: st.SearchStrategy[dict[str, FactValue]] = st.fixed_dictionaries(dict(VALUES))
"""Every fact known."""


@st.composite
def _partly_known(draw: st.DrawFn) -> dict[str, FactValue]:
    known = draw(KNOWN)
    for name in draw(st.frozensets(st.sampled_from(sorted(VALUES)))):
        known[name] = UNKNOWN
    return known


FACTS: st.SearchStrategy[dict[str, FactValue]] = _partly_known()
"""Some facts known, the others UNKNOWN."""


def parse(node: Mapping[str, Any]) -> Criterion:
    """The criterion of a node that has no fault."""
    faults: list[object] = []
    criterion = CriterionParser(DICTIONARY, lambda *fault: faults.append(fault)).parse(node)
    assert not faults, faults
    return criterion


def write(criterion: Criterion) -> dict[str, Any]:  # noqa: PLR0911 - one way out a node
    """A criterion as an adviser would write it again."""
    match criterion:
        case AllOf():
            return {"tous": [write(child) for child in criterion.children], "source": criterion.source}
        case AnyOf():
            return {"un_de": [write(child) for child in criterion.children], "source": criterion.source}
        case Not():
            return {"non": write(criterion.child), "source": criterion.source}
        case Compare():
            value = criterion.fact.show(criterion.value) if isinstance(criterion.value, bool) else str(criterion.value)
            return {"fait": criterion.fact.name, criterion.operator.value: value, "source": criterion.source}
        case OneOf():
            return {"fait": criterion.fact.name, "parmi": sorted(criterion.values), "source": criterion.source}
        case NafIn():
            node: dict[str, Any] = {"naf": [pattern.text for pattern in criterion.include]}
            without = [pattern.text for pattern in criterion.exclude]
            return node | ({"sauf": without} if without else {}) | {"source": criterion.source}
        case CostSum():
            natures = [name.removeprefix("cout_") for name in criterion.names]
            return {
                "couts": ["tous"] if natures == ["total"] else natures,
                criterion.operator.value: f"{criterion.value} EUR",
                "source": criterion.source,
            }
        case Confirm():
            raise AssertionError("a sentence to confirm is not a condition")
        case _:
            raise AssertionError(criterion)


def complete(data: st.DataObject, facts: Mapping[str, FactValue]) -> dict[str, FactValue]:
    """The same facts with every UNKNOWN answered."""
    return {name: data.draw(VALUES[name]) if value is UNKNOWN else value for name, value in facts.items()}
