"""Minutes and letters of the committee: texts with named fields, that a mission may change, filled from a record.

A text is plain: paragraphs, ``## `` for a heading, ``- `` for a bullet, ``{champ}`` for a field. Fields are put in
once: what a field holds is never read as a text.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

from rebond.data import data_folder
from rebond.data.shapes import TEXT, block, by_key, many, read_shaped
from rebond.errors import CatalogueError, Fault
from rebond.indicators.breakdowns import slug
from rebond.restitution.typography import UNPRINTABLE, typeset

FILE = "comite.yaml"
LONGEST = 20_000
_FIELD = re.compile(r"\{([^{}]*)\}")


class Form(enum.StrEnum):
    """How a field is put in."""

    TEXT = "texte"
    LIST = "liste"
    TABLE = "tableau"


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedField:
    """A field that texts may use."""

    name: str
    title: str
    form: Form
    columns: tuple[str, ...] = ()
    """Titles of the columns of a table."""

    @property
    def cells(self) -> tuple[str, ...]:
        """How a Word template names these columns."""
        return tuple(map(column_name, self.columns))


def column_name(title: str) -> str:
    """A column as a template names it.

    >>> column_name("Montant accordé"), column_name("Ce qui s’est dit")
    ('montant_accorde', 'ce_qui_s_est_dit')
    """
    return slug(title.replace("’", "'"))


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterModel:
    """A kind of minutes or letter, with the text that is used until a mission writes its own."""

    kind: str
    title: str
    reader: str
    """``comite``, ``entreprise``, ``organisme`` or ``presse``."""
    fields: Mapping[str, NamedField]
    text: str
    silent: bool = False
    """Whether an empty field prints nothing, where another says « néant »."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of words."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Value: TypeAlias = str | tuple[str, ...] | Grid


