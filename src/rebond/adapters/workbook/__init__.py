"""The census workbook: its layout, the template to fill in, the check, the reading."""

from rebond.adapters.workbook.choices import organisation_choices
from rebond.adapters.workbook.export import census_rows
from rebond.adapters.workbook.layout import Column, ColumnType, Layout, Sheet, load_layout, regime_codes, regime_labels
from rebond.adapters.workbook.reading import read_census
from rebond.adapters.workbook.template import Row, write_template, write_workbook

__all__ = [
    "Column",
    "ColumnType",
    "Layout",
    "Row",
    "Sheet",
    "census_rows",
    "load_layout",
    "organisation_choices",
    "read_census",
    "regime_codes",
    "regime_labels",
    "write_template",
    "write_workbook",
]
