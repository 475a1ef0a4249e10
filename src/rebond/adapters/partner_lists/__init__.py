"""Partners' lists as they come: any usual file, a layout that is known or confirmed, its lines and its faults."""

from rebond.adapters.partner_lists.formats import FOLDER, ListFormat, load_formats
from rebond.adapters.partner_lists.mapping import ListMapping, Proposal, load_mapping
from rebond.adapters.partner_lists.output import merged_into_workbook, written_apart
from rebond.adapters.partner_lists.reading import Request, partner_code, read_list
from rebond.adapters.partner_lists.rows import ListLine, ListReading, lines_named

__all__ = [
    "FOLDER",
    "ListFormat",
    "ListLine",
    "ListMapping",
    "ListReading",
    "Proposal",
    "Request",
    "lines_named",
    "load_formats",
    "load_mapping",
    "merged_into_workbook",
    "partner_code",
    "read_list",
    "written_apart",
]
