"""The audit against the catalogue refuses by itself what the law refuses, without the problem given to the engine.

Each plan is first found legal, then broken by one euro or one fact.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from rebond.dispositifs.model import Dispositif, Instrument, LoanTerms
from rebond.facts import UNKNOWN, AidObtained, FactValue, FunderRequest, Maybe, Project
from rebond.financing.auditing.catalogue import audit_against_catalogue
from rebond.financing.plan.certainty import Certainty
from rebond.financing.plan.model import FinancingPlan, PlanLine
from rebond.units import Euros
from tests.law.worked import AFR, ART_17, DE_MINIMIS, ON, catalogue, facts_of, given, plan, project, scheme

REGIONAL = scheme("afr", AFR)
MARKET_LOAN = scheme("pret", "hors_aide", instrument=Instrument.LOAN, loan=LoanTerms(gge_method="marche"))
SMALL: dict[str, FactValue] = {"taille_ue": "petite"}


def broken(
    found: FinancingPlan,
    subject: Project,
    schemes: Sequence[Dispositif],
    *,
    aids: Sequence[AidObtained] = (),
    room: Maybe[Euros] = UNKNOWN,
    **facts: FactValue,
) -> set[str]:
    """The rules that the second audit says are broken."""
    widened = replace(catalogue(), dispositifs={item.id: item for item in schemes})
    breaches = audit_against_catalogue(
        found,
        project=subject,
        facts=facts_of(subject, **{**SMALL, **facts}),
        catalogue=widened,
        on=ON,
        aids=aids,
        room=room,
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


def test_a_firm_line_on_an_unknown_condition_is_a_breach():
    """Nobody said whether the firm is in difficulty: the aid is possible, and nobody signs for it."""
    subject = project(materiel=1_000_000)
    found = plan(subject, REGIONAL, taille_ue="petite")
    assert broken(found, subject, [REGIONAL], en_difficulte=UNKNOWN) == set()
    signed = replace(found, lines=tuple(replace(line, state=Certainty.FIRM) for line in found.lines))
    assert "thresholds" in broken(signed, subject, [REGIONAL], en_difficulte=UNKNOWN)


def test_a_split_investment_is_checked_as_one():
    """A part of 30 M€ in an investment of 60 M€: 15 % and not 35 % (art. 14(13) and the SME bonus up to 50 M€)."""
    subject = project(materiel=30_000_000)
    found = plan(subject, REGIONAL, taille_ue="petite")
    assert found.aid == Decimal(10_500_000)
    assert broken(found, subject, [REGIONAL]) == set()
    assert broken(found, subject, [REGIONAL], couts_projet_unique=Decimal(60_000_000)) == {"intensity", "cumulation"}


def before(regime: str, euros: int, nature: str = "") -> AidObtained:
    """Aid granted in 2025 for the project."""
    return AidObtained(
        id="A", firm_id="F", funder="region-grand-est", label="", regime=regime, granted_on=date(2025, 3, 1),
        amount=Decimal(euros), project_id="P", nature=nature,
    )  # fmt: skip


def test_aid_of_the_past_takes_its_place_under_the_intensity_of_its_regime():
    """150 000 € of art. 17 in 2025 on 1 M€ leave 50 000 €."""
    schemes, past = [scheme("pme", ART_17)], [before(ART_17, 150_000)]
    subject = project(materiel=1_000_000)
    found = plan(subject, *schemes, aids=past, taille_ue="petite")
    assert found.aid == 50_000
    assert broken(found, subject, schemes, aids=past) == set()
    assert broken(with_more(found, "pme", 1), subject, schemes, aids=past) == {"intensity", "cumulation"}


def test_aid_of_the_past_brings_its_ceiling_to_the_cumulation():
    """100 000 € of art. 17 in 2025 on 1 M€: 20 % in all, of which 100 000 € may be de minimis."""
    schemes, past = [scheme("simple", DE_MINIMIS)], [before(ART_17, 100_000)]
    subject = project(materiel=1_000_000)
    found = plan(subject, *schemes, aids=past, room=300_000, taille_ue="petite")
    assert found.aid == 100_000
    assert broken(found, subject, schemes, aids=past, room=Decimal(300_000)) == set()
    more = with_more(found, "simple", 1)
    assert broken(more, subject, schemes, aids=past, room=Decimal(300_000)) == {"cumulation"}


def test_regional_aid_of_the_past_keeps_the_firms_quarter_in_the_second_audit_too():
    """350 000 € of regional aid in 2025 on 1 M€: a public loan of 400 000 €, and not one euro more."""
    schemes, past = [MARKET_LOAN], [before(AFR, 350_000)]
    subject = project(materiel=1_000_000)
    found = plan(subject, *schemes, aids=past, taille_ue="petite")
    assert broken(found, subject, schemes, aids=past) == set()
    assert broken(with_more(found, "pret", 1), subject, schemes, aids=past) == {"own_contribution"}


def test_aid_of_the_past_and_the_plan_stay_within_the_cost():
    schemes, past = [MARKET_LOAN], [before("hors_aide", 450_000)]
    subject = project(materiel=1_000_000)
    found = plan(subject, *schemes, aids=past, taille_ue="petite")
    assert found.support == 550_000
    assert broken(found, subject, schemes, aids=past) == set()
    assert broken(with_more(found, "pret", 1), subject, schemes, aids=past) == {"cost"}


def test_a_subsidy_of_the_past_lowers_the_base_of_a_tax_credit():
    """30 % of 300 000 € less 100 000 € granted in 2025: 60 000 €."""
    credit = scheme("credit", "hors_aide", rate="30 %", natures="rd_experimentale", instrument=Instrument.TAX_CREDIT)
    credit = replace(credit, advantage=replace(credit.advantage, net_of_subsidies=True))
    subject, past = project(rd_experimentale=300_000), [before("rgec_25_rdi", 100_000)]
    found = plan(subject, credit, aids=past, taille_ue="petite")
    assert found.support == 60_000
    assert broken(found, subject, [credit], aids=past) == set()
    assert broken(with_more(found, "credit", 1), subject, [credit], aids=past) == {"assiette"}


def test_aid_of_the_past_shared_by_several_lines_is_no_breach_by_its_cents():
    """A third of 30 000,01 € is 10 000,00 € to the cent and a third of a cent more: 50 000 € are left on the line."""
    schemes = [scheme("pme", ART_17, natures="materiel batiment")]
    past = [replace(before(ART_17, 0), amount=Decimal("30000.01"))]
    subject = project(materiel=300_000, batiment=600_000)
    found = plan(subject, *schemes, aids=past, taille_ue="petite")
    assert given(found)["pme", ART_17, "materiel"] == 50_000
    assert broken(found, subject, schemes, aids=past) == set()


def test_the_account_is_checked_and_an_unknown_one_gives_nothing():
    schemes, subject = [scheme("simple", DE_MINIMIS)], project(materiel=1_000_000)
    found = plan(subject, *schemes, room=200_000, taille_ue="petite")
    assert broken(found, subject, schemes, room=Decimal(200_000)) == set()
    assert broken(with_more(found, "simple", 1), subject, schemes, room=Decimal(200_000)) == {"de_minimis"}
    assert broken(found, subject, schemes, room=UNKNOWN) == {"de_minimis"}


def test_each_funder_is_judged_on_its_own_request():
    """The Region was asked the day after the order, whatever the date given for the whole project."""
    schemes, subject = [scheme("pme", ART_17)], project(materiel=1_000_000)
    found = plan(subject, *schemes, taille_ue="petite")
    begun = replace(subject, works_started=True, first_order_on=date(2026, 5, 1), applied_on=date(2026, 4, 1))
    late = replace(begun, requests=(FunderRequest(funder="region-grand-est", applied_on=date(2026, 5, 2)),))
    assert broken(found, begun, schemes) == set()
    assert broken(found, late, schemes) == {"incentive_effect"}


def test_a_loan_has_no_points_for_advances():
    """RGEC art. 7(5) is for repayable advances: art. 17 stays at 20 % for a loan counted at its nominal amount."""
    terms = LoanTerms(years=5, rate=Decimal("0.05"), gge_method="declare", gge_share=Decimal(1))
    schemes = [scheme("pret", ART_17, instrument=Instrument.LOAN, loan=terms)]
    subject = project(materiel=1_000_000)
    found = plan(subject, *schemes, taille_ue="petite")
    assert found.aid == 200_000
    assert broken(with_more(found, "pret", 1), subject, schemes) == {"intensity", "cumulation"}


def test_regional_aid_of_the_past_brings_the_ceiling_of_the_whole_investment():
    """A part of 30 M€ in an investment of 60 M€: 15 %, 4.5 M€; 4.4 M€ of them granted in 2025 leave 100 000 €."""
    schemes, past = [scheme("simple", DE_MINIMIS)], [before(AFR, 4_400_000)]
    subject, whole = project(materiel=30_000_000), Decimal(60_000_000)
    found = plan(subject, *schemes, aids=past, room=300_000, taille_ue="petite", couts_projet_unique=whole)
    assert found.aid == 100_000
    room = Decimal(300_000)
    assert broken(found, subject, schemes, aids=past, room=room, couts_projet_unique=whole) == set()
    more = with_more(found, "simple", 1)
    assert broken(more, subject, schemes, aids=past, room=room, couts_projet_unique=whole) == {"cumulation"}


def firm(found: FinancingPlan) -> FinancingPlan:
    """The same plan, every line said firm."""
    return replace(found, lines=tuple(replace(line, state=Certainty.FIRM) for line in found.lines))


def test_a_line_said_firm_while_the_sentences_of_its_regime_wait_is_refused():
    """The dispositif says yes; art. 17 still has sentences that nobody confirmed."""
    schemes, subject = [scheme("pme", ART_17, rate="10 %")], project(materiel=1_000_000)
    found = plan(subject, *schemes, taille_ue="petite")
    assert found.lines
    assert found.lines[0].state is not Certainty.FIRM
    assert broken(found, subject, schemes) == set()
    assert broken(firm(found), subject, schemes) == {"certainty"}


def test_two_regimes_whose_objects_differ_never_share_a_line():
    """Waste heat is art. 38, renewable heat art. 41: what one pays, the other does not."""
    regimes = catalogue().regimes
    assert regimes["rgec_38_efficacite_energetique"].object != regimes["rgec_41_energies_renouvelables"].object
    assert not regimes[ART_17].object


def test_support_beyond_the_need_is_refused():
    schemes, subject = [MARKET_LOAN], replace(project(materiel=1_000_000), own_financing=Decimal(700_000))
    found = plan(subject, *schemes, taille_ue="petite")
    assert found.support == 300_000
    assert broken(with_more(found, "pret", 1), subject, schemes) == {"need"}
