"""What a dispositif may give by its own rules: rate × base, amount by unit; or why no amount can be computed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from rebond.dispositifs.catalogue import Catalogue
from rebond.dispositifs.model import Dispositif, Instrument
from rebond.eligibility.choice import Choice, choose
from rebond.eligibility.criteria import Facts
from rebond.facts import UNKNOWN
from rebond.financing.building.asking import label_of, to_fill_in
from rebond.financing.building.equivalents import Equivalents
from rebond.regimes.gross_grant_equivalent import ReferenceRates
from rebond.units import Euros, Rate, format_euros, format_number, format_rate

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """The most that a dispositif gives to an assiette, by its own rules, and how in words."""

    amount: Euros
    words: str
    uncapped: Euros | None = None
    deduction: Rate = ZERO


@dataclass(frozen=True, kw_only=True)
class Allowances:
    """The allowances that one catalogue gives at one date."""

    catalogue: Catalogue
    rates: ReferenceRates
    on: date

    def of(self, dispositif: Dispositif, facts: Facts, spend: Euros) -> Allowance | str:
        """Rate × base (after its cap), or the amount by unit; a reason when a figure is unknown."""
        advantage = dispositif.advantage
        base_cap = choose(advantage.base_cap, facts, self.on)
        base = min(spend, base_cap.least) if base_cap.least is not None else spend
        limits: list[Allowance] = []
        if advantage.rate:
            rate = choose(advantage.rate, facts, self.on)
            if rate.low is None:
                return self._no_rate(rate)
            capped = f" (assiette plafonnée à {format_euros(base)})" if base < spend else ""
            words = f"{format_rate(rate.low)} de {format_euros(base)}{capped}"
            uncapped = rate.low * spend if capped else None
            deduction = rate.low if advantage.net_of_subsidies else ZERO
            words += ", moins les subventions et avances reçues pour ces dépenses" if deduction else ""
            limits.append(Allowance(amount=rate.low * base, words=words, uncapped=uncapped, deduction=deduction))
        if advantage.per_unit is not None:
            quantity = facts.get(advantage.per_unit.fact, UNKNOWN)
            price = choose(advantage.per_unit.amount, facts, self.on)
            entry = self.catalogue.dictionary[advantage.per_unit.fact]
            label, years = entry.label.lower(), advantage.per_unit.years
            if not isinstance(quantity, Decimal | int):
                return f"montant calculé sur « {label} », qui est inconnu"
            if price.low is None:
                return (
                    f"montant calculé sur « {label} » des seules dépenses qu'il prend : la quantité déclarée est "
                    "celle de tout le projet, leur part est inconnue"
                )
            amount = price.low * Decimal(quantity) * years
            count = f"{format_number(Decimal(quantity))} {entry.unit}".strip()
            words = f"{format_euros(price.low)} × {count} × {years} ans = {format_euros(amount)} ({label})"
            words += f", plafonné à l'assiette de {format_euros(base)}" if amount > base else ""
            limits.append(Allowance(amount=min(amount, base), words=words))
        return (
            min(limits, key=lambda limit: limit.amount)
            if limits
            else Allowance(amount=base, words=f"jusqu'à {format_euros(base)}")
        )

    def _no_rate(self, rate: Choice) -> str:
        if rate.missing:
            return f"taux selon : {', '.join(label_of(name, self.catalogue) for name in rate.missing)}"
        return f"aucun taux en vigueur au {self.on:%d/%m/%Y} pour ces faits"

    def questions(self, dispositif: Dispositif, facts: Facts) -> Iterable[str]:
        """The facts that a figure of the dispositif still waits for, though a cautious value is used meanwhile."""
        advantage = dispositif.advantage
        rows = [advantage.rate, advantage.base_cap, advantage.base_floor, advantage.aid_cap, advantage.aid_floor]
        if advantage.per_unit is not None:
            rows.append(advantage.per_unit.amount)
        yield from to_fill_in((name for each in rows for name in choose(each, facts, self.on).missing), self.catalogue)

    def why_none(self, dispositif: Dispositif, facts: Facts) -> str:
        """Why no amount can be computed, whatever the costs; empty when one can."""
        guarantee = dispositif.advantage.guarantee
        if not dispositif.is_quantified:
            gaps = [gap.question for gap in dispositif.gaps if gap.field in {"taux", "assiette", "plafond_aide"}]
            if dispositif.instrument is Instrument.GUARANTEE:
                gaps.append("une garantie appuie un crédit bancaire ; le garant en déclare la part d'aide")
            return gaps[0] if gaps else "montant au cas par cas"
        if guarantee is None:
            return ""
        return Equivalents(rates=self.rates, on=self.on).unusable_guarantee(guarantee, facts)
