"""A change in French: « Effectif de l'entreprise : ramener de 312 à 249 salariés au plus »."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from rebond.eligibility.criteria import Compare, Confirm, CostSum, NafIn, OneOf, Operator
from rebond.eligibility.dictionary import FactType
from rebond.eligibility.values import AnyLeaf
from rebond.facts import FactValue
from rebond.units import format_euros

_NEGATED = {
    Operator.AT_LEAST: Operator.LESS_THAN,
    Operator.AT_MOST: Operator.MORE_THAN,
    Operator.MORE_THAN: Operator.AT_MOST,
    Operator.LESS_THAN: Operator.AT_LEAST,
}
_AMOUNTS = {
    Operator.AT_LEAST: "de {before} à {value} au moins",
    Operator.AT_MOST: "de {before} à {value} au plus",
    Operator.MORE_THAN: "de {before} à plus de {value}",
    Operator.LESS_THAN: "de {before} à moins de {value}",
    Operator.EQUAL: "de {before} à {value}",
}
_DATES = {
    Operator.AT_LEAST: "du {before} au {value} au plus tôt",
    Operator.AT_MOST: "du {before} au {value} au plus tard",
    Operator.MORE_THAN: "du {before} à après le {value}",
    Operator.LESS_THAN: "du {before} à avant le {value}",
    Operator.EQUAL: "du {before} au {value}",
}


def words_of(leaf: AnyLeaf, before: FactValue, after: FactValue, *, wanted: bool) -> str:
    """The change that gives a leaf the truth wanted, when its value goes from ``before`` to ``after``."""
    match leaf:
        case Confirm():
            return f"Revenir sur la réponse « {'non' if wanted else 'oui'} » : {leaf.text}"
        case CostSum():
            return _sum(leaf, before, after, wanted=wanted)
        case NafIn():
            verb = "relever de" if wanted else "ne pas relever de"
            return f"{leaf.fact.label} : {verb} {leaf.patterns} (aujourd'hui {leaf.fact.show(before)})"
        case OneOf():
            return _among(leaf, before, wanted=wanted)
        case Compare():
            return _compared(leaf, before, after, wanted=wanted)


def options_of(turned: Sequence[tuple[AnyLeaf, bool]]) -> tuple[str, ...]:
    """All values that suit a fact among values, in French; empty for numbers, dates, yes or no."""
    found: list[str] = []
    for leaf, wanted in turned:
        if isinstance(leaf, NafIn) and wanted:
            found.extend(pattern.text for pattern in leaf.include)
        elif isinstance(leaf, OneOf) and wanted:
            found.extend(leaf.fact.show(value) for value in leaf.fact.in_order(leaf.values))
    return tuple(dict.fromkeys(found))


def _sum(leaf: CostSum, before: FactValue, after: FactValue, *, wanted: bool) -> str:
    operator = leaf.operator if wanted else _NEGATED.get(leaf.operator, leaf.operator)
    if before == 0 and leaf.value == 0 and operator is Operator.MORE_THAN:
        return f"{leaf.label} : en prévoir une au moins"
    if operator is Operator.EQUAL and not wanted:
        return f"{leaf.label} : s'écarter de {format_euros(leaf.value)}"
    shown = before if isinstance(before, Decimal | int) else Decimal(0)
    words = _AMOUNTS[operator].format(before=format_euros(shown), value=format_euros(leaf.value))
    return f"{leaf.label} : {_verb(before, after)} {words}"


def _among(leaf: OneOf, before: FactValue, *, wanted: bool) -> str:
    choice = leaf.fact.show_choice(leaf.values)
    if isinstance(before, frozenset):
        return f"{leaf.fact.label} : " + (
            f"ajouter {choice}" if wanted else f"retirer {leaf.fact.show(before & leaf.values)}"
        )
    if wanted:
        return f"{leaf.fact.label} : passer de « {leaf.fact.show(before)} » à « {choice} »"
    return f"{leaf.fact.label} : autre chose que « {leaf.fact.show(before)} »"


def _compared(leaf: Compare, before: FactValue, after: FactValue, *, wanted: bool) -> str:
    fact = leaf.fact
    shown, value = fact.show(before), fact.show(leaf.value)
    if fact.type not in {FactType.NUMBER, FactType.EUROS, FactType.DATE}:
        target = value if wanted else fact.show(after)
        return f"{fact.label} : passer de « {shown} » à « {target} »"
    operator = leaf.operator if wanted else _NEGATED.get(leaf.operator, leaf.operator)
    if operator is Operator.EQUAL and not wanted:
        return f"{fact.label} : s'écarter de {value}"
    if isinstance(leaf.value, date):
        return f"{fact.label} : déplacer {_DATES[operator].format(before=shown, value=value)}"
    if isinstance(before, Decimal | int):
        # The unit is said once: « de 312 à 249 salariés ».
        shown = fact.show_number(before)
    return f"{fact.label} : {_verb(before, after)} {_AMOUNTS[operator].format(before=shown, value=value)}"


def _verb(before: FactValue, after: FactValue) -> str:
    numbers = isinstance(before, Decimal | int) and isinstance(after, Decimal | int)
    return "ramener" if numbers and Decimal(str(after)) < Decimal(str(before)) else "porter"
