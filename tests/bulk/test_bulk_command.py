"""``rebond bulk screen``: files, formats, summary, exit codes."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from rebond.cli import main


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "firmes.csv"
    path.write_text("id;effectif;code_naf\nF1;12;25.73A\nF2;;\n", encoding="utf-8")
    return path


def screen(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["bulk", "screen", *map(str, arguments)])


@pytest.mark.parametrize(
    ("out", "options", "file"),
    [
        ("resultats", [], "resultats/verdicts.csv"),
        ("resultats", ["--format", "parquet"], "resultats/verdicts.parquet"),
        ("resultats/oui.csv", [], "resultats/oui.csv"),
        ("resultats/oui.parquet", [], "resultats/oui.parquet"),
    ],
)
def test_verdicts_and_summary_are_written_where_asked(
    out: str, options: list[str], file: str, table: Path, tmp_path: Path
) -> None:
    done = screen(table, "--on", "2026-11-23", "--out", tmp_path / out, *options)
    assert done.exit_code == 0, done.output
    assert (tmp_path / file).stat().st_size > 0
    summary = json.loads((tmp_path / "resultats" / "resume.json").read_text(encoding="utf-8"))
    assert summary["fichier"] == Path(file).name
    assert summary["catalogue"] in done.output
    assert "2 lignes" in done.output


def test_the_motive_is_a_column_only_when_asked(table: Path, tmp_path: Path) -> None:
    for options, heading in (([], '"id","dispositif","verdict"'), (["--motif"], '"id","dispositif","verdict","motif"')):
        done = screen(table, "--on", "2026-11-23", "--out", tmp_path, *options)
        assert done.exit_code == 0, done.output
        assert (tmp_path / "verdicts.csv").read_text(encoding="utf-8").splitlines()[0] == heading


def test_faults_end_with_code_two_and_write_nothing(table: Path, tmp_path: Path) -> None:
    table.write_text("id;effectif\nF1;douze\n", encoding="utf-8")
    done = screen(table, "--on", "2026-11-23", "--out", tmp_path / "resultats")
    assert done.exit_code == 2
    assert "« douze » — ce n'est pas un nombre de salariés" in done.stderr
    assert "1 défaut à corriger." in done.stderr
    assert not (tmp_path / "resultats").exists()


def test_a_format_that_contradicts_the_name_is_refused(table: Path, tmp_path: Path) -> None:
    done = screen(table, "--on", "2026-11-23", "--out", tmp_path / "v.csv", "--format", "parquet")
    assert done.exit_code == 2
    assert "contredit" in done.stderr


def test_an_engine_that_is_not_installed_says_how_to_install_it(
    table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "pyspark" else object())
    done = screen(table, "--on", "2026-11-23", "--out", tmp_path, "--engine", "spark")
    assert done.exit_code == 1
    assert "--extra spark" in done.stderr
