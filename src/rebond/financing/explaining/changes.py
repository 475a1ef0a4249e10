"""Other facts for a project: where each fact lives, so that what follows from it (age, size, zones, totals) follows.

Besides the facts of the dictionary: ``date_examen``, ``autofinancement``, ``capacite_emprunt``,
``de_minimis_disponible``, ``poste:<id>`` for the amount of one cost line, and ``confirme:<dispositif>:<rank>`` for a
sentence that nobody has confirmed yet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from rebond.dispositifs.questions import sentences_of
from rebond.eligibility.dictionary import FactDefinition, FactType
from rebond.eligibility.incentive import APPLIED_FIRST
from rebond.eligibility.reading import CONFIRM_PREFIX
from rebond.errors import FactsError, Fault
from rebond.facts import UNKNOWN, Accounts, CostLine, FactValue, Firm
from rebond.financing.context import ProjectContext, examined_on, facts_of, linked_again
from rebond.reading.problem import Unreadable
from rebond.reading.words import text_of
from rebond.regimes.de_minimis import ATTESTATION
from rebond.units import Euros

LINE = "poste:"
COST = "cout_"
TOTAL = "cout_total"
ROOM = "de_minimis_disponible"
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One fact changed, in words."""

    fact: str
    label: str
    before: str
    after: str


Apply = Callable[[ProjectContext, FactValue], ProjectContext]


def apply_changes(context: ProjectContext, changes: Mapping[str, object]) -> tuple[ProjectContext, tuple[Change, ...]]:
    """The context with other facts, and each change in words; raises ``FactsError`` with every fault."""
    faults: list[Fault] = []
    words: list[Change] = []
    facts = facts_of(context)
    changed = context
    # What is said of the account stands at whatever date is tried.
    for name, raw in sorted(changes.items(), key=lambda change: change[0] == ROOM):
        definition = definition_of(context, name)
        if definition is None:
            known = ", ".join([*_SETTINGS, f"{LINE}<id>", f"{COST}<nature>", f"{CONFIRM_PREFIX}<dispositif>:<rang>"])
            mend = f"prendre un fait du dictionnaire (faits.csv) ou : {known}"
            faults.append(Fault(where=f"fait « {name} »", problem="fait inconnu", mend=mend))
            continue
        try:
            value = definition.parse(raw)
            changed = _apply(name)(changed, value)
        except Unreadable as error:
            where = f"fait « {name} »"
            faults.append(Fault(where=where, found=text_of(raw), problem=error.problem, mend=error.mend))
            continue
        except ValueError as error:
            mend = definition.question or definition.help or "corriger la valeur"
            faults.append(Fault(where=f"fait « {name} »", found=text_of(raw), problem=str(error), mend=mend))
            continue
        before = definition.show(current_value(context, facts, name))
        words.append(Change(fact=name, label=definition.label, before=before, after=definition.show(value)))
    start, end = changed.project.starts_on, changed.project.ends_on
    if start is not UNKNOWN and end is not UNKNOWN and end < start:
        moved = next((name for name in ("date_fin", "date_debut") if name in changes), "")
        if moved:
            problem = "le projet finirait avant de commencer"
            mend = f"une fin au {start:%d/%m/%Y} ou après"
            faults.append(Fault(where=f"fait « {moved} »", found=text_of(changes[moved]), problem=problem, mend=mend))
    if faults:
        raise FactsError(faults)
    order = list(changes)
    return changed, tuple(sorted(words, key=lambda change: order.index(change.fact)))


def definition_of(context: ProjectContext, name: str) -> FactDefinition | None:
    """What the fact is: from the dictionary, a setting, a cost line of the project, or a sentence to confirm."""
    if name.startswith(LINE):
        line = next((line for line in context.project.costs if line.id == name.removeprefix(LINE)), None)
        return None if line is None else FactDefinition(name=name, label=line.label or line.id, type=FactType.EUROS)
    if name.startswith(CONFIRM_PREFIX):
        ours = {s.key: s.text for regime in context.catalogue.regimes.values() for s in regime.to_confirm}
        text = (sentences_of(context.catalogue.dispositifs.values()) | ours).get(name)
        return None if text is None else FactDefinition(name=name, label=text.rstrip("."), type=FactType.BOOLEAN)
    return _SETTINGS.get(name) or context.catalogue.dictionary.get(name)


