"""Gross grant equivalents by the Commission's methods: loans and repayable advances, guarantees.

Loans by the reference rate (Communication 2008/C 14/02), guarantees by the safe-harbour premium (Notice 2008/C 155/02).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal
from pathlib import Path
from typing import Any

from rebond.data.shapes import DAY, RATE, TEXT, YES_NO, block, by_key, many, read_shaped
from rebond.facts import UNKNOWN, Maybe
from rebond.reading.amounts import require_rate
from rebond.units import Rate


@dataclass(frozen=True, slots=True, kw_only=True)
class SafeHarbour:
    """The yearly premium that makes the guarantee of an SME's credit free of aid (Notice 2008/C 155/02, point 3.3)."""

    unrated: Rate
    """Of what is guaranteed, for a firm without rating or history."""
    most_covered: Rate
    """Share of the credit beyond which a guarantee is never at market terms (point 3.2 c)."""
    verified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceRates:
    """Dated base rates, the margin of a borrower without rating, the discount margin."""

    base: tuple[tuple[date, date, Rate], ...]
    default_margin: Rate
    discount_margin: Rate
    margins: dict[tuple[str, str], Rate]
    """(rating, collateral) → margin."""
    default_margin_verified: bool
    """False: the margin of a borrower without rating was not read in a source."""
    safe_harbour: Maybe[SafeHarbour] = UNKNOWN

    def base_rate(self, on: date) -> Maybe[Rate]:
        """The base rate at a date; UNKNOWN where no published rate is at hand."""
        return next((rate for start, end, rate in self.base if start <= on <= end), UNKNOWN)

    def reference_rate(self, on: date, *, rating: str = "", collateral: str = "") -> Maybe[Rate]:
        """Base plus margin; without rating the default margin (400 basis points)."""
        base = self.base_rate(on)
        if base is UNKNOWN:
            return UNKNOWN
        return base + self.margins.get((rating, collateral), self.default_margin)


def load_reference_rates(path: Path) -> ReferenceRates:
    """Read ``taux_reference.yaml``; raises ``CatalogueError`` with every fault of the file."""
    data: dict[str, Any] = read_shaped(path, _SHAPE).data
    margins, guarantees = data["marges"], data["garanties"]
    return ReferenceRates(
        base=tuple((_day(row["du"]), _day(row["au"]), require_rate(row["taux"])) for row in data["base"]),
        default_margin=require_rate(margins["defaut"]),
        discount_margin=require_rate(data["marge_actualisation"]),
        margins={
            (rating, collateral): require_rate(rate)
            for rating, row in margins["grille"].items()
            for collateral, rate in row.items()
        },
        default_margin_verified=margins["defaut_verifie"] == "oui",
        safe_harbour=SafeHarbour(
            unrated=require_rate(guarantees["sans_notation"]),
            most_covered=require_rate(guarantees["quotite_max"]),
            verified=guarantees["verifie"] == "oui",
        ),
    )


def _day(raw: date | str) -> date:
    """YAML gives a date, or text where it was quoted."""
    return date.fromisoformat(str(raw))


_SHAPE = block(
    schema={"const": "taux_reference/v1"},
    source=TEXT,
    base=many(block(frozenset({"remarque"}), du=DAY, au=DAY, taux=RATE, remarque=TEXT), least=1),
    marge_actualisation=RATE,
    marges=block(defaut=RATE, defaut_verifie=YES_NO, source=TEXT, grille=by_key(by_key(RATE))),
    garanties=block(sans_notation=RATE, quotite_max=RATE, source=TEXT, verifie=YES_NO),
)


def loan_gge_share(*, years: int, grace_years: int, rate: Rate, reference: Rate, discount: Rate) -> Rate:
    """Gross grant equivalent per euro lent: Σ (interest at the reference rate − interest paid) / (1 + discount)^t.

    Yearly terms, constant repayment of capital after the grace years, interest on what is still owed. Each year's
    advantage is discounted to the day of the award (GBER art. 7(3); Reg. (EU) 2023/2831 art. 3(6)). Never negative;
    rounded up to the hundredth of a percent, so that no ceiling is passed by a rounding.

    >>> loan_gge_share(years=1, grace_years=0, rate=Decimal(0), reference=Decimal("0.04"), discount=Decimal("0.04"))
    Decimal('0.0385')
    """
    if years <= grace_years:
        raise ValueError(f"un prêt de {years} ans ne peut avoir {grace_years} ans de différé")
    repaid = Decimal(1) / (years - grace_years)
    owed = Decimal(1)
    total = Decimal(0)
    for year in range(1, years + 1):
        total += owed * (reference - rate) / (1 + discount) ** year
        if year > grace_years:
            owed -= repaid
    return max(Decimal(0), total).quantize(Decimal("0.0001"), rounding=ROUND_CEILING)


def guarantee_gge_share(
    *, covered: Rate, years: int, grace_years: int, premium: Rate, market: Rate, discount: Rate
) -> Rate:
    """Gross grant equivalent per euro of credit: Σ guaranteed × (market premium − premium paid) / (1 + discount)^t.

    ``covered``: share of the credit that is guaranteed; premiums are yearly rates of what is still guaranteed, repaid
    as in ``loan_gge_share``. Never negative. Source: Notice 2008/C 155/02, point 4.2.

    >>> guarantee_gge_share(
    ...     covered=Decimal("0.5"), years=1, grace_years=0, premium=Decimal("0.01"), market=Decimal("0.038"),
    ...     discount=Decimal("0.04"))
    Decimal('0.01350')
    """
    # A premium is to what is guaranteed what interest is to what is lent.
    return covered * loan_gge_share(
        years=years, grace_years=grace_years, rate=premium, reference=market, discount=discount
    )
