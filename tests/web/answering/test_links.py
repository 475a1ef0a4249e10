"""An organisation without an account answers a referral by the link of its letter."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from rebond.facts import ReferralState
from rebond.web.answering import letters, links
from rebond.web.answering.told import Told
from rebond.web.disclosure import acts
from rebond.web.disclosure.disclosed import code_of
from rebond.web.journal.checking import check_chain
from rebond.web.journal.models import Entry
from rebond.web.organisations.models import Organisation
from rebond.web.referrals.models import SentReferral
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
    says,
    sent,
    state,
    words,
)
from tests.web.conftest import signed_in
from tests.web.disclosure.test_who_sees_what import plain

pytestmark = pytest.mark.django_db


def test_opening_a_link_shows_what_it_may_do_and_never_acts() -> None:
    referral = sent(words="Voir avec la DIRECTION de l’usine.")
    held, firm = link(referral), referral.project.firm
    for visit in (Client().head, Client().get, Client().get):
        page = visit(links.path_of(held))
        assert page.status_code == 200
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert page["Referrer-Policy"] == "same-origin"
    assert "no-store" in page["Cache-Control"]
    text = words(page)
    for said in (
        f"Projet {code_of(referral.project).upper()}",
        "Bpifrance",
        "Ce lien enregistre une réponse, sur ce projet seulement, jusqu'au",
        "Je prends en charge",
        "Il me manque",
        "La demande est déposée",
        "Accordé ou refusé",
        "Pas pour nous",
        "Confirmer",
    ):
        assert plain(said) in text, said
    assert " checked" not in page.content.decode()
    for secret in (firm.name, referral.project.title, referral.project.commune, firm.siren or "aucun"):
        assert plain(secret) not in text
    assert not re.findall(r'(?:src|href|action)="(?:https?:)?//', page.content.decode())
    assert state(referral) is S.SENT
    held.refresh_from_db()
    assert held.is_live


def test_neither_page_nor_letter_names_a_firm_before_it_agreed() -> None:
    referral = sent()
    firm, project = referral.project.firm, referral.project
    said = {"words": f"{firm.name.upper()} attend. « {project.title} »", "expected": "Lire la commande signée de mars"}
    SentReferral.objects.filter(pk=referral.pk).update(**said)
    referral.refresh_from_db()
    says(referral, S.ASKED, reason=f"le bilan de {firm.name}")
    says(referral, S.SENT)
    held = link(referral)

    def told() -> str:
        steps = links.followed_of(referral).steps
        letter = letters.letter_after(Told(referral), to=OFFICER, link=held, absolute=str, steps=steps)
        return plain(f"{letter.subject} {letter.body} {words(Client().get(links.path_of(held)))}").casefold()

    for secret in (firm.name, project.title, "commande signée"):
        assert plain(secret).casefold() not in told()
    assert "le bilan de" in told()
    bpifrance = Organisation.objects.get(code="bpifrance")
    acts.note_consent(
        mission(), firm, bpifrance, text="oui", signed_by="la gérante", given_on=timezone.localdate(), by=None
    )
    assert told().count(plain(firm.name).casefold()) >= 4
    assert plain("commande signée").casefold() in told()


@pytest.mark.parametrize(
    ("said", "expected", "told"),
    [
        ({"choix": "je_prends"}, S.TAKEN, "Prise en charge"),
        ({"choix": "il_me_manque", "mot": "le bilan 2025"}, S.ASKED, "cherche ce qui vous manque"),
        ({"choix": "depose", "demande_0": "120 000 €"}, S.FILED, "Demande déposée : 120 000 €"),
        ({"choix": "depose"}, S.FILED, "montant inconnu"),
        ({"choix": "decision", "issue_0": "accorde", "accorde_0": "80 000"}, S.GRANTED, "Accordée : 80 000 €"),
        ({"choix": "decision", "issue_0": "refuse", "mot": "hors zone"}, S.REFUSED, "vers d'autres soutiens"),
        ({"choix": "pas_pour_nous", "mot": "trop petit"}, S.NOT_OURS, "vers un autre dispositif ou une autre"),
    ],
)
def test_each_choice_is_written_once_signed_and_told(said: dict[str, str], expected: ReferralState, told: str) -> None:
    referral = sent()
    held = link(referral)
    page = answer(links.path_of(held), said)
    assert page.status_code == 200
    assert told in words(page)
    step = referral.steps.get()
    assert (step.state, step.by) == (expected, "Anne Martin, Bpifrance")
    assert step.reason == said.get("mot", "")
    assert step.asked == (Decimal(120_000) if "demande_0" in said else None)
    assert step.granted == (Decimal(80_000) if expected is S.GRANTED else None)
    entry = Entry.objects.of(mission()).filter(kind="suite_orientation").latest("position")
    assert entry.by_name == f"Anne Martin (par le lien envoyé à {OFFICER})"
    assert entry.on_behalf == "Bpifrance"
    assert OFFICER in entry.reason
    assert not check_chain(mission()).broken_at
    # Used once; what follows comes by another letter, as long as something may follow.
    again = Client().post(links.path_of(held), {"nom": "Anne Martin", "vu": "1", "choix": "je_prends"})
    assert again.status_code == 410
    assert "Ce lien a déjà servi" in words(again)
    assert referral.steps.count() == 1
    [letter] = letters_sent()
    assert letter.to == [OFFICER]
    if expected in (S.TAKEN, S.ASKED, S.FILED, S.GRANTED):
        assert Client().get(link_in(letter)).status_code == 200
    else:
        assert "/reponse/" not in letter.body
        assert "rien d'autre à faire" in words(page)


def test_from_taken_to_paid_an_organisation_never_needs_an_account() -> None:
    referral = sent(LOAN, GRANT)
    path = links.path_of(link(referral))
    answers: list[dict[str, str]] = [
        {"choix": "je_prends"},
        {"choix": "depose", "depose_0": "on", "demande_0": "300 000"},
        {"choix": "depose", "depose_1": "on"},
        {"choix": "decision", "issue_0": "refuse", "issue_1": "plus_tard", "mot": "trop endetté"},
        {"choix": "decision", "issue_0": "accorde", "accorde_0": "12 500,50"},
        {"choix": "verse", "verse_0": "10 000"},
        {"choix": "verse", "verse_0": "12 500,50", "emplois_0": "3"},
    ]
    for said in answers:
        mail.outbox.clear()
        assert answer(path, said).status_code == 200, said
        [letter] = letters_sent()
        path = link_in(letter) if "/reponse/" in letter.body else ""
    assert not path, "all that was granted is paid: nothing is left to say"
    followed = links.followed_of(referral)
    assert [(step.state, step.dispositif) for step in followed.steps] == [
        (S.TAKEN, ""),
        (S.FILED, LOAN),
        (S.FILED, GRANT),
        (S.REFUSED, LOAN),
        (S.GRANTED, GRANT),
        (S.GRANTED, GRANT),
        (S.GRANTED, GRANT),
    ]
    assert followed.state is S.GRANTED
    assert followed.totals.granted == followed.totals.paid == Decimal("12500.50")
    assert followed.totals.jobs == 3


def test_what_is_paid_is_never_more_than_what_was_granted() -> None:
    referral = sent(GRANT)
    assert answer(links.path_of(link(referral)), {"choix": "decision", "issue_0": "accorde", "accorde_0": "9 000"})
    path = links.path_of(link(referral))
    for said, fault in (
        ({"verse_0": "9 001", "emplois_0": "beaucoup"}, "C'est plus que l'accord (9 000 €)"),
        ({}, "Écrivez un montant versé, ou les emplois créés"),
    ):
        page = answer(path, {"choix": "verse", **said})
        assert page.status_code == 422
        assert fault in words(page)
        assert len(page.context["form"].faults()) == len(said or "1")
    assert referral.steps.count() == 1
    assert answer(path, {"choix": "verse", "emplois_0": "2"}).status_code == 200
    assert links.followed_of(referral).totals.jobs == 2


def test_the_reason_of_a_refusal_is_not_that_of_what_is_granted_with_it() -> None:
    referral = sent(LOAN, GRANT)
    both = {"choix": "decision", "issue_0": "refuse", "issue_1": "accorde", "accorde_1": "10 000", "mot": "endetté"}
    assert answer(links.path_of(link(referral)), both).status_code == 200
    assert [(step.state, step.reason) for step in links.followed_of(referral).steps] == [
        (S.REFUSED, "endetté"),
        (S.GRANTED, ""),
    ]


def test_every_fault_is_said_at_once_and_what_was_typed_is_kept() -> None:
    referral = sent(LOAN, GRANT)
    path = links.path_of(link(referral))
    assert "Choisissez une réponse" in words(answer(path, {"nom": " "}))
    both = {"choix": "decision", "issue_0": "accorde", "accorde_0": "douze", "issue_1": "refuse", "accorde_1": "10"}
    page = answer(path, {**both, "nom": ""})
    assert page.status_code == 422
    text = words(page)
    for fault in (
        "ce n'est pas un montant",
        "un refus n'a pas de montant",
        "Écrivez le motif du refus",
        "Écrivez votre nom",
    ):
        assert fault in text, fault
    body = page.content.decode()
    assert 'value="douze"' in body
    for anchor in re.findall(r'<li><a href="#(id_\w+)"', body):
        assert f'id="{anchor}"' in body, anchor
    for wrong, fault in (
        ({"choix": "pas_pour_nous"}, "Écrivez pourquoi ce projet n'est pas pour vous"),
        ({"choix": "il_me_manque", "mot": "  "}, "Écrivez ce qu'il vous manque"),
        ({"choix": "decision"}, "Choisissez « Accordé » ou « Refusé »"),
        ({"choix": "decision", "issue_0": "accorde"}, "écrivez le montant accordé"),
        ({"choix": "decision", "issue_0": "accorde", "accorde_0": "0"}, "un accord de 0 €"),
        ({"choix": "decision", "accorde_0": "5"}, "choisissez « Accordé », ou effacez le montant"),
        ({"choix": "depose"}, "Cochez la demande déposée"),
        ({"choix": "depose", "demande_1": "5"}, "cochez « Demande déposée »"),
        ({"choix": "je_prends", "nom": "A" * 81}, "81 caractères, 80 au plus"),
        ({"choix": "je_prends", "mot": "a\x07"}, "ne s'imprime pas"),
        ({"choix": "close"}, "Choisissez une des réponses"),
    ):
        page = answer(path, wrong)
        assert page.status_code == 422, wrong
        assert fault in words(page), wrong
    # What is typed under a choice that was not made is neither read nor wrong.
    assert answer(path, {"choix": "je_prends", "accorde_0": "douze"}).status_code == 200
    assert [step.state for step in referral.steps.all()] == [S.TAKEN]


def test_what_others_answered_meanwhile_is_told_before_anything_more_is_written() -> None:
    referral = sent()
    mine, theirs = link(referral), link(referral, "collegue@bpifrance.test")
    shown = Client().get(links.path_of(mine)).content.decode()
    assert 'name="vu" value="0"' in shown
    answer(links.path_of(theirs), {"choix": "depose"})
    page = Client().post(
        links.path_of(mine), {"choix": "il_me_manque", "mot": "le bilan 2025", "nom": "Anne Martin", "vu": "0"}
    )
    assert page.status_code == 409
    assert "Quelqu'un a répondu entre-temps" in words(page)
    assert "le bilan 2025" in words(page)
    assert 'name="vu" value="1"' in page.content.decode()
    assert [step.state for step in referral.steps.all()] == [S.FILED]
    again = {"choix": "il_me_manque", "mot": "le bilan 2025", "nom": "Anne Martin", "vu": "1"}
    assert Client().post(links.path_of(mine), again).status_code == 200
    assert state(referral) is S.ASKED


def test_who_is_signed_in_for_another_part_of_the_mission_does_not_answer_in_its_place() -> None:
    referral = sent()
    path = links.path_of(link(referral))
    sent_form = {"choix": "je_prends", "nom": "X", "vu": "0"}
    for name, said in (("pilote", "seule l'organisation répond ici"), ("consultant", "seule l'organisation")):
        person = signed_in(name)
        assert said in words(person.get(path))
        assert person.post(path, sent_form).status_code == 403
    other = signed_in("entreprise")
    for page in (other.get(path), other.post(path, sent_form)):
        assert page.status_code == 403
        assert code_of(referral.project).upper() not in words(page)
    assert state(referral) is S.SENT
    assert answer(path, sent_form, signed_in("bpifrance")).status_code == 200
