"""Advisers and the projects that they accompany, in the workbook: read from lines, and written as lines."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from rebond.adapters.workbook.references import tell
from rebond.adapters.workbook.report import Report
from rebond.adapters.workbook.tables import Row, Table
from rebond.adapters.workbook.template import Row as Written
from rebond.adapters.workbook.wording import fold
from rebond.facts import (
    UNKNOWN,
    Accompaniment,
    AccompanimentOutcome,
    AdviceMeeting,
    PromisedEvidence,
    Promiser,
)
from rebond.reading.problem import Unreadable


def check_accompaniments(table: Table, report: Report) -> None:
    """A project has one adviser at a time; what is over says when, and what is not says no end."""
    seen: dict[str, int] = {}
    for row in table.rows:
        if not row.is_sound("projet", "issue", "clos_le"):
            continue
        if row.text("issue"):
            continue
        if row.get("clos_le") is not UNKNOWN:
            problem = "accompagnement clos sans issue"
            tell(row, "issue", Unreadable(problem, "écrire l'issue, ou effacer la date de clôture"), report)
        first = seen.setdefault(fold(row.text("projet")), row.number)
        if first != row.number:
            problem = f"le projet a déjà un conseil, à la ligne {first}"
            tell(row, "projet", Unreadable(problem, "écrire l'issue de l'un des deux"), report)


def accompaniment(row: Row, promises: Iterable[Row]) -> Accompaniment:
    """One adviser with one project, with the evidence that was promised."""
    outcome = row.text("issue")
    return Accompaniment(
        id=row.text("id"),
        project_id=row.text("projet"),
        adviser=row.text("conseil"),
        contact=row.text("interlocuteur"),
        opened_on=row.value("ouvert_le"),
        review_on=row.value("point_le"),
        promises=tuple(map(_promise, promises)),
        outcome=AccompanimentOutcome(outcome) if outcome else UNKNOWN,
        closed_on=row.value("clos_le"),
        reason=row.text("motif"),
    )


def accompaniment_row(said: Accompaniment) -> Written:
    """It, as the workbook writes it."""
    return {
        "id": said.id,
        "projet": said.project_id,
        "conseil": said.adviser,
        "interlocuteur": said.contact,
        "ouvert_le": said.opened_on,
        "point_le": said.review_on,
        "issue": UNKNOWN if said.outcome is UNKNOWN else said.outcome.value,
        "clos_le": said.closed_on,
        "motif": said.reason,
    }


def _promise(row: Row) -> PromisedEvidence:
    return PromisedEvidence(
        criterion=row.text("critere"),
        level=row.value("niveau"),
        by=Promiser(row.text("par")),
        before=row.value("avant_le"),
    )


def promise_rows(said: Accompaniment, criteria: Collection[str]) -> Iterator[Written]:
    """What was promised; a criterion that the grid no longer has is left out."""
    for each in said.promises:
        if each.criterion in criteria:
            yield {
                "accompagnement": said.id,
                "critere": each.criterion,
                "niveau": each.level,
                "par": each.by.value,
                "avant_le": each.before,
            }


def meeting(row: Row) -> AdviceMeeting:
    """What was agreed one day."""
    return AdviceMeeting(
        accompaniment_id=row.text("accompagnement"),
        number=row.value("numero"),
        on=row.value("date"),
        who=row.text("presents"),
        agreed=row.text("convenu"),
        next=row.text("suite"),
        organisation=row.text("organisme"),
        by=row.text("par"),
    )


def meeting_row(said: AdviceMeeting) -> Written:
    """It, as the workbook writes it."""
    return {
        "accompagnement": said.accompaniment_id,
        "numero": said.number,
        "date": said.on,
        "presents": said.who,
        "convenu": said.agreed,
        "suite": said.next,
        "organisme": said.organisation,
        "par": said.by,
    }
