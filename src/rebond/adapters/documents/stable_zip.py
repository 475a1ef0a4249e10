"""Office files are ZIP archives stamped with the time: a fixed one lets their bytes be compared."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

MOMENT = (1980, 1, 1, 0, 0, 0)
"""The oldest that an archive can tell."""


def rewrite_zip(path: Path) -> None:
    """The same archive, its members in the same order, without the moment it was written."""
    path.write_bytes(rewritten(path.read_bytes()))


def rewritten(content: bytes, change: Callable[[str, bytes], bytes] = lambda _, member: member) -> bytes:
    """The same, of bytes; ``change``: what each member becomes, by its name."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        members = [(member.filename, archive.read(member)) for member in archive.infolist()]
    held = BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, member in members:
            info = zipfile.ZipInfo(name, MOMENT)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, change(name, member))
    return held.getvalue()
