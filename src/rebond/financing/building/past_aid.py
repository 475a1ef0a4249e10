"""Aid already obtained for a project, on the lines that it pays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from rebond.eligibility.choice import choose
from rebond.eligibility.criteria import Facts
from rebond.facts import UNKNOWN, AidObtained, AwardedAid, Project
from rebond.financing.problem.model import GrantedAid, Line
from rebond.regimes.ceilings import aid_ceiling, as_one_investment
from rebond.regimes.model import Regime

ZERO = Decimal(0)


def granted_aids(
    aids: Iterable[AidObtained], lines: Sequence[Line], facts: Facts, regimes: Mapping[str, Regime], today: date
) -> Iterable[GrantedAid]:
    """Aid already obtained, spread over the lines it pays in proportion to their amounts, to the cent.

    A band counts for its top. An aid that nothing bounds is the most that it can be, the whole of its lines, so
    that no ceiling is held for firm while nobody knows it (adr/0018). What a referral brought says its lines.
    """
    for aid in aids:
        regime = regimes.get(aid.regime)
        if isinstance(aid, AwardedAid):
            if regime is not None:
                yield from _awarded(aid, lines, facts, regime, today)
            continue
        paid = [line for line in lines if line.amount and (not aid.nature or line.nature == aid.nature)]
        if regime is None or not paid:
            continue
        total = sum((line.amount for line in paid), ZERO)
        amount = left = total if aid.at_most is UNKNOWN else aid.at_most
        for rank, line in enumerate(paid):
            share = left if rank == len(paid) - 1 else (amount * line.amount / total).quantize(Decimal("0.01"))
            left -= share
            yield _on_line(line, share, regime, facts, min(today, aid.granted_on))


def _awarded(aid: AwardedAid, lines: Sequence[Line], facts: Facts, regime: Regime, today: date) -> Iterable[GrantedAid]:
    by_id = {line.id: line for line in lines}
    for share in aid.spread:
        if share.line in by_id:
            found = _on_line(by_id[share.line], share.aid, regime, facts, min(today, aid.granted_on))
            yield replace(found, support=None if share.support == share.aid else share.support)


def _on_line(line: Line, aid: Decimal, regime: Regime, facts: Facts, on: date) -> GrantedAid:
    return GrantedAid(
        line=line.id,
        regime=regime.id,
        kind=regime.kind,
        aid=aid,
        ceiling=aid_ceiling(regime, {**as_one_investment(regime, facts), "nature": line.nature}, on).low,
        own_contribution=choose(regime.own_contribution, facts, on).high or ZERO,
    )


def obtained_support(aids: Iterable[AidObtained], project: Project) -> Decimal:
    """The support that referrals brought to a project, the most that it may be: what it needs no more."""
    mine = (aid for aid in aids if isinstance(aid, AwardedAid) and aid.project_id == project.id)
    return sum((aid.most for aid in mine), ZERO)
