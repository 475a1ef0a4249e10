"""The actions of the roadmap and their progress, in the workbook: read from a line, and written as one."""

from __future__ import annotations

from collections.abc import Iterable

from rebond.adapters.workbook.tables import Row
from rebond.adapters.workbook.template import Row as Written
from rebond.facts import UNKNOWN, ActionPriority, ActionProgress, ActionStatus, RoadmapAction


def action(row: Row) -> RoadmapAction:
    """An action adopted, or set aside."""
    priority = row.value("priorite")
    return RoadmapAction(
        id=row.text("id"),
        proposal=row.text("proposition"),
        axis=row.text("axe"),
        title=row.text("intitule"),
        why=row.text("pourquoi"),
        owner=row.text("pilote"),
        owner_person=row.text("personne"),
        partners=_listed(row.text("partenaires")),
        budget=row.value("budget"),
        paid_by=_listed(row.text("payeurs")),
        starts_on=row.value("debut"),
        ends_on=row.value("fin"),
        status=ActionStatus(row.text("etat")),
        status_reason=row.text("motif_etat"),
        priority=UNKNOWN if priority is UNKNOWN else ActionPriority(priority),
        indicator=row.text("indicateur"),
        unit=row.text("unite"),
        baseline=row.value("depart"),
        target=row.value("cible"),
        target_on=row.value("date_cible"),
        needs=_listed(row.text("besoins")),
        projects=_listed(row.text("projets")),
        adopted_on=row.value("date_decision"),
        adopted_by=row.text("par"),
    )


def action_row(said: RoadmapAction) -> Written:
    """It, as the workbook writes it."""
    return {
        "id": said.id,
        "proposition": said.proposal,
        "axe": said.axis,
        "intitule": said.title,
        "pourquoi": said.why,
        "pilote": said.owner,
        "personne": said.owner_person,
        "partenaires": _joined(said.partners),
        "budget": said.budget,
        "payeurs": _joined(said.paid_by),
        "debut": said.starts_on,
        "fin": said.ends_on,
        "etat": said.status.value,
        "motif_etat": said.status_reason,
        "priorite": UNKNOWN if said.priority is UNKNOWN else said.priority.value,
        "indicateur": said.indicator,
        "unite": said.unit,
        "depart": said.baseline,
        "cible": said.target,
        "date_cible": said.target_on,
        "besoins": _joined(said.needs),
        "projets": _joined(said.projects),
        "date_decision": said.adopted_on,
        "par": said.adopted_by,
    }


def progress(row: Row) -> ActionProgress:
    """What was said of an action one day."""
    return ActionProgress(
        action_id=row.text("action"),
        number=row.value("numero"),
        on=row.value("date"),
        value=row.value("valeur"),
        words=row.text("mots"),
        by=row.text("par"),
    )


def progress_row(said: ActionProgress) -> Written:
    """It, as the workbook writes it."""
    return {
        "action": said.action_id,
        "numero": said.number,
        "date": said.on,
        "valeur": said.value,
        "mots": said.words,
        "par": said.by,
    }


def _listed(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in text.split(";") if part.strip()))


def _joined(parts: Iterable[str]) -> str:
    return " ; ".join(parts)
