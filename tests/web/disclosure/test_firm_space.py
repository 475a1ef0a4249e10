"""A firm's own space: where its projects stand, its minutes, its consents, who reads and who read; no other firm's."""

from __future__ import annotations

import html
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from rebond.web.accounts.models import User
from rebond.web.disclosure import consenting
from rebond.web.disclosure.models import Consent, ConsentRequest, Shared
from rebond.web.disclosure.signed_links import answer_path
from rebond.web.firms.models import Firm
from rebond.web.interviews.models import Interview, MinutesReply
from rebond.web.journal.checking import check_chain
from rebond.web.journal.models import Entry
from rebond.web.missions.models import Membership, Mission, Role
from rebond.web.organisations.models import Organisation
from rebond.web.projects.models import Project
from rebond.web.studies.models import Referral
from rebond.web.support.acts import open_session
from rebond.web.support.middleware import OPEN
from tests.web.addresses import MISSION, address
from tests.web.conftest import signed_in
from tests.web.disclosure.test_who_sees_what import plain, read

pytestmark = pytest.mark.django_db
OTHERS = ("pilote", "consultant", "copil", "bpifrance", "observateur")


def mission() -> Mission:
    return Mission.objects.get(slug=MISSION)


def bpifrance() -> Organisation:
    return Organisation.objects.get(code="bpifrance")


@pytest.fixture
def firm(db: None) -> Firm:
    """A firm that partners read under a code name, for which two people speak."""
    row = Shared.objects.filter(organisation__code="bpifrance").select_related("project__firm").order_by("pk")[0]
    found: Firm = row.project.firm
    for name in ("gerante", "associe"):
        user = User.objects.create_user(username=name)
        Membership.objects.create(user=user, mission=mission(), role=Role.FIRM, firm=found)
    return found


def space(name: str = "gerante") -> str:
    return words(signed_in(name).get(address("disclosure:space")))


def words(response: Any) -> str:
    return plain(html.unescape(response.content.decode()))


def at(firm: Firm, rest: str) -> str:
    return f"/missions/{MISSION}/mon-espace/entreprise/{firm.ref}/{rest}"


def interview_of(firm: Firm) -> Interview:
    found = Interview.objects.filter(firm=firm)[0]
    Interview.objects.filter(pk=found.pk).update(minutes="Il manque deux soudeurs.")
    found.refresh_from_db()
    return found


def seen(page: Any) -> str:
    return str(page.content.decode().split('name="vu" value="')[1].split('"')[0])


def test_a_firm_reads_where_its_projects_stand_and_who_reads_them(firm: Firm) -> None:
    interview_of(firm)
    text = space()
    for project in Project.objects.filter(firm=firm):
        assert plain(project.title) in text
    assert "Un plan et une suite sont proposés" in text
    for way in Referral.objects.found_by(mission().current_study).filter(project__firm=firm):
        assert plain(f"{way.organisation_name} : {way.get_kind_display()}") in text
    assert "Rien n'est accordé" in text
    assert "Ne commandez rien" in text
    assert "Relire le compte rendu" in text
    assert "Bpifrance : " in text
    assert "sous un nom de code" in text
    for other in Firm.objects.exclude(pk=firm.pk):
        assert plain(other.name) not in text


def test_two_people_of_a_firm_share_one_answer_and_either_takes_it_back(firm: Firm) -> None:
    asked = consenting.ask(firm, [bpifrance()], sent_to="", by=User.objects.get(username="pilote"))
    assert "Donner ou refuser votre accord" in space()
    page = at(firm, f"accord/?demande={asked.pk}")
    assert signed_in("associe").get(page).status_code == 200
    assert not Consent.objects.exists()
    sent = {"demande": asked.pk, "organisations": [str(bpifrance().pk)], "montants": "on", "geste": "accorder"}
    assert signed_in("gerante").post(at(firm, "accord/"), sent).status_code == 302
    held = Consent.objects.get()
    assert (held.channel, held.amounts, held.recorded_by) == ("espace", True, User.objects.get(username="gerante"))
    assert signed_in("associe").post(at(firm, "accord/"), sent).status_code == 404
    assert Consent.objects.count() == 1
    assert plain(firm.name) in read(signed_in("bpifrance"))
    assert "sous votre nom, par votre accord" in space("associe")
    gone = signed_in("associe").post(at(firm, f"accords/{held.pk}/retirer/"), follow=True)
    assert "Votre accord est retiré" in words(gone)
    assert "Cet accord était déjà retiré" in words(
        signed_in("gerante").post(at(firm, f"accords/{held.pk}/retirer/"), follow=True)
    )
    assert plain(firm.name) not in read(signed_in("bpifrance"))
    names = (
        Entry.objects.of(mission()).filter(kind="consentement").order_by("position").values_list("by_name", flat=True)
    )
    assert list(names) == ["pilote", "gerante", "associe"]


