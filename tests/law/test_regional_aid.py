"""Regional investment aid in a c area (GBER art. 14), alone and beside other regimes.

Sources: CDC = ADEME's specifications of 1 April 2026, annex 2, which quote the umbrella regime SA.119559; decree
2022-968, annex 3 (LEGIARTI000048714903); decree 2022-167 (LEGIARTI000045162955); GBER arts. 4, 8 and 14.
"""

from decimal import Decimal

import pytest

from rebond.dispositifs.model import Instrument, LoanTerms
from rebond.facts import UNKNOWN
from rebond.financing.building.bases import NO_TEXT
from rebond.regimes.ceilings import aid_ceiling
from tests.law.worked import (
    AFR,
    ART_17,
    ART_38,
    DE_MINIMIS,
    ON,
    build,
    catalogue,
    facts_of,
    given,
    plan,
    project,
    scheme,
)

REGIONAL = scheme("afr", AFR)
MARKET_LOAN = scheme(
    "pret", "hors_aide", instrument=Instrument.LOAN, loan=LoanTerms(gge_method="declare", gge_share=Decimal("0.04"))
)


@pytest.mark.parametrize(("size", "aid"), [("petite", 350_000), ("moyenne", 250_000), ("grande", 150_000)])
def test_regional_aid_by_size(size, aid):
    """CDC and decree 2022-968: 35, 25 and 15 % of 1 M€; the large firm's activity is new."""
    found = plan(project(materiel=1_000_000), REGIONAL, taille_ue=size, activite_nouvelle=size == "grande")
    assert given(found) == {("afr", AFR, "materiel"): aid}


def test_a_large_firms_extension_gets_nothing_in_a_c_area():
    """CDC: in a c area a large firm is aided only for a new establishment or another activity."""
    found = plan(project(materiel=1_000_000), REGIONAL, taille_ue="grande", activite_nouvelle=False)
    assert given(found) == {}


def test_a_quarter_of_the_costs_stays_free_of_public_support():
    """GBER art. 14(14): 350 000 € of aid, then a public loan at market terms fills 750 000 € and not the cost."""
    found = plan(project(materiel=1_000_000), REGIONAL, MARKET_LOAN, taille_ue="petite")
    assert given(found) == {("afr", AFR, "materiel"): 350_000, ("pret", "hors_aide", "materiel"): 400_000}


def test_without_regional_aid_the_loan_may_fill_the_cost():
    """The quarter is a condition of art. 14, not of art. 17."""
    found = plan(project(materiel=1_000_000), scheme("pme", ART_17), MARKET_LOAN, taille_ue="petite")
    assert given(found) == {("pme", ART_17, "materiel"): 200_000, ("pret", "hors_aide", "materiel"): 800_000}


def test_regional_and_energy_aid_add_up_on_different_costs():
    """GBER art. 8(3)(a): different identifiable costs. 35 % of 1 M€ and 27.5 % of 400 000 € (no counterfactual)."""
    energy = scheme("energie", ART_38, natures="efficacite_energetique")
    found = plan(project(materiel=1_000_000, efficacite_energetique=400_000), REGIONAL, energy, taille_ue="petite")
    assert given(found) == {
        ("afr", AFR, "materiel"): 350_000,
        ("energie", ART_38, "efficacite_energetique"): 110_000,
    }


def test_regional_and_energy_aid_share_the_higher_ceiling_on_the_same_costs():
    """GBER art. 8(3)(b): 27.5 % under art. 38, 35 % under art. 14: 35 % in all, each within its own intensity."""
    energy = scheme("energie", ART_38, natures="efficacite_energetique")
    regional = scheme("afr", AFR, natures="efficacite_energetique")
    found = plan(project(efficacite_energetique=400_000), regional, energy, taille_ue="petite")
    assert found.aid == 140_000
    assert all(line.amount <= 110_000 for line in found.lines if line.regime == ART_38)


def test_an_intensity_is_never_lent_to_another_regime():
    """Art. 17 stays at 20 % of the line though art. 14 lifts what both may give to 35 %."""
    low = scheme("pme", ART_17, rate="30 %")
    high = scheme("afr", AFR, rate="10 %")
    found = plan(project(materiel=1_000_000), low, high, taille_ue="petite")
    assert given(found) == {("pme", ART_17, "materiel"): 200_000, ("afr", AFR, "materiel"): 100_000}


def test_de_minimis_fills_up_to_the_ceiling_of_art_17_on_the_same_line():
    """Reg. (EU) 2023/2831 art. 5: 15 % under art. 17 and de minimis on the same costs: 20 % in all."""
    found = plan(
        project(materiel=1_000_000), scheme("pme", ART_17, rate="15 %"), scheme("simple", DE_MINIMIS, rate="15 %"),
        room=300_000, taille_ue="petite",
    )  # fmt: skip
    assert given(found) == {("pme", ART_17, "materiel"): 150_000, ("simple", DE_MINIMIS, "materiel"): 50_000}


@pytest.mark.parametrize(
    ("millions", "aid"), [(40, 6_000_000), (60, 8_625_000), (82, 10_275_000), (110, 12_375_000), (140, 12_375_000)]
)
def test_a_large_project_gets_the_adjusted_amount(millions, aid):
    """GBER art. 2(20): R × (A + 0.5 B + 0 C), brackets at 55 and 110 M€ (2023), R = 15 % without the SME bonus."""
    found = plan(project(materiel=millions * 1_000_000), REGIONAL, taille_ue="grande", activite_nouvelle=True)
    assert found.aid == aid


def test_art_17_stops_at_its_notification_threshold():
    """GBER art. 4(1): 8.25 M€ per undertaking and project (BayVV 7074), 20 % of 45 M€ would be 9 M€."""
    found = plan(project(materiel=45_000_000), scheme("pme", ART_17), taille_ue="petite")
    assert found.aid == 8_250_000


def test_an_unknown_zone_gives_no_regional_aid_and_is_asked():
    """No list of AFR communes is at hand: the regime is not used, and the plan says which fact lacks."""
    subject = project(materiel=1_000_000)
    facts = facts_of(subject, taille_ue="petite", zone_afr=UNKNOWN)
    built = build(subject, [REGIONAL], facts)
    assert built.problem.offers == ()
    assert [(item.dispositif, item.reason) for item in built.unquantified] == [("essai/afr", NO_TEXT)]
    ceiling = aid_ceiling(catalogue().regimes[AFR], {**facts, "nature": "materiel"}, ON)
    assert (ceiling.low, ceiling.high) == (Decimal(0), Decimal("0.35"))
    assert "zone_afr" in ceiling.missing


def test_an_unknown_zone_leaves_art_17():
    found = plan(project(materiel=1_000_000), scheme("deux", AFR, ART_17), taille_ue="petite", zone_afr=UNKNOWN)
    assert given(found) == {("deux", ART_17, "materiel"): 200_000}
