"""A blank Word file: python-docx's own carries the date, the picture and the name of who made it, in 2013."""

from __future__ import annotations

from datetime import date, datetime, time

import docx
from docx.document import Document as WordFile

_LONGEST = 255
"""What a property of a Word file holds."""


def blank_word() -> WordFile:
    """A file without that picture; ``sign`` gives it its dates."""
    file = docx.Document()
    links = file.part.package.rels
    for key in [key for key, link in links.items() if link.reltype.endswith("/thumbnail")]:
        links.pop(key)
    return file


def sign(file: WordFile, *, title: str, dated: date, about: str = "") -> None:
    """Its title, language and dates: those of what it says."""
    properties = file.core_properties
    properties.title, properties.language = title[:_LONGEST], "fr-FR"
    properties.author = properties.last_modified_by = "Rebond"
    properties.comments, properties.revision = about[:_LONGEST], 1
    properties.subject = properties.keywords = properties.category = ""
    properties.created = properties.modified = datetime.combine(dated, time())
