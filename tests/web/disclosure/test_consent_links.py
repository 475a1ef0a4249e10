"""A firm without an account answers by a signed link, once, and takes its consent back; old links say what to do."""

from __future__ import annotations

import html
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.signing import Signer, dumps
from django.test import Client
from django.utils import timezone

from rebond.errors import DataError
from rebond.facts import DescentAct
from rebond.web.accounts.models import User
from rebond.web.disclosure import acts, consenting
from rebond.web.disclosure.agreement import agreement, load_agreement
from rebond.web.disclosure.disclosed import shown_to
from rebond.web.disclosure.models import Consent, ConsentRequest, Shared
from rebond.web.disclosure.signed_links import answer_path, withdrawal_path
from rebond.web.firms.models import Firm
from rebond.web.journal.checking import check_chain
from rebond.web.journal.models import Entry
from rebond.web.missions.access import Part
from rebond.web.missions.models import Descent, Membership, Mission, Role
from rebond.web.organisations.models import Organisation
from rebond.web.projects.models import CostLine, Project
from tests.web.addresses import MISSION, address
from tests.web.conftest import signed_in
from tests.web.disclosure.test_who_sees_what import plain, read

pytestmark = pytest.mark.django_db
SIGNED = {"nom": "Anne Martin", "fonction": "gérante", "contact": "", "motif": ""}


def mission() -> Mission:
    return Mission.objects.get(slug=MISSION)


def bpifrance() -> Organisation:
    return Organisation.objects.get(code="bpifrance")


def shared_firm() -> Firm:
    row = Shared.objects.filter(organisation=bpifrance()).select_related("project__firm").order_by("project__ref")[0]
    return row.project.firm


def asked(firm: Firm | None = None, *organisations: Organisation, sent_to: str = "anne@forge.test") -> ConsentRequest:
    pilot = User.objects.get(username="pilote")
    return consenting.ask(firm or shared_firm(), organisations or [bpifrance()], sent_to=sent_to, by=pilot)


def agreed(request: ConsentRequest, **more: Any) -> Any:
    ticked = [str(each.pk) for each in request.organisations.all()] or ["tous"]
    return Client().post(answer_path(request), {**SIGNED, "organisations": ticked, "geste": "accorder", **more})


def words(response: Any) -> str:
    return plain(html.unescape(response.content.decode()))


def test_a_firm_reads_what_would_be_shown_and_opening_the_link_never_acts() -> None:
    request, person = asked(), signed_in("bpifrance")
    for _ in range(2):
        page = Client().get(answer_path(request))
        assert page.status_code == 200
    text = words(page)
    for project in Project.objects.filter(firm=request.firm):
        assert plain(project.title) in text
    assert "Bpifrance" in text
    assert "checked" not in page.content.decode()
    others = Firm.objects.exclude(pk=request.firm.pk)
    assert not [firm.name for firm in others if plain(firm.name) in text]
    assert not Consent.objects.exists()
    assert plain(request.firm.name) not in read(person)


