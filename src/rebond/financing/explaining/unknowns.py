"""Which unknown facts would change the plan, and by how much: each is tried at the values that matter, the others kept.

A plan counts on dispositifs that are not refused and on the lowest ceiling that unknown facts allow: an answer can
raise it (a ceiling, an amount that could not be computed) or lower it (a condition that turns out not to hold).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from rebond.dispositifs.model import Dispositif
from rebond.dispositifs.screening import screen
from rebond.eligibility.choice import DatedValue
from rebond.eligibility.criteria import AllOf, AnyOf, Compare, Confirm, CostSum, Criterion, NafIn, Not, OneOf
from rebond.eligibility.dictionary import FactType
from rebond.eligibility.incentive import APPLIED_FIRST, facts_for_funders, supposing
from rebond.eligibility.project_facts import complete
from rebond.eligibility.truth import Truth
from rebond.eligibility.verdict import Verdict
from rebond.facts import UNKNOWN, FactValue
from rebond.financing.building.kept_offers import KeptOffers
from rebond.financing.context import Solve, Study, problem_of
from rebond.financing.explaining.changes import ROOM, definition_of
from rebond.financing.problem.as_json import problem_as_data
from rebond.financing.problem.model import FinancingProblem
from rebond.financing.solving.optimize import optimise_plans
from rebond.regimes.model import Regime, RegimeKind

ONE_EURO = Decimal(1)
OTHER = "autre"
"""A value that no condition names: what « none of these » gives."""
HUGE = Decimal(1_000_000_000)
"""Larger than any threshold: a quantity « as large as needed »."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One value tried, in words, with the aid that the plan then reaches."""

    value: str
    aid: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownEffect:
    """An unknown fact (or a sentence to confirm) that moves the plan."""

    fact: str
    label: str
    question: str
    dispositifs: tuple[str, ...]
    """Dispositifs whose conditions or figures read it."""
    best: Answer
    worst: Answer
    now: Decimal
    """Aid of the plan while the fact is unknown."""

    @property
    def could_gain(self) -> Decimal:
        """Euros of gross grant equivalent that the best answer adds."""
        return max(Decimal(0), self.best.aid - self.now)

    @property
    def could_lose(self) -> Decimal:
        """Euros of gross grant equivalent that the worst answer takes."""
        return max(Decimal(0), self.now - self.worst.aid)


def unknown_effects(found: Study, *, solve: Solve | None = None) -> tuple[UnknownEffect, ...]:
    """The unknown facts that would change the plan of a study, those that weigh most first.

    ``solve`` gives the problem of a context: another than ``problem_of`` when the plan counts on more than it holds.
    """
    known: dict[str, Decimal] = {_figures(found.problem): found.plan.benefit}
    made = solve or problem_of
    # From one answer to the next, most offers read nothing that changed.
    found = replace(found, context=replace(found.context, kept=KeptOffers()))
    effects = [_effect(found, name, readers, known, made) for name, readers in _unknowns(found).items()]
    effects.append(_account_effect(found, known, made))
    moving = [effect for effect in effects if effect is not None]
    return tuple(sorted(moving, key=lambda e: (-(e.could_gain + e.could_lose), e.fact)))


def open_questions(found: Study) -> tuple[str, ...]:
    """The unknown facts, and the sentences to confirm, that an answer could move the plan by; nothing is solved."""
    return tuple(_unknowns(found))


@dataclass(slots=True)
class _Readers:
    """Who reads an unknown fact, and the leaves that compare it."""

    dispositifs: list[str]
    leaves: list[Criterion]
    text: str = ""


