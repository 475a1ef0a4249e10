"""Signing in safely: nobody is told who has an account, sessions end, codes of a telephone, passwords by letter."""

import re
import time
from contextlib import AbstractContextManager
from unittest.mock import patch

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice
from pytest_django import Settings

from rebond.web import environment
from rebond.web.accounts.demo import DEMO_PASSWORD
from rebond.web.accounts.models import User
from rebond.web.accounts.second_factor import RECOVERY_CODES
from rebond.web.editing.models import Draft
from rebond.web.mail import _later
from tests.web.addresses import MISSION, address
from tests.web.conftest import signed_in

LOGIN, CODE, FACTOR = "/connexion/", "/connexion/code/", "/compte/second-facteur/"
FORGOTTEN = "/mot-de-passe-oublie/"


def plain(source: bytes) -> str:
    """A page without what is drawn anew each time."""
    return re.sub(r'(name="csrfmiddlewaretoken" )?value="[^"]*"', "", source.decode())


def code_of(user: User, *, ahead: int = 0) -> str:
    device = TOTPDevice.objects.filter(user=user).latest("pk")
    totp = TOTP(device.bin_key)
    totp.time = time.time() + 30 * ahead
    return f"{totp.token():06d}"


def enrolled(client: Client, user: User) -> list[str]:
    """The recovery codes of someone who sets a telephone."""
    client.get(FACTOR)
    page = client.post(FACTOR, {"code": code_of(user)}).content.decode()
    found = re.findall(r'<li><span class="rb-code">(\w+)</span>', page)
    assert len(found) == RECOVERY_CODES
    return found


def test_a_wrong_password_and_a_name_of_nobody_get_the_same_page_for_the_same_work(db: None) -> None:
    User.objects.create_user(username="partie", password=DEMO_PASSWORD, is_active=False)
    pages, hashed = set(), []
    for name, password in (("pilote", "faux"), ("personne", "faux"), ("partie", DEMO_PASSWORD)):
        with patch("django.contrib.auth.hashers.PBKDF2PasswordHasher.encode", autospec=True, return_value="x") as work:
            answer = Client(REMOTE_ADDR="192.0.2.1").post(LOGIN, {"username": name, "password": password})
        pages.add(plain(answer.content))
        hashed.append(work.call_count)
    assert len(pages) == 1
    assert hashed[:2] == [1, 1]


def test_a_forgotten_password_answers_the_same_for_everyone_and_writes_only_to_the_account(db: None) -> None:
    old = signed_in("pilote")
    User.objects.filter(username="pilote").update(email="pilote@exemple.fr")
    pages: set[str] = set()
    queries = []
    for email in ("Pilote@exemple.fr", "personne@exemple.fr"):
        with CaptureQueriesContext(connection) as asked:
            answer = Client(REMOTE_ADDR=f"192.0.2.{len(pages)}").post(FORGOTTEN, {"email": email}, follow=True)
        pages.add(plain(answer.content))
        queries.append(len(asked))
    _later.submit(int).result()
    assert len(pages) == 1
    assert queries[0] == queries[1]
    (letter,) = mail.outbox
    assert letter.to == ["pilote@exemple.fr"]
    link = re.search(r"(/mot-de-passe-oublie/\S+/)", str(letter.body))
    assert link is not None
    client = Client()
    opened = client.get(link[1], follow=True)
    assert "Nouveau mot de passe" in opened.content.decode()
    new = {"new_password1": "un-autre-mot-de-passe", "new_password2": "un-autre-mot-de-passe"}
    done = client.post(opened.redirect_chain[-1][0], new, follow=True)
    assert "connectez-vous avec lui" in done.content.decode()
    assert Client().get(link[1], follow=True).content.decode().count("Ce lien ne sert plus")
    assert old.get("/compte/").status_code == 302
    assert Client().post(LOGIN, {"username": "pilote", "password": "un-autre-mot-de-passe"}).status_code == 302


def test_a_mailbox_is_not_flooded_with_letters_and_the_page_does_not_say_so(db: None) -> None:
    User.objects.filter(username="pilote").update(email="pilote@exemple.fr")
    pages = {plain(Client().post(FORGOTTEN, {"email": "pilote@exemple.fr"}, follow=True).content) for _ in range(6)}
    _later.submit(int).result()
    assert len(pages) == 1
    assert len(mail.outbox) == 3


def test_two_accounts_of_one_address_are_named_by_their_names_alone(db: None) -> None:
    User.objects.filter(username__in=("pilote", "copil")).update(email="commun@exemple.fr")
    assert Client().post(LOGIN, {"username": "commun@exemple.fr", "password": DEMO_PASSWORD}).status_code == 200
    assert Client().post(LOGIN, {"username": "copil", "password": DEMO_PASSWORD}).status_code == 302


def test_with_a_telephone_a_password_alone_opens_nothing_and_a_code_serves_once(db: None) -> None:
    user = User.objects.get(username="pilote")
    codes = enrolled(signed_in("pilote"), user)
    assert "Mon compte" in signed_in("pilote").get(FACTOR, follow=True).content.decode()
    thief = Client()
    asked = thief.post(f"{LOGIN}?next=/compte/", {"username": "pilote", "password": DEMO_PASSWORD, "next": "/compte/"})
    assert asked["Location"] == CODE
    assert thief.get(address("missions:home")).status_code == 302
    assert thief.post(CODE, {"code": "000000"}).status_code == 422
    TOTPDevice.objects.update(throttling_failure_timestamp=None, throttling_failure_count=0)
    right = code_of(user, ahead=1)
    assert thief.post(CODE, {"code": f"{right[:3]} {right[3:]}"})["Location"] == "/compte/"
    assert thief.get(address("missions:home")).status_code == 200
    for given, status in ((right, 422), (codes[0], 302), (codes[0], 422)):
        client = Client(REMOTE_ADDR="192.0.2.7")
        client.post(LOGIN, {"username": "pilote", "password": DEMO_PASSWORD})
        assert client.post(CODE, {"code": given}).status_code == status, given
    StaticDevice.objects.update(throttling_failure_timestamp=None, throttling_failure_count=0)
    assert client.post(CODE, {"code": codes[1].upper()}).status_code == 302
    assert Client().get(CODE)["Location"] == LOGIN


