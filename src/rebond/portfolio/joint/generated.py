"""Fictitious territories of any size, to put the joint allocation to the test: the same seed gives the same one.

Each dispositif has a natures' list, a rate, a cap, one or two legal bases (the ceilings of a small or medium firm in a
c area, arts. 14, 17, 36 and 38 GBER; de minimis; market terms for loans) and a budget that all its projects share.
Each undertaking has one to three projects of two to four cost lines. Everything is drawn apart for each undertaking,
so that a worker can draw its own share without the others'.
"""

from __future__ import annotations

import random
from collections.abc import Container, Iterator
from dataclasses import dataclass
from decimal import Decimal

from rebond.dispositifs.model import Instrument
from rebond.financing.problem.model import Basis, FinancingProblem, Line, Offer, ProjectProblem
from rebond.portfolio.joint.plans import Worth
from rebond.portfolio.joint.undertakings import Undertaking
from rebond.regimes.model import RegimeKind
from rebond.units import Euros, Rate

NATURES = ("batiment", "materiel", "immateriel", "decarbonation", "efficacite_energetique")
_CEILINGS: dict[str, tuple[frozenset[str], tuple[str, str]]] = {
    "rgec_14": (frozenset(NATURES), ("0.25", "0.35")),
    "rgec_17": (frozenset(NATURES[:3]), ("0.1", "0.2")),
    "rgec_36": (frozenset({"decarbonation"}), ("0.275", "0.325")),
    "rgec_38": (frozenset({"efficacite_energetique"}), ("0.225", "0.275")),
}
"""Regime → natures that it admits, ceilings of a medium and of a small firm."""
_OF_ONE_PROJECT = (1, 1, 1, 2, 3)
_TYPICAL = 60_000
"""Euros that a dispositif gives to a project that it serves, about: what budgets are drawn from."""
_AT_MARKET_TERMS, _UNDER_DE_MINIMIS = 0.5, 0.4
"""Shares of the loans, and of the other supports."""
ENVELOPE = "enveloppe"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """A fictitious dispositif: what it pays, how much, under what, with which budget."""

    id: str
    instrument: Instrument
    natures: frozenset[str]
    rate: Rate
    cap: Euros
    floor: Euros
    regimes: tuple[str, ...]
    budget: Euros
    reach: float
    """Share of the projects that its conditions admit."""
    per_euro: Rate


@dataclass(frozen=True, slots=True, kw_only=True)
class Territory:
    """The dispositifs of a generated territory; its undertakings are drawn one by one."""

    projects: int
    schemes: tuple[Scheme, ...]
    seed: int

    @property
    def budgets(self) -> dict[str, Euros]:
        """Scheme → its budget."""
        return {scheme.id: scheme.budget for scheme in self.schemes}

    @property
    def worth(self) -> Worth:
        """A euro of aid is worth a quarter of a euro of what is financed; a file costs three thousand euros."""
        return Worth(per_thousand=0.25, per_file=3.0)

    def share(self, rank: int, of: int, only: Container[int] | None = None) -> Iterator[Undertaking]:
        """One undertaking in ``of``, among those asked; the value of a project is a score times its cost."""
        draw = random.Random(f"{self.seed} entreprises")  # noqa: S311 - a territory, not a secret
        left, number = self.projects, 0
        while left:
            count = min(left, draw.choice(_OF_ONE_PROJECT))
            if number % of == rank and (only is None or number in only):
                yield number, *self._undertaking(number, count)
            left, number = left - count, number + 1

    def _undertaking(self, rank: int, count: int) -> tuple[FinancingProblem, dict[str, Decimal]]:
        draw = random.Random(f"{self.seed} {rank}")  # noqa: S311 - a territory, not a secret
        size, name = draw.randrange(2), f"U{rank:05d}"
        projects = tuple(_project(f"{name}-{number}", name, self.schemes, size, draw) for number in range(1, count + 1))
        room = {name: Decimal(draw.choice([0, 80_000, 200_000, 300_000, 300_000]))}
        values = {project.id: _value(project, draw) for project in projects}
        return FinancingProblem(projects=projects, de_minimis_room=room, budgets=self.budgets), values


def _value(project: ProjectProblem, draw: random.Random) -> Decimal:
    """A score of 20 to 95 %, times the cost in thousands of euros."""
    return (Decimal(draw.randint(200, 950)) * project.cost / 1_000_000).quantize(Decimal("0.1"))


def territory(projects: int, schemes: int, *, seed: int = 1) -> Territory:
    """A territory of so many projects and dispositifs, the first of which is the call's envelope."""
    draw = random.Random(f"{seed} dispositifs")  # noqa: S311 - a territory, not a secret
    served = 8.0 * (schemes / 40) ** 0.6
    return Territory(
        projects=projects,
        schemes=tuple(_scheme(rank, projects, served / schemes, draw) for rank in range(schemes)),
        seed=seed,
    )


