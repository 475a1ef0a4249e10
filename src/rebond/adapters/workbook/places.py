"""Where a fact of the census is in the workbook: its sheet, its column, the line of its row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from rebond.adapters.workbook.census import ANSWERED_SHEETS, MATURITY, SCORE, SCORE_REASON, Tables
from rebond.adapters.workbook.field_columns import COLUMNS
from rebond.adapters.workbook.layout import Column, ColumnType, Layout, Sheet
from rebond.adapters.workbook.naming import AID_NAMES, ENTRY_NAMES, cost_names, marked
from rebond.adapters.workbook.tables import Row
from rebond.history import Kind
from rebond.history.changes import (
    descent_ref,
    link_ref,
    mark_ref,
    meeting_ref,
    progress_ref,
    recusal_ref,
    referral_step_ref,
)

SHEETS: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.SETTINGS: "mission",
        Kind.FIRM: "entreprises",
        Kind.INTERVIEW: "entretiens",
        Kind.PROJECT: "projets",
        Kind.AID: "aides",
        Kind.PARTNER_ENTRY: "listes",
        Kind.DECISION: "decisions",
        Kind.LINK: "rapprochements",
        Kind.DESCENT: "filiations",
        Kind.MARK: "notes",
        Kind.RECUSAL: "deports",
        Kind.REFERRAL: "orientations",
        Kind.REFERRAL_STEP: "suites",
        Kind.ACTION: "actions",
        Kind.PROGRESS: "avancements",
        Kind.ACCOMPANIMENT: "accompagnements",
        Kind.MEETING: "rendez_vous",
        Kind.OPINION: "avis",
    }
)
"""The sheet whose rows are those of a kind."""
_ITEM_SHEETS: Mapping[tuple[Kind, tuple[str, ...]], str] = MappingProxyType(
    {
        (Kind.SETTINGS, ("envelope", "contributions")): "enveloppe",
        (Kind.SETTINGS, ("criteria",)): "criteres",
        (Kind.FIRM, ("links",)): "groupes",
        (Kind.PROJECT, ("costs",)): "depenses",
        (Kind.PROJECT, ("requests",)): "demandes",
        (Kind.ACCOMPANIMENT, ("promises",)): "promesses",
    }
)
"""Items of a record that are rows of a sheet of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a value is: ``row`` names the row of the sheet, ``column`` is the title that people see."""

    sheet: str
    """Key of the sheet."""
    title: str
    """Title of the sheet."""
    row: str
    column: str
    """Empty: the whole row, or a value that several cells make."""
    choices: Mapping[str, str]
    """Code → label of the values that the column takes."""

    def words(self, code: str) -> str:
        """A code as the workbook writes it."""
        return self.choices.get(code, code)


def place_of(layout: Layout, kind: Kind, ref: str, path: tuple[str, ...]) -> Place:
    """Where a value of the census is in the workbook."""
    if kind is Kind.CONFIRMATION:
        subject, _, rest = ref.partition("/")
        key = next((key for key, each in ANSWERED_SHEETS.items() if each.value == subject), "mission")
        sheet, row = layout.sheet(key), rest.partition("/")[0]
        column = next((each for each in sheet.columns if each.type is ColumnType.CONFIRMATION), None)
        return _place(sheet, row, column)
    for (owner, home), key in _ITEM_SHEETS.items():
        size = len(home)
        if owner is kind and path[:size] == home and len(path) > size:
            sheet, item = layout.sheet(key), path[size]
            row = f"{ref}, {item}" if ref and not item.startswith(ref) else item
            return _place(sheet, row, _column(sheet, path[size + 1 :]))
    sheet = layout.sheet(SHEETS[kind])
    return _place(sheet, ref, _column(sheet, path))


def is_row(kind: Kind, path: tuple[str, ...]) -> bool:
    """Whether a change at this path is that of a whole row of a sheet, and not of some of its cells."""
    if kind is Kind.CONFIRMATION:
        return False
    if not path:
        return True
    if kind is Kind.FIRM and len(path) == _YEAR_OF_A_LINK and path[0] == "links":
        return path[2] == "accounts"
    return (kind, path[:-1]) in _ITEM_SHEETS


_YEAR_OF_A_LINK = 4


def _place(sheet: Sheet, row: str, column: Column | None) -> Place:
    choices = {each.code: each.label for each in column.choices} if column else {}
    return Place(sheet=sheet.key, title=sheet.title, row=row, column=column.title if column else "", choices=choices)


def _column(sheet: Sheet, path: tuple[str, ...]) -> Column | None:
    """The column of a path inside a row; ``None`` when several cells make it, or none."""
    if not path:
        return None
    own = COLUMNS.get(sheet.key, {})
    chosen = None if path[0] in own else _BY_CRITERION.get(path[0])
    key = own.get(path[-1], "")
    return next((each for each in sheet.columns if (chosen(each, path) if chosen else each.key == key)), None)


def _evidence(column: Column, path: tuple[str, ...]) -> bool:
    return column.key == ("preuve_maturite" if path[-1] == "proof" else f"{MATURITY}{path[1]}")


def _score(column: Column, path: tuple[str, ...]) -> bool:
    return column.key == f"{SCORE_REASON if path[-1] == 'reason' else SCORE}{path[1]}"


def column_at(layout: Layout, kind: Kind, path: tuple[str, ...]) -> Column | None:
    """The column of a value of a row; ``None`` when several cells make it, or none."""
    return _column(layout.sheet(SHEETS[kind]), path)


def field_of(layout: Layout, kind: Kind, key: str) -> tuple[str, ...]:
    """Where a record holds what a column of its sheet says, as far as one name tells it apart; empty for none."""
    sheet = layout.sheet(SHEETS[kind])
    column = sheet.column(key)
    if column.fact is not None and key not in COLUMNS[sheet.key].values():
        return ("declared", column.fact.name)
    if key.startswith(MATURITY):
        return ("evidence", key.removeprefix(MATURITY))
    name = next((name for name, own in COLUMNS[sheet.key].items() if own == key), "")
    return _INSIDE.get((kind, name), (name,) if name else ())


_INSIDE: Mapping[tuple[Kind, str], tuple[str, ...]] = MappingProxyType(
    {(Kind.FIRM, name): ("establishment", name) for name in ("siret", "commune")}
)
"""Fields of a record that are a record's own part."""
_BY_CRITERION: Mapping[str, Callable[[Column, tuple[str, ...]], bool]] = MappingProxyType(
    {
        "accounts": lambda *_: False,
        "asked": lambda column, path: len(path) > 1 and column.key == path[1],
        "declared": lambda column, path: column.fact is not None and column.fact.name == path[-1],
        "evidence": lambda column, path: len(path) > 1 and _evidence(column, path),
        "needs": lambda column, path: len(path) > 1 and column.axis == path[1],
        "scores": lambda column, path: len(path) > 1 and _score(column, path),
        "weights": lambda column, path: bool(column.criterion) and column.criterion == path[-1],
    }
)
"""Fields that several columns share, one for each of their items. Accounts have a column for each of two years."""


