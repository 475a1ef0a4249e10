"""Past aid on the project whose amount nobody knows, or that is only published in a band (adr/0018)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from rebond.facts import UNKNOWN, AidObtained, Band, Maybe
from rebond.financing.auditing.catalogue import audit_against_catalogue
from rebond.financing.plan.remarks import past_aid_remarks
from rebond.units import Euros
from tests.law.worked import ART_17, ON, catalogue, facts_of, given, plan, project, scheme

SUBJECT = project(materiel=1_000_000, conseil=100_000)
SCHEME = scheme("simple", ART_17, rate="20 %")


def aid(amount: Maybe[Euros | Band], **changes: object) -> AidObtained:
    found = AidObtained(
        id="A001",
        firm_id="F",
        funder="Région",
        label="Modernisation",
        regime=ART_17,
        granted_on=date(2025, 5, 1),
        amount=amount,
        project_id="P",
        nature="materiel",
    )
    return replace(found, **changes)  # type: ignore[arg-type]  # fields are given by name


def supported(*aids: AidObtained) -> int:
    """Euros of support on the equipment of a small firm: 20 % of it may be aided under article 17."""
    found = plan(SUBJECT, SCHEME, aids=aids, taille_ue="petite")
    assert not audit_against_catalogue(
        found,
        project=SUBJECT,
        facts=facts_of(SUBJECT, taille_ue="petite"),
        catalogue=replace(catalogue(), dispositifs={SCHEME.id: SCHEME}),
        on=ON,
        aids=aids,
    )
    return sum(given(found).values())


def test_an_aid_of_known_amount_takes_its_place_under_the_ceiling():
    assert supported() == 200_000
    assert supported(aid(Decimal(50_000))) == 150_000


def test_an_aid_of_unknown_amount_leaves_nothing_for_certain_on_what_it_paid():
    assert supported(aid(UNKNOWN)) == 0
    assert supported(aid(Band(least=Decimal(60_000)))) == 0


def test_an_aid_of_unknown_amount_for_other_expenses_leaves_these_free():
    assert supported(aid(UNKNOWN, nature="conseil")) == 200_000


def test_a_band_counts_for_its_top():
    assert supported(aid(Band(least=Decimal(60_000), most=Decimal(120_000)))) == 80_000


def test_what_the_funder_recovered_leaves_its_place():
    assert supported(aid(Decimal(50_000), recovered=Decimal(50_000))) == 200_000
    assert supported(aid(Decimal(50_000), recovered=Decimal(10_000))) == 160_000


def test_the_auditor_refuses_what_an_aid_of_unknown_amount_may_have_used():
    """Planned as if nothing was there, then audited with the aid: the second audit does its own count."""
    found = plan(SUBJECT, SCHEME, taille_ue="petite")
    breaches = audit_against_catalogue(
        found,
        project=SUBJECT,
        facts=facts_of(SUBJECT, taille_ue="petite"),
        catalogue=replace(catalogue(), dispositifs={SCHEME.id: SCHEME}),
        on=ON,
        aids=[aid(UNKNOWN)],
    )
    assert {breach.rule for breach in breaches} >= {"cost", "cumulation"}


def test_the_project_is_told_what_to_ask():
    (remark,) = past_aid_remarks(SUBJECT, [aid(UNKNOWN), aid(Decimal(5)), aid(UNKNOWN, project_id="P9")])
    assert "« Modernisation » du 01/05/2025" in remark
    assert "notification" in remark
