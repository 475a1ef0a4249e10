"""Write the sample: the census workbook, and the truth of linkage for tests and benchmarks."""

from __future__ import annotations

import csv
from pathlib import Path

from rebond.adapters.sample.partners import TruthRow, sample_truth
from rebond.adapters.sample.rows import DEFAULT_SEED, sample_layout, sample_rows
from rebond.adapters.workbook.template import write_workbook


def write_sample(path: Path, seed: int = DEFAULT_SEED) -> None:
    """Write the census workbook of the sample territory at ``path``."""
    rows = sample_rows(seed)
    (settings,) = rows["mission"]
    write_workbook(path, sample_layout(), {**rows, "mission": settings})


def write_truth(path: Path) -> None:
    """Write which firm and project each entry of the lists really is; the product never reads this file."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(TruthRow.__annotations__), lineterminator="\n")
        writer.writeheader()
        writer.writerows(sample_truth())
