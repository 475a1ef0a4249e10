"""The ceiling that a regime sets on a cost, from the facts and the date; every figure comes from the regime's file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from rebond.eligibility.choice import Choice, DatedValue, choose
from rebond.eligibility.criteria import Facts, Outcome
from rebond.eligibility.truth import Truth, all_of
from rebond.eligibility.watched import supposed
from rebond.facts import UNKNOWN, FactValue
from rebond.regimes.model import Regime, RegimeKind
from rebond.units import Euros, Rate, format_euros, format_rate

FULL = Decimal(1)
THRESHOLDS, INCENTIVE_EFFECT = "thresholds", "incentive_effect"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a regime may not be used; ``family`` is the family of the plan's model that enforces it."""

    family: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicability:
    """Whether a regime may be used at all, with the reason of each condition."""

    truth: Truth
    outcomes: tuple[Outcome, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceiling:
    """Intensity ceiling in gross grant equivalent per euro of eligible cost.

    ``low`` holds whatever the unknown facts turn out to be (0 when one of them could forbid the aid): a plan uses
    it. ``high`` is what the unknown facts could allow.
    """

    low: Rate
    high: Rate
    missing: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    verified: bool = True


def applicability(regime: Regime, facts: Facts) -> Applicability:
    """Whether a regime may be used on these facts: conditions, difficulty (art. 1), incentive effect (art. 6).

    Whether its text is in force on the day of the award is for ``rebond.regimes.readings`` to say.
    """
    refusals: list[Refusal] = []
    missing: list[str] = []
    truths = [Truth.YES]
    outcomes: list[Outcome] = []
    if regime.conditions is not None:
        outcome = regime.conditions.judge(facts)
        outcomes.append(outcome)
        truths.append(outcome.truth)
        missing.extend(outcome.missing)
        if outcome.truth is Truth.NO:
            refusals.append(Refusal(family=THRESHOLDS, text=outcome.change))
    if regime.excludes_difficulty:
        truths.append(_flag(facts, "en_difficulte", wanted=False, missing=missing))
        if truths[-1] is Truth.NO:
            text = "entreprise en difficulté (RGEC art. 1(4) et 2(18))"
            refusals.append(Refusal(family=THRESHOLDS, text=text))
    if regime.incentive_effect:
        truths.append(_flag(facts, "demande_avant_travaux", wanted=True, missing=missing))
        if truths[-1] is Truth.NO:
            text = "commande ou travaux avant la demande : tout le projet sort du régime (RGEC art. 6 et 2(23))"
            refusals.append(Refusal(family=INCENTIVE_EFFECT, text=text))
    return Applicability(
        truth=all_of(truths),
        outcomes=tuple(outcomes),
        refusals=tuple(refusals),
        missing=tuple(dict.fromkeys(missing)),
    )


def asked_of(regime: Regime, facts: Facts, nature: str = "") -> tuple[Outcome, ...]:
    """What a regime asks for its euros to be firm, judged on one cost line when its nature is given.

    A NO closes the regime (to that line); an unknown fact leaves it possible, with its question.
    """
    known = supposed(facts, {**_share_of_intangibles(regime, facts), **({"nature": nature} if nature else {})})
    return tuple(condition.judge(known) for condition in regime.asked)


def _share_of_intangibles(regime: Regime, facts: Facts) -> dict[str, FactValue]:
    """Per cent of intangible assets in the eligible costs of the regime, when every one of these costs is known."""
    costs = [facts.get(f"cout_{nature}", UNKNOWN) for nature in regime.natures]
    numbers = [Decimal(cost) for cost in costs if isinstance(cost, Decimal | int)]
    total = sum(numbers, Decimal(0))
    intangible = facts.get("cout_immateriel", UNKNOWN)
    if len(numbers) < len(costs) or not total or not isinstance(intangible, Decimal | int):
        return {}
    return {"part_incorporels": 100 * Decimal(intangible) / total}


def _flag(facts: Facts, name: str, *, wanted: bool, missing: list[str]) -> Truth:
    value = facts.get(name, UNKNOWN)
    if value is UNKNOWN:
        missing.append(name)
        return Truth.UNKNOWN
    return Truth.of(value is wanted)


def as_one_investment(regime: Regime, facts: Facts) -> Facts:
    """The facts that a regime judges: for one that adds up split investments, the cost of the whole (art. 14(13))."""
    whole = facts.get("couts_projet_unique", UNKNOWN)
    if regime.single_project_years is None or whole is UNKNOWN:
        return facts
    return supposed(facts, {"cout_total": whole})


def aid_ceiling(regime: Regime, facts: Facts, on: date) -> Ceiling:
    """The intensity of one cost line (its nature is the fact ``nature``); 100 % for de minimis and non-aid.

    Base rate, plus every bonus whose condition holds, times every factor, capped: the order of GBER arts. 36 and 38
    as the ADEME's 2026 specifications read them (the factor halves bonuses too).
    """
    if regime.kind is not RegimeKind.EXEMPTION:
        return Ceiling(low=FULL, high=FULL)
    base = choose(regime.intensities, facts, on)
    if base.high is None:
        return Ceiling(low=Decimal(0), high=Decimal(0), steps=("aucune intensité ne correspond aux faits",))
    bonuses = [_optional(row, facts, on, neutral=Decimal(0)) for row in regime.bonuses if row.in_force(on)]
    factors = [_optional(row, facts, on, neutral=FULL) for row in regime.factors if row.in_force(on)]
    cap = choose(regime.intensity_cap, facts, on)
    # A world without any base rate allows no aid, whatever the bonuses.
    low = Decimal(0) if base.low is None else base.low + sum(_low(bonus) for bonus in bonuses)
    high = base.high + sum(_high(bonus) for bonus in bonuses)
    for factor in factors:
        low, high = low * _low(factor), high * _high(factor)
    if cap.high is not None:
        low, high = min(low, cap.low if cap.low is not None else cap.high), min(high, cap.high)
    missing = [name for choice in (base, *bonuses, *factors, cap) for name in choice.missing]
    return Ceiling(
        low=low,
        high=high,
        missing=tuple(dict.fromkeys(missing)) if low != high else (),
        steps=tuple(_steps(base, bonuses, factors)),
        verified=all(choice.row is None or choice.row.verified for choice in (base, *bonuses, *factors, cap)),
    )


def _optional(row: DatedValue, facts: Facts, on: date, *, neutral: Decimal) -> Choice:
    """A bonus or factor: the row's value when its condition holds, neutral otherwise."""
    return choose((row, DatedValue(value=neutral)), facts, on)


def _low(choice: Choice) -> Decimal:
    return choice.low if choice.low is not None else Decimal(0)


def _high(choice: Choice) -> Decimal:
    return choice.high if choice.high is not None else Decimal(0)


def _steps(base: Choice, bonuses: Iterable[Choice], factors: Iterable[Choice]) -> Iterable[str]:
    if base.row is not None:
        yield f"taux de base {format_rate(base.row.value)} ({base.row.source})"
    for choice in bonuses:
        if choice.row is not None and choice.row.value:
            yield f"majoration de {format_rate(choice.row.value)} ({choice.row.source})"
    for choice in factors:
        if choice.row is not None and choice.row.value != FULL:
            yield f"multiplié par {format_rate(choice.row.value)} ({choice.row.source})"


def adjusted_large_project_aid(regime: Regime, intensity: Rate, costs: Euros, facts: Facts, on: date) -> Euros | None:
    """Adjusted aid amount R × (A + 0.5·B + 0·C) of a large regional project; ``None`` below the first bracket.

    R excludes the SME bonus (GBER art. 2(20)); the brackets are dated data.
    """
    rule = regime.large_project
    if rule is None:
        return None
    low = choose(rule.low_bracket, facts, on).low
    high = choose(rule.high_bracket, facts, on).low
    if low is None or high is None or costs <= low:
        return None
    middle = choose(rule.middle_share, facts, on).low or Decimal(0)
    top = choose(rule.high_share, facts, on).low or Decimal(0)
    beyond = max(Decimal(0), costs - high)
    return intensity * (low + middle * (min(costs, high) - low) + top * beyond)


def notification_threshold(regime: Regime, facts: Facts, on: date) -> Choice:
    """Euros of aid per undertaking and project above which the aid must be notified (GBER art. 4)."""
    return choose(regime.threshold, facts, on)


def describe_ceiling(regime: Regime, ceiling: Ceiling, costs: Euros, advance_bonus: Rate = Decimal(0)) -> str:
    """The ceiling in words, with its amount; and the higher one when part of the support is an advance (art. 7(5))."""
    doubt = "" if ceiling.verified else " (chiffre non vérifié)"
    share, amount = format_rate(ceiling.low), format_euros(ceiling.low * costs)
    words = f"{regime.article} : {share} de {format_euros(costs)} = {amount}"
    if advance_bonus:
        raised = ceiling.low + advance_bonus
        words += f" ; avances comprises, {format_rate(raised)} = {format_euros(raised * costs)}"
    return words + doubt
