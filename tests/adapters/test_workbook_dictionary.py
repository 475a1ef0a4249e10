"""The dictionary as people and machines read it: made from the declaration of the workbook, and nothing else."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from rebond.adapters.workbook import Layout
from rebond.cli import main
from rebond.data import data_folder
from rebond.eligibility.dictionary import load_dictionary

DOCS = Path(__file__).parents[2] / "docs"


def test_the_page_of_the_dictionary_is_what_the_command_writes_and_leaves_nothing_out(layout: Layout) -> None:
    page = (DOCS / "dictionnaire.md").read_text(encoding="utf-8")
    written = CliRunner().invoke(main, ["census", "dictionary"], catch_exceptions=False)
    assert page == written.output, "rebond census dictionary > docs/dictionnaire.md"
    lines = page.splitlines()
    tables = [line for line in lines if line.startswith("| ")]
    facts = load_dictionary(data_folder() / "referentiels" / "faits.csv")
    for sheet in layout.sheets:
        assert f"## Feuille « {sheet.title} »" in lines
        for column in sheet.columns:
            assert any(f"| `{column.key}` |" in line for line in tables), column.key
    assert all(any(f"| `{name}` |" in line for line in tables) for name in facts)
    # A bar in a text would open one more cell.
    widths = {line.replace(r"\|", "").count("|") for line in tables}
    assert widths == {3, 10}
