"""The process that prints: it ends with what it was asked, says why it cannot, and never outlives the one who asked."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rebond.adapters.printing.pdf import PdfUnavailableError
from rebond.adapters.printing.printer import UNAVAILABLE, Printer, PrintingError, printer

_PAGE = '<html lang="fr"><head><title>Essai</title></head><body><h1>Essai</h1></body></html>'
_NO_PANGO = """
import sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0'")
sys.meta_path.insert(0, Missing())
from rebond.adapters.printing.__main__ import main
main()
"""
_ASKS = """
import os, sys, time
from pathlib import Path
from rebond.adapters.printing.printer import printer
with printer(Path(sys.argv[1])) as printing:
    print(printing._process.pid, flush=True)
    time.sleep(600)
"""


def _lives(pid: int) -> bool:
    state = Path(f"/proc/{pid}/stat")
    return state.exists() and state.read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"


def test_a_page_is_printed_and_a_printer_that_fails_says_why(tmp_path: Path) -> None:
    with printer(tmp_path / "page.pdf") as printing:
        printing.begin(_PAGE)
        printing.finish()
    assert (tmp_path / "page.pdf").read_bytes().startswith(b"%PDF")
    with printer(tmp_path / "absent" / "page.pdf") as printing:
        printing.begin(_PAGE)
        with pytest.raises(PrintingError, match="FileNotFoundError"):
            printing.finish()


def test_a_machine_without_the_libraries_is_told_from_a_failure() -> None:
    command = [sys.executable, "-c", _NO_PANGO, "page.pdf"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE)
    with process, pytest.raises(PdfUnavailableError, match="bibliothèques système absentes"):
        Printer(process).finish()
    assert process.returncode == UNAVAILABLE


def test_a_printer_stops_with_the_one_who_asked_even_killed(tmp_path: Path) -> None:
    with printer(tmp_path / "page.pdf") as printing:
        given_up = printing._process.pid
    assert not _lives(given_up)
    asking = subprocess.Popen(
        [sys.executable, "-c", _ASKS, str(tmp_path / "page.pdf")], stdout=subprocess.PIPE, text=True
    )
    with asking:
        assert asking.stdout is not None
        pid = int(asking.stdout.readline())
        os.kill(asking.pid, signal.SIGKILL)
    end = time.monotonic() + 60
    while _lives(pid) and time.monotonic() < end:
        time.sleep(0.05)
    assert not _lives(pid)
    assert not list(tmp_path.iterdir())