def _scheme(rank: int, projects: int, reach: float, draw: random.Random) -> Scheme:
    envelope = rank == 0
    forms = (Instrument.GRANT, Instrument.LOAN, Instrument.REPAYABLE_ADVANCE)
    instrument = Instrument.GRANT if envelope else draw.choices(forms, weights=[6, 3, 1])[0]
    share = Decimal(1) if instrument is Instrument.GRANT else Decimal(draw.choice(["0.05", "0.12", "0.2"]))
    regimes = tuple(draw.sample(sorted(_CEILINGS), 2))
    if instrument is Instrument.LOAN and draw.random() < _AT_MARKET_TERMS:
        regimes = ("marche",)
    elif draw.random() < _UNDER_DE_MINIMIS:
        regimes = (*regimes[:1], "minimis")
    own_reach = 0.5 if envelope else min(1.0, reach * draw.uniform(0.4, 1.6))
    typical = _TYPICAL * (4 if instrument is Instrument.LOAN else 1)
    amount = round(projects * own_reach * typical * draw.uniform(0.15, 0.7), -3)
    return Scheme(
        id=ENVELOPE if envelope else f"d{rank:03d}",
        instrument=instrument,
        natures=frozenset(NATURES if envelope else draw.sample(NATURES, draw.randint(1, 4))),
        rate=Decimal(draw.choice(["0.2", "0.3", "0.4", "0.5"])),
        cap=Decimal(draw.choice([100_000, 200_000, 500_000]) * (4 if instrument is Instrument.LOAN else 1)),
        floor=Decimal(draw.choice([0, 0, 10_000, 25_000])),
        regimes=("rgec_14", "minimis") if envelope else regimes,
        budget=Decimal(max(50_000, amount)),
        reach=own_reach,
        per_euro=share,
    )


def _project(
    identifier: str, undertaking: str, schemes: tuple[Scheme, ...], size: int, draw: random.Random
) -> ProjectProblem:
    cost = 10 ** draw.uniform(5, 6.5)
    weights = [draw.random() + 0.2 for _ in range(draw.randint(2, 4))]
    natures = draw.sample(NATURES, len(weights))
    lines = tuple(
        Line(id=f"l{rank}", nature=nature, amount=Decimal(round(cost * weight / sum(weights), -2)), year=2027)
        for rank, (nature, weight) in enumerate(zip(natures, weights, strict=True))
    )
    admitted = [scheme for scheme in schemes if draw.random() < scheme.reach]
    offers = [_offer(scheme, lines, size) for scheme in admitted]
    total = sum((line.amount for line in lines), Decimal(0))
    return ProjectProblem(
        id=identifier,
        undertaking=undertaking,
        lines=lines,
        offers=tuple(offer for offer in offers if offer is not None),
        need=(total * Decimal(draw.choice(["0.3", "0.45", "0.6"]))).quantize(Decimal(1)),
        loan_cap=(total * Decimal("0.5")).quantize(Decimal(1)),
    )


def _offer(scheme: Scheme, lines: tuple[Line, ...], size: int) -> Offer | None:
    mine = [line for line in lines if line.nature in scheme.natures]
    bases = tuple(basis for regime in scheme.regimes if (basis := _basis(regime, mine, size, scheme.per_euro)))
    if not bases:
        return None
    base = sum((line.amount for line in mine), Decimal(0))
    return Offer(
        id=scheme.id,
        title=scheme.id,
        funder="fictif",
        instrument=scheme.instrument,
        lines=frozenset(line.id for line in mine),
        bases=bases,
        max_support=(base * scheme.rate).quantize(Decimal("0.01")),
        aid_cap=scheme.cap,
        min_support=scheme.floor,
        benefit_per_euro=scheme.per_euro,
        budget=scheme.id,
        is_envelope=scheme.id == ENVELOPE,
    )


def _basis(regime: str, lines: list[Line], size: int, per_euro: Rate) -> Basis | None:
    if not lines:
        return None
    whole = {line.id: Decimal(1) for line in lines}
    if regime == "marche":
        kind, none = RegimeKind.NO_AID, Decimal(0)
        return Basis(regime=regime, article="", kind=kind, ceilings=whole, aid_per_euro=none, plain_per_euro=none)
    if regime == "minimis":
        kind = RegimeKind.DE_MINIMIS
        return Basis(
            regime=regime, article="", kind=kind, ceilings=whole, aid_per_euro=per_euro, plain_per_euro=per_euro
        )
    natures, rates = _CEILINGS[regime]
    ceilings = {line.id: Decimal(rates[size]) for line in lines if line.nature in natures}
    if not ceilings:
        return None
    return Basis(
        regime=regime,
        article=regime,
        kind=RegimeKind.EXEMPTION,
        ceilings=ceilings,
        aid_per_euro=per_euro,
        plain_per_euro=per_euro,
    )
