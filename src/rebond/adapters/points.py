"""Where communes are on a map: centroids of the territories that come with them."""

from __future__ import annotations

from pathlib import Path

from rebond.data import catalogue_part
from rebond.data.csvfile import csv_rows


def load_points(folder: Path) -> dict[str, tuple[float, float]]:
    """INSEE code → (latitude, longitude), from ``demo/*/communes.csv`` of the data folder; empty when there is none."""
    points: dict[str, tuple[float, float]] = {}
    for path in sorted(catalogue_part(folder, "demo").glob("*/communes.csv")):
        for row in csv_rows(path, "code_insee", "latitude", "longitude"):
            points[row["code_insee"]] = (float(row["latitude"]), float(row["longitude"]))
    return points
