"""What changed since the last sitting, as the team and as the committee read it."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from rebond.facts.referred import ReferralState, ReferralStep
from rebond.records import FACT_ENUMS, FACT_KINDS, Records
from rebond.restitution.confidences import confidences
from rebond.restitution.typography import typeset
from rebond.web.accounts.models import User
from rebond.web.committee import since
from rebond.web.committee.since import since_last
from rebond.web.disclosure.disclosed import committee_of
from rebond.web.disclosure.models import Shared
from rebond.web.journal.models import Entry
from rebond.web.missions.models import Mission
from rebond.web.projects.models import Project
from rebond.web.roadmap.models import RoadmapAction
from tests.web.addresses import address
from tests.web.committee.planned import SINCE, page_of, planned
from tests.web.committee.sitting import decide_as_proposed, frozen, refs
from tests.web.conftest import signed_in


def test_what_changed_since_names_no_project_kept_from_the_committee_and_blocked_places_call_the_reserve(
    pilot: Client, mission: Mission
) -> None:
    user = User.objects.get(username="pilote")
    assert since_last(mission, user).last is None
    decide_as_proposed(pilot)
    frozen(pilot, mission)
    following = planned(pilot, mission)
    gone, kept = refs(mission, "retenu")[:2]
    for ref, step in ((gone, "desistement"), (kept, "decision_nationale")):
        told = {"etape": step, "issue": "bloquee", "date": "01/11/2026", "par": "SGPI", "motif": "gel", "montant": ""}
        assert pilot.post(f"{address('portfolio:steps')}{ref}/", told).status_code == 302
    title = Project.objects.get(ref=kept).title
    lines = since_last(mission, user).lines
    assert any(typeset(title) in line and "bloquée" in line for line in lines)
    Shared.objects.of(mission).filter(organisation__isnull=True, project__ref=kept).delete()
    lines = since_last(mission, user, committee_of(mission)).lines
    assert not any(typeset(title) in line for line in lines)
    assert any("bloquée" in line for line in lines)
    copil = signed_in("copil")
    for path in (SINCE, reverse("committee:sitting", args=[mission.slug, following.pk])):
        said = copil.get(path).content.decode()
        assert title not in said
        assert "bloquée" in said
    kinds = [point.kind for point in page_of(pilot, following).context["points"]]
    assert {"depuis", "suites", "reserve"} <= set(kinds)
    assert "1 place libérée" in page_of(pilot, following).content.decode()


def test_what_was_taken_back_did_not_happen_and_a_confidence_stays_with_the_team(
    pilot: Client, mission: Mission
) -> None:
    user = User.objects.get(username="pilote")
    decide_as_proposed(pilot)
    frozen(pilot, mission)
    assert pilot.post(reverse("roadmap:adopt", args=[mission.slug]), {"proposition": ["C2"]}).status_code == 302
    held = RoadmapAction.objects.get()
    hidden = "Préparer la cession de l’entreprise"
    assert confidences().tells(hidden)
    told = {"le": f"{timezone.localdate():%d/%m/%Y}", "valeur": "12,5", "mots": hidden}
    assert pilot.post(reverse("roadmap:progress", args=[mission.slug, held.ref]), told).status_code == 302
    lines = since_last(mission, user).lines
    assert any("12,5" in line and typeset(hidden) in line for line in lines)
    assert not any("cession" in line for line in since_last(mission, user, committee_of(mission)).lines)
    copil = signed_in("copil")
    for path in (SINCE, address("roadmap:roadmap"), reverse("roadmap:action", args=[mission.slug, held.ref])):
        assert "cession" not in copil.get(path).content.decode(), path
    RoadmapAction.objects.update(owner_person="Mme Discrète")
    assert "Discrète" in pilot.get(f"{address('roadmap:roadmap')}?export=csv").content.decode()
    assert "Discrète" not in copil.get(f"{address('roadmap:roadmap')}?export=csv").content.decode()
    progress = Entry.objects.of(mission).get(kind="avancement")
    action = Entry.objects.of(mission).get(kind="action")
    back = [Entry(kind=each.kind, ref=each.ref, path=[], before=each.after) for each in (progress, action)]
    assert list(since._roadmap(mission, [action, progress, *back], since._Names(mission, None))) == []


def test_steps_of_referrals_are_counted_by_state_and_what_is_not_known_is_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    known = Records({**FACT_KINDS, "ReferralStep": ReferralStep}, {**FACT_ENUMS, "ReferralState": ReferralState})
    steps = [ReferralStep(referral_id="O1", number=rank, state=ReferralState.GRANTED) for rank in (1, 2)]
    entries_ = [Entry(kind="suite_orientation", path=[], after=known.write(step)) for step in steps]
    strange = Entry(kind="suite_orientation", path=[], after={"type": "Autre", "value": {}})
    monkeypatch.setattr(since, "FACTS", known)
    assert list(since._referrals([*entries_, strange])) == ["accordée : 2"]
