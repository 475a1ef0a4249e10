"""The dictionary as a page: every column of the workbook and every fact, from the declaration that forms read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rebond.adapters.workbook.choices import LONGEST_LIST
from rebond.adapters.workbook.layout import Column, ColumnType, Layout
from rebond.adapters.workbook.styles import TYPE_LABELS
from rebond.eligibility.dictionary import FactDefinition, FactDictionary, FactType
from rebond.reading.choices import Choice
from rebond.restitution.audiences import Audiences
from rebond.restitution.typography import typeset
from rebond.units import format_number

_FEW = 12
"""Values shown in their cell; a longer list has a table of its own."""
_UNITS = {
    ColumnType.EUROS: "€",
    ColumnType.AMOUNT_OR_BAND: "€",
    ColumnType.RATE: "%",
    ColumnType.HEADCOUNT: "équivalents temps plein",
}
_TYPES = {
    FactType.NUMBER: "nombre",
    FactType.EUROS: "montant en euros",
    FactType.DATE: "date",
    FactType.BOOLEAN: "oui ou non",
    FactType.TEXT: "texte",
    FactType.NAF: "code NAF",
    FactType.SET: "plusieurs choix",
}
_MEASURED = frozenset({ColumnType.INTEGER, ColumnType.NUMBER})
_INTRODUCTION = """\
# Dictionnaire du recensement

Chaque donnée d’une mission, telle que `classeur.yaml` et `faits.csv` la déclarent : une seule fois, pour le classeur,
les formulaires du site, les documents et cette page. Page écrite par `rebond census dictionary` ; elle ne se corrige
pas à la main.

« Inconnu » est une réponse : une case facultative vide est inconnue et reste à demander, « inconnu » dit qu’on a
demandé et que personne ne sait ; ni l’une ni l’autre n’est zéro. « Vu par » dit qui lit la donnée hors de l’équipe
([qui voit quoi](confidentialite.md)).
Les mêmes lignes en JSON : [recensement-v1.json](schemas/recensement-v1.json), écrit par
`rebond census schema`.
"""


def dictionary_page(layout: Layout, dictionary: FactDictionary, audiences: Audiences) -> str:
    """The page ``docs/dictionnaire.md``; the same declaration gives the same page."""
    lists: dict[tuple[Choice, ...], str] = {}
    parts = [_INTRODUCTION]
    for sheet in layout.sheets:
        parts.append(f"## Feuille « {sheet.title} »\n")
        rows = (_column_row(sheet.key, column, lists) for column in sheet.columns)
        parts.append(_table(_COLUMN_HEADERS, rows))
    held: dict[str, list[str]] = {}
    for sheet in layout.sheets:
        for column in sheet.columns:
            if column.fact is not None:
                held.setdefault(column.fact.name, []).append(f"`{sheet.key}.{column.key}`")
    parts.append("## Faits des conditions\n")
    parts.append(
        "Ce que les conditions des dispositifs peuvent nommer. Un fait sans colonne est calculé par Rebond, ou ne se "
        "donne que dans un fichier de faits ([tester une entreprise](tester-une-entreprise.md)).\n"
    )
    rows = (_fact_row(fact, held.get(fact.name, ()), lists, audiences) for fact in dictionary.values())
    parts.append(_table(_FACT_HEADERS, rows))
    parts.append("## Listes longues\n")
    for choices, title in lists.items():
        parts.append(f"### {title}\n")
        parts.append(_table(("Code", "Libellé"), ((f"`{each.code}`", each.label) for each in choices)))
    return "\n".join(parts)


_COLUMN_HEADERS = (
    "Libellé",
    "Clé",
    "Type",
    "Unité",
    "Bornes",
    "Valeurs",
    "Obligatoire",
    "Vu par, hors de l’équipe",
    "Aide",
)
_FACT_HEADERS = (
    "Libellé",
    "Nom",
    "Type",
    "Unité",
    "Porte sur",
    "Valeurs",
    "Colonne",
    "Vu par, hors de l’équipe",
    "Question et aide",
)


def _column_row(sheet: str, column: Column, lists: dict[tuple[Choice, ...], str]) -> tuple[str, ...]:
    unit = _UNITS.get(column.type, "")
    if column.fact is not None and column.type in _MEASURED:
        unit = column.fact.unit
    return (
        column.title,
        f"`{column.key}`",
        TYPE_LABELS[column.type] + (f" (« {column.target} »)" if column.target else ""),
        unit,
        _bounds(column),
        _values(column.choices, f"{column.title} ({sheet})", lists),
        "oui" if column.required else "",
        column.audience.title,
        " ".join(filter(None, (column.help, _own_words(column)))),
    )


def _own_words(column: Column) -> str:
    """What nobody fills in, and what holds when nobody says otherwise."""
    if column.hidden:
        return "Repère que Rebond écrit et relit."
    return f"Vide : {column.default}." if column.default else ""


def _bounds(column: Column) -> str:
    if column.type in {ColumnType.TEXT, ColumnType.LONG_TEXT}:
        return f"{column.maximum} caractères au plus" if column.maximum else ""
    low, high = column.minimum, column.maximum
    if low is not None and high is not None:
        return f"de {_figure(column, low)} à {_figure(column, high)}"
    return f"{_figure(column, low)} au moins" if low is not None else f"{_figure(column, high)} au plus" if high else ""


def _figure(column: Column, value: int) -> str:
    return str(value) if "annee" in column.key else format_number(value)


def _fact_row(
    fact: FactDefinition, columns: Sequence[str], lists: dict[tuple[Choice, ...], str], audiences: Audiences
) -> tuple[str, ...]:
    return (
        fact.label,
        f"`{fact.name}`",
        _TYPES[fact.type],
        fact.unit,
        fact.subject,
        _values(fact.choices, fact.label, lists),
        ", ".join(columns),
        audiences.audiences[fact.audience].title,
        " ".join(filter(None, (fact.question, fact.help))),
    )


def _values(choices: tuple[Choice, ...], title: str, lists: dict[tuple[Choice, ...], str]) -> str:
    if len(choices) <= _FEW:
        return ", ".join(f"`{each.code}`" + (f" ({each.label})" if each.label != each.code else "") for each in choices)
    if len(choices) > LONGEST_LIST:
        return "liste du catalogue"
    return f"liste « {lists.setdefault(choices, title)} », {len(choices)} valeurs"


def _table(headers: Sequence[str], rows: Iterator[tuple[str, ...]]) -> str:
    lines = [_line(headers), _line("---" for _ in headers), *(_line(_cell(text) for text in row) for row in rows)]
    return "\n".join(lines) + "\n"


def _line(cells: Iterator[str] | Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(text: str) -> str:
    said = text if text.startswith("`") else typeset(text)
    return " ".join(said.replace("|", r"\|").split("\n"))
