"""What Python compiles, kept beside the rules of ``_kept`` where Python itself keeps nothing.

An image that was built without bytecode, or whose folders are read-only, compiles Rebond and its libraries again at
each command: a third of the time of a plan. The folder is the user's own cache; Python checks each file against its
source, so nothing rests on it.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from importlib.util import cache_from_source
from pathlib import Path

import rebond
from rebond.cli._home import home, is_ours

_FOLDER = "compile"


def keep_bytecode() -> None:
    """For this process and those that it starts, unless Python keeps bytecode by itself or nothing can be kept."""
    if sys.pycache_prefix is not None or Path(cache_from_source(rebond.__file__)).exists():
        return
    with suppress(OSError, RuntimeError):  # no home of the user, a folder that cannot be made
        kept = home() / _FOLDER
        kept.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not (is_ours(kept.parent) and is_ours(kept)):
            return
        sys.dont_write_bytecode, sys.pycache_prefix = False, str(kept)
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = str(kept)
