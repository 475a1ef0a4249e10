"""The audit against the catalogue refuses by itself what the law refuses, without the problem given to the engine.

Each plan is first found legal, then broken by one euro or one fact.
"""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from rebond.dispositifs.model import Dispositif, Instrument, LoanTerms
from rebond.facts import UNKNOWN, FactValue, Project
from rebond.financing.audit_catalogue import audit_against_catalogue
from rebond.financing.plan import FinancingPlan, PlanLine
from tests.law.worked import AFR, ART_17, ON, catalogue, facts_of, plan, project, scheme

REGIONAL = scheme("afr", AFR)
MARKET_LOAN = scheme("pret", "hors_aide", instrument=Instrument.LOAN, loan=LoanTerms(gge_method="marche"))
SMALL: dict[str, FactValue] = {"taille_ue": "petite"}


def broken(found: FinancingPlan, subject: Project, schemes: Sequence[Dispositif], **facts: FactValue) -> set[str]:
    """The rules that the second audit says are broken."""
    widened = replace(catalogue(), dispositifs={item.id: item for item in schemes})
    breaches = audit_against_catalogue(
        found, project=subject, facts=facts_of(subject, **{**SMALL, **facts}), catalogue=widened, on=ON
    )
    return {breach.rule for breach in breaches}


def with_more(found: FinancingPlan, dispositif: str, euros: int) -> FinancingPlan:
    """The plan with more from one dispositif."""

    def raised(line: PlanLine) -> PlanLine:
        if line.dispositif != f"essai/{dispositif}":
            return line
        share = line.aid / line.amount
        return replace(line, amount=line.amount + euros, aid=(line.amount + euros) * share)

    return replace(found, lines=tuple(raised(line) for line in found.lines))


def test_an_intensity_of_its_own_is_checked_under_a_higher_one():
    """Art. 17 at 200 001 € of 1 M€, though art. 14 stands on the line with 35 %."""
    schemes = [scheme("pme", ART_17, rate="30 %"), scheme("afr", AFR, rate="10 %")]
    subject = project(materiel=1_000_000)
    found = plan(subject, *schemes, taille_ue="petite")
    assert broken(found, subject, schemes) == set()
    assert broken(with_more(found, "pme", 1), subject, schemes) == {"intensity"}


def test_the_firms_own_quarter_is_checked():
    """350 000 € of regional aid and 400 000 € of public loan: one euro more of the loan passes 75 % of 1 M€."""
    schemes = [REGIONAL, MARKET_LOAN]
    subject = project(materiel=1_000_000)
    found = plan(subject, *schemes, taille_ue="petite")
    assert broken(found, subject, schemes) == set()
    assert broken(with_more(found, "pret", 1), subject, schemes) == {"own_contribution"}


def test_a_notification_threshold_is_checked():
    """Art. 17: 8.25 M€ of aid and one euro."""
    schemes = [scheme("pme", ART_17)]
    subject = project(materiel=45_000_000)
    found = plan(subject, *schemes, taille_ue="petite")
    assert broken(found, subject, schemes) == set()
    assert broken(with_more(found, "pme", 1), subject, schemes) == {"thresholds"}


def test_an_unknown_condition_is_a_breach():
    """A plan may rest on no basis whose conditions are open: here nobody said whether the firm is in difficulty."""
    subject = project(materiel=1_000_000)
    found = plan(subject, REGIONAL, taille_ue="petite")
    assert broken(found, subject, [REGIONAL], en_difficulte=UNKNOWN) == {"thresholds"}


def test_a_split_investment_is_checked_as_one():
    """A part of 30 M€ in an investment of 60 M€: 15 % and not 35 % (art. 14(13) and the SME bonus up to 50 M€)."""
    subject = project(materiel=30_000_000)
    found = plan(subject, REGIONAL, taille_ue="petite")
    assert found.aid == Decimal(10_500_000)
    assert broken(found, subject, [REGIONAL]) == set()
    assert broken(found, subject, [REGIONAL], couts_projet_unique=Decimal(60_000_000)) == {"intensity", "cumulation"}
