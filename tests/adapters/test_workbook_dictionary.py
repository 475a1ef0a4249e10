"""The dictionary as people and machines read it: made from the declaration of the workbook, and nothing else."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from rebond.adapters.sample import write_sample
from rebond.adapters.workbook import Layout, census_rows, read_census
from rebond.adapters.workbook.entry import shown_text
from rebond.adapters.workbook.row_json import ShapeError, cell_json, cell_text, row_schema
from rebond.cli import main
from rebond.data import data_folder
from rebond.eligibility.dictionary import load_dictionary
from rebond.eligibility.places import Gazetteer
from rebond.facts import UNKNOWN

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


def test_the_published_schema_is_what_the_command_writes() -> None:
    published = json.loads((DOCS / "schemas" / "recensement-v1.json").read_text(encoding="utf-8"))
    written = CliRunner().invoke(main, ["census", "schema"], catch_exceptions=False)
    assert published == json.loads(written.output), "rebond census schema > docs/schemas/recensement-v1.json"


def test_every_row_of_a_mission_in_json_fits_the_schema_and_says_again_what_its_form_shows(
    layout: Layout, gazetteer: Gazetteer, tmp_path: Path
) -> None:
    write_sample(tmp_path / "r.xlsx")
    census = read_census(tmp_path / "r.xlsx", layout=layout, gazetteer=gazetteer)
    asked = replace(census.firms[0], own_funds=UNKNOWN, asked=(("capitaux_propres", UNKNOWN),))
    census = replace(census, firms=(asked, *census.firms[1:]))
    schema, seen, unknown = row_schema(layout), 0, 0
    for key, content in census_rows(census, layout).items():
        sheet = layout.sheet(key)
        columns = [column for column in sheet.columns if not column.hidden]
        validator = Draft202012Validator({**schema, "$ref": f"#/$defs/{key}"})
        for row in content if isinstance(content, list) else [content]:
            values = {column.key: cell_json(column, row.get(column.key, UNKNOWN), gazetteer) for column in columns}
            sent = json.loads(json.dumps(values), parse_float=Decimal)
            assert not [error.message for error in validator.iter_errors(values)], (key, values)
            for column in columns:
                shown = shown_text(column, row.get(column.key, UNKNOWN), gazetteer)
                assert cell_text(column, sent[column.key]) == shown, (key, column.key)
                seen, unknown = seen + 1, unknown + (values[column.key] is None)
            if key == "entreprises" and row["id"] == asked.id:
                assert values["capitaux_propres"] == "inconnu"
    assert 0 < unknown < seen
    column = layout.sheet("entreprises").column("capitaux_propres")
    for wrong in ({"montant": 1}, [1], [["a"]]):
        with pytest.raises(ShapeError):
            cell_text(column, wrong)
    # A number that nobody means is left to the reader, in few characters.
    assert len(cell_text(column, Decimal("1e999999"))) < 20
