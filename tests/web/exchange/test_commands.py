"""An instance made from nothing, and its missions, by the commands that people type."""

import json
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from rebond.cli import main
from rebond.errors import DataError
from rebond.web.settings_file import read_settings, settings_text
from tests.web.site import clean_environment

PASSWORD = "une-phrase-assez-longue"


def rebond(folder: Path, *words: str, code: int = 0, **more: str) -> str:
    """What a command says."""
    environment = clean_environment() | {"REBOND_INSTANCE": str(folder / "instance")} | more
    command = [sys.executable, "-c", "from rebond.cli import main; main()", *words]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


IN_TURN = """
import json, sys
from click.testing import CliRunner
from rebond.cli import main
told = []
for words in json.loads(sys.argv[1]):
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 0, done.output
    told.append(done.output)
print(json.dumps(told))
"""
"""Several commands in one process: it is Django that takes seconds to start, not what they do."""


def rebond_in_turn(folder: Path, *commands: tuple[str, ...]) -> list[str]:
    """What commands say, one after the other on the same instance."""
    environment = clean_environment() | {"REBOND_INSTANCE": str(folder / "instance")}
    command = [sys.executable, "-c", IN_TURN, json.dumps(commands)]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return list(json.loads(done.stdout.splitlines()[-1]))


def test_a_real_instance_from_nothing_to_a_deleted_mission(tmp_path: Path) -> None:
    instance = tmp_path / "instance"
    refused = rebond(tmp_path, "init", str(instance), "--compte", "chef", code=2, REBOND_ADMIN_PASSWORD="court")
    assert "trop court" in refused
    assert not instance.exists()
    made = rebond(tmp_path, "init", str(instance), "--compte", "chef", REBOND_ADMIN_PASSWORD=PASSWORD)
    assert f"rebond serve {instance}" in made
    assert {path.name for path in instance.iterdir()} >= {"reglages.env", "cle-secrete", "rebond.sqlite3", "documents"}
    assert all(stat.S_IMODE(path.stat().st_mode) & 0o077 == 0 for path in (instance, *instance.iterdir()))
    again = rebond(tmp_path, "init", str(instance), "--compte", "x", code=2, REBOND_ADMIN_PASSWORD=PASSWORD)
    assert "contient déjà une instance" in again

    words = ("--nom", "Rebond", "--territoire", "le Cambrésis", "--epci", "200068500", "--comite", "20/11/2026")
    told = rebond_in_turn(
        tmp_path,
        ("mission", "new", *words, "--slug", "le-cambresis"),
        ("mission", "export", "le-cambresis", "--out", "terrain.xlsx"),
        ("mission", "import", "terrain.xlsx", "--mission", "le-cambresis"),
        ("mission", "delete", "le-cambresis", "--oui", "--archive", "fin.zip"),
        ("mission", "import", "fin.zip", "--slug", "retour"),
        ("journal", "verify"),
    )
    new, _, brought, gone, returned, verified = told
    assert "« retour » reprise de fin.zip" in returned
    assert "retour : journal intact, " in verified
    assert "« le-cambresis » créée" in new
    assert "ne change rien" in brought
    assert "supprimée" in gone
    with zipfile.ZipFile(tmp_path / "fin.zip") as archive:
        census = json.loads(archive.read("recensement.json"))
        acts = [json.loads(line)["act"] for line in archive.read("journal.jsonl").decode().splitlines()]
    assert census["mission"] == "le-cambresis"
    assert acts == ["gestion", "export"]
    assert "le-cambresis : journal intact, 3 lignes" in verified


def test_the_settings_of_a_new_instance_are_read_back(tmp_path: Path) -> None:
    file = tmp_path / "reglages.env"
    file.write_text(settings_text({"REBOND_HOSTS": "rebond.exemple.fr", "REBOND_DOCUMENTS": "fichiers"}))
    found = read_settings(file)
    assert found == {"REBOND_HOSTS": "rebond.exemple.fr", "REBOND_DOCUMENTS": str(tmp_path / "fichiers")}


def test_a_text_given_for_a_setting_cannot_add_another(tmp_path: Path) -> None:
    file = tmp_path / "reglages.env"
    file.write_text(settings_text({"REBOND_OPERATOR": "Agglo\nREBOND_DEBUG=1"}))
    assert read_settings(file) == {"REBOND_OPERATOR": "Agglo REBOND_DEBUG=1"}


def test_every_fault_of_the_settings_is_said_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "reglages.env"
    file.write_text("REBOND_HOST=x\nREBOND_HOSTS\nMARQUE_ETAT=1\nMARQUE_ETAT=0\nrebond_https=1\n")
    with pytest.raises(DataError) as refused:
        read_settings(file)
    said = [str(fault) for fault in refused.value.faults]
    assert len(said) == 4
    assert "ligne 1 : « REBOND_HOST » — réglage inconnu" in said[0]
    assert "signe = absent" in said[1]
    assert "donné deux fois" in said[2]
    assert "REBOND_HTTPS ?" in said[3]


@pytest.mark.parametrize("words", [["mission", "list"], ["journal", "verify"], ["mission", "archive", "x"]])
def test_an_instance_that_is_not_there_is_said(words: list[str], tmp_path: Path) -> None:
    done = CliRunner().invoke(main, [*words, "--instance", str(tmp_path / "absente")])
    assert done.exit_code == 2
    assert "Fichier introuvable" in done.output
    assert not list(tmp_path.iterdir())
