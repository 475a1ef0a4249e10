"""The people of a mission: invited by a letter, joining once, changing, leaving; what they did stays."""

import re
import socketserver
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from rebond.web.accounts.models import User
from rebond.web.firms.models import Firm
from rebond.web.journal.checking import check_chain
from rebond.web.journal.models import Entry
from rebond.web.journal.writing import Author, author_of
from rebond.web.mail import server_refusal
from rebond.web.missions.models import Membership, Mission, Role
from rebond.web.organisations.adopting import adopt
from rebond.web.organisations.models import Affiliation, Invitation, Organisation
from rebond.web.organisations.people import PartError, Seat, change, give, leave
from tests.web.addresses import MISSION, address
from tests.web.conftest import signed_in

PEOPLE = f"/missions/{MISSION}/personnes/"
PASSWORD = "un-mot-de-passe-long"
BY = Author(user=None)


def invited(pilot: Client, email: str = "Claire.Martin@exemple.fr", **told: str) -> str:
    """The path of the link of the letter that left."""
    before = len(mail.outbox)
    given = {"email": email, "role": "partenaire", "organisation": "catalogue:ademe", **told}
    assert pilot.post(PEOPLE, given).status_code == 302
    assert len(mail.outbox) == before + 1
    found = re.search(r"https?://[^/]+(/invitation/\S+/)", str(mail.outbox[-1].body))
    assert found is not None
    return found[1]


def told() -> list[tuple[str, str]]:
    return list(Entry.objects.filter(kind="personne").order_by("position").values_list("label", "by_name"))


def test_a_partner_joins_by_the_link_of_a_letter_and_stands_for_an_organisation_of_the_catalogue(pilot: Client) -> None:
    link = invited(pilot)
    letter = mail.outbox[-1]
    assert letter.to == ["claire.martin@exemple.fr"]
    assert "Partenaire, ADEME" in str(letter.body)
    assert link.split("/")[2] not in str(Invitation.objects.values_list("token", flat=True)[0])
    claire = Client()
    for _ in range(2):  # A program that checks letters opens the link: nothing happens.
        assert "Créer le compte et rejoindre" in claire.get(link).content.decode()
    assert not User.objects.filter(username="claire.martin@exemple.fr").exists()
    names = {"first_name": "Claire", "last_name": "Martin"}
    assert claire.post(link, {**names, "password": "court"}).status_code == 422
    joined = claire.post(link, {**names, "password": PASSWORD}, follow=True)
    assert "Vous avez rejoint la mission" in joined.content.decode()
    part = Membership.objects.get(user__username="claire.martin@exemple.fr")
    assert (part.role, str(part.organisation), part.organisation and part.organisation.code) == (
        "partenaire",
        "ADEME",
        "ademe",
    )
    assert Affiliation.objects.get(user=part.user).since == timezone.localdate()
    assert Client().get(link).status_code == 410
    assert claire.post(link).status_code == 410
    assert [label for label, _ in told()] == [
        "Invitation de claire.martin@exemple.fr",
        "Claire Martin rejoint la mission",
    ]
    assert Entry.objects.latest("position").on_behalf == "ADEME"
    again = Client()
    sent = {"username": "Claire.Martin@exemple.fr", "password": PASSWORD}
    assert again.post(address("accounts:login"), sent).status_code == 302


def test_someone_who_has_an_account_joins_with_it_and_is_asked_nothing_more(pilot: Client) -> None:
    link = invited(pilot, "bpi@exemple.fr", role="observateur", organisation="")
    page = signed_in("bpifrance").get(link).content.decode()
    assert "Rejoindre avec ce compte" in page
    assert "Créer le compte" not in page
    assert signed_in("bpifrance").post(link).status_code == 302
    assert {part.role for part in Membership.objects.filter(user__username="bpifrance")} == {
        "partenaire",
        "observateur",
    }


