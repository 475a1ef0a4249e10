"""What the command line says about itself is in French, and a refused place is one sentence, not a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from rebond.cli import main


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["misson"], "Commande inconnue : misson."),
        (["mission", "run"], "Il manque l'argument"),
        (["mission", "run", "a.xlsx"], "Il manque l'option"),
        (["mission", "run", "a.xlsx", "--out", "x", "--on", "31/12/2026"], "n'est pas une date (AAAA-MM-JJ"),
        (["mission", "run", "a.xlsx", "--out", "x", "--on", "2026-02-30"], "n'est pas une date (AAAA-MM-JJ"),
        (["mission", "run", "a.xlsx", "--out", "x", "--catalogue", "/nulle/part"], "Dossier introuvable : /nulle/part"),
        (["screen", "--facts", "absent.yaml", "--on", "2026-10-05"], "introuvable : absent.yaml"),
    ],
)
def test_a_wrong_command_is_answered_in_french(arguments: list[str], said: str) -> None:
    outcome = CliRunner().invoke(main, arguments)
    assert outcome.exit_code == 2
    assert said in outcome.output
    assert not {"Usage", "Error", "Missing", "Invalid", "Try"} & set(outcome.output.replace(":", " ").split())


def test_the_help_is_in_french() -> None:
    shown = CliRunner().invoke(main, ["mission", "run", "--help"]).output
    assert "Emploi :" in shown
    assert "[obligatoire]" in shown
    assert "Show this message" not in shown


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    taken = tmp_path / "fichier"
    taken.write_text("déjà là", encoding="utf-8")
    outcome = CliRunner().invoke(main, ["census", "template", "--out", str(taken / "recensement.xlsx")])
    assert outcome.exit_code == 2
    assert "un fichier porte déjà le nom d'un dossier du chemin" in outcome.output
    assert "Traceback" not in outcome.output
