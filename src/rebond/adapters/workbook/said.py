"""What people of the mission said of its rows, in the workbook: read from a line, and written as one.

Whether a partner's line is a project of the census, what projects split or joined became, what each assessor gave,
who stands aside.
"""

from __future__ import annotations

from rebond.adapters.workbook.tables import Row
from rebond.adapters.workbook.template import Row as Written
from rebond.facts import Descent, DescentAct, LinkAnswer, LinkDecision, Mark, Recusal

_ASIDE, _BACK = "deport", "levee"
"""What a line of the sheet of recusals says: the assessor stands aside, or no longer does."""


def link_decision(row: Row) -> LinkDecision:
    """What someone answered about a line of a partner."""
    return LinkDecision(
        entry_id=row.text("ligne"),
        firm_id=row.text("entreprise"),
        project_id=row.text("projet"),
        answer=LinkAnswer(row.text("reponse")),
        by=row.text("par"),
        on=row.value("date"),
        reason=row.text("motif"),
    )


def link_decision_row(said: LinkDecision) -> Written:
    """That answer, as the workbook writes it."""
    return {
        "ligne": said.entry_id,
        "entreprise": said.firm_id,
        "projet": said.project_id,
        "reponse": said.answer.value,
        "par": said.by,
        "date": said.on,
        "motif": said.reason,
    }


def descent(row: Row) -> Descent:
    """What a project or a firm became."""
    return Descent(
        act=DescentAct(row.text("geste")),
        origin=row.text("origine"),
        became=row.text("devient"),
        on=row.value("date"),
        by=row.text("par"),
        reason=row.text("motif"),
    )


def descent_row(said: Descent) -> Written:
    """It, as the workbook writes it."""
    return {
        "geste": said.act.value,
        "origine": said.origin,
        "devient": said.became,
        "date": said.on,
        "par": said.by,
        "motif": said.reason,
    }


def mark(row: Row) -> Mark:
    """What an assessor gave a project on a criterion."""
    return Mark(
        project_id=row.text("projet"),
        criterion=row.text("critere"),
        assessor=row.text("evaluateur"),
        number=row.value("numero"),
        score=row.value("note"),
        reason=row.text("motif"),
        on=row.value("date"),
    )


def mark_row(said: Mark) -> Written:
    """It, as the workbook writes it."""
    return {
        "projet": said.project_id,
        "critere": said.criterion,
        "evaluateur": said.assessor,
        "numero": said.number,
        "note": said.score,
        "motif": said.reason,
        "date": said.on,
    }


def recusal(row: Row) -> Recusal:
    """That an assessor stands aside for a firm, or no longer does."""
    return Recusal(
        firm_id=row.text("entreprise"),
        assessor=row.text("evaluateur"),
        number=row.value("numero"),
        aside=row.text("position") == _ASIDE,
        reason=row.text("motif"),
        by=row.text("par"),
        on=row.value("date"),
    )


def recusal_row(said: Recusal) -> Written:
    """It, as the workbook writes it."""
    return {
        "entreprise": said.firm_id,
        "evaluateur": said.assessor,
        "numero": said.number,
        "position": _ASIDE if said.aside else _BACK,
        "motif": said.reason,
        "par": said.by,
        "date": said.on,
    }
