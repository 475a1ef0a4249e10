"""What would turn a NO: enough, never more than needed, and honest about what nobody can change."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import given, settings

from rebond.eligibility.changes import ChangeSet, apply_changes, nearest_changes
from rebond.eligibility.truth import Truth
from rebond.facts import UNKNOWN, FactValue
from tests.core.eligibility.trees import FACTS, KNOWN, LEAVES, NODES, parse


def sets_for(node: dict[str, Any], facts: Mapping[str, FactValue]) -> tuple[ChangeSet, ...]:
    return nearest_changes(parse(node), facts)


def words_for(node: dict[str, Any], facts: Mapping[str, FactValue]) -> str:
    (only,) = sets_for(node, facts)
    return only.words.replace("\u202f", " ").replace("\u00a0", " ")


@settings(max_examples=200)
@given(NODES, FACTS)
def test_the_changes_of_a_set_are_enough_and_all_needed(node: dict[str, Any], facts: dict[str, FactValue]) -> None:
    criterion = parse(node)
    for found in nearest_changes(criterion, facts):
        assert found.changes
        assert criterion.truth(apply_changes(facts, found.changes)) is not Truth.NO
        for change in found.changes:
            rest = [other for other in found.changes if other is not change]
            assert criterion.truth(apply_changes(facts, rest)) is Truth.NO


@settings(max_examples=200)
@given(NODES, KNOWN, KNOWN)
def test_a_refusal_that_other_facts_would_escape_has_a_way_out(
    node: dict[str, Any], facts: dict[str, FactValue], others: dict[str, FactValue]
) -> None:
    # The total is left out: it follows its parts, which the facts drawn do not.
    facts, others = ({**known, "cout_total": UNKNOWN} for known in (facts, others))
    criterion = parse(node)
    if criterion.truth(facts) is Truth.NO and criterion.truth(others) is not Truth.NO:
        assert nearest_changes(criterion, facts)


@given(NODES, FACTS)
def test_only_a_refusal_has_changes(node: dict[str, Any], facts: dict[str, FactValue]) -> None:
    criterion = parse(node)
    if criterion.truth(facts) is not Truth.NO:
        assert nearest_changes(criterion, facts) == ()


def can_hold(node: dict[str, Any]) -> bool:
    """Whether any value at all suits the leaf; headcounts and costs below zero do not exist, nor activities beyond."""
    return not (set(node.get("naf", ())) <= set(node.get("sauf", ()))) and node.get("moins_de") not in {0, "0 EUR"}


@given(LEAVES, FACTS)
def test_a_refused_leaf_always_has_its_change(node: dict[str, Any], facts: dict[str, FactValue]) -> None:
    criterion = parse(node)
    if criterion.truth(facts) is Truth.NO and "naf" not in node and can_hold(node):
        assert len(nearest_changes(criterion, facts)) == 1


def test_a_headcount_above_the_ceiling_says_both_figures() -> None:
    facts = {"effectif": Decimal(312)}
    assert (
        words_for({"fait": "effectif", "au_plus": 249}, facts)
        == "Effectif de l'entreprise : ramener de 312 à 249 salariés au plus"
    )
    assert sets_for({"fait": "effectif", "au_plus": 249}, facts)[0].changes[0].after == 249


def test_a_strict_threshold_is_passed_not_reached() -> None:
    node = {"couts": ["materiel"], "plus_de": "50000 EUR"}
    (found,) = sets_for(node, {"cout_materiel": Decimal(50000)})
    assert found.changes[0].after == 50001
    assert "à plus de 50 000 €" in words_for(node, {"cout_materiel": Decimal(50000)})


def test_the_cheapest_way_of_one_of_several_comes_first() -> None:
    node = {
        "un_de": [
            {"tous": [{"fait": "effectif", "au_moins": 50}, {"fait": "emplois_crees", "au_moins": 10}]},
            {"fait": "emplois_crees", "au_moins": 25},
        ]
    }
    facts = {"effectif": Decimal(20), "emplois_crees": Decimal(0)}
    first, *others = sets_for(node, facts)
    assert [change.facts for change in first.changes] == [("emplois_crees",)]
    assert [len(other.changes) for other in others] == [2]


def test_two_bounds_on_one_fact_are_met_together() -> None:
    node = {"tous": [{"fait": "effectif", "au_plus": 249}, {"non": {"fait": "effectif", "egal": 249}}]}
    (found,) = sets_for(node, {"effectif": Decimal(312)})
    assert found.changes[0].after == 248


def test_conditions_that_contradict_each_other_have_no_change() -> None:
    node = {"tous": [{"fait": "effectif", "au_plus": 10}, {"fait": "effectif", "au_moins": 50}]}
    assert sets_for(node, {"effectif": Decimal(20)}) == ()


def test_the_place_of_a_project_cannot_be_changed() -> None:
    (found,) = sets_for({"fait": "departement", "parmi": ["52"]}, {"departement": "55"})
    assert not found.changeable
    assert found.changes[0].obstacle == "le lieu du projet ne se change pas"


def test_what_can_be_changed_hides_what_cannot() -> None:
    node = {"un_de": [{"fait": "departement", "parmi": ["52"]}, {"fait": "emplois_crees", "au_moins": 5}]}
    (found,) = sets_for(node, {"departement": "55", "emplois_crees": Decimal(1)})
    assert found.changeable
    assert found.changes[0].facts == ("emplois_crees",)


def test_a_firm_grows_old_but_never_young() -> None:
    young, old = {"age_annees": Decimal(1)}, {"age_annees": Decimal(9)}
    assert sets_for({"fait": "age_annees", "au_moins": 3}, young)[0].changeable
    assert not sets_for({"fait": "age_annees", "au_plus": 5}, old)[0].changeable


def test_costs_added_up_are_raised_together_and_the_total_follows() -> None:
    node = {"couts": ["materiel", "immateriel"], "au_moins": "400000 EUR"}
    facts = {"cout_materiel": Decimal(250000), "cout_immateriel": Decimal(50000), "cout_total": Decimal(300000)}
    (found,) = sets_for(node, facts)
    assert (found.changes[0].before, found.changes[0].after) == (300000, 400000)
    changed = apply_changes(facts, found.changes)
    assert changed["cout_materiel"] == 350000
    assert changed["cout_total"] == 400000


def test_an_objective_is_added_to_the_others() -> None:
    (found,) = sets_for({"fait": "objectifs", "parmi": ["decarbonation"]}, {"objectifs": frozenset({"innovation"})})
    assert found.changes[0].after == frozenset({"innovation", "decarbonation"})
    assert found.changes[0].options == ("décarbonation",)


def test_a_date_too_early_moves_to_the_first_that_suits() -> None:
    (found,) = sets_for({"fait": "date_debut", "plus_de": "2026-01-01"}, {"date_debut": date(2025, 12, 1)})
    assert found.changes[0].after == date(2026, 1, 2)
    assert "à après le 01/01/2026" in found.words
