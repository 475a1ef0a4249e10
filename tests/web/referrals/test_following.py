"""The screens of referrals: what leaves and under which name, who reads what of each state, thread, files, boards."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from rebond.facts import UNKNOWN, ReferralState
from rebond.referrals.followed import Side
from rebond.web.accounts.models import User
from rebond.web.catalogue.reading import current_catalogue, organisation_name
from rebond.web.desk.waiting import awaiting
from rebond.web.disclosure.acts import note_consent, share
from rebond.web.disclosure.disclosed import code_of, ways_out
from rebond.web.disclosure.models import Consent, Shared
from rebond.web.files.models import Attachment
from rebond.web.firms.models import Firm
from rebond.web.journal.models import Entry
from rebond.web.journal.writing import Author
from rebond.web.missions.facts import census_of
from rebond.web.missions.models import Membership, Mission, Role
from rebond.web.organisations.adopting import adopt
from rebond.web.organisations.models import Organisation
from rebond.web.projects.models import Project
from rebond.web.referrals import models
from rebond.web.referrals.gestures import Said, Sending, add_step, known_of, send
from rebond.web.referrals.reading import ANSWER_AWAITED
from rebond.web.studies.models import Referral
from tests.web.addresses import MISSION, address
from tests.web.conftest import signed_in

SHELL = Author(user=None, name="Le pilote")
BOARD, SEND, INBOX = (reverse(f"referrals:{name}", args=[MISSION]) for name in ("sent", "send", "inbox"))
S = ReferralState
DESK = "guichet@exemple.fr"


def one(ref: str = "O001") -> str:
    return reverse("referrals:one", args=[MISSION, ref])


@pytest.fixture
def mission(db: None) -> Mission:
    return Mission.objects.get()


@pytest.fixture
def row(mission: Mission) -> Referral:
    """A way out to Bpifrance that the study of the sample proposes."""
    found = Referral.objects.found_by(mission.current_study).filter(organisation="bpifrance", kind="financeurs")
    first = found.select_related("project__firm").first()
    assert first is not None
    return first


def sent(mission: Mission, project: Project, organisation: str = "bpifrance", **more: Any) -> str:
    """Sent today, put at the organisation's disposal as the site does."""
    said: dict[str, Any] = {
        "project": project.ref,
        "organisation": organisation,
        "answer_by": timezone.localdate() + timedelta(days=21),
        "asked": Decimal(123_456),
        "why": "123 456 € au plan",
        "words": "MOT-A-ELLE",
    }
    done = send(mission, [Sending(**said | more)], by=SHELL, on=timezone.localdate())
    share(mission, project, adopt(organisation), by=None)
    return done.referrals[0].id


def says(mission: Mission, ref: str, state: ReferralState, **more: Any) -> None:
    said = Said(state=state, **{"reason": "MOTIF-SECRET", **more})
    add_step(mission, ref, said, by=SHELL, side=Side.MISSION, on=timezone.localdate())


def to_state(mission: Mission, ref: str, state: ReferralState) -> None:
    """Bring a referral to a state by a way that the rules allow."""
    if state is not S.SENT:
        says(mission, ref, state, granted=Decimal(99_000) if state is S.GRANTED else UNKNOWN)


def text_of(client: Client, place: str) -> str:
    response = client.get(place)
    return response.content.decode() if response.status_code == 200 else ""


def agrees(mission: Mission, project: Project, organisation: str = "bpifrance") -> None:
    note_consent(
        mission,
        project.firm,
        adopt(organisation),
        text="J’accepte.",
        signed_by="la gérante",
        given_on=date(2026, 9, 1),
        by=None,
    )


