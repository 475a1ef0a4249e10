"""The lines of partners' lists before any noise, each with what it truly is about."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from decimal import Decimal

from bench._linkage_world import COMMUNES, FORMS, OBJECTS, SURNAMES, TRADES, Being, Work, World, checked

PARTNERS = ("bpifrance", "region-grand-est", "ademe", "cci", "gip-haute-marne")


@dataclass(slots=True)
class Line:
    """A partner's line while it is being spoilt, with what it truly is about."""

    partner: str
    name: str
    siren: str
    commune: str
    title: str = ""
    amount: Decimal | None = None
    is_aid: bool = False
    firm: str = ""
    """Id of the census; empty when the line is about somebody else."""
    project: str = ""
    awarded: bool = False
    """Another project of the firm, once helped: a list of awards always says what and how much."""


@dataclass(slots=True)
class Lists:
    """What the partners hold before any noise."""

    world: World
    lines: list[Line] = field(default_factory=list)


def clean_lists(world: World, rng: random.Random) -> Lists:
    """Every known project once or twice, some firms known without a project, some strangers."""
    lists = Lists(world)
    for work in world.shared:
        for partner in rng.sample(PARTNERS, rng.choice((1, 1, 1, 2))):
            lists.lines.append(line_of(world.being(work.firm), partner, work))
    for being in rng.sample(world.beings, len(world.beings) // 3):
        lists.lines.append(line_of(being, rng.choice(PARTNERS)))
    for _ in range(25):
        trade, surname = rng.choice(TRADES), f"{rng.choice(SURNAMES)}{rng.choice(('et', 'ot', 'eau', 'in'))}"
        kind, title = rng.choice(OBJECTS)
        stranger = Being(
            "", surname, trade, f"{trade} {surname}", rng.choice(FORMS), checked(rng), rng.choice(list(COMMUNES))
        )
        lists.lines.append(
            line_of(stranger, rng.choice(PARTNERS), Work("", "", kind, title, (rng.randrange(50, 900) * 1000,)))
        )
    return lists


def line_of(being: Being, partner: str, work: Work | None = None) -> Line:
    """A line as a partner would write it without a slip."""
    return Line(
        partner=partner,
        name=f"{being.name} {being.form}",
        siren=being.siren,
        commune=COMMUNES[being.commune],
        title=work.title if work else "",
        amount=Decimal(work.cost) if work else None,
        firm=being.id,
        project=work.id if work else "",
    )


def rounded(amount: Decimal) -> Decimal:
    """To the nearest ten thousand euros, as people remember it."""
    least = 100_000
    return Decimal(round(amount, -4)) if amount >= least else amount
