"""The same text is the same value, or the same sentence, wherever it is written: one table through every entry."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.http import QueryDict

from rebond.adapters.workbook.cells import CellReader
from rebond.adapters.workbook.layout import Column, ColumnType
from rebond.bulk.bits import unpack
from rebond.bulk.cells import SCALES
from rebond.bulk.header import Header
from rebond.bulk.rows import RowReader
from rebond.bulk.scales import Numbers
from rebond.bulk.source import open_table
from rebond.data import data_folder
from rebond.data.yamlfile import load_schema
from rebond.dispositifs.catalogue import load_catalogue
from rebond.dispositifs.facts_file import read_facts_file
from rebond.errors import DataError, FactsError
from rebond.facts import (
    UNKNOWN,
    Accounts,
    Contribution,
    CostLine,
    Envelope,
    Establishment,
    FactValue,
    Firm,
    Project,
)
from rebond.financing.context import ProjectContext, facts_of, study
from rebond.financing.explaining.changes import apply_changes
from rebond.financing.problem.as_json import parse_problem
from rebond.portfolio.scoring import load_selection_grid
from rebond.reading.communes import CommuneFinder
from rebond.reading.naf import NafReader
from rebond.reading.problem import Unreadable
from rebond.referrals.orient import load_orientation_rules
from rebond.regimes.gross_grant_equivalent import load_reference_rates
from rebond.regimes.sme import load_thresholds
from rebond.restitution.audiences import audiences
from rebond.study.in_mission import ProjectBench
from rebond.web.financing.simulation import read_form
from rebond.web.screening.answers import read_answers
from rebond.web.wording import mending
from tests.reading.table import TABLE, rows

FOLDER = data_folder()
CATALOGUE = load_catalogue(FOLDER)
ON = date(2026, 11, 23)
Refusal: TypeAlias = tuple[str, str]
Answer: TypeAlias = FactValue | Refusal
"""A value, or (problem, mend)."""
EVERYBODY = audiences().audiences["public"]
KINDS = {
    "chiffre_affaires": ColumnType.EUROS,
    "effectif": ColumnType.HEADCOUNT,
    "tco2_evitees_an": ColumnType.NUMBER,
    "emplois_crees": ColumnType.INTEGER,
    "date_debut": ColumnType.DATE,
    "travaux_commences": ColumnType.BOOLEAN,
    "type_projet": ColumnType.ONE_OF,
    "objectifs": ColumnType.SOME_OF,
}


def answer_of(fact: str, raw: object) -> Answer:
    """What the reader of the core says."""
    try:
        return CATALOGUE.dictionary[fact].parse(raw)
    except Unreadable as error:
        return error.problem, error.mend


@pytest.mark.parametrize("fact", TABLE)
def test_the_table_is_what_the_reader_answers(fact: str) -> None:
    for text, expected in rows(fact).items():
        answer = answer_of(fact, text)
        if isinstance(expected, list):
            assert isinstance(answer, tuple), text[:40]
            assert answer[0].startswith(expected[0]) or expected[0] in answer[0], text[:40]
            assert answer[1], text[:40]
        else:
            assert answer == expected, text[:40]
            assert type(answer) is type(expected), text[:40]


@pytest.mark.parametrize("fact", TABLE)
def test_a_cell_of_the_workbook_answers_alike(fact: str) -> None:
    definition = CATALOGUE.dictionary[fact]
    column = Column(
        key=fact,
        title=fact,
        type=KINDS[fact],
        audience=EVERYBODY,
        fact=definition,
        choices=definition.choices,
        minimum=None,
    )
    reader = CellReader(CommuneFinder(CATALOGUE.gazetteer), NafReader(CATALOGUE.activities))

    def read(raw: str) -> Answer:
        try:
            return reader.read(raw, column)[0]  # type: ignore[return-value]  # a cell of one fact
        except Unreadable as error:
            return error.problem, error.mend

    _same(fact, read)


@pytest.mark.parametrize("fact", TABLE)
def test_a_facts_file_answers_alike(fact: str, tmp_path: Path) -> None:
    path = tmp_path / "faits.yaml"

    def read(raw: str) -> Answer:
        path.write_text(f"{fact}: {json.dumps(raw)}\n", encoding="utf-8")
        try:
            return read_facts_file(path, CATALOGUE, ON).get(fact, UNKNOWN)
        except FactsError as error:
            (fault,) = error.faults
            assert f"clé « {fact} »" in fault.where
            return fault.problem, fault.mend

    _same(fact, read)


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
@pytest.mark.parametrize("fact", TABLE)
def test_a_table_answers_alike(fact: str, suffix: str, tmp_path: Path) -> None:
    texts = list(rows(fact))
    path = tmp_path / f"tableau.{suffix}"
    if suffix == "csv":
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([[fact, "autre"], *([text, "1"] for text in texts)])
    else:
        pq.write_table(pa.table({fact: texts, "autre": ["1"] * len(texts)}), path)
    answers = _of_table(fact, path)
    _same(fact, lambda raw: answers[texts.index(raw)])


def _of_table(fact: str, path: Path) -> list[Answer]:
    header = Header(facts={fact: CATALOGUE.dictionary[fact]}, has_id=False)
    reader = RowReader(
        header, gazetteer=CATALOGUE.gazetteer, zonages=CATALOGUE.zonages, activities=CATALOGUE.activities, on=ON
    )
    answers: list[Answer] = []
    with open_table(path) as table:
        for batch in table.read(()):
            found = reader.read(batch)
            values: list[Answer] = [*_values(found.batch, fact)]
            for cell in found.faults.cells:
                values[cell.row] = (cell.problem, cell.mend)
            answers += values
    return answers


def _values(batch: Any, fact: str) -> list[FactValue]:
    if fact in batch.coded:
        column = batch.coded[fact]
        return [column.vocabulary.values[code] for code in column.codes]
    column = batch.ordered[fact]
    assert column.scale == SCALES[CATALOGUE.dictionary[fact].type]
    return [
        UNKNOWN
        if not known
        else Decimal(repr(number))
        if column.scale == Numbers()
        else column.scale.value(int(number))
        for number, known in zip(column.numbers.tolist(), unpack(column.known, batch.rows), strict=True)
    ]


@pytest.mark.parametrize("fact", TABLE)
def test_the_form_that_tries_a_firm_answers_alike(fact: str) -> None:
    def read(raw: str) -> Answer:
        asked = QueryDict(mutable=True)
        asked.setlist(fact, [raw])
        answers = read_answers(asked, CATALOGUE, ON)
        return ("", answers.errors[fact]) if fact in answers.errors else answers.given.get(fact, UNKNOWN)

    _same(fact, read, of=_as_told_on_the_site)


BENCH_PROJECT = Project(
    id="P1",
    firm_id="E1",
    title="Cellule robotisée",
    kind="extension",
    costs=(CostLine(id="m1", nature="materiel", amount=Decimal(300_000), year=2027, label="Robot"),),
    jobs_created=3,
    starts_on=date(2027, 1, 15),
    works_started=False,
    own_financing=Decimal(200_000),
    objectives=frozenset({"productivite"}),
    declared=(("tco2_evitees_an", Decimal(7)),),
)
CONTEXT = ProjectContext(
    project=BENCH_PROJECT,
    firm=Firm(
        id="E1",
        name="Exemple",
        establishment=Establishment(commune="52121"),
        accounts=(Accounts(year=2025, staff=Decimal(35), turnover=Decimal(6_000_000)),),
    ),
    catalogue=CATALOGUE,
    rates=load_reference_rates(FOLDER / "referentiels" / "taux_reference.yaml"),
    sizes=load_thresholds(FOLDER / "referentiels" / "taille_ue.yaml"),
    on=ON,
    de_minimis_room=Decimal(300_000),
)


@pytest.mark.parametrize("fact", TABLE)
def test_a_what_if_answers_alike(fact: str) -> None:
    def read(raw: str) -> Answer:
        try:
            changed, _ = apply_changes(CONTEXT, {fact: raw})
        except FactsError as error:
            (fault,) = error.faults
            assert fault.where == f"fait « {fact} »"
            return fault.problem, fault.mend
        return facts_of(changed).get(fact, UNKNOWN)

    _same(fact, read)


def test_the_form_of_the_simulator_answers_alike() -> None:
    now = study(CONTEXT)
    bench = ProjectBench(
        context=CONTEXT,
        call=Envelope(contributions=(Contribution(contributor="État", amount=Decimal(2_000_000)),)),
        plan=now.plan,
        grid=load_selection_grid(FOLDER / "referentiels" / "selection.yaml"),
        orientation=load_orientation_rules(FOLDER / "referentiels" / "orientation.yaml"),
        committee_on=CONTEXT.on,
    )
    texts = {fact: list(rows(fact)) for fact in TABLE if fact != "objectifs"}  # no field for several values there
    for rank in range(max(map(len, texts.values()))):
        written = {fact: found[rank] for fact, found in texts.items() if rank < len(found)}
        fields = {field.name: field for field in read_form(bench, written).fields}
        for fact, raw in written.items():
            told = _as_told_on_the_site(fact, raw)
            refused = isinstance(told, tuple)
            assert fields[fact].error == (told[1] if isinstance(told, tuple) else ""), raw[:40]
            assert fields[fact].changed is (refused or told != now.facts[fact]), raw[:40]


def _problem(montant: object) -> str:
    data = json.loads((FOLDER.parents[2] / "docs" / "exemples" / "probleme.json").read_text(encoding="utf-8"))
    del data["projets"][0]["besoin"]
    data["projets"][0]["postes"][0]["montant"] = montant
    return json.dumps(data)


def test_the_amounts_of_a_problem_file_answer_alike_and_must_be_known() -> None:
    schema = load_schema(FOLDER / "schemas" / "probleme-v1.json")

    def read(raw: str) -> Answer:
        try:
            problem = parse_problem(_problem(raw), name="cas.json", schema=schema)
        except DataError as error:
            told = {(fault.problem, fault.mend) for fault in error.faults if "montant" in fault.where}
            (answer,) = told
            return answer
        return problem.projects[0].lines[0].amount

    for raw in rows("chiffre_affaires"):
        expected = answer_of("chiffre_affaires", raw)
        found = read(raw)
        if expected is UNKNOWN:
            assert isinstance(found, tuple)
            assert found[0] == "une valeur connue est nécessaire ici"
        else:
            assert found == expected, raw[:40]


def _as_told_on_the_site(fact: str, raw: str) -> Answer:
    answer = answer_of(fact, raw)
    return ("", mending(Unreadable(*answer))) if isinstance(answer, tuple) else answer


def _same(fact: str, read: Callable[[str], Answer], *, of: Callable[[str, str], Answer] = answer_of) -> None:
    for raw in rows(fact):
        assert read(raw) == of(fact, raw), raw[:40]


# ------------------------------------------------------------------ what is no text: cells, YAML, Parquet, JSON

TYPED: Mapping[str, tuple[tuple[Any, ...], ...]] = {
    "chiffre_affaires": ((250_000, -5, 0), (0.005, 2.675, 1e300, float("nan"), float("inf"), -0.01), (True, False)),
    "effectif": ((42, 10**8), (42.5, 0.1 + 0.2, 1e7), (True,)),
    "tco2_evitees_an": ((12, 10**13), (0.1 + 0.2, 1234567.1234567891, 1e-12, float("-inf"))),
    "emplois_crees": ((4, -1), (4.0, 2.5, 3.0000000001)),
    "date_debut": ((2027, 46_023), (46_023.0,), (date(2026, 12, 31), date(1900, 1, 1), date(1905, 7, 1))),
    "travaux_commences": ((1, 0, 2), (1.0, 0.0), (True, False)),
}
"""Values of one type together, as a column of Parquet has them."""


@pytest.mark.parametrize("fact", TYPED)
def test_what_is_no_text_is_read_alike_in_a_cell_and_in_a_parquet(fact: str, tmp_path: Path) -> None:
    definition = CATALOGUE.dictionary[fact]
    column = Column(
        key=fact, title=fact, type=KINDS[fact], audience=EVERYBODY, fact=definition, choices=definition.choices
    )
    reader = CellReader(CommuneFinder(CATALOGUE.gazetteer), NafReader(CATALOGUE.activities))
    for number, values in enumerate(TYPED[fact]):
        path = tmp_path / f"{number}.parquet"
        pq.write_table(pa.table({fact: list(values)}), path)
        for value, found in zip(values, _of_table(fact, path), strict=True):
            expected = answer_of(fact, value)
            assert found == expected, value
            try:
                cell: Any = reader.read(value, column)[0]
            except Unreadable as error:
                cell = (error.problem, error.mend)
            assert cell == expected, value


def test_a_decimal_of_parquet_with_three_decimals_is_no_text_of_thousands(tmp_path: Path) -> None:
    path = tmp_path / "decimaux.parquet"
    pq.write_table(pa.table({"chiffre_affaires": pa.array([Decimal("200.000")], pa.decimal128(12, 3))}), path)
    assert _of_table("chiffre_affaires", path) == [Decimal(200)]


def test_numbers_of_json_and_yaml_never_blow_up(tmp_path: Path) -> None:
    schema = load_schema(FOLDER / "schemas" / "probleme-v1.json")
    for number in ("1e99999999", "9" * 6_000, "1e-99999999", "-1e400"):
        text = _problem(0).replace('"montant": 0', f'"montant": {number}', 1)
        with pytest.raises(DataError) as caught:
            parse_problem(text, name="cas.json", schema=schema)
        assert {fault.problem for fault in caught.value.faults} <= {"nombre démesuré", "valeur négative"}
    path = tmp_path / "faits.yaml"
    for number in ("1e400", "1.0e+400", ".inf", ".nan", "0x" + "f" * 5_000, "9" * 6_000):
        path.write_text(f"chiffre_affaires: {number}\n", encoding="utf-8")
        with pytest.raises(FactsError):
            read_facts_file(path, CATALOGUE, ON)
