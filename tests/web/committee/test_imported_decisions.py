"""What a workbook decides is checked in its preview, before anybody applies it."""

from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse

from rebond.facts import CommitteeDecision as Decided
from rebond.facts import DecisionOutcome
from rebond.web.accounts.models import User
from rebond.web.committee.models import Sitting
from rebond.web.exchange.applying import preview_of
from rebond.web.exchange.keeping import packed
from rebond.web.exchange.models import ImportDraft
from rebond.web.missions.facts import census_of
from rebond.web.missions.models import Mission
from rebond.web.portfolio.models import Recusal
from rebond.web.projects.models import Project
from tests.web.addresses import address
from tests.web.committee.sitting import refs


@pytest.mark.parametrize("aside", [True, False])
def test_a_decision_of_who_stands_aside_is_told_in_the_preview(pilot: Client, mission: Mission, *, aside: bool) -> None:
    assert pilot.post(address("committee:members"), {"nom": "Mme Legrand", "voix": "1"}).status_code == 302
    Sitting.objects.create(mission=mission, number=1, held_on=mission.committee_on)
    ref = refs(mission, "retenu")[0]
    if aside:
        firm = Project.objects.get(ref=ref).firm
        told = {"assessor": "Mme Legrand", "who": "mme legrand", "number": 1, "aside": True, "reason": "lien"}
        Recusal.objects.create(firm=firm, ref=f"{firm.ref}/x/1", **told)
    census = census_of(mission)
    decided = Decided(project_id=ref, outcome=DecisionOutcome.REFUSED, by="Mme Legrand", reason="dit")
    brought = packed(replace(census, decisions=(decided,)))
    draft = ImportDraft.objects.create(mission=mission, brought=brought, known=packed(census), lines={})
    found = preview_of(draft, User.objects.get(username="pilote"))
    assert [line.place.sheet for line in found.created] == ["decisions"]
    assert [each.where for each in found.faults] == ([f"décision du comité, projet {ref}"] if aside else [])
    page = pilot.get(reverse("exchange:draft", args=[mission.slug, draft.pk])).content.decode()
    assert ("s’est déporté" in page) is aside
