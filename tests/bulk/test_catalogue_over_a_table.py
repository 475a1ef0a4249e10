"""The whole shipped catalogue over a few hundred made-up firms: same verdicts and motives as one by one."""

import json
import random
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from rebond.bulk.local import screen_table
from rebond.bulk.shapes import Shape
from rebond.dispositifs.catalogue import Catalogue
from rebond.eligibility.dictionary import FactDefinition, FactType

ON = date(2026, 11, 23)
DERIVED = {
    "section_naf", "age_annees", "duree_mois", "departement", "region", "epci", "zone_afr", "zone_frr", "zone_ftj",
    "territoire_industrie", "nature",
}  # fmt: skip
FIRMS = 300


def some_cell(fact: FactDefinition, chance: random.Random) -> str:  # noqa: PLR0911 - one way out per type
    """A plausible text for a fact, one time in six unknown."""
    if chance.random() < 1 / 6:
        return ""
    match fact.type:
        case FactType.BOOLEAN:
            return chance.choice(["oui", "non"])
        case FactType.EUROS:
            return str(chance.choice([0, 0, 5_000, 80_000, 399_999.99, 400_000, 3_000_000, 20_000_000]))
        case FactType.NUMBER:
            counts = [0, 1, 9, 10, 15, 49, 50, 249, 250, 4999, 5000]
            return str(chance.choice([*counts, 12.5] if fact.name == "effectif" else counts))
        case FactType.DATE:
            return (ON - timedelta(days=chance.choice([10, 365, 366, 1095, 1096, 1826, 9000]))).isoformat()
        case FactType.SET:
            return ",".join(chance.sample(fact.values, 2))
        case FactType.NAF:
            return chance.choice(["25.73A", "33.20A", "10.11Z", "62.01Z", "01.11Z", "47.11F", "38.32Z"])
        case _:
            return chance.choice(fact.values) if fact.values else chance.choice(["52121", "52269", "08105", "75056"])


@pytest.fixture(scope="module")
def firms(catalogue: Catalogue) -> list[dict[str, str]]:
    """Every fact of the dictionary that is not derived, and the confirmations of every other dispositif."""
    chance = random.Random(52)
    facts = [fact for name, fact in catalogue.dictionary.items() if name not in DERIVED]
    keys = [sentence.key for found in list(catalogue.dispositifs.values())[::2] for sentence in found.to_confirm]
    return [
        {"id": f"F{rank}"}
        | {fact.name: some_cell(fact, chance) for fact in facts}
        | {key: chance.choice(["oui", "oui", "non", ""]) for key in keys}
        for rank in range(FIRMS)
    ]


@pytest.fixture(scope="module")
def expected(firms: list[dict[str, str]], catalogue: Catalogue, interpreter: Any) -> list[dict[str, str | None]]:
    """The lines to find, as the interpreter gives them."""
    dispositifs = list(catalogue.dispositifs.values())
    rows = [{name: cell or None for name, cell in firm.items()} for firm in firms]
    return [
        {"id": row["id"], "dispositif": dispositif.id, "verdict": verdict, "motif": motive}
        for row, verdicts in zip(rows, interpreter(rows, dispositifs, ON), strict=True)
        for dispositif, (verdict, motive) in zip(dispositifs, verdicts, strict=True)
    ]


def write_table(path: Path, firms: list[dict[str, str]]) -> Path:
    table = pa.Table.from_pylist([{name: cell or None for name, cell in firm.items()} for firm in firms])
    if path.suffix == ".csv":
        pa.csv.write_csv(table, path)
    else:
        pq.write_table(table, path, row_group_size=97)
    return path


def read_lines(path: Path) -> list[dict[str, str | None]]:
    if path.suffix == ".parquet":
        return list(pq.read_table(path).to_pylist())
    return [{name: cell or None for name, cell in line.items()} for line in pa.csv.read_csv(path).to_pylist()]


