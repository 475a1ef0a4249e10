"""What each organisation is asked to do next: it fits the instrument, what is already signed, and the calendar."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from rebond.dispositifs.model import Dispositif, Instrument
from rebond.eligibility.incentive import applied_before_works
from rebond.facts import UNKNOWN, FunderRequest, Project
from rebond.mission import Rulebook
from rebond.referrals.steps import ReferralKind, due_on, next_step
from rebond.results import MissionResult

COMMITTEE = date(2026, 10, 5)
DELAY = 45


def _of(rulebook: Rulebook, instrument: Instrument) -> Dispositif:
    every = rulebook.catalogue.dispositifs.values()
    return next(d for d in every if d.instrument is instrument and not d.validity.next_cutoff(COMMITTEE))


@pytest.fixture
def project(sample: MissionResult) -> Project:
    """A project that starts in two years, nothing ordered nor asked."""
    found = next(p.project for p in sample.projects if p.project.costs)
    return replace(
        found,
        works_started=False,
        first_order_on=UNKNOWN,
        applied_on=UNKNOWN,
        requests=(),
        starts_on=date(2028, 1, 10),
    )


def _step(rulebook: Rulebook, project: Project, *instruments: Instrument) -> str:
    asked = [_of(rulebook, instrument) for instrument in instruments]
    return next_step(ReferralKind.FUNDERS, project, asked, rulebook.orientation, committee_on=COMMITTEE)


def test_a_tax_credit_is_declared_afterwards_without_any_letter(rulebook: Rulebook, project: Project) -> None:
    step = _step(rulebook, project, Instrument.TAX_CREDIT)
    assert step.startswith("Déclarer le crédit d'impôt après les dépenses")
    assert "Envoyer la lettre" not in step
    both = _step(rulebook, project, Instrument.GRANT, Instrument.TAX_CREDIT)
    assert both.startswith("Envoyer la lettre d'intention")
    assert "Déclarer le crédit d'impôt après les dépenses" in both


def test_an_order_already_signed_is_said_and_nothing_comes_before_it(rulebook: Rulebook, project: Project) -> None:
    started = replace(project, works_started=True)
    for signed in (started, replace(started, first_order_on=date(2026, 3, 2))):
        step = _step(rulebook, signed, Instrument.GRANT)
        assert "Commande déjà signée" in step
        assert "avant toute commande" not in step


def test_a_request_already_dated_is_completed(rulebook: Rulebook, project: Project) -> None:
    grant = _of(rulebook, Instrument.GRANT)
    request = FunderRequest(funder=grant.instructor or grant.funder, applied_on=date(2026, 2, 1))
    asked = replace(project, requests=(request,))
    assert applied_before_works(asked, grant.desks) is True

    def step(kind: ReferralKind, project: Project) -> str:
        return next_step(kind, project, [grant], rulebook.orientation, committee_on=COMMITTEE)

    assert step(ReferralKind.FUNDERS, asked).startswith("Lettre d'intention ou demande déjà envoyée")
    assert step(ReferralKind.RETAINED, asked).startswith("Attendre la décision du comité")
    planned = replace(project, requests=(replace(request, applied_on=date(2026, 12, 1)),))
    assert step(ReferralKind.FUNDERS, planned).startswith("Envoyer la lettre d'intention")


def test_the_step_is_due_before_the_project_starts_and_before_the_session_closes(
    rulebook: Rulebook, project: Project
) -> None:
    grant = _of(rulebook, Instrument.GRANT)
    usual = COMMITTEE + timedelta(days=DELAY)

    def due(project: Project, *asked: Dispositif) -> date:
        return due_on(ReferralKind.FUNDERS, project, asked, committee_on=COMMITTEE, days=DELAY)

    assert due(project, grant) == usual
    assert due(replace(project, starts_on=date(2026, 11, 2)), grant) == date(2026, 11, 1)
    assert due(replace(project, starts_on=date(2026, 4, 1)), grant) == usual
    closing = replace(grant, validity=replace(grant.validity, closes_on=date(2026, 10, 20)))
    assert due(project, closing) == date(2026, 10, 20)


def test_a_tax_credit_is_due_once_the_first_year_of_expenses_is_over(rulebook: Rulebook, project: Project) -> None:
    credit = _of(rulebook, Instrument.TAX_CREDIT)
    first = min(line.year for line in project.costs)
    due = due_on(ReferralKind.FUNDERS, project, [credit], committee_on=COMMITTEE, days=DELAY)
    assert due == max(date(first, 12, 31), COMMITTEE + timedelta(days=DELAY))


def test_no_step_of_the_sample_contradicts_what_is_signed(sample: MissionResult) -> None:
    days = {referral.due_on for p in sample.projects for referral in p.referrals}
    assert len(days) > 3
    for p in sample.projects:
        for referral in p.referrals:
            if p.project.works_started is True:
                assert "avant toute commande" not in referral.next_step
            assert referral.due_on > sample.census.settings.committee_on


def test_a_letter_without_an_addressee_stands_for_no_desk(rulebook: Rulebook, project: Project) -> None:
    """P045: one letter « envoyée » was said to have reached the Region, the GIP and the water agency alike."""
    dated = replace(project, applied_on=date(2026, 8, 31))
    assert _step(rulebook, dated, Instrument.GRANT).startswith("Lettre à adresser à cet organisme")
    ordered = replace(dated, works_started=True, first_order_on=date(2026, 9, 15))
    step = _step(rulebook, ordered, Instrument.GRANT)
    assert step.startswith("Faire confirmer par cet organisme")
    assert "avant toute commande" not in step
    elsewhere = replace(dated, requests=(FunderRequest(funder="un-autre", applied_on=date(2026, 8, 31)),))
    assert _step(rulebook, elsewhere, Instrument.GRANT).startswith("Lettre à adresser à cet organisme")


def test_a_loan_is_applied_for_and_a_session_is_filed_without_any_letter(rulebook: Rulebook, project: Project) -> None:
    loan = _step(rulebook, project, Instrument.LOAN)
    assert loan.startswith("Déposer la demande de prêt")
    assert "Envoyer la lettre" not in loan
    grant = _of(rulebook, Instrument.GRANT)
    session = replace(grant, validity=replace(grant.validity, cutoffs=(date(2027, 2, 15),)))
    step = next_step(ReferralKind.FUNDERS, project, [session], rulebook.orientation, committee_on=COMMITTEE)
    assert "avant la relève" in step
    assert "lettre" not in step
