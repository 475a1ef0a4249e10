"""Faults planted in the cells of a valid workbook: how to plant them, how their place is told."""

from openpyxl.utils import get_column_letter

PROJECTS, FIRMS, COSTS = "projets", "entreprises", "postes de dépense"


def set_in(sheet, **cells):
    """Plants values in cells of a sheet."""

    def plant(book):
        for cell, value in cells.items():
            book[sheet][cell] = value

    return plant


def cell_at(sheet, cell):
    return f"feuille « {sheet} », cellule {cell}"


def place_of(layout, spot):
    """``projets.debut.2`` → title of the sheet, cell; ``mission.nom`` → the cell of that parameter."""
    key, column, *row = spot.split(".")
    sheet = layout.sheet(key)
    index = [each.key for each in sheet.columns].index(column)
    return sheet.title, f"{get_column_letter(index + 1)}{row[0]}" if row else f"B{index + 2}"
