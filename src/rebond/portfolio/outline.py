"""A choice in outline: what each project needs of what is shared, and no other rule.

Every legal choice keeps these few rows, so that none is worth more than the best of the outline; small, it is proven in
a moment. Where plans exist for the projects that it picks, it is the choice, and proven (``financed``).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from rebond.financing.problem.model import Offer, ProjectProblem
from rebond.financing.solving.solver import MilpModel
from rebond.portfolio.contributors import Payers, define_envelope
from rebond.portfolio.parts import define_amount, define_served
from rebond.portfolio.pools import account_of, pools_of
from rebond.units import Euros

_SEARCH_FROM = 100
"""Few rows link everything here: of some hundred choices the proof alone takes five times as long as with a search."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What a project needs to be financed, whatever the others take."""

    shared: Euros
    """Of the pools that run out and of the envelope together."""
    envelope: Euros | None
    """Of the envelope alone, all the pools being open to it; ``None``: it cannot be financed at all."""
    whole: Euros
    """Of the pools and of the envelope together, for its need to be covered whole: more than ``shared`` where a part is
    paid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """The programme and its columns by project."""

    model: MilpModel
    financed: Mapping[str, int]
    """1 when the project is financed."""
    served: Mapping[str, int]
    """The euros that count, of projects that are paid a part of."""
    drawn: Mapping[str, Sequence[int]]
    """The euros that each project draws on what is shared."""
    called: Mapping[str, Sequence[int]]
    """Those of the envelope among them."""

    def need_together(self, projects: Sequence[str], least: float, *, envelope: bool) -> None:
        """Say what projects need of what is shared, or of the envelope alone, when all of them are financed.

        Infinite: they never are.
        """
        both = [self.financed[project] for project in projects]
        drawn = self.called if envelope else self.drawn
        name = f"ensemble[{','.join(projects)}]"
        if math.isinf(least):
            self.model.row(name, [(column, 1.0) for column in both], high=len(both) - 1.0)
            return
        mine = [(column, 1.0) for project in projects for column in drawn[project]]
        self.model.row(name, [*mine, *((column, -least) for column in both)], low=-least * (len(both) - 1))


_NONE: Mapping[str, Euros] = MappingProxyType({})


def outline(
    projects: Iterable[ProjectProblem],
    needs: Mapping[str, Needs],
    pools: Mapping[str, Euros],
    apart: Mapping[str, Euros],
    envelope: Euros,
    payers: Payers | None = None,
    parts: Mapping[str, Euros] = _NONE,
) -> Outline:
    """The programme.

    ``pools``: those that run out, with what is in them. ``apart``: candidate that shares nothing else → what it needs
    of the envelope. ``payers``: what each contributor may pay. ``parts``: candidate of a call that pays parts → the
    most that it could get.
    """
    model = MilpModel(search_from=_SEARCH_FROM)
    financed: dict[str, int] = {}
    served: dict[str, int] = {}
    draws: dict[str, list[int]] = {}
    calls: dict[str, list[int]] = {}
    drawn: dict[str, list[tuple[int, float]]] = {pool: [] for pool in pools}
    paid: dict[str, list[tuple[int, float]]] = {}
    for project in projects:
        need = needs[project.id]
        chosen = financed[project.id] = model.binary(f"retenu[{project.id}]")
        if need.envelope is None:
            model.row(f"impossible[{project.id}]", [(chosen, 1.0)], high=0.0)
            continue
        mine: list[tuple[int, float]] = []
        called: list[tuple[int, float]] = []
        for offer in project.offers:
            if not offer.is_envelope and not _may_draw(offer, project, pools):
                continue
            amount = _amount(model, project, offer)
            mine.append((amount, 1.0))
            if offer.is_envelope:
                called.append((amount, 1.0))
            for pool, weight in _certain(offer, project, pools).items():
                drawn[pool].append((amount, weight))
        paid[project.id] = called
        draws[project.id], calls[project.id] = ([column for column, _ in each] for each in (mine, called))
        model.row(f"partagé[{project.id}]", [*mine, (chosen, -float(need.shared))], low=0.0)
        model.row(f"enveloppe[{project.id}]", [*called, (chosen, -float(need.envelope))], low=0.0)
        if most := parts.get(project.id):
            whole = model.binary(f"entier[{project.id}]")
            model.row(f"partagé entier[{project.id}]", [*mine, (whole, -float(need.whole))], low=0.0)
            counted = [*called, (whole, float(most))]
            served[project.id] = define_served(model, project.id, chosen, most, counted)
    for pool, terms in drawn.items():
        model.row(f"fonds[{pool}]", terms, high=float(pools[pool]))
    for name, least in apart.items():
        financed[name] = model.binary(f"retenu[{name}]")
        paid[name] = [(financed[name], float(least))]
        if most := parts.get(name):
            served[name] = define_amount(model, name, financed[name], least, most)
            paid[name] = [(served[name], 1.0)]
    define_envelope(paid, envelope, payers, model, name="enveloppe")
    return Outline(model=model, financed=financed, served=served, drawn=draws, called=calls)


def _may_draw(offer: Offer, project: ProjectProblem, pools: Mapping[str, Euros]) -> bool:
    return any(pools_of(offer, basis, project) & pools.keys() for basis in offer.bases)


def _certain(offer: Offer, project: ProjectProblem, pools: Mapping[str, Euros]) -> dict[str, float]:
    """What a euro of an offer takes of each pool at the very least, under any of its bases."""
    takes = [
        {pool: float(basis.aid_per_euro) if account_of(pool) else 1.0 for pool in pools_of(offer, basis, project)}
        for basis in offer.bases
    ]
    common = {pool: min(each.get(pool, 0.0) for each in takes) for pool in pools} if takes else {}
    return {pool: weight for pool, weight in common.items() if weight > 0}


def _amount(model: MilpModel, project: ProjectProblem, offer: Offer) -> int:
    """The euros of an offer: none, or from its floor to its cap."""
    most = float(min(offer.max_support, project.payable_need))
    if offer.aid_cap is not None:
        most = min(most, float(offer.aid_cap))
    name = f"{project.id},{offer.id}"
    amount, asked = model.column(f"euros[{name}]", upper=max(0.0, most)), model.binary(f"demande[{name}]")
    model.row(f"plafond[{name}]", [(amount, 1.0), (asked, -most)], high=0.0)
    model.row(f"plancher[{name}]", [(amount, 1.0), (asked, -float(offer.least_award))], low=0.0)
    return amount
