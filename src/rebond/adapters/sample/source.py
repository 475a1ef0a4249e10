"""The hand-written source files of the sample territory, as plain records."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

from rebond.data import data_folder
from rebond.data.yamlfile import read_yaml
from rebond.errors import DataError

Record: TypeAlias = dict[str, Any]

SAMPLE_FOLDER = data_folder() / "demo" / "chaumont-langres"


def table(name: str) -> list[dict[str, str]]:
    """The rows of ``source/{name}.csv``."""
    with _source(f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def mission() -> Record:
    """The settings of the mission and the parts of its envelope."""
    return dict(_yaml("mission.yaml"))


def interviews() -> list[Record]:
    """The fifty interviews."""
    return list(_yaml("entretiens.yaml"))


def projects() -> list[Record]:
    """The projects of every file of ``source/projets``, in the order of their identifiers."""
    records = [record for path in sorted(_source("projets").glob("*.yaml")) for record in _yaml(f"projets/{path.name}")]
    return sorted(records, key=lambda record: str(record["id"]))


def total_cost(project: Record) -> int:
    """The sum of a project's cost lines, in euros."""
    return sum(int(line["montant"]) for line in project["depenses"])


def _source(name: str) -> Path:
    return SAMPLE_FOLDER / "source" / name


@cache
def _yaml(name: str) -> Any:
    file = read_yaml(_source(name), name=name)
    if file.faults:
        raise DataError(file.faults)
    return file.data
