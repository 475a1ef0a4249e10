"""resultat.json against its published schema."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from rebond.restitution.result import result_as_data
from rebond.results import MissionResult

_PATH = Path(__file__).parents[3] / "docs" / "schemas" / "resultat-v2.json"


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_PATH.read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def data(result: MissionResult) -> Any:
    return json.loads(json.dumps(result_as_data(result)))


def test_the_result_follows_its_schema(schema: dict[str, Any], data: Any) -> None:
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(data)


def test_a_result_without_a_required_figure_is_refused(schema: dict[str, Any], data: Any) -> None:
    required = {
        "entreprises_rencontrees",
        "projets_recenses",
        "projets_inconnus",
        "investissement_eur",
        "emplois_crees",
        "projets_retenus",
        "enveloppe_engagee_eur",
        "projets_sans_suite",
    }
    assert required <= data["indicateurs"].keys()
    validator = Draft202012Validator(schema)
    for code in required:
        lacking = {**data, "indicateurs": {k: v for k, v in data["indicateurs"].items() if k != code}}
        assert not validator.is_valid(lacking)


def test_every_key_is_described_in_french(schema: dict[str, Any], data: Any) -> None:
    assert not sorted(_undescribed(data, schema, schema, ""))


def _undescribed(value: Any, node: Mapping[str, Any], root: Mapping[str, Any], path: str) -> Iterable[str]:
    """Keys of the data that the schema does not name, or names without a description."""
    while "$ref" in node:
        node = root["$defs"][node["$ref"].rpartition("/")[2]]
    if not node.get("description"):
        yield path
    if isinstance(value, dict):
        named = node.get("properties", {})
        for key, inner in value.items():
            if key in named:
                yield from _undescribed(inner, named[key], root, f"{path}/{key}")
            elif "additionalProperties" in node:
                yield from _undescribed(inner, node["additionalProperties"], root, f"{path}/*")
            else:
                yield f"{path}/{key}"
    elif isinstance(value, list) and isinstance(node["items"], dict) and node["items"].keys() != {"type"}:
        for inner in value:
            yield from _undescribed(inner, node["items"], root, f"{path}[]")


def test_the_value_of_a_figure_is_the_sum_of_its_rows(data: Any) -> None:
    for code, indicator in data["indicateurs"].items():
        if indicator["calcul"] in {"somme des lignes", "nombre de lignes"}:
            assert sum(row["valeur"] for row in indicator["lignes"]) == indicator["valeur"], code


def test_no_reason_of_a_verdict_is_lost_by_saying_each_text_once(result: MissionResult, data: Any) -> None:
    for project, published in zip(result.projects, data["projets"], strict=True):
        for verdict, said in zip(project.verdicts, published["verdicts"], strict=True):
            dispositif = data["dispositifs"][said["dispositif"]]
            assert [_reason(dispositif, rank) for rank in said["raisons"]] == [
                {
                    "attendu": reason.expected,
                    "source": reason.source,
                    "a_confirmer": reason.to_confirm,
                    "verdict": reason.truth.value,
                    "constate": reason.observed,
                    "changer": reason.change,
                }
                for reason in verdict.reasons
            ]


def _reason(dispositif: Mapping[str, Any], rank: int) -> dict[str, Any]:
    """A reason as the guide tells readers to put it together."""
    answer = dispositif["reponses"][rank]
    return {**dispositif["criteres"][answer["critere"]], **{k: v for k, v in answer.items() if k != "critere"}}


def test_each_criterion_and_each_answer_of_a_dispositif_is_said_once(data: Any) -> None:
    for dispositif in data["dispositifs"].values():
        for rows in (dispositif["criteres"], dispositif["reponses"]):
            said = [json.dumps(row, sort_keys=True) for row in rows]
            assert len(said) == len(set(said))