def test_a_consent_counts_once_reaches_who_it_names_and_ends_by_its_own_link(
    django_capture_on_commit_callbacks: Any,
) -> None:
    other = Organisation.objects.create(name="Agence locale")
    request, person = asked(None, bpifrance(), other), signed_in("bpifrance")
    User.objects.filter(username="bpifrance").update(email="charge@bpifrance.test")
    User.objects.filter(username="pilote").update(email="pilote@mission.test")
    with django_capture_on_commit_callbacks(execute=True):
        done = agreed(request, organisations=[str(bpifrance().pk)], contact="Anne Martin, 03 25 00 00 00")
    assert done["Location"] == withdrawal_path(request)
    _sent()
    receipt = next(letter.body for letter in mail.outbox if letter.to == ["anne@forge.test"])
    assert "par Anne Martin, gérante, pour" in receipt
    assert withdrawal_path(request) in receipt
    assert "tous les partenaires" not in receipt
    held = Consent.objects.get()
    assert (held.organisation, held.amounts, held.channel) == (bpifrance(), False, "lien")
    assert held.signed_by == "Anne Martin, gérante"
    assert request.text == held.text
    told = read(person)
    assert plain(request.firm.name) in told
    assert "03 25 00 00 00" in told
    # Without the amounts, the range of the cost and no line of it.
    project = Project.objects.filter(firm=request.firm, shared__organisation=bpifrance())[0]
    assert "Postes de dépense" not in "".join(
        page for page in read(person).split("<h1>") if plain(project.title) in page.split("</h1>")[0]
    )
    again = agreed(request)
    assert again.status_code in {200, 410}
    assert "Vous avez déjà répondu" in words(again)
    assert Consent.objects.count() == 1

    opened = Client().get(withdrawal_path(request))
    assert "Gardez ce lien" in words(opened)
    assert Consent.objects.exists()
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        gone = Client().post(withdrawal_path(request))
    assert "Votre accord est retiré" in words(gone)
    assert not Consent.objects.exists()
    space = read(person)
    assert plain(request.firm.name) not in space
    assert "un accord a pris fin" in space
    _sent()
    letters = {letter.to[0]: f"{letter.subject} {letter.body}" for letter in mail.outbox}
    assert set(letters) == {"charge@bpifrance.test", "pilote@mission.test"}
    said = letters["charge@bpifrance.test"]
    assert "Projet " in said
    for secret in (request.firm.name, request.firm.ref, project.title, project.commune):
        assert secret not in said
    assert "déjà" not in words(Client().post(withdrawal_path(request)))
    entries = Entry.objects.of(mission()).filter(kind="consentement").order_by("position")
    assert [entry.by_name for entry in entries] == [str(request.asked_by), *["Anne Martin, gérante (lien)"] * 2]
    assert not check_chain(mission()).broken_at


def _sent() -> None:
    """Letters leave behind the page."""
    from rebond.web.mail import _later

    _later.submit(int).result()


def test_a_refusal_is_written_and_changes_nothing_in_what_is_shown() -> None:
    request, person = asked(), signed_in("bpifrance")
    sent = {**SIGNED, "organisations": [], "geste": "refuser", "motif": "pas maintenant"}
    assert "Refus noté" in words(Client().post(answer_path(request), sent))
    request.refresh_from_db()
    assert (request.answer, request.reason) == ("refus", "pas maintenant")
    assert not Consent.objects.exists()
    assert plain(request.firm.name) not in read(person)
    paper = asked()
    page = f"/missions/{MISSION}/mises-a-disposition/demandes/{paper.pk}/"
    long = {"geste": "noter_refus", "signataire": "le gérant", "motif": "non " * 300}
    assert "1000 au plus" in words(signed_in("pilote").post(page, long, follow=True))
    signed_in("pilote").post(page, {"geste": "noter_refus", "signataire": "le gérant, par téléphone"})
    paper.refresh_from_db()
    assert (paper.answer, paper.channel) == ("refus", "papier")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"organisations": []}, "Cochez à qui"),
        ({"nom": ""}, "Écrivez votre nom"),
        ({"fonction": " "}, "Écrivez votre fonction"),
        ({"organisations": ["999999"]}, "999999"),
        ({"geste": "refuser"}, "décochez-la"),
    ],
)
def test_an_answer_that_says_too_little_is_not_taken(wrong: dict[str, Any], said: str) -> None:
    request = asked()
    response = agreed(request, **wrong)
    assert response.status_code == 422
    assert said in words(response)
    assert not Consent.objects.exists()
    request.refresh_from_db()
    assert request.is_open


def _expired(request: ConsentRequest) -> None:
    ConsentRequest.objects.filter(pk=request.pk).update(expires_at=timezone.now() - timedelta(seconds=1))


def _closed(request: ConsentRequest) -> None:
    consenting.close(request, by=None)


def _renewed(request: ConsentRequest) -> None:
    consenting.renew(request, by=User.objects.get(username="pilote"))


def _asked_again(request: ConsentRequest) -> None:
    asked(request.firm)


def _joined(request: ConsentRequest) -> None:
    Descent.objects.create(mission=mission(), act=DescentAct.FIRMS_MERGED, origin=request.firm.ref, became="E050")
    _withdrawn(request)


def _withdrawn(request: ConsentRequest) -> None:
    Firm.objects.filter(pk=request.firm.pk).update(withdrawn_at=timezone.now())


def _archived(request: ConsentRequest) -> None:
    Mission.objects.filter(slug=MISSION).update(archived_at=timezone.now())


def _taken_back(request: ConsentRequest) -> None:
    agreed(request)
    Client().post(withdrawal_path(request))


