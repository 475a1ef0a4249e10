"""A layout that nobody knows: a mapping is proposed from titles and contents, people correct and confirm it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from rebond.adapters.partner_lists.fields import (
    AMOUNTS,
    MEANINGS,
    UNITS,
    DateOrder,
    Field,
    Numbers,
    key_of,
    title_of,
)
from rebond.adapters.partner_lists.formats import ListFormat
from rebond.adapters.partner_lists.guessing import Sample, likely_fields, likely_header
from rebond.adapters.partner_lists.matching import LETTERS, SEARCHED_ROWS, Columns, titles_of
from rebond.adapters.partner_lists.raw import RawTable
from rebond.adapters.workbook.wording import column_letters, short
from rebond.data.yamlfile import YamlFile, read_yaml
from rebond.errors import DataError, Fault

SCHEMA = "correspondance/v1"
_KEYS = frozenset({"schema", "confirme", "partenaire", "colonnes", "unites", "dates", "nombres"})
_LAST_LETTER_COLUMN = 702
_UNIT_WORDS = {value: word for word, value in UNITS.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A mapping to confirm: nothing is imported with it as it is."""

    table: RawTable
    header: int
    names: Mapping[int, str]
    """Column → its title, or « colonne C »."""
    fields: Mapping[Field, int]
    reasons: Mapping[Field, str]
    samples: Mapping[int, Sample]
    units: Mapping[Field, Decimal]

    def text(self, partner: str) -> str:
        """The file that people correct; what is not sure is a comment beside it."""
        lines = [
            f"# Correspondance proposée pour « {self.table.name} » : à relire, puis écrire « confirme: oui ».",
            "# Un champ que la liste n'a pas se retire. Une colonne se nomme par son titre, ou « colonne C ».",
            f"schema: {SCHEMA}",
            "confirme: non",
            f"partenaire: {_quoted(partner)}   # code d'organisations.csv",
            "colonnes:",
        ]
        for field in Field:
            if field in self.fields:
                column = self.fields[field]
                sample = self.samples[column].shown
                lines.append(f"  {field}: {_quoted(self.names[column])}   # {self.reasons[field]} ; {sample}")
            else:
                lines.append(f"  # {field}: …   # {MEANINGS[field]} : aucune colonne reconnue")
        amounts = [field for field in AMOUNTS if field in self.fields]
        if amounts:
            lines.append("unites:   # euros, milliers ou millions")
            lines += [f"  {field}: {_UNIT_WORDS[self.units[field]]}" for field in amounts]
        lines += [
            f"dates: {DateOrder.DAY_FIRST}   # ou {DateOrder.YEAR_FIRST}, {DateOrder.MONTH_FIRST}",
            f"nombres: {Numbers.FRENCH}   # 1 234,5 ; ou {Numbers.ENGLISH} : 1,234.5",
        ]
        left = [column for column in self.names if column not in self.fields.values()]
        if left:
            lines.append("# Colonnes laissées :")
            lines += [f"#   {_quoted(self.names[column])} ; {self.samples[column].shown}" for column in left]
        return "\n".join(lines) + "\n"


