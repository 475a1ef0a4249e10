"""The rules kept between two commands: never others than those that the files of the day say."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from rebond.cli import _kept
from rebond.cli._home import FOLDER_VARIABLE
from rebond.data import data_folder
from rebond.study.rulebook import Rulebook, load_rulebook


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    return load_rulebook(data_folder())


@pytest.fixture
def readings(rulebook: Rulebook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The catalogues read file after file since the test began; what is kept goes to a folder of its own."""
    read: list[Path] = []

    def load(folder: Path) -> Rulebook:
        read.append(folder)
        return rulebook

    monkeypatch.setattr(_kept, "load_rulebook", load)
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "kept"))
    return read


def test_rules_are_read_once_then_kept_as_they_were_read(
    readings: list[Path], rulebook: Rulebook, tmp_path: Path
) -> None:
    folder = tmp_path / "catalogue"
    shutil.copytree(data_folder() / "regimes", folder / "regimes")
    assert [_kept.kept_rulebook(folder) == rulebook for _ in range(3)] == [True] * 3
    assert len(readings) == 1
    one = next((folder / "regimes").glob("*.yaml"))
    one.write_text(f"{one.read_text(encoding='utf-8')}# relu\n", encoding="utf-8")
    _kept.kept_rulebook(folder)
    assert len(readings) == 2, "a file of the catalogue changed"
    one.rename(one.with_name("zz.yaml"))
    _kept.kept_rulebook(folder)
    assert len(readings) == 3, "a file has another name"
    _kept.kept_rulebook(data_folder())
    assert len(readings) == 4, "another catalogue"


def test_what_is_cut_short_changed_or_writable_by_others_is_read_anew(readings: list[Path], tmp_path: Path) -> None:
    home = tmp_path / "kept"
    _kept.kept_rulebook(data_folder())
    (file,) = home.iterdir()
    whole = file.read_bytes()
    for wrong in (b"", whole[: len(whole) // 2], whole[:-1] + b"?", b"not ours\n" + whole):
        before = len(readings)
        file.write_bytes(wrong)
        _kept.kept_rulebook(data_folder())
        assert len(readings) == before + 1
        assert file.read_bytes() == whole, "and kept again"
    home.chmod(0o777)
    before = len(readings)
    _kept.kept_rulebook(data_folder())
    assert len(readings) == before + 1
    home.chmod(0o700)
    file.chmod(0o666)
    _kept.kept_rulebook(data_folder())
    assert len(readings) == before + 2


def test_where_nothing_can_be_kept_rules_are_read_each_time(
    readings: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "file" / "kept"))
    for _ in range(2):
        _kept.kept_rulebook(data_folder())
    assert len(readings) == 2
    assert list(tmp_path.iterdir()) == [tmp_path / "file"]


def test_only_the_last_catalogues_are_kept(readings: list[Path], tmp_path: Path) -> None:
    for number in range(6):
        folder = tmp_path / f"catalogue{number}"
        (folder / "regimes").mkdir(parents=True)
        _kept.kept_rulebook(folder)
    assert len(readings) == 6
    assert len(list((tmp_path / "kept").iterdir())) == 4
