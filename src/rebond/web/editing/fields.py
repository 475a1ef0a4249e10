"""Fields of a form, made from the columns of the workbook: label, help, choices, what was typed, what is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rebond.adapters.workbook import Column, ColumnType
from rebond.adapters.workbook.asked import ASKED, may_be_asked
from rebond.adapters.workbook.entry import EntryFault
from rebond.reading.choices import Choice
from rebond.reading.words import says_asked
from rebond.restitution.typography import typeset
from rebond.web.editing.dictionary import current_layout
from rebond.web.editing.opened import Typed
from rebond.web.editing.parts import Part, columns_of
from rebond.web.editing.posted import control
from rebond.web.wording import ended, sentence

_KINDS: Mapping[ColumnType, str] = {
    ColumnType.LONG_TEXT: "long",
    ColumnType.BOOLEAN: "choice",
    ColumnType.ONE_OF: "choice",
    ColumnType.SOME_OF: "many",
    ColumnType.INTEGER: "number",
    ColumnType.NUMBER: "number",
    ColumnType.HEADCOUNT: "number",
    ColumnType.EUROS: "number",
    ColumnType.AMOUNT_OR_BAND: "text",
    ColumnType.RATE: "text",
    ColumnType.COMMUNE: "commune",
    ColumnType.REFERENCE: "choice",
}
_YES_NO = (("oui", "Oui"), ("non", "Non"))
_TEXTS = frozenset({ColumnType.TEXT, ColumnType.LONG_TEXT})
_EXAMPLES: Mapping[ColumnType, str] = {
    ColumnType.DATE: "Par exemple 31/12/2027",
    ColumnType.RATE: "Par exemple 35 %",
    ColumnType.EUROS: "En euros",
    ColumnType.SIREN: "9 chiffres",
    ColumnType.SIRET: "14 chiffres",
    ColumnType.NAF: "Par exemple 25.50A",
}
_OF_SPREADSHEET = (" ; vide : inconnu", "Laisser vide pour le niveau calculé")
_MANY_CHOICES = 60
_NOBODY_KNOWS = "Inconnu : demandé, personne ne sait"

FaultsAt = Mapping[tuple[str, int, str], EntryFault]


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One value that a list offers."""

    value: str
    label: str
    checked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One cell as a control."""

    name: str
    label: str
    kind: str
    value: str
    hint: str = ""
    options: tuple[Option, ...] = ()
    error: str = ""
    required: bool = False
    may_be_unknown: bool = True
    askable: bool = False
    """Whether « inconnu » is an answer apart: asked, and nobody knows."""
    fact: str = ""
    """The fact of the dictionary that it holds, whose answer may unlock aid."""

    @property
    def id(self) -> str:
        """The id of its control."""
        return self.name.replace(".", "-")

    @property
    def described_by(self) -> str:
        """The ids of the texts that describe it."""
        texts = (("aide", self.hint), ("erreur", self.error), ("etat", self.is_unknown or self.is_asked or self.fact))
        return " ".join(f"{self.id}-{name}" for name, given in texts if given)

    @property
    def is_asked(self) -> bool:
        """Whether someone was asked, and nobody knows."""
        return self.askable and not self.error and says_asked(self.value)

    @property
    def is_unknown(self) -> bool:
        """Whether nobody answered yet."""
        return self.may_be_unknown and not self.value and not self.error


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row of a table of fields."""

    number: int
    fields: tuple[Field, ...]
    hidden: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A part of the form, filled."""

    part: Part
    fields: tuple[Field, ...] = ()
    lines: tuple[Line, ...] = ()
    headings: tuple[tuple[str, str, bool], ...] = ()
    """Title, help and whether the column is required."""

    @property
    def is_open(self) -> bool:
        """Whether it is shown unfolded: something in it is wrong."""
        cells = (*self.fields, *(field for line in self.lines for field in line.fields))
        return not self.part.folded or any(field.error for field in cells)


def groups_of(
    parts: Sequence[Part],
    typed: Typed,
    faults: Sequence[EntryFault],
    *,
    offered: Mapping[str, Sequence[tuple[str, str]]],
    blank_lines: int = 1,
) -> tuple[Group, ...]:
    """The parts of a form, filled. ``offered``: what references may name, by ``sheet.column``."""
    at = {(fault.sheet, fault.row, fault.column): fault for fault in reversed(faults)}
    return tuple(_group(part, parts, typed, at, offered, blank_lines) for part in parts)


def _group(
    part: Part,
    parts: Sequence[Part],
    typed: Typed,
    at: FaultsAt,
    offered: Mapping[str, Sequence[tuple[str, str]]],
    blank_lines: int,
) -> Group:
    columns = columns_of(part, parts, current_layout())
    rows = typed.get(part.sheet, [])
    if not part.repeated:
        row = rows[0] if rows else {}
        return Group(part=part, fields=tuple(_field(part, 0, column, row, at, offered) for column in columns))
    hidden = [column.key for column in current_layout().sheet(part.sheet).columns if column.hidden]
    lines = tuple(
        Line(
            number=number,
            fields=tuple(_field(part, number, column, row, at, offered) for column in columns),
            hidden=tuple((control(part.sheet, number, key), row.get(key, "")) for key in hidden if row.get(key)),
        )
        for number, row in enumerate([*rows, *({} for _ in range(blank_lines))])
    )
    headings = tuple((typeset(column.title), hint_of(column), column.required) for column in columns)
    return Group(part=part, lines=lines, headings=headings)


def _field(
    part: Part,
    number: int,
    column: Column,
    row: Mapping[str, str],
    at: FaultsAt,
    offered: Mapping[str, Sequence[tuple[str, str]]],
) -> Field:
    text = row.get(column.key, "")
    askable = may_be_asked(current_layout().sheet(part.sheet), column)
    fault = at.get((part.sheet, number, column.key))
    choices = _choices(column, offered.get(f"{part.sheet}.{column.key}", ()))
    kind = _KINDS.get(column.type, "text")
    if kind == "many":
        given = {each.strip() for each in text.split(",")}
        options = tuple(Option(value=code, label=label, checked=code in given) for code, label in choices)
    else:
        options = tuple(Option(value=code, label=label, checked=code == text) for code, label in choices)
        if askable and kind == "choice":
            options = (*options, Option(value=ASKED, label=_NOBODY_KNOWS, checked=says_asked(text)))
        if text and kind == "choice" and not any(option.checked for option in options):
            # What a list no longer has, or was typed without JavaScript, is shown as it is.
            options = (*options, Option(value=text, label=text, checked=True))
    return Field(
        name=control(part.sheet, number, column.key),
        label=typeset(column.title),
        kind=kind,
        value=text,
        hint=hint_of(column),
        options=options,
        error=_error(fault) if fault else "",
        required=column.required and not part.optional,
        may_be_unknown=not column.required and column.type not in _TEXTS | {ColumnType.REFERENCE, ColumnType.SOME_OF},
        askable=askable,
        fact=column.fact.name if column.fact else "",
    )


def _choices(column: Column, offered: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    if column.type is ColumnType.BOOLEAN:
        return _YES_NO
    if column.type is ColumnType.REFERENCE:
        return tuple(offered)
    return tuple((choice.code, _label(choice)) for choice in column.choices)


def _label(choice: Choice) -> str:
    return sentence(choice.label)


def _error(fault: EntryFault) -> str:
    return " ".join(ended(part) for part in (fault.problem, fault.mend))


def hint_of(column: Column) -> str:
    """The help of a column, without what only holds in a spreadsheet; an example when it has none."""
    text = column.help
    for words in _OF_SPREADSHEET:
        text = text.replace(words, "")
    return typeset(text or _EXAMPLES.get(column.type, ""))
