"""Awards under a regime that existed, accounts that hold under their ceiling."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from rebond.facts import UNKNOWN, Band, Establishment, Siren
from tests.core.plausibility.conftest import AID, FIRM, Examiner, codes


@pytest.mark.parametrize(
    ("regime", "granted", "asked"),
    [
        ("de_minimis_2023", date(2023, 12, 31), True),
        ("de_minimis_2023", date(2024, 1, 1), False),
        ("de_minimis_2013", date(2024, 6, 30), False),
        ("de_minimis_2013", date(2024, 7, 1), True),
        ("rgec_14_afr", date(2018, 6, 5), False),  # the article is older than the scheme of 2024
        ("rgec_14_afr", date(2014, 6, 30), True),
        ("hors_aide", date(2001, 1, 1), False),
    ],
)
def test_an_award_out_of_the_life_of_its_regime_is_asked_about(
    examiner: Examiner, regime: str, granted: date, asked: bool
) -> None:
    """c39b: a date that moves an aid out of the window opens the account: 32 300 € of room become 175 300 €."""
    found = codes(examiner.aid(regime=regime, granted_on=granted))
    assert (("regime_hors_periode", "question") in found) is asked


def test_an_account_above_its_ceiling_is_asked_about_and_loud(examiner: Examiner) -> None:
    """c07: 535 400 € of 300 000 €."""
    (question,) = examiner.aid(amount=Decimal(300_001)).questions
    assert question.code == "compte_de_minimis_depasse"
    assert question.loud
    assert examiner.aid(amount=Decimal(300_000)).all == ()


def test_the_account_is_that_of_the_single_undertaking(examiner: Examiner) -> None:
    """Two firms with 200 000 € each: too much under one control, nothing to say of two strangers."""
    sister = replace(FIRM, id="E002", name="Sœur", siren=Siren("000000026"), establishment=Establishment())
    halves = (replace(AID, amount=Decimal(200_000)), replace(AID, id="A002", firm_id="E002", amount=Decimal(200_000)))
    assert examiner.of(firms=(FIRM, sister), aids=halves).all == ()
    group = tuple(replace(firm, single_undertaking="Groupe") for firm in (FIRM, sister))
    assert codes(examiner.of(firms=group, aids=halves)) == {("compte_de_minimis_depasse", "question")}


def test_an_aid_after_the_examination_is_told_loudly(examiner: Examiner) -> None:
    (remark,) = examiner.aid(granted_on=date(2026, 12, 1)).all
    assert (remark.code, remark.severity.value, remark.loud) == ("aide_posterieure", "remarque", True)


def test_an_aid_without_amount_in_a_band_or_recovered_is_told(examiner: Examiner) -> None:
    assert codes(examiner.aid(amount=UNKNOWN)) == {("aide_sans_montant", "remarque")}
    band = Band(least=Decimal(60_000), most=Decimal(250_000))
    assert codes(examiner.aid(amount=band)) == {("aide_en_tranche", "remarque")}
    assert codes(examiner.aid(recovered=Decimal(45_000))) == {("aide_recuperee", "remarque")}


def test_no_more_is_recovered_than_was_granted(examiner: Examiner) -> None:
    assert codes(examiner.aid(recovered=Decimal(45_001))) == {("rembourse_plus_que_recu", "defaut")}


def test_a_band_is_above_the_ceiling_only_when_its_least_is(examiner: Examiner) -> None:
    wide = examiner.aid(amount=Band(least=Decimal(60_000), most=Decimal(500_000)))
    assert wide.questions == ()
    over = examiner.aid(amount=Band(least=Decimal(500_000), most=Decimal(1_000_000)))
    assert [each.code for each in over.questions] == ["compte_de_minimis_depasse"]