def test_one_page_shows_what_leaves_and_one_button_sends_it(
    pilot: Client,
    mission: Mission,
    row: Referral,
    mailoutbox: list[Any],
    django_capture_on_commit_callbacks: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("rebond.web.referrals.letters.send_later", lambda message: message.send())
    place = f"{SEND}?organisation=bpifrance"
    page = pilot.get(place)
    ticked = re.findall(r'name="ligne" value="([^"]+)" checked', page.content.decode())
    assert f"{row.project.ref}|bpifrance" in ticked
    assert not models.SentReferral.objects.exists(), "looking sends nothing"
    title, firm = row.project.title, row.project.firm.name
    wrong = {"ligne": ticked, "avant": "hier", "message": f"Voir {firm}", "adresses-bpifrance": "pas une adresse"}
    refused = pilot.post(place, wrong)
    assert refused.status_code == 422
    assert {"avant", "message", "adresses-bpifrance"} <= set(refused.context["errors"])
    assert f"Voir {firm}" in refused.content.decode().replace("&#x27;", "'"), "what was typed is kept"
    assert not models.SentReferral.objects.exists()
    assert not mailoutbox
    good = {
        "ligne": ticked,
        "avant": f"{timezone.localdate() + timedelta(days=30):%d/%m/%Y}",
        "message": "Bonjour",
        "motif": "première vague",
        "adresses-bpifrance": "guichet@exemple.fr",
    }
    with django_capture_on_commit_callbacks(execute=True):
        done = pilot.post(place, good)
    assert done.status_code == 302
    assert [each.sent.project_id for each in known_of(mission)].count(row.project.ref) == 1
    assert {each.id for each in census_of(mission).referrals} == {f"O{n:03d}" for n in range(1, len(ticked) + 1)}
    codes = [code_of(Project.objects.get(ref=each.project_id)) for each in census_of(mission).referrals]
    expected = {each.expected for each in census_of(mission).referrals}
    assert expected == {ANSWER_AWAITED}, "the next step of a study is the firm's, not the organisation's"
    assert codes == sorted(codes), "numbers do not follow the order of references"
    assert Shared.objects.filter(project=row.project, organisation__code="bpifrance").exists()
    assert {to for letter in mailoutbox for to in letter.to} >= {"guichet@exemple.fr"}
    body = mailoutbox[0].body
    assert code_of(row.project).upper() in body
    assert "Bonjour" in body
    names = [*Project.objects.values_list("title", "firm__name")]
    assert not [each for pair in names for each in pair if len(each) > 8 and each in body]
    after = pilot.get(done["Location"]).content.decode()
    assert "L’annuler" in after
    assert "ne se reprend pas" in after
    gesture = Entry.objects.of(mission).filter(kind="orientation").latest("position").gesture
    assert pilot.post(reverse("editing:undo", args=[MISSION, gesture])).status_code == 302
    assert census_of(mission).referrals == (), "one sending of several is undone as one"
    assert title


@pytest.mark.parametrize("state", ReferralState)
def test_each_state_is_read_by_those_it_is_for_and_nothing_more(
    state: ReferralState, mission: Mission, row: Referral
) -> None:
    """DESIGN §8: the team all, the organisation its own, the firm and the committee the state only, nobody else."""
    project = row.project
    ref = sent(mission, project)
    to_state(mission, ref, state)
    share(mission, project, None, by=None)
    firm_user, other = User.objects.get(username="entreprise"), User.objects.create_user(username="ademe")
    Membership.ever.filter(user=firm_user).update(firm=project.firm)
    Membership.objects.create(user=other, mission=mission, role=Role.PARTNER, organisation=adopt("ademe"))
    whole = {"pilote", "consultant", "bpifrance"}
    for role in ("pilote", "consultant", "bpifrance", "ademe", "copil", "entreprise", "observateur"):
        user = User.objects.get(username=role)
        rows, steps = models.SentReferral.objects, models.ReferralStep.objects
        assert rows.visible_to(user).exists() is (role in whole), role
        assert rows.states_visible_to(user).exists() is (role in whole | {"copil", "entreprise"}), role
        assert steps.visible_to(user).exists() is (role in whole and state is not S.SENT), role
        assert rows.may_answer(user).exists() is (role in whole), role
        assert rows.may_change(user).exists() is (role == "pilote"), role
        if state not in {S.SENT, S.REFUSED} and role not in {"bpifrance", "copil", "entreprise"}:
            continue  # Which pages open does not hang on the state: they are walked in two.
        client = signed_in(role)
        assert client.get(one(ref)).status_code == (200 if role in whole else 404 if role == "ademe" else 403), role
        seen = text_of(client, one(ref)) + text_of(client, INBOX) + text_of(client, BOARD)
        sheet = text_of(client, reverse("disclosure:sheet", args=[MISSION, code_of(project)]))
        assert (state.label in seen) is (role in whole), role
        assert (state.label in sheet) is (role in {"copil", "entreprise"}), role
        for word in ("MOT-A-ELLE", "MOTIF-SECRET", "123 456"):
            assert word not in sheet, (role, word)
            assert role in whole or word not in seen, (role, word)
        if role == "bpifrance":
            assert code_of(project).upper() in seen
            assert "123" not in re.sub(r"data-[^>]*", "", seen.split("<main", 1)[-1]).replace("de 100 000 €", ""), seen
            for hidden in (project.title, project.firm.name, project.ref):
                assert hidden not in seen, hidden
    agrees(mission, project)
    named = text_of(signed_in("bpifrance"), one(ref))
    assert project.firm.name.replace("'", "’") in named.replace("&#x27;", "’").replace("'", "’")


def test_an_organisation_answers_by_the_rules_and_every_fault_is_said_at_once(
    pilot: Client, mission: Mission, row: Referral
) -> None:
    ref = sent(mission, row.project)
    bank = signed_in("bpifrance")
    wrong = bank.post(one(ref), {"geste": "etape", "etat": "refusee", "accorde": "beaucoup", "date": "31/12/2099"})
    assert wrong.status_code == 422
    assert set(wrong.context["step"].errors) == {"motif", "accorde", "date"}
    assert bank.post(one(ref), {"geste": "etape", "etat": "close"}).status_code == 422
    assert bank.post(one(ref), {"geste": "etape", "etat": "envoyee"}).status_code == 422
    assert known_of(mission)[0].steps == ()
    granted = {"geste": "etape", "etat": "accordee", "accorde": "90 000,50", "emplois": "2"}
    assert bank.post(one(ref), granted).status_code == 302
    (followed,) = known_of(mission)
    assert (followed.state, followed.totals.granted, followed.totals.jobs) == (S.GRANTED, Decimal("90000.50"), 2)
    assert "Bpifrance" in followed.steps[0].by
    assert Entry.objects.latest("position").on_behalf == str(Organisation.objects.get(code="bpifrance"))
    assert pilot.post(one(ref), {"geste": "etape", "etat": "close"}).status_code == 302
    assert bank.post(one(ref), {"geste": "etape", "etat": "prise_en_charge"}).status_code == 422
    assert pilot.post(one(ref), {"geste": "etape", "etat": "prise_en_charge"}).status_code == 422, "and why?"
    assert pilot.post(one(ref), {"geste": "etape", "etat": "prise_en_charge", "motif": "erreur"}).status_code == 302


def test_each_message_and_file_is_read_by_its_audience_alone(
    pilot: Client, mission: Mission, row: Referral, settings: Any, tmp_path: Any
) -> None:
    settings.DATA_DIR = tmp_path
    ref = sent(mission, row.project)
    bank = signed_in("bpifrance")
    other = User.objects.create_user(username="ademe")
    Membership.objects.create(user=other, mission=mission, role=Role.PARTNER, organisation=adopt("ademe"))
    for client, audience in product((pilot, bank), ("partagee", "mission", "organisation")):
        told = "equipe" if client is pilot else "banque"
        answer = client.post(one(ref), {"geste": "message", "texte": f"{told}-{audience}", "audience": audience})
        allowed = audience != ("organisation" if client is pilot else "mission")
        assert answer.status_code == (302 if allowed else 422), (told, audience)
    assert bank.post(one(ref), {"geste": "message", "texte": " ", "audience": ""}).status_code == 422
    read = {role: text_of(signed_in(role), one(ref)) for role in ("pilote", "consultant", "bpifrance")}
    for word, readers in {
        "equipe-partagee": {"pilote", "consultant", "bpifrance"},
        "banque-partagee": {"pilote", "consultant", "bpifrance"},
        "equipe-mission": {"pilote", "consultant"},
        "banque-organisation": {"bpifrance"},
    }.items():
        assert {role for role, page in read.items() if word in page} == readers, word
    assert not models.Message.objects.visible_to(other).exists()
    with pytest.raises(DatabaseError, match="message ne se modifie pas"), transaction.atomic():
        models.Message.objects.update(text="autre")
    file = SimpleUploadedFile("bilan.pdf", b"%PDF-1.7\n%%EOF\n")
    proof = bank.get(one(ref)).context["proofs"][0][0]
    assert bank.post(one(ref), {"geste": "piece", "fichier": file, "prouve": proof}).status_code == 302
    held = Attachment.objects.get(owner="envoi", ref=ref)
    place = reverse("referrals:file", args=[MISSION, ref, held.pk])
    assert [signed_in(role).get(place).status_code for role in ("pilote", "bpifrance", "ademe")] == [200, 200, 404]
    assert signed_in("bpifrance").get(reverse("files:download", args=[MISSION, held.pk])).status_code == 403
    assert "bilan.pdf" in text_of(pilot, address("files:list"))


def test_a_button_pressed_twice_or_by_two_people_adds_one_step_one_message_and_one_letter(
    pilot: Client,
    mission: Mission,
    row: Referral,
    mailoutbox: list[Any],
    django_capture_on_commit_callbacks: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("rebond.web.referrals.letters.send_later", lambda message: message.send())
    ref = sent(mission, row.project)
    bank = signed_in("bpifrance")

    def twice(client: Client, place: str, **said: str) -> list[int]:
        shown = client.get(place).content.decode().split(f'value="{said.get("geste", "")}"', 1)[-1]
        seen = re.search(r'name="(vu(?:-\w+)?)" value="(\d+)"', shown)
        assert seen
        with django_capture_on_commit_callbacks(execute=True):
            return [client.post(place, {seen[1]: seen[2], **said}).status_code for _ in range(2)]

    assert twice(bank, one(ref), geste="etape", etat="prise_en_charge") == [302, 409]
    assert [each.state for each in known_of(mission)[0].steps] == [S.TAKEN]
    assert twice(bank, one(ref), geste="message", texte="Reçu.", audience="partagee") == [302, 302]
    assert models.Message.objects.count() == 1
    assert twice(bank, one(ref), geste="message", texte="Reçu.", audience="partagee") == [302, 302], "said again later"
    assert models.Message.objects.count() == 2
    says(mission, ref, S.ASKED)
    many = f"{reverse('referrals:many', args=[MISSION])}?geste=relancer&ligne={ref}"
    before = f"{timezone.localdate() + timedelta(days=9):%d/%m/%Y}"
    assert twice(pilot, many, ligne=ref, avant=before, **{"adresses-bpifrance": DESK}) == [302, 422]
    assert [each.state for each in known_of(mission)[0].steps] == [S.TAKEN, S.ASKED, S.SENT]
    assert len(mailoutbox) == 1


def test_what_was_written_in_clear_is_veiled_once_the_firm_takes_its_consent_back(
    pilot: Client,
    mission: Mission,
    row: Referral,
    settings: Any,
    tmp_path: Any,
    mailoutbox: list[Any],
    django_capture_on_commit_callbacks: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Words, reasons, messages, names of files, letters; and the team is told before it writes a name again."""
    monkeypatch.setattr("rebond.web.referrals.letters.send_later", lambda message: message.send())
    settings.DATA_DIR = tmp_path
    project = row.project
    Project.objects.filter(pk=project.pk).update(title="Four à induction")
    Firm.objects.filter(pk=project.firm_id).update(name="Forges Delacroix-Vannier")
    agrees(mission, project)
    ref = sent(mission, project, words="Voir forges DELACROIX Vannier, pour son four à induction.")
    bank, proof = signed_in("bpifrance"), pilot.get(one(ref)).context["proofs"][0][0]

    def writes() -> list[int]:
        file = SimpleUploadedFile("forges_delacroix_vannier.pdf", b"%PDF-1.7\n%%EOF\n")
        said = "les Forges Delacroix-Vannier nous écrivent"
        posts: list[dict[str, Any]] = [
            {"geste": "etape", "etat": "precisions", "motif": said},
            {"geste": "message", "texte": said, "audience": "partagee"},
            {"geste": "message", "texte": said, "audience": "mission"},
            {"geste": "piece", "fichier": file, "prouve": proof},
        ]
        return [pilot.post(one(ref), each).status_code for each in posts]

    assert writes() == [302] * 4
    held = Attachment.objects.get(owner="envoi", ref=ref)
    place = reverse("referrals:file", args=[MISSION, ref, held.pk])
    assert "Delacroix" in text_of(bank, one(ref))
    assert "delacroix" in bank.get(place)["Content-Disposition"]
    assert Consent.objects.of(mission).filter(firm=project.firm).update(ended_at=timezone.now()) == 1
    read = text_of(bank, one(ref))
    before = f"{timezone.localdate() + timedelta(days=9):%d/%m/%Y}"
    letter = {"ligne": ref, "avant": before, "motif": "et alors ?", "adresses-bpifrance": DESK}
    many = f"{reverse('referrals:many', args=[MISSION])}?geste=relancer"
    with django_capture_on_commit_callbacks(execute=True):
        assert pilot.post(many, letter).status_code == 302
    assert mailoutbox
    for told in (read, bank.get(place)["Content-Disposition"], mailoutbox[0].body):
        assert "delacroix" not in told.casefold()
        assert "induction" not in told.casefold()
    assert code_of(project).upper() in read
    assert "Delacroix" in text_of(pilot, one(ref))
    assert writes() == [422, 422, 302, 422]
    assert pilot.post(many, {**letter, "motif": "Forges Delacroix-Vannier"}).status_code == 422
    assert models.Message.objects.filter(audience="partagee").count() == 1


def test_what_waits_is_a_task_for_each_side_and_what_was_sent_is_no_proposal_any_more(
    pilot: Client, mission: Mission, row: Referral
) -> None:
    ref, today = sent(mission, row.project), timezone.localdate()
    users = [User.objects.get(username=name) for name in ("pilote", "bpifrance")]
    later = today + timedelta(days=40)

    def tasks(user: User, role: Role, on: date) -> set[str]:
        return {each.verb for each in awaiting(user, mission, {role}, on) if "orientations" in each.url}

    assert tasks(users[1], Role.PARTNER, today) == {"Répondre"}
    assert "Relancer" not in tasks(users[0], Role.PILOT, today)
    assert "Relancer" in tasks(users[0], Role.PILOT, later)
    assert "vous attend" in text_of(signed_in("bpifrance"), address("disclosure:space"))
    says(mission, ref, S.ASKED)
    assert tasks(users[1], Role.PARTNER, later) == set()
    assert {"Préciser"} == tasks(users[0], Role.PILOT, later) - {"Faire avancer"}
    page = text_of(pilot, reverse("projects:follow_up", args=[MISSION, row.project.ref]))
    assert "Où en sont ses orientations" in page
    other = Referral.objects.found_by(mission.current_study).exclude(project=row.project).first()
    assert other is not None
    proposed = text_of(pilot, reverse("projects:follow_up", args=[MISSION, other.project.ref]))
    assert "proposée, pas envoyée" in proposed
    assert "Où en sont ses orientations" not in proposed


def test_several_are_sent_again_or_closed_at_once(
    pilot: Client, mission: Mission, mailoutbox: list[Any], django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    refs = [sent(mission, project) for project in Project.objects.of(mission)[:3]]
    says(mission, refs[2], S.CLOSED)
    many = reverse("referrals:many", args=[MISSION])
    query = "&".join(f"ligne={ref}" for ref in refs)
    page = pilot.get(f"{many}?geste=relancer&{query}").content.decode()
    assert "Relancer 2 orientations" in page
    assert "Laissées comme elles sont" in page
    day = timezone.localdate() + timedelta(days=60)
    assert pilot.post(f"{many}?geste=relancer", {"ligne": refs, "avant": "hier"}).status_code == 422
    with django_capture_on_commit_callbacks(execute=True):
        done = pilot.post(f"{many}?geste=relancer", {"ligne": refs, "avant": f"{day:%d/%m/%Y}", "motif": "voici"})
    assert done.status_code == 302
    assert [each.answer_by for each in known_of(mission)[:2]] == [day, day]
    assert (
        len(set(Entry.objects.filter(kind="suite_orientation").order_by("-position")[:2].values_list("gesture"))) == 1
    )
    assert pilot.post(f"{many}?geste=clore", {"ligne": refs}).status_code == 302
    assert {each.state for each in known_of(mission)} == {S.CLOSED}
    assert signed_in("consultant").get(f"{many}?geste=clore").status_code == 403


def test_boards_cost_as_many_queries_for_fifteen_hundred_referrals_as_for_three(
    pilot: Client, mission: Mission
) -> None:
    bank = signed_in("bpifrance")

    def measured(client: Client, place: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(place).status_code == 200
        return len(captured)

    def fill(number: int) -> None:
        held = models.SentReferral.ever.count()
        projects = list(Project.objects.of(mission))
        rows = models.SentReferral.ever.bulk_create(
            models.SentReferral(
                project=projects[rank % len(projects)],
                ref=f"O{rank:04d}",
                organisation="bpifrance" if rank % 3 else "ademe",
                asked=rank,
                sent_on=date(2026, 9, 1),
                answer_by=date(2026, 10, 1),
                position=rank,
            )
            for rank in range(held, number)
        )
        models.ReferralStep.ever.bulk_create(
            models.ReferralStep(
                referral=row, ref=f"{row.ref}/1", number=1, state="prise_en_charge", on=date(2026, 9, 9)
            )
            for row in rows[::2]
        )

    fill(3)
    measured(bank, INBOX)
    few = [measured(pilot, BOARD), measured(pilot, address("missions:home")), measured(bank, INBOX)]
    fill(1_500)
    many = [measured(pilot, BOARD), measured(pilot, address("missions:home")), measured(bank, INBOX)]
    assert many <= few, (few, many)
    assert max(many) <= 29
    assert "1 500 orientations" in text_of(pilot, BOARD).replace("\u202f", " ").replace("1500", "1 500")
    late = pilot.get(f"{BOARD}?situation=retard&organisation=ademe").context["page"]
    assert 0 < late.paginator.count < 500


def test_the_committee_is_not_told_that_a_firm_was_sent_to_who_helps_in_difficulty(mission: Mission) -> None:
    """Even when no study says any more that the firm is in trouble."""
    helper = min(code for code in current_catalogue().organisations if code.startswith("codefi"))
    found = Referral.objects.found_by(mission.current_study).filter(kind="difficulte")
    project = Project.objects.of(mission).exclude(pk__in=found.values("project")).first()
    assert project is not None
    sent(mission, project, helper)
    told = {every: ways_out(mission, [project.pk], every=every).get(project.pk, []) for every in (True, False)}
    assert (organisation_name(helper), "Envoyée") in told[True]
    assert organisation_name(helper) not in dict(told[False])
