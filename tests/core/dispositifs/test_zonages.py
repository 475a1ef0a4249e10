"""The zones of all France: what a source says, what is taken from memory and said so, what nobody knows."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from rebond.data import data_folder
from rebond.dispositifs.catalogue import Catalogue
from rebond.dispositifs.coverage import BASIN, coverage_of
from rebond.dispositifs.organisations import named_by
from rebond.eligibility.places import load_zonages
from rebond.eligibility.truth import Truth
from rebond.errors import CatalogueError
from rebond.facts import UNKNOWN

DAY = date(2026, 10, 5)
AGENCIES = {
    "artois_picardie": "agence-eau-artois-picardie",
    "loire_bretagne": "agence-eau-loire-bretagne",
    "adour_garonne": "agence-eau-adour-garonne",
    "rhin_meuse": "agence-eau-rhin-meuse",
    "rhone_mediterranee_corse": "agence-eau-rmc",
    "seine_normandie": "agence-eau-seine-normandie",
}
_SHARED = (
    ("02", "07", "08", "09", "11", "12", "15", "16", "17", "19", "21", "23", "28", "34", "42", "45", "48", "50"),
    ("52", "55", "58", "60", "61", "63", "68", "69", "71", "79", "80", "86", "87", "88", "89"),
)
SHARED = frozenset(code for row in _SHARED for code in row)
"""Départements that a divide crosses: no line may settle them whole."""


def lines(name: str) -> list[dict[str, str]]:
    with (data_folder() / "zonages" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_no_departement_is_in_two_basins_nor_settled_while_a_divide_crosses_it() -> None:
    codes = [code for line in lines("agence_eau") for code in line["code"].split("|")]
    assert len(codes) == len(set(codes))
    assert set(codes).isdisjoint(SHARED)


def test_the_agency_of_a_basin_is_the_one_that_works_there(catalogue: Catalogue) -> None:
    """A project is sent to one agency: that of its basin, by its own name."""
    agencies = named_by("agence-eau-*", catalogue.organisations)
    seen = set()
    for commune in {c.departement: c for c in catalogue.gazetteer.communes.values() if c.epci}.values():
        zone = catalogue.zonages.zone_of(BASIN, commune, DAY)
        sure = {code for code in agencies if catalogue.organisations[code].covers(commune) is Truth.YES}
        expected = {AGENCIES[str(zone.value)]} if zone.value in AGENCIES else set()
        assert sure == expected, commune.departement
        seen |= expected
    assert seen == set(AGENCIES.values())


def test_a_zone_from_memory_is_an_assumption_and_a_question(catalogue: Catalogue) -> None:
    communes = [c for c in catalogue.gazetteer.communes.values() if c.departement == "33"][:5]
    zone = catalogue.zonages.zone_of(BASIN, communes[0], DAY)
    assert (zone.value, zone.assumed) == ("adour_garonne", True)
    found = coverage_of(catalogue, communes, DAY)
    assert {each.name: each.unread for each in found.zones}[BASIN] == 5
    assert any("de mémoire, à vérifier pour 5 communes" in question.text for question in found.questions)


def test_a_zone_read_in_a_source_is_no_assumption(catalogue: Catalogue) -> None:
    paris = catalogue.gazetteer.communes["75056"]
    assert not catalogue.zonages.zone_of(BASIN, paris, DAY).assumed


def test_who_read_a_line_is_said_by_yes_or_no(tmp_path: Path) -> None:
    text = "maille,code,valeur,du,au,verifie,source\ndepartement,75,seine_normandie,,,peut-être,essai\n"
    (tmp_path / "agence_eau.csv").write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueError) as caught:
        load_zonages(tmp_path)
    assert [(fault.where, fault.found) for fault in caught.value.faults] == [
        ("zonages/agence_eau.csv, ligne 2, colonne verifie", "peut-être")
    ]


@pytest.mark.parametrize(
    ("commune", "value"),
    [
        ("59350", "ftj"),  # Lille
        ("13055", "ftj"),  # Marseille
        ("06088", "aucune"),  # Nice
        ("44109", "ftj"),  # Nantes
        ("49007", "aucune"),  # Angers
        ("38185", "ftj"),  # Grenoble
        ("69123", UNKNOWN),  # Lyon: the valley of chemistry is a part of it
        ("54395", "ftj"),  # Nancy
        ("57463", UNKNOWN),  # Metz: no source puts its intercommunality in or out
        ("52121", "aucune"),  # Chaumont
        ("76540", UNKNOWN),  # Rouen: eight intercommunalities, of which no list was found
        ("75056", "aucune"),  # Paris
    ],
)
def test_the_just_transition_fund_is_known_where_a_source_names_the_place(
    commune: str, value: object, catalogue: Catalogue
) -> None:
    assert catalogue.zonages.zone_of("ftj", catalogue.gazetteer.communes[commune], DAY).value == value


def test_a_commune_that_left_the_former_zone_keeps_the_effects_until_the_end_of_2027(catalogue: Catalogue) -> None:
    (first, *_) = [line for line in lines("frr") if line["valeur"] == "beneficiaire"]
    commune = catalogue.gazetteer.communes[first["code"].split("|")[0]]
    assert catalogue.zonages.zone_of("frr", commune, DAY).value == "beneficiaire"
    assert catalogue.zonages.zone_of("frr", commune, date(2028, 1, 1)).value is UNKNOWN
