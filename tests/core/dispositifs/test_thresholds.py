"""Every figure of every condition of the catalogue, on both sides: the threshold itself, just below, just above."""

from decimal import Decimal

import pytest

from rebond.dispositifs.screening import whole_criterion
from rebond.eligibility.criteria import Compare, CostSum, Operator
from rebond.eligibility.truth import Truth
from rebond.eligibility.values import leaves_of
from rebond.facts import UNKNOWN, FactValue
from tests.core.dispositifs.firms import shipped

JUST = Decimal("0.01")
AS_WRITTEN = {
    #                  below, at, above
    Operator.AT_LEAST: (False, True, True),
    Operator.MORE_THAN: (False, False, True),
    Operator.AT_MOST: (True, True, False),
    Operator.LESS_THAN: (True, False, False),
    Operator.EQUAL: (False, True, False),
}

THRESHOLDS = [
    (dispositif.id, leaf)
    for dispositif in shipped().dispositifs.values()
    for leaf in leaves_of(whole_criterion(dispositif))
    if isinstance(leaf, Compare | CostSum) and isinstance(leaf.value, Decimal)
]


def facts_worth(leaf: Compare | CostSum, value: Decimal) -> dict[str, FactValue]:
    """Facts on which the leaf reads that value: a sum is on its last nature alone."""
    return {**dict.fromkeys(leaf.names, Decimal(0)), leaf.names[-1]: value}


def test_the_catalogue_has_thresholds_in_more_than_twenty_dispositifs() -> None:
    assert len({identifier for identifier, _ in THRESHOLDS}) > 20


@pytest.mark.parametrize(
    ("identifier", "leaf"), THRESHOLDS, ids=[f"{name}-{leaf.expected}" for name, leaf in THRESHOLDS]
)
def test_a_threshold_decides_as_it_is_written(identifier: str, leaf: Compare | CostSum) -> None:
    assert isinstance(leaf.value, Decimal)
    around = (leaf.value - JUST, leaf.value, leaf.value + JUST)
    found = tuple(leaf.truth(facts_worth(leaf, value)) for value in around)
    assert found == tuple(Truth.of(holds) for holds in AS_WRITTEN[leaf.operator])
    for name in leaf.names:
        assert leaf.truth({**facts_worth(leaf, leaf.value), name: UNKNOWN}) is Truth.UNKNOWN
