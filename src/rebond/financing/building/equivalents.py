"""What one euro of a support is worth in gross grant equivalent, at a date: for the ceilings, and for the firm."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from rebond.dispositifs.model import Advantage, Dispositif, GuaranteeTerms, Instrument, LoanTerms
from rebond.eligibility.choice import choose
from rebond.eligibility.criteria import Facts
from rebond.facts import UNKNOWN, Maybe
from rebond.regimes.gross_grant_equivalent import ReferenceRates, guarantee_gge_share, loan_gge_share
from rebond.regimes.model import Regime, RegimeKind
from rebond.regimes.sme.thresholds import SizeClass
from rebond.units import Rate

ZERO, ONE = Decimal(0), Decimal(1)
_ADVANCE = Instrument.REPAYABLE_ADVANCE


@dataclass(frozen=True, slots=True)
class _Equivalent:
    """One euro of a support in one form."""

    counted: Rate
    """Under the ceilings: where nobody knows, the most that it can be."""
    worth: Rate
    """To the firm: where nobody knows, nothing."""
    earns_points: bool = False
    """Whether it is an advance at its nominal amount that art. 7(5) gives points."""


def _of_share(share: Maybe[Rate], *, most: Rate) -> _Equivalent:
    return _Equivalent(most, ZERO) if share is UNKNOWN else _Equivalent(share, share)


@dataclass(frozen=True, slots=True, kw_only=True)
class Equivalents:
    """Gross grant equivalents at one date, by the Commission's methods or as the funder declares them."""

    rates: ReferenceRates
    on: date

    def per_euro(self, regime: Regime, dispositif: Dispositif, facts: Facts) -> tuple[Rate, Rate, Rate]:
        """(all aid, aid that is not an advance at its nominal amount, points added for advances) per euro."""
        if regime.kind is RegimeKind.NO_AID:
            return ZERO, ZERO, ZERO
        advance_bonus = choose(regime.advance_bonus, facts, self.on).low or ZERO
        total = plain = ZERO
        for found, share in self._parts(dispositif):
            total += share * found.counted
            plain += ZERO if found.earns_points else share * found.counted
        if not advance_bonus:
            return total, total, ZERO
        return total, plain, advance_bonus if plain < total else ZERO

    def benefit(self, dispositif: Dispositif) -> Rate:
        """What one euro of the support is surely worth to the firm, whether or not it is State aid."""
        return sum((share * found.worth for found, share in self._parts(dispositif)), ZERO)

    def _parts(self, dispositif: Dispositif) -> Iterable[tuple[_Equivalent, Rate]]:
        """The equivalent of each form of a support, with its share."""
        shares = [(part.instrument, part.share) for part in dispositif.advantage.parts]
        for instrument, share in shares or [(dispositif.instrument, ONE)]:
            yield self._equivalent(instrument, dispositif.advantage), share

    def is_unverified(self, dispositif: Dispositif) -> bool:
        """Whether an equivalent rests on a margin or premium that nobody read in a source."""
        loan, guarantee, harbour = dispositif.advantage.loan, dispositif.advantage.guarantee, self.rates.safe_harbour
        if loan is not None and loan.gge_method == "taux_reference":
            return not self.rates.default_margin_verified
        by_premium = guarantee is not None and guarantee.gge_method == "prime_refuge"
        return by_premium and harbour is not UNKNOWN and not harbour.verified

    def unusable_guarantee(self, terms: GuaranteeTerms, facts: Facts) -> str:
        """Why no equivalent can be computed (Notice 2008/C 155/02, points 3.2 and 3.3); empty when one can."""
        if terms.gge_method == "prime_refuge":
            harbour, size = self.rates.safe_harbour, facts.get("taille_ue", UNKNOWN)
            if size is UNKNOWN:
                return "prime refuge d'une garantie : réservée aux PME, et la taille de l'entreprise est inconnue"
            if not SizeClass(str(size)).is_sme:
                return "garantie d'une grande entreprise : aucune prime refuge, la part d'aide s'établit au cas par cas"
            if harbour is UNKNOWN or terms.covered > harbour.most_covered:
                return (
                    "garantie au-delà de la quotité que la prime refuge admet : la part d'aide s'établit au cas par cas"
                )
        if self._guarantee_share(terms) is UNKNOWN:
            return (
                "part d'aide de la garantie inconnue : ni déclarée, ni calculable (durée, prime ou taux de référence)"
            )
        return ""

    def _equivalent(self, instrument: Instrument, advantage: Advantage) -> _Equivalent:
        """The equivalent of one euro in one form."""
        if instrument is Instrument.GUARANTEE and advantage.guarantee is not None:
            return _of_share(self._guarantee_share(advantage.guarantee), most=advantage.guarantee.covered)
        if instrument not in {Instrument.LOAN, _ADVANCE}:
            return _Equivalent(ONE, ONE)
        share = UNKNOWN if advantage.loan is None else self._loan_share(advantage.loan)
        if share is UNKNOWN and instrument is _ADVANCE:
            # RGEC art. 7(5): where nobody computes its equivalent, an advance is expressed at its nominal amount.
            return _Equivalent(ONE, ONE, earns_points=self._bears_interest(advantage.loan))
        return _of_share(share, most=ONE)

    def _loan_share(self, loan: LoanTerms) -> Maybe[Rate]:
        match loan.gge_method:
            case "marche":
                return ZERO
            case "declare":
                return UNKNOWN if loan.gge_share is None else loan.gge_share
            case "taux_reference":
                return self._reference_share(loan)
        return UNKNOWN

    def _bears_interest(self, loan: LoanTerms | None) -> bool:
        """Whether an advance is repaid at the discount rate at least: the condition of the points of art. 7(5).

        A rate that nobody gave, or a day without a published base rate, gives no points.
        """
        discount = self._discount()
        return loan is not None and loan.rate is not None and discount is not UNKNOWN and loan.rate >= discount

    def _reference_share(self, loan: LoanTerms) -> Maybe[Rate]:
        discount, reference = self._discount(), self.rates.reference_rate(self.on)
        if discount is UNKNOWN or reference is UNKNOWN or loan.years is None or loan.rate is None:
            return UNKNOWN
        return loan_gge_share(
            years=loan.years, grace_years=loan.grace_years, rate=loan.rate, reference=reference, discount=discount
        )

    def _guarantee_share(self, terms: GuaranteeTerms) -> Maybe[Rate]:
        match terms.gge_method:
            case "marche":
                return ZERO
            case "declare":
                return UNKNOWN if terms.gge_share is None else terms.gge_share
        harbour, discount = self.rates.safe_harbour, self._discount()
        if harbour is UNKNOWN or discount is UNKNOWN or terms.years is None or terms.premium is None:
            return UNKNOWN
        return guarantee_gge_share(
            covered=terms.covered,
            years=terms.years,
            grace_years=terms.grace_years,
            premium=terms.premium,
            market=harbour.unrated,
            discount=discount,
        )

    def _discount(self) -> Maybe[Rate]:
        base = self.rates.base_rate(self.on)
        return UNKNOWN if base is UNKNOWN else base + self.rates.discount_margin
