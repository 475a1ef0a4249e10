"""What is well written in a mission and yet seldom is: the questions, where each is mended, the answers given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from rebond.facts import Census, Confirmation
from rebond.history import ABSENT, Kind, rows_of
from rebond.plausibility import Examination, Finding, SubjectKind
from rebond.restitution.typography import typeset
from rebond.study.rulebook import examine_census
from rebond.web.accounts.models import User
from rebond.web.editing.opened import facts_of
from rebond.web.financing.study import current_rulebook
from rebond.web.journal.models import Entry
from rebond.web.missions.models import Mission

_COSTS = "depenses"
_PAGES: Mapping[SubjectKind, tuple[str, str]] = {
    SubjectKind.FIRM: ("editing:firm", "entreprises"),
    SubjectKind.INTERVIEW: ("editing:interview", "entretiens"),
    SubjectKind.PROJECT: ("editing:project", "projets"),
    SubjectKind.AID: ("editing:aid", "aides"),
}
"""Where a row is corrected, and the sheet of its fields."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A finding as people read it."""

    finding: Finding
    sentence: str
    where: str
    mend: str
    url: str
    """Of the field to correct."""
    reason: str = ""
    """Why someone said that it is exact."""

    @property
    def anchor(self) -> str:
        """Names it on a page."""
        return f"q-{self.finding.mark}"

    @property
    def key(self) -> str:
        """Names it in a form where several are ticked."""
        return f"{self.finding.kind.value}/{self.finding.subject}/{self.finding.mark}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checks:
    """Everything found, or all that is about some rows."""

    faults: tuple[Check, ...]
    questions: tuple[Check, ...]
    answered: tuple[Check, ...]
    remarks: tuple[Check, ...]

    @property
    def is_silent(self) -> bool:
        """Whether nothing was found."""
        return not (self.faults or self.questions or self.answered or self.remarks)


def examined(mission: Mission, census: Census | None = None) -> Examination:
    """The facts of now (``census``: those that are looked at), examined on the committee's day, as its studies are."""
    census = census or facts_of(mission)
    return examine_census(census, current_rulebook(), on=census.settings.committee_on)


def checks_of(
    user: User | AnonymousUser,
    mission: Mission,
    *,
    about: Iterable[tuple[SubjectKind, str]] | None = None,
    census: Census | None = None,
) -> Checks:
    """What was found; ``about``: on those rows alone, in a ``census`` that holds what they are compared with."""
    found = examined(mission, census)
    rows = None if about is None else set(about)
    reasons = _reasons(user, mission) if found.answered else {}

    def told(findings: Iterable[Finding]) -> tuple[Check, ...]:
        return tuple(
            _check(mission, each, reasons) for each in findings if rows is None or (each.kind, each.subject) in rows
        )

    return Checks(
        faults=told(found.faults),
        questions=told(found.questions),
        answered=told(found.answered),
        remarks=told(found.remarks),
    )


def of_sheet(census: Census, kind: SubjectKind, ref: str) -> list[tuple[SubjectKind, str]]:
    """The rows that a sheet shows: a firm with its interviews and aids, a project alone."""
    rows = [(kind, ref)]
    if kind is SubjectKind.FIRM:
        rows += [(SubjectKind.INTERVIEW, each.id) for each in census.interviews if each.firm_id == ref]
        rows += [(SubjectKind.AID, each.id) for each in census.aids if each.firm_id == ref]
    return rows


def answered_row(finding: Finding, *, by: str, on: date) -> tuple[tuple[Kind, str], Confirmation]:
    """The answer « c'est exact » to a question, as the census holds it, with what names it."""
    # A workbook holds several answers in a cell, apart by semicolons and line breaks.
    name = " ".join(by.replace(";", ",").split())
    row = Confirmation(kind=finding.kind.value, subject=finding.subject, marks=(finding.mark,), by=name, on=on)
    return (Kind.CONFIRMATION, f"{row.kind}/{row.subject}/{finding.mark}"), row


def without_answer(census: Census, finding: Finding) -> dict[tuple[Kind, str], object]:
    """The answers of a mission without the one to this question: others given in the same words stay."""
    wanted: dict[tuple[Kind, str], object] = {}
    for key, row in rows_of(census).items():
        if not isinstance(row, Confirmation) or finding.mark not in row.marks:
            continue
        if (row.kind, row.subject) != (finding.kind.value, finding.subject):
            continue
        wanted[key] = ABSENT
        if left := tuple(mark for mark in row.marks if mark != finding.mark):
            wanted[Kind.CONFIRMATION, f"{row.kind}/{row.subject}/{'+'.join(left)}"] = replace(row, marks=left)
    return wanted


def _check(mission: Mission, finding: Finding, reasons: Mapping[str, str]) -> Check:
    ref = f"{finding.kind.value}/{finding.subject}/{finding.mark}"
    return Check(
        finding=finding,
        sentence=typeset(finding.sentence),
        where=typeset(finding.where[:1].upper() + finding.where[1:]),
        mend=typeset(finding.mend),
        url=_url(mission, finding),
        reason=reasons.get(ref, "") if finding.answer and finding.answer.marks == (finding.mark,) else "",
    )


def _url(mission: Mission, finding: Finding) -> str:
    if finding.kind not in _PAGES:
        return reverse("editing:settings", args=[mission.slug])
    view, sheet = _PAGES[finding.kind]
    if finding.column == _COSTS:
        return reverse("editing:costs", args=[mission.slug, finding.subject])
    at = reverse(view, args=[mission.slug, finding.subject])
    return f"{at}#{sheet}-0-{finding.column}" if finding.column else at


def _reasons(user: User | AnonymousUser, mission: Mission) -> dict[str, str]:
    """Why, by answer: the reason of the last gesture on it."""
    rows = Entry.objects.visible_to(user).of(mission).filter(kind=Kind.CONFIRMATION.value)
    return dict(rows.order_by("position").values_list("ref", "reason"))
