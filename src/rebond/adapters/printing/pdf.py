"""A page as a tagged PDF."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rebond.adapters.printing.accessible import finish

_PACKAGES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
"""Debian packages of the libraries that WeasyPrint loads."""


class PdfUnavailableError(Exception):
    """The machine lacks the libraries that draw text: the message says which packages hold them."""

    def __init__(self) -> None:
        super().__init__(
            f"PDF non écrit : bibliothèques système absentes. Installer les paquets {_PACKAGES} "
            "(sous Debian : apt-get install), puis relancer. Les autres documents sont écrits."
        )


def prepare() -> None:
    """Load what prints; raises ``PdfUnavailableError``."""
    try:
        import weasyprint  # noqa: F401 - it needs system libraries that a bare machine may lack
    except OSError as error:
        raise PdfUnavailableError from error


_MOMENT = "SOURCE_DATE_EPOCH"
_1980 = "315532800"


@contextmanager
def undated() -> Iterator[None]:
    """The fonts cut down for a PDF bear the moment of it, unless the environment says one: same page, same bytes."""
    if _MOMENT in os.environ:
        yield
        return
    os.environ[_MOMENT] = _1980
    try:
        yield
    finally:
        os.environ.pop(_MOMENT, None)


def write_pdf(path: Path, page: str) -> None:
    """Print a page as a tagged PDF, the same page to the same bytes; raises ``PdfUnavailableError``.

    It declares PDF/UA-1: what of it was checked, and by whom, is in docs/adr/0075.
    """
    prepare()
    from weasyprint import HTML

    with undated():
        HTML(string=page).write_pdf(path, pdf_variant="pdf/ua-1", finisher=finish)
