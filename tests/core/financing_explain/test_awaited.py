"""What decides a support: who answers what, the decision day, the text that may be over, the advance to repay."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from rebond.data import data_folder
from rebond.dispositifs.model import Instrument, Part
from rebond.eligibility.choice import choose
from rebond.eligibility.secured_financing import LOANS, SecuredFinancing, financing_agreed
from rebond.eligibility.truth import Truth
from rebond.facts import UNKNOWN, Evidence, Maybe
from rebond.financing.context import study
from rebond.financing.explaining.awaited import FIRM, TEAM, State, awaited_of, ending_sentences
from rebond.financing.explaining.explain import Aside
from rebond.financing.explaining.open_paths import open_paths_of
from rebond.financing.plan.face_value import at_face_value, unborne_advance
from rebond.financing.plan.model import FinancingPlan
from rebond.referrals.desk_steps import desk_steps
from rebond.referrals.orient import load_orientation_rules
from rebond.units import Rate
from tests.core.financing_explain.test_what_if import CONTEXT, NOW, PROJECT

RULES = load_orientation_rules(data_folder() / "referentiels" / "orientation.yaml")
D = Decimal


def asking(*questions: str, law: str = "") -> tuple[tuple[State, str, str], ...]:
    """The conditions of a plan whose first support asks these questions alone."""
    line = replace(NOW.plan.lines[0], questions=questions, law_question=law)
    (awaited,) = awaited_of(replace(NOW, plan=replace(NOW.plan, lines=(line,))))
    return tuple((each.state, each.words, each.who) for each in awaited.questions)


def test_every_question_of_the_plan_is_among_its_conditions() -> None:
    counted = {line.dispositif: set(line.questions) for line in NOW.plan.lines}
    for support in awaited_of(NOW):
        assert len(support.questions) == len(counted[support.dispositif])


def test_the_funder_answers_for_its_rules_the_firm_for_its_facts_the_team_for_the_texts() -> None:
    assert NOW.plan.lines[0].funder == "region-grand-est"
    assert asking("à demander au financeur — Plafond d'aide ?") == (
        (State.TO_ASK, "Plafond d'aide ?", "Région Grand Est"),
    )
    assert asking("à renseigner — âge de l'entreprise") == ((State.TO_PROVE, "âge de l'entreprise", FIRM),)
    ((state, _, who),) = asking("à relire dans un texte — RGEC art. 47 : intensité de 50 %")
    assert (state, who) == (State.TO_READ, f"{TEAM}, dans le texte")
    ((state, _, who),) = asking("règlement prorogé", law="règlement prorogé")
    assert state is State.TO_READ
    assert TEAM in who
    ((state, _, who),) = asking("à établir — la maturité du projet")
    assert (state, who) == (State.TO_PROVE, f"{FIRM}, avec {TEAM}")


def test_a_decision_that_may_come_after_the_end_of_its_text_says_the_day_and_the_euros() -> None:
    """GBER articles end on 31 December 2026; the Région's delay is known to nobody."""
    (sentence,) = ending_sentences(awaited_of(NOW))
    assert "31/12/2026" in sentence
    then = study(replace(CONTEXT, on=date(2027, 2, 1)))
    surely = {text.surely for support in awaited_of(then) for text in support.ending}
    assert surely <= {True}


def an_advance(*, benefit: int) -> FinancingPlan:
    """A support of 100 of which 40 % is an advance."""
    parts = (
        Part(instrument=Instrument.GRANT, share=Rate("0.6")),
        Part(instrument=Instrument.REPAYABLE_ADVANCE, share=Rate("0.4")),
    )
    line = replace(NOW.plan.lines[0], amount=100, exact=None, benefit=D(benefit), parts=parts)
    return replace(NOW.plan, lines=(line,))


@pytest.mark.parametrize(("benefit", "told"), [(100, 40), (64, 0)])
def test_an_advance_counted_as_if_never_paid_back_is_told(benefit: int, told: int) -> None:
    assert at_face_value(an_advance(benefit=benefit)) == told


