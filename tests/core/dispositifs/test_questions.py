"""The next best question: never one whose answer is known, always the same, its bounds honest."""

from decimal import Decimal

import pytest
from hypothesis import given, settings

from rebond.dispositifs.amounts import aid_bounds
from rebond.dispositifs.catalogue import Catalogue
from rebond.dispositifs.facts_file import complete_facts
from rebond.dispositifs.questions import ASKED_THROUGH, facts_to_ask, next_questions
from rebond.dispositifs.screening import screen_project, truth_of
from rebond.eligibility.reading import CONFIRM_PREFIX
from rebond.eligibility.truth import Truth
from rebond.facts import UNKNOWN, FactValue
from tests.core.dispositifs.firms import FIRMS, ON, facts_of_firms, shipped


def costs(catalogue: Catalogue, **given: int) -> dict[str, FactValue]:
    """A project whose every cost is known."""
    amounts: dict[str, FactValue] = {f"cout_{nature}": Decimal(given.get(nature, 0)) for nature in catalogue.natures}
    return {**amounts, "cout_total": Decimal(sum(given.values()))}


def facts_of(name: str, catalogue: Catalogue, **given: int) -> dict[str, FactValue]:
    return complete_facts({**FIRMS[name], **(costs(catalogue, **given) if given else {})}, catalogue, ON)


@settings(max_examples=10)
@given(facts_of_firms())
def test_what_is_known_is_never_asked(facts: dict[str, FactValue]) -> None:
    for question in next_questions(facts, shipped(), ON, limit=1000):
        assert facts.get(question.fact, UNKNOWN) is UNKNOWN
        assert question.text


@settings(max_examples=10)
@given(facts_of_firms())
def test_every_undecided_dispositif_is_asked_about(facts: dict[str, FactValue]) -> None:
    asked = {stake.dispositif for q in next_questions(facts, shipped(), ON, limit=1000) for stake in q.stakes}
    undecided = {v.dispositif for v in screen_project(facts, shipped(), ON) if v.truth is Truth.UNKNOWN}
    assert asked == undecided


@settings(max_examples=10)
@given(facts_of_firms())
def test_the_bounds_are_in_order_and_within_the_cost(facts: dict[str, FactValue]) -> None:
    for question in next_questions(facts, shipped(), ON, limit=1000):
        if question.low is UNKNOWN or question.high is UNKNOWN:
            assert all(stake.bounds.high is UNKNOWN for stake in question.stakes)
            continue
        assert 0 <= question.low <= question.high
        cost = facts.get("cout_total", UNKNOWN)
        assert not isinstance(cost, Decimal) or question.high <= cost


@pytest.mark.parametrize("name", FIRMS)
def test_the_same_facts_give_the_same_questions(name: str, catalogue: Catalogue) -> None:
    facts = facts_of(name, catalogue)
    shuffled = dict(sorted(facts.items(), reverse=True))
    assert next_questions(facts, catalogue, ON, limit=50) == next_questions(shuffled, catalogue, ON, limit=50)


def test_the_activity_is_the_first_question_when_nothing_is_known(catalogue: Catalogue) -> None:
    first, *_ = next_questions({}, catalogue, ON)
    assert first.fact == "code_naf"
    assert len(first.stakes) > 20


def test_without_costs_facts_come_before_sentences(catalogue: Catalogue) -> None:
    asked = [
        q.fact.startswith(CONFIRM_PREFIX) for q in next_questions(FIRMS["petite entreprise"], catalogue, ON, limit=99)
    ]
    assert asked == sorted(asked)


def test_a_sentence_is_asked_once_the_facts_are_known(catalogue: Catalogue) -> None:
    dispositif = catalogue.dispositifs["gip-haute-marne/entreprises-industrielles"]
    eligible = dispositif.cases[0].facts
    known = {name: value for name, value in eligible.items() if not name.startswith(CONFIRM_PREFIX)}
    asked = next_questions(known, catalogue, ON, limit=10, only=[dispositif.id])
    assert {question.fact for question in asked} == {sentence.key for sentence in dispositif.to_confirm}
    assert all(question.settles == (dispositif.id,) for question in asked)
    (before,) = next_questions({**known, "aide_gip_recente": UNKNOWN}, catalogue, ON, only=[dispositif.id])
    assert before.fact == "aide_gip_recente"


