"""Aid already obtained for a project, on the lines that it pays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from rebond.eligibility.choice import choose
from rebond.eligibility.criteria import Facts
from rebond.facts import UNKNOWN, AidObtained
from rebond.financing.problem.model import GrantedAid, Line
from rebond.regimes.ceilings import aid_ceiling, as_one_investment
from rebond.regimes.model import Regime

ZERO = Decimal(0)


def granted_aids(
    aids: Iterable[AidObtained], lines: Sequence[Line], facts: Facts, regimes: Mapping[str, Regime], today: date
) -> Iterable[GrantedAid]:
    """Aid already obtained, spread over the lines it pays in proportion to their amounts, to the cent.

    A band counts for its top. An aid that nothing bounds is the most that it can be, the whole of its lines, so
    that no ceiling is held for firm while nobody knows it (adr/0018).
    """
    for aid in aids:
        regime = regimes.get(aid.regime)
        paid = [line for line in lines if line.amount and (not aid.nature or line.nature == aid.nature)]
        if regime is None or not paid:
            continue
        total = sum((line.amount for line in paid), ZERO)
        amount = left = total if aid.at_most is UNKNOWN else aid.at_most
        for rank, line in enumerate(paid):
            share = left if rank == len(paid) - 1 else (amount * line.amount / total).quantize(Decimal("0.01"))
            left -= share
            on = min(today, aid.granted_on)
            yield GrantedAid(
                line=line.id,
                regime=regime.id,
                kind=regime.kind,
                aid=share,
                ceiling=aid_ceiling(regime, {**as_one_investment(regime, facts), "nature": line.nature}, on).low,
                own_contribution=choose(regime.own_contribution, facts, on).high or ZERO,
            )
