"""An organisation without an account answers a referral by the link of its letter; old links say what to do."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.core.signing import Signer, dumps
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from rebond.errors import DataError
from rebond.facts import ReferralState
from rebond.referrals.followed import Side
from rebond.web.accounts.models import User
from rebond.web.answering import letters, links, views
from rebond.web.answering.delays import load_delays
from rebond.web.answering.models import AnswerLink
from rebond.web.answering.told import Told
from rebond.web.disclosure import acts, consenting
from rebond.web.disclosure.disclosed import code_of
from rebond.web.disclosure.models import Shared
from rebond.web.disclosure.signed_links import answer_path
from rebond.web.journal.checking import check_chain
from rebond.web.journal.models import Entry
from rebond.web.journal.writing import author_of
from rebond.web.mail import _later
from rebond.web.missions.models import Membership, Mission
from rebond.web.organisations.models import Organisation
from rebond.web.projects.models import Project
from rebond.web.referrals.gestures import Said, Sending, add_step, send
from rebond.web.referrals.letters import send_letters
from rebond.web.referrals.models import DeskAddress, SentReferral
from rebond.web.referrals.reading import lines_for_organisations
from tests.web.addresses import MISSION
from tests.web.conftest import signed_in
from tests.web.disclosure.test_who_sees_what import plain

pytestmark = pytest.mark.django_db
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
    _said(referral, S.ASKED, reason=f"le bilan de {firm.name}")
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
    if expected in (S.TAKEN, S.ASKED, S.FILED):
        assert Client().get(link_in(letter)).status_code == 200
    else:
        assert "/reponse/" not in letter.body
        assert "rien d'autre à faire" in words(page)


def test_from_taken_to_granted_an_organisation_never_needs_an_account() -> None:
    referral = sent(LOAN, GRANT)
    path = links.path_of(link(referral))
    answers: list[dict[str, str]] = [
        {"choix": "je_prends"},
        {"choix": "depose", "depose_0": "on", "demande_0": "300 000"},
        {"choix": "depose", "depose_1": "on"},
        {"choix": "decision", "issue_0": "refuse", "issue_1": "plus_tard", "mot": "trop endetté"},
        {"choix": "decision", "issue_0": "accorde", "accorde_0": "12 500,50"},
    ]
    for said in answers:
        mail.outbox.clear()
        assert answer(path, said).status_code == 200, said
        [letter] = letters_sent()
        path = link_in(letter) if "/reponse/" in letter.body else ""
    assert not path
    followed = links.followed_of(referral)
    assert [(step.state, step.dispositif) for step in followed.steps] == [
        (S.TAKEN, ""),
        (S.FILED, LOAN),
        (S.FILED, GRANT),
        (S.REFUSED, LOAN),
        (S.GRANTED, GRANT),
    ]
    assert followed.state is S.GRANTED
    assert followed.totals.granted == Decimal("12500.50")


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


def _said(
    referral: SentReferral, said: ReferralState, side: Side = Side.MISSION, reason: str = "dit au téléphone"
) -> None:
    told = Said(state=said, reason=reason)
    add_step(mission(), referral.ref, told, by=author_of(pilot()), side=side, on=timezone.localdate())


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
    (lambda held: _said(held.referral, S.CLOSED), "Il n'y a plus rien à répondre", False),
    (lambda held: _said(held.referral, S.REFUSED), "Il n'y a plus rien à répondre", False),
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
    _said(referral, S.CLOSED)
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
