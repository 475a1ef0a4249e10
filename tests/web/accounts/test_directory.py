"""Organisations of the instance: adopted, described; who sees their people; a partner who invites a colleague."""

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from rebond.web.accounts.models import User
from rebond.web.journal.models import Entry
from rebond.web.journal.writing import Author
from rebond.web.missions.models import Membership, Mission, Role
from rebond.web.organisations.adopting import adopt, affiliate
from rebond.web.organisations.directory_views import MOST_WAITING
from rebond.web.organisations.models import Affiliation, Invitation, Organisation
from rebond.web.organisations.people import Seat, give, leave
from rebond.web.support.acts import open_session
from rebond.web.support.middleware import OPEN
from tests.web.addresses import MISSION, address
from tests.web.conftest import signed_in

pytestmark = pytest.mark.django_db
BY = Author(user=None)


def colleague(name: str, organisation: Organisation, *, mission: Mission | None = None) -> User:
    """Someone of an organisation, a partner of a mission or only said to work there."""
    user = User.objects.create_user(username=name, last_name=name, email=f"{name}@exemple.fr")
    affiliate(user, organisation, team=f"Équipe de {name}")
    if mission is not None:
        give(mission, user, Seat(role=Role.PARTNER, organisation=organisation), by=BY)
    return user


def read(client: Client, place: str, status: int = 200) -> str:
    answer: Any = client.get(place)
    assert answer.status_code == status, place
    return str(answer.content.decode())


def test_each_sees_the_people_of_an_organisation_that_are_his_to_see() -> None:
    here, bank, ademe = Mission.objects.get(), Organisation.objects.get(code="bpifrance"), adopt("ademe")
    there = Mission.objects.create(slug="ailleurs", name="Mission des Vosges", territory="x", committee_on="2026-12-01")
    colleague("Voisine", bank, mission=here)
    colleague("Lointain", bank, mission=there)
    colleague("Dite", bank)
    User.objects.create_user(username="admin", is_staff=True, is_superuser=True)
    sheet = reverse("directory:organisation", args=[bank.pk])
    # A partner: who stands for the same organisation in the same mission, never where someone is only said to work.
    page = read(signed_in("bpifrance"), sheet)
    assert "Voisine" in page
    assert "Équipe de Voisine" in page
    assert "Inviter un collègue" in page
    assert not re.search("Lointain|Dite|Mission des Vosges", page)
    # The pilot: the same, through the mission; the administrator: who works where, and no mission.
    page = read(signed_in("pilote"), sheet)
    assert "Voisine" in page
    assert not re.search("Lointain|Dite|Mission des Vosges|Inviter un collègue", page)
    page = read(signed_in("admin"), sheet)
    assert all(f"Équipe de {name}" in page for name in ("Voisine", "Lointain", "Dite"))
    assert not re.search("Chaumont|Mission des Vosges|Partenaire|Inviter un collègue", page)
    # The others: not even that the organisation has people here.
    for name in ("copil", "entreprise", "observateur", "consultant"):
        read(signed_in(name), sheet, 404)
        assert "Bpifrance" not in read(signed_in(name), address("directory:list"))
    read(signed_in("bpifrance"), reverse("directory:organisation", args=[ademe.pk]), 404)
    assert [str(row) for row in Organisation.objects.visible_to(User.objects.get(username="bpifrance"))] == [
        "Bpifrance"
    ]


