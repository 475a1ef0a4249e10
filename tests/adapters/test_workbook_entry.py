"""What is typed in a form is read as the workbook is: same readers, same checks, every fault at its field."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rebond.adapters.workbook.cells import CellReader
from rebond.adapters.workbook.entry import EntryError, read_entered, read_recorded, sheet_texts, shown_text
from rebond.adapters.workbook.export import census_rows
from rebond.adapters.workbook.layout import ColumnType
from rebond.facts import UNKNOWN
from rebond.reading.communes import CommuneFinder
from rebond.reading.naf import NafReader
from rebond.reading.problem import Unreadable

EPCIS = ("200068658", "200072999")
CONTEXT = {
    "mission": [
        {"nom": "Mission", "territoire": "Chaumont", "epci": ", ".join(EPCIS), "date_comite": "20/11/2026"},
    ],
    "entreprises": [{"id": "E001", "nom": "Forges de l'Essai", "commune": "Chaumont (52121)", "siren": "000000018"}],
}
PROJECT = {"id": "P001", "entreprise": "E001", "intitule": "Four neuf"}


def test_a_project_typed_in_a_form_is_the_project_of_the_workbook(layout, gazetteer):
    lines = [
        {"projet": "P001", "nature": "materiel", "annee": "2027", "montant": "12 400,50"},
        {"projet": "P001"},
        {"projet": "P001", "nature": "Études environnement et énergie", "annee": "2026", "montant": "1,5 M€"},
    ]
    typed = {"projets": [PROJECT | {"debut": "1er mars 2027", "emplois_crees": "nsp"}], "depenses": lines}
    (project,) = read_entered(typed, layout, gazetteer, context=CONTEXT).projects
    assert [(line.nature, line.amount) for line in project.costs] == [
        ("materiel", Decimal("12400.5")),
        ("etude_energie", Decimal(1_500_000)),
    ]
    assert project.jobs_created is UNKNOWN
    assert project.commune == "52121"


def test_every_fault_comes_at_once_with_the_place_of_its_field(layout, gazetteer):
    typed = {
        "projets": [PROJECT | {"emplois_crees": "beaucoup", "debut": "01/03/2027", "fin": "01/01/2027"}],
        "depenses": [
            {"projet": "P001", "nature": "materiel", "annee": "2027", "montant": "12 k€ TTC"},
            {},
            {"projet": "P001", "nature": "matos", "annee": "2027", "montant": "1,234"},
        ],
    }
    with pytest.raises(EntryError) as refused:
        read_entered(typed, layout, gazetteer, context=CONTEXT)
    assert [(each.sheet, each.row, each.column) for each in refused.value.entered] == [
        ("projets", 0, "fin"),
        ("projets", 0, "emplois_crees"),
        ("depenses", 0, "montant"),
        ("depenses", 2, "nature"),
        ("depenses", 2, "montant"),
    ]
    assert "toutes taxes comprises" in refused.value.entered[2].problem
    assert "milliers ou décimales" in refused.value.entered[4].problem


def test_what_the_mission_already_holds_is_not_repeated(layout, gazetteer):
    typed = {"entreprises": [{"id": "E009", "nom": "Autre", "commune": "Langres", "siren": "000000018"}]}
    with pytest.raises(EntryError) as refused:
        read_entered(typed, layout, gazetteer, context=CONTEXT)
    (fault,) = refused.value.entered
    assert (fault.row, fault.column) == (0, "siren")
    assert "déjà enregistré" in fault.problem


def test_a_fault_of_the_mission_is_not_one_of_the_form(layout, gazetteer):
    context = CONTEXT | {"entreprises": [{"id": "E001", "nom": "Forges", "commune": "nulle part", "code_naf": "9"}]}
    (project,) = read_entered({"projets": [PROJECT]}, layout, gazetteer, context=context).projects
    assert project.commune is UNKNOWN


def test_a_value_that_no_reader_takes_any_more_does_not_stop_another_correction(layout, gazetteer):
    before = {"projets": [PROJECT | {"type_projet": "un type disparu"}]}
    recorded = read_recorded(before, layout, gazetteer, context=CONTEXT)
    pardoned = recorded.unreadable
    assert recorded.census.projects[0].kind is UNKNOWN
    assert pardoned == {("projets", "type_projet", "un type disparu")}
    typed = {"projets": [before["projets"][0] | {"intitule": "Four d'occasion"}]}
    (project,) = read_entered(typed, layout, gazetteer, context=CONTEXT, pardoned=pardoned).projects
    assert project.title == "Four d'occasion"
    worse = {"projets": [before["projets"][0] | {"type_projet": "un autre"}]}
    with pytest.raises(EntryError):
        read_entered(worse, layout, gazetteer, context=CONTEXT, pardoned=pardoned)


@pytest.fixture(scope="module")
def cells(layout, gazetteer):
    return CellReader(CommuneFinder(gazetteer, EPCIS), NafReader(layout.activities))


NUMBERS = st.decimals(-10_000_000, 10_000_000, places=3).map(lambda number: f"{number}0".replace(".", ","))
WRITTEN = st.one_of(
    st.text(max_size=30),
    NUMBERS,
    NUMBERS.map(lambda number: f"{number} %"),
    st.integers(0, 10**7).map(str),
    st.dates().map(lambda day: f"{day:%d/%m/%Y}"),
    st.sampled_from(["oui", "non", "inconnu", "aucun", "60 000 – 500 000 €", "plus de 30 M€", "000000018", "25.50A"]),
    st.sampled_from(["oui K7F3Q, P. Martin, 12/11/2026", "Chaumont (52)", "Langres", "52121 Chaumont", "1,5 M€"]),
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), text=WRITTEN)
def test_what_a_field_shows_is_read_as_the_value(layout, gazetteer, cells, data, text):
    column = data.draw(st.sampled_from([each for sheet in layout.sheets for each in sheet.columns]))
    codes = [choice.code for choice in column.choices]
    if codes:
        text = ", ".join(data.draw(st.lists(st.sampled_from(codes), min_size=1, unique=True)))
    try:
        value, _ = cells.read(text, column)
    except Unreadable:
        return
    if column.type is ColumnType.CONFIRMATION:  # The sheet writes its answers as a text.
        value = UNKNOWN if value is UNKNOWN else " ; ".join(map(str, value))
        value = value if value is UNKNOWN else cells.read(value, column)[0]
        shown = "" if value is UNKNOWN else " ; ".join(map(str, value))
    else:
        shown = shown_text(column, value, gazetteer)
    if value is UNKNOWN and column.required:
        return
    again, _ = cells.read(shown, column)
    assert again == value
    assert type(again) is type(value)


def test_every_commune_is_shown_by_a_text_that_means_it(layout, gazetteer, cells):
    column = layout.sheet("entreprises").column("commune")
    some = list(gazetteer.communes)[::150]
    assert [cells.read(shown_text(column, f"INSEE {code}", gazetteer), column)[0] for code in some] == some


def test_the_rows_of_a_census_typed_as_they_are_shown_give_the_census(layout, gazetteer, bench):
    small_census = bench.read(bench.write())
    rows = census_rows(small_census, layout)
    typed = {
        key: [
            sheet_texts(layout.sheet(key), row, gazetteer) for row in ([found] if isinstance(found, Mapping) else found)
        ]
        for key, found in rows.items()
    }
    assert replace(read_entered(typed, layout, gazetteer), repairs=()) == replace(small_census, repairs=())
