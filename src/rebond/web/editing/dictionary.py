"""The declaration of every field, from which the forms are made: that of the workbook."""

from __future__ import annotations

from functools import lru_cache

from rebond.adapters.workbook import Layout, load_layout, organisation_choices, regime_codes
from rebond.data import catalogue_part
from rebond.eligibility.places import Gazetteer
from rebond.web.catalogue.reading import catalogue_folder, current_catalogue, referentials


@lru_cache(maxsize=1)
def current_layout() -> Layout:
    """Sheets and columns, with the lists of the site's catalogue."""
    return load_layout(
        referentials(),
        regimes=regime_codes(catalogue_part(catalogue_folder(), "regimes")),
        organisations=organisation_choices(current_catalogue().organisations.values()),
        dispositifs=current_catalogue().dispositifs,
    )


def gazetteer() -> Gazetteer:
    """The communes."""
    return current_catalogue().gazetteer
