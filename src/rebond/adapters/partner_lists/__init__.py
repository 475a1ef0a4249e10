"""Partners' lists as they come: any usual file, a layout that is known or confirmed, its lines and its faults."""

from rebond.adapters.partner_lists.entries import Compared, compared
from rebond.adapters.partner_lists.fields import AMOUNTS, MEANINGS, UNITS, DateOrder, Field, Numbers
from rebond.adapters.partner_lists.formats import FOLDER, ListFormat, load_formats
from rebond.adapters.partner_lists.mapping import ListMapping, Proposal, load_mapping
from rebond.adapters.partner_lists.output import merged_into_workbook, written_apart
from rebond.adapters.partner_lists.reading import Request, partner_code, read_list
from rebond.adapters.partner_lists.rows import ListLine, ListReading, lines_named, read_lines
from rebond.adapters.partner_lists.steps import Offered, filled_tables, offered, table_of

__all__ = [
    "AMOUNTS",
    "FOLDER",
    "MEANINGS",
    "UNITS",
    "Compared",
    "DateOrder",
    "Field",
    "ListFormat",
    "ListLine",
    "ListMapping",
    "ListReading",
    "Numbers",
    "Offered",
    "Proposal",
    "Request",
    "compared",
    "filled_tables",
    "lines_named",
    "load_formats",
    "load_mapping",
    "merged_into_workbook",
    "offered",
    "partner_code",
    "read_lines",
    "read_list",
    "table_of",
    "written_apart",
]
