"""A sample of the hostile corpus in every run of the tests; ``make fuzz`` runs it whole, and mutations of it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.hostile.corpus import corpus
from tests.hostile.entries import ENTRIES, NotFrenchError, check_faults
from tests.hostile.seeds import SEEDS, seed
from tests.hostile.watch import Outcome, Worker

ROOT = Path(__file__).parents[2]
EVERY = 25
"""One file out of so many, and every one whose kind has bitten."""
BITTEN = (
    "classeur/cible-0.xlsx", "classeur/fusions.xlsx", "classeur/fusions-geantes.xlsx", "classeur/colonnes-100000.xlsx", "classeur/ods-milliards.ods",
    "classeur/double.xlsx", "classeur/chiffre.xlsx", "faits/bombe.yaml", "faits/recursif.yaml", "faits/objet.yaml", "faits/autre-crochets.yaml",
    "faits/autre-tirets.yaml", "probleme/autre-accolades.json", "probleme/autre-ferme.json", "probleme/profond-900.json", "probleme/cle-longue.json",
    "tableau/autre-guillemet.csv", "tableau/cent-mille-colonnes.csv", "tableau-parquet/autre-parquet.parquet", "zonage/autre-guillemet.csv",
    "tee/nombre-8-20.json", "tee/valeur-1-10.json", "tee/valeur-8-8.json",
)  # fmt: skip


@pytest.mark.slow
def test_a_hostile_file_is_refused_in_french_or_read_and_never_crashes_nor_hangs() -> None:
    worker = Worker()
    names: set[tuple[str, str]] = set()
    outcomes: list[Outcome] = []
    try:
        for rank, case in enumerate(corpus()):
            assert (case.entry, case.name) not in names
            names.add((case.entry, case.name))
            if not case.heavy and (rank % EVERY == 0 or f"{case.entry}/{case.name}" in BITTEN):
                outcomes.append(worker.run(case.entry, case.name, case.content))
    finally:
        worker.close()
    wrong = [f"{each.name} : {each.end}\n{each.detail}" for each in outcomes if each.is_wrong]
    assert not wrong, "\n".join(wrong)
    ends = Counter(each.end for each in outcomes)
    assert ends["refusé"] > len(outcomes) / 2
    assert ends["accepté"] > 10
    # The corpus itself: a thousand files and more, over every entry.
    assert len(names) >= 1_000
    assert {entry for entry, _ in names} == set(SEEDS) == set(ENTRIES)


def test_the_good_file_of_every_entry_is_accepted() -> None:
    worker = Worker()
    try:
        ends = {name: worker.run(name, f"bon{about.suffix}", seed(name)) for name, about in SEEDS.items()}
    finally:
        worker.close()
    assert {name: each.end for name, each in ends.items() if each.end != "accepté"} == {}, ends


def test_the_watch_sees_a_crash_a_death_and_english(monkeypatch: pytest.MonkeyPatch) -> None:
    from rebond.errors import DataError, Fault

    def english(path: Path, out: Path) -> None:
        raise DataError([Fault(where="x", problem="Invalid isoformat string", mend="corriger")])

    def untidy(path: Path, out: Path) -> None:
        (out / "reste").touch()
        raise DataError([Fault(where="x", problem="faux", mend="corriger")])

    monkeypatch.setitem(ENTRIES, "trace", lambda *_: int("x"))
    monkeypatch.setitem(ENTRIES, "mort", lambda *_: os.abort())
    monkeypatch.setitem(ENTRIES, "anglais", english)
    monkeypatch.setitem(ENTRIES, "reste", untidy)
    worker = Worker()
    try:
        ends = [worker.run(name, "x", b"").end for name in ("trace", "mort", "anglais", "reste")]
    finally:
        worker.close()
    assert ends == ["trace", "mort", "phrase", "reste"]
    with pytest.raises(NotFrenchError):
        check_faults([])


def run(*words: str, **how: object) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, **dict(how.pop("env", {}))}  # type: ignore[call-overload]  # keyword of the test
    command = [sys.executable, "-c", "from rebond.cli import main; main()", *words]
    return subprocess.run(command, check=False, timeout=300, env=environment, stderr=subprocess.PIPE, **how)  # type: ignore[call-overload,no-any-return]  # keywords of subprocess


@pytest.mark.parametrize(
    "locale", [{"PYTHONIOENCODING": "ascii"}, {"PYTHONIOENCODING": "latin-1"}, {"LC_ALL": "C", "PYTHONUTF8": "0"}]
)
def test_a_terminal_without_french_letters_still_says_what_is_wrong(tmp_path: Path, locale: dict[str, str]) -> None:
    done = run("plan", os.fsdecode(bytes(tmp_path) + b"/\xe9\xff.json"), env=locale, stdout=subprocess.PIPE)
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr
    assert b"introuvable" in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="pas de /dev/full ici")
def test_a_full_disk_under_the_output_is_one_sentence(tmp_path: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = run("plan", str(ROOT / "docs" / "exemples" / "probleme.json"), "--json", stdout=full)
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr
    assert "disque plein" in done.stderr.decode()
