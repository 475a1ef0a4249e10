"""``vraisemblance.yaml``: each check has its rule, and a wrong file says all that is wrong."""

from collections.abc import Callable
from pathlib import Path

import pytest

from rebond.data import data_folder
from rebond.errors import CatalogueError
from rebond.plausibility import load_plausibility
from rebond.plausibility.rules import CHECKS, FILE

TEXT = (data_folder() / "referentiels" / FILE).read_text(encoding="utf-8")


@pytest.fixture
def faults(tmp_path: Path) -> Callable[[str], str]:
    def read(text: str) -> str:
        (tmp_path / FILE).write_text(text, encoding="utf-8")
        with pytest.raises(CatalogueError) as caught:
            load_plausibility(tmp_path)
        return str(caught.value)

    return read


def test_every_check_has_its_rule_and_its_source():
    rules = load_plausibility(data_folder() / "referentiels").rules
    assert rules.keys() == CHECKS.keys()
    assert all(rule.source for rule in rules.values())


def test_every_fault_of_the_file_comes_at_once(faults):
    wrong = (
        TEXT.replace("bornes: {annees: 20}", "bornes: {ans: 20}")
        .replace("l'enveloppe en euros", "l'enveloppe en {devise}")
        .replace("code: duree_longue", "code: duree_longu")
        .replace("bornes: {max: 1}", "bornes: {max: un}")
    )
    said = faults(wrong)
    assert "« annees » — borne absente" in said
    assert "« ans » — borne inconnue" in said
    assert "« devise » — champ inconnu" in said
    assert "« duree_longu » — contrôle inconnu" in said
    assert "« duree_longue » — contrôle sans règle" in said
    assert "« un » — borne illisible" in said
    assert "ligne" in said


def test_an_unknown_severity_is_refused(faults):
    assert "gravite" in faults(TEXT.replace("gravite: remarque", "gravite: rose", 1))
