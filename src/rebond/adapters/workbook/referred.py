"""What was sent to organisations and what became of it, in the workbook: read from a line, and written as one."""

from __future__ import annotations

from rebond.adapters.workbook.consistency import codes_of
from rebond.adapters.workbook.tables import Row
from rebond.adapters.workbook.template import Row as Written
from rebond.facts import ReferralState, ReferralStep, SentReferral


def referral(row: Row) -> SentReferral:
    """That a project was sent to an organisation."""
    return SentReferral(
        id=row.text("id"),
        project_id=row.text("projet"),
        organisation=row.text("organisation"),
        dispositifs=codes_of(row.text("dispositifs")),
        asked=row.value("montant"),
        why=row.text("pourquoi"),
        expected=row.text("attendu"),
        sent_on=row.value("envoyee_le"),
        answer_by=row.value("reponse_avant"),
        sent_by=row.text("par"),
        words=row.text("message"),
    )


def referral_row(sent: SentReferral) -> Written:
    """It, as the workbook writes it."""
    return {
        "id": sent.id,
        "projet": sent.project_id,
        "organisation": sent.organisation,
        "dispositifs": ", ".join(sent.dispositifs),
        "montant": sent.asked,
        "pourquoi": sent.why,
        "attendu": sent.expected,
        "envoyee_le": sent.sent_on,
        "reponse_avant": sent.answer_by,
        "par": sent.sent_by,
        "message": sent.words,
    }


def step(row: Row) -> ReferralStep:
    """What was said or done of a referral."""
    return ReferralStep(
        referral_id=row.text("orientation"),
        number=row.value("numero"),
        state=ReferralState(row.text("etat")),
        on=row.value("date"),
        dispositif=row.text("dispositif"),
        asked=row.value("demande"),
        granted=row.value("accorde"),
        paid=row.value("verse"),
        jobs=row.value("emplois"),
        by=row.text("par"),
        reason=row.text("motif"),
        answer_by=row.value("reponse_avant"),
    )


def step_row(said: ReferralStep) -> Written:
    """It, as the workbook writes it."""
    return {
        "orientation": said.referral_id,
        "numero": said.number,
        "etat": said.state.value,
        "date": said.on,
        "dispositif": said.dispositif,
        "demande": said.asked,
        "accorde": said.granted,
        "verse": said.paid,
        "emplois": said.jobs,
        "par": said.by,
        "motif": said.reason,
        "reponse_avant": said.answer_by,
    }
