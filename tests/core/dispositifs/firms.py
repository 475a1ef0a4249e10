"""Fictitious firms of every size, with projects, and their neighbours whose facts are partly unknown."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache

from hypothesis import strategies as st

from rebond.data import data_folder
from rebond.dispositifs.catalogue import Catalogue, load_catalogue
from rebond.dispositifs.screening import whole_criterion
from rebond.eligibility.values import AnyLeaf, leaves_of, telling_values
from rebond.facts import UNKNOWN, FactValue

ON = date(2026, 11, 23)

FIRMS: Mapping[str, Mapping[str, FactValue]] = {
    "artisan seul": {
        "effectif": Decimal(0),
        "taille_ue": "micro",
        "micro_entrepreneur": True,
        "code_naf": "25.62A",
        "code_commune": "52269",
        "age_annees": Decimal(1),
    },
    "petite entreprise": {
        "effectif": Decimal(24),
        "taille_ue": "petite",
        "micro_entrepreneur": False,
        "code_naf": "25.73A",
        "code_commune": "52121",
        "age_annees": Decimal(12),
        "objectifs": frozenset({"decarbonation"}),
    },
    "entreprise moyenne": {
        "effectif": Decimal(180),
        "taille_ue": "moyenne",
        "micro_entrepreneur": False,
        "code_naf": "28.99B",
        "code_commune": "52060",
        "age_annees": Decimal(30),
        "objectifs": frozenset({"productivite", "capacite"}),
    },
    "entreprise de taille intermédiaire": {
        "effectif": Decimal(312),
        "taille_ue": "eti",
        "micro_entrepreneur": False,
        "code_naf": "24.51Z",
        "code_commune": "52448",
        "age_annees": Decimal(60),
        "objectifs": frozenset({"energie"}),
    },
    "grande entreprise": {
        "effectif": Decimal(5200),
        "taille_ue": "grande",
        "micro_entrepreneur": False,
        "code_naf": "22.29A",
        "code_commune": "52269",
        "age_annees": Decimal(75),
    },
    "dont on ne sait rien": {},
}


@cache
def shipped() -> Catalogue:
    """The shipped catalogue, for strategies and parameters (tests use the fixture)."""
    return load_catalogue(data_folder())


@cache
def _values() -> dict[str, st.SearchStrategy[FactValue]]:
    """For each fact that a condition of the catalogue names, the values on both sides of all its thresholds."""
    by_fact: dict[str, list[AnyLeaf]] = {}
    for dispositif in shipped().dispositifs.values():
        for leaf in leaves_of(whole_criterion(dispositif)):
            for name in leaf.names:
                by_fact.setdefault(name, []).append(leaf)
    return {name: st.sampled_from(telling_values(leaves)) for name, leaves in by_fact.items()}


@st.composite
def facts_of_firms(draw: st.DrawFn) -> dict[str, FactValue]:
    """Facts of the catalogue, each known or not."""
    values = _values()
    names = draw(st.lists(st.sampled_from(sorted(values)), max_size=40, unique=True))
    return {name: draw(values[name]) for name in names}


def answer(data: st.DataObject, facts: Mapping[str, FactValue], names: list[str]) -> dict[str, FactValue]:
    """The same facts, with those of ``names`` that are unknown answered."""
    unknown = [name for name in names if facts.get(name, UNKNOWN) is UNKNOWN]
    return {**facts, **{name: data.draw(_values()[name]) for name in unknown}}
