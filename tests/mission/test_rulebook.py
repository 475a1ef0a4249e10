"""The grids and rules of a mission, edited by advisers: what is wrong in any file is told, all at once."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from rebond.cli import main
from rebond.data import data_folder
from rebond.errors import CatalogueError
from rebond.mission import load_rulebook


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A catalogue whose referentials are its own; all the rest is the shipped one."""
    shutil.copytree(data_folder() / "referentiels", tmp_path / "referentiels")
    return tmp_path


Edit = Callable[[str, str, str], None]


@pytest.fixture
def edit(folder: Path) -> Edit:
    def replace(name: str, old: str, new: str) -> None:
        path = folder / "referentiels" / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return replace


def faults(folder: Path) -> list[str]:
    with pytest.raises(CatalogueError) as caught:
        load_rulebook(folder)
    return [str(fault) for fault in caught.value.faults]


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        ("selection.yaml", 'poids: "25 %"', "poids: beaucoup", "criteres.0.poids"),
        ("selection.yaml", 'poids: "25 %"', 'poids: "20 %"', "les poids ne font pas 100 %"),
        ("selection.yaml", "calcul: levier", "calcul: effet", "valeur hors de la liste"),
        ("selection.yaml", "note_max: 5", "note_max: 0", "valeur trop petite"),
        ("orientation.yaml", "  conseil: 60", "  conseils: 60", "clé inconnue : conseils"),
        (
            "orientation.yaml",
            'dernier_recours: [cci-meuse-haute-marne, "cci-*", equipe-mission]',
            "dernier_recours: []",
            "vide",
        ),
        ("feuille_de_route.yaml", "mois: 6", "mois: six", "un entier attendu"),
        ("taux_reference.yaml", 'taux: "4,11 %"', 'taux: "4,11"', "base.5.taux"),
        ("taux_reference.yaml", 'marge_actualisation: "1 %"\n', "", "clé obligatoire absente : marge_actualisation"),
    ],
)
def test_a_referential_of_the_wrong_shape_says_which_key(
    folder: Path, edit: Edit, name: str, old: str, new: str, expected: str
) -> None:
    edit(name, old, new)
    found = faults(folder)
    assert any(name in fault and expected in fault for fault in found), found


def test_the_faults_of_every_file_come_together(folder: Path, edit: Edit) -> None:
    edit("selection.yaml", "note_max: 5", "note_max: cinq")
    edit("maturite.yaml", "schema: maturite/v1", "schema: maturite/v9")
    edit("rapprochement.yaml", "schema: rapprochement/v2", "schema: rapprochement/v9")
    (folder / "zonages").mkdir()
    (folder / "zonages" / "frr.csv").write_text("maille,code,valeur\ncommune,52121,frr\n", encoding="utf-8")
    text = "\n".join(faults(folder))
    assert all(name in text for name in ("selection.yaml", "maturite.yaml", "rapprochement.yaml", "frr.csv"))


def test_an_organisation_that_does_not_exist_is_refused_wherever_it_is_named(folder: Path, edit: Edit) -> None:
    edit("orientation.yaml", 'difficulte: ["codefi-*", equipe-mission]', "difficulte: [codefi, equipe-mission]")
    edit("feuille_de_route.yaml", "pilote: france-travail", "pilote: pole-emploi")
    assert [fault.split(" — ")[0] for fault in faults(folder)] == [
        "referentiels/orientation.yaml : « codefi »",
        "referentiels/feuille_de_route.yaml : « pole-emploi »",
    ]


def test_every_axis_keeps_an_action_for_its_other_needs(folder: Path, edit: Edit) -> None:
    edit("axes.csv", "logistique,", "mobilite,Mobilité,\nlogistique,")
    (fault,) = faults(folder)
    assert "mobilite" in fault
    assert "sans mots clés" in fault


def test_the_catalogue_command_checks_the_referentials_too(folder: Path, edit: Edit) -> None:
    edit("selection.yaml", "note_max: 5", "note_max: cinq")
    result = CliRunner().invoke(main, ["catalogue", "check", "--catalogue", str(folder)])
    assert result.exit_code == 2
    assert "selection.yaml" in result.output
