"""Spark gives what this machine gives, on one small truth table (needs pyspark and Java)."""

import importlib.util
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from rebond.bulk.local import screen_table
from rebond.bulk.shapes import Shape
from rebond.dispositifs.catalogue import Catalogue
from rebond.errors import FactsError

pytestmark = [
    pytest.mark.spark,
    pytest.mark.slow,
    pytest.mark.skipif(
        importlib.util.find_spec("pyspark") is None,
        reason="pyspark n'est pas installé : .outils/bin/uv sync --frozen --inexact --group dev --group spark-tests",
    ),
    pytest.mark.skipif(shutil.which("java") is None, reason="Spark demande Java 17 ou plus"),
    # Raised by pyspark itself and by the sockets it leaves to the operating system.
    pytest.mark.filterwarnings("ignore"),
]
ON = date(2026, 11, 23)


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    from rebond.bulk.spark import spark_session

    with spark_session() as found:
        yield found


def truth_table(path: Path) -> Path:
    """Each fact true, false and unknown, in every combination of three."""
    sizes, flags, amounts = ["micro", "grande", None], ["oui", "non", None], [0.0, 400_000.0, None]
    rows = [
        {
            "id": f"{size}-{flag}-{amount}",
            "taille_ue": size,
            "micro_entrepreneur": flag,
            "cout_materiel": amount,
            "cout_batiment": 0.5,
            "cout_immateriel": 0.0,
            "effectif": 49.5 if flag == "oui" else 50,
            "code_naf": "25.73A" if size else "34.10Z",
            "code_commune": "52121" if amount else "99999",
            "date_creation": date(2023, 11, 23),
            "objectifs": "decarbonation,energie" if flag else None,
        }
        for size in sizes
        for flag in flags
        for amount in amounts
    ]
    pq.write_table(pa.Table.from_pylist(rows), path, row_group_size=10)
    return path


def rows(path: Path) -> list[tuple[Any, ...]]:
    found = pq.read_table(path)
    return sorted((tuple(row.values()) for row in found.to_pylist()), key=repr)


@pytest.mark.parametrize("shape", Shape)
def test_spark_and_this_machine_agree_on_the_truth_table(
    shape: Shape, session: Any, catalogue: Catalogue, tmp_path: Path
) -> None:
    from rebond.bulk.spark import screen_table_on_spark

    table, has_motives = truth_table(tmp_path / "table.parquet"), shape is not Shape.BITS
    here = screen_table(table, catalogue, on=ON, out=tmp_path / "ici.parquet", shape=shape, with_reasons=has_motives)
    out = tmp_path / "spark.parquet"
    for _ in range(2 if shape is Shape.LONG else 1):  # again, in the place of the first
        there = screen_table_on_spark(session, table, catalogue, on=ON, out=out, shape=shape, with_reasons=has_motives)
        assert rows(out) == rows(tmp_path / "ici.parquet")
    assert {**here.as_json(), "fichier": "", "calcul": ""} == {**there.as_json(), "fichier": "", "calcul": ""}


def test_spark_refuses_what_this_machine_refuses_and_writes_nothing(
    session: Any, catalogue: Catalogue, tmp_path: Path
) -> None:
    from rebond.bulk.spark import screen_table_on_spark

    table = tmp_path / "table.csv"
    table.write_text("id;effectif;region\nF1;12;Grand Est\nF2;douze;Lorraine\n", encoding="utf-8")
    with pytest.raises(FactsError) as caught:
        screen_table_on_spark(session, table, catalogue, on=ON, out=tmp_path / "v.csv")
    assert [str(fault).split(" — ")[0] for fault in caught.value.faults] == [
        "table.csv, ligne d’id « F2 », colonne « effectif » : « douze »",
        "table.csv, ligne d’id « F2 », colonne « region » : « Lorraine »",
    ]
    assert not (tmp_path / "v.csv").exists()
