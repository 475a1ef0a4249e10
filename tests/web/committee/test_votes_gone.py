"""A count of votes goes with what it was counted on; that of a frozen sitting stays."""

from datetime import date

from django.test import Client

from rebond.history import ABSENT, Kind
from rebond.web.committee.models import Sitting, Tally
from rebond.web.editing.gestures import save
from rebond.web.journal.models import Act, Entry
from rebond.web.journal.writing import Author
from rebond.web.missions.models import Mission
from tests.web.committee.sitting import decide_as_proposed, frozen, refs

SHELL = Author(user=None)


def counted(mission: Mission, sitting: Sitting, ref: str) -> Tally:
    return Tally.objects.create(
        mission=mission, sitting_key=sitting.pk, project_ref=ref, in_favour=3, against=1, abstained=0
    )


def test_votes_go_with_the_decision_or_the_project_that_goes_and_the_journal_tells_it(
    pilot: Client, mission: Mission
) -> None:
    decide_as_proposed(pilot)
    sitting = Sitting.objects.create(mission=mission, number=1, held_on=date(2026, 10, 5))
    first, second, third = refs(mission, "retenu")[:3]
    for ref in (first, second, third):
        counted(mission, sitting, ref)
    save(mission, {(Kind.DECISION, first): ABSENT}, by=SHELL, act=Act.DECIDED)
    assert [row.project_ref for row in Tally.objects.of(mission)] == sorted((second, third))
    told = Entry.objects.of(mission).filter(kind="seance", path=["voix"]).latest("position")
    before, after = str(told.before), str(told.after)
    assert first in before
    assert first not in after
    assert second in after
    save(mission, {(Kind.DECISION, second): ABSENT, (Kind.PROJECT, second): ABSENT}, by=SHELL, reason="abandonné")
    assert [row.project_ref for row in Tally.objects.of(mission)] == [third]


def test_votes_of_a_frozen_sitting_stay_once_the_next_one_takes_the_decision_back(
    pilot: Client, mission: Mission
) -> None:
    decide_as_proposed(pilot)
    ref = refs(mission, "retenu")[0]
    record = frozen(pilot, mission)
    kept = counted(mission, Sitting.objects.of(mission).get(number=record.number), ref)
    later = Sitting.objects.create(mission=mission, number=record.number + 1, held_on=date(2026, 11, 5))
    counted(mission, later, ref)
    save(mission, {(Kind.DECISION, ref): ABSENT}, by=SHELL, act=Act.DECIDED)
    assert Tally.objects.of(mission).get() == kept
