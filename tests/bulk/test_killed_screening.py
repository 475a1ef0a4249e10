"""A screening killed at any gesture leaves verdicts with their own summary, or without any: never with another's."""

from __future__ import annotations

import shutil
from dataclasses import replace
from functools import partial
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from rebond.bulk.local import screen_table
from rebond.bulk.shapes import Shape
from rebond.bulk.summary import SUMMARY_FILE, is_of, summary_place
from rebond.dispositifs.catalogue import Catalogue
from tests.bulk.test_tables import ON
from tests.hostile.test_killed import killed_at


def run(table: Path, catalogue: Catalogue, out: Path, shape: Shape = Shape.LONG) -> None:
    screen_table(table, catalogue, on=ON, out=out, shape=shape).write(out.parent)


def table(path: Path, *workforces: int) -> Path:
    rows = "".join(f"F{rank},{count}\n" for rank, count in enumerate(workforces))
    path.write_text(f"id,effectif\n{rows}", encoding="utf-8")
    return path


@pytest.mark.parametrize(("shape", "rows"), [(Shape.LONG, 6), (Shape.WIDE, 2), (Shape.BITS, 2)])
def test_verdicts_never_stand_beside_the_summary_of_another_run(
    shape: Shape, rows: int, catalogue: Catalogue, tmp_path: Path
) -> None:
    """Nor beside the ``resume.json`` of an earlier version, which told of the verdicts that they replace."""
    before, after = table(tmp_path / "avant.csv", 40, 50, 60), table(tmp_path / "apres.csv", 40, 900)
    small = replace(catalogue, dispositifs=dict(list(catalogue.dispositifs.items())[:3]))
    first, seen = tmp_path / "premier" / "verdicts.parquet", set()
    run(before, small, first)
    first.with_name(SUMMARY_FILE).write_text(f'{{"fichier": "{first.name}", "couples": 9}}', "utf-8")
    for step in range(300):
        out = shutil.copytree(first.parent, tmp_path / str(step)) / first.name
        former = out.with_name(SUMMARY_FILE)
        was_killed = killed_at(step, partial(run, after, small, out, shape))
        summary = summary_place(out)
        written = pq.read_metadata(out).num_rows
        assert written in {9, rows}, step
        assert not summary.exists() or is_of(summary, out), step
        assert written == 9 or not former.exists(), step
        seen.add((written, summary.exists()))
        if not was_killed:
            break
    assert not was_killed
    assert seen >= {(9, True), (rows, False), (rows, True)}


def test_a_summary_is_not_that_of_verdicts_changed_since(catalogue: Catalogue, tmp_path: Path) -> None:
    out = tmp_path / "verdicts.csv"
    run(table(tmp_path / "t.csv", 40), catalogue, out)
    assert is_of(summary_place(out), out)
    out.write_text(out.read_text(encoding="utf-8") + "F9,x,oui\n", encoding="utf-8")
    assert not is_of(summary_place(out), out)
    assert not is_of(tmp_path / "absent.json", out)
