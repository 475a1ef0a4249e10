"""What a person chooses of the letters, and the link that stops them: read, it changes nothing."""

import re
from typing import Any

import pytest
from django.test import Client

from rebond.web.accounts.models import User
from rebond.web.reminders.models import Preference
from rebond.web.reminders.people import chosen_by
from rebond.web.reminders.rule import DAYS, load_rule, rule
from rebond.web.reminders.stopping import stop_path
from tests.web.addresses import address

pytestmark = pytest.mark.django_db


def me() -> User:
    return User.objects.get(username="pilote")


def test_days_hour_and_kinds_are_chosen_and_shown_on_one_s_account(pilot: Client) -> None:
    assert "du lundi au vendredi à 8" in pilot.get(address("accounts:mine")).content.decode()
    wanted = [name for name in rule().kinds if name != "appel"]
    told: dict[str, Any] = {"days": ["3", "0"], "hour": "17", "kinds": wanted}
    assert pilot.post(address("reminders:choices"), told).status_code == 302
    row = Preference.objects.get()
    assert (row.days, row.hour, row.silent) == ("03", 17, ["appel"])
    assert "le lundi et jeudi à 17" in pilot.get(address("accounts:mine")).content.decode()
    page = pilot.post(address("reminders:choices"), {"days": ["9"], "hour": "99", "kinds": ["appel"]})
    assert page.status_code == 422
    assert len(re.findall(r'href="#id_(?:days|hour)"', page.content.decode())) == 2
    assert Preference.objects.get().hour == 17
    pilot.post(address("reminders:choices"), {"hour": "17"})
    assert "Vous ne recevez pas de rappels" in pilot.get(address("accounts:mine")).content.decode()


def test_the_link_of_a_letter_stops_it_in_one_post_and_never_when_it_is_only_read() -> None:
    client, link = Client(enforce_csrf_checks=True), stop_path(me())
    page = client.get(link)
    client.head(link)
    assert page.status_code == 200
    assert "Rien n’est encore changé" in page.content.decode()
    assert me().username not in page.content.decode()
    assert not Preference.objects.exists()
    # A part of the kinds, then all as a program of letters does it (RFC 8058): no cookie, no session.
    page = client.post(link, {"geste": "genres", "genre": ["appel", "inconnu"]})
    assert "Entreprises à rappeler" in page.content.decode()
    assert chosen_by(me()).silent == {"appel"}
    assert chosen_by(me()).days
    assert client.post(link, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not chosen_by(me()).days
    assert chosen_by(me()).silent == {"appel"}
    assert client.post(link, {"List-Unsubscribe": "One-Click"}).status_code == 200
    for wrong in (f"{link[:-2]}x/", "/rappels/arreter/abc/"):
        assert client.post(wrong).status_code == 410


def test_a_wrong_rule_is_refused_with_every_fault(tmp_path: Any) -> None:
    from rebond.data import data_folder
    from rebond.errors import DataError

    shipped = data_folder() / "referentiels" / "relances.yaml"
    assert "".join(DAYS[int(each)][0] for each in load_rule(shipped).days) == "lmmjv"
    wrong = tmp_path / "relances.yaml"
    text = shipped.read_text(encoding="utf-8").replace("heure: 8", "heure: 25").replace("mardi", "mardy")
    wrong.write_text(text.replace("au_plus: 1", "au_plus: 0"), encoding="utf-8")
    with pytest.raises(DataError) as error:
        load_rule(wrong)
    assert len(error.value.faults) == 3
