"""The money that each document prints is the same stack: its parts make its sum, its sum and the rest make the need."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest

from rebond.cli._summary import print_summary
from rebond.results import MissionResult

_LEVELS = (
    "soutien_ferme_eur",
    "soutien_sous_conditions_eur",
    "soutien_droit_non_relu_eur",
    "soutien_projets_non_murs_eur",
)


def _plain(text: str) -> str:
    return re.sub(r"[\u00a0\u202f]", " ", text).replace("’", "'")


def _euros(text: str) -> int:
    """The first amount in euros of a text."""
    found = re.search(r"(\d[\d ]*(?:,\d+)?) €", _plain(text))
    assert found, text
    return int(found[1].replace(" ", "").split(",")[0])


@pytest.fixture(scope="module")
def stack(result: MissionResult) -> dict[str, int]:
    values = {indicator.code: int(indicator.value) for indicator in result.indicators}
    return {code: values[code] for code in (*_LEVELS, "soutien_utile_eur", "reste_a_financer_eur", "besoin_eur")}


def _assert_adds_up(amounts: list[int]) -> None:
    """Four levels, their sum, what is left, the need."""
    *levels, useful, left, need = amounts
    assert sum(levels) == useful
    assert useful + left == need


def test_the_stack_is_that_of_the_plans_within_each_need(result: MissionResult, stack: dict[str, int]) -> None:
    _assert_adds_up(list(stack.values()))
    assert stack["soutien_utile_eur"] == sum(min(p.plan.support, int(p.plan.need)) for p in result.projects) > 0


def test_the_table_of_the_report_adds_up_to_the_euro(folder: Path, stack: dict[str, int]) -> None:
    page = (folder / "restitution.html").read_text(encoding="utf-8")
    table = re.search(r"<caption>Du besoin au soutien</caption>.*?</table>", page, re.DOTALL)
    assert table
    cells = re.findall(r'<td class="nombre">(.*?)</td>', table[0])
    amounts = [_euros(re.sub(r"<[^>]+>", "", cell)) for cell in cells][: len(stack)]
    _assert_adds_up(amounts)
    assert amounts == list(stack.values())


@pytest.mark.parametrize("name", ["communique.md", "communique.docx"])
def test_the_release_gives_each_level_that_holds_something_and_their_sum(
    folder: Path, name: str, stack: dict[str, int]
) -> None:
    path = folder / name
    file: Any = docx.Document(str(path)) if path.suffix == ".docx" else None
    text = "\n".join(p.text for p in file.paragraphs) if file else path.read_text(encoding="utf-8")
    words = re.sub(r"\[\^?\w+\]", "", _plain(text)).replace("\\", "")
    (sentence,) = (line for line in words.split("\n") if "soutien utile irait jusqu'à" in line)
    told = [int(found.replace(" ", "")) for found in re.findall(r"(\d[\d ]*) €", sentence)]
    *levels, useful, need = told
    assert sum(levels) == useful == stack["soutien_utile_eur"]
    assert need == stack["besoin_eur"]


def test_the_workbook_gives_the_stack_and_its_projects_add_up_to_it(folder: Path, stack: dict[str, int]) -> None:
    book: Any = openpyxl.load_workbook(folder / "projets.xlsx", data_only=True)
    amounts = [int(row[1].value) for row in book["Soutiens"].iter_rows(min_row=2)][: len(stack)]
    _assert_adds_up(amounts)
    assert amounts == list(stack.values())
    sheet = book["Projets"]
    titles = [cell.value for cell in sheet[1]]
    for title, code in (
        ("Soutien ferme", "soutien_ferme_eur"),
        ("Sous conditions", "soutien_sous_conditions_eur"),
        ("Droit à relire", "soutien_droit_non_relu_eur"),
        ("Projet non mûr", "soutien_projets_non_murs_eur"),
        ("Soutien utile", "soutien_utile_eur"),
        ("Reste à financer", "reste_a_financer_eur"),
        ("Besoin", "besoin_eur"),
    ):
        column = titles.index(title) + 1
        amounts = [sheet.cell(row, column).value for row in range(2, sheet.max_row + 1)]
        assert sum(amounts[:-1]) == amounts[-1] == stack[code], title


def test_the_machines_read_the_same_stack(folder: Path, stack: dict[str, int]) -> None:
    read = json.loads((folder / "resultat.json").read_text(encoding="utf-8"))
    levels = [read["soutiens"][key] for key in ("ferme", "sous_conditions", "droit_non_relu", "projet_non_mur")]
    assert levels == [stack[code] for code in _LEVELS]
    assert read["soutiens"]["utile"] == sum(levels)
    assert all(read["indicateurs"][code]["valeur"] == value for code, value in stack.items())


def test_the_terminal_shows_the_stack(
    result: MissionResult,
    stack: dict[str, int],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    print_summary(result, tmp_path)
    shown = _plain(capsys.readouterr().out)
    money = shown[shown.index("Du soutien ferme au besoin") :]
    labels = {indicator.code: _plain(indicator.label) for indicator in result.indicators}
    for code, value in stack.items():
        line = next(line for line in money.split("\n") if line.startswith(f"│ {labels[code]} "))
        assert _euros(line) == value
