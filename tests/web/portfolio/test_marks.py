"""Marks of the assessors with their reasons, levels imposed with theirs; another hand's change is never lost."""

import pytest
from django.test import Client

from rebond.facts import UNKNOWN, AssessorScore, Project
from rebond.web.journal.models import Act, Entry
from rebond.web.missions.facts import census_of
from rebond.web.missions.models import Mission
from tests.web.addresses import address

MARKS = address("portfolio:project_marks")


@pytest.fixture
def mission(db: None) -> Mission:
    return Mission.objects.get()


def held(mission: Mission) -> Project:
    return census_of(mission).projects[0]


def form(project: Project) -> dict[str, str]:
    """The form as the page shows it."""
    sent = {f"note_{each.criterion}": str(each.score) for each in project.scores}
    return sent | {f"motif_note_{each.criterion}": each.reason for each in project.scores}


def test_the_form_sent_as_it_is_changes_nothing(pilot: Client, mission: Mission) -> None:
    before = census_of(mission)
    assert pilot.post(MARKS, form(held(mission))).status_code == 302
    assert census_of(mission) == before
    assert not Entry.objects.of(mission).exists()


def test_a_mark_is_given_with_its_reason(pilot: Client, mission: Mission) -> None:
    sent = form(held(mission)) | {"note_ancrage": "1", "motif_note_ancrage": "peu de fournisseurs du bassin"}
    assert pilot.post(MARKS, sent).status_code == 302
    found = {each.criterion: each for each in held(mission).scores}
    assert found["ancrage"] == AssessorScore(criterion="ancrage", score=1, reason="peu de fournisseurs du bassin")
    assert {entry.act for entry in Entry.objects.of(mission)} == {Act.DECIDED}
    assert "peu de fournisseurs du bassin" in pilot.get(address("portfolio:marks")).content.decode()


def test_a_mark_is_taken_away(pilot: Client, mission: Mission) -> None:
    sent = form(held(mission)) | {"note_ancrage": "", "motif_note_ancrage": ""}
    assert pilot.post(MARKS, sent).status_code == 302
    assert "ancrage" not in {each.criterion for each in held(mission).scores}


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"note_ancrage": "1", "motif_note_ancrage": ""}, "motif_note_ancrage"),
        ({"note_ancrage": "6", "motif_note_ancrage": "très bon"}, "note_ancrage"),
        ({"note_ancrage": "", "motif_note_ancrage": "très bon"}, "note_ancrage"),
        ({"niveau_impose": "montage", "motif_niveau": ""}, "motif_niveau"),
        ({"niveau_impose": "", "motif_niveau": "vu sur place"}, "motif_niveau"),
        ({"niveau_impose": "parfait", "motif_niveau": "vu sur place"}, "niveau_impose"),
    ],
)
def test_a_mark_or_a_level_without_its_reason_is_refused_whole(
    sent: dict[str, str], field: str, pilot: Client, mission: Mission
) -> None:
    before = census_of(mission)
    response = pilot.post(MARKS, form(held(mission)) | sent)
    assert response.status_code == 422
    assert set(response.context["errors"]) == {field}
    assert f'href="#{field}"' in response.content.decode()
    assert census_of(mission) == before


def test_a_level_is_imposed_with_its_reason_and_given_back_to_the_grid(pilot: Client, mission: Mission) -> None:
    sent = form(held(mission)) | {"niveau_impose": "montage", "motif_niveau": "devis signés"}
    assert pilot.post(MARKS, sent).status_code == 302
    assert (held(mission).maturity_override, held(mission).maturity_reason) == ("montage", "devis signés")
    assert pilot.post(MARKS, form(held(mission))).status_code == 302
    assert (held(mission).maturity_override, held(mission).maturity_reason) == (UNKNOWN, "")


def test_two_people_mark_one_criterion_and_the_second_keeps_what_was_typed(pilot: Client, mission: Mission) -> None:
    start = form(held(mission))
    pilot.post(MARKS, start | {"note_ancrage": "1", "motif_note_ancrage": "faible"})
    response = pilot.post(MARKS, start | {"note_ancrage": "5", "motif_note_ancrage": "fort", "depuis": "0"})
    assert response.status_code == 409
    assert "fort" in response.content.decode()
    assert {each.criterion: each.score for each in held(mission).scores}["ancrage"] == 1
