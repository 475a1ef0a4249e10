"""A gesture reads, checks and writes a part of the mission: what it leaves is what the whole would have left."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from rebond import facts as core
from rebond.errors import FactsError
from rebond.facts import Census
from rebond.history import ABSENT, Kind, rows_of
from rebond.web.editing import gestures
from rebond.web.journal.writing import Author
from rebond.web.missions.data import MissionData
from rebond.web.missions.facts import census_of
from rebond.web.missions.models import Mission
from tests.web.missions.censuses import censuses
from tests.web.missions.round_trip import new_mission

pytestmark = pytest.mark.django_db
SETTINGS = core.MissionSettings(
    name="Essai", territory="Essai", epcis=(), committee_on=date(2026, 10, 5), envelope=core.Envelope(contributions=())
)
HELD = Census(
    settings=SETTINGS,
    firms=(core.Firm(id="E1", name="Forge"),),
    projects=(core.Project(id="P1", firm_id="E1", title="Four"),),
    interviews=(),
)
FACTS = ("firms", "interviews", "projects", "linkage", "portfolio", "missions", "referrals", "roadmap", "advice")


def tables(mission: Mission) -> dict[str, list[dict[str, Any]]]:
    """Every column of every fact of a mission, ranks, revisions and withdrawals included, without keys."""
    found = {}
    for model in apps.get_models():
        if model._meta.app_label in FACTS and issubclass(model, MissionData):
            names = [field.attname for field in model._meta.concrete_fields if not field.is_relation]
            rows = model.ever.of(mission).order_by("pk")
            found[model.__name__] = [
                {
                    name: getattr(row, name) is None if name == "withdrawn_at" else getattr(row, name)
                    for name in names
                    if name not in {"id", "at"}  # The hour of the clock is no fact.
                }
                for row in rows
            ]
    return found


def story(first: Census, wanted: dict[Any, Any], *, whole: bool) -> list[Any]:
    """What a gesture, then its undoing, leave of a mission, or why they are refused."""
    told: list[Any] = []
    with transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        if whole:
            patch.setattr(gestures, "extract_of", lambda *_: None)
        mission, author = new_mission(), Author(user=None)
        gestures.save_census(mission, first, by=author)

        def attempt(gesture: Any) -> Any:
            try:
                with transaction.atomic():
                    done = gesture()
            except FactsError as error:
                told.append([str(fault) for fault in error.faults])
                done = None
            told.append((done and done.changes, tables(mission), census_of(mission), mission.revision))
            return done

        done = attempt(lambda: gestures.save(mission, wanted, by=author))
        if done and done.gesture:
            undone = attempt(lambda: gestures.undo(mission, done.gesture, by=author))
            if undone:
                attempt(lambda: gestures.undo(mission, undone.gesture, by=author))
        transaction.set_rollback(True)
    return told


def accompanied() -> tuple[Census, dict[Any, Any]]:
    """A project goes, its accompaniment stays."""
    care = core.Accompaniment(id="C1", project_id="P1", adviser="bpifrance")
    census = replace(HELD, accompaniments=(care,))
    return census, {(Kind.PROJECT, "P1"): ABSENT}


def decided_in_a_second_call() -> tuple[Census, dict[Any, Any]]:
    """A call goes from the settings, a decision of it stays."""
    decision = core.CommitteeDecision(project_id="P1", outcome=core.DecisionOutcome.RETAINED, call="second")
    settings = replace(SETTINGS, calls=(core.Envelope(contributions=(), title="Second appel", dispositif="second"),))
    census = replace(HELD, settings=settings, decisions=(decision,))
    return census, {(Kind.SETTINGS, ""): SETTINGS}


@pytest.mark.parametrize("gesture", [accompanied, decided_in_a_second_call])
def test_what_would_be_left_without_what_it_names_is_refused_of_a_part_too(gesture: Any) -> None:
    first, wanted = gesture()
    told = story(first, wanted, whole=False)
    assert told == story(first, wanted, whole=True)
    assert len(told[0]) == 1
    assert told[1][0] is None


@given(first=censuses(), second=censuses(), data=st.data())
@settings(
    max_examples=12,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
def test_what_a_gesture_writes_of_its_part_is_what_it_would_write_of_the_whole(
    first: Census, second: Census, data: st.DataObject
) -> None:
    """Rows of another census, put in or in the place of those held, and rows taken out, some of them still named."""
    held, other = rows_of(first), rows_of(second)
    kept = [key for key in dict.fromkeys((*held, *other)) if "#" not in key[1]]
    chosen = data.draw(st.lists(st.sampled_from(kept), min_size=1, max_size=6, unique=True))
    wanted = {key: other.get(key, ABSENT) for key in chosen}
    assert story(first, wanted, whole=False) == story(first, wanted, whole=True)
