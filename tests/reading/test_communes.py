"""A commune as people write it: code, postcode, name of today or of before."""

import pytest

from rebond.data import data_folder
from rebond.eligibility.places import Gazetteer, load_gazetteer
from rebond.reading.communes import CommuneFinder
from rebond.reading.problem import Unreadable

CHAUMONT, GRAND_LANGRES = "200068658", "200072999"


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return load_gazetteer(data_folder() / "referentiels")


@pytest.fixture(scope="module")
def finder(gazetteer: Gazetteer) -> CommuneFinder:
    return CommuneFinder(gazetteer, (CHAUMONT, GRAND_LANGRES))


def refusal(finder: CommuneFinder, text: str) -> str:
    with pytest.raises(Unreadable) as caught:
        finder.read(text)
    return f"{caught.value.problem} → {caught.value.mend}"


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("52800 NOGENT", "52353"),
        ("Nogent (52)", "52353"),
        ("Nogent 52800", "52353"),
        ("F-52800 Nogent", "52353"),
        ("52 - Nogent", "52353"),
        ("NOGENT CEDEX 2", "52353"),
        ("CHAUMONT CEDEX", "52121"),
        ("52008 CHAUMONT CEDEX", "52121"),  # 52008 is the INSEE code of a village, and Chaumont's CEDEX
        ("Langres 52200", "52269"),
        ("52269 Langres", "52269"),
        ("52121", "52121"),
        ("INSEE 52200", "52200"),
        ("Flagey (52200)", "52200"),
        ("1004", "01004"),
        ("St-Dizier", "52448"),
        ("Vandoeuvre-lès-Nancy", "54547"),
        ("20000 Ajaccio", "2A004"),
        ("Saint-Pierre 97410", "97416"),
        ("69383", "69123"),
        ("LYON 3EME", "69123"),
        ("Paris 12", "75056"),
        ("Marseille 1er arrondissement", "13055"),
        ("74268", "74010"),
        ("Seynod", "74010"),
        ("Vaux-sous-Aubigny", "52405"),
        ("52509", "52405"),
    ],
)
def test_a_commune_is_found_as_it_is_written(finder: CommuneFinder, written: str, code: str) -> None:
    assert finder.read(written).value == code


@pytest.mark.parametrize(
    ("written", "note"),
    [
        ("Seynod", "commune déléguée : aujourd'hui Annecy (74010)"),
        ("74268", "commune déléguée : aujourd'hui Annecy (74010)"),
        ("69383", "arrondissement municipal de Lyon (69123)"),
        ("NOGENT CEDEX 2", "« CEDEX » laissé de côté"),
        ("97400", "code postal de Saint-Denis (97411)"),
        ("Langres", ""),
        ("52800 NOGENT", ""),
    ],
)
def test_what_was_translated_is_said(finder: CommuneFinder, written: str, note: str) -> None:
    said = finder.read(written).note
    assert note in said if note else said == ""


def test_a_number_that_is_also_a_postcode_is_said_with_both_readings(finder: CommuneFinder) -> None:
    said = refusal(finder, "52200")
    assert "deux façons" in said
    assert "Flagey (52200)" in said
    assert "Langres (52269, de la mission)" in said
    assert "INSEE, Aix-en-Provence (13001) ; comme code postal, Marseille (13055)" in refusal(finder, "13001")


def test_a_column_of_insee_codes_settles_what_a_number_is(finder: CommuneFinder) -> None:
    assert finder.read_insee("52200").value == "52200"
    with pytest.raises(Unreadable, match="code postal de 13 communes"):
        finder.read_insee("52800")


def test_a_postcode_of_many_communes_lists_those_of_the_mission_first(finder: CommuneFinder) -> None:
    said = refusal(finder, "52000")
    assert "16 communes" in said
    assert "écrire le nom de la commune : Chaumont (52121, de la mission)" in said


def test_a_code_and_a_name_that_disagree_are_refused(finder: CommuneFinder) -> None:
    said = refusal(finder, "52121 Langres")
    assert "52121 est à Chaumont (52121" in said
    assert "le nom à Langres (52269" in said
    assert "département" in refusal(finder, "Langres (55)")


def test_no_commune_far_away_is_advised_for_its_spelling(finder: CommuneFinder) -> None:
    assert "Chaumont" in refusal(finder, "Chaumon")
    assert "peut-être" not in refusal(finder, "Carcassone")
    assert "peut-être" not in refusal(finder, "Montigny-le-Roi"), "Val-de-Meuse n'a pas gardé ce nom"
    assert "Carcassonne (11069)" in refusal(finder, "Carcassone (11)").replace("« ", "").replace(" »", "")


def test_homonyms_are_listed(finder: CommuneFinder) -> None:
    said = refusal(finder, "Saint-Aubin")
    assert "10 communes" in said
    assert "et 4 autres" in said


def test_every_commune_is_read_back_from_its_name_and_code(gazetteer: Gazetteer, finder: CommuneFinder) -> None:
    """What the messages propose, « Nom (code) », is always read: in the mission's départements, one by one."""
    for commune in gazetteer.communes.values():
        if commune.departement in {"52", "55", "2A"}:
            assert finder.read(f"{commune.name} ({commune.code})").value == commune.code
            assert finder.read(f"INSEE {commune.code}").value == commune.code


def test_every_bare_number_is_one_commune_or_is_refused(gazetteer: Gazetteer, finder: CommuneFinder) -> None:
    """By brute force: a number is never read as one commune when another has it as a postcode."""
    for number in [f"52{rest:03}" for rest in range(1000)]:
        readings = {one.code for one in gazetteer.by_postcode.get(number, ())}
        readings |= {present.code for present in [gazetteer.present_commune(number)] if present}
        try:
            found = {finder.read(number).value}
        except Unreadable:
            assert len(readings) != 1
        else:
            assert found == readings


def test_every_former_commune_leads_to_one_of_today(gazetteer: Gazetteer) -> None:
    assert len(gazetteer.former) > 4_000
    for former in gazetteer.former:
        assert former.within in gazetteer.communes
        present = gazetteer.present_commune(former.code)
        assert present is not None
        assert present.code == former.within
