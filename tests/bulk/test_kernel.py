"""The kernel says what the interpreter says, on any rule and any row, motive included."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebond.bulk.bits import pack, unpack
from rebond.bulk.header import read_header
from rebond.bulk.kernel import NO_REASON, VERDICTS, Kernel
from rebond.bulk.leaves import TILE
from rebond.bulk.program import compile_rules
from rebond.bulk.rows import RowReader
from rebond.data import data_folder
from rebond.dispositifs.catalogue import Catalogue, load_catalogue
from rebond.dispositifs.model import Dispositif, Validity
from rebond.eligibility.criteria import AllOf, AnyOf, Compare, Confirm, CostSum, Criterion, NafIn, Not, OneOf, Operator
from rebond.eligibility.naf import NafPattern
from rebond.errors import CatalogueError

ON = date(2026, 11, 23)
SENTENCES = tuple(Confirm(key=f"confirme:essai/essai:{rank}", text=f"phrase {rank}") for rank in (1, 2))

AMOUNTS = ["0", "0.01", "399999.99", "400000", "400000.01", "999999999999.99", "1000000000000"]
NUMBERS = ["0", "9", "9.5", "10", "49", "49.9", "50", "0.1", "0.3", "249", "250"]
DAYS = [date(1995, 3, 1), date(2016, 11, 23), date(2023, 11, 22), date(2023, 11, 23), date(2023, 11, 24), ON]
NAF = ["25.73A", "25.73B", "33.20A", "10.11Z", "01.11Z", "99.00Z", "62.01Z"]
OBJECTIVES = ["energie", "decarbonation", "numerique"]
CELLS: dict[str, st.SearchStrategy[object]] = {
    "effectif": st.sampled_from(NUMBERS),
    "cout_materiel": st.sampled_from(AMOUNTS),
    "cout_batiment": st.sampled_from(AMOUNTS),
    "cout_immateriel": st.sampled_from(AMOUNTS),
    "date_creation": st.sampled_from(DAYS).map(date.isoformat),
    "date_debut": st.sampled_from(DAYS).map(date.isoformat),
    "date_fin": st.sampled_from(DAYS).map(date.isoformat),
    "taille_ue": st.sampled_from(["micro", "petite", "grande"]),
    "code_naf": st.sampled_from(NAF),
    "micro_entrepreneur": st.sampled_from(["oui", "non"]),
    "objectifs": st.lists(st.sampled_from(OBJECTIVES), min_size=1).map(",".join),
    "code_commune": st.sampled_from(["52121", "52269", "08105", "75056"]),
    SENTENCES[0].key: st.sampled_from(["oui", "non"]),
}
ABSENT = ("effectif_site", "zone_afr")
"""Facts that no table of these tests gives."""


@st.composite
def leaves(draw: st.DrawFn) -> Criterion:  # noqa: PLR0911 - one way out a kind of leaf
    facts = _shipped().dictionary
    operator = draw(st.sampled_from(list(Operator)))
    match draw(st.integers(0, 8)):
        case 0:
            return Compare(fact=facts["effectif"], operator=operator, value=Decimal(draw(st.sampled_from(NUMBERS))))
        case 1:
            name = draw(st.sampled_from(["cout_materiel", "cout_batiment"]))
            value = Decimal(draw(st.sampled_from([*AMOUNTS, "400000.005", "1E+15"])))
            return Compare(fact=facts[name], operator=operator, value=value)
        case 2:
            names = draw(
                st.lists(st.sampled_from([n for n in CELLS if n.startswith("cout_")]), min_size=1, unique=True)
            )
            value = Decimal(draw(st.sampled_from([*AMOUNTS, "800000", "400000.02"])))
            return CostSum(facts=tuple(facts[n] for n in names), label="Dépenses", operator=operator, value=value)
        case 3:
            name = draw(st.sampled_from(["date_creation", "date_debut"]))
            return Compare(fact=facts[name], operator=operator, value=draw(st.sampled_from(DAYS)))
        case 4:
            name = draw(st.sampled_from(["age_annees", "duree_mois", "effectif_site"]))
            return Compare(fact=facts[name], operator=operator, value=Decimal(draw(st.sampled_from([*NUMBERS, "3"]))))
        case 5:
            patterns = st.lists(st.sampled_from(["C", "25", "33.2", "10.11Z-25.73A", "01"]), min_size=1, max_size=3)
            return NafIn(
                fact=facts["code_naf"],
                include=tuple(map(NafPattern, draw(patterns))),
                exclude=tuple(map(NafPattern, draw(st.just([]) | patterns))),
            )
        case 6:
            name, values = draw(
                st.sampled_from(
                    [
                        ("taille_ue", ["micro", "petite", "eti"]),
                        ("objectifs", OBJECTIVES),
                        ("departement", ["52", "08"]),
                        ("region", ["44", "11"]),
                        ("section_naf", ["C", "J"]),
                        ("zone_frr", ["frr", "frr_plus"]),
                        ("zone_afr", ["a"]),
                    ]
                )
            )
            chosen = draw(st.frozensets(st.sampled_from(values), min_size=1))
            return OneOf(fact=facts[name], values=chosen)
        case 7:
            flag = Compare(fact=facts["micro_entrepreneur"], operator=Operator.EQUAL, value=draw(st.booleans()))
            size = Compare(fact=facts["taille_ue"], operator=operator, value="micro")
            return draw(st.sampled_from([flag, size]))
        case _:
            return draw(st.sampled_from(SENTENCES))


def trees() -> st.SearchStrategy[Criterion]:
    def groups(children: st.SearchStrategy[Criterion]) -> st.SearchStrategy[Criterion]:
        some = st.lists(children, max_size=4).map(tuple)
        return (
            some.map(lambda found: AllOf(children=found))
            | some.map(lambda found: AnyOf(children=found))
            | children.map(lambda found: Not(child=found))
        )

    return st.recursive(leaves(), groups, max_leaves=8)


def rows_with_some_unknown() -> st.SearchStrategy[list[dict[str, Any]]]:
    row = st.fixed_dictionaries({name: st.none() | cell for name, cell in CELLS.items()})
    return st.lists(row, min_size=1, max_size=12)


def judge_table(
    table: Any, dispositifs: list[Dispositif], catalogue: Catalogue, on: date
) -> list[list[tuple[str, str | None]]]:
    """Verdict and motive by row and dispositif, by the kernel."""
    program = compile_rules(dispositifs, on)
    header = read_header(table.column_names, table="essai", dictionary=catalogue.dictionary, dispositifs=dispositifs)
    reader = RowReader(
        header, gazetteer=catalogue.gazetteer, zonages=catalogue.zonages, activities=catalogue.activities, on=on
    )
    kernel = Kernel(program)
    found: list[list[tuple[str, str | None]]] = []
    for piece in table.to_batches(max_chunksize=5):
        rows = reader.read(piece)
        assert rows.faults.total == 0
        verdicts = kernel.explain(rows.batch)
        assert np.array_equal(verdicts.counts(), kernel.evaluate(rows.batch).counts())
        codes = [verdicts.codes(rank) for rank in range(len(program.rules))]
        found.extend(
            [
                (
                    VERDICTS[codes[rank][row]].value,
                    None if verdicts.deciding[rank][row] == NO_REASON else rule.texts[verdicts.deciding[rank][row]],
                )
                for rank, rule in enumerate(program.rules)
            ]
            for row in range(piece.num_rows)
        )
    return found


@cache
def _shipped() -> Catalogue:
    """Not a fixture: Hypothesis prints the arguments of a failing test, and a catalogue is a megabyte."""
    return load_catalogue(data_folder())


@given(data=st.data())
def test_kernel_and_interpreter_agree_on_any_rule_and_row(
    data: st.DataObject, make_dispositif: Callable[..., Dispositif], interpreter: Any
) -> None:
    catalogue = _shipped()
    conditions = data.draw(st.lists(st.none() | trees(), min_size=1, max_size=4))
    dispositifs = [
        make_dispositif(tree, name=f"essai/essai-{rank}", to_confirm=SENTENCES if rank == 1 else ())
        for rank, tree in enumerate(conditions)
    ] + [make_dispositif(None, name="essai/essai", to_confirm=SENTENCES)]
    rows = data.draw(rows_with_some_unknown())
    table = pa.table(
        {"id": [str(rank) for rank in range(len(rows))]}
        | {name: pa.array([row[name] for row in rows], pa.string()) for name in CELLS}
    )
    assert judge_table(table, dispositifs, catalogue, ON) == interpreter(rows, dispositifs, ON)


@pytest.mark.parametrize(
    ("validity", "on"),
    [
        (Validity(opens_on=ON + timedelta(days=1)), ON),
        (Validity(closes_on=ON - timedelta(days=1)), ON),
        (Validity(suspended=True), ON),
    ],
)
def test_a_closed_window_is_a_no_for_every_row_and_the_motive_says_so(
    validity: Validity, on: date, catalogue: Catalogue, make_dispositif: Callable[..., Dispositif], interpreter: Any
) -> None:
    dispositifs = [make_dispositif(None, validity=validity)]
    rows: list[dict[str, object]] = [{"effectif": "3"}, {"effectif": None}]
    table = pa.table({"id": ["a", "b"], "effectif": pa.array(["3", None])})
    found = judge_table(table, dispositifs, catalogue, on)
    assert found == interpreter(rows, dispositifs, on)
    assert {verdict for row in found for verdict, _ in row} == {"non"}
    assert "Guichet ouvert" in str(found[0][0][1])


def test_leaves_that_differ_only_by_source_or_wording_are_evaluated_once(
    catalogue: Catalogue, make_dispositif: Callable[..., Dispositif]
) -> None:
    costs = tuple(catalogue.dictionary[name] for name in ("cout_materiel", "cout_batiment"))
    first = CostSum(facts=costs, label="un", operator=Operator.AT_LEAST, value=Decimal(5), source="décret")
    second = CostSum(facts=costs[::-1], label="deux", operator=Operator.AT_LEAST, value=Decimal(5), source="arrêté")
    assert len(compile_rules([make_dispositif(AllOf(children=(first, second)))], ON).leaves) == 1


def test_a_number_compared_as_a_text_is_refused_with_the_dispositif_named(
    catalogue: Catalogue, make_dispositif: Callable[..., Dispositif]
) -> None:
    rule = OneOf(fact=catalogue.dictionary["effectif"], values=frozenset({"50"}))
    with pytest.raises(CatalogueError, match=r"essai/essai\.yaml"):
        compile_rules([make_dispositif(rule)], ON)


def test_rows_beyond_a_tile_and_a_word_are_judged_like_the_others(
    catalogue: Catalogue, make_dispositif: Callable[..., Dispositif]
) -> None:
    rows = TILE + 65
    staff = np.arange(rows)
    table = pa.table(
        {
            "id": [str(value) for value in staff],
            "effectif": staff,
            "taille_ue": ["micro", "eti"] * (rows // 2) + ["eti"] * (rows % 2),
        }
    )
    rule = AllOf(
        children=(
            Compare(fact=catalogue.dictionary["effectif"], operator=Operator.AT_LEAST, value=Decimal(TILE)),
            OneOf(fact=catalogue.dictionary["taille_ue"], values=frozenset({"eti"})),
        )
    )
    program = compile_rules([make_dispositif(rule)], ON)
    header = read_header(table.column_names, table="x", dictionary=catalogue.dictionary, dispositifs=())
    reader = RowReader(
        header, gazetteer=catalogue.gazetteer, zonages=catalogue.zonages, activities=catalogue.activities, on=ON
    )
    verdicts = Kernel(program).evaluate(reader.read(table.combine_chunks().to_batches()[0]).batch)
    expected = (staff >= TILE) & ((staff % 2 == 1) | (staff == rows - 1))
    assert np.array_equal(unpack(verdicts.bits[0].true, rows).astype(bool), expected)
    assert verdicts.counts().tolist() == [[int(expected.sum()), rows - int(expected.sum()), 0]]


def test_bits_beyond_the_last_row_are_empty() -> None:
    assert int(pack(np.ones(3, np.bool_))[0]) == 0b111
