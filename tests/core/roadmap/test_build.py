"""The roadmap: needs heard become actions, none is lost."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebond.data import data_folder
from rebond.facts import Interview, Need
from rebond.roadmap.build import MISSION_TEAM, ActionTemplate, build_roadmap, load_action_templates, orphan_alert

COMMITTEE = date(2026, 10, 5)
AXES = ["competences", "innovation", "transition", "foncier", "financement", "logistique", "sous_traitance"]


@pytest.fixture(scope="module")
def templates() -> tuple[ActionTemplate, ...]:
    return load_action_templates(data_folder() / "referentiels" / "feuille_de_route.yaml")


def heard(*needs: tuple[str, str]) -> list[Interview]:
    return [
        Interview(id=f"R{rank}", firm_id=f"E{rank}", held_on=date(2026, 5, 4), needs=(Need(axis=axis, text=text),))
        for rank, (axis, text) in enumerate(needs)
    ]


def test_two_firms_with_the_same_need_meet_in_one_action(templates: tuple[ActionTemplate, ...]) -> None:
    interviews = heard(("competences", "Recruter deux soudeurs"), ("competences", "Recrutement d'un régleur difficile"))
    (action,) = build_roadmap(interviews, templates, axes=AXES, committee_on=COMMITTEE, covers=lambda _: True)
    assert action.firms == ("E0", "E1")
    assert action.due_on > COMMITTEE


def test_a_short_word_is_matched_whole(templates: tuple[ActionTemplate, ...]) -> None:
    """« ia » (artificial intelligence) is not found inside « partiale »."""
    (action,) = build_roadmap(
        heard(("innovation", "Une vue partiale")), templates, axes=AXES, committee_on=COMMITTEE, covers=lambda _: True
    )
    assert action.code == "I9"


def test_where_no_known_organisation_works_the_mission_s_team_leads(templates: tuple[ActionTemplate, ...]) -> None:
    (action,) = build_roadmap(
        heard(("foncier", "Un terrain")), templates, axes=AXES, committee_on=COMMITTEE, covers=lambda _: False
    )
    assert action.owner == MISSION_TEAM


def test_a_need_of_an_axis_without_action_is_listed_and_said(templates: tuple[ActionTemplate, ...]) -> None:
    """An axis that the catalogue no longer has refuses no mission: the team answers for its needs, at the committee."""
    interviews = heard(("international", "Exporter au Canada"), ("foncier", "Un terrain"), ("", "Sans axe"))
    land, none = build_roadmap(interviews, templates, axes=AXES, committee_on=COMMITTEE, covers=lambda _: True)
    assert (land.code, land.answers) == ("F1", True)
    assert (none.code, none.answers, none.owner, none.due_on) == ("Sans action", False, MISSION_TEAM, COMMITTEE)
    assert [(need.axis, need.text) for need in none.needs] == [
        ("international", "Exporter au Canada"),
        ("", "Sans axe"),
    ]
    alert = orphan_alert(interviews, templates)
    assert alert.startswith("2 besoins sont sans action")
    assert "(aucun axe dit, « international »)" in alert
    assert orphan_alert(heard(("foncier", "Un terrain")), templates) == ""


@given(st.lists(st.tuples(st.sampled_from([*AXES, "international"]), st.text(max_size=60)), max_size=20))
def test_no_need_is_lost_nor_counted_twice(needs: list[tuple[str, str]]) -> None:
    templates = load_action_templates(data_folder() / "referentiels" / "feuille_de_route.yaml")
    actions = build_roadmap(heard(*needs), templates, axes=AXES, committee_on=COMMITTEE, covers=lambda _: True)
    found = Counter((need.interview, need.text) for action in actions for need in action.needs)
    assert found == Counter((f"R{rank}", text) for rank, (_, text) in enumerate(needs))
