"""Pieces, questions and decisions as people read them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from rebond.facts import UNKNOWN, AidObtained, Confirmation, CostLine, Evidence, FunderRequest, Interview, LinkDecision
from rebond.history import ABSENT
from rebond.regrouping import Decided, DecidedKind
from rebond.restitution.typography import french_date
from rebond.units import format_euros
from rebond.web.catalogue.reading import (
    current_catalogue,
    fact_label,
    kind_label,
    maturity_grid,
    organisation_name,
    selection_grid,
)
from rebond.web.journal.wording import NOTHING, field_words, value_words
from rebond.web.wording import sentence


def adding() -> frozenset[str]:
    """The facts of the dictionary about a project that add up from one part to the other."""
    return frozenset(name for name, fact in current_catalogue().dictionary.items() if fact.adds_up)


def control_id(key: str) -> str:
    """The id of the controls of a piece, a question or a decision."""
    return "c-" + re.sub(r"[^A-Za-z0-9]+", "-", key)


def path_words(path: tuple[str, ...]) -> str:
    """What a path is about: a field, a fact of the dictionary, a criterion, a funder."""
    name, *rest = path
    if rest and name == "declared":
        return sentence(fact_label(rest[-1]))
    if rest and name == "evidence":
        return f"Maturité : {_criterion(rest[0])}"
    if rest and name == "requests":
        tail = f", {field_words((rest[1],))}" if len(rest) > 1 else ""
        return f"Demande : {organisation_name(rest[0])}{tail}"
    if name == "aids":
        return "Aide obtenue"
    if name == "links_decided":
        return f"Rapprochement avec la ligne {rest[0]}"
    return sentence(field_words(path))


def said(value: Any, path: tuple[str, ...] = ()) -> str:
    """A value in words."""
    if value is ABSENT:
        return NOTHING
    words: Callable[[Any], str] | None = next((made for kind, made in _WORDS.items() if isinstance(value, kind)), None)
    if words is not None:
        return words(value)
    if path and path[0] == "kind" and isinstance(value, str):
        return kind_label(value)
    if path and path[0] == "declared" and path[-1] in current_catalogue().dictionary and value is not UNKNOWN:
        return current_catalogue().dictionary[path[-1]].show(value)
    if path and path[0] == "objectives" and isinstance(value, frozenset):
        return ", ".join(current_catalogue().dictionary["objectifs"].show(code) for code in sorted(value))
    return value_words(value, path[-1] if path else "")


WITHHELD = "Vous vous êtes déporté pour cette entreprise : vous ne lisez pas ces notes."


def decided_words(decided: Decided, *, aside: bool = False) -> tuple[str, str]:
    """What was settled: its name, and what it says; ``aside``: to someone who stands aside for the firm."""
    row = decided.row
    if decided.kind is DecidedKind.LEVEL:
        return "Niveau de maturité imposé", f"{row.maturity_override}. {row.maturity_reason}"
    if decided.kind is DecidedKind.MARKS:
        if aside:
            return "Notes des évaluateurs", WITHHELD
        grid = {each.code: each.label for each in selection_grid().criteria}
        return "Notes des évaluateurs", " ; ".join(
            f"{grid.get(each.criterion, each.criterion)} : {each.score}" for each in row.scores
        )
    if decided.kind is DecidedKind.COMMITTEE:
        amount = "" if row.amount is UNKNOWN else f", {format_euros(row.amount)}"
        return "Décision du comité", f"{row.outcome.label}{amount}. {row.reason}".strip()
    if decided.kind is DecidedKind.LINK:
        return f"Rapprochement avec la ligne {row.entry_id}", _link(row)
    return "Réponse à une question de vraisemblance", said(row)


def _criterion(code: str) -> str:
    return next((each.label for each in maturity_grid().criteria if each.code == code), code)


def _link(row: LinkDecision) -> str:
    return " ".join(filter(None, (f"{row.answer.label}.", row.reason)))


def _cost(line: CostLine) -> str:
    nature = current_catalogue().natures.get(line.nature, line.nature)
    return ", ".join(filter(None, (line.label, nature, str(line.year), format_euros(line.amount))))


def _aid(aid: AidObtained) -> str:
    return f"{aid.label or aid.funder}, {french_date(aid.granted_on)}, {value_words(aid.amount, 'amount')}"


def _evidence(row: Evidence) -> str:
    level = "niveau inconnu" if row.level is UNKNOWN else f"niveau {row.level}"
    return f"{level}{f', {row.proof}' if row.proof else ''}"


def _interview(row: Interview) -> str:
    by = f", {row.interviewer}" if row.interviewer else ""
    needs = f", {len(row.needs)} besoin{'s' if len(row.needs) > 1 else ''}" if row.needs else ""
    return f"{french_date(row.held_on)}{by}{needs}"


def _confirmation(row: Confirmation) -> str:
    return f"Confirmé par {row.by} le {french_date(row.on)}"


def _request(row: FunderRequest) -> str:
    dates = (("lettre du", row.letter_on), ("demande du", row.applied_on))
    return ", ".join(f"{word} {french_date(day)}" for word, day in dates if day is not UNKNOWN) or "sans date"


_WORDS: Mapping[type, Callable[[Any], str]] = {
    CostLine: _cost,
    AidObtained: _aid,
    Evidence: _evidence,
    FunderRequest: _request,
    LinkDecision: _link,
    Interview: _interview,
    Confirmation: _confirmation,
}
