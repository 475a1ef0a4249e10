"""Facts tried one after another: an offer that read none of those that changed is kept, the same to the letter."""

from dataclasses import replace

from rebond.eligibility.project_facts import complete
from rebond.eligibility.watched import WatchedFacts, supposed
from rebond.facts import UNKNOWN, FactValue
from rebond.financing.building.kept_offers import KeptOffers
from rebond.financing.context import built_of
from rebond.financing.explaining.unknowns import _unknowns, _values
from rebond.financing.problem.model import Offer
from tests.core.financing_explain.test_what_if import NOW


def test_a_project_built_with_kept_offers_is_the_one_built_from_nothing() -> None:
    on = NOW.context.on
    keeping = replace(NOW.context, kept=KeptOffers())
    tried = [(name, value) for name, readers in _unknowns(NOW).items() for value in _values(NOW, name, readers)]
    assert len(tried) > 20
    for name, value in tried[::3]:
        facts = complete({**NOW.facts, name: value}, on)
        assert built_of(keeping, facts, NOW.verdicts) == built_of(NOW.context, facts, NOW.verdicts), (name, value)


def test_an_offer_is_built_again_only_where_it_read_what_changed() -> None:
    kept, built = KeptOffers(), []

    def ask(number: int, **facts: FactValue) -> str | Offer:
        def build(seen):
            built.append(number)
            return f"{seen.get('effectif', UNKNOWN)} {supposed(seen, {'nature': 'batiment'}).get('nature')}"

        return kept.offer("x", ("même question",), facts, build)

    assert ask(1, effectif=1, surface=2) == ask(2, effectif=1, surface=3, nature="eau") == "1 batiment"
    assert ask(3, effectif=True, surface=2) == "True batiment"
    assert ask(4, surface=2) == f"{UNKNOWN} batiment"
    assert ask(5, effectif=1) == "1 batiment"
    assert kept.offer("x", ("autre question",), {"effectif": 1}, lambda _: "autre") == "autre"
    assert built == [1, 3, 4]


def test_what_goes_through_every_fact_is_never_kept() -> None:
    kept = KeptOffers()
    for count in (1, 2):
        assert kept.offer("x", (), {"a": 1}, lambda seen: f"{count} {len({**seen})}") == f"{count} 1"  # noqa: B023 - called at once
    for reading in (dict, list, len, lambda facts: {**supposed(facts, {"b": 2})}):
        watched = WatchedFacts({"a": 1})
        reading(watched)
        assert watched.whole
    watched = WatchedFacts({"a": 1})
    seen = supposed(supposed(watched, {"b": 2}), {"c": 3})
    assert dict(seen) == {"a": 1, "b": 2, "c": 3}
    assert len(seen) == 3
