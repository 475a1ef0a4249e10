"""Where organisations work: everywhere, in places that are listed, or nobody said."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebond.dispositifs.catalogue import Catalogue
from rebond.dispositifs.checks import check_catalogue
from rebond.dispositifs.coverage import Scale, coverage_of, foreign, scale_of
from rebond.dispositifs.organisations import load_organisations, named_by, read_reach
from rebond.eligibility.places import Commune
from rebond.eligibility.truth import Truth
from rebond.errors import CatalogueError

ARRAS = Commune(code="62041", name="Arras", departement="62", region="32", epci="200033579", population=42_000)
METZ = Commune(code="57463", name="Metz", departement="57", region="44", epci="200039865", population=120_000)
HEADER = "code,nom,sigle,role,champs,territoire,source\n"


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("partout", Truth.YES),
        ("", Truth.UNKNOWN),
        ("59|62", Truth.YES),
        ("region 32", Truth.YES),
        ("epci 200033579", Truth.YES),
        ("62 en partie", Truth.UNKNOWN),
        ("59|à compléter", Truth.UNKNOWN),
        ("59", Truth.NO),
        ("region 44|57 en partie", Truth.NO),
    ],
)
def test_empty_means_unknown_and_everywhere_is_written(cell: str, expected: Truth) -> None:
    reach, unread = read_reach(cell)
    assert not unread
    assert reach.covers(ARRAS) is expected


@given(st.lists(st.sampled_from(["57", "59", "62", "region 32", "region 44", "62 en partie", "à compléter"])))
def test_one_more_place_never_takes_an_organisation_out_of_a_commune(parts: list[str]) -> None:
    order = [Truth.NO, Truth.UNKNOWN, Truth.YES]
    if not parts:
        return
    for commune in (ARRAS, METZ):
        before = read_reach("|".join(parts))[0].covers(commune)
        after = read_reach("|".join([*parts, "57"]))[0].covers(commune)
        assert order.index(after) >= order.index(before)


def test_a_territory_that_cannot_be_read_says_which_word_and_what_to_write(tmp_path: Path) -> None:
    (tmp_path / "organisations.csv").write_text(f"{HEADER}a,A,A,conseil,,Nord|59,\n", encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"ligne 2, colonne territoire : « Nord » — territoire illisible"):
        load_organisations(tmp_path)


def test_every_region_and_every_departement_has_its_bodies(catalogue: Catalogue) -> None:
    sample = {commune.departement: commune for commune in catalogue.gazetteer.communes.values() if commune.epci}
    for departement, commune in sample.items():
        for family in ("region-*", "codefi-*"):
            codes = [
                code
                for code in named_by(family, catalogue.organisations)
                if catalogue.organisations[code].covers(commune) is Truth.YES
            ]
            assert len(codes) == 1, (family, departement, codes)


def test_a_water_agency_of_another_basin_does_not_work_in_the_north(catalogue: Catalogue) -> None:
    agencies = {code: catalogue.organisations[code] for code in named_by("agence-eau-*", catalogue.organisations)}
    assert len(agencies) == 6
    assert [code for code, one in agencies.items() if one.covers(ARRAS) is Truth.YES] == ["agence-eau-artois-picardie"]
    assert agencies["agence-eau-artois-picardie"].covers(METZ) is Truth.NO


def test_the_catalogue_covers_haute_marne_and_says_that_it_lacks_the_north(catalogue: Catalogue) -> None:
    day = date(2026, 10, 5)
    chaumont = coverage_of(catalogue, catalogue.gazetteer.by_epci["200068658"], day)
    cambrai = coverage_of(catalogue, catalogue.gazetteer.by_epci["200068500"], day)
    assert all(chaumont.dispositifs[scale] for scale in Scale)
    assert not cambrai.dispositifs[Scale.LOCAL]
    assert {item.funder for item in cambrai.dispositifs[Scale.REGIONAL]} == {"region-hauts-de-france"}
    assert {zone.name: zone.known for zone in cambrai.zones}["frr"] == len(cambrai.communes)
    assert any(question.subject == "CA de Cambrai" for question in cambrai.questions)


def test_a_scheme_that_only_one_region_refuses_is_national(catalogue: Catalogue) -> None:
    scales = {key: scale_of(item, catalogue) for key, item in catalogue.dispositifs.items()}
    assert scales["bpifrance/pret-vert"] is Scale.NATIONAL
    assert scales["region-grand-est/premiere-ia"] is Scale.REGIONAL
    assert scales["ca-chaumont/immobilier-entreprise"] is Scale.LOCAL


def test_nobody_is_foreign_to_a_territory_that_is_not_known(catalogue: Catalogue) -> None:
    assert foreign(catalogue.organisations, ()) == frozenset()


def test_a_scheme_open_where_its_funder_does_not_work_is_a_fault_of_its_file(catalogue: Catalogue) -> None:
    local = catalogue.dispositifs["ca-chaumont/immobilier-entreprise"]
    everywhere = replace(local, conditions=None, cases=())
    faults = check_catalogue(replace(catalogue, dispositifs={everywhere.id: everywhere}, regimes={}))
    assert [fault.where for fault in faults] == [f"{local.id}.yaml, conditions"]
    assert "59" in faults[0].found
    assert not check_catalogue(replace(catalogue, dispositifs={local.id: local}, regimes={}))
