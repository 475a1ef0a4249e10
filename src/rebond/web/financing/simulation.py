"""The simulator's form: the facts of a project that can be changed, and what was changed in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from rebond.eligibility.dictionary import FactDefinition, FactType
from rebond.eligibility.reading import CONFIRM_PREFIX
from rebond.facts import UNKNOWN, FactValue
from rebond.financing.explaining.changes import COST, LINE, current_value, definition_of
from rebond.financing.explaining.unknowns import open_questions
from rebond.reading.problem import Unreadable
from rebond.restitution.typography import typeset
from rebond.study.in_mission import ProjectBench
from rebond.units import format_number
from rebond.web.financing.addresses import as_query, control_id
from rebond.web.wording import mending, sentence

MAIN = (
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
"""The main facts, in the order of the form."""
FOLLOWS = {
    "age_annees",
    "duree_mois",
    "section_naf",
    "couts_projet_unique",
    "demande_avant_travaux",
    "nature",
    "part_incorporels",
}
"""Facts that others settle: those are changed instead."""
_KINDS = {
    FactType.BOOLEAN: "choice",
    FactType.DATE: "date",
    FactType.NUMBER: "number",
    FactType.EUROS: "number",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A fact of the form; ``value`` is what its control holds, ``now`` the fact of the project in words."""

    name: str
    label: str
    kind: str
    value: str
    now: str
    question: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    error: str = ""
    changed: bool = False

    @property
    def id(self) -> str:
        """The id of its control."""
        return control_id(self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Fields that go together; a folded one opens when something in it was changed or is wrong."""

    title: str
    fields: tuple[Field, ...]
    note: str = ""
    folded: bool = False

    @property
    def is_open(self) -> bool:
        """Whether it is shown unfolded."""
        return any(field.changed or field.error for field in self.fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The form as it was filled: its groups of fields, and the facts that differ from the project's, as written."""

    groups: tuple[Group, ...]
    changes: Mapping[str, str]

    @property
    def fields(self) -> tuple[Field, ...]:
        """Every field, in the order of the page."""
        return tuple(field for group in self.groups for field in group.fields)

    @property
    def has_errors(self) -> bool:
        """Whether a field cannot be read."""
        return any(field.error for field in self.fields)

    @property
    def query(self) -> str:
        """The changes as the query of an address, with its question mark; empty when nothing changes."""
        return as_query(self.changes)

    def with_error(self, name: str, text: str) -> Asked:
        """The same with what is wrong with a field."""
        return replace(
            self,
            groups=tuple(
                replace(
                    group,
                    fields=tuple(replace(field, error=text) if field.name == name else field for field in group.fields),
                )
                for group in self.groups
            ),
        )


def read_form(bench: ProjectBench, written: Mapping[str, str]) -> Asked:
    """The form of a project; what is not written is the fact of the project."""
    groups = []
    changes: dict[str, str] = {}
    for group, names in _groups(bench):
        fields = tuple(field for name in names if (field := _field(bench, name, written.get(name))) is not None)
        if fields:
            groups.append(replace(group, fields=fields))
        changes |= {field.name: written[field.name] for field in fields if field.changed}
    return Asked(groups=tuple(groups), changes=changes)


def _groups(bench: ProjectBench) -> Iterator[tuple[Group, tuple[str, ...]]]:
    """Each group, empty, with the names of its facts."""
    yield Group(title="Faits principaux", fields=()), MAIN
    yield Group(title="Coûts", fields=()), tuple(f"{LINE}{line.id}" for line in bench.context.project.costs)
    unknown = tuple(name for name in open_questions(bench.now) if name not in MAIN and name not in FOLLOWS)
    yield (
        Group(
            title="Encore inconnu",
            fields=(),
            note="Les réponses qui peuvent changer le plan. Sans réponse, rien n’est supposé.",
            folded=True,
        ),
        unknown,
    )
    others = (
        name
        for name, definition in bench.context.catalogue.dictionary.items()
        if not definition.fixed and definition.type not in {FactType.SET, FactType.NAF}
    )
    yield (
        Group(title="Autres faits", fields=(), folded=True),
        tuple(
            name
            for name in others
            if name not in {*MAIN, *unknown, *FOLLOWS}
            and not name.startswith(COST)
            and bench.now.facts.get(name, UNKNOWN) is not UNKNOWN
        ),
    )


def _field(bench: ProjectBench, name: str, raw: str | None) -> Field | None:
    """A fact as a field, filled with what was written; ``None`` when the project has no such fact."""
    definition = definition_of(bench.context, name)
    if definition is None:
        return None
    current = current_value(bench.context, bench.now.facts, name)
    error, changed = "", False
    if raw is not None:
        try:
            changed = definition.parse(raw) != current
        except Unreadable as fault:
            error, changed = mending(fault), True
    choices = _choices(definition)
    return Field(
        name=name,
        label=typeset(_label(definition)),
        kind="choice" if choices else _KINDS.get(definition.type, "text"),
        value=_written(definition, current) if raw is None or not changed else _rewritten(definition, raw),
        now=typeset(definition.show(current)),
        question=_question(definition, bench) if current is UNKNOWN else "",
        choices=choices,
        error=error,
        changed=changed,
    )


def _question(definition: FactDefinition, bench: ProjectBench) -> str:
    """What to ask so that the fact is known; a sentence to confirm names the dispositif that it is a condition of."""
    if not definition.name.startswith(CONFIRM_PREFIX):
        return typeset(definition.question)
    dispositif = definition.name.removeprefix(CONFIRM_PREFIX).rpartition(":")[0]
    title = bench.context.catalogue.dispositifs[dispositif].title
    return typeset(f"Est-ce le cas ? Condition du dispositif : {title}.")


def _label(definition: FactDefinition) -> str:
    unit = "€" if definition.type is FactType.EUROS else definition.unit
    return f"{definition.label} ({unit})" if unit and unit not in definition.label.lower() else definition.label


def _choices(definition: FactDefinition) -> tuple[tuple[str, str], ...]:
    if definition.type is FactType.BOOLEAN:
        return (("oui", "Oui"), ("non", "Non"))
    values = definition.values or tuple(definition.labels)
    return tuple((value, sentence(definition.show(value))) for value in values)


def _rewritten(definition: FactDefinition, raw: str) -> str:
    """What was written, as its control shows it; left as it is when it cannot be read."""
    try:
        return _written(definition, definition.parse(raw))
    except Unreadable:
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
