"""What someone says of the weights, as typed in the form: read with every fault at once, in French."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from rebond.facts import UNKNOWN
from rebond.portfolio.robust.cone import weight_cone
from rebond.portfolio.robust.weights import Opinion, WeightInformation
from rebond.reading.numbers import read_number
from rebond.reading.problem import Unreadable
from rebond.web.editing.decided import fault_of_words
from rebond.web.wording import mending

LONGEST_NAME = 200
_WHOLE = Fraction(100)
FIELDS = ("poids", "de", "a", "rang")
"""Exact weight, least, most (in per cent), and rank, by criterion."""


@dataclass(slots=True)
class SentWeights:
    """What was typed, kept as typed, with what is wrong by field (``""``: the whole)."""

    typed: Mapping[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    opinion: Opinion | None = None


def read_weights(sent: Mapping[str, str], criteria: Mapping[str, str], *, agreed: Sequence[Opinion]) -> SentWeights:
    """``criteria``: label by code. ``agreed``: what holds already, which must not be contradicted."""
    found = SentWeights(typed=sent)
    who = " ".join(sent.get("qui", "").split())
    if len(who) > LONGEST_NAME:
        found.errors["qui"] = f"{len(who)} caractères, {LONGEST_NAME} au plus : raccourcissez."
    elif fault := fault_of_words(who):
        found.errors["qui"] = fault
    exact, low, high, ranks = (
        {code: value for code in criteria if (value := _number(sent, f"{name}_{code}", found)) is not None}
        for name in FIELDS
    )
    if not (exact or low or high or ranks) and not found.errors:
        found.errors[""] = "Rien n’est dit : donnez des poids, des bornes ou des rangs pour un critère au moins."
    _check_exact(exact, {**low, **high, **ranks}, criteria, found)
    for code in {**low, **high}:
        if low.get(code, Fraction(0)) > high.get(code, _WHOLE):
            found.errors[f"a_{code}"] = "Le plus petit poids passe le plus grand : inversez-les."
    for code, rank in ranks.items():
        if rank < 1 or rank.denominator != 1:
            found.errors[f"rang_{code}"] = "Un rang est un nombre entier : 1 pour le plus important."
    if len(ranks) == 1:
        found.errors[f"rang_{next(iter(ranks))}"] = "Un seul rang ne compare rien : donnez-en deux au moins."
    if not found.errors:
        found.opinion = _opinion(who, exact, low, high, ranks)
        if said := _contradiction(found.opinion, criteria, agreed):
            found.errors[""], found.opinion = said, None
    return found


def _number(sent: Mapping[str, str], key: str, found: SentWeights) -> Fraction | None:
    text = sent.get(key, "").strip().removesuffix("%").strip()
    if not text:
        return None
    try:
        value = read_number(text).value
    except Unreadable as fault:
        found.errors[key] = mending(fault)
        return None
    if value is UNKNOWN:
        return None
    number = Fraction(value)
    if not key.startswith("rang_") and not 0 <= number <= _WHOLE:
        found.errors[key] = "Un poids est une part de l’ensemble, entre 0 et 100 %."
        return None
    return number


def _check_exact(
    exact: Mapping[str, Fraction], others: Mapping[str, Fraction], criteria: Mapping[str, str], found: SentWeights
) -> None:
    if not exact:
        return
    for code in criteria:
        if code not in exact and f"poids_{code}" not in found.errors:
            found.errors[f"poids_{code}"] = "Donnez tous les poids exacts (0 si le critère ne compte pas), ou aucun."
    if others:
        found.errors[""] = "Des poids exacts disent tout : effacez les bornes et les rangs, ou effacez ces poids."
    elif len(exact) == len(criteria) and not any(exact.values()):
        found.errors[""] = "Tous les poids sont nuls : donnez un poids à un critère au moins."


def _opinion(
    who: str,
    exact: Mapping[str, Fraction],
    low: Mapping[str, Fraction],
    high: Mapping[str, Fraction],
    ranks: Mapping[str, Fraction],
) -> Opinion:
    total = sum(exact.values(), Fraction(0))
    bounds = {code: (weight / total, weight / total) for code, weight in exact.items()}
    for code in dict.fromkeys((*low, *high)):
        bounds[code] = low.get(code, Fraction(0)) / 100, high.get(code, _WHOLE) / 100
    levels = sorted(set(ranks.values()))
    ranked = [[code for code, rank in ranks.items() if rank == level] for level in levels]
    return Opinion(who=who, information=WeightInformation(bounds=bounds, ranks=ranked))


def _contradiction(opinion: Opinion, criteria: Mapping[str, str], agreed: Sequence[Opinion]) -> str:
    """Why no weights at all keep what is said; empty when some do."""
    codes = list(criteria)
    mine = list(opinion.information.rows(codes))
    if not weight_cone(len(codes), mine).rays:
        return (
            "Aucun poids ne respecte tout cela : les plus petits poids passent 100 % ensemble, les plus grands n’y "
            "arrivent pas, ou les rangs disent le contraire des bornes. Élargissez une borne ou ôtez un rang."
        )
    for other in agreed:
        theirs = list(other.only(codes).information.rows(codes))
        if not weight_cone(len(codes), [*mine, *theirs]).rays:
            name = f"de {other.who}" if other.who else "qui est convenu"
            return (
                f"Cela contredit l’avis {name} ({other.information.words(criteria)}) : ce qui est convenu vaut pour "
                "chacun. Changez l’un des deux."
            )
    return ""
