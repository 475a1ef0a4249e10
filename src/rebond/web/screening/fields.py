"""The questions as form fields, derived from the dictionary of facts."""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from rebond.dispositifs.catalogue import Catalogue
from rebond.dispositifs.questions import sentences_of
from rebond.eligibility.dictionary import FactDefinition, FactType
from rebond.eligibility.reading import CONFIRM_PREFIX
from rebond.restitution.typography import typeset
from rebond.web.screening.answers import COMMUNE, SIREN, Answers
from rebond.web.screening.communes import commune_shown
from rebond.web.wording import sentence


class Kind(enum.StrEnum):
    """How a question is answered."""

    TEXT = "texte"
    NUMBER = "nombre"
    DATE = "date"
    COMMUNE = "commune"
    YES_NO = "oui_non"
    ONE = "choix"
    SEVERAL = "cases"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A possible answer."""

    value: str
    label: str
    checked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A question, its help, the answer already given, what is wrong with it."""

    name: str
    label: str
    hint: str
    kind: Kind
    value: str
    choices: tuple[Choice, ...] = ()
    error: str = ""

    @property
    def id(self) -> str:
        """The id of its first control."""
        return "champ-" + re.sub(r"[^a-z0-9_]+", "-", self.name)

    @property
    def described_by(self) -> str:
        """Ids of its hint and of its error, those that exist."""
        parts = (f"{self.id}-aide" if self.hint else "", f"{self.id}-erreur" if self.error else "")
        return " ".join(part for part in parts if part)


_HINTS: Mapping[str, str] = {
    SIREN: "Neuf chiffres, facultatif. Il n’est ni consulté ni enregistré : il reste écrit sur vos résultats.",
    COMMUNE: "Là où se fait le projet. Nom ou code INSEE, par exemple Chaumont (52).",
    "code_naf": "Code APE, par exemple 25.62B.",
    "objectifs": "Cochez tous ceux que le projet sert. Si aucun n’est coché, les objectifs restent inconnus.",
}
"""What the page adds to the help of the dictionary."""
_KINDS = {
    FactType.NUMBER: Kind.NUMBER,
    FactType.EUROS: Kind.NUMBER,
    FactType.DATE: Kind.DATE,
    FactType.BOOLEAN: Kind.YES_NO,
    FactType.SET: Kind.SEVERAL,
    FactType.NAF: Kind.TEXT,
}


def field_of(name: str, answers: Answers, catalogue: Catalogue, *, label: str = "", hint: str | None = None) -> Field:
    """The field of a fact, of a sentence to confirm, or of the SIREN; ``label`` replaces the name of the fact."""
    written = answers.written.get(name, ())
    error = answers.errors.get(name, "")
    if name == SIREN:
        value = written[-1] if written else ""
        return Field(name=name, label=label or "SIREN", hint=_HINTS[SIREN], kind=Kind.TEXT, value=value, error=error)
    if name.startswith(CONFIRM_PREFIX):
        text = sentences_of(catalogue.dispositifs.values())[name]
        choices = _yes_no(answers, name)
        return Field(
            name=name,
            label=label or typeset(text),
            hint=hint or "",
            kind=Kind.YES_NO,
            value="",
            choices=choices,
            error=error,
        )
    definition = catalogue.dictionary[name]
    kind = _kind(definition)
    return Field(
        name=name,
        label=label or _label(definition),
        hint=_HINTS.get(name, sentence(definition.help)) if hint is None else hint,
        kind=kind,
        value=_value(definition, answers),
        choices=_yes_no(answers, name) if kind is Kind.YES_NO else _choices(definition, answers),
        error=error,
    )


def _kind(definition: FactDefinition) -> Kind:
    if definition.name == COMMUNE:
        return Kind.COMMUNE
    if definition.type is FactType.TEXT:
        return Kind.ONE if definition.values or definition.labels else Kind.TEXT
    return _KINDS[definition.type]


def _label(definition: FactDefinition) -> str:
    if definition.name == COMMUNE:
        return "Commune du projet"
    unit = definition.unit if definition.type in {FactType.NUMBER, FactType.EUROS} else ""
    return typeset(f"{definition.label} ({unit})" if unit and unit != definition.label.lower() else definition.label)


def _value(definition: FactDefinition, answers: Answers) -> str:
    """The answer as its field shows it: what was written when it is wrong, dates in ISO form."""
    name = definition.name
    written = answers.written.get(name, ("",))[-1]
    if name in answers.errors or name not in answers.given:
        return written
    if name == COMMUNE:
        return commune_shown(written)
    given = answers.given[name]
    return str(given) if definition.type is FactType.DATE else written


def _choices(definition: FactDefinition, answers: Answers) -> tuple[Choice, ...]:
    given = answers.given.get(definition.name)
    chosen = given if isinstance(given, frozenset) else {given}
    values = definition.values or tuple(definition.labels)
    return tuple(
        Choice(value=value, label=sentence(definition.show(value)), checked=value in chosen) for value in values
    )


def _yes_no(answers: Answers, name: str) -> tuple[Choice, ...]:
    given = answers.given.get(name)
    return (
        Choice(value="oui", label="Oui", checked=given is True),
        Choice(value="non", label="Non", checked=given is False),
        Choice(value="", label="Je ne sais pas", checked=given is None),
    )


def _with_note(value: str, note: str) -> str:
    return typeset(f"{value} ({note})") if note else value


def answer_shown(name: str, answers: Answers, catalogue: Catalogue) -> tuple[str, str]:
    """An answer for people to read back: the question in short, the value."""
    value = answers.given[name]
    if name.startswith(CONFIRM_PREFIX):
        return typeset(sentences_of(catalogue.dispositifs.values())[name]), "oui" if value is True else "non"
    definition = catalogue.dictionary[name]
    if name == COMMUNE:
        return "Commune", _with_note(commune_shown(str(value)), answers.notes.get(name, ""))
    if isinstance(value, Decimal) and definition.type is FactType.EUROS:
        return typeset(definition.label), definition.show(value)
    return typeset(definition.label), _with_note(typeset(definition.show(value)), answers.notes.get(name, ""))
