"""What a State-aid lawyer asks next: grant and loan on one line, aid of the past, energy articles, large firms.

Sources: GBER arts. 7(2), 8(1), 8(3), 8(5) and 14(14) (consolidated text, legalize-eu); CDC = ADEME's specifications
of 1 April 2026, annex 2 (rates of arts. 36, 38 and 41); Reg. (EU) 2023/2831 art. 1 (no size, no zone).
"""

from datetime import date
from decimal import Decimal

import pytest

from rebond.dispositifs.model import Instrument, LoanTerms
from rebond.facts import AidObtained
from tests.law.worked import AFR, ART_17, ART_38, DE_MINIMIS, given, plan, project, scheme

ART_36, ART_41 = "rgec_36_environnement", "rgec_41_energies_renouvelables"
ZERO_RATE = LoanTerms(years=7, grace_years=2, rate=Decimal(0), gge_method="taux_reference")
MARKET = scheme("pret", "hors_aide", instrument=Instrument.LOAN, loan=LoanTerms(gge_method="marche"))


def before(regime: str, euros: int, nature: str = "materiel") -> AidObtained:
    """Aid granted in 2025 for this project."""
    return AidObtained(
        id="A", firm_id="F", funder="region-grand-est", label="", regime=regime, granted_on=date(2025, 3, 1),
        amount=Decimal(euros), project_id="P", nature=nature,
    )  # fmt: skip


# Grant and loan.


def test_a_grant_and_a_zero_rate_loan_share_the_intensity_of_their_article():
    """Art. 17, small firm, 1 M€: 200 000 € of aid in all. 300 000 € of loan at 0.2804 per euro (7 years, 2 of grace,
    base 2.19 %) are 84 120 € of it, and leave 115 880 € of grant; at equal aid, the loan covers more of the need."""
    loan = scheme("zero", ART_17, instrument=Instrument.LOAN, loan=ZERO_RATE, rate="30 %")
    found = plan(project(materiel=1_000_000), scheme("aide", ART_17, rate="15 %"), loan, taille_ue="petite")
    assert given(found) == {("aide", ART_17, "materiel"): 115_880, ("zero", ART_17, "materiel"): 300_000}
    assert found.aid == 200_000


# Aid of the past.


def test_aid_of_the_past_that_fills_the_ceiling_leaves_nothing_on_its_line():
    """200 000 € under art. 17 in 2025 are the 20 % of 1 M€: no art. 17, no de minimis there; another line is free."""
    both = [
        scheme("aide", ART_17, natures="materiel batiment"), scheme("simple", DE_MINIMIS, natures="materiel batiment"),
    ]  # fmt: skip
    found = plan(
        project(materiel=1_000_000, batiment=500_000), *both, aids=[before(ART_17, 200_000)], room=300_000,
        taille_ue="petite",
    )  # fmt: skip
    assert {line for _, _, line in given(found)} == {"batiment"}


def test_aid_of_the_past_leaves_the_rest_of_the_ceiling():
    """150 000 € of 200 000 € in 2025: 50 000 € are left, whoever gives them."""
    found = plan(
        project(materiel=1_000_000), scheme("aide", ART_17), aids=[before(ART_17, 150_000)], taille_ue="petite"
    )
    assert found.aid == 50_000


def test_regional_aid_of_the_past_keeps_the_firms_own_quarter():
    """Art. 14(14): 350 000 € of regional aid in 2025 on 1 M€; a public loan of today stops at 400 000 €."""
    found = plan(project(materiel=1_000_000), MARKET, aids=[before(AFR, 350_000)], taille_ue="petite")
    assert given(found) == {("pret", "hors_aide", "materiel"): 400_000}
    elsewhere = plan(project(materiel=1_000_000), MARKET, aids=[before(ART_17, 200_000)], taille_ue="petite")
    assert given(elsewhere) == {("pret", "hors_aide", "materiel"): 800_000}


def test_when_the_past_took_the_quarter_nothing_public_is_added():
    """800 000 € already on 1 M€, regional aid among them: the firm has less than its 25 % left."""
    past = [before(AFR, 350_000), before("hors_aide", 450_000)]
    assert given(plan(project(materiel=1_000_000), MARKET, aids=past, taille_ue="petite")) == {}


# Energy: arts. 36, 38 and 41 (CDC 6.1, 6.4, 6.9), 400 000 € each, no counterfactual.


@pytest.mark.parametrize(
    ("size", "zone", "expected"),
    [
        ("petite", "c", (130_000, 110_000, 260_000)),  # 32.5, 27.5 and 65 %
        ("moyenne", "c", (110_000, 90_000, 220_000)),  # 27.5, 22.5 and 55 %
        ("grande", "aucune", (80_000, 60_000, 180_000)),  # 20, 15 and 45 %
    ],
)
def test_each_energy_article_has_its_own_ceiling(size, zone, expected):
    found = plan(
        project(decarbonation=400_000, efficacite_energetique=400_000, chaleur_biomasse=400_000),
        scheme("decarbonation", ART_36, natures="decarbonation"),
        scheme("efficacite", ART_38, natures="efficacite_energetique"),
        scheme("chaleur", ART_41, natures="chaleur_biomasse"),
        taille_ue=size,
        zone_afr=zone,
    )
    assert tuple(
        given(found)[key]
        for key in (
            ("decarbonation", ART_36, "decarbonation"),
            ("efficacite", ART_38, "efficacite_energetique"),
            ("chaleur", ART_41, "chaleur_biomasse"),
        )
    ) == expected  # fmt: skip


# A large firm outside the assisted areas.


def test_a_large_firm_outside_the_areas_has_environment_and_de_minimis_alone():
    """No art. 14 (no area), no art. 17 (no SME): 20 % of the decarbonisation and the account."""
    both = scheme("machine", AFR, ART_17, DE_MINIMIS)
    green = scheme("vert", ART_36, natures="decarbonation")
    found = plan(
        project(materiel=2_000_000, decarbonation=400_000), both, green, room=300_000, taille_ue="grande",
        zone_afr="aucune", activite_nouvelle=True,
    )  # fmt: skip
    assert given(found) == {
        ("machine", DE_MINIMIS, "materiel"): 300_000,
        ("vert", ART_36, "decarbonation"): 80_000,
    }
