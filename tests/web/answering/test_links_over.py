"""Links that take no answer any more say what to do; another is asked for, sent anew, taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.signing import Signer, dumps
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from rebond.errors import DataError
from rebond.web.accounts.models import User
from rebond.web.answering import links, views
from rebond.web.answering.delays import load_delays
from rebond.web.answering.models import AnswerLink
from rebond.web.disclosure import consenting
from rebond.web.disclosure.disclosed import code_of
from rebond.web.disclosure.signed_links import answer_path
from rebond.web.journal.models import Entry
from rebond.web.journal.writing import author_of
from rebond.web.missions.models import Membership, Mission
from rebond.web.projects.models import Project
from rebond.web.referrals.letters import send_letters
from rebond.web.referrals.models import DeskAddress, SentReferral
from rebond.web.referrals.reading import lines_for_organisations
from tests.web.addresses import MISSION
from tests.web.answering.by_link import (
    GRANT,
    LOAN,
    OFFICER,
    S,
    answer,
    letters_sent,
    link,
    link_in,
    mission,
    pilot,
    says,
    sent,
    state,
    words,
)
from tests.web.conftest import signed_in
from tests.web.disclosure.test_who_sees_what import plain

pytestmark = pytest.mark.django_db


def _expired(held: AnswerLink) -> None:
    AnswerLink.objects.filter(pk=held.pk).update(expires_at=timezone.now() - timedelta(seconds=1))


def _used(held: AnswerLink) -> None:
    answer(links.path_of(held), {"choix": "je_prends"})


def _left(held: AnswerLink) -> None:
    User.objects.filter(username="bpifrance").update(email=held.sent_to)
    DeskAddress.objects.update(ended_at=timezone.now())
    assert links.opened(links.token_of(held)).closed is None
    Membership.objects.filter(user__email=held.sent_to).update(left_at=timezone.now())


HAPPENED: list[tuple[Callable[[AnswerLink], Any], str, bool]] = [
    (_expired, "Ce lien a expiré", True),
    (_used, "Ce lien a déjà servi", True),
    (lambda held: links.link_to(held.referral, held.sent_to), "Un lien plus récent remplace celui-ci", True),
    (lambda held: AnswerLink.objects.update(revoked_at=timezone.now()), "La mission a retiré ce lien", False),
    (_left, "Ce lien ne vaut plus à cette adresse", False),
    (lambda held: says(held.referral, S.CLOSED), "Il n'y a plus rien à répondre", False),
    (lambda held: says(held.referral, S.REFUSED), "Il n'y a plus rien à répondre", False),
    (
        lambda held: SentReferral.objects.update(withdrawn_at=timezone.now()),
        "La mission a retiré cette orientation",
        False,
    ),
    (
        lambda held: Project.objects.filter(pk=held.referral.project_id).update(withdrawn_at=timezone.now()),
        "La mission a retiré cette orientation",
        False,
    ),
    (lambda held: Mission.objects.update(archived_at=timezone.now()), "La mission est terminée", False),
]


@pytest.mark.parametrize(("happens", "said", "another"), HAPPENED)
def test_a_link_that_takes_no_answer_says_why_and_neither_whose_nor_what(
    happens: Callable[[AnswerLink], Any], said: str, another: bool
) -> None:
    referral = sent()
    held = link(referral)
    old = links.path_of(held)
    happens(held)
    before = referral.steps.count()
    for page in (
        Client().get(old),
        Client().post(old, {"choix": "pas_pour_nous", "mot": "non", "nom": "X", "vu": "0"}),
    ):
        assert page.status_code == 410
        text = words(page)
        assert said in text
        assert ("Demander un nouveau lien" in text) is another
        for secret in (mission().name, "Bpifrance", OFFICER, code_of(referral.project).upper(), "Anne"):
            assert plain(secret) not in text
    assert referral.steps.count() == before
    # Asked for again, one leaves only where an answer is still waited for, and works.
    letters_sent()
    mail.outbox.clear()
    assert Client().post(f"{old}nouveau-lien/")["Location"] == "/reponse/nouveau-lien/"
    found = letters_sent()
    assert [letter.to for letter in found] == ([[OFFICER]] if another else [])
    if another:
        assert Client().get(old).status_code == 410
        assert answer(link_in(found[0]), {"choix": "depose"}).status_code == 200
        assert state(referral) is S.FILED


def test_a_token_of_another_purpose_or_touched_opens_nothing_here_nor_there() -> None:
    referral = sent()
    held = link(referral)
    token = links.token_of(held)
    asked = consenting.ask(referral.project.firm, [], sent_to="a@forge.test", by=pilot())
    consent = answer_path(asked).rstrip("/").rpartition("/")[2]
    foreign = (
        consent,
        token[:-1],
        token[:-2] + ("aa" if not token.endswith("aa") else "bb"),
        Signer(salt="autre").sign_object([held.pk, held.nonce]),
        dumps([held.pk, held.nonce]),
        Signer(salt="rebond.orientation.reponse").sign_object("rien"),
        Signer(salt="rebond.orientation.reponse").sign_object([10**6, held.nonce]),
        "x",
    )
    for each in foreign:
        page = Client().get(f"/reponse/{each}/")
        assert page.status_code == 410
        assert "Ce lien n'est pas de Rebond" in words(page)
        assert Client().post(f"/reponse/{each}/", {"choix": "je_prends", "nom": "X", "vu": "0"}).status_code == 410
    assert Client().get(f"/accord/{token}/").status_code == 410
    assert Client().get(f"/reponse/{token}/nouveau-lien/").status_code == 405
    assert state(referral) is S.SENT
    assert not letters_sent()


def test_asking_for_another_link_says_and_costs_the_same_whatever_the_old_one_was() -> None:
    held = link()
    real = links.token_of(held)
    told = []
    for rank, token in enumerate((real, "x" * len(real))):
        request = RequestFactory().post("/", REMOTE_ADDR=f"192.0.2.{rank}")
        with CaptureQueriesContext(connection) as asked:
            response = views.again(request, token)
        queries = [each["sql"].split()[0] for each in asked.captured_queries]
        told.append((response.status_code, response["Location"], response.content, queries))
        assert not letters_sent()
        # The letter is made once the answer has left.
        response.close()
        assert len(letters_sent()) == 1 - rank
        mail.outbox.clear()
    assert told[0] == told[1]
    page = Client().get(told[0][1])
    assert "Si une réponse est encore attendue" in words(page)
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    # Asked too often, none leaves, and the page does not say it.
    for _ in range(6):
        assert Client().post(f"/reponse/{real}/nouveau-lien/")["Location"] == told[0][1]
    assert len(letters_sent()) < 6
    assert Client().get(links.path_of(AnswerLink.objects.get())).status_code == 200


def test_the_letter_of_a_referral_says_what_its_link_may_do_and_the_pilot_sends_it_anew_or_takes_it_back() -> None:
    referral = sent(LOAN, GRANT)
    old = links.path_of(link(referral))
    lines = lines_for_organisations(
        mission(), SentReferral.objects.filter(pk=referral.pk), ["bpifrance"], timezone.localdate()
    )
    by = author_of(pilot())
    assert send_letters(mission(), lines, by=by, absolute=lambda path: f"https://rebond.test{path}") == 1
    [letter] = letters_sent()
    body = plain(letter.body)
    for said in (
        "Répondre sans compte, jusqu'au",
        "« je prends en charge », « il me manque… », « la demande est déposée »",
        "« accordé ou refusé » (avec le montant ou le motif)",
        "ou « pas pour nous » (avec le motif)",
        "L'ouvrir n'enregistre rien",
    ):
        assert said in body, said
    for secret in (referral.project.firm.name, referral.project.title):
        assert plain(secret) not in body
    assert "Un lien plus récent" in words(Client().get(old))
    path = link_in(letter)
    assert Client().get(path).status_code == 200

    page = f"/missions/{MISSION}/orientations/envoyees/{referral.ref}/"
    person = signed_in("pilote")
    assert "permet de répondre jusqu'au" in words(person.get(page))
    assert OFFICER in words(signed_in("consultant").get(page))
    assert "Retirer le lien" not in words(signed_in("consultant").get(page))
    mail.outbox.clear()
    person.post(f"{page}liens/", {"adresse": OFFICER, "geste": "renvoyer"})
    [letter] = letters_sent()
    assert Client().get(path).status_code == 410
    path = link_in(letter)
    assert Client().get(path).status_code == 200
    assert "ne sert plus" in words(person.post(f"{page}liens/", {"adresse": OFFICER, "geste": "retirer"}, follow=True))
    assert "La mission a retiré ce lien" in words(Client().get(path))
    acts_told = Entry.objects.of(mission()).filter(kind="lien_reponse").order_by("position")
    assert [(entry.path, entry.after) for entry in acts_told] == [
        (["nouveau lien"], OFFICER),
        (["lien retiré"], OFFICER),
    ]
    for client, gesture, address in (
        (person, "renvoyer", "ailleurs@exemple.test"),
        (person, "autre", OFFICER),
        (signed_in("consultant"), "renvoyer", OFFICER),
        (signed_in("bpifrance"), "renvoyer", OFFICER),
    ):
        assert client.post(f"{page}liens/", {"adresse": address, "geste": gesture}).status_code in {403, 404}
    says(referral, S.CLOSED)
    again = person.post(f"{page}liens/", {"adresse": OFFICER, "geste": "renvoyer"}, follow=True)
    assert "plus rien n'est attendu" in words(again)


def test_the_delays_of_links_are_data_whose_faults_come_together(tmp_path: Path) -> None:
    file = tmp_path / "reponses.yaml"
    file.write_text("schema: reponses/v1\nlien_jours: 0\nsuite_jours: long\n", encoding="utf-8")
    with pytest.raises(DataError) as raised:
        load_delays(file)
    assert len(raised.value.faults) == 3
    held = link()
    assert held.expires_at > timezone.now() + timedelta(days=29)
    # The step that follows an answer takes months; asked for again, its link lasts as long.
    answer(links.path_of(held), {"choix": "je_prends"})
    after = AnswerLink.objects.get(answered_at=None)
    for each in (after, links.link_to(held.referral, held.sent_to)):
        assert each.expires_at > timezone.now() + timedelta(days=179)
