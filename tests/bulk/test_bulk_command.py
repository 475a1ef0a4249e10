"""``rebond bulk screen``: files, formats, summary, exit codes."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from rebond.bulk.summary import is_of
from rebond.cli import main
from rebond.dispositifs.catalogue import Catalogue


@pytest.fixture(autouse=True)
def _loaded_once(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rebond.cli.bulk.load_catalogue", lambda _: catalogue)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "firmes.csv"
    path.write_text("id;effectif;code_naf\nF1;12;25.73A\nF2;;\n", encoding="utf-8")
    return path


def screen(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["bulk", "screen", *map(str, arguments), "--on", "2026-11-23"])


@pytest.mark.parametrize(
    ("out", "options", "file"),
    [
        ("resultats", [], "resultats/verdicts.parquet"),
        ("resultats", ["--format", "csv"], "resultats/verdicts.csv"),
        ("resultats/oui.csv", ["--forme", "large"], "resultats/oui.csv"),
        ("resultats/oui.parquet", ["--forme", "bits"], "resultats/oui.parquet"),
    ],
)
def test_verdicts_and_summary_are_written_where_asked(
    out: str, options: list[str], file: str, table: Path, tmp_path: Path
) -> None:
    done = screen(table, "--out", tmp_path / out, *options)
    assert done.exit_code == 0, done.output
    assert (tmp_path / file).stat().st_size > 0
    summary = json.loads((tmp_path / f"{file}.resume.json").read_text(encoding="utf-8"))
    assert summary["fichier"] == Path(file).name
    assert summary["forme"] == (options[1] if "--forme" in options else "longue")
    assert summary["catalogue"] in done.output
    assert "2 lignes" in done.output


def test_each_output_of_a_folder_keeps_its_summary_and_the_former_one_leaves_with_its_verdicts(
    table: Path, tmp_path: Path
) -> None:
    former = tmp_path / "resume.json"
    for told, stays in (("autre.csv", True), ("verdicts.csv", False)):
        former.write_text(json.dumps({"fichier": told, "couples": 0}), encoding="utf-8")
        for forme in ("longue", "large"):
            done = screen(table, "--out", tmp_path, "--format", "csv", "--forme", forme)
            assert done.exit_code == 0, done.output
            assert ("resume.json, qui résumait" in done.output) is (not stays and forme == "longue")
        assert former.exists() is stays
    screen(table, "--out", tmp_path)
    for name, shape in (("verdicts.csv", "large"), ("verdicts.parquet", "longue")):
        summary = tmp_path / f"{name}.resume.json"
        assert is_of(summary, tmp_path / name)
        assert json.loads(summary.read_text(encoding="utf-8"))["forme"] == shape


def test_the_motive_is_a_column_only_when_asked(table: Path, tmp_path: Path) -> None:
    for options, heading in (([], '"id","dispositif","verdict"'), (["--motif"], '"id","dispositif","verdict","motif"')):
        done = screen(table, "--out", tmp_path, "--format", "csv", *options)
        assert done.exit_code == 0, done.output
        assert (tmp_path / "verdicts.csv").read_text(encoding="utf-8").splitlines()[0] == heading


def test_faults_end_with_code_two_and_write_nothing(table: Path, tmp_path: Path) -> None:
    table.write_text("id;effectif\nF1;douze\n", encoding="utf-8")
    done = screen(table, "--out", tmp_path / "resultats")
    assert done.exit_code == 2
    assert "« douze » — ce n'est pas un nombre de salariés" in done.stderr
    assert "1 défaut à corriger." in done.stderr
    assert not (tmp_path / "resultats").exists()


def test_options_that_cannot_go_together_are_told_at_once_before_anything_is_read(
    table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "pyspark" else object())
    options = ["--format", "parquet", "--forme", "bits", "--motif", "--engine", "spark"]
    done = screen(table, "--out", tmp_path / "v.csv", *options)
    assert done.exit_code == 2
    told = [line for line in done.stderr.splitlines() if line.startswith("✗ ")]
    assert all(
        words in line for words, line in zip(("--extra spark", "contredit", "Parquet", "--motif"), told, strict=True)
    )
    assert list(tmp_path.iterdir()) == [table]


def test_the_parts_of_spark_and_the_file_of_this_machine_never_take_each_others_place(
    table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: object())
    parts, file = tmp_path / "parties.parquet", tmp_path / "fichier.parquet"
    parts.mkdir()
    (parts / "part-0.parquet").write_bytes(b"")
    file.write_bytes(b"")
    for out, engine, words in ((parts, "local", "dossier de parties"), (file, "spark", "est un fichier")):
        done = screen(table, "--out", out, "--engine", engine)
        assert (done.exit_code, words in done.stderr) == (2, True)