def current_value(context: ProjectContext, facts: Mapping[str, FactValue], name: str) -> FactValue:
    """What the fact is worth before any change; ``facts``: those of the context."""
    if name.startswith(LINE):
        return next(line.amount for line in context.project.costs if line.id == name.removeprefix(LINE))
    if name == ROOM:
        return context.de_minimis_room
    match name:
        case "date_examen":
            return context.on
        case "autofinancement":
            return context.project.own_financing
        case "capacite_emprunt":
            return context.project.borrowing_capacity
        case _:
            return facts.get(name, UNKNOWN)


def _apply(name: str) -> Apply:
    """How a fact is changed where it lives: a cost, a field of the project, of the firm, of its accounts."""
    if name.startswith(LINE):
        return lambda context, value: _with_line(context, name.removeprefix(LINE), _amount(value))
    if name.startswith(COST):
        nature = "" if name == TOTAL else name.removeprefix(COST)
        return lambda context, value: _with_costs(context, nature, _amount(value))
    for fields, change in ((_PROJECT, _with_project), (_FIRM, _with_firm), (_ACCOUNTS, _with_accounts)):
        if name in fields:
            return _bound(change, name, fields[name])
    return _OTHERS.get(name) or (lambda context, value: with_fact(context, name, value))


def _bound(change: Callable[[ProjectContext, str, str, FactValue], ProjectContext], name: str, attribute: str) -> Apply:
    return lambda context, value: change(context, name, attribute, value)


def with_fact(context: ProjectContext, name: str, value: FactValue) -> ProjectContext:
    """The context with a fact put in the place of its own, whatever the project and firm say."""
    return replace(context, overrides={**context.overrides, name: value})


def _with_project(context: ProjectContext, name: str, attribute: str, value: FactValue) -> ProjectContext:
    changed = replace(context, project=_replaced(_undeclared(context.project, name), attribute, value))
    if attribute == _PLACE:
        # Elsewhere, what the territory leaves out may be at home: its own conditions judge it.
        changed = replace(changed, away=frozenset())
    return linked_again(changed) if attribute in _LINKING else changed


def _with_firm(context: ProjectContext, name: str, attribute: str, value: FactValue) -> ProjectContext:
    return replace(context, firm=_replaced(_undeclared(context.firm, name), attribute, value))


def _with_accounts(context: ProjectContext, name: str, attribute: str, value: FactValue) -> ProjectContext:
    """The figure is changed in every closed year: the change is taken as lasting, the size class follows."""
    firm: Firm = _undeclared(context.firm, name)
    accounts = firm.accounts or (Accounts(year=context.on.year - 1),)
    changed = tuple(_replaced(year, attribute, value) for year in accounts)
    return replace(context, firm=replace(firm, accounts=changed))


def _replaced(record: Any, attribute: str, value: FactValue) -> Any:
    return replace(record, **{attribute: _ATTRIBUTE_TYPES.get(attribute, _same)(value)})


def _undeclared(record: Any, name: str) -> Any:
    """A firm or project whose free declarations no longer hold the fact that is being changed."""
    return replace(record, declared=tuple(pair for pair in record.declared if pair[0] != name))


def _same(value: FactValue) -> FactValue:
    return value


def _count(value: FactValue) -> FactValue:
    return int(value) if isinstance(value, Decimal) else value


def _set(value: FactValue) -> FactValue:
    return frozenset() if value is UNKNOWN else value


def _with_line(context: ProjectContext, line_id: str, amount: Euros) -> ProjectContext:
    costs = tuple(replace(line, amount=amount) if line.id == line_id else line for line in context.project.costs)
    return replace(context, project=replace(context.project, costs=costs))


