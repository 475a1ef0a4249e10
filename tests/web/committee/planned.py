"""What the tests of planned sittings do: plan one, send a form of its page, read the page, note who came."""

from datetime import timedelta
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from rebond.web.committee.models import Sitting
from rebond.web.missions.models import Mission
from tests.web.addresses import address

LIST, MEMBERS, SINCE = (address(f"committee:{name}") for name in ("sittings", "members", "since"))


def planned(pilot: Client, mission: Mission, **sent: str) -> Sitting:
    """A sitting as the pilot plans it; ten days ahead unless told."""
    day = timezone.localdate() + timedelta(days=10)
    answer = pilot.post(LIST, {"nature": "pilotage", "tenue_le": f"{day:%d/%m/%Y}", **sent})
    assert answer.status_code == 302, answer.context["errors"]
    return Sitting.objects.of(mission).latest("pk")


def do(client: Client, sitting: Sitting, gesture: str, status: int = 302, **sent: str) -> Any:
    """One form of the page of a sitting, from what it is now."""
    sitting.refresh_from_db()
    path = reverse("committee:sitting", args=[sitting.mission.slug, sitting.pk])
    answer = client.post(path, {"revision": str(sitting.revision), "geste": gesture, **sent})
    assert answer.status_code == status, (answer.status_code, answer.context and answer.context.get("errors"))
    sitting.refresh_from_db()
    return answer


def page_of(client: Client, sitting: Sitting) -> Any:
    return client.get(reverse("committee:sitting", args=[sitting.mission.slug, sitting.pk]))


def noted(pilot: Client, sitting: Sitting, **states: str) -> Any:
    """Note who came, by the name of each; « par » comes after a colon."""
    sent: dict[str, str] = {}
    for place in page_of(pilot, sitting).context["places"]:
        state, _, by = states.get(place.sitter.name.split()[-1], "").partition(":")
        sent |= {f"membre_{place.rank}": place.sitter.who, f"presence_{place.rank}": state, f"par_{place.rank}": by}
    return sent