def test_an_answer_unlocks_at_most_what_was_announced(catalogue: Catalogue) -> None:
    facts = facts_of("petite entreprise", catalogue, materiel=800_000)
    (question,) = [q for q in next_questions(facts, catalogue, ON, limit=99) if q.fact == "en_difficulte"]
    assert question.low is not UNKNOWN
    assert question.high is not UNKNOWN
    for answer in (True, False):
        answered = {**facts, "en_difficulte": answer}
        still = Decimal(0)
        for stake in question.stakes:
            dispositif = catalogue.dispositifs[stake.dispositif]
            high = stake.bounds.high
            if truth_of(dispositif, answered, ON) is not Truth.NO and high is not UNKNOWN:
                still += high
        assert question.low <= min(still, Decimal(800_000)) <= question.high


def test_a_place_is_asked_once_by_its_commune() -> None:
    missing = ("region", "departement", "zone_frr", "zone_afr")
    assert facts_to_ask(missing, {}) == ("code_commune",)
    assert facts_to_ask(missing, {"code_commune": "52121"}) == missing


def test_a_computed_fact_is_asked_through_what_gives_it(catalogue: Catalogue) -> None:
    answers: dict[str, FactValue] = {
        "code_commune": "52121",
        "code_naf": "25.73A",
        "date_creation": ON,
        "date_debut": ON,
        "date_fin": ON,
        "travaux_commences": False,
        "forme_juridique": "SAS",
    }
    full = complete_facts(answers, catalogue, ON)
    settled_by_the_zonage = {"zone_afr", "zone_ftj", "agence_eau"}
    for fact, origins in ASKED_THROUGH.items():
        assert set(origins) <= answers.keys()
        assert fact in full or fact in settled_by_the_zonage


def test_every_question_of_the_catalogue_can_be_asked_in_french(catalogue: Catalogue) -> None:
    for question in next_questions({}, catalogue, ON, limit=1000):
        definition = catalogue.dictionary.get(question.fact)
        assert definition is None or definition.question == question.text


def test_aid_is_bounded_by_rate_base_and_cap(catalogue: Catalogue) -> None:
    dispositif = catalogue.dispositifs["ademe/decarb-flash"]
    unknown = aid_bounds(dispositif, {}, ON)
    assert unknown.low == 0
    for amount in (50_000, 500_000, 5_000_000):
        known = aid_bounds(dispositif, facts_of("petite entreprise", catalogue, decarbonation=amount), ON)
        assert known.high is not UNKNOWN
        assert known.low <= known.high <= amount
        assert unknown.high is UNKNOWN or known.high <= unknown.high


@settings(max_examples=30)
@given(facts_of_firms())
def test_every_aid_has_bounds_in_order(facts: dict[str, FactValue]) -> None:
    for dispositif in shipped().dispositifs.values():
        bounds = aid_bounds(dispositif, facts, ON)
        assert bounds.words
        assert bounds.low >= 0
        assert bounds.high is UNKNOWN or bounds.low <= bounds.high


def test_a_loan_at_market_terms_holds_no_aid(catalogue: Catalogue) -> None:
    bounds = aid_bounds(catalogue.dispositifs["bpifrance/pret-vert"], {}, ON)
    assert bounds.low == 0
    assert bounds.high == Decimal(0)
    assert "pas d'aide" in bounds.words


def test_what_the_project_is_comes_before_what_the_firm_decides(catalogue: Catalogue) -> None:
    facts: dict[str, FactValue] = {
        **facts_of("petite entreprise", catalogue, materiel=800_000),
        "travaux_commences": False,
    }
    asked = [
        question.fact
        for question in next_questions(
            complete_facts(facts, catalogue, ON), catalogue, ON, limit=99, only=["etat-dgfip/c3iv"]
        )
    ]
    assert asked.index("filiere_verte") < asked.index("engagement_maintien")
