"""The gross grant equivalent of a guarantee by the safe-harbour premium (Notice 2008/C 155/02, points 3.2, 3.3, 4.2).

The guarantee of an SME's credit is free of aid at a premium of 3.8 % a year of what is guaranteed (a firm without
rating); the aid is what is missing to that premium, year by year, discounted. It covers 80 % of the credit at most.
"""

from dataclasses import replace
from decimal import Decimal

import pytest

from rebond.dispositifs.model import Dispositif, GuaranteeTerms, Instrument
from rebond.financing.building.equivalents import Equivalents
from rebond.regimes.gross_grant_equivalent import guarantee_gge_share
from tests.law.worked import ART_17, DE_MINIMIS, ON, build, catalogue, facts_of, given, plan, project, rates, scheme

HALF = GuaranteeTerms(covered=Decimal("0.5"), years=7, premium=Decimal("0.007"), gge_method="prime_refuge")


def guarantee(terms: GuaranteeTerms, *regimes: str) -> Dispositif:
    """A guarantee of bank credit on equipment, up to its whole cost."""
    found = scheme("garantie", *regimes, instrument=Instrument.GUARANTEE)
    return replace(found, advantage=replace(found.advantage, guarantee=terms))


def test_the_equivalent_of_a_seven_year_guarantee_by_hand():
    """Half of the credit, 3.8 % less 0.7 % of premium, owed 7/7 to 1/7, discounted at 2.19 % + 1 point."""
    owed = [(7 - year) / 7 for year in range(7)]
    expected = 0.5 * sum(debt * (0.038 - 0.007) / 1.0319**year for year, debt in enumerate(owed, start=1))
    found = guarantee_gge_share(
        covered=Decimal("0.5"),
        years=7,
        grace_years=0,
        premium=Decimal("0.007"),
        market=Decimal("0.038"),
        discount=Decimal("0.0319"),
    )
    assert float(found) == pytest.approx(expected, abs=1e-4)


def test_a_guarantee_paid_at_the_safe_harbour_premium_is_no_aid():
    terms = replace(HALF, premium=Decimal("0.038"))
    found = plan(project(materiel=500_000), guarantee(terms, DE_MINIMIS), room=0, taille_ue="petite")
    assert found.support == 500_000
    assert found.aid == 0


def test_the_plan_counts_the_equivalent_of_the_guarantee_not_the_credit():
    """500 000 € of credit half guaranteed: about 5.6 % of it is aid, which article 17 admits to a small firm."""
    found = plan(project(materiel=500_000), guarantee(HALF, ART_17), room=0, taille_ue="petite")
    share = Equivalents(rates=rates(), on=ON).benefit(guarantee(HALF, ART_17))
    assert Decimal("0.05") < share < Decimal("0.06")
    assert given(found) == {("garantie", ART_17, "materiel"): 500_000}
    assert found.aid == 500_000 * share


def test_the_credit_of_a_guarantee_finances_beside_a_grant_within_one_intensity():
    """Small firm, article 17: 20 % of 500 000 € of aid in all, the guarantee's part counted with the grant."""
    grant = scheme("subvention", ART_17)
    found = plan(project(materiel=500_000), grant, guarantee(HALF, ART_17), room=0, taille_ue="petite")
    assert found.aid <= 100_000
    assert found.aid == pytest.approx(Decimal(100_000), abs=1)


def test_the_guaranteed_credit_takes_up_borrowing_capacity():
    subject = replace(project(materiel=500_000), borrowing_capacity=Decimal(120_000))
    found = plan(subject, guarantee(HALF, DE_MINIMIS), room=300_000, taille_ue="petite")
    assert found.support == 120_000


@pytest.mark.parametrize(
    ("terms", "size", "reason"),
    [
        (HALF, "grande", "aucune prime refuge"),
        (HALF, "eti", "aucune prime refuge"),
        (replace(HALF, covered=Decimal("0.9")), "petite", "au-delà de la quotité"),
        (replace(HALF, premium=None), "petite", "ni calculable (durée, prime ou taux de référence)"),
        (replace(HALF, years=None), "petite", "durée, prime"),
        (replace(HALF, gge_method=""), "petite", "le garant en déclare la part d'aide"),
        (replace(HALF, gge_method="declare"), "petite", "part d'aide de la garantie inconnue : ni déclarée"),
    ],
)
def test_a_guarantee_whose_aid_cannot_be_known_stays_out_of_the_plan(terms, size, reason):
    """Large firms and guarantees above 80 % have no safe harbour; what is not published is not guessed."""
    subject = project(materiel=500_000)
    built = build(subject, [guarantee(terms, DE_MINIMIS)], facts_of(subject, taille_ue=size))
    assert not built.problem.offers
    (left,) = built.unquantified
    assert reason in left.reason


def test_a_declared_equivalent_is_taken_as_declared():
    terms = GuaranteeTerms(covered=Decimal("0.5"), gge_method="declare", gge_share=Decimal("0.02"))
    found = plan(project(materiel=500_000), guarantee(terms, DE_MINIMIS), room=300_000, taille_ue="grande")
    assert found.aid == 10_000


def test_no_guarantee_of_the_catalogue_enters_a_plan_without_saying_how_its_aid_is_known():
    guarantees = [d for d in catalogue().dispositifs.values() if d.instrument is Instrument.GUARANTEE]
    assert guarantees
    for dispositif in guarantees:
        terms = dispositif.advantage.guarantee
        assert dispositif.is_quantified == (terms is not None and terms.gge_method != "")
