"""The gross grant equivalent of a loan by the reference-rate method (Communication 2008/C 14/02).

Each figure is computed a second time here, by another road: the equivalent is what the borrower saves, that is the
nominal less the present value of what he pays, when both are discounted at one rate.

The method discounts at base + 100 basis points and compares interest with base + margin (OJ notice 2023/C 141/03;
GBER art. 7(3) and Reg. (EU) 2023/2831 art. 3(6) discount what is received later to the day of the award). For an
unrated firm the margin is 400 points at least, from memory of the text.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given as draws
from hypothesis import strategies as st

from rebond.dispositifs.model import Instrument, LoanTerms
from rebond.facts import UNKNOWN
from rebond.regimes.gross_grant_equivalent import loan_gge_share
from tests.law.worked import DE_MINIMIS, ON, build, facts_of, given, plan, project, rates, scheme

ZERO_RATE = LoanTerms(years=7, grace_years=2, rate=Decimal(0), gge_method="taux_reference")
LOAN = scheme("pret", DE_MINIMIS, instrument=Instrument.LOAN, loan=ZERO_RATE)


def savings(years: int, grace: int, rate: float, reference: float, discount: float) -> float:
    """Σ of the interest not paid, year by year, from the schedule of what is owed."""
    owed = [1.0 if year <= grace + 1 else 1.0 - (year - 1 - grace) / (years - grace) for year in range(1, years + 1)]
    return sum(debt * (reference - rate) / (1 + discount) ** year for year, debt in enumerate(owed, start=1))


def test_the_equivalent_of_a_seven_year_zero_rate_loan_by_hand():
    """Base 2.19 %, reference 6.19 %, discount 3.19 %: owed 1, 1, 1, 0.8, 0.6, 0.4, 0.2."""
    owed = (1, 1, 1, 0.8, 0.6, 0.4, 0.2)
    expected = sum(debt * 0.0619 / 1.0319**year for year, debt in enumerate(owed, start=1))
    found = loan_gge_share(
        years=7, grace_years=2, rate=Decimal(0), reference=Decimal("0.0619"), discount=Decimal("0.0319")
    )
    assert expected == pytest.approx(0.280317, abs=1e-6)
    assert expected == pytest.approx(savings(7, 2, 0, 0.0619, 0.0319), abs=1e-9)
    assert found == Decimal("0.2804"), "rounded up: no ceiling is passed by a rounding"


@draws(
    years=st.integers(2, 12),
    grace=st.integers(0, 1),
    rate=st.floats(0, 0.08),
    reference=st.floats(0.02, 0.08),
)
def test_at_one_rate_the_equivalent_is_the_nominal_less_the_present_value_of_payments(years, grace, rate, reference):
    """An identity of finance: discounted at the reference rate itself, interest saved = 1 - Σ payments discounted."""
    value, owed = 0.0, 1.0
    for year in range(1, years + 1):
        capital = 1 / (years - grace) if year > grace else 0.0
        value += (owed * rate + capital) / (1 + reference) ** year
        owed -= capital
    found = loan_gge_share(
        years=years,
        grace_years=grace,
        rate=Decimal(str(rate)),
        reference=Decimal(str(reference)),
        discount=Decimal(str(reference)),
    )
    assert -1e-9 <= float(found) - max(0.0, 1 - value) <= 1e-4 + 1e-9, "rounded up, by less than a basis point"


def test_a_loan_dearer_than_the_reference_is_no_aid():
    share = loan_gge_share(
        years=5, grace_years=0, rate=Decimal("0.07"), reference=Decimal("0.0619"), discount=Decimal("0.0319")
    )
    assert share == 0


def test_the_plan_counts_the_equivalent_in_the_account_not_the_nominal():
    """A zero-rate loan of 500 000 € takes 500 000 × 0.2804 = 140 200 € of de minimis."""
    found = plan(project(materiel=500_000), LOAN, room=300_000, taille_ue="petite")
    assert given(found) == {("pret", DE_MINIMIS, "materiel"): 500_000}
    assert found.aid == Decimal("140200.0000")


def test_the_account_bounds_the_loan_by_its_equivalent():
    """100 000 € left: 100 000 / 0.2804 = 356 633 € of loan."""
    found = plan(project(materiel=500_000), LOAN, room=100_000, taille_ue="petite")
    assert found.support == 356_633


def test_without_a_published_base_rate_the_loan_counts_for_its_whole_amount():
    """No base rate is at hand for mid-2023: nothing is assumed, the nominal is counted."""
    assert rates().base_rate(date(2023, 6, 1)) is UNKNOWN
    subject = project(materiel=500_000)
    terms = {"taille_ue": "petite"}
    built = build(subject, [LOAN], facts_of(subject, **terms), on=date(2025, 3, 1))
    assert rates().base_rate(date(2025, 3, 1)) is UNKNOWN
    assert [basis.aid_per_euro for basis in built.problem.offers[0].bases] == [1]


@pytest.mark.parametrize("terms", [replace(ZERO_RATE, gge_method="declare"), replace(ZERO_RATE, years=None), None])
def test_a_loan_whose_equivalent_nobody_gave_fills_the_ceilings_and_is_worth_nothing(terms):
    """At market terms such a loan has no ceiling: worth its nominal amount, it would have passed for a grant of it.

    Beside a grant of 50 000 €, the plan aims at the grant's aid alone and borrows what the need lacks, no more.
    """
    loan = scheme("pret", "hors_aide", instrument=Instrument.LOAN, loan=terms)
    grant = scheme("subvention", DE_MINIMIS, rate="10 %")
    subject = replace(project(materiel=500_000), own_financing=Decimal(350_000))
    found = plan(subject, loan, grant, room=300_000, taille_ue="petite")
    assert found.benefit == 50_000
    assert found.to_pay_back == 100_000
    exempted = build(subject, [scheme("pret", DE_MINIMIS, instrument=Instrument.LOAN, loan=terms)], facts_of(subject))
    assert [basis.aid_per_euro for basis in exempted.problem.offers[0].bases] == [1]


def test_the_commissions_figure_of_40_000_euros_is_the_presumption_and_not_the_method():
    """« A 1 M€ loan over one year: 40 000 € » (the Commission's reply on Reg. 1407/2013; law-check §7).

    It is the safe harbour of art. 4(3)(b): a secured loan of 1 M€ over 5 years is presumed to be 200 000 € of aid, and
    « a corresponding proportion » for less: 200 000 × 1/1 × 1/5 = 40 000 €. Reg. 2023/2831 keeps the proportion:
    300 000 × 1/1.5 × 1/5 = 40 000 €. The reference-rate method of art. 4(3)(c) is another road: it takes the interest
    saved at base + margin and discounts it. On 5 October 2026, without rating: 1 000 000 × 6.19 % / 1.0319 = 59 987 €.
    """
    assert 200_000 * Decimal(1) / 1 / 5 == 300_000 / Decimal("1.5") / 5 == 40_000
    share = loan_gge_share(
        years=1, grace_years=0, rate=Decimal(0), reference=Decimal("0.0619"), discount=Decimal("0.0319")
    )
    assert share == Decimal("0.0600"), "0.0599864 rounded up"


def test_margins_by_rating_and_collateral():
    """The grid of 2008/C 14/02, as a public lender states it (heylep.com): good rating 75/100/220, weak 220/400/650."""
    on = date(2026, 10, 5)
    found = [
        [rates().reference_rate(on, rating=rating, collateral=level) for level in ("elevees", "normales", "faibles")]
        for rating in ("BBB", "B")
    ]
    assert found == [
        [Decimal("0.0294"), Decimal("0.0319"), Decimal("0.0439")],
        [Decimal("0.0439"), Decimal("0.0619"), Decimal("0.0869")],
    ]
    assert rates().default_margin_verified is False


def test_a_plan_that_rests_on_the_unread_margin_says_so():
    """400 points for a firm without rating: from memory of the text; the plan's line carries the doubt."""
    found = plan(project(materiel=500_000), LOAN, room=300_000, taille_ue="petite")
    assert [line.verified for line in found.lines] == [False]


def test_the_reference_rate_of_the_day():
    """Base rate of 1 January 2026 (2.19 %), 400 points for a firm without rating, 100 points to discount."""
    assert rates().base_rate(ON) == Decimal("0.0219")
    assert rates().reference_rate(ON) == Decimal("0.0619")
    assert rates().discount_margin == Decimal("0.01")
