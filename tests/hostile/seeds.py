"""A good file of each entry, which the corpus and the mutations spoil."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

from rebond.adapters.workbook import write_workbook
from rebond.data import data_folder
from tests.adapters.conftest import SMALL_MISSION
from tests.hostile.entries import catalogue, layout

ROOT = Path(__file__).parents[2]


class Seed(NamedTuple):
    """How the good file of an entry is made; ``entry`` when two seeds share one."""

    kind: str
    suffix: str
    make: Callable[[], bytes]


def _workbook() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bon.xlsx"
        write_workbook(path, layout(), SMALL_MISSION)
        return path.read_bytes()


def _parquet() -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    stream = io.BytesIO()
    columns = {
        "id": ["F1", "F2", "F3"],
        "effectif": [12, None, 260],
        "code_naf": ["25.50A", "28.41Z", None],
        "code_commune": ["52121", "52269", None],
        "chiffre_affaires": [1_000_000.0, 2.5e7, None],
        "date_creation": ["2001-02-03", None, "1999-12-31"],
    }
    pq.write_table(pa.table(columns), stream)
    return stream.getvalue()


def _head(path: Path, lines: int = 6) -> bytes:
    return "\n".join(path.read_text(encoding="utf-8").splitlines()[:lines]).encode()


def _data(*parts: str) -> bytes:
    return data_folder().joinpath(*parts).read_bytes()


def _first(folder: str) -> bytes:
    return sorted(data_folder().joinpath(folder).rglob("*.yaml"))[3].read_bytes()


def _links() -> bytes:
    first, second, *_ = catalogue().dispositifs
    return (
        "id,url,dernier_succes,dernier_echec\n"
        f"{first},https://exemple.fr,2026-10-01,\n{second},https://exemple.fr/b,,2026-09-01\n"
    ).encode()


FACTS = """code_commune: "52121"
effectif: 48
chiffre_affaires: 7400000
total_bilan: 3,1 M€
code_naf: 25.50A
date_creation: 1987-03-02
forme_juridique: SAS
travaux_commences: non
couts:
  materiel: 300000
  immateriel: 60 000 €
"""

TABLE = """id;effectif;code_naf;code_commune;chiffre_affaires;date_creation
F1;12;25.50A;52121;1000000;2001-02-03
F2;;28.41Z;52269;25000000;
"""
_IMPORTS = ROOT / "tests" / "data" / "imports"
SEEDS = {
    "classeur": Seed("xlsx", ".xlsx", _workbook),
    "faits": Seed("yaml", ".yaml", FACTS.encode),
    "tableau": Seed("csv", ".csv", TABLE.encode),
    "tableau-parquet": Seed("parquet", ".parquet", _parquet),
    "probleme": Seed("json", ".json", (ROOT / "docs" / "exemples" / "probleme.json").read_bytes),
    "robuste": Seed("json", ".json", (ROOT / "docs" / "exemples" / "robustesse.json").read_bytes),
    "sac-a-dos": Seed("csv", ".txt", (ROOT / "docs" / "exemples" / "sac-a-dos.txt").read_bytes),
    "budget-participatif": Seed("csv", ".pb", (ROOT / "docs" / "exemples" / "budget-participatif.pb").read_bytes),
    "dispositif": Seed("yaml", ".yaml", lambda: _first("dispositifs")),
    "regime": Seed("yaml", ".yaml", lambda: _first("regimes")),
    "rapprochement": Seed("yaml", ".yaml", lambda: _data("referentiels", "rapprochement.yaml")),
    "zonage": Seed("csv", ".csv", lambda: _head(data_folder() / "zonages" / "frr.csv")),
    "dictionnaire": Seed("csv", ".csv", lambda: _head(data_folder() / "referentiels" / "faits.csv")),
    "organisations": Seed("csv", ".csv", lambda: _head(data_folder() / "referentiels" / "organisations.csv")),
    "liens": Seed("csv", ".csv", _links),
    "tee": Seed("json", ".json", (_IMPORTS / "tee_extrait.json").read_bytes),
    "api": Seed("json", ".json", (_IMPORTS / "aides_territoires_page_1.json").read_bytes),
    "afr": Seed("csv", ".csv", lambda: _head(_IMPORTS / "afr_extrait.csv", 12)),
    "option": Seed("option", ".txt", lambda: b"1"),
}


@cache
def seed(name: str) -> bytes:
    """The good file of an entry."""
    return SEEDS[name].make()