def test_codes_are_tried_no_faster_than_passwords(db: None) -> None:
    user = User.objects.get(username="pilote")
    enrolled(signed_in("pilote"), user)
    client = Client()
    client.post(LOGIN, {"username": "pilote", "password": DEMO_PASSWORD})
    assert [client.post(CODE, {"code": f"00000{n}"}).status_code for n in range(4)] == [422, 422, 422, 429]


@pytest.mark.parametrize(
    ("asked", "led"),
    [
        ("personne", set()),
        ("equipe", {"pilote", "consultant", "admin"}),
        ("administrateurs", {"admin"}),
        ("tous", None),
    ],
)
def test_an_instance_may_ask_for_a_second_factor(
    asked: str, led: set[str] | None, db: None, settings: Settings
) -> None:
    settings.SECOND_FACTOR = asked
    User.objects.create_user(username="admin", password=DEMO_PASSWORD, is_staff=True)
    everyone = {"pilote", "consultant", "bpifrance", "admin"}
    found = set()
    for name in everyone:
        client = Client()
        client.post(LOGIN, {"username": name, "password": DEMO_PASSWORD})
        if client.get(address("missions:list")).get("Location") == FACTOR:
            found.add(name)
            assert client.get(address("missions:home"))["Location"] == FACTOR
            enrolled(client, User.objects.get(username=name))
            assert client.get(address("missions:list")).status_code == 200
    assert found == (everyone if led is None else led)


def test_taking_the_telephone_away_asks_for_the_password(db: None) -> None:
    client, user = signed_in("pilote"), User.objects.get(username="pilote")
    enrolled(client, user)
    off = reverse("accounts:factor_off")
    client.post(off, {"password": "faux"})
    assert TOTPDevice.objects.filter(user=user, confirmed=True).exists()
    client.post(off, {"password": DEMO_PASSWORD})
    assert not TOTPDevice.objects.filter(user=user).exists()


def _at(seconds: float) -> AbstractContextManager[object]:
    return patch("rebond.web.accounts.sessions.time.time", return_value=time.time() + seconds)


def test_a_silent_session_ends_a_used_one_lasts_half_a_day_and_a_page_that_asks_by_itself_is_no_gesture(
    db: None,
) -> None:
    client = signed_in("pilote")
    assert 'data-idle="3600"' in client.get("/compte/").content.decode()
    with _at(3_000):
        assert client.post("/session/prolonger/").status_code == 204
    with _at(6_000):
        poll = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TRIGGER": "etude-montree"}
        assert client.get(address("worker:standing"), **poll).status_code == 200  # type: ignore[arg-type]  # headers
    with _at(6_700):
        assert client.get("/compte/")["Location"].startswith(LOGIN)
        assert "faute de geste" in client.get(LOGIN).content.decode()
    client = signed_in("pilote")
    for hour in range(1, 24):
        with _at(hour * 1_800):
            assert client.get("/compte/").status_code == 200
    with _at(12 * 3_600 + 1):
        assert client.get("/compte/").status_code == 302
        assert "ouverte depuis longtemps" in client.get(LOGIN).content.decode()


def test_what_a_form_held_when_the_session_ended_is_kept(db: None) -> None:
    client = signed_in("pilote")
    at = reverse("editing:project", args=[MISSION, "P001"])
    page = client.get(at).content.decode()
    author = re.search(r'name="auteur" value="([^"]+)"', page)
    assert author is not None
    with _at(4_000):
        sent = client.post(at, {"auteur": author[1], "projets.0.intitule": "Titre en cours", "geste": "enregistrer"})
        assert sent.status_code == 302
        assert "brouillon" in sent["Location"]
    assert "Titre en cours" in str(Draft.ever.get().typed)


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("smtp://moi:mot%40passe@courrier.exemple.fr", ("courrier.exemple.fr", 587, "mot@passe", True, False)),
        ("smtps://moi:x@courrier.exemple.fr", ("courrier.exemple.fr", 465, "x", False, True)),
        ("smtp://localhost?chiffrement=non", ("localhost", 25, "", False, False)),
    ],
)
def test_a_server_of_letters_is_named_by_its_address(url: str, found: tuple[object, ...]) -> None:
    told = environment.email(url, None)
    keys = ("EMAIL_HOST", "EMAIL_PORT", "EMAIL_HOST_PASSWORD", "EMAIL_USE_TLS", "EMAIL_USE_SSL")
    assert tuple(told[key] for key in keys) == found


@pytest.mark.parametrize("url", ["http://x", "smtp://", "smtp://x:pas-un-port", "smtp://a:b@x?chiffrement=non", "x"])
def test_a_wrong_server_of_letters_is_said_at_start(url: str) -> None:
    with pytest.raises(environment.SettingError) as error:
        environment.email(url, None)
    assert "smtp://" in error.value.faults[0].mend
    assert "a:b" not in str(error.value)