def test_an_administrator_adopts_an_organisation_of_the_catalogue_and_says_where_it_works() -> None:
    User.objects.create_user(username="admin", is_staff=True)
    admin, held = signed_in("admin"), address("directory:list")
    assert admin.post(held, {"code": "inconnue"}).status_code == 422
    made = admin.post(held, {"code": "gip-haute-marne"})
    row = Organisation.objects.get(code="gip-haute-marne")
    assert made["Location"] == reverse("directory:organisation", args=[row.pk])
    assert re.search(r"département\s52", read(admin, made["Location"]))
    assert f'value="{row.code}"' not in read(admin, held)
    place = reverse("directory:change", args=[row.pk])
    told = {"name": "Autre nom", "kind": "epci", "territory": "Haute-Marne"}
    assert admin.post(place, {**told, "kind": "royaume"}).status_code == 422
    assert admin.post(place, told).status_code == 302
    row.refresh_from_db()
    # Its name is the catalogue's.
    assert (row.kind, row.territory, row.name != "Autre nom") == ("epci", "Haute-Marne", True)
    for name in ("pilote", "bpifrance"):
        for where, said in ((held, {"code": "ademe"}), (place, told)):
            assert signed_in(name).post(where, said).status_code == 403
    assert not Organisation.objects.filter(code="ademe").exists()


def test_a_partner_invites_a_colleague_into_the_same_part_and_nothing_else() -> None:
    mission, bank = Mission.objects.get(), Organisation.objects.get(code="bpifrance")
    User.objects.filter(username="pilote").update(email="pilote@exemple.fr")
    partner, sheet = signed_in("bpifrance"), reverse("directory:organisation", args=[bank.pk])
    asked = {"email": "Lea@bpi.example", "mission": MISSION, "role": "pilote", "organisation": "catalogue:ademe"}
    assert partner.post(sheet, {**asked, "mission": "ailleurs"}).status_code == 422
    assert partner.post(sheet, asked).status_code == 302
    (sent,) = Invitation.objects.all()
    assert (sent.email, sent.role, sent.organisation, sent.mission) == ("lea@bpi.example", "partenaire", bank, mission)
    letters = {letter.to[0]: str(letter.body) for letter in _letters(2)}
    assert "Partenaire, Bpifrance" in letters["pilote@exemple.fr"]
    assert "/invitation/" not in letters["pilote@exemple.fr"]
    link = re.search(r"(/invitation/\S+/)", letters["lea@bpi.example"])
    assert link is not None
    assert Entry.objects.latest("position").on_behalf == "Bpifrance"
    assert "lea@bpi.example" in read(partner, sheet)
    # In a session of help nobody is invited in the person's name, even by who may change things.
    boss = User.objects.create_user(username="admin", is_staff=True)
    held = open_session(
        boss, User.objects.get(username="bpifrance"), reason="Il ne trouve pas la page.", minutes=15, may_change=True
    )
    helping = signed_in("admin")
    kept = helping.session
    kept[OPEN] = held.pk
    kept.save()
    assert "Inviter un collègue" in read(helping, sheet)
    assert helping.post(sheet, asked).status_code == 403
    # The pilot manages it as any other; its author does not.
    assert "lea@bpi.example" in read(signed_in("pilote"), address("organisations:people"))
    assert partner.post(reverse("organisations:revoke", args=[MISSION, sent.pk])).status_code == 403
    for rank in range(MOST_WAITING - 1):
        partner.post(sheet, {**asked, "email": f"p{rank}@bpi.example"})
    assert partner.post(sheet, {**asked, "email": "encore@bpi.example"}).status_code == 422
    assert Invitation.objects.count() == MOST_WAITING
    # Who left invites nobody any more, and nobody comes by what he sent.
    leave(Membership.objects.get(user__username="bpifrance"), by=BY)
    assert partner.post(sheet, {**asked, "email": "apres@bpi.example"}).status_code in {403, 404}
    assert Client().get(link[1]).status_code == 410
    assert not Invitation.objects.filter(revoked_at=None).exists()
    # Nor does anyone else into a part that is not theirs, or of an archived mission.
    for name in ("copil", "entreprise", "observateur", "consultant"):
        assert signed_in(name).post(sheet, asked).status_code == 404
    assert signed_in("pilote").post(sheet, asked).status_code in {403, 404}
    assert Affiliation.objects.filter(organisation=bank).exists()


def _letters(number: int) -> list[Any]:
    """The letters that left, those sent behind the page too."""
    from rebond.web.mail import _later

    _later.submit(lambda: None).result()
    assert len(mail.outbox) == number
    return mail.outbox
