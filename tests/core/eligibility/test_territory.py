"""Projects outside the territory of the mission are kept, and said."""

from datetime import date
from decimal import Decimal

import pytest

from rebond.data import data_folder
from rebond.eligibility.places import Gazetteer, load_gazetteer
from rebond.eligibility.territory import outside_alert, projects_outside
from rebond.facts import UNKNOWN, Census, Contribution, Envelope, Establishment, Firm, MissionSettings, Project


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return load_gazetteer(data_folder() / "referentiels")


def census(*epcis: str) -> Census:
    settings = MissionSettings(
        name="Essai",
        territory="Chaumont",
        epcis=epcis,
        committee_on=date(2026, 12, 1),
        envelope=Envelope(contributions=(Contribution(contributor="État", amount=Decimal(1)),)),
    )
    firm = Firm(id="E1", name="Essai", establishment=Establishment(commune="69123"))
    places = {"P1": "52121", "P2": "69123", "P3": "69383", "P4": "52448"}
    projects = [Project(id=key, firm_id="E1", title="x", commune=place) for key, place in places.items()]
    projects.append(Project(id="P5", firm_id="E0", title="x"))
    return Census(
        settings=settings, firms=(firm,), interviews=(), projects=tuple(projects), aids=(), partner_entries=()
    )


def test_projects_elsewhere_are_named_commune_by_commune(gazetteer: Gazetteer) -> None:
    outside = projects_outside(census("200068658"), gazetteer)
    assert [project.id for project, _ in outside] == ["P2", "P3", "P4"]
    said = outside_alert(outside)
    assert said.startswith("3 projets sont hors des intercommunalités de la mission")
    assert "P2, P3 à Lyon (69123) ; P4 à Saint-Dizier (52448)" in said


def test_a_project_of_unknown_place_or_a_mission_of_unknown_territory_is_not_outside(gazetteer: Gazetteer) -> None:
    assert Project(id="P5", firm_id="E0", title="x").commune is UNKNOWN
    assert projects_outside(census(), gazetteer) == ()
    assert outside_alert(()) == ""


def test_a_commune_is_made_when_asked_for_and_stays_one_object(gazetteer: Gazetteer) -> None:
    fresh = load_gazetteer(data_folder() / "referentiels")
    chaumont = fresh.communes["52121"]
    members = fresh.by_epci[chaumont.epci]
    assert [one for one in members if one is chaumont] == [chaumont]
    assert fresh.present_commune("52121") is chaumont
    assert "52121" in fresh.communes
    assert "00000" not in fresh.communes
    assert fresh.communes.get("00000") is None
    groups: dict[str, list[str]] = {}
    for code, commune in gazetteer.communes.items():
        groups.setdefault(commune.epci, []).append(code)
    assert {epci: [one.code for one in found] for epci, found in gazetteer.by_epci.items()} == groups
    assert len(gazetteer.communes) == len(list(gazetteer.communes)) == sum(map(len, groups.values()))
