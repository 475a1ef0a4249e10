"""The report as a tagged PDF, printed from its HTML page."""

from __future__ import annotations

import re
from pathlib import Path

_ROWS = re.compile(r'<ul class="lignes">(.*?)</ul>', re.DOTALL)
_ROW = re.compile(r"<li>(.*?)</li>", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")
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
    HTML(string=_ROWS.sub(_as_text, page)).write_pdf(path, pdf_variant="pdf/ua-1")


def _as_text(rows: re.Match[str]) -> str:
    """The rows behind a figure as one line: on paper their two thousand links double the time and serve nobody."""
    items = (_TAG.sub("", item).strip() for item in _ROW.findall(rows[1]))
    return f'<p class="lignes">{" · ".join(items)}</p>'
