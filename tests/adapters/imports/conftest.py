"""The extract of TEE (invented programmes) and, where it is at hand, the real file."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from rebond.adapters.imports.draft import ImportedFile
from rebond.adapters.imports.tee import read_tee
from rebond.adapters.imports.tee_tables import TeeTables, load_tee_tables
from rebond.data import data_folder

ROOT = Path(__file__).parents[3]
DATA = ROOT / "tests" / "data" / "imports"
REAL_TEE = ROOT.parent / "shared" / "data" / "tee_programs.json"
ON = date(2026, 11, 24)


@pytest.fixture(scope="session")
def tee_tables() -> TeeTables:
    return load_tee_tables(data_folder())


@pytest.fixture(scope="session", params=["extrait", "fichier entier"])
def tee_file(request: pytest.FixtureRequest) -> Path:
    if request.param == "extrait":
        return DATA / "tee_extrait.json"
    if not REAL_TEE.is_file():
        pytest.skip("le fichier entier de TEE n'est pas à côté du dépôt")
    return REAL_TEE


@pytest.fixture(scope="session")
def tee_records(tee_file: Path) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = json.loads(tee_file.read_text(encoding="utf-8"))
    return records


@pytest.fixture(scope="session")
def tee_import(tee_file: Path, tee_tables: TeeTables) -> ImportedFile:
    return read_tee(tee_file, tee_tables, on=ON)