def in_lines(table: list[dict[str, Any]], shape: Shape) -> list[dict[str, str | None]]:
    """The verdicts of a file of any shape, as the long one tells them; bits tell no motive."""
    if shape is Shape.LONG:
        return table
    told = {True: "oui", False: "non", None: "inconnu"} if shape is Shape.BITS else {}
    return [
        {"id": row["id"], "dispositif": name, "verdict": told.get(cell, cell)}
        | ({"motif": row[f"motif:{name}"]} if shape is Shape.WIDE else {})
        for row in table
        for name, cell in row.items()
        if "/" in name and not name.startswith("motif:")
    ]


@pytest.mark.parametrize(
    ("source", "target", "shape"),
    [
        ("firmes.parquet", "verdicts.parquet", Shape.LONG),
        ("firmes.csv", "verdicts.csv", Shape.LONG),
        ("firmes.parquet", "verdicts.parquet", Shape.WIDE),
        ("firmes.csv", "verdicts.csv", Shape.WIDE),
        ("firmes.parquet", "verdicts.parquet", Shape.BITS),
    ],
)
def test_the_whole_catalogue_agrees_with_the_interpreter(
    source: str, target: str, shape: Shape, firms: list[dict[str, str]], expected: Any, catalogue: Catalogue,
    tmp_path: Path,
) -> None:  # fmt: skip
    has_motives = shape is not Shape.BITS
    summary = screen_table(
        write_table(tmp_path / source, firms), catalogue, on=ON, out=tmp_path / target, shape=shape,
        with_reasons=has_motives,
    )  # fmt: skip
    lines = in_lines(read_lines(tmp_path / target), shape)
    told = ("id", "dispositif", "verdict", *(["motif"] if has_motives else []))
    assert lines == [{name: line[name] for name in told} for line in expected]
    assert {line["verdict"] for line in lines} == {"oui", "non", "inconnu"}
    assert summary.counts.sum() == len(lines) == FIRMS * len(catalogue.dispositifs)
    assert summary.rows == FIRMS


def test_the_summary_names_the_catalogue_and_counts_each_dispositif(
    firms: list[dict[str, str]], catalogue: Catalogue, tmp_path: Path
) -> None:
    out = tmp_path / "verdicts.parquet"
    screen_table(write_table(tmp_path / "f.parquet", firms), catalogue, on=ON, out=out).write(tmp_path)
    summary = json.loads((tmp_path / "verdicts.parquet.resume.json").read_text(encoding="utf-8"))
    assert summary["catalogue"] == catalogue.version
    assert summary["date"] == "2026-11-23"
    assert summary["lignes"] == FIRMS
    lines = read_lines(out)
    for counted in summary["dispositifs"]:
        here = [line["verdict"] for line in lines if line["dispositif"] == counted["dispositif"]]
        assert {word: here.count(word) for word in ("oui", "non", "inconnu")} == {
            word: counted[word] for word in ("oui", "non", "inconnu")
        }


def test_places_follow_from_the_commune_unless_the_table_gives_them(
    catalogue: Catalogue, make_dispositif: Callable[..., Any], tmp_path: Path
) -> None:
    gip = catalogue.dispositifs["gip-haute-marne/tpe-travaux"]
    alone = {"id": "derive", "code_commune": "52121"}
    given = {"id": "donne", "code_commune": "52121", "departement": "08"}
    for firm, expected in ((alone, "inconnu"), (given, "non")):
        screen_table(write_table(tmp_path / "f.csv", [firm]), catalogue, on=ON, out=tmp_path / "v.csv")
        verdicts = {line["dispositif"]: line["verdict"] for line in read_lines(tmp_path / "v.csv")}
        assert verdicts[gip.id] == expected


def test_a_commune_that_no_longer_exists_leaves_its_places_unknown_and_is_counted(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    firms = [{"id": "a", "code_commune": "99999"}, {"id": "b", "code_commune": "52121"}]
    summary = screen_table(write_table(tmp_path / "f.csv", firms), catalogue, on=ON, out=tmp_path / "v.csv")
    assert summary.unplaced == 1
    assert "commune absente" in summary.warnings[0]