@pytest.mark.parametrize(("capacity", "told"), [(D(0), 40), (D(39), 40), (D(40), 0), (UNKNOWN, 0)])
def test_an_advance_to_a_firm_that_can_borrow_nothing_more_is_a_reserve(capacity: Maybe[Decimal], told: int) -> None:
    plan = an_advance(benefit=100)
    project = replace(PROJECT, borrowing_capacity=capacity)
    assert unborne_advance(project, plan) == told
    found = replace(NOW, context=replace(CONTEXT, project=project), plan=plan)
    asked = [each for each in awaited_of(found)[0].of(State.TO_PROVE) if "capacité d'emprunt déclarée" in each.words]
    assert bool(asked) is bool(told)


@pytest.mark.parametrize(("level", "agreed"), [(2, False), (3, True), (UNKNOWN, UNKNOWN)])
def test_a_loan_is_granted_when_the_bank_agreed_and_declared_until_then(level: Maybe[int], agreed: Maybe[bool]) -> None:
    project = replace(PROJECT, evidence=(Evidence(criterion="financement", level=level, proof="banques consultées"),))
    assert financing_agreed(project) is agreed
    labels = {LOANS: "Emprunts bancaires accordés", "acquis_autofinancement": "Autofinancement acquis"}
    secured = SecuredFinancing(total=D(100), given={LOANS: D(60), "acquis_autofinancement": D(40)})
    own, loan = secured.parts(labels, agreed=agreed)
    assert own.label == "Autofinancement acquis"
    assert (loan.label == "Emprunts bancaires accordés") is (agreed is True)
    assert ("déclarés" in loan.label) is (agreed is not True)


def test_the_steps_are_those_of_the_referrals_what_precedes_an_order_first() -> None:
    steps = desk_steps(NOW, RULES, operator="bpifrance", committee_on=date(2026, 10, 5))
    assert "Région Grand Est" in {step.organisation for step in steps}
    assert [step.before_order for step in steps] == sorted((step.before_order for step in steps), reverse=True)
    assert all(step.before > date(2026, 10, 5) for step in steps)


def test_only_what_is_open_or_one_answer_away_is_named_the_rest_is_counted() -> None:
    several = next(v for v in NOW.verdicts if v.truth is Truth.UNKNOWN and len(v.missing) > 1)
    one = replace(several, missing=several.missing[:1])
    aside = (Aside(dispositif=several.dispositif, title="Essai", reason="n'ajouterait rien"),)
    assert open_paths_of(NOW, aside).quantified == ()
    assert open_paths_of(NOW, aside).quantified_others == 1
    (path,) = open_paths_of(replace(NOW, verdicts=(one,)), aside).quantified
    assert path.answer
    (path,) = open_paths_of(replace(NOW, verdicts=(replace(one, truth=Truth.YES, missing=()),)), aside).quantified
    assert path.answer == ""


def test_what_is_for_firms_in_difficulty_is_not_named_to_a_firm_of_which_nobody_knows() -> None:
    """The CODEFI in a plan handed to a healthy firm's bank does harm."""
    found = study(replace(CONTEXT, firm=replace(CONTEXT.firm, in_difficulty=UNKNOWN)))
    codefi = next(v for v in found.verdicts if v.dispositif.startswith("codefi-"))
    assert codefi.truth is Truth.UNKNOWN
    paths = open_paths_of(found, (Aside(dispositif=codefi.dispositif, title="CODEFI", reason="sans montant"),))
    assert "CODEFI" not in {path.title for path in (*paths.quantified, *paths.unquantified)}


def test_a_large_firm_reads_the_source_of_its_own_rate_and_not_those_of_smaller_ones() -> None:
    """The Fonds Chaleur has a rate by size: three sources under one figure say nothing of which was used."""
    seen = 0
    for offer in NOW.problem.projects[0].offers:
        key = offer.id
        advantage = CONTEXT.catalogue.dispositifs[key].advantage
        rows = advantage.rate
        chosen = choose(rows, NOW.facts, CONTEXT.on)
        if chosen.settled and chosen.row is not None and len(rows) > 1:
            seen += 1
            others = {row.source for row in rows} - {chosen.row.source}
            caps = (*advantage.aid_cap, *advantage.base_cap)
            assert chosen.row.source in offer.sources
            assert not (others - {row.source for row in caps}) & set(offer.sources)
    assert seen
