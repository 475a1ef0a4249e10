"""What is told of the selection as a whole: what a euro more would be worth, what choosing together is worth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from rebond.portfolio.first_come import Comparison, Outcome
from rebond.portfolio.pools import account_of, budget_of, payer_of
from rebond.portfolio.prices import Price
from rebond.portfolio.select import ENVELOPE
from rebond.units import agreed, floor_euros, format_euros, format_number

PRICE_MEANING = (
    "Estimation tirée du programme relâché, où un projet peut être financé en partie : des projets entiers entrent par "
    "paliers, et une petite somme peut ne rien changer."
)
FIRST_COME = "Chacun prend ce qu'il peut, premier arrivé premier servi"
FIRST_COME_MEANING = (
    "Même droit, même appel, mêmes dispositifs ; les projets sont servis dans l'ordre de la liste, qui tient lieu "
    "d'ordre d'arrivée. Valeur et emplois : ceux des projets dont tout le besoin est couvert ; des emplois, ceux qui "
    "sont renseignés."
)
TOGETHER = "Allocation d'ensemble"
_LEAST_TOLD = Decimal("0.01")
_THOUSAND = 1000
_LABELS = (
    "Projets financés en entier",
    "Valeur de ces projets",
    "Emplois créés par ces projets",
    "Aide de tous les plans, en équivalent-subvention",
    "Enveloppe employée",
)


def price_sentences(prices: Sequence[Price], titles: Mapping[str, str]) -> Iterator[str]:
    """One sentence a pool, the envelope first; ``titles``: dispositif → its name."""
    for price in sorted(prices, key=lambda each: (each.pool != ENVELOPE and not payer_of(each.pool), each.pool)):
        points = Decimal(str(price.value)).quantize(_LEAST_TOLD)
        more = f"{format_euros(_THOUSAND)} de plus {_where(price.pool, titles)}"
        if price.value <= 0:
            yield f"{more} ne changeraient rien : ce n'est pas ce qui limite."
        elif points:
            yield f"{more} vaudraient environ {format_number(points, 2)} {agreed('points', points)} de valeur."
        else:
            yield f"{more} vaudraient moins de {format_number(_LEAST_TOLD, 2)} point de valeur."


def comparison_rows(comparison: Comparison) -> Iterator[tuple[str, str, str]]:
    """What is compared; the joint allocation; « premier arrivé, premier servi »."""
    yield from zip(_LABELS, _told(comparison.together), _told(comparison.first_come), strict=True)


def _told(outcome: Outcome) -> tuple[str, ...]:
    return (
        format_number(outcome.financed),
        f"{format_number(outcome.value, 1)} {agreed('points', Decimal(str(outcome.value)))}",
        format_number(outcome.jobs),
        format_euros(floor_euros(outcome.aid)),
        format_euros(outcome.envelope),
    )


def _where(pool: str, titles: Mapping[str, str]) -> str:
    if pool == ENVELOPE:
        return "dans l'enveloppe"
    if payer := payer_of(pool):
        return f"dans l'enveloppe, versés par {payer}"
    if budget := budget_of(pool):
        return f"au budget de « {titles.get(budget, budget)} »"
    return f"au compte de minimis de l'entreprise unique {account_of(pool)}"
