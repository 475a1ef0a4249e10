"""What tests of links do: a referral sent, the link of its letter, an answer by it."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.core import mail
from django.test import Client
from django.utils import timezone

from rebond.facts import ReferralState
from rebond.referrals.followed import Side
from rebond.web.accounts.models import User
from rebond.web.answering import links
from rebond.web.answering.models import AnswerLink
from rebond.web.disclosure.models import Shared
from rebond.web.journal.writing import author_of
from rebond.web.mail import _later
from rebond.web.missions.models import Mission
from rebond.web.referrals.gestures import Said, Sending, add_step, send
from rebond.web.referrals.models import DeskAddress, SentReferral
from tests.web.addresses import MISSION
from tests.web.disclosure.test_who_sees_what import plain

OFFICER = "charge@bpifrance.test"
LOAN, GRANT = "bpifrance/pret-vert-ademe", "bpifrance/i-demo"
S = ReferralState


def mission() -> Mission:
    return Mission.objects.get(slug=MISSION)


def pilot() -> User:
    return User.objects.get(username="pilote")


def sent(*dispositifs: str, words: str = "") -> SentReferral:
    """A project at the disposal of Bpifrance, sent to it today."""
    row = Shared.objects.filter(organisation__code="bpifrance").select_related("project").order_by("project__ref")[0]
    sending = Sending(
        project=row.project.ref,
        organisation="bpifrance",
        answer_by=timezone.localdate() + timedelta(days=15),
        dispositifs=dispositifs or (LOAN,),
        words=words,
    )
    made = send(mission(), [sending], by=author_of(pilot()), on=timezone.localdate())
    return SentReferral.objects.of(mission()).select_related("project__firm").get(ref=made.referrals[0].id)


def link(referral: SentReferral | None = None, to: str = OFFICER) -> AnswerLink:
    """The link of an address that the pilot wrote for Bpifrance."""
    DeskAddress.objects.get_or_create(mission=mission(), organisation="bpifrance", email=to)
    return links.link_to(referral or sent(), to)


def answer(path: str, said: Mapping[str, str], client: Client | None = None) -> Any:
    """What the page sends when it is filled in: its hidden fields, and what is said."""
    client = client or Client()
    shown = client.get(path).content.decode()
    seen = re.search(r'name="vu" value="(\d+)"', shown)
    return client.post(path, {"nom": "Anne Martin", "mot": "", "vu": seen[1] if seen else "", **said})


def words(response: Any) -> str:
    return " ".join(plain(html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode()))).split())


def state(referral: SentReferral) -> ReferralState:
    return links.followed_of(referral).state


def letters_sent() -> list[Any]:
    """Letters leave behind the page."""
    _later.submit(int).result()
    return mail.outbox


def link_in(letter: Any) -> str:
    found = re.search(r"https?://\S+/reponse/\S+", letter.body)
    assert found
    return urlsplit(found[0]).path


def says(
    referral: SentReferral, said: ReferralState, side: Side = Side.MISSION, reason: str = "dit au téléphone"
) -> None:
    told = Said(state=said, reason=reason)
    add_step(mission(), referral.ref, told, by=author_of(pilot()), side=side, on=timezone.localdate())
