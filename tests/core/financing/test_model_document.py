"""``docs/modele.md`` and the model say the same: the same families, and no row outside them."""

import re
from pathlib import Path

from hypothesis import HealthCheck, given, settings

from bench._plan_problems import problems
from rebond.financing.solving.constraints import RULES
from rebond.financing.solving.optimize import build_model
from tests.core.financing.problems import problems as small_problems

DOCUMENT = (Path(__file__).parents[3] / "docs" / "modele.md").read_text(encoding="utf-8")


def table(title: str) -> dict[str, list[str]]:
    """First column of the table under a heading, without its accents → the other columns."""
    section = DOCUMENT.split(f"## {title}\n")[1].split("\n## ")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line[:3] == "| `"]
    return {row[0].strip("`"): row[1:] for row in rows}


RULES_TOLD = table("Les douze familles de règles")
STRUCTURE_TOLD = table("Les lignes de structure")


def test_the_document_tells_every_family_and_no_other():
    assert list(RULES_TOLD) == [rule.key for rule in RULES]
    assert len(RULES) == 12


def test_the_document_gives_the_source_that_the_software_shows():
    assert {key: row[1] for key, row in RULES_TOLD.items()} == {rule.key: rule.source for rule in RULES}


def test_structure_is_not_a_rule_that_can_be_left_out():
    assert not set(STRUCTURE_TOLD) & set(RULES_TOLD)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(problem=small_problems())
def test_every_row_of_the_model_is_told(problem):
    rows = {name.split("[")[0] for name in build_model(problem).model.row_names}
    assert rows <= set(RULES_TOLD) | set(STRUCTURE_TOLD)


def test_every_column_of_the_model_is_told():
    told = set(re.findall(r"`([a-zé]+)\[…\]`", DOCUMENT))
    columns = {name.split("[")[0] for problem in problems(20) for name in build_model(problem).model.names}
    assert columns <= told


def test_a_model_left_without_a_rule_has_no_row_of_it():
    for problem in problems(3):
        for rule in RULES:
            names = build_model(problem, without=[rule.key]).model.row_names
            assert not [name for name in names if name.startswith(f"{rule.key}[")]
