"""A tax credit is computed on a base net of the subsidies received for the same expenses (CGI art. 244 quater B, III).

Subsidies and repayable advances alike; a subsidy that also pays other expenses counts pro rata of the amounts
(BOI-BIC-RICI-10-10-30-20 §10, read on bofip.impots.gouv.fr). The credit itself is no State aid: it takes no intensity.
"""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from rebond.dispositifs.model import Gap, Instrument, Part
from rebond.facts import AidObtained
from rebond.financing.auditing.catalogue import audit_against_catalogue
from tests.law.worked import ON, catalogue, facts_of, given, plan, project, scheme

CIR = replace(
    catalogue().dispositifs["etat-dgfip/credit-impot-recherche"], gaps=(Gap(field="regime", question="Laquelle ?"),)
)
"""As uncertain as the grants beside it: a credit that is firm would not give way to a grant that is only possible."""
CII = catalogue().dispositifs["etat-dgfip/credit-impot-innovation"]
RDI = "rgec_25_rdi"
FIRM: dict[str, Any] = {"taille_ue": "petite", "micro_entrepreneur": False, "collaboration_effective": False}


def test_the_research_credit_alone_is_thirty_percent_of_the_expenses():
    found = plan(project(rd_experimentale=300_000), CIR, **FIRM)
    assert given(found) == {(CIR.id, "hors_aide", "rd_experimentale"): 90_000}


def test_a_grant_for_the_same_research_lowers_the_credit_by_thirty_percent_of_itself():
    """Grant 30 % of 300 000 = 90 000; credit 30 % × (300 000 - 90 000) = 63 000, and not 90 000."""
    grant = scheme("subvention", RDI, rate="30 %", natures="rd_experimentale")
    found = plan(project(rd_experimentale=300_000), grant, CIR, **FIRM)
    assert given(found) == {
        ("subvention", RDI, "rd_experimentale"): 90_000,
        (CIR.id, "hors_aide", "rd_experimentale"): 63_000,
    }


def test_a_repayable_advance_is_deducted_like_a_grant():
    advance = replace(
        scheme("avance", RDI, rate="30 %", natures="rd_experimentale"), instrument=Instrument.REPAYABLE_ADVANCE
    )
    found = plan(project(rd_experimentale=300_000), advance, CIR, **FIRM)
    assert given(found)[CIR.id, "hors_aide", "rd_experimentale"] == 63_000


def test_a_loan_is_not_a_subsidy():
    loan = scheme("pret", "hors_aide", rate="30 %", natures="rd_experimentale", instrument=Instrument.LOAN)
    found = plan(project(rd_experimentale=300_000), loan, CIR, **FIRM)
    assert given(found)[CIR.id, "hors_aide", "rd_experimentale"] == 90_000


def test_a_subsidy_that_pays_other_expenses_too_counts_pro_rata_of_the_amounts():
    """Grant of 60 000 on 300 000 of research and 100 000 of equipment: 3/4 of it is for research, wherever it is put.

    Credit: 30 % × (300 000 - 45 000) = 76 500.
    """
    grant = scheme("subvention", "de_minimis_2023", rate="15 %", natures="rd_experimentale materiel")
    found = plan(project(rd_experimentale=300_000, materiel=100_000), grant, CIR, room=300_000, **FIRM)
    credit = sum(line.amount for line in found.lines if line.dispositif == CIR.id)
    assert sum(line.amount for line in found.lines) - credit == 60_000
    assert credit == 76_500


def test_an_aid_of_the_past_for_the_same_research_is_deducted():
    """100 000 already obtained: 30 % × 200 000 = 60 000."""
    past = AidObtained(
        id="A1",
        firm_id="F",
        funder="region-grand-est",
        label="aide obtenue",
        regime=RDI,
        granted_on=ON,
        amount=Decimal(100_000),
        project_id="P",
        nature="rd_experimentale",
    )
    found = plan(project(rd_experimentale=300_000), CIR, aids=[past], **FIRM)
    assert found.support == 60_000


def test_the_cap_of_the_innovation_credit_comes_after_the_deduction():
    """CII: 400 000 € of expenses at most. 700 000 - 200 000 of grant = 500 000, capped at 400 000: 20 % is 80 000."""
    grant = scheme("subvention", "de_minimis_2023", natures="innovation_pme")
    found = plan(project(innovation_pme=700_000), grant, CII, room=200_000, **FIRM)
    assert given(found)[CII.id, "hors_aide", "innovation_pme"] == 80_000
    assert found.support == 280_000


def test_a_mixed_support_is_deducted_whole():
    """Its grant and its advance alike."""
    mixed = scheme("mixte", RDI, rate="30 %", natures="rd_experimentale")
    parts = (
        Part(instrument=Instrument.GRANT, share=Decimal("0.2")),
        Part(instrument=Instrument.REPAYABLE_ADVANCE, share=Decimal("0.8")),
    )
    mixed = replace(mixed, advantage=replace(mixed.advantage, parts=parts))
    found = plan(project(rd_experimentale=300_000), mixed, CIR, **FIRM)
    assert given(found) == {
        ("mixte", RDI, "rd_experimentale"): 90_000,
        (CIR.id, "hors_aide", "rd_experimentale"): 63_000,
    }


def test_the_second_audit_refuses_a_credit_on_the_gross_base():
    """The catalogue's file says that the base is net: 90 000 € of each are caught without the problem."""
    subject = project(rd_experimentale=300_000)
    grant = scheme("subvention", RDI, rate="30 %", natures="rd_experimentale")
    schemes = replace(catalogue(), dispositifs={**catalogue().dispositifs, grant.id: grant})
    found = plan(subject, grant, CIR, **FIRM)
    facts = {**facts_of(subject, **FIRM), f"confirme:{CIR.id}:1": True}

    def breaches(lines):
        return audit_against_catalogue(
            replace(found, lines=lines), project=subject, facts=facts, catalogue=schemes, on=ON
        )

    assert not breaches(found.lines)
    gross = tuple(replace(line, amount=90_000) for line in found.lines)
    (breach,) = breaches(gross)
    assert breach.rule == "assiette"
    assert "63000.00 €" in breach.detail


@pytest.mark.parametrize("credit", [CIR, CII])
def test_every_tax_credit_of_the_plan_is_net_of_subsidies(credit):
    assert credit.advantage.net_of_subsidies
