"""The follow-up of the demo: fictitious and said to be, whatever the study's figures."""

from collections import Counter

from django.utils import timezone

from rebond.facts import ReferralState
from rebond.web.advice.models import Accompaniment, AdviceMeeting
from rebond.web.committee.models import Sitting
from rebond.web.demo_follow_up import FICTITIOUS, play_follow_up
from rebond.web.disclosure.models import Shared
from rebond.web.missions.facts import census_of
from rebond.web.missions.models import Mission
from rebond.web.referrals.gestures import known_of
from rebond.web.roadmap.models import ActionProgress, RoadmapAction

S = ReferralState


def test_the_demo_follows_its_projects_and_no_answer_changes_its_plans(mission: Mission) -> None:
    assert play_follow_up(mission)
    assert not play_follow_up(mission), "once"
    known = known_of(mission)
    assert {each.state for each in known} == {S.SENT, S.TAKEN, S.ASKED, S.FILED}
    assert Counter(each.is_late(timezone.localdate()) for each in known)[True] == 1
    assert all(FICTITIOUS in each.sent.words for each in known)
    assert all(FICTITIOUS in step.by for each in known for step in each.steps)
    assert Shared.objects.of(mission).filter(organisation__code="ademe").count() == 1
    assert {row.status for row in RoadmapAction.objects.of(mission)} == {"en_cours", "a_lancer"}
    assert FICTITIOUS in ActionProgress.objects.of(mission).get().words
    assert {row.kind for row in Sitting.objects.of(mission) if row.is_planned} == {"technique", "pilotage"}
    assert Accompaniment.objects.of(mission).get().is_open
    assert FICTITIOUS in AdviceMeeting.objects.of(mission).get().agreed
    assert census_of(mission).referrals == tuple(each.sent for each in known), "a workbook carries it"