def _with_costs(context: ProjectContext, nature: str, amount: Euros) -> ProjectContext:
    """Costs of a nature (of all when empty) scaled to a total, the last taking the cents; an absent one gets a line."""
    lines = [line for line in context.project.costs if nature in {"", line.nature}]
    total = sum((line.amount for line in lines), Euros(0))
    if not total:
        year = min((line.year for line in context.project.costs), default=context.on.year)
        if not nature:
            raise ValueError("le projet n'a pas de poste de dépense à changer")
        new = CostLine(id=f"et-si-{nature}", nature=nature, amount=amount, year=year, label="poste supposé")
        return replace(context, project=replace(context.project, costs=(*context.project.costs, new)))
    amounts: dict[str, Euros] = {}
    for line in lines[:-1]:
        amounts[line.id] = (line.amount * amount / total).quantize(CENT, ROUND_HALF_UP)
    amounts[lines[-1].id] = amount - sum(amounts.values(), Euros(0))
    costs = tuple(replace(line, amount=amounts.get(line.id, line.amount)) for line in context.project.costs)
    return replace(context, project=replace(context.project, costs=costs))


def _amount(value: FactValue) -> Euros:
    if not isinstance(value, Decimal | int) or isinstance(value, bool) or value < 0:
        raise ValueError("un montant connu, positif ou nul, est nécessaire")
    return Decimal(value)


def _with_date(context: ProjectContext, value: FactValue) -> ProjectContext:
    if not isinstance(value, date):
        raise ValueError("une date d'examen est nécessaire")  # noqa: TRY004 - the caller catches one error
    return examined_on(context, value)


def _with_own_financing(context: ProjectContext, value: FactValue) -> ProjectContext:
    return replace(context, project=_replaced(context.project, "own_financing", value))


def _with_borrowing(context: ProjectContext, value: FactValue) -> ProjectContext:
    return replace(context, project=_replaced(context.project, "borrowing_capacity", value))


def _with_request_first(context: ProjectContext, value: FactValue) -> ProjectContext:
    """The order of request and works is said for every funder: the dates of each no longer settle it."""
    return with_fact(replace(context, project=replace(context.project, requests=())), APPLIED_FIRST, value)


def _with_room(context: ProjectContext, value: FactValue) -> ProjectContext:
    room = UNKNOWN if value is UNKNOWN else _amount(value)
    return replace(context, de_minimis_room=room, de_minimis_note="")


_ATTRIBUTE_TYPES: dict[str, Callable[[FactValue], FactValue]] = {
    "jobs_created": _count,
    "jobs_kept": _count,
    "objectives": _set,
}
_PLACE = "commune"
_LINKING = frozenset({"starts_on", _PLACE})
"""What makes two projects one investment (RGEC art. 14(13))."""
_PROJECT = {
    "type_projet": "kind",
    "travaux_commences": "works_started",
    "date_debut": "starts_on",
    "date_fin": "ends_on",
    "emplois_crees": "jobs_created",
    "emplois_maintenus": "jobs_kept",
    "objectifs": "objectives",
    "code_commune": "commune",
}
_FIRM = {
    "capitaux_propres": "own_funds",
    "code_naf": "code_naf",
    "forme_juridique": "legal_form",
    "date_creation": "created_on",
    "en_difficulte": "in_difficulty",
    "a_jour_obligations": "up_to_date",
}
_ACCOUNTS = {"effectif": "staff", "chiffre_affaires": "turnover", "total_bilan": "balance_sheet"}
_OTHERS: dict[str, Apply] = {
    "date_examen": _with_date,
    "autofinancement": _with_own_financing,
    "capacite_emprunt": _with_borrowing,
    ROOM: _with_room,
    APPLIED_FIRST: _with_request_first,
}
_SETTINGS = {
    "date_examen": FactDefinition(name="date_examen", label="Date d'examen", type=FactType.DATE),
    "autofinancement": FactDefinition(
        name="autofinancement", label="Autofinancement et crédits acquis", type=FactType.EUROS
    ),
    "capacite_emprunt": FactDefinition(name="capacite_emprunt", label="Capacité d'emprunt", type=FactType.EUROS),
    ROOM: FactDefinition(
        name=ROOM,
        label="Compte de minimis disponible",
        type=FactType.EUROS,
        question=f"Que laisse l'{ATTESTATION} ?",
    ),
}
