"""The census workbook of the site's catalogue: its layout, written and read."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from rebond.adapters.workbook import Layout, load_layout, organisation_choices, regime_codes
from rebond.adapters.workbook.reading import ReadWorkbook, read_workbook
from rebond.data import catalogue_part
from rebond.web.catalogue.reading import catalogue_folder, current_catalogue, referentials


@lru_cache(maxsize=1)
def workbook_layout() -> Layout:
    """The sheets and columns of the workbook, with the lists of the catalogue."""
    organisations = list(current_catalogue().organisations.values())
    return load_layout(
        referentials(),
        regimes=regime_codes(catalogue_part(catalogue_folder(), "regimes")),
        organisations=organisation_choices(organisations),
    )


def read_file(path: Path) -> ReadWorkbook:
    """What a workbook holds; raises ``CensusError`` with all its faults."""
    return read_workbook(path, layout=workbook_layout(), gazetteer=current_catalogue().gazetteer)


def instance_name() -> str:
    """What tells this instance from another in a stamp; nothing can be drawn from it."""
    return hashlib.sha256(f"instance:{settings.SECRET_KEY}".encode()).hexdigest()[:12]
