"""What Python compiles is kept where Python keeps nothing itself, and never where others may write."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import rebond

TOLD = "import sys\nfrom rebond.cli import main\nmain(['zonage', '--help'], standalone_mode=False)\n"
ASK = "print(sys.pycache_prefix, sys.dont_write_bytecode)"

pytestmark = pytest.mark.skipif(
    (Path(rebond.__file__).parent / "__pycache__").exists(), reason="Python keeps what it compiles here"
)


def run(cache: Path | str) -> str:
    """What Python says of its bytecode after a command, where it is told to write none."""
    told = {key: value for key, value in os.environ.items() if key != "PYTHONPYCACHEPREFIX"}
    told |= {"PYTHONDONTWRITEBYTECODE": "1", "REBOND_CACHE_DIR": str(cache)}
    done = subprocess.run([sys.executable, "-c", TOLD + ASK], capture_output=True, check=True, text=True, env=told)
    return done.stdout.splitlines()[-1]


def test_what_is_compiled_is_kept_where_python_is_told_to_keep_nothing(tmp_path: Path) -> None:
    assert run(tmp_path / "cache") == f"{tmp_path / 'cache' / 'compile'} False"
    assert list((tmp_path / "cache").rglob("zonage.*.pyc"))


def test_a_folder_that_others_may_write_in_is_not_trusted(tmp_path: Path) -> None:
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache").chmod(0o777)
    assert run(tmp_path / "cache") == "None True"


def test_where_nothing_can_be_kept_the_command_still_answers() -> None:
    assert run(os.devnull) == "None True"