def row_lines(tables: Tables) -> dict[tuple[str, str], int]:
    """Sheet key and name of a row, as ``Place`` has it → its line in the file."""
    return {(key, name): row.number for key, name, row in _named(tables)}


def _named(tables: Tables) -> Iterator[tuple[str, str, Row]]:
    for key in ("entreprises", "entretiens", "projets", "orientations", "actions", "accompagnements"):
        yield from ((key, row.text("id"), row) for row in tables[key].rows)
    yield from (("decisions", row.text("projet"), row) for row in tables["decisions"].rows)
    for row in tables["rapprochements"].rows:
        ref = link_ref(row.text("ligne"), row.text("entreprise"), row.text("projet"))
        yield "rapprochements", ref, row
    for row in tables["filiations"].rows:
        yield "filiations", descent_ref(row.text("geste"), row.text("origine"), row.text("devient")), row
    for row in tables["notes"].rows:
        number = int(row.text("numero"))
        yield "notes", mark_ref(row.text("projet"), row.text("critere"), row.text("evaluateur"), number), row
    for row in tables["deports"].rows:
        yield "deports", recusal_ref(row.text("entreprise"), row.text("evaluateur"), int(row.text("numero"))), row
    for row in tables["suites"].rows:
        yield "suites", referral_step_ref(row.text("orientation"), int(row.text("numero"))), row
    for row in tables["avancements"].rows:
        yield "avancements", progress_ref(row.text("action"), int(row.text("numero"))), row
    for row in tables["rendez_vous"].rows:
        yield "rendez_vous", meeting_ref(row.text("accompagnement"), int(row.text("numero"))), row
    yield from (("aides", name, row) for name, row in marked(tables["aides"].rows, AID_NAMES))
    yield from (("listes", name, row) for name, row in marked(tables["listes"].rows, ENTRY_NAMES))
    projects: dict[str, list[Row]] = {}
    for row in tables["depenses"].rows:
        projects.setdefault(row.text("projet"), []).append(row)
    for project, rows in projects.items():
        yield from (("depenses", name, row) for name, row in marked(rows, cost_names(project)))
