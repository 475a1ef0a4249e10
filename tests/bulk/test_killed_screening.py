"""A screening killed at any gesture leaves verdicts with their own summary, or without any: never with another's."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from rebond.bulk.local import screen_table
from rebond.bulk.summary import SUMMARY_FILE, is_of
from rebond.dispositifs.catalogue import Catalogue
from tests.bulk.test_tables import ON
from tests.hostile.test_killed import killed_at


def run(table: Path, catalogue: Catalogue, out: Path) -> None:
    screen_table(table, catalogue, on=ON, out=out).write(out.parent)


def table(path: Path, *workforces: int) -> Path:
    rows = "".join(f"F{rank},{count}\n" for rank, count in enumerate(workforces))
    path.write_text(f"id,effectif\n{rows}", encoding="utf-8")
    return path


def test_verdicts_never_stand_beside_the_summary_of_another_run(catalogue: Catalogue, tmp_path: Path) -> None:
    before, after = table(tmp_path / "avant.csv", 40), table(tmp_path / "apres.csv", 40, 900)
    small = replace(catalogue, dispositifs=dict(list(catalogue.dispositifs.items())[:3]))
    seen = set()
    for step in range(300):
        out = tmp_path / str(step) / "verdicts.csv"
        run(before, small, out)
        was_killed = killed_at(step, partial(run, after, small, out))
        summary = out.parent / SUMMARY_FILE
        assert out.is_file(), step
        assert not summary.exists() or is_of(summary, out), step
        seen.add((len(out.read_text(encoding="utf-8").splitlines()), summary.exists()))
        if not was_killed:
            break
    assert not was_killed
    lines = {True: 4, False: 7}
    assert seen >= {(lines[True], True), (lines[False], False), (lines[False], True)}


def test_a_summary_is_not_that_of_verdicts_changed_since(catalogue: Catalogue, tmp_path: Path) -> None:
    out = tmp_path / "verdicts.csv"
    run(table(tmp_path / "t.csv", 40), catalogue, out)
    assert is_of(tmp_path / SUMMARY_FILE, out)
    out.write_text(out.read_text(encoding="utf-8") + "F9,x,oui\n", encoding="utf-8")
    assert not is_of(tmp_path / SUMMARY_FILE, out)
    assert not is_of(tmp_path / "absent.json", out)