@pytest.mark.parametrize(
    ("happened", "said"),
    [
        (_expired, "Ce lien a expiré"),
        (_closed, "La mission a retiré cette demande"),
        (_renewed, "La mission a retiré cette demande"),
        (_asked_again, "La mission a retiré cette demande"),
        (_joined, "Votre fiche a été réunie avec une autre"),
        (_withdrawn, "Votre entreprise n'est plus dans la mission"),
        (_archived, "La mission est terminée"),
        (_taken_back, "Vous avez déjà répondu"),
    ],
)
def test_an_old_link_says_why_it_no_longer_serves_and_what_to_do(happened: Any, said: str) -> None:
    request = asked()
    old = answer_path(request)
    happened(request)
    for response in (
        Client().get(old),
        Client().post(old, {**SIGNED, "organisations": [str(bpifrance().pk)], "geste": "accorder"}),
    ):
        assert response.status_code in {200, 410}
        text = words(response)
        assert said in text
        assert "À qui écrire" in text
        for project in Project.ever.filter(firm=request.firm):
            assert plain(project.title) not in text
    assert not Consent.objects.exists()


def test_a_forged_link_tells_nothing_of_any_mission() -> None:
    request = asked()
    token = answer_path(request).split("/")[-2]
    forged = [
        token[:-1] + ("a" if token[-1] != "a" else "b"),
        "n-importe-quoi",
        dumps([request.pk, request.nonce], salt="rebond.accord"),
        Signer().sign_object([request.pk, request.nonce]),
        Signer(salt="rebond.accord").sign_object([request.pk + 1, request.nonce]),
        Signer(salt="rebond.accord").sign_object({"pk": 1}),
        withdrawal_path(request).split("/")[-2],
    ]
    for one in forged:
        for response in (Client().get(f"/accord/{one}/"), Client().post(f"/accord/{one}/", {"geste": "accorder"})):
            assert response.status_code == 410
            assert "pas de Rebond" in words(response)
            assert mission().name not in response.content.decode()
    assert Client().post(f"/accord/retrait/{token}/").status_code == 410


def test_nobody_else_of_the_mission_answers_in_a_firm_s_place() -> None:
    request = asked()
    titles = [plain(each.title) for each in Project.objects.filter(firm=request.firm)]
    for role in ("bpifrance", "copil", "observateur", "entreprise"):  # « entreprise » speaks for another firm.
        page = signed_in(role).get(answer_path(request))
        assert page.status_code == 403
        assert not [one for one in (*titles, plain(request.firm.name)) if one in words(page)]
    for role in ("pilote", "consultant"):
        person = signed_in(role)
        assert "Seule l'entreprise répond" in words(person.get(answer_path(request)))
        sent = {**SIGNED, "organisations": [str(bpifrance().pk)], "geste": "accorder"}
        assert person.post(answer_path(request), sent).status_code == 403
    assert not Consent.objects.exists()


def test_taking_back_works_when_the_mission_is_archived_and_by_the_pilot_too() -> None:
    request = asked()
    agreed(request)
    _archived(request)
    assert "Votre accord est retiré" in words(Client().post(withdrawal_path(request)))
    assert not Consent.objects.exists()
    held = acts.note_consent(
        mission(), request.firm, None, text="J’accepte.", signed_by="A", given_on=date(2026, 9, 1), by=None
    )
    pilot = signed_in("pilote")
    assert (
        pilot.post(address("disclosure:sharing"), {"geste": "retirer_consentement", "ligne": held.pk}).status_code
        == 302
    )
    assert not Consent.objects.exists()
    assert pilot.post(address("disclosure:asking"), {"entreprise": request.firm.pk}).status_code == 403
    mission().delete()  # With its requests and what they gave.
    assert Client().get(withdrawal_path(request)).status_code == 410


def test_one_consent_that_ends_leaves_the_other_that_stands() -> None:
    """A paper for all and a link for one: the partner still reads by the first, and is told of no end."""
    request, person = asked(), signed_in("bpifrance")
    acts.note_consent(
        mission(), request.firm, None, text="J’accepte.", signed_by="A", given_on=date(2026, 9, 1), by=None
    )
    agreed(request)
    Client().post(withdrawal_path(request))
    text = read(person)
    assert plain(request.firm.name) in text
    assert "un accord a pris fin" not in text


