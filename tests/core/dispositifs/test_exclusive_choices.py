"""Conditions that exclude each other are values of one fact: no plan can suppose two of them at once."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rebond.dispositifs.catalogue import Catalogue
from rebond.dispositifs.screening import truth_of, whole_criterion
from rebond.eligibility.criteria import Criterion
from rebond.eligibility.dictionary import FactType
from rebond.eligibility.project_facts import complete
from rebond.eligibility.truth import Truth
from rebond.eligibility.values import leaves_of
from rebond.facts import UNKNOWN, FactValue
from tests.core.dispositifs.firms import answer, facts_of_firms, shipped

ON = date(2026, 10, 5)
HEAT = {
    "ademe/fonds-chaleur-bois": "chaleur_biomasse",
    "ademe/fonds-chaleur-geothermie": "geothermie_surface",
    "ademe/fonds-chaleur-pac-solaire": "pac_solaire",
    "ademe/fonds-chaleur-recuperation": "chaleur_fatale",
    "ademe/fonds-chaleur-reseaux": "reseau_chaleur_froid",
    "ademe/fonds-chaleur-solaire-thermique": "solaire_thermique",
}
SENTENCES_LEFT = 44
"""39 of the first 131 dispositifs, 5 of the four regional schemes that came after."""
LONGEST_SENTENCE = 110


@cache
def admitted() -> Mapping[str, Mapping[str, frozenset[str]]]:
    """Fact with closed choices → dispositif that refuses some → the choices that it does not refuse."""
    found: dict[str, dict[str, frozenset[str]]] = {}
    for name, fact in shipped().dictionary.items():
        if fact.type is not FactType.TEXT or not fact.values:
            continue
        for dispositif in shipped().dispositifs.values():
            rule = whole_criterion(dispositif)
            kept = frozenset(value for value in fact.values if rule.truth({name: value}) is not Truth.NO)
            if len(kept) < len(fact.values):
                found.setdefault(name, {})[dispositif.id] = kept
    return found


@cache
def exclusive_pairs() -> tuple[tuple[str, str], ...]:
    """Dispositifs that no answer to some fact leaves open together."""
    return tuple(
        sorted(
            {
                pair
                for kept in admitted().values()
                for pair in combinations(sorted(kept), 2)
                if not kept[pair[0]] & kept[pair[1]]
            }
        )
    )


def names_of(rule: Criterion) -> set[str]:
    return {name for leaf in leaves_of(rule) for name in leaf.names}


def verdict(identifier: str, catalogue: Catalogue, **facts: FactValue) -> Truth:
    return truth_of(catalogue.dispositifs[identifier], complete(facts, ON), ON)


def test_exclusive_dispositifs_are_many_and_those_that_practice_named() -> None:
    pairs = exclusive_pairs()
    assert len(pairs) > 50
    named = {
        ("ademe/etude-chaleur-fatale", "ademe/etude-chaufferie-biomasse"),
        ("agence-eau/rhin-meuse", "agence-eau/seine-normandie"),
        ("bpifrance/premiere-usine", "region-grand-est/efficacite-energetique-procedes"),
        ("ademe/ibac-pme", "ademe/innovation-hydrogene"),
    }
    assert named <= set(pairs)


@settings(max_examples=60, deadline=None)
@given(facts_of_firms(), st.data())
def test_no_answers_open_two_dispositifs_that_exclude_each_other(
    facts: dict[str, FactValue], data: st.DataObject
) -> None:
    first, second = data.draw(st.sampled_from(exclusive_pairs()))
    rules = [whole_criterion(shipped().dispositifs[identifier]) for identifier in (first, second)]
    full = answer(data, facts, sorted({name for rule in rules for name in names_of(rule)}))
    assert [rule.truth(full) for rule in rules].count(Truth.YES) < 2


@settings(max_examples=40, deadline=None)
@given(facts_of_firms(), st.data())
def test_an_answer_never_undoes_what_is_settled(facts: dict[str, FactValue], data: st.DataObject) -> None:
    rules = [whole_criterion(dispositif) for dispositif in shipped().dispositifs.values()]
    before = [rule.truth(facts) for rule in rules]
    names = sorted({name for rule in rules for name in names_of(rule) if facts.get(name, UNKNOWN) is UNKNOWN})
    after = {**facts, **answer(data, facts, data.draw(st.lists(st.sampled_from(names), max_size=8, unique=True)))}
    for rule, old in zip(rules, before, strict=True):
        assert old is Truth.UNKNOWN or rule.truth(after) is old


def test_no_cost_line_is_paid_by_two_technologies_of_the_heat_fund(catalogue: Catalogue) -> None:
    bases = {identifier: catalogue.dispositifs[identifier].advantage.natures for identifier in HEAT}
    assert bases == {identifier: frozenset({nature}) for identifier, nature in HEAT.items()}
    for identifier, nature in HEAT.items():
        others = {f"cout_{other}": Decimal(500_000) for other in HEAT.values() if other != nature}
        assert verdict(identifier, catalogue, **{f"cout_{nature}": Decimal(0), **others}) is Truth.NO


def test_renewable_heat_and_waste_heat_are_never_under_the_same_energy_article(catalogue: Catalogue) -> None:
    renewable = catalogue.regimes["rgec_41_energies_renouvelables"].natures
    efficiency = catalogue.regimes["rgec_38_efficacite_energetique"].natures
    assert "chaleur_fatale" in efficiency
    assert not set(renewable) & set(efficiency)


@pytest.mark.parametrize(
    ("identifier", "facts"),
    [
        # The plans that practice laughed at (biomass paid as geothermal energy, and so on).
        (
            "ademe/fonds-chaleur-geothermie",
            {"cout_geothermie_surface": Decimal(0), "cout_chaleur_biomasse": Decimal(9)},
        ),
        ("ademe/etude-chaufferie-biomasse", {"objet_etude": "maitrise_ouvrage"}),
        ("ademe/ormat-2026", {"operation_circulaire": "aucune", "objet_etude": "maitrise_ouvrage"}),
        ("ademe/ibac-pme", {"theme_recherche": "sante"}),
        ("bpifrance/pret-industrie-pme", {"en_difficulte": True}),
        ("bpifrance/pret-industrie-pme", {"forme_juridique": "EI"}),
        ("region-grand-est/pret-transmission", {"duree_credit_bancaire": Decimal(0)}),
        ("region-grand-est/pret-transmission", {"mode_reprise": "familiale"}),
        ("bpifrance/premiere-usine", {"stade_industriel": "site_existant"}),
        ("agence-eau/rhone-mediterranee-corse", {"agence_eau": "seine_normandie"}),
        ("agence-eau/rhin-meuse", {"agence_eau": "seine_normandie"}),
    ],
)
def test_an_absurd_line_of_plan_is_refused(identifier: str, facts: dict[str, FactValue], catalogue: Catalogue) -> None:
    assert verdict(identifier, catalogue, **facts) is Truth.NO


def test_a_takeover_loan_is_at_most_two_fifths_of_the_takeover_debt(catalogue: Catalogue) -> None:
    cap = catalogue.dispositifs["region-grand-est/pret-transmission"].advantage.per_unit
    assert cap is not None
    assert cap.fact == "dette_reprise"
    assert [row.value * cap.years * 500_000 for row in cap.amount] == [200_000]


@pytest.mark.parametrize(
    ("form", "expected"),
    [("SAS", True), ("SCOP", True), ("EI", False), ("ASSOCIATION", False), ("AUTRE", UNKNOWN), (UNKNOWN, UNKNOWN)],
)
def test_the_legal_form_says_whether_a_firm_is_a_company(form: FactValue, expected: FactValue) -> None:
    assert complete({"forme_juridique": form}, ON).get("forme_societe", UNKNOWN) is expected


def test_a_firm_out_of_difficulty_is_not_said_sound() -> None:
    assert complete({"en_difficulte": True}, ON)["financierement_saine"] is False
    assert "financierement_saine" not in complete({"en_difficulte": False}, ON)


def test_the_sentences_left_are_few_and_short(catalogue: Catalogue) -> None:
    sentences = [sentence for found in catalogue.dispositifs.values() for sentence in found.to_confirm]
    assert len(sentences) <= SENTENCES_LEFT, "une question fermée est un fait à choix, pas une phrase"
    assert max(len(sentence.text) for sentence in sentences) <= LONGEST_SENTENCE


def test_a_sentence_keeps_its_rank_when_another_leaves(catalogue: Catalogue) -> None:
    (sentence,) = catalogue.dispositifs["ademe/decarb-flash"].to_confirm
    assert sentence.key == "confirme:ademe/decarb-flash:2"
