"""The folder of what can be made again: the user's own cache, where others cannot write."""

from __future__ import annotations

import os
from pathlib import Path

FOLDER_VARIABLE = "REBOND_CACHE_DIR"
"""The folder to keep it in, instead of the one that the system has for it."""


def home() -> Path:
    """Where the system wants what can be made again; raises ``RuntimeError`` when the user has no home."""
    if chosen := os.environ.get(FOLDER_VARIABLE):
        return Path(chosen)
    if caches := os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA"):
        return Path(caches) / "rebond"
    return Path.home() / ".cache" / "rebond"


def is_ours(path: Path) -> bool:
    """Whether nobody but the user can have written there."""
    if os.name != "posix":
        return True  # the folder of an account is its own
    found = path.stat()
    return found.st_uid == os.getuid() and not found.st_mode & 0o022
