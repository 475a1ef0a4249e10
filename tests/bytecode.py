"""Compiled once, even where Python is told to write no bytecode, as in many containers.

Each of the processes that tests start would compile Django and Rebond again, two seconds, and pytest would write each
assertion anew. Kept with pytest's own cache, out of the sources.
"""

import os
import sys
from pathlib import Path


def keep_bytecode() -> None:
    """For this process and for those that tests start; to be called before Rebond is imported."""
    if sys.dont_write_bytecode:
        kept = str(Path(__file__).parents[1] / ".pytest_cache" / "bytecode")
        sys.dont_write_bytecode, sys.pycache_prefix = False, kept
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = kept