@dataclass(frozen=True, slots=True)
class Heading:
    """A title inside the text."""

    text: str


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph, or a bullet."""

    text: str
    bullet: bool = False


Part: TypeAlias = Heading | Words | Grid
NOTHING = "néant"
HEADED = frozenset({"proces_verbal", "dossier"})
"""Kinds that bear their title; a letter says its object."""
UNSAID, NO_AMOUNT, NO_DAY = "non précisé", "sans montant", "sans date"
"""What a cell says of what nobody said."""
_SILENT = frozenset({"", UNSAID, NO_AMOUNT, NO_DAY})


@cache
def letter_models(path: Path | None = None) -> Mapping[str, LetterModel]:
    """Every model, by kind; raises ``CatalogueError`` with every fault of the file."""
    file = path or data_folder() / "referentiels" / FILE
    data: dict[str, Any] = read_shaped(file, _SHAPE).data
    fields = {
        name: NamedField(
            name=name, title=each["titre"], form=Form(each["forme"]), columns=tuple(each.get("colonnes", ()))
        )
        for name, each in data["champs"].items()
    }
    found, faults = {}, []
    for kind, each in data["modeles"].items():
        unknown = [name for name in each["champs"] if name not in fields]
        mine = {name: fields[name] for name in each["champs"] if name in fields}
        model = LetterModel(kind=kind, title=each["titre"], reader=each["pour"], fields=mine, text=each["texte"])
        found[kind] = model
        said = [*(f"le champ « {name} » n'est pas déclaré" for name in unknown), *faults_of(model.text, model)]
        faults += [Fault(where=f"{FILE}, modeles, {kind}", problem=fault, mend="le corriger") for fault in said]
    if faults:
        raise CatalogueError(faults)
    return found


def faults_of(text: str, model: LetterModel) -> list[str]:
    """What is wrong with a text, every fault at once; nothing when it can be used."""
    if not text.strip():
        return ["Le texte est vide : écrivez-le, ou revenez au modèle."]
    found: dict[str, None] = {}
    if len(text) > LONGEST:
        found[f"{len(text)} caractères, {LONGEST} au plus : raccourcissez."] = None
    if UNPRINTABLE.search(text):
        found["Un caractère ne s'imprime pas : récrivez la ligne où il est."] = None
    for number, line in enumerate(text.splitlines(), start=1):
        for name in _FIELD.findall(line):
            known = model.fields.get(name.strip())
            if known is None:
                every = ", ".join(model.fields)
                found[f"Ligne {number} : le champ « {name} » n'existe pas ici. Champs possibles : {every}."] = None
            elif known.form is not Form.TEXT and line.strip() != f"{{{name}}}":
                found[f"Ligne {number} : le champ « {name} » est un {known.form} : mettez-le seul sur sa ligne."] = None
        if "{" in _FIELD.sub("", line) or "}" in _FIELD.sub("", line):
            found[f"Ligne {number} : une accolade n'a pas sa paire."] = None
    return list(found)


def filled(text: str, model: LetterModel, values: Mapping[str, Value]) -> tuple[Part, ...]:
    """The text with its fields; ``ValueError`` for a text with faults, ``KeyError`` for a value not given."""
    faults = faults_of(text, model)
    if faults:
        raise ValueError(" ".join(faults))
    return tuple(part for line in text.splitlines() if line.strip() for part in _parts(line.strip(), model, values))


def _parts(line: str, model: LetterModel, values: Mapping[str, Value]) -> Iterator[Part]:
    alone = _FIELD.fullmatch(line)
    name = alone.group(1).strip() if alone else ""
    if alone and model.fields[name].form is not Form.TEXT:
        yield from _block(values[name])
        return
    # Read of the text itself, before its fields: a project called « - 50 % d'eau » is no bullet.
    mark = next((each for each in ("## ", "- ") if line.startswith(each)), "")
    told = line.removeprefix(mark)
    words = typeset(_FIELD.sub(lambda found: str(values[found.group(1).strip()]) or NOTHING, told))
    yield Heading(words) if mark == "## " else Words(words, bullet=mark == "- ")


def _block(value: Value) -> Iterator[Part]:
    if isinstance(value, Grid):
        if value.rows:
            spoken = _spoken(value)
            yield Grid(tuple(map(typeset, spoken.header)), tuple(tuple(map(typeset, row)) for row in spoken.rows))
            return
    elif value and not isinstance(value, str):
        yield from (Words(typeset(item), bullet=True) for item in value)
        return
    yield Words(value if isinstance(value, str) and value else f"{NOTHING[:1].upper()}{NOTHING[1:]}.")


def _spoken(grid: Grid) -> Grid:
    """The columns that say something of one row at least; the first, that names them, stays."""
    kept = [rank for rank, cells in enumerate(zip(*grid.rows, strict=True)) if not rank or not set(cells) <= _SILENT]
    return Grid(
        tuple(grid.header[rank] for rank in kept), tuple(tuple(row[rank] for rank in kept) for row in grid.rows)
    )


def placeholder(field: NamedField) -> Value:
    """What shows where a field goes when nothing is known of it: its own title, in brackets."""
    told = f"[{field.title}]"
    if field.form is Form.TEXT:
        return told
    if field.form is Form.LIST:
        return (told,)
    return Grid(field.columns, (tuple(f"[{column}]" for column in field.columns),))


def plain_text(parts: Sequence[Part]) -> str:
    """What a reader reads, line by line."""
    lines: list[str] = []
    for part in parts:
        if isinstance(part, Grid):
            lines += [" | ".join(row) for row in (part.header, *part.rows)]
        else:
            lines.append(part.text)
    return "\n".join(lines)


_SHAPE = block(
    schema={"const": "comite/v1"},
    champs=by_key(
        block(
            frozenset({"colonnes"}),
            titre=TEXT,
            forme={"enum": [form.value for form in Form]},
            colonnes=many(TEXT, least=1),
        )
    ),
    modeles=by_key(
        block(titre=TEXT, pour={"enum": ["comite", "entreprise", "organisme"]}, champs=many(TEXT, least=1), texte=TEXT),
    ),
)
