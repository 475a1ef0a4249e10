"""Which dispositifs are open to firms of every size, and what never happens to an UNKNOWN."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rebond.dispositifs.catalogue import Catalogue
from rebond.dispositifs.facts_file import complete_facts
from rebond.dispositifs.model import Dispositif
from rebond.dispositifs.screening import DAY, screen, screen_project, truth_of, ways_in, whole_criterion
from rebond.eligibility.changes import apply_changes
from rebond.eligibility.truth import Truth
from rebond.eligibility.values import leaves_of
from rebond.facts import UNKNOWN, FactValue
from tests.core.dispositifs.firms import FIRMS, ON, answer, facts_of_firms, shipped

DISPOSITIFS = st.sampled_from(list(shipped().dispositifs.values()))


def truths(name: str, catalogue: Catalogue, on: date = ON) -> dict[str, Truth]:
    facts = complete_facts(FIRMS[name], catalogue, on)
    return {verdict.dispositif: verdict.truth for verdict in screen_project(facts, catalogue, on)}


@pytest.mark.parametrize("name", FIRMS)
def test_every_dispositif_has_its_verdict_and_its_reasons(name: str, catalogue: Catalogue) -> None:
    facts = complete_facts(FIRMS[name], catalogue, ON)
    verdicts = screen_project(facts, catalogue, ON)
    assert [verdict.dispositif for verdict in verdicts] == list(catalogue.dispositifs)
    for verdict in verdicts:
        assert verdict.reasons
        assert bool(verdict.refusals) is (verdict.truth is Truth.NO)
        assert bool(verdict.missing) is (verdict.truth is Truth.UNKNOWN)
        assert all(reason.change for reason in verdict.refusals)


def test_nothing_known_is_never_a_yes_where_something_is_asked(catalogue: Catalogue) -> None:
    for identifier, truth in truths("dont on ne sait rien", catalogue).items():
        dispositif = catalogue.dispositifs[identifier]
        if dispositif.validity.is_open(ON):
            asks = any(leaves_of(whole_criterion(dispositif)))
            assert truth is (Truth.UNKNOWN if asks else Truth.YES)
        else:
            assert truth is Truth.NO


def test_a_scheme_for_small_firms_refuses_the_large_one(catalogue: Catalogue) -> None:
    found = {name: truths(name, catalogue)["region-grand-est/transformation-digitale"] for name in FIRMS}
    assert found["grande entreprise"] is Truth.NO
    assert found["entreprise de taille intermédiaire"] is Truth.NO
    assert found["petite entreprise"] is not Truth.YES
    assert found["dont on ne sait rien"] is Truth.UNKNOWN


def test_a_firm_outside_haute_marne_has_no_aid_of_its_gip(catalogue: Catalogue) -> None:
    elsewhere = complete_facts({**FIRMS["petite entreprise"], "code_commune": "55029"}, catalogue, ON)
    for dispositif in catalogue.dispositifs.values():
        if dispositif.funder == "gip-haute-marne":
            assert truth_of(dispositif, elsewhere, ON) is Truth.NO


def test_a_firm_may_apply_on_the_closing_day_and_not_the_day_after(catalogue: Catalogue) -> None:
    dispositif = catalogue.dispositifs["ademe/decarb-flash"]
    closing = dispositif.validity.closes_on
    assert closing is not None
    assert truth_of(dispositif, {}, closing) is Truth.UNKNOWN
    assert truth_of(dispositif, {}, closing + timedelta(days=1)) is Truth.NO


@given(DISPOSITIFS, facts_of_firms(), st.data())
def test_an_answer_never_takes_a_verdict_back(
    dispositif: Dispositif, facts: dict[str, FactValue], data: st.DataObject
) -> None:
    truth = truth_of(dispositif, facts, ON)
    missing = screen(dispositif, facts, ON).missing
    if truth is not Truth.UNKNOWN:
        every = sorted({name for leaf in leaves_of(whole_criterion(dispositif)) for name in leaf.names})
        assert truth_of(dispositif, answer(data, facts, every), ON) is truth
        return
    # An UNKNOWN stays UNKNOWN or is settled; once nothing is missing any more, it is settled.
    while missing:
        facts = answer(data, facts, [missing[0]])
        missing = screen(dispositif, facts, ON).missing
    assert truth_of(dispositif, facts, ON) is not Truth.UNKNOWN


@given(DISPOSITIFS, facts_of_firms())
def test_the_quick_verdict_is_the_explained_one(dispositif: Dispositif, facts: dict[str, FactValue]) -> None:
    assert truth_of(dispositif, facts, ON) is screen(dispositif, facts, ON).truth


@settings(max_examples=100)
@given(DISPOSITIFS, facts_of_firms())
def test_the_nearest_changes_of_a_refusal_lift_it(dispositif: Dispositif, facts: dict[str, FactValue]) -> None:
    verdict = screen(dispositif, facts, ON)
    sets = ways_in(dispositif, facts, ON)
    assert bool(sets) is (verdict.truth is Truth.NO)
    for found in sets:
        changed = apply_changes(facts, found.changes)
        day = changed.pop(DAY, ON)
        if day is UNKNOWN:
            assert not found.changeable
        else:
            assert isinstance(day, date)
            assert truth_of(dispositif, changed, day) is not Truth.NO


def test_a_closed_scheme_cannot_be_changed(catalogue: Catalogue) -> None:
    (found,) = ways_in(catalogue.dispositifs["ademe/decarb-ind-25"], {}, ON)
    assert not found.changeable
    assert found.changes[0].obstacle == "clos depuis le 15/05/2025"


def test_a_scheme_not_yet_open_says_when_to_apply(catalogue: Catalogue) -> None:
    dispositif = catalogue.dispositifs["ademe/decarb-flash"]
    opening = dispositif.validity.opens_on
    assert opening is not None
    (found,) = ways_in(dispositif, {}, opening - timedelta(days=30))
    assert found.changeable
    assert found.words == "Déposer à partir du 10/04/2025"
    (both,) = ways_in(dispositif, {"code_naf": "62.01Z", "soumise_seqe": False}, opening - timedelta(days=30))
    assert [change.facts for change in both.changes] == [(DAY,), ("code_naf",)]


def test_a_headcount_too_high_is_told_with_its_distance(catalogue: Catalogue) -> None:
    (found,) = ways_in(catalogue.dispositifs["bpifrance/diag-eco-flux"], {"effectif": Decimal(312)}, ON)
    assert found.words == "Effectif de l'entreprise : ramener de 312 à 249 salariés au plus"
