"""``confusions``: what else stands in a list (homonyms, sisters, near names, other projects of the same firm)."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from bench._linkage_lines import PARTNERS, Line, Lists, line_of
from bench._linkage_world import COMMUNES, FORMS, OBJECTS, RIVERS, TRADES, Being, World, checked


def _neighbour_name(surname: str, rng: random.Random) -> str:
    """Another family of the country: Pruvot beside Pruvost, Vautier beside Vauthier."""
    inside = rng.randrange(2, len(surname) - 1)
    return rng.choice((surname[:inside] + surname[inside + 1 :], surname + rng.choice(("t", "s", "e")), surname[:-1]))


def _strangers(world: World, rng: random.Random) -> Iterator[tuple[Being, Being]]:
    """Firms out of the census that look like firms of it, with the one that each looks like."""
    places = list(COMMUNES)
    taken = {(being.name, being.commune) for being in world.beings}
    for being in world.beings:
        other = rng.choice([place for place in places if place != being.commune])
        forms, trades = rng.choice(FORMS), rng.choice([trade for trade in TRADES if trade != being.trade])
        near = _neighbour_name(being.surname, rng)
        for draw, name, place in (
            (0.12, being.name, other),  # homonym elsewhere
            (0.15, being.name.replace(being.surname, near), being.commune),  # near name, next door
            (
                0.12,
                f"{being.surname} {rng.choice(('Immobilier', 'Holding', 'Développement', 'Distribution', 'Services'))}",
                being.commune,
            ),
            (0.10, f"{trades} {being.surname}", being.commune),  # another trade, same family
            (0.08, f"SCI {being.surname}", being.commune),
            (0.10, f"{trades} {rng.choice(RIVERS)}", being.commune),
            (0.06, f"{being.trade} {COMMUNES[being.commune]}", being.commune),
            (0.05, being.surname, other),
        ):
            if rng.random() < draw and (name, place) not in taken:
                yield replace(being, id="", name=name, form=forms, siren=checked(rng), commune=place), being


def confusing_noise(lists: Lists, rng: random.Random) -> Iterator[Line]:
    """Look-alikes of every kind beside the right lines, which are written plainly."""
    world = lists.world
    for line in lists.lines:
        siren = line.siren if rng.random() < 0.5 else ""
        if line.siren and rng.random() < 0.02:
            siren = rng.choice(world.beings).siren  # the number of the row above, copied by mistake
        yield replace(line, siren=siren, commune=line.commune if rng.random() < 0.85 else "")
    for stranger, like in _strangers(world, rng):
        # Not the very project of the firm that it looks like: without a place or a number, nobody could tell.
        work = rng.choice([work for work in world.works if work.firm != like.id])
        line = line_of(stranger, rng.choice(PARTNERS), replace(work, id=""))
        if rng.random() < 0.5:
            line = replace(line, amount=Decimal(rng.randrange(40, 900) * 1000))
        yield replace(
            line,
            siren=line.siren if rng.random() < 0.4 else "",
            commune=line.commune if rng.random() < 0.85 else "",
            project="",
        )
    for work in rng.sample(world.works, 14):
        # Another project of the same firm: an older one, the next machine, a study.
        being = world.being(work.firm)
        title = rng.choice(
            (
                work.title.replace("400", "250").replace("5 axes", "3 axes").replace("250 tonnes", "80 tonnes"),
                f"{work.title} (tranche 2018)",
                f"Étude préalable : {work.title.lower()}",
                rng.choice(OBJECTS)[1],
                work.title,
            )
        )
        if any(other.title == title and other.firm == work.firm for other in world.works):
            title = f"Maintenance : {title.lower()}"
        amount = rng.randrange(20, 1500) * 1000
        while title == work.title and abs(amount - work.cost) * 2 < work.cost:
            # Same title and same amount: the same project for everybody, this would be no test.
            amount = rng.randrange(20, 1500) * 1000
        siren = being.siren if rng.random() < 0.5 else ""
        line = replace(line_of(being, rng.choice(PARTNERS), work), siren=siren, title=title, amount=Decimal(amount))
        yield replace(line, project="", awarded=True)