def _unknowns(found: Study) -> dict[str, _Readers]:
    """Unknown facts that a dispositif still open reads, with the comparisons they enter."""
    catalogue = found.context.catalogue
    unknowns: dict[str, _Readers] = {}
    for verdict in found.verdicts:
        if verdict.truth is Truth.NO:
            continue
        dispositif = catalogue.dispositifs[verdict.dispositif]
        if not dispositif.is_quantified:
            continue
        seen = facts_for_funders(found.facts, found.context.project, dispositif.desks)
        for leaf, names in _reads(dispositif, [catalogue.regimes[key] for key in dispositif.regimes]):
            for name in names:
                if seen.get(name, UNKNOWN) is not UNKNOWN:
                    continue
                if isinstance(leaf, Confirm) and dispositif.id not in found.plan.files:
                    continue  # The plan does not count on it: a denial changes nothing.
                readers = unknowns.setdefault(name, _Readers([], []))
                if dispositif.id not in readers.dispositifs:
                    readers.dispositifs.append(dispositif.id)
                if leaf is not None:
                    readers.leaves.append(leaf)
                if isinstance(leaf, Confirm):
                    readers.text = leaf.text
    return unknowns


def _reads(dispositif: Dispositif, regimes: Iterable[Regime]) -> Iterator[tuple[Criterion | None, tuple[str, ...]]]:
    """Every fact that a dispositif and its regimes read, with the comparison (``None`` for a plain quantity)."""
    advantage = dispositif.advantage
    roots: list[Criterion] = [*dispositif.to_confirm]
    roots += [dispositif.conditions] if dispositif.conditions is not None else []
    rows: list[DatedValue] = [*advantage.rate, *advantage.aid_cap, *advantage.base_cap, *advantage.base_floor]
    rows += advantage.aid_floor
    if advantage.per_unit is not None:
        rows += advantage.per_unit.amount
        yield None, (advantage.per_unit.fact,)
    if advantage.loan is not None and advantage.loan.capped_by_own_funds:
        yield None, ("capitaux_propres",)
    if dispositif.before_works:
        yield None, (APPLIED_FIRST,)
    for regime in regimes:
        roots += [*regime.asked, *([regime.conditions] if regime.conditions is not None else [])]
        rows += [*regime.intensities, *regime.bonuses, *regime.factors, *regime.intensity_cap]
        rows += [*regime.threshold, *regime.own_contribution, *regime.advance_bonus]
        if regime.excludes_difficulty:
            yield None, ("en_difficulte",)
        if regime.incentive_effect:
            yield None, (APPLIED_FIRST,)
    roots += [row.condition for row in rows if row.condition is not None]
    for root in roots:
        for leaf in _leaves(root):
            yield leaf, leaf.names


def _leaves(criterion: Criterion) -> Iterator[Compare | OneOf | NafIn | CostSum | Confirm]:
    match criterion:
        case AllOf() | AnyOf():
            for child in criterion.children:
                yield from _leaves(child)
        case Not():
            yield from _leaves(criterion.child)
        case Compare() | OneOf() | NafIn() | CostSum() | Confirm():
            yield criterion


def _effect(
    found: Study, name: str, readers: _Readers, known: dict[str, Decimal], solve: Solve
) -> UnknownEffect | None:
    """The effect of one unknown; ``None`` when no answer tried moves the plan by a euro.

    ``known`` holds the aid of the problems already planned: most answers change no figure of the problem.
    """
    catalogue, now = found.context.catalogue, found.plan.benefit
    definition = catalogue.dictionary.get(name)
    answers = [
        Answer(value=_show(found, name, value), aid=_aid_if(found, name, value, readers.dispositifs, known, solve))
        for value in _values(found, name, readers)
    ]
    if not answers:
        return None
    best, worst = max(answers, key=lambda a: a.aid), min(answers, key=lambda a: a.aid)
    if best.aid - now < ONE_EURO and now - worst.aid < ONE_EURO:
        return None
    return UnknownEffect(
        fact=name,
        label=definition.label if definition else readers.text.rstrip("."),
        question=definition.question if definition else "",
        dispositifs=tuple(readers.dispositifs),
        best=best,
        worst=worst,
        now=now,
    )