def propose(table: RawTable, formats: Sequence[ListFormat]) -> Proposal:
    """Which column may be which field, by its title first, then by what it holds."""
    header = likely_header(table, formats)
    width = max((len(cells) for _, cells in table.rows), default=0)
    titles = titles_of(table.rows[header][1]) if header >= 0 else {}
    names: dict[int, str] = {}
    for column in range(width):
        text = titles[column].text if column in titles else ""
        twice = any(key_of(text) == key_of(other) for other in names.values())
        names[column] = text if text and not twice else f"{LETTERS}{column_letters(column)}"
    samples = {column: Sample.of(table, header, column) for column in range(width)}
    found = likely_fields(titles, samples, formats)
    return Proposal(
        table=table,
        header=header,
        names={column: name for column, name in names.items() if not samples[column].is_empty},
        fields={field: column for field, (column, _) in found.items()},
        reasons={field: reason for field, (_, reason) in found.items()},
        samples=samples,
        units={
            field: (titles[column].unit if column in titles else None) or Decimal(1)
            for field, (column, _) in found.items()
        },
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ListMapping:
    """A mapping that someone confirmed; it serves for every list of the same layout."""

    name: str
    file: YamlFile
    partner: str
    columns: Mapping[Field, str]
    units: Mapping[Field, Decimal]
    dates: DateOrder
    numbers: Numbers

    def match(self, table: RawTable) -> Columns:
        """Where these columns are in a table; raises ``DataError`` for those that it does not have."""
        lettered = {field: _lettered(name) for field, name in self.columns.items()}
        wanted = {field: title_of(name).key for field, name in self.columns.items() if lettered[field] is None}
        header, titles = -1, {}
        if wanted:
            rows = [titles_of(cells) for _, cells in table.rows[:SEARCHED_ROWS]]
            keys = [{title.key for title in row.values()} for row in rows]
            scores = [sum(key in row for key in wanted.values()) for row in keys]
            header = scores.index(max(scores)) if scores else 0
            titles = rows[header] if rows else {}
        places = {field: column for field, column in lettered.items() if column is not None}
        faults: list[Fault] = []
        for field, key in wanted.items():
            found = [column for column, title in titles.items() if title.key == key]
            if len(found) == 1:
                places[field] = found[0]
                continue
            problem = "deux colonnes portent ce titre" if found else f"colonne absente de « {table.name} »"
            mend = "la désigner par sa lettre : « colonne C »" if found else "reprendre un titre de la liste"
            faults.append(self.file.fault(("colonnes", field.value), self.columns[field], problem, mend))
        if faults:
            raise DataError(faults)
        return Columns(
            origin=f"correspondance « {self.name} »",
            header=header,
            titles={column: title.text for column, title in titles.items()},
            places=places,
            units={
                field: self.units.get(field) or (titles[column].unit if column in titles else None) or Decimal(1)
                for field, column in places.items()
            },
            dates=self.dates,
            numbers=self.numbers,
            partner=self.partner,
        )


def load_mapping(path: Path) -> ListMapping:
    """A mapping that people corrected; raises ``DataError`` with all its faults, and when it is not confirmed."""
    file = read_yaml(path)
    faults = [*file.faults] or list(_wrong(file))
    if faults:
        raise DataError(faults)
    data: Mapping[str, Any] = file.data
    return ListMapping(
        name=path.name,
        file=file,
        partner=str(data.get("partenaire") or ""),
        columns={Field(name): str(title) for name, title in data["colonnes"].items()},
        units={Field(name): UNITS[str(word)] for name, word in (data.get("unites") or {}).items()},
        dates=DateOrder(str(data.get("dates", DateOrder.DAY_FIRST))),
        numbers=Numbers(str(data.get("nombres", Numbers.FRENCH))),
    )


def _wrong(file: YamlFile) -> Iterator[Fault]:
    data = file.data
    if not isinstance(data, Mapping) or not isinstance(data.get("colonnes"), Mapping):
        yield file.fault((), "", "ce n'est pas une correspondance", "reprendre celle que la commande propose")
        return
    if data.get("schema") != SCHEMA:
        yield file.fault(("schema",), str(data.get("schema")), "schéma inconnu", f"écrire « schema: {SCHEMA} »")
    for key in sorted(set(data) - _KEYS):
        yield file.fault((key,), key, "clé inconnue", f"une de : {', '.join(sorted(_KEYS))}")
    if data.get("confirme") not in (True, "oui"):
        mend = "la relire, puis écrire « confirme: oui »"
        yield file.fault(("confirme",), str(data.get("confirme")), "correspondance non confirmée", mend)
    fields = [field.value for field in Field]
    for name, title in data["colonnes"].items():
        if name not in fields:
            yield file.fault(("colonnes", name), name, "champ inconnu", f"un de : {', '.join(fields)}")
        elif not isinstance(title, str) or not title.strip():
            yield file.fault(("colonnes", name), str(title), "titre de colonne attendu", "écrire un texte")
    if Field.FIRM.value not in data["colonnes"]:
        mend = "dire quelle colonne est l'entreprise"
        yield file.fault(("colonnes",), "", "champ obligatoire « entreprise » absent", mend)
    yield from _wrong_choices(file, data)


def _wrong_choices(file: YamlFile, data: Mapping[str, Any]) -> Iterator[Fault]:
    for key, allowed in (("dates", [order.value for order in DateOrder]), ("nombres", [n.value for n in Numbers])):
        if key in data and str(data[key]) not in allowed:
            yield file.fault((key,), str(data[key]), "valeur inconnue", f"une de : {', '.join(allowed)}")
    units = data.get("unites") or {}
    for name, word in units.items() if isinstance(units, Mapping) else [("unites", units)]:
        if name not in [field.value for field in AMOUNTS] or str(word) not in UNITS:
            mend = f"un de {', '.join(AMOUNTS)} : {', '.join(UNITS)}"
            yield file.fault(("unites", name), f"{name}: {word}", "unité inconnue", mend)


def _lettered(name: str) -> int | None:
    """« colonne C » → 2; ``None`` for a title."""
    letters = name.strip().removeprefix(LETTERS)
    if letters == name.strip() or not letters.isascii() or not letters.isalpha() or not letters.isupper():
        return None
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1 if index <= _LAST_LETTER_COLUMN else None


def _quoted(text: str) -> str:
    """A text as YAML, on one line."""
    inner = short(text) if len(text) > 200 else " ".join(text.split())  # noqa: PLR2004 - a line of a file that people read
    return '"' + inner.replace("\\", "\\\\").replace('"', '\\"') + '"'
