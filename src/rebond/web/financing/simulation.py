"""The simulator's fields, and two plans side by side."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from rebond.eligibility.dictionary import FactDefinition, FactType
from rebond.facts import UNKNOWN, FactValue
from rebond.financing.changes import LINE, current_value, definition_of
from rebond.financing.what_if import WhatIf
from rebond.portfolio.in_mission import ProjectBench
from rebond.restitution.typography import typeset
from rebond.units import NO_BREAK_SPACE, format_euros, format_number
from rebond.web.wording import sentence

FACTS = (
    "emplois_crees",
    "emplois_maintenus",
    "date_debut",
    "date_fin",
    "zone_afr",
    "taille_ue",
    "travaux_commences",
    "autofinancement",
    "capacite_emprunt",
    "de_minimis_disponible",
    "date_examen",
)
"""The main facts, in the order of the form; the amounts of the cost lines come after them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A fact of the form; ``value`` is what its control holds, ``now`` the fact of the project in words."""

    name: str
    label: str
    kind: str
    value: str
    now: str
    choices: tuple[tuple[str, str], ...] = ()
    error: str = ""
    changed: bool = False

    @property
    def id(self) -> str:
        """The id of its control."""
        return "fait-" + re.sub(r"[^a-zA-Z0-9_]+", "-", self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The form as it was filled: its fields, and the facts that differ from the project's."""

    fields: tuple[Field, ...]
    changes: Mapping[str, str]

    @property
    def has_errors(self) -> bool:
        """Whether a field cannot be read."""
        return any(field.error for field in self.fields)

    @property
    def facts(self) -> tuple[Field, ...]:
        """The main facts."""
        return tuple(field for field in self.fields if not field.name.startswith(LINE))

    @property
    def costs(self) -> tuple[Field, ...]:
        """The amounts of the cost lines."""
        return tuple(field for field in self.fields if field.name.startswith(LINE))

    def with_error(self, name: str, text: str) -> Asked:
        """The same with what is wrong with a field."""
        fields = (replace(field, error=text) if field.name == name else field for field in self.fields)
        return replace(self, fields=tuple(fields))


def read_form(bench: ProjectBench, written: Mapping[str, str]) -> Asked:
    """The form of a project; what is not written is the fact of the project."""
    fields: list[Field] = []
    changes: dict[str, str] = {}
    for name in (*FACTS, *(f"{LINE}{line.id}" for line in bench.context.project.costs)):
        definition = definition_of(bench.context, name)
        if definition is None:
            continue
        current = current_value(bench.context, bench.now.facts, name)
        raw, error, changed = written.get(name), "", False
        if raw is not None:
            try:
                changed = definition.parse(raw) != current
            except ValueError as fault:
                error, changed = sentence(str(fault)), True
        if changed and raw is not None:
            changes[name] = raw
        fields.append(
            Field(
                name=name,
                label=typeset(_label(definition)),
                kind=_kind(definition),
                value=_written(definition, current) if raw is None or not changed else _rewritten(definition, raw),
                now=typeset(definition.show(current)),
                choices=_choices(definition),
                error=error,
                changed=changed,
            )
        )
    return Asked(fields=tuple(fields), changes=changes)


def _label(definition: FactDefinition) -> str:
    unit = "€" if definition.type is FactType.EUROS else definition.unit
    return f"{definition.label} ({unit})" if unit and unit not in definition.label.lower() else definition.label


def _kind(definition: FactDefinition) -> str:
    if definition.type is FactType.BOOLEAN or definition.values:
        return "choice"
    return "date" if definition.type is FactType.DATE else "text"


def _choices(definition: FactDefinition) -> tuple[tuple[str, str], ...]:
    if definition.type is FactType.BOOLEAN:
        return (("oui", "Oui"), ("non", "Non"))
    return tuple((value, sentence(definition.show(value))) for value in definition.values)


def _rewritten(definition: FactDefinition, raw: str) -> str:
    """What was written, as its control shows it; left as it is when it cannot be read."""
    try:
        return _written(definition, definition.parse(raw))
    except ValueError:
        return raw


def _written(definition: FactDefinition, value: FactValue) -> str:
    """A value as its control holds it; nothing for UNKNOWN."""
    if value is UNKNOWN:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal | int):
        return format_number(value, 0 if value == int(value) else 2)
    return str(value)


def signed(amount: Decimal | int) -> str:
    """A difference with its sign; a dash for none."""
    if not amount:
        return "–"
    return f"{'+' if amount > 0 else '−'}{NO_BREAK_SPACE}{format_euros(amount if amount > 0 else -amount)}"


@dataclass(frozen=True, slots=True)
class Compared:
    """A figure of both plans."""

    label: str
    before: Decimal
    after: Decimal

    @property
    def difference(self) -> str:
        """What the other facts add."""
        return signed(self.after - self.before)


@dataclass(frozen=True, slots=True)
class ComparedLine:
    """What a dispositif pays of a cost line in both plans."""

    title: str
    article: str
    cost_line: str
    before: int
    after: int

    @property
    def difference(self) -> str:
        """What the other facts add."""
        return signed(self.after - self.before)


def figures(found: WhatIf) -> tuple[Compared, ...]:
    """Costs, supports, aid, what is left."""
    before, after = found.before.plan, found.after.plan
    return (
        Compared("Coût du projet", before.cost, after.cost),
        Compared("Besoin de financement", before.need, after.need),
        Compared("Soutiens", Decimal(before.support), Decimal(after.support)),
        Compared("Équivalent-subvention", before.benefit, after.benefit),
        Compared("Besoin non couvert", before.gap, after.gap),
    )


def compared_lines(found: WhatIf) -> tuple[ComparedLine, ...]:
    """The lines of both plans, side by side, in the order of the first."""
    labels = {line.id: line.label or line.id for line in found.after.context.project.costs}
    rows: dict[tuple[str, str, str], ComparedLine] = {}
    for line in found.before.plan.lines:
        key = line.dispositif, line.regime, line.line
        rows[key] = ComparedLine(line.title, line.article, labels.get(line.line, line.line), line.amount, 0)
    for line in found.after.plan.lines:
        key = line.dispositif, line.regime, line.line
        before = rows[key].before if key in rows else 0
        rows[key] = ComparedLine(line.title, line.article, labels.get(line.line, line.line), before, line.amount)
    return tuple(rows.values())