def test_a_link_that_was_used_withdrawn_replaced_or_past_opens_nothing_and_says_the_same(pilot: Client) -> None:
    links = [invited(pilot, f"p{rank}@exemple.fr") for rank in range(3)]
    rows = list(Invitation.objects.order_by("pk"))
    pilot.post(reverse("organisations:revoke", args=[MISSION, rows[0].pk]))
    pilot.post(reverse("organisations:send_again", args=[MISSION, rows[1].pk]))
    Invitation.objects.filter(pk=rows[2].pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    bodies = {
        re.sub(r"/invitation/\S+", "", Client().get(link).content.decode()) for link in [*links, "/invitation/x/"]
    }
    assert len(bodies) == 1
    assert all(Client().get(link).status_code == 410 for link in links)
    assert Client().post(links[0], {"first_name": "A", "last_name": "B", "password": PASSWORD}).status_code == 410
    fresh = re.search(r"(/invitation/\S+/)", str(mail.outbox[-1].body))
    assert fresh is not None
    assert Client().get(fresh[1]).status_code == 200
    assert pilot.post(reverse("organisations:send_again", args=[MISSION, rows[0].pk])).status_code == 404


def test_inviting_says_the_same_whether_the_address_has_an_account(pilot: Client) -> None:
    User.objects.create_user(username="connu", email="connu@exemple.fr", password=PASSWORD)
    pages = []
    for email in ("connu@exemple.fr", "autre@exemple.fr"):
        given = {"email": email, "role": "observateur"}
        pages.append(pilot.post(PEOPLE, given, follow=True).content.decode())
    assert "Invitation envoyée à connu@exemple.fr." in pages[0]
    assert "Invitation envoyée à autre@exemple.fr." in pages[1]
    link = re.search(r"(/invitation/\S+/)", str(mail.outbox[0].body))
    assert link is not None
    names = {"first_name": "Un", "last_name": "Autre", "password": PASSWORD}
    assert "connectez-vous avec lui" in Client().post(link[1], names).content.decode()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"role": "partenaire"}, "Dites pour quelle organisation"),
        ({"role": "entreprise"}, "Dites pour quelle entreprise"),
        ({"role": "pilote", "firm": "E001"}, "ne va qu’avec le rôle"),
        ({"role": "partenaire", "organisation": "catalogue:ademe", "other": "Autre"}, "pas les deux"),
        ({"role": "partenaire", "organisation": "catalogue:inconnue"}, "choix"),
        ({"role": "entreprise", "firm": "E999"}, "choix"),
        ({"role": "roi"}, "choix"),
    ],
)
def test_an_invitation_says_for_whom(given: dict[str, str], said: str, pilot: Client) -> None:
    answer = pilot.post(PEOPLE, {"email": "a@exemple.fr", **given})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Invitation.objects.exists()


def test_only_the_pilot_manages_people_and_an_administrator_sees_no_mission(db: None, pilot: Client) -> None:
    link = invited(pilot)
    row, part = Invitation.objects.get(), Membership.objects.get(user__username="consultant")
    User.objects.create_user(username="admin", is_staff=True, is_superuser=True)
    for name, refused in (("consultant", 403), ("copil", 403), ("bpifrance", 403), ("admin", 404)):
        client = signed_in(name)
        assert client.get(PEOPLE).status_code == refused
        assert client.post(PEOPLE, {"email": "x@exemple.fr", "role": "pilote"}).status_code == refused
        for act in ("send_again", "revoke"):
            assert client.post(reverse(f"organisations:{act}", args=[MISSION, row.pk])).status_code == refused
        assert (
            client.post(reverse("organisations:change", args=[MISSION, part.pk]), {"role": "pilote"}).status_code
            == refused
        )
        if name != "consultant":
            assert client.post(reverse("organisations:leave", args=[MISSION, part.pk])).status_code == refused
    assert Client().get(link).status_code == 200
    assert signed_in("admin").get(address("missions:list")).context["missions"].count() == 0


def test_who_leaves_sees_nothing_and_what_was_done_stays(pilot: Client) -> None:
    mission, consultant = Mission.objects.get(), User.objects.get(username="consultant")
    part = Membership.objects.get(user=consultant)
    client = signed_in("consultant")
    assert client.get(address("projects:list")).status_code == 200
    lines = Entry.objects.count()
    pilot.post(reverse("organisations:leave", args=[MISSION, part.pk]), {"motif": "fin du contrat"})
    assert client.get(address("projects:list")).status_code == 404
    assert client.post(address("editing:new_project"), {"projets.0.intitule": "x"}).status_code == 404
    assert Membership.ever.get(pk=part.pk).left_at is not None
    entry = Entry.objects.latest("position")
    assert (Entry.objects.count() - lines, entry.reason, entry.before, entry.after) == (
        1,
        "fin du contrat",
        "Consultant, Cabinet de conseil",
        None,
    )
    assert "Rôles terminés" in pilot.get(PEOPLE).content.decode()
    assert not check_chain(mission).broken_at
    assert give(mission, consultant, Seat(role=Role.CONSULTANT), by=BY).pk != part.pk


def test_a_mission_keeps_a_pilot(pilot: Client) -> None:
    mission, user = Mission.objects.get(), User.objects.get(username="pilote")
    part = Membership.objects.get(user=user)
    refused = pilot.post(reverse("organisations:leave", args=[MISSION, part.pk]), follow=True).content.decode()
    assert "seul pilote de la mission" in refused
    with pytest.raises(PartError), transaction.atomic():
        change(part, Seat(role=Role.CONSULTANT), by=BY)
    other = give(mission, User.objects.get(username="copil"), Seat(role=Role.PILOT), by=BY)
    leave(part, by=author_of(user))
    assert pilot.get(PEOPLE).status_code == 404
    with pytest.raises(PartError):
        leave(other, by=BY)


