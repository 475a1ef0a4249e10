"""The first sheet of the workbook: what it is for, how to fill it in, every column."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rebond.adapters.workbook.layout import Column, Layout
from rebond.adapters.workbook.styles import TYPE_LABELS

if TYPE_CHECKING:
    import xlsxwriter

GUIDE_TITLE = "guide"

_INTRODUCTION = (
    "Ce classeur recense les entreprises, les entretiens et les projets d'une mission de rebond industriel.",
    "« rebond census check FICHIER » signale, cellule par cellule, tout ce qui est à corriger.",
)
_RULES = (
    "Une ligne par entreprise, entretien, projet, dépense ou aide ; ni cellule fusionnée ni formule.",
    "Les colonnes au titre suivi d'un astérisque (fond bleu foncé) sont obligatoires.",
    "Une cellule facultative vide vaut « inconnu » : ne rien inventer, Rebond dira ce qui manque.",
    "L'ordre des colonnes est libre ; leurs titres et ceux des feuilles ne changent pas.",
    "La feuille « aides déjà obtenues » vide ne veut pas dire « aucune aide » : « Aides publiques déclarées » le dit.",
    "Les montants sont en euros hors taxes, les taux en pourcentage, les dates sous la forme 31/12/2026.",
    "« Vérifié (c'est exact) » répond aux questions de « rebond census check » : oui, la marque, qui, quand.",
    "Les identifiants (E001, P001…) relient les feuilles : projet et entreprise, dépense et projet.",
    "Une feuille à soi : faire commencer son nom par « _ », Rebond ne la lira pas.",
)
_HEADERS = (
    "Feuille",
    "Colonne",
    "Attendu",
    "Obligatoire",
    "Explication",
    "Valeurs possibles",
    "Vu par, hors de l'équipe",
)
_WIDTHS = (22, 42, 30, 12, 64, 64, 64)
_MOST_VALUES = 30


def write_guide(book: xlsxwriter.Workbook, layout: Layout) -> None:
    """Add the guide to a workbook."""
    sheet = book.add_worksheet(GUIDE_TITLE)
    title = book.add_format({"bold": True, "font_size": 16})
    bold = book.add_format({"bold": True, "bg_color": "#E3E3FD", "border": 1})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    for index, width in enumerate(_WIDTHS):
        sheet.set_column(index, index, width)
    sheet.write_string(0, 0, "Recensement de la mission", title)
    line = 2
    for text in (*_INTRODUCTION, "", *(f"• {rule}" for rule in _RULES), ""):
        sheet.write_string(line, 0, text)
        line += 1
    sheet.write_row(line, 0, _HEADERS, bold)
    for each in layout.sheets:
        for column in each.columns:
            line += 1
            sheet.write_row(line, 0, _describe(each.title, column), wrapped)


def _describe(sheet: str, column: Column) -> tuple[str, ...]:
    values = "" if len(column.choices) > _MOST_VALUES else ", ".join(choice.label for choice in column.choices)
    return (
        sheet,
        column.title,
        TYPE_LABELS[column.type],
        "oui" if column.required else "",
        column.help,
        values,
        column.audience.title,
    )
