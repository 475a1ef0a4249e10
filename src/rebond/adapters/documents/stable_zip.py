"""Office files are ZIP archives stamped with the time: a fixed one lets their bytes be compared."""

from __future__ import annotations

import zipfile
from pathlib import Path

MOMENT = (1980, 1, 1, 0, 0, 0)
"""The oldest that an archive can tell."""


def rewrite_zip(path: Path) -> None:
    """The same archive, its members in the same order, without the moment it was written."""
    with zipfile.ZipFile(path) as archive:
        members = [(member.filename, archive.read(member)) for member in archive.infolist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            info = zipfile.ZipInfo(name, MOMENT)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
