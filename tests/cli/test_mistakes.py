"""What people get wrong on the command line: a sentence in French, code 2, and nothing written."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from rebond.adapters.sample import write_sample
from rebond.cli import _places, main
from rebond.cli import mission as mission_command

RUN = ["mission", "run", "recensement.xlsx", "--out"]
PLAN = ["plan", "--workbook", "recensement.xlsx", "--project", "P003"]
BULK = ["bulk", "screen", "tableau.csv", "--on", "2026-10-05", "--out"]
AFR = ["zonage", "import", "afr", "absent.csv", "--date-debut", "2022-01-01", "--source", "décret", "--out", "cat"]


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("classeur") / "recensement.xlsx"
    write_sample(path)
    return path.read_bytes()


@pytest.fixture
def here(tmp_path: Path, workbook: bytes, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a good workbook, a good table, and things that people mistake for others."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    (tmp_path / "recensement.xlsx").write_bytes(workbook)
    (tmp_path / "tableau.csv").write_text("id;effectif\nF1;12\n", encoding="utf-8")
    (tmp_path / "dossier").mkdir()
    for name in ("vide.json", "vide.csv", "vide.parquet", "vide.xlsx", "vide.yaml", "vide.sqlite3"):
        (tmp_path / name).touch()
    for name in ("texte.txt", "faux.json", "faux.parquet", "faux.xlsx", "faux.sqlite3"):
        (tmp_path / name).write_text("bonjour\n", encoding="utf-8")
    (tmp_path / "latin.json").write_bytes('{"é": 1}'.encode("latin-1"))
    with sqlite3.connect(tmp_path / "autre.sqlite3") as base:
        base.execute("CREATE TABLE clients (nom)")
    return tmp_path


def run(arguments: list[str]) -> Result:
    return CliRunner().invoke(main, arguments)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        # A place where nothing can be written.
        ([*RUN, "texte.txt"], "« texte.txt » est un fichier, un dossier est attendu"),
        ([*RUN, "texte.txt/sous"], "un fichier porte déjà le nom d'un dossier du chemin"),
        ([*RUN, ""], "chemin vide"),
        ([*PLAN, "--xlsx", "absent/plan.xlsx"], "« absent » : dossier introuvable"),
        ([*PLAN, "--docx", "plan.odt"], "le nom doit finir par « .docx »"),
        ([*PLAN, "--pdf", "dossier"], "« dossier » est un dossier"),
        ([*BULK, "texte.txt"], "« texte.txt » est un fichier, un dossier est attendu"),
        ([*BULK, "texte.txt/v.csv"], "un fichier porte déjà le nom d'un dossier du chemin"),
        ([*BULK, ""], "chemin vide"),
        (["census", "template", "--out", "modele.txt"], "le nom doit finir par « .xlsx »"),
        (["census", "template", "--out", "dossier"], "« dossier » est un dossier"),
        (["demo", "--no-serve", "--out", "texte.txt/x"], "un fichier porte déjà le nom d'un dossier du chemin"),
        # A file that is missing, empty, or of another kind.
        (["mission", "run", "absent.xlsx", "--out", "x"], "fichier introuvable"),
        (["mission", "run", "vide.xlsx", "--out", "x"], "n'est pas un classeur lisible"),
        (["census", "check", "texte.txt"], "fichier texte"),
        (["plan", "absent.json"], "fichier illisible : introuvable"),
        (["plan", "vide.json"], "fichier vide"),
        (["plan", "faux.json"], "une valeur est attendue"),
        (["plan", "latin.json"], "pas en UTF-8"),
        (["screen", "--facts", "vide.yaml", "--on", "2026-10-05"], "des faits sont attendus"),
        (["bulk", "screen", "vide.csv", "--on", "2026-10-05", "--out", "x"], "il est vide"),
        (["bulk", "screen", "vide.parquet", "--on", "2026-10-05", "--out", "x"], "il est vide"),
        (["bulk", "screen", "faux.parquet", "--on", "2026-10-05", "--out", "x"], "pas un Parquet entier"),
        (["bulk", "screen", "dossier", "--on", "2026-10-05", "--out", "x"], "c’est un dossier"),
        (["catalogue", "import", "tee", "absent.json", "--out", "cat"], "fichier illisible : introuvable"),
        (["catalogue", "import", "aides-territoires", "faux.json", "--out", "cat"], "une valeur est attendue"),
        (["catalogue", "check", "--catalogue", "dossier"], "aucune partie d'un catalogue"),
        (AFR, "fichier illisible : introuvable"),
        (["serve", "--db", "absent.sqlite3"], "Fichier introuvable"),
        (["serve", "--db", "vide.sqlite3"], "n'est pas une base SQLite"),
        (["serve", "--db", "faux.sqlite3"], "n'est pas une base SQLite"),
        (["serve", "--db", "autre.sqlite3"], "n'est pas une base de Rebond"),
        # A value that means nothing.
        ([*RUN, "x", "--on", "05/10/2026"], "n'est pas une date (AAAA-MM-JJ"),
        (["plan", "--workbook", "recensement.xlsx", "--project", "P999"], "projet absent du classeur"),
        (["plan", "--workbook", "recensement.xlsx"], "--workbook et --project"),
        ([*PLAN, "--soutien-min", "-5"], "valeur négative"),
        ([*PLAN, "--soutien-min", "beaucoup"], "n'est pas un montant"),
        ([*PLAN, "--et-si", "effectif"], "écrire fait=valeur"),
        ([*PLAN, "--et-si", "effectif=beaucoup"], "n'est pas un nombre"),
        ([*PLAN, "--avant", "demain"], "n'est pas une date"),
        (["catalogue", "fresh", "--on", "demain"], "n'est pas une date"),
        (["serve", "--db", "autre.sqlite3", "--port", "99999"], "99999 est hors de l'intervalle"),
        (["demo", "--port", "abc"], "n'est pas un nombre"),
    ],
)
def test_a_mistake_is_one_sentence_with_code_two_and_nothing_is_written(
    here: Path, arguments: list[str], said: str
) -> None:
    before = {path: path.stat().st_mtime_ns for path in here.rglob("*")}
    outcome = run(arguments)
    assert outcome.exit_code == 2, outcome.output
    assert said in " ".join(outcome.output.split())
    assert "Traceback" not in outcome.output
    assert "No such file" not in outcome.output
    assert {path: path.stat().st_mtime_ns for path in here.rglob("*")} == before


def test_a_folder_without_right_of_writing_is_refused_before_any_work(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(**_: object) -> None:
        raise PermissionError(13, "Permission denied")

    def work(*_: object, **__: object) -> None:
        raise AssertionError("rien ne doit être lu ni calculé")

    monkeypatch.setattr("tempfile.TemporaryFile", refused)
    monkeypatch.setattr(mission_command, "load_rulebook", work)
    outcome = run([*RUN, "resultats"])
    assert outcome.exit_code == 2
    assert "droits insuffisants" in outcome.output
    assert not (here / "resultats").exists()


def test_a_document_that_cannot_be_made_leaves_none(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from rebond.adapters.plan_documents import pdf
    from rebond.errors import RebondError

    def fail(*_: object) -> None:
        raise RebondError("PDF impossible")

    monkeypatch.setattr(pdf, "write_pdf", fail)
    outcome = run([*PLAN, "--xlsx", "plan.xlsx", "--pdf", "plan.pdf"])
    assert outcome.exit_code == 1
    assert "PDF impossible" in outcome.output
    assert not list(here.glob("plan.*"))


@pytest.mark.enable_socket
def test_a_port_already_taken_is_said_before_the_mission_is_played(here: Path) -> None:
    import socket

    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        outcome = run(["demo", "--out", "demo", "--port", str(port)])
    assert outcome.exit_code == 2
    assert "est déjà pris" in outcome.output
    assert not (here / "demo").exists()
    assert "n'est pas une adresse" in _places.address_refusal("nulle part", port)
