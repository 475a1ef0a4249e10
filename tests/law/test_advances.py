"""Repayable advances compared at their nominal amount with a raised ceiling (GBER art. 7(5) and (6)).

Sources: GBER arts. 7(5) and 7(6), consolidated text (github.com/legalize-dev/legalize-eu, eu/32014R0651.md, read in the
version of 2021): the intensities « may be increased by 10 percentage points » when the advance is « repaid with an
interest rate at least equal to the discount rate applicable at the moment the aid is granted »; « where regional aid is
granted in the form of repayable advances, the maximum aid intensities established in a regional aid map […] may not be
increased ». Discount rate on 5 October 2026: base 2.19 % + 100 points = 3.19 %.
"""

from datetime import date
from decimal import Decimal

import pytest

from rebond.dispositifs.model import Dispositif, Instrument, LoanTerms
from rebond.facts import UNKNOWN
from tests.law.worked import AFR, ART_17, DE_MINIMIS, given, plan, project, rates, scheme

RD = "rgec_25_rdi"


def advance(*regimes: str, interest: str | None = "3.19", rate: str = "100 %", natures: str = "materiel") -> Dispositif:
    """A repayable advance at nominal; ``interest`` in percent, ``None`` when nobody gave it."""
    terms = LoanTerms(rate=None if interest is None else Decimal(interest) / 100)
    return scheme("avance", *regimes, instrument=Instrument.REPAYABLE_ADVANCE, rate=rate, natures=natures, loan=terms)


def test_a_repayable_advance_reaches_ten_points_more_than_a_grant():
    """Art. 17, small firm: 20 % + 10 points of 1 M€."""
    found = plan(project(materiel=1_000_000), advance(ART_17), taille_ue="petite")
    assert given(found) == {("avance", ART_17, "materiel"): 300_000}
    (line,) = found.lines
    assert "avances comprises, 30\N{NO-BREAK SPACE}% = 300\N{NARROW NO-BREAK SPACE}000" in line.ceiling


@pytest.mark.parametrize(
    ("interest", "aid"),
    [("3.19", 300_000), ("4", 300_000), ("3.18", 200_000), ("0", 200_000), (None, 200_000)],
)
def test_the_ten_points_ask_for_interest_at_the_discount_rate(interest, aid):
    """An advance at zero, or at a rate that nobody gave, counts whole under the plain 20 %."""
    found = plan(project(materiel=1_000_000), advance(ART_17, interest=interest), taille_ue="petite")
    assert found.aid == aid


def test_without_a_published_base_rate_no_points_are_added():
    """No base rate is at hand for 1 March 2025: whether the interest reaches the discount rate is not known."""
    on = date(2025, 3, 1)
    assert rates().base_rate(on) is UNKNOWN
    assert plan(project(materiel=1_000_000), advance(ART_17, interest="9"), on=on, taille_ue="petite").aid == 200_000


def test_regional_aid_gives_an_advance_no_points():
    """Art. 7(6): 35 % of 1 M€ for a small firm in a c area, whatever the form and the interest."""
    assert plan(project(materiel=1_000_000), advance(AFR), taille_ue="petite").aid == 350_000


def test_the_points_of_one_regime_are_not_lent_to_regional_aid_on_the_same_line():
    """A regional grant (35 %) and an advance under art. 17 (30 %): the higher of the two, 350 000 €, and not 45 %."""
    found = plan(project(materiel=1_000_000), scheme("afr", AFR, rate="20 %"), advance(ART_17), taille_ue="petite")
    assert found.aid == 350_000
    assert found.support == 350_000


def test_a_grant_beside_an_advance_keeps_the_plain_ceiling():
    """The ten points are for the advance: 20 % of grants, 30 % of grants and advances together."""
    grant = scheme("pme", ART_17, rate="25 %")
    found = plan(project(materiel=1_000_000), grant, advance(ART_17, rate="25 %"), taille_ue="petite")
    assert found.aid == 300_000
    assert sum(line.amount for line in found.lines if line.instrument is Instrument.GRANT) <= 200_000


def test_de_minimis_beside_an_advance_stays_under_the_raised_ceiling():
    """Reg. (EU) 2023/2831 art. 5(3): 25 % of advance and 15 % of de minimis asked, 30 % in all."""
    simple = scheme("simple", DE_MINIMIS, rate="15 %")
    found = plan(project(materiel=1_000_000), simple, advance(ART_17, rate="25 %"), room=300_000, taille_ue="petite")
    assert found.aid == 300_000


def test_an_advance_for_research_in_a_c_area_keeps_its_points():
    """Art. 25 is no regional aid: experimental development, small firm, c area: 50 % + 10 points of 400 000 €."""
    found = plan(
        project(rd_experimentale=400_000),
        advance(RD, natures="rd_experimentale"),
        taille_ue="petite",
        collaboration_recherche=False,
        collaboration_pme=False,
    )
    assert found.aid == 240_000
