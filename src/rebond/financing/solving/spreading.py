"""Where the euros of a support stand: pro rata of the lines that it may pay, as the file that asks for it says.

A rate on a base is one rate for its lines. Totals are settled before: among plans that the other goals hold for equal,
the one where no line is paid above the rate of its scheme, as far as the ceilings of the lines let it (adr/0032).
"""

from __future__ import annotations

from rebond.financing.solving.solver import Goal
from rebond.financing.solving.variables import Use, Variables


def own_rate(use: Use) -> float:
    """What the support is of the costs that it may pay, at most: the rate of its scheme, after the caps."""
    base = float(sum(line.amount for line in use.lines))
    caps = [float(cap) for cap in (use.offer.gross_support, use.offer.aid_cap) if cap is not None]
    return min(1.0, min(caps) / base) if base else 1.0


def define_spread(variables: Variables) -> None:
    """What each support puts on a line beyond its own rate."""
    for use in variables.uses:
        rate = own_rate(use)
        alone = len(use.lines) == 1
        if alone or rate >= 1.0 or use.offer.instrument.is_borrowed:
            continue
        for line in use.lines:
            key = (*use.key, line.id)
            name = ",".join(key)
            euros, least = variables.euros[key], rate * float(line.amount)
            above = variables.model.column(f"dépasse[{name}]", upper=variables.model.upper[euros])
            variables.model.row(f"spread[{name}]", [(euros, 1.0), (above, -1.0)], high=least)
            variables.above.append(above)


def spread_goals(variables: Variables) -> list[Goal]:
    """Least above the rates of the schemes, once everything else is settled; none when no line could be."""
    if not variables.above:
        return []
    weights = dict.fromkeys(variables.above, -1.0)
    return [Goal(name="au-dessus du taux d'un poste", weights=weights, most=0.0)]
