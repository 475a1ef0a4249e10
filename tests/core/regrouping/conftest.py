"""A census of two firms, with what was decided of them."""

from dataclasses import replace
from decimal import Decimal

import pytest

from rebond.facts import (
    Census,
    CommitteeDecision,
    DecisionOutcome,
    Interview,
    LinkAnswer,
    LinkDecision,
    Need,
    Project,
)
from tests.core.history.censuses import Draw
from tests.core.regrouping.two_firms import FORGE, ON, OTHER, OVEN, THIRD


@pytest.fixture
def bare() -> Census:
    drawn: Census = Draw(1).census()
    return replace(
        drawn,
        firms=(FORGE, OTHER, THIRD),
        interviews=(Interview(id="I1", firm_id="E2", held_on=ON, needs=(Need(axis="foncier", text="un terrain"),)),),
        projects=(OVEN, Project(id="P2", firm_id="E2", title="Chaudière")),
        aids=(),
        partner_entries=(),
        confirmations=(),
        decisions=(CommitteeDecision(project_id="P1", outcome=DecisionOutcome.RETAINED, amount=Decimal(900)),),
        link_decisions=(
            LinkDecision(entry_id="L1", firm_id="E2", answer=LinkAnswer.SAME),
            LinkDecision(entry_id="L2", firm_id="E2", project_id="P2", answer=LinkAnswer.DIFFERENT),
        ),
        lineage=(),
    )
