"""« Inconnu » said where the questions are listed: of the sheets that hold the field, once, with its reason."""

import pytest
from django.utils.http import urlencode

from rebond.history import Kind, rows_of
from rebond.web.editing.saying_unknown import Answered, field_of_question
from rebond.web.journal.models import Entry
from rebond.web.missions.facts import census_of
from rebond.web.missions.models import Mission
from rebond.web.studies.models import OpenQuestion

M = "/missions/chaumont-langres"
TEXT = "Engagement de maintien"


@pytest.fixture
def mission(db: None) -> Mission:
    return Mission.objects.get()


def asked(mission: Mission) -> dict[str, dict[str, object]]:
    return {project.id: dict(project.asked) for project in census_of(mission).projects}


def at(text: str = TEXT) -> str:
    return f"{M}/questions/?{urlencode({'texte': text, 'a': 'entreprise'})}"


def sent(**told: object) -> dict[str, object]:
    return {"motif": "appel du 27/11", **told}


def test_nobody_knows_is_noted_on_the_projects_chosen_then_on_all_and_no_known_value_moves(pilot, mission):
    waiting = list(
        OpenQuestion.objects.filter(text=TEXT, study=mission.current_study).values_list("project__ref", flat=True)
    )
    before = census_of(mission)
    page = pilot.get(at()).content.decode()
    assert f"/projets/{waiting[0]}/champ/engagement_maintien/" in page
    done = pilot.post(at(), sent(projets=waiting[:2]))
    told = asked(mission)
    assert {ref for ref, keys in told.items() if "engagement_maintien" in keys} == set(waiting[:2])
    (gesture,) = set(Entry.objects.filter(reason="appel du 27/11").values_list("gesture", flat=True))
    assert f"{M}/journal/{gesture}/annuler/" in pilot.get(done["Location"]).content.decode()
    assert "inconnu pour 2" in pilot.get(f"{M}/questions/").content.decode()
    pilot.post(at(), sent(tous="oui"))
    assert {ref for ref, keys in asked(mission).items() if "engagement_maintien" in keys} == set(waiting)
    after = rows_of(census_of(mission))
    assert all(after[Kind.PROJECT, row.id].declared == row.declared for row in before.projects)


@pytest.mark.parametrize(
    ("text", "told", "said"),
    [
        (TEXT, {"projets": [], "motif": "x"}, "Cochez au moins un projet"),
        (TEXT, {"tous": "oui", "motif": " "}, "Dites à qui"),
        ("Y a-t-il un montant minimal ?", {"tous": "oui"}, "répondez sur la fiche"),
    ],
)
def test_what_cannot_be_noted_is_told_and_nothing_is_written(pilot, mission, text, told, said):
    response = pilot.post(at(text), sent(**told))
    assert response.status_code == 422
    assert said in response.content.decode()
    assert not Entry.objects.exists()


def test_a_question_names_one_field_or_none(pilot, db):
    assert field_of_question("Engagement de maintien") == Answered(kind=Kind.PROJECT, column="engagement_maintien")
    known = [
        text
        for text in OpenQuestion.objects.filter(asked_of="entreprise").values_list("text", flat=True).distinct()
        if field_of_question(text)
    ]
    assert len(known) > 10
    assert not any(" ou " in text and "\u202f; ou" in text for text in known)
