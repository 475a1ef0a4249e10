"""What the sheet « mission » says of the press release, read and written."""

from __future__ import annotations

from rebond.adapters.workbook.tables import Row
from rebond.adapters.workbook.template import Row as Cells
from rebond.facts import UNKNOWN, Announcement

ANNOUNCED = {
    "issued_at": "lieu_communique",
    "programme": "contexte_programme",
    "quote": "citation",
    "quoted": "citation_auteur",
    "second_quote": "citation_2",
    "second_quoted": "citation_2_auteur",
    "press_contact": "contact_presse",
    "embargo_until": "embargo",
    "embargo_hour": "embargo_heure",
}
"""What is announced → its column; the logos, which are several, are apart."""


def announcement_in(row: Row) -> Announcement:
    """What people gave for the release."""
    logos = tuple(filter(None, (name.strip() for name in row.text("logos").split(","))))
    return Announcement(logos=logos, **{name: row.value(key) for name, key in ANNOUNCED.items()})


def announcement_parameters(announcement: Announcement) -> Cells:
    """The parameters that say it."""
    return {
        **{key: getattr(announcement, name) for name, key in ANNOUNCED.items()},
        "logos": ", ".join(announcement.logos) or UNKNOWN,
    }
