"""``rebond portfolio`` as people type it."""

from __future__ import annotations

import json
import os
import random
import signal
from pathlib import Path
from threading import Timer
from typing import Any

import pytest
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator

from rebond.adapters.sample import write_sample
from rebond.cli import main, portfolio
from rebond.portfolio.choosing.instance import Selected, select

DOCS = Path(__file__).parents[2] / "docs"
EXAMPLES = DOCS / "exemples"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["portfolio", *arguments])


def data_of(*arguments: str) -> dict[str, Any]:
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.stderr
    data: dict[str, Any] = json.loads(result.stdout)
    published = DOCS / "schemas" / f"{data['schema'].replace('/', '-')}.json"
    if data["schema"] in {"robustesse-resultat/v1", "selection-publiee/v1"}:
        Draft202012Validator(json.loads(published.read_text(encoding="utf-8"))).validate(data)
    return data


def test_the_knapsacks_of_the_page_are_proven() -> None:
    first, second = data_of("solve-mkp", str(EXAMPLES / "sac-a-dos.txt"))["instances"]
    assert (first["valeur"], first["prouve"], second["valeur"]) == (17, True, 8)
    assert all(limit["employe"] <= limit["disponible"] for limit in first["limites"])
    assert "prouvé optimal" in run("solve-mkp", str(EXAMPLES / "sac-a-dos.txt")).stdout


def test_one_instance_alone_may_be_asked() -> None:
    (only,) = data_of("solve-mkp", str(EXAMPLES / "sac-a-dos.txt"), "--instance", "2")["instances"]
    assert only["instance"] == "instance 2"
    assert run("solve-mkp", str(EXAMPLES / "sac-a-dos.txt"), "--instance", "3").exit_code == 2


def test_the_participatory_budget_of_the_page_is_proven() -> None:
    (found,) = data_of("solve-pb", str(EXAMPLES / "budget-participatif.pb"))["instances"]
    assert (found["valeur"], found["borne"], found["ecart"], found["statut"]) == (5, 5, 0, "prouvé optimal")


def test_points_of_ballots_are_the_value_when_they_are_asked(tmp_path: Path) -> None:
    path = tmp_path / "points.pb"
    path.write_text(
        "META\nkey;value\nbudget;100.5\nvote_type;cumulative\nPROJECTS\nproject_id;cost;name\n"
        'a;60.5;"Le ""parc""; grand"\nb;40;Deux\nc;50;Trois\nVOTES\nvoter_id;vote;points\nv1;a,b;1,5\nv2;"a,c";"1,3"\n',
        encoding="utf-8",
    )
    (approved,) = data_of("solve-pb", str(path))["instances"]
    (points,) = data_of("solve-pb", str(path), "--utilite", "points")["instances"]
    assert (approved["valeur"], approved["selection"]) == (3, ["a", "b"])
    assert (points["valeur"], points["selection"]) == (8, ["b", "c"])


