"""Financing problems of realistic size for the benchmark: fictitious projects, the rates of the 2026 law.

Each project has 3 to 8 cost lines and 5 to 15 offers with 1 to 3 legal bases. Costs are log-uniform from 100 k€ to
10 M€. The regimes and their ceilings are those of a small or medium firm in a c area (arts. 14, 17, 25, 36, 38),
de minimis, and market terms for loans; one offer in four has a floor or a cap of aid, one loan in two asks for as
much private money, one pair of offers in twenty excludes itself, one project in four already has an aid. Lines,
assiettes and bases overlap at random, which makes cumulation bind more often than in the sample mission.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from decimal import Decimal

from rebond.dispositifs.model import Instrument
from rebond.financing.problem.model import Basis, FinancingProblem, GrantedAid, Line, Offer, ProjectProblem
from rebond.regimes.model import RegimeKind

NATURES = ("batiment", "materiel", "immateriel", "decarbonation", "efficacite_energetique", "rd_experimentale")
INVESTMENT = frozenset(NATURES[:5])
REGIMES: dict[str, tuple[frozenset[str], tuple[str, str], dict[str, str]]] = {
    # regime: natures, ceilings of a medium and a small firm, own contribution and notification threshold
    "rgec_14": (INVESTMENT, ("0.25", "0.35"), {"own_contribution": "0.25", "project_cap": "12380000"}),
    "rgec_17": (INVESTMENT, ("0.1", "0.2"), {"project_cap": "8250000"}),
    "rgec_25": (frozenset({"rd_experimentale"}), ("0.4", "0.5"), {"project_cap": "25000000"}),
    "rgec_36": (frozenset({"decarbonation"}), ("0.275", "0.325"), {"project_cap": "30000000"}),
    "rgec_38": (frozenset({"efficacite_energetique"}), ("0.225", "0.275"), {"project_cap": "30000000"}),
}


def problems(count: int, seed: int = 2026) -> Iterator[FinancingProblem]:
    """``count`` problems of one project each; same seed, same problems."""
    draw = random.Random(seed)
    for rank in range(count):
        project = _project(f"G{rank:04d}", draw)
        room = {project.undertaking: Decimal(draw.choice([0, 80_000, 200_000, 300_000, 300_000]))}
        budgets = {"commun": Decimal(draw.choice([150_000, 2_000_000]))}
        yield FinancingProblem(projects=(project,), de_minimis_room=room, budgets=budgets)


def _project(identifier: str, draw: random.Random) -> ProjectProblem:
    cost = 10 ** draw.uniform(5, 7)
    weights = [draw.random() + 0.1 for _ in range(draw.randint(3, 8))]
    lines = tuple(
        Line(
            id=f"l{rank}",
            nature=draw.choice(NATURES),
            amount=Decimal(round(cost * weight / sum(weights), -2)),
            year=2026,
        )
        for rank, weight in enumerate(weights)
    )
    size = draw.randrange(2)
    found = [_offer(f"d{rank:02d}", lines, size, draw) for rank in range(draw.randint(5, 15))]
    offers = tuple(offer for offer in found if offer is not None)
    names = [offer.id for offer in offers]
    pairs = {(a, b) for a in names for b in names if a < b and draw.random() < 0.05}
    total = sum((line.amount for line in lines), Decimal(0))
    line = draw.choice(lines)
    past = GrantedAid(
        line=line.id,
        regime="rgec_17",
        kind=RegimeKind.EXEMPTION,
        aid=Decimal(round(line.amount * Decimal("0.05"))),
        ceiling=Decimal(REGIMES["rgec_17"][1][size]),
    )
    return ProjectProblem(
        id=identifier,
        undertaking=f"U{identifier}",
        lines=lines,
        offers=offers,
        need=(total * Decimal(draw.choice(["0.5", "0.8", "1"]))).quantize(Decimal(1)),
        loan_cap=(total * Decimal("0.6")).quantize(Decimal(1)) if draw.random() < 0.5 else None,
        granted=(past,) if draw.random() < 0.25 and line.nature in INVESTMENT else (),
        exclusions=frozenset(pairs),
    )


def _offer(identifier: str, lines: tuple[Line, ...], size: int, draw: random.Random) -> Offer | None:
    """A dispositif on some natures of expense; ``None`` when no legal basis admits them."""
    natures = set(draw.sample(NATURES, draw.randint(1, 4)))
    mine = [line for line in lines if line.nature in natures]
    instrument = draw.choices([Instrument.GRANT, Instrument.LOAN, Instrument.REPAYABLE_ADVANCE], weights=[6, 2, 1])[0]
    share = Decimal(1) if instrument is Instrument.GRANT else Decimal(draw.choice(["0.0385", "0.12", "0.2"]))
    bases = list(_bases(mine, size, instrument, share, draw))
    if not mine or not bases:
        return None
    base = sum((line.amount for line in mine), Decimal(0))
    support = (base * Decimal(draw.choice(["0.15", "0.2", "0.3", "0.4", "0.5"]))).quantize(Decimal("0.01"))
    return Offer(
        id=identifier,
        title=identifier,
        funder="fictif",
        instrument=instrument,
        lines=frozenset(line.id for line in mine),
        bases=tuple(bases),
        max_support=support,
        aid_cap=Decimal(draw.choice([50_000, 200_000, 500_000])) if draw.random() < 0.25 else None,
        min_support=Decimal(10_000) if draw.random() < 0.25 else Decimal(0),
        benefit_per_euro=share,
        private_match=instrument is Instrument.LOAN and draw.random() < 0.5,
        own_funds_cap=Decimal(draw.choice([150_000, 600_000])) if instrument is Instrument.LOAN else None,
        budget="commun" if draw.random() < 0.2 else "",
    )


def _bases(
    lines: list[Line], size: int, instrument: Instrument, share: Decimal, draw: random.Random
) -> Iterator[Basis]:
    advance = instrument is Instrument.REPAYABLE_ADVANCE and draw.random() < 0.5
    aid = Decimal(1) if advance else share
    for regime in draw.sample(sorted(REGIMES), 3)[: draw.randint(1, 2)]:
        natures, rates, limits = REGIMES[regime]
        ceilings = {line.id: Decimal(rates[size]) for line in lines if line.nature in natures}
        if ceilings:
            yield Basis(
                regime=regime,
                article=regime,
                kind=RegimeKind.EXEMPTION,
                ceilings=ceilings,
                aid_per_euro=aid,
                plain_per_euro=Decimal(0) if advance else aid,
                advance_bonus=Decimal("0.1") if advance else Decimal(0),
                own_contribution=Decimal(limits.get("own_contribution", 0)),
                project_cap=Decimal(limits["project_cap"]),
            )
    whole = {line.id: Decimal(1) for line in lines}
    if not whole:
        return
    if instrument is Instrument.LOAN and draw.random() < 0.5:
        none = Decimal(0)
        kind = RegimeKind.NO_AID
        yield Basis(regime="marche", article="", kind=kind, ceilings=whole, aid_per_euro=none, plain_per_euro=none)
    elif draw.random() < 0.6:
        kind = RegimeKind.DE_MINIMIS
        yield Basis(regime="minimis", article="", kind=kind, ceilings=whole, aid_per_euro=aid, plain_per_euro=aid)
