"""The process that prints, as seen by the one that asks: it prints while the other documents are written."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final

from rebond.adapters.printing.pdf import PdfUnavailableError

UNAVAILABLE: Final = 3
"""Exit code of a printer on a machine that lacks the libraries."""
LENGTH: Final = 8
"""Bytes that tell the length of the page, before it."""


class PrintingError(RuntimeError):
    """The printer stopped before its end."""


class Printer:
    """A process that prints one page; it loads its libraries while the page is being made."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def begin(self, page: str) -> None:
        """Give the page to print, and go on with something else."""
        written = page.encode("utf-8")
        with suppress(BrokenPipeError):  # A printer that is dead already: ``finish`` says why.
            self._pipe.write(len(written).to_bytes(LENGTH, "big") + written)
            self._pipe.flush()

    def finish(self) -> None:
        """Wait until the PDF is written; raises ``PdfUnavailableError`` or ``PrintingError``."""
        stderr = self._process.stderr
        said = stderr.read().decode("utf-8", "replace").strip().splitlines() if stderr else []
        code = self._process.wait()
        if code == UNAVAILABLE:
            raise PdfUnavailableError
        if code:
            why = said[-1] if said else "sans rien dire"
            raise PrintingError(f"l'impression du PDF s'est arrêtée avant sa fin (code {code}) : {why}")

    @property
    def _pipe(self) -> IO[bytes]:
        if self._process.stdin is None:
            raise PrintingError("l'imprimeur n'écoute pas")
        return self._process.stdin


@contextmanager
def printer(path: Path) -> Iterator[Printer]:
    """A printer of the PDF at ``path``; killed when the documents are given up before its end.

    Its input stays open until then: should this process be killed, the printer sees the end of its input and stops
    too, so that nothing is printed for nobody.
    """
    command = [sys.executable, "-m", __package__ or "", os.fspath(path)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE)  # noqa: S603 - our own module
    try:
        yield Printer(process)
    finally:
        process.kill()  # Nothing, for one that ended.
        with suppress(BrokenPipeError):
            process.communicate()
