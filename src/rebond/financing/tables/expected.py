"""What a funder usually gives, beside the most that it may give: a plan counts on the second, a reader wants both.

The expected rate is data (``taux_attendu``), with its source; where no source gives one it is unknown, never guessed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from rebond.dispositifs.model import Dispositif
from rebond.eligibility.choice import Choice, DatedValue, choose
from rebond.eligibility.incentive import facts_for_funders
from rebond.financing.building.landmarks import SourcedRate, landmark, sourced_rate, spend_taken
from rebond.financing.context import Study
from rebond.units import Euros, Rate, floor_euros

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedLine:
    """One cost line of a support: what is asked, and what may be expected of it."""

    line: str
    asked: int
    expected: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedSupport:
    """A support of the plan at its maximum, and as its funder usually gives it."""

    dispositif: str
    title: str
    formula: str
    """How the maximum is counted, in words."""
    sources: tuple[str, ...]
    """Those of the maximum."""
    maximum: Rate | None
    usual: SourcedRate | None
    """``None``: no source gives a usual rate for these facts."""
    lines: tuple[ExpectedLine, ...]

    @property
    def asked(self) -> int:
        """What the plan asks for."""
        return sum(line.asked for line in self.lines)

    @property
    def expected(self) -> int | None:
        """What may be expected of it; ``None``: nobody says."""
        found = [line.expected for line in self.lines if line.expected is not None]
        return sum(found) if len(found) == len(self.lines) else None

    def on(self, line: str) -> int | None:
        """What may be expected of it on a cost line; ``None``: nobody says."""
        return next((each.expected for each in self.lines if each.line == line), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedTotal:
    """The expected total where it is known, and for how much of the plan it is not."""

    amount: int
    lines: int
    """Lines of the plan whose expected amount is known."""
    asked: int
    """What these lines ask for."""
    unknown_lines: int
    unknown_asked: int


def expected_supports(found: Study) -> tuple[ExpectedSupport, ...]:
    """The supports of a plan, in its order."""
    return tuple(_support(found, dispositif) for dispositif in found.plan.files)


def expected_total(supports: Iterable[ExpectedSupport]) -> ExpectedTotal:
    """The lines of all supports together."""
    lines = [line for support in supports for line in support.lines]
    known = [line for line in lines if line.expected is not None]
    unknown = [line for line in lines if line.expected is None]
    return ExpectedTotal(
        amount=sum(line.expected or 0 for line in known),
        lines=len(known),
        asked=sum(line.asked for line in known),
        unknown_lines=len(unknown),
        unknown_asked=sum(line.asked for line in unknown),
    )


def usual_lead(found: Study, dispositif: str) -> str:
    """What a dispositif without an amount usually gives on the project's costs, in French; empty when nobody says."""
    item = found.context.catalogue.dispositifs[dispositif]
    context = found.context
    known = landmark(
        item, facts_for_funders(found.facts, context.project, item.desks), context.project.costs, context.on
    )
    return f"repère hors du plan, {known.words}" if known else ""


def _support(found: Study, key: str) -> ExpectedSupport:
    mine = [line for line in found.plan.lines if line.dispositif == key]
    item = found.context.catalogue.dispositifs.get(key)
    usual = maximum = None
    if item is not None and not mine[0].is_envelope:
        usual = sourced_rate(_choice(found, item, item.advantage.expected_rate), item)
        maximum = _choice(found, item, item.advantage.rate).low
    asked = sum(line.amount for line in mine)
    lines = []
    left = None if usual is None or item is None else min(asked, floor_euros(usual.rate * _base(found, item)))
    whole = left
    for rank, line in enumerate(mine):
        share = None
        if left is not None and whole is not None:
            # The last line takes the rounding, so that the lines make the support.
            share = left if rank == len(mine) - 1 else floor_euros(Decimal(whole) * line.amount / asked)
            left -= share
        lines.append(ExpectedLine(line=line.line, asked=line.amount, expected=share))
    return ExpectedSupport(
        dispositif=key,
        title=mine[0].title,
        formula=mine[0].formula,
        sources=mine[0].sources,
        maximum=maximum,
        usual=usual,
        lines=tuple(lines),
    )


def _choice(found: Study, item: Dispositif, rows: tuple[DatedValue, ...]) -> Choice:
    context = found.context
    return choose(rows, facts_for_funders(found.facts, context.project, item.desks), context.on)


def _base(found: Study, item: Dispositif) -> Euros:
    """The costs that the dispositif takes, within the cap of its base."""
    context = found.context
    return spend_taken(
        item, facts_for_funders(found.facts, context.project, item.desks), context.project.costs, context.on
    )
