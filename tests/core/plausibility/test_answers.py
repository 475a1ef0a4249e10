"""« Oui, c'est exact »: kept with who and when, for the values that it vouches for and no others."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from rebond.facts import Census, Confirmation
from rebond.plausibility import Examination, alerts
from rebond.reading.confirmation import read_answers
from rebond.reading.problem import Unreadable
from tests.core.plausibility.conftest import AID, CENSUS, PROJECT, Examiner

MANY_JOBS = replace(CENSUS, projects=(replace(PROJECT, jobs_created=90),))


def answered(census: Census, found: Examination) -> Census:
    answers = tuple(
        Confirmation(kind=each.kind, subject=each.subject, marks=(each.mark,), by="P. Martin", on=date(2026, 9, 1))
        for each in found.questions
    )
    return replace(census, confirmations=answers)


def test_an_answer_settles_its_question_and_is_listed_with_who_and_when(examiner: Examiner) -> None:
    found = examiner.of(answered(MANY_JOBS, examiner.of(MANY_JOBS)))
    assert found.questions == ()
    (settled,) = found.answered
    assert settled.answer is not None
    assert (settled.answer.by, settled.answer.on) == ("P. Martin", date(2026, 9, 1))


def test_a_value_changed_after_the_answer_asks_again_and_says_so(examiner: Examiner) -> None:
    census = answered(MANY_JOBS, examiner.of(MANY_JOBS))
    found = examiner.of(census, projects=(replace(PROJECT, jobs_created=91),))
    assert [each.code for each in found.questions] == ["emplois_crees_effectif"]
    assert [each.code for each in found.remarks] == ["reponse_sans_objet"]


def test_an_answer_on_another_row_settles_nothing(examiner: Examiner) -> None:
    census = answered(MANY_JOBS, examiner.of(MANY_JOBS))
    moved = tuple(replace(each, subject="P009") for each in census.confirmations)
    assert len(examiner.of(census, confirmations=moved).questions) == 1


def test_an_answer_about_an_aid_holds_when_rows_are_sorted(examiner: Examiner) -> None:
    """Aids have no identifier but their rank: the mark does not depend on it."""
    old = replace(AID, granted_on=date(2020, 1, 1))
    (first,) = examiner.of(aids=(old,)).questions
    (again,) = examiner.of(aids=(replace(old, id="A007"),)).questions
    assert first.mark == again.mark


def test_a_fault_is_never_answered(examiner: Examiner) -> None:
    wrong = replace(CENSUS, projects=(replace(PROJECT, ends_on=date(2026, 11, 1)),))
    (fault,) = examiner.of(wrong).faults
    answer = Confirmation(kind=fault.kind, subject=fault.subject, marks=(fault.mark,), by="P. M.", on=date(2026, 9, 1))
    found = examiner.of(wrong, confirmations=(answer,))
    assert [each.code for each in found.faults] == ["fin_avant_debut"]
    assert found.answered == ()


def test_open_questions_and_full_accounts_are_among_the_alerts(examiner: Examiner) -> None:
    over = replace(CENSUS, aids=(replace(AID, amount=Decimal(400_000)),))
    both = replace(over, projects=MANY_JOBS.projects)
    account, questions = alerts(examiner.of(both))
    assert "au-delà du plafond" in account
    assert questions.startswith("2 questions de vraisemblance sont sans réponse")
    assert "90 emplois créés" in questions
    settled = examiner.of(answered(both, examiner.of(both)))
    (account,) = alerts(settled)
    assert account.endswith("Confirmé par P. Martin le 01/09/2026.")


def test_several_answers_stand_in_one_cell() -> None:
    first, second = read_answers("oui K7F3Q AB2CD, P. Martin, 12/11/2026 ; Oui zz234, Mme Roy, CCI, 1/12/2026")
    assert (first.marks, first.by, first.on) == (("K7F3Q", "AB2CD"), "P. Martin", date(2026, 11, 12))
    assert (second.marks, second.by) == (("ZZ234",), "Mme Roy, CCI")


@pytest.mark.parametrize(
    "text",
    [
        "oui",
        "non",
        "oui, P. Martin, 12/11/2026",
        "oui K7F3Q, P. Martin",
        "oui K7F3Q, P. Martin, 31/02/2026",
        "oui K7, P. Martin, 1/1/2026",
    ],
)
def test_an_answer_without_question_name_or_date_is_no_answer(text: str) -> None:
    with pytest.raises(Unreadable):
        read_answers(text)