def test_several_roles_add_up_and_each_ends_alone(db: None) -> None:
    mission, user = Mission.objects.get(), User.objects.get(username="bpifrance")
    client = signed_in("bpifrance")
    assert client.get(address("portfolio:session")).status_code == 403
    sitting = give(mission, user, Seat(role=Role.COMMITTEE), by=BY)
    give(mission, user, Seat(role=Role.PARTNER, organisation=adopt("bdt")), by=BY)
    assert client.get(address("portfolio:session")).status_code == 200
    assert Mission.objects.visible_to(user).count() == 1
    assert Membership.objects.filter(user=user).count() == 3
    leave(sitting, by=BY)
    assert client.get(address("portfolio:session")).status_code == 403
    affiliation = Affiliation.objects.get(user=user, organisation__code="bdt")
    client.post(reverse("accounts:stop_working_for", args=[affiliation.pk]))
    assert {str(part.organisation) for part in Membership.objects.filter(user=user)} == {"Bpifrance"}
    assert Affiliation.ever.get(pk=affiliation.pk).until == timezone.localdate()


def test_changing_a_role_ends_the_old_part_and_names_both(pilot: Client) -> None:
    part = Membership.objects.get(user__username="copil")
    at = reverse("organisations:change", args=[MISSION, part.pk])
    assert pilot.get(at).status_code == 200
    assert pilot.post(at, {"role": "partenaire"}).status_code == 422
    other = {"role": "partenaire", "other": "Agence du Plateau"}
    assert pilot.post(at, other).status_code == 302
    entry = Entry.objects.latest("position")
    assert (entry.before, entry.after) == ("Comité de pilotage, Préfecture", "Partenaire, Agence du Plateau")
    assert Membership.ever.filter(user__username="copil").count() == 2
    assert Organisation.objects.get(name="Agence du Plateau").code is None


def test_the_database_refuses_a_part_for_nobody_and_the_same_part_twice(db: None) -> None:
    mission, user = Mission.objects.get(), User.objects.create_user(username="nouvelle")
    firm, ademe = Firm.objects.get(ref="E001"), adopt("ademe")
    wrong: list[list[dict[str, Any]]] = [
        [{"role": Role.PARTNER}],
        [{"role": Role.FIRM}],
        [{"role": Role.PILOT, "firm": firm}],
        [{"role": Role.OBSERVER}, {"role": Role.OBSERVER}],
        [{"role": Role.PARTNER, "organisation": ademe}, {"role": Role.PARTNER, "organisation": ademe}],
        [{"role": Role.FIRM, "firm": firm}, {"role": Role.FIRM, "firm": firm}],
    ]
    for rows in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            Membership.objects.bulk_create(Membership(user=user, mission=mission, **row) for row in rows)


def test_an_organisation_of_the_catalogue_is_adopted_once_and_keeps_its_key(db: None) -> None:
    Organisation.objects.create(name="ADEME")
    assert adopt("ademe").pk == adopt("ademe").pk
    row = Organisation.objects.get(code="ademe")
    assert (row.short_name, row.kind, row.territory) == ("ADEME", "operateur_etat", "partout")
    assert adopt("gip-haute-marne").territory == "departement 52"


class _Received(socketserver.StreamRequestHandler):
    """A server of letters, as small as one can be."""

    def handle(self) -> None:
        server: _Server = self.server  # type: ignore[assignment]  # the one that made it
        self.wfile.write(b"220 essai\r\n")
        for raw in self.rfile:
            word = raw.decode().split()[0].upper() if raw.split() else ""
            if word == "DATA":
                self.wfile.write(b"354 oui\r\n")
                lines = []
                while (line := self.rfile.readline()) != b".\r\n":
                    lines.append(line)
                server.letters.append(b"".join(lines))
            self.wfile.write(b"221 fin\r\n" if word == "QUIT" else b"250 bien\r\n")
            if word == "QUIT":
                return


class _Server(socketserver.TCPServer):
    letters: list[bytes]


def test_a_letter_leaves_by_a_real_server_and_one_that_cannot_leave_is_said(pilot: Client, tmp_path: object) -> None:
    with _Server(("127.0.0.1", 0), _Received) as server:
        server.letters = []
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        smtp = {
            "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": server.server_address[1],
            "EMAIL_USE_TLS": False,
        }
        given = {"email": "a@exemple.fr", "role": "observateur"}
        with override_settings(**smtp):
            assert server_refusal() == ""
            pilot.post(PEOPLE, given)
        server.shutdown()
        thread.join()
    assert b"/invitation/" in server.letters[0]
    with override_settings(**smtp):
        assert server_refusal() != ""
        assert "n’est pas parti" in pilot.post(PEOPLE, given, follow=True).content.decode()
    assert Invitation.objects.filter(revoked_at=None).count() == 1
