"""Codes of activity of two nomenclatures: what a code of the NAF 2025 is for the conditions, which speak the rév. 2."""

from datetime import date
from pathlib import Path

import pytest

from rebond.data import data_folder
from rebond.dispositifs.catalogue import load_catalogue
from rebond.dispositifs.facts_file import read_facts_file
from rebond.eligibility.naf import DIVISIONS, Nomenclatures, load_nomenclatures, section_of
from rebond.eligibility.project_facts import complete
from rebond.facts import UNKNOWN
from rebond.reading.naf import NafReader
from rebond.reading.problem import Reading, Unreadable

TEN = {"20.51", "25.30", "25.40", "25.61", "25.62", "35.12", "35.13", "35.14", "38.31", "38.32"}


@pytest.fixture(scope="module")
def nomenclatures() -> Nomenclatures:
    return load_nomenclatures(data_folder() / "referentiels")


@pytest.fixture(scope="module")
def reader(nomenclatures: Nomenclatures) -> NafReader:
    return NafReader(nomenclatures)


def refusal(reader: NafReader, text: str) -> str:
    with pytest.raises(Unreadable) as caught:
        reader.read(text)
    return f"{caught.value.problem} → {caught.value.mend}"


def test_no_whole_code_is_in_both_nomenclatures(nomenclatures: Nomenclatures) -> None:
    assert not nomenclatures.rev2.keys() & nomenclatures.naf2025.keys()


def test_ten_classes_keep_their_number_and_change_trade(nomenclatures: Nomenclatures, reader: NafReader) -> None:
    both = {code for code in nomenclatures.rev2 if len(code) == 5 and code in nomenclatures.levels_2025}
    assert {code for code in both if nomenclatures.changed_trade(code)} == TEN
    for code in TEN:
        assert "deux activités" in refusal(reader, code)
        assert reader.read(f"{code} (rév. 2)").value == code
        assert reader.read(f"{code} (2025)").value != code


@pytest.mark.parametrize(
    ("written", "value", "note"),
    [
        ("25.73A", "25.73A", ""),
        ("2573a", "25.73A", ""),
        ("25", "25", ""),
        ("25.61Y", "25.71Z", "NAF 2025 « Fabrication de coutellerie », en NAF rév. 2 « Fabrication de coutellerie »"),
        ("24.51Y (NAF 2025)", "24.51Z", "Fonderie de fonte"),
        ("25.40Y", UNKNOWN, "25.50A « Forge, estampage, matriçage ; métallurgie des poudres », 25.50B"),
        ("25.53Y", UNKNOWN, "25.61Z"),
        ("65.12Y", UNKNOWN, "la table de passage livrée ne dit pas"),
        ("47.24Y", UNKNOWN, "parmi d'autres : 10.71B"),
        ("74.1J", UNKNOWN, "NAF rév. 1"),
        ("28.4A", UNKNOWN, "NAF rév. 1"),
        ("00.00Z", UNKNOWN, "non précisée"),
    ],
)
def test_a_code_is_read_in_the_nomenclature_of_the_conditions(
    reader: NafReader, written: str, value: object, note: str
) -> None:
    found = reader.read(written)
    assert found.value == value
    assert note in found.note if note else found.note == ""


def test_a_code_of_no_nomenclature_is_refused_with_those_of_its_class(reader: NafReader) -> None:
    said = refusal(reader, "25.63H")
    assert "25.63Y « Fabrication d'outillage »" in said
    assert "25.62" not in said, "une classe voisine n'est pas la même activité"
    assert "25.73A « Fabrication de moules et modèles », 25.73B" in refusal(reader, "25.73C")


def test_forging_is_never_weapons(reader: NafReader) -> None:
    """25.40Z makes weapons; 25.40Y forges. A letter apart, and no advice may go from one to the other."""
    assert "25.40Z" not in reader.read("25.40Y").note


def test_a_form_wants_a_whole_code(reader: NafReader) -> None:
    for short in ("25", "25.4", "25.40"):
        with pytest.raises(Unreadable, match="complet"):
            reader.read_whole(short)


def test_a_division_that_never_was_is_unknown_wherever_a_code_is_read(
    reader: NafReader, nomenclatures: Nomenclatures, tmp_path: Path
) -> None:
    """Vacant divisions, by what INSEE publishes; never the section of their neighbours, never a refused file."""
    catalogue = load_catalogue(data_folder())
    on, activity = date(2026, 11, 29), catalogue.dictionary["code_naf"]
    vacant = []
    for number in range(1, 100):
        division = f"{number:02}"
        exists = division in nomenclatures.rev2
        assert bool(section_of(f"{division}.10Z")) is exists is (division in DIVISIONS)
        assert exists or division not in nomenclatures.levels_2025
        if not exists:
            vacant.append(division)
            for written in (division, f"{division}.1", f"{division}.10Z"):
                assert reader.read(written) == Reading(UNKNOWN, "aucune nomenclature n'a cette division")
            assert reader.read_whole(f"{division}10z").value is UNKNOWN
            assert activity.parse(f"{division}.10Z") is UNKNOWN
            kept = complete({"code_naf": f"{division}.10Z"}, on)
            assert (kept["code_naf"], kept.get("section_naf", UNKNOWN)) == (UNKNOWN, UNKNOWN)
    assert vacant == ["04", "34", "40", "44", "48", "54", "57", "67", "76", "83", "89"]
    with pytest.raises(Unreadable):
        reader.read_whole("25.73C")
    told: list[str] = []
    (tmp_path / "faits.yaml").write_text("code_naf: 34.10Z\n", encoding="utf-8")
    assert "code_naf" not in read_facts_file(tmp_path / "faits.yaml", catalogue, on, tell=told.append)
    assert told == ["code_naf : « 34.10Z » lu inconnu (aucune nomenclature n'a cette division)"]


def test_every_translation_is_one_line_of_the_table(nomenclatures: Nomenclatures, reader: NafReader) -> None:
    for code in nomenclatures.naf2025:
        found = reader.read(code).value
        sources = {old for old, new in nomenclatures.changes if new == code}
        assert found is UNKNOWN or {found} == sources