def test_a_firm_agrees_of_its_own_accord_and_refuses_a_request(firm: Firm) -> None:
    sent = {"organisations": [str(bpifrance().pk)], "geste": "accorder", "contact": "Anne Martin"}
    assert signed_in("gerante").post(at(firm, "accord/"), sent).status_code == 302
    assert Consent.objects.get().organisation == bpifrance()
    asked = consenting.ask(firm, [], sent_to="", by=None)
    said = {"demande": asked.pk, "geste": "refuser", "motif": "trop tôt"}
    signed_in("gerante").post(at(firm, "accord/"), said)
    asked.refresh_from_db()
    assert (asked.answer, asked.reason, asked.channel) == ("refus", "trop tôt", "espace")
    assert Consent.objects.count() == 1


def test_an_approval_is_of_the_text_that_was_read_and_of_no_later_one(firm: Firm) -> None:
    interview = interview_of(firm)
    person, page = signed_in("gerante"), at(firm, f"comptes-rendus/{interview.ref}/")
    vu = seen(person.get(page))
    assert person.post(page, {"geste": "approuver", "vu": vu}).status_code == 302
    assert "approuvé le" in space()
    assert "Relire le compte rendu" not in space()
    Interview.objects.filter(pk=interview.pk).update(minutes="Autre texte.")
    assert "modifié depuis" in space()
    stale = person.post(page, {"geste": "approuver", "vu": vu})
    assert (stale.status_code, "a changé depuis" in words(stale)) == (422, True)
    assert MinutesReply.objects.count() == 1


@pytest.mark.parametrize("gesture", ["reprendre", "repondre"])
def test_a_correction_is_a_statement_that_the_team_takes_over_or_answers_and_never_overwrites(
    firm: Firm, gesture: str
) -> None:
    interview = interview_of(firm)
    person, page = signed_in("gerante"), at(firm, f"comptes-rendus/{interview.ref}/")
    vu = seen(person.get(page))
    assert person.post(page, {"geste": "corriger", "vu": vu, "correction": " "}).status_code == 422
    person.post(page, {"geste": "corriger", "vu": vu, "correction": "Il en manque trois."})
    row = MinutesReply.objects.get()
    interview.refresh_from_db()
    assert interview.minutes == "Il manque deux soudeurs."
    team = signed_in("consultant")
    assert "Il en manque trois." in words(team.get(address("interviews:replies")))
    assert "correction de son compte rendu" in words(team.get(address("missions:home")))
    for role in ("gerante", "bpifrance", "copil", "observateur"):
        assert (
            signed_in(role).post(address("interviews:replies"), {"ligne": row.pk, "geste": gesture}).status_code == 403
        )
    said = {"ligne": row.pk, "geste": gesture, "reponse": "Le contrat dit deux."}
    team.post(address("interviews:replies"), said)
    again = team.post(address("interviews:replies"), said, follow=True)
    assert "déjà traité" in words(again)
    interview.refresh_from_db()
    if gesture == "reprendre":
        first, then = interview.minutes.split("\n\n")
        assert first == "Il manque deux soudeurs."
        assert then.startswith("Précision de l’entreprise (gerante, le ")
        assert then.endswith("Il en manque trois.")
        assert "à relire" in space()
    else:
        assert interview.minutes == "Il manque deux soudeurs."
        assert "Le contrat dit deux." in space()
    assert not check_chain(mission()).broken_at


