"""A whole census examined: every check, with the answers that people gave."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from rebond.facts import Census, Confirmation
from rebond.plausibility.accounts import check_accounts
from rebond.plausibility.dates import check_dates
from rebond.plausibility.doubles import check_doubles
from rebond.plausibility.ground import Ground, Subject
from rebond.plausibility.ids import check_identifiers
from rebond.plausibility.model import Examination, Finding, Severity, SubjectKind
from rebond.plausibility.money import check_money
from rebond.plausibility.past_aid import check_past_aid
from rebond.plausibility.rules import PlausibilityRules
from rebond.regimes.model import Regime

_TOLD_WHOLE = 5
_CHECKS = (check_identifiers, check_doubles, check_dates, check_accounts, check_money, check_past_aid)


def examine(census: Census, rules: PlausibilityRules, *, regimes: Mapping[str, Regime], on: date) -> Examination:
    """What is impossible, to confirm, or worth knowing in a census examined at a date.

    Nothing is dropped nor mended: the census is not touched. A question is answered by the confirmation of its row
    that bears its mark; the mark follows the values, so that a value changed after the answer asks again.
    """
    ground = Ground(census=census, rules=rules, regimes=regimes, on=on)
    answers = {(each.kind, each.subject, mark): each for each in census.confirmations for mark in each.marks}
    used: set[tuple[str, str, str]] = set()
    found: list[Finding] = []
    for check in _CHECKS:
        for finding in check(ground):
            key = (finding.kind.value, finding.subject, finding.mark)
            answer = answers.get(key) if finding.severity is Severity.QUESTION else None
            if answer is not None:
                used.add(key)
            found.append(replace(finding, answer=answer))
    found.extend(_idle(ground, used))
    return Examination(
        faults=tuple(each for each in found if each.severity is Severity.FAULT),
        questions=tuple(each for each in found if each.severity is Severity.QUESTION and each.answer is None),
        answered=tuple(each for each in found if each.answer is not None),
        remarks=tuple(each for each in found if each.severity is Severity.REMARK),
    )


def _idle(ground: Ground, used: set[tuple[str, str, str]]) -> Iterator[Finding]:
    """Answers to no question: the value was changed since, or the rule no longer asks."""
    for answer in ground.census.confirmations:
        for mark in answer.marks:
            if (answer.kind, answer.subject, mark) not in used:
                subject = _subject(answer)
                yield ground.found(
                    "reponse_sans_objet",
                    subject,
                    [mark, answer.by, answer.on],
                    marque=mark,
                    par=answer.by,
                    date=answer.on,
                )


def _subject(answer: Confirmation) -> Subject:
    kind = SubjectKind(answer.kind)
    return Subject(kind, answer.subject, f"{kind.value} {answer.subject}".strip())


def alerts(examination: Examination) -> Iterator[str]:
    """What a reader of the mission's figures must know of what was found: the open questions, and what is loud."""
    loud = [each for each in examination.all if each.loud]
    for finding in loud:
        said = f" Confirmé par {finding.answer.by} le {finding.answer.on:%d/%m/%Y}." if finding.answer else ""
        yield f"{finding.where[:1].upper()}{finding.where[1:]} : {finding.sentence}.{said}"
    left = [each for each in examination.questions if not each.loud]
    if left:
        number = len(examination.questions)
        many = f"{number} questions de vraisemblance sont" if number > 1 else "Une question de vraisemblance est"
        # A page of alerts is no list of work to do: `rebond census check` gives each question whole.
        told = [f"{each.where} : {each.sentence}" for each in left[:_TOLD_WHOLE]]
        listed = " ; ".join((*told, *(each.where for each in left[_TOLD_WHOLE:])))
        yield f"{many} sans réponse ; les chiffres reposent sur ces valeurs telles quelles. {listed}."
