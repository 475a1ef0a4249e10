"""A convocation that the server of letters refuses is told on the page, and sent again with the waits of reminders."""

from datetime import timedelta
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from rebond.web.committee import posting
from rebond.web.committee.models import ConvocationSent, Sitting
from rebond.web.missions.models import Mission
from rebond.web.reminders.rule import rule
from rebond.web.reminders.scheduling import Reminders
from tests.web.addresses import address


class Refusing(EmailBackend):
    """A server that knows no such recipient."""

    def send_messages(self, messages: Any) -> int:
        raise SMTPRecipientsRefused({each.to[0]: (550, b"no such user legrand@agglo.test") for each in messages})


@pytest.fixture
def sitting(pilot: Client, mission: Mission, monkeypatch: pytest.MonkeyPatch) -> Sitting:
    monkeypatch.setattr(posting, "do_later", lambda task: task())
    member = {"nom": "Mme Legrand", "courriel": "legrand@agglo.test", "voix": "1"}
    assert pilot.post(address("committee:members"), member).status_code == 302
    day = timezone.localdate() + timedelta(days=10)
    planned = {"nature": "pilotage", "tenue_le": f"{day:%d/%m/%Y}"}
    assert pilot.post(address("committee:sittings"), planned).status_code == 302
    return Sitting.objects.of(mission).latest("pk")


def test_a_refusal_is_told_tried_again_and_ends_when_the_server_takes_it(
    pilot: Client, sitting: Sitting, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    page = reverse("committee:sitting", args=[sitting.mission.slug, sitting.pk])

    def convene() -> None:
        shown = pilot.get(page).context
        sent = {"geste": "convoquer", "revision": str(shown["sitting"].revision), "version": shown["convening"].version}
        with django_capture_on_commit_callbacks(execute=True):
            assert pilot.post(page, sent).status_code == 302

    working = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "tests.web.committee.test_convocations_refused.Refusing"
    convene()
    row = ConvocationSent.objects.get(email="legrand@agglo.test")
    assert (row.refusal, row.tries) == ("adresse refusée : 550 no such user …", 1), "no address in what is told"
    first = rule().retries[0]
    assert row.not_before is not None
    assert first - timedelta(minutes=1) < row.not_before - timezone.now() <= first
    told = pilot.get(page)
    assert "non partie" in told.content.decode()
    assert next(each for each in told.context["convening"].invited if each.email == row.email).is_next
    # Its time came: the server refuses again, then no more try is left, and the page says so.
    for tries in range(2, len(rule().retries) + 2):
        ConvocationSent.objects.update(not_before=timezone.now())
        assert Reminders(rest=0).turn()
        row.refresh_from_db()
        assert row.tries == tries
    assert not ConvocationSent.objects.filter(not_before__isnull=False).exists()
    assert "plus d’essai prévu" in pilot.get(page).content.decode()
    # The button sends it again, to whom it did not reach.
    settings.EMAIL_BACKEND = working
    convene()
    assert ConvocationSent.objects.filter(refusal="", tries=0, not_before=None).get().email == "legrand@agglo.test"
    assert {to for each in mail.outbox for to in each.to} >= {"legrand@agglo.test"}
    assert "non partie" not in pilot.get(page).content.decode()


def test_nothing_is_sent_again_for_a_mission_whose_letters_are_held_nor_a_sitting_that_is_over(
    sitting: Sitting, mission: Mission
) -> None:
    row = ConvocationSent.objects.create(
        mission=mission,
        sitting_key=sitting.pk,
        email="legrand@agglo.test",
        version="v",
        document_key=0,
        refusal="451 plus tard",
        not_before=timezone.now(),
    )
    Mission.objects.update(letters_held=True)
    assert posting.waiting(timezone.now()) is None
    Mission.objects.update(letters_held=False)
    Sitting.objects.filter(pk=sitting.pk).update(held_on=timezone.localdate() - timedelta(days=1))
    assert posting.waiting(timezone.now()) == row
    assert posting.post_again(row) == ""
    assert posting.waiting(timezone.now()) is None
    assert not mail.outbox


def test_a_letter_that_cannot_be_written_is_told_and_stops_nothing(sitting: Sitting, mission: Mission) -> None:
    row = ConvocationSent.objects.create(
        mission=mission, sitting_key=sitting.pk, email="legrand@agglo.test", version="v", document_key=0
    )
    assert posting.post(row.pk) == "le courriel n’a pas pu être écrit"
    row.refresh_from_db()
    assert (row.refusal, row.tries) == ("le courriel n’a pas pu être écrit", 1)