def test_nobody_opens_another_firm_s_pages(firm: Firm) -> None:
    interview, other = interview_of(firm), Firm.objects.exclude(pk=firm.pk).order_by("-ref")[0]
    held = Consent.objects.create(firm=firm, text="x", signed_by="x", given_on=date(2026, 9, 1))
    rest = ("accord/", f"comptes-rendus/{interview.ref}/", "consultations/")
    for role in OTHERS:
        for one in rest:
            assert signed_in(role).get(at(firm, one)).status_code == 403
        assert signed_in(role).post(at(firm, f"accords/{held.pk}/retirer/")).status_code == 403
    own = Membership.objects.get(user__username="entreprise").firm
    assert own is not None
    assert own != firm
    for one in rest:
        assert signed_in("entreprise").get(at(firm, one)).status_code == 404
    # One's own firm in the address, the row of another.
    for forged in (f"accords/{held.pk}/retirer/", f"comptes-rendus/{interview.ref}/"):
        signed_in("entreprise").post(at(own, forged), {"geste": "approuver"})
    assert Consent.objects.filter(pk=held.pk, ended_at=None).exists()
    assert not MinutesReply.objects.exists()
    asked = consenting.ask(other, [], sent_to="", by=None)
    assert signed_in("gerante").get(at(firm, f"accord/?demande={asked.pk}")).status_code == 404
    Membership.objects.filter(user__username="gerante").update(left_at=timezone.now())
    assert signed_in("gerante").get(address("disclosure:space")).status_code == 404


def test_a_firm_in_two_missions_agrees_in_one_alone(firm: Firm) -> None:
    there = Mission.objects.create(slug="la", name="Là", territory="Là", committee_on=date(2026, 9, 1))
    twin = Firm.objects.create(mission=there, ref=firm.ref, name=firm.name)
    Project.objects.create(mission=there, firm=twin, ref="P001", title="Projet de là")
    user = User.objects.get(username="gerante")
    Membership.objects.create(user=user, mission=there, role=Role.FIRM, firm=twin)
    sent = {"organisations": [str(bpifrance().pk)], "geste": "accorder"}
    signed_in("gerante").post(at(firm, "accord/"), sent)
    assert [row.firm for row in Consent.objects.all()] == [firm]
    text = words(signed_in("gerante").get("/missions/la/mon-espace/"))
    assert "Projet de là" in text
    assert "Mes accords" not in text
    assert "Projet de là" not in space()


def test_an_archived_mission_still_lets_a_firm_take_its_consent_back(firm: Firm) -> None:
    held = Consent.objects.create(firm=firm, text="x", signed_by="x", given_on=date(2026, 9, 1))
    interview = interview_of(firm)
    consenting.ask(firm, [], sent_to="", by=None)
    Mission.objects.filter(slug=MISSION).update(archived_at=timezone.now())
    text = space()
    assert "Donner un accord" not in text
    assert "Donner ou refuser" not in text
    person = signed_in("gerante")
    person.post(at(firm, "accord/"), {"organisations": [str(bpifrance().pk)], "geste": "accorder"})
    page = at(firm, f"comptes-rendus/{interview.ref}/")
    vu = consenting_digest(interview)
    assert person.post(page, {"geste": "approuver", "vu": vu}).status_code == 422
    person.post(at(firm, f"accords/{held.pk}/retirer/"))
    assert not Consent.objects.exists()
    assert ConsentRequest.objects.filter(answer="").exists()


def consenting_digest(interview: Interview) -> str:
    from rebond.web.interviews.replies import digest_of

    return digest_of(interview)


def test_help_in_a_firm_s_place_reads_and_never_answers_for_it(firm: Firm) -> None:
    interview, boss = interview_of(firm), User.objects.create_user(username="admin", is_staff=True)
    session = open_session(boss, User.objects.get(username="gerante"), reason="demande", minutes=15, may_change=True)
    client = Client()
    client.force_login(boss)
    kept = client.session
    kept[OPEN] = session.pk
    kept.save()
    page = at(firm, f"comptes-rendus/{interview.ref}/")
    vu = seen(client.get(page))
    assert client.post(page, {"geste": "approuver", "vu": vu}).status_code == 403
    sent = {"organisations": [str(bpifrance().pk)], "geste": "accorder"}
    assert client.post(at(firm, "accord/"), sent).status_code == 403
    asked = consenting.ask(firm, [bpifrance()], sent_to="", by=None)
    link = {**sent, "nom": "Anne", "fonction": "gérante"}
    assert client.post(answer_path(asked), link).status_code == 403
    assert not Consent.objects.exists()
    assert not MinutesReply.objects.exists()


def test_a_passer_by_is_sent_to_the_login_page(firm: Firm) -> None:
    for rest in ("accord/", "consultations/", "comptes-rendus/R001/"):
        assert Client().get(at(firm, rest))["Location"].startswith("/connexion/")