def test_the_pilot_asks_and_hands_the_link_over(pilot: Client) -> None:
    firm = shared_firm()
    response = pilot.post(address("disclosure:asking"), {"entreprise": firm.pk, "organisations": [bpifrance().pk]})
    request = ConsentRequest.objects.get()
    assert response["Location"].endswith(f"/demandes/{request.pk}/")
    page = pilot.get(response["Location"])
    assert answer_path(request) in page.content.decode()
    pilot.post(response["Location"], {"geste": "renouveler"})
    assert Client().get(answer_path(request)).status_code == 410
    request.refresh_from_db()
    assert Client().get(answer_path(request)).status_code == 200
    for role in ("consultant", "bpifrance", "entreprise", "observateur", "copil"):
        assert signed_in(role).get(response["Location"]).status_code == 403


def test_a_partner_that_the_catalogue_does_not_know_reads_nothing_asked_of_others() -> None:
    firm, local = shared_firm(), Organisation.objects.create(name="Agence locale")
    Membership.objects.create(
        user=User.objects.get(username="observateur"), mission=mission(), role=Role.PARTNER, organisation=local
    )
    for project in Project.objects.filter(firm=firm):
        acts.share(mission(), project, local, by=None)
    acts.note_consent(mission(), firm, local, text="Oui.", signed_by="A", given_on=date(2026, 9, 1), by=None)
    text = read(signed_in("observateur"))
    assert plain(firm.name) in text
    assert "Soutiens envisagés" not in text


def test_a_project_whose_expenses_nobody_described_has_an_unknown_cost_and_not_a_small_one() -> None:
    request = asked()
    CostLine.objects.filter(project__firm=request.firm).update(withdrawn_at=timezone.now())
    offered = words(Client().get(answer_path(request)))
    assert "Si vous cochez les montants, au lieu" not in offered
    agreed(request)
    for project in shown_to(mission(), Part(role=Role.PARTNER, organisation=bpifrance().pk, code="bpifrance")):
        assert not project.named or project.cost == "inconnu"
    agreed(asked(request.firm), montants="on")
    for text in (offered, read(signed_in("bpifrance"), step=3)):
        assert not re.search(r"moins de 100 000|(?<!\d)0 €", text)


def test_a_text_of_consent_that_names_nobody_is_refused_with_all_its_faults(tmp_path: Path) -> None:
    assert "{qui}" in agreement().text
    wrong = tmp_path / "accord.yaml"
    wrong.write_text("texte: J'accepte {tout}.\ntexte_du: demain\nlien_jours: 0\navis_jours: 60\n", encoding="utf-8")
    with pytest.raises(DataError) as refused:
        load_agreement(wrong)
    assert [fault.where for fault in refused.value.faults] == [
        "accord.yaml, texte",
        "accord.yaml, texte_du",
        "accord.yaml, lien_jours",
    ]


@pytest.mark.parametrize("amounts", [False, True])
def test_a_consent_on_paper_goes_as_far_as_the_firm_signed_and_nothing_is_ticked(amounts: bool, pilot: Client) -> None:
    firm, place = shared_firm(), address("disclosure:sharing")
    form = pilot.get(place).context["consent_form"]
    assert not form["montants"].value()
    assert "seulement si je le choisis" in form["texte"].value()
    sent = {"c-entreprise": firm.pk, "c-organisation": bpifrance().pk, "c-texte": "Oui.", "c-signataire": "la gérante"}
    sent |= {"c-date": "2026-09-01", "c-contact": " Anne   Martin ", "geste": "consentir"}
    assert pilot.post(place, sent | ({"c-montants": "on"} if amounts else {})).status_code == 302
    held = Consent.objects.get()
    assert (held.amounts, held.contact, held.channel) == (amounts, "Anne Martin", "papier")
    last = Entry.objects.latest("position")
    assert last.reason == f"{'montants exacts' if amounts else 'tranches de montants'}, personne à joindre"
    project = Project.objects.filter(firm=firm, shared__organisation=bpifrance())[0]
    told = read(signed_in("bpifrance"))
    assert "Anne Martin" in told
    sheets = [page for page in told.split("<h1>") if plain(project.title) in page.split("</h1>")[0]]
    assert ("Postes de dépense" in "".join(sheets)) is amounts
