"""What every page leans on, loaded before the site listens."""

from __future__ import annotations

import gc

from django.db import connections
from django.urls import get_resolver

from rebond.web.catalogue.reading import axes, commune_points, current_catalogue, maturity_grid, selection_grid
from rebond.web.editing.dictionary import current_layout, gazetteer
from rebond.web.financing.study import current_delays, current_rulebook


def warm() -> None:
    """Read the catalogue, its grids and the addresses; nothing of a mission, and no connection stays open."""
    loaded = (current_catalogue, current_rulebook, current_delays, current_layout, gazetteer)
    for load in (*loaded, axes, commune_points, maturity_grid, selection_grid):
        load()
    _ = get_resolver().url_patterns
    connections.close_all()
    # What is loaded once is never looked at again by the collector: processes keep sharing it.
    gc.freeze()
