"""``python -m rebond.adapters.printing FICHIER``: prints the page of its standard input, as long as someone waits."""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path

from rebond.adapters.printing.pdf import PdfUnavailableError, prepare, write_pdf
from rebond.adapters.printing.printer import LENGTH, UNAVAILABLE

_GIVEN_UP = 1


def main() -> None:
    """Load the libraries while the page is being made, read it, print it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # The one who asked is interrupted, and the input then ends.
    try:
        prepare()
    except PdfUnavailableError:
        sys.exit(UNAVAILABLE)
    source = sys.stdin.fileno()
    length = int.from_bytes(_read(source, LENGTH), "big")
    page = _read(source, length)
    if not length or len(page) < length:
        sys.exit(_GIVEN_UP)
    threading.Thread(target=_end_with, args=(source,), daemon=True).start()
    write_pdf(Path(sys.argv[1]), page.decode("utf-8"))


def _read(source: int, length: int) -> bytes:
    """So many bytes, or fewer when the input ends."""
    pieces: list[bytes] = []
    while length and (piece := os.read(source, length)):
        pieces.append(piece)
        length -= len(piece)
    return b"".join(pieces)


def _end_with(source: int) -> None:
    """Stop at once when the input ends: nobody waits any more."""
    while os.read(source, 1):
        pass
    os._exit(_GIVEN_UP)


if __name__ == "__main__":
    main()
