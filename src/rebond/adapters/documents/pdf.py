"""The report as a tagged PDF, printed from its HTML page."""

from __future__ import annotations

from pathlib import Path

_PACKAGES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
"""Debian packages of the libraries that WeasyPrint loads."""


class PdfUnavailableError(Exception):
    """The machine lacks the libraries that draw text: the message says which packages hold them."""


def write_pdf(path: Path, page: str) -> None:
    """Print a page as PDF/UA-1 (declared, not certified); raises ``PdfUnavailableError``."""
    try:
        from weasyprint import HTML
    except OSError as error:
        raise PdfUnavailableError(
            f"PDF non écrit : bibliothèques système absentes. Installer les paquets {_PACKAGES} "
            "(sous Debian : apt-get install), puis relancer. Les autres documents sont écrits."
        ) from error
    HTML(string=page).write_pdf(path, pdf_variant="pdf/ua-1")