def _aid_if(
    found: Study, name: str, value: FactValue, readers: Iterable[str], known: dict[str, Decimal], solve: Solve
) -> Decimal:
    """The aid of the plan once the fact is known; only the dispositifs that read it are screened again."""
    context, facts = found.context, found.facts
    if name == APPLIED_FIRST:
        context = replace(context, project=supposing(context.project, applied_first=value is True))
    if name != APPLIED_FIRST or facts.get(name, UNKNOWN) is UNKNOWN:
        # Known for the project, the order of request and works lacks for one funder alone.
        facts = complete({**facts, name: value}, context.on)
    changed = set(readers)
    dispositifs = context.catalogue.dispositifs
    verdicts: list[Verdict] = [
        screen(
            dispositifs[verdict.dispositif],
            facts_for_funders(facts, context.project, dispositifs[verdict.dispositif].desks),
            context.on,
        )
        if verdict.dispositif in changed
        else verdict
        for verdict in found.verdicts
    ]
    return _aid_of(solve(context, facts, tuple(verdicts))[1], known)


def _aid_of(problem: FinancingProblem, known: dict[str, Decimal]) -> Decimal:
    figures = _figures(problem)
    if figures not in known:
        (plan,) = optimise_plans(problem).values()
        known[figures] = plan.benefit
    return known[figures]


def _account_effect(found: Study, known: dict[str, Decimal], solve: Solve) -> UnknownEffect | None:
    """What the account of the single undertaking would bring once declared: at best, all that the aid listed leaves.

    ``None`` when it is known, or when the plan has no use for it. The worst answer is a full account: the plan of now.
    """
    context, now = found.context, found.plan.benefit
    if context.de_minimis_room is not UNKNOWN:
        return None
    declared = replace(context, de_minimis_room=context.de_minimis_at_most)
    aid = _aid_of(solve(declared, found.facts, found.verdicts)[1], known)
    definition = definition_of(context, ROOM)
    if aid - now < ONE_EURO or definition is None:
        return None
    return UnknownEffect(
        fact=ROOM,
        label=definition.label,
        question=definition.question,
        dispositifs=tuple(
            offer.id
            for offer in found.built.problem.offers
            if any(basis.kind is RegimeKind.DE_MINIMIS for basis in offer.bases)
        ),
        best=Answer(value=definition.show(context.de_minimis_at_most), aid=aid),
        worst=Answer(value=definition.show(Decimal(0)), aid=now),
        now=now,
    )


def _figures(problem: FinancingProblem) -> str:
    """What decides the plan, without the words: problems of the same figures have the same plan."""
    data = problem_as_data(problem)
    for project in data["projets"]:
        for offer in project["dispositifs"]:
            for block in (offer, *offer["bases_legales"]):
                for words in _WORDS & block.keys():
                    del block[words]
    return json.dumps(data, sort_keys=True)


_WORDS = frozenset(
    {"reserves", "sources", "formule", "plafonds_en_mots", "motifs_interdiction", "verifie", "chiffres_a_relire"}
)


def _values(found: Study, name: str, readers: _Readers) -> Sequence[FactValue]:
    """The values worth trying: both answers, each choice, either side of each threshold. Empty: an activity code."""
    definition = found.context.catalogue.dictionary.get(name)
    if definition is None or definition.type is FactType.BOOLEAN:
        return [True, False]
    compared = [leaf.value for leaf in readers.leaves if isinstance(leaf, Compare)]
    match definition.type:
        case FactType.NUMBER | FactType.EUROS:
            thresholds = {Decimal(value) for value in compared if isinstance(value, Decimal | int)}
            around = {value + step for value in thresholds for step in (-1, 0, 1)}
            return sorted({Decimal(0), HUGE, *(value for value in around if value >= 0)})
        case FactType.DATE:
            days = {value for value in compared if isinstance(value, date)}
            return sorted({day + timedelta(days=step) for day in days for step in (-1, 0, 1)})
        case FactType.TEXT | FactType.SET:
            named = [value for leaf in readers.leaves if isinstance(leaf, OneOf) for value in sorted(leaf.values)]
            named += [value for value in compared if isinstance(value, str)]
            choices = definition.values or (*dict.fromkeys(named), OTHER)
            if definition.type is FactType.SET:
                return [frozenset[str](), *(frozenset({choice}) for choice in choices)]
            return list(choices)
        case _:
            return []


def _show(found: Study, name: str, value: FactValue) -> str:
    definition = found.context.catalogue.dictionary.get(name)
    if definition is None:
        return "confirmé" if value is True else "infirmé"
    return "aussi grand qu'il faut" if value == HUGE else definition.show(value)
