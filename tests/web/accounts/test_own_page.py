"""One's own page: the name; the address, that counts once the link sent there is confirmed, once, until a day."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from rebond.web.accounts.demo import DEMO_PASSWORD
from rebond.web.accounts.models import AddressChange, SignInFailure, User
from rebond.web.accounts.moving import VALID_FOR
from rebond.web.mail import _later
from rebond.web.organisations.models import Affiliation
from tests.web.addresses import address
from tests.web.conftest import signed_in

pytestmark = pytest.mark.django_db


def letters() -> dict[str, str]:
    """Address → text of the letters that left since the last look, those sent behind the page too."""
    _later.submit(lambda: None).result()
    found = {letter.to[0]: str(letter.body) for letter in mail.outbox}
    mail.outbox.clear()
    return found


@pytest.fixture
def me() -> User:
    user = User.objects.get(username="bpifrance")
    user.username = user.email = "avant@exemple.fr"
    user.set_password(DEMO_PASSWORD)
    user.save()
    return user


def asked(client: Client, email: str, password: str = DEMO_PASSWORD) -> Any:
    return client.post(address("accounts:address"), {"email": email, "password": password})


def link_to(email: str) -> str:
    sent = letters()
    assert set(sent) == {email, "avant@exemple.fr"}
    assert "Rien ne change tant que" in sent["avant@exemple.fr"]
    assert "/compte/adresse/" not in sent["avant@exemple.fr"]
    found = re.search(r"https?://[^/]+(/compte/adresse/\S+/)", sent[email])
    assert found is not None
    return found[1]


def test_an_address_counts_once_the_link_sent_there_is_confirmed_and_the_one_before_is_told(me: User) -> None:
    client = signed_in(me.username)
    assert asked(client, "apres@exemple.fr", "faux").status_code == 422
    assert asked(client, "Avant@exemple.fr").status_code == 422
    assert not letters()
    assert asked(client, "Apres@Exemple.fr").status_code == 302
    first = link_to("apres@exemple.fr")
    assert "attend d’être confirmée" in client.get(address("accounts:mine")).content.decode()
    assert first.split("/")[3] not in str(AddressChange.objects.values_list("token", flat=True))
    asked(client, "apres@exemple.fr")
    link = link_to("apres@exemple.fr")
    # The link replaced, or opened by someone else, or by a program that checks letters, changes nothing.
    assert client.post(first).status_code == 410
    assert signed_in("copil").post(link).status_code == 410
    assert Client().post(link)["Location"].startswith("/connexion/")
    assert client.get(link).status_code == 200
    me.refresh_from_db()
    assert me.email == "avant@exemple.fr"
    assert client.post(link).status_code == 302
    me.refresh_from_db()
    # Who signed in by the address signs in by the new one; once.
    assert (me.email, me.username) == ("apres@exemple.fr", "apres@exemple.fr")
    assert "vont maintenant à apres@exemple.fr" in letters()["avant@exemple.fr"]
    assert client.post(link).status_code == 410
    said = {"username": "apres@exemple.fr", "password": DEMO_PASSWORD}
    assert Client().post(address("accounts:login"), said).status_code == 302


def test_a_link_past_or_withdrawn_opens_nothing_and_an_address_of_another_account_is_told_to_it_alone(me: User) -> None:
    client = signed_in(me.username)
    asked(client, "apres@exemple.fr")
    past = link_to("apres@exemple.fr")
    AddressChange.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    asked(client, "autre@exemple.fr")
    withdrawn = link_to("autre@exemple.fr")
    assert "retirée" in client.post(reverse("accounts:withdraw_address"), follow=True).content.decode()
    assert {client.post(link).status_code for link in (past, withdrawn, "/compte/adresse/x/")} == {410}
    # An address that another account has: the page says the same, the letter says why to who reads it.
    SignInFailure.objects.all().delete()
    User.objects.create_user(username="x", email="prise@exemple.fr")
    free, taken = (
        signed_in(me.username).post(
            address("accounts:address"), {"email": email, "password": DEMO_PASSWORD}, follow=True
        )
        for email in ("libre@exemple.fr", "prise@exemple.fr")
    )
    pages = [re.sub("libre|prise", "", each.content.decode()) for each in (free, taken)]
    assert [re.search(r"Un lien part à \S+", page) is not None for page in pages] == [True, True]
    sent = letters()
    assert "déjà celle d’un autre compte" in sent["prise@exemple.fr"]
    assert "/compte/adresse/" not in sent["prise@exemple.fr"]
    # Taken meanwhile: the link proves the mailbox, and takes nobody's sign-in.
    asked(client, "quatre@exemple.fr")
    # Letters to strangers: one waits after a few.
    assert "Trop d’essais" in asked(client, "cinq@exemple.fr").content.decode()
    assert set(letters()) == {"quatre@exemple.fr", "avant@exemple.fr"}
    SignInFailure.objects.all().delete()
    asked(client, "course@exemple.fr")
    late = link_to("course@exemple.fr")
    User.objects.create_user(username="course@exemple.fr")
    assert client.post(late).status_code == 410
    me.refresh_from_db()
    assert me.email == "avant@exemple.fr"
    assert timedelta(hours=1) <= VALID_FOR <= timedelta(days=2)


def test_the_name_and_the_team_are_one_s_own_to_change(me: User) -> None:
    client = signed_in(me.username)
    assert client.post(address("accounts:name"), {"first_name": "Léa", "last_name": ""}).status_code == 422
    client.post(address("accounts:name"), {"first_name": "Léa", "last_name": "Roy", "email": "x@exemple.fr"})
    me.refresh_from_db()
    assert (str(me), me.email) == ("Léa Roy", "avant@exemple.fr")
    held = Affiliation.objects.get(user=me)
    place = reverse("accounts:team", args=[held.pk])
    assert signed_in("copil").post(place, {"team": "x"}).status_code == 404
    client.post(place, {"team": "Innovation"})
    assert "(Innovation)" in client.get(address("accounts:mine")).content.decode()
