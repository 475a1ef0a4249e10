"""What the selection says of itself, and to whom."""

from __future__ import annotations

from dataclasses import replace

from rebond.portfolio.pools import account_pool
from rebond.portfolio.prices import Price
from rebond.portfolio.select import ENVELOPE
from rebond.portfolio.selection_words import comparison_rows, price_sentences
from rebond.restitution.editions import COMMITTEE, PRESS, edition_of
from rebond.restitution.result import result_as_data
from rebond.results import MissionResult, Selection


def test_the_envelope_has_a_price_and_choosing_together_is_worth_more_than_serving_the_first_come(
    sample: MissionResult,
) -> None:
    selection = sample.selection
    assert selection is not None
    (price,) = selection.prices
    assert (price.pool, price.value > 0) == (ENVELOPE, True)
    (sentence,) = price_sentences(selection.prices, {})
    assert "dans l'enveloppe" in sentence
    assert "environ" in sentence
    compared = selection.comparison
    assert compared.together.value > compared.first_come.value
    assert compared.together.envelope == sample.envelope_spent
    assert len(list(comparison_rows(compared))) == 5


def test_a_candidate_that_is_not_proposed_says_what_would_bring_it_in(sample: MissionResult) -> None:
    """P054: 270 000 € asked, 18 750 € left; the projects of least value that would make room, and what that loses."""
    entry = sample.project("P054").decision.way_in
    assert entry is not None
    assert entry.short == 270_000 - 18_750
    given = {p.project.id: p.decision.envelope for p in sample.projects}
    assert sum(given[name] for name in entry.instead_of) >= entry.short
    assert entry.lost > 0
    assert sample.project("P005").decision.way_in is None, "the law keeps it out, no envelope would bring it in"


def test_who_would_give_way_to_whom_is_for_the_team_and_the_committee(sample: MissionResult) -> None:
    assert sample.selection is not None
    account = Price(pool=account_pool("UT-TRAIRE"), value=0.1)
    told = replace(sample, selection=Selection(prices=(account,), comparison=sample.selection.comparison))
    press, committee = edition_of(told, PRESS), edition_of(told, COMMITTEE)
    assert press.selection is None
    assert not any(p.decision.way_in for p in press.projects)
    assert committee.selection is not None
    assert committee.selection.prices == (), "the account of an undertaking names it"
    shown = {p.project.id for p in committee.projects}
    assert all(shown.issuperset(p.decision.way_in.instead_of) for p in committee.projects if p.decision.way_in)
    assert result_as_data(press)["mission"]["enveloppe"]["comparaison"] is None