def test_ctrl_c_gives_the_best_found_with_its_gap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred and twenty items under twenty limits of like weights: no proof comes within the time given."""
    draw = random.Random(1)
    uses = [[draw.randint(1, 1000) for _ in range(120)] for _ in range(20)]
    rooms = [sum(row) // 2 for row in uses]
    values = [sum(column) // 20 + draw.randint(0, 500) for column in zip(*uses, strict=True)]
    rows = [[2], *[[120, 20, 0], values, *uses, rooms] * 2]
    path = tmp_path / "long.txt"
    path.write_text("\n".join(" ".join(map(str, row)) for row in rows), encoding="utf-8")
    press = Timer(1.0, lambda: os.kill(os.getpid(), signal.SIGINT))

    def searched(*given: Any, **told: Any) -> Selected:
        press.start()
        return select(*given, **told)

    monkeypatch.setattr(portfolio, "select", searched)
    result = run("solve-mkp", str(path), "--time", "300", "--json")
    press.join()
    (only,) = json.loads(result.stdout)["instances"]
    assert result.exit_code == 130
    assert 0 < only["valeur"] <= only["borne"]
    assert not only["prouve"]
    assert "1 instance non examinée" in result.stderr


@pytest.mark.parametrize("command", ["solve-mkp", "solve-pb", "rpm"])
def test_a_wrong_file_ends_with_code_2(command: str, tmp_path: Path) -> None:
    path = tmp_path / "faux.txt"
    path.write_text("ceci n'est pas un problème", encoding="utf-8")
    result = run(command, str(path))
    assert result.exit_code == 2
    assert "faux.txt" in result.stderr
    assert "à corriger" in result.stderr


def test_the_robust_example_tells_each_status_with_its_witnesses() -> None:
    data = data_of("rpm", str(EXAMPLES / "robustesse.json"))
    assert (data["definition"], data["complet"], data["nombre_non_dominees"]) == ("non_dominee", True, 2)
    assert {row["id"]: row["statut"] for row in data["projets"]} == {
        "A": "coeur",
        "B": "limite",
        "C": "limite",
        "D": "exterieur",
        "E": "coeur",
    }
    four = next(row for row in data["projets"] if row["id"] == "B")
    assert four["dedans"]["poids"]["climat"] > four["dehors"]["poids"]["climat"]
    assert "B" in four["dedans"]["selection"]
    shown = run("rpm", str(EXAMPLES / "robustesse.json")).stdout
    for words in ("Cœur", "Limite", "Extérieur", "Définition", "Moindre regret (prouvé)", "complet"):
        assert words in shown


def test_both_definitions_agree_on_the_example_and_are_named() -> None:
    data = data_of("rpm", str(EXAMPLES / "robustesse.json"), "--definition", "potentiellement_optimale")
    assert (data["definition"], data["complet"], data["nombre_non_dominees"]) == (
        "potentiellement_optimale",
        True,
        None,
    )
    assert [row["statut"] for row in data["projets"]] == ["coeur", "limite", "limite", "exterieur", "coeur"]


def test_weights_that_contradict_each_other_end_with_code_1(tmp_path: Path) -> None:
    data = json.loads((EXAMPLES / "robustesse.json").read_text(encoding="utf-8"))
    data["poids"] = {"exacts": {"emplois": 7, "climat": 3}, "ordre": ["climat", "emplois"]}
    path = tmp_path / "poids.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    result = run("rpm", str(path))
    assert result.exit_code == 1
    assert "poids se contredisent" in result.stderr


def test_the_mission_says_which_candidates_hold_whatever_the_weights(tmp_path: Path) -> None:
    workbook = tmp_path / "recensement.xlsx"
    write_sample(workbook)
    data = data_of("robustness", "--workbook", str(workbook), "--poids", "exacts")
    assert data["complet"]
    inside = {row["id"] for row in data["projets"] if row["statut"] == "coeur"}
    spent = sum(row["enveloppe_au_moins"] for row in data["projets"] if row["id"] in inside)
    assert 0 < spent <= 2_000_000
    assert data["moindre_regret"]["regret"] == 0


def test_a_territory_is_allocated_with_its_bound_and_taken_up_again(tmp_path: Path) -> None:
    state = str(tmp_path / "etat.npz")
    asked = ("allocate", "--genere", "12x6", "--graine", "3", "--processes", "1", "--time", "6", "--reprendre", state)
    first, second = data_of(*asked), data_of(*asked)
    assert 0 <= first["valeur"] <= first["borne"]
    assert (first["repris"], second["repris"], first["projets"]) == (False, True, 12)
    assert second["valeur"] >= first["valeur"] - 1
    assert all(row["employe"] + row["reste"] == row["montant"] and row["reste"] >= 0 for row in first["budgets"])
    worth = sum(row["valeur_d_un_euro"] * row["montant"] for row in first["budgets"])
    assert 0 < worth < 2 * first["borne"], (
        "a euro is told in the unit of the value: all the budgets are part of the bound"
    )
    other = run(
        "allocate", "--genere", "12x6", "--graine", "4", "--time", "0", "--processes", "1", "--reprendre", state
    )
    assert other.exit_code == 2
    assert "autre problème" in other.stderr
    assert run("allocate", "--genere", "beaucoup").exit_code == 2
    for never in (("--time", "nan"), ("--ecart", "nan"), ("--time", "-1")):
        refused = run("allocate", "--genere", "2x2", *never)
        assert (refused.exit_code, never[0] in refused.stderr) == (2, True)
