"""What tests of referrals do: send one, say a step of it, read a page."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from rebond.facts import UNKNOWN, ReferralState
from rebond.referrals.followed import Side
from rebond.web.disclosure.acts import note_consent, share
from rebond.web.journal.writing import Author
from rebond.web.missions.models import Mission
from rebond.web.organisations.adopting import adopt
from rebond.web.projects.models import Project
from rebond.web.referrals.gestures import Said, Sending, add_step, send
from tests.web.addresses import MISSION

SHELL = Author(user=None, name="Le pilote")
BOARD, SEND, INBOX = (reverse(f"referrals:{name}", args=[MISSION]) for name in ("sent", "send", "inbox"))
S = ReferralState
DESK = "guichet@exemple.fr"


def one(ref: str = "O001") -> str:
    return reverse("referrals:one", args=[MISSION, ref])


def sent(mission: Mission, project: Project, organisation: str = "bpifrance", **more: Any) -> str:
    """Sent today, put at the organisation's disposal as the site does."""
    said: dict[str, Any] = {
        "project": project.ref,
        "organisation": organisation,
        "answer_by": timezone.localdate() + timedelta(days=21),
        "asked": Decimal(123_456),
        "why": "123 456 € au plan",
        "words": "MOT-A-ELLE",
    }
    done = send(mission, [Sending(**said | more)], by=SHELL, on=timezone.localdate())
    share(mission, project, adopt(organisation), by=None)
    return done.referrals[0].id


def says(mission: Mission, ref: str, state: ReferralState, **more: Any) -> None:
    said = Said(state=state, **{"reason": "MOTIF-SECRET", **more})
    add_step(mission, ref, said, by=SHELL, side=Side.MISSION, on=timezone.localdate())


def to_state(mission: Mission, ref: str, state: ReferralState) -> None:
    """Bring a referral to a state by a way that the rules allow."""
    if state is not S.SENT:
        says(mission, ref, state, granted=Decimal(99_000) if state is S.GRANTED else UNKNOWN)


def text_of(client: Client, place: str) -> str:
    response = client.get(place)
    return response.content.decode() if response.status_code == 200 else ""


def agrees(mission: Mission, project: Project, organisation: str = "bpifrance") -> None:
    note_consent(
        mission,
        project.firm,
        adopt(organisation),
        text="J’accepte.",
        signed_by="la gérante",
        given_on=date(2026, 9, 1),
        by=None,
    )
