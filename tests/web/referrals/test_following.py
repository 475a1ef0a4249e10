"""The screens of referrals: what leaves and under which name, answers, tasks, several at once, boards."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from rebond.web.accounts.models import User
from rebond.web.advice.models import Accompaniment
from rebond.web.desk.waiting import awaiting
from rebond.web.disclosure.disclosed import code_of
from rebond.web.disclosure.models import Shared
from rebond.web.journal.models import Entry
from rebond.web.missions.facts import census_of
from rebond.web.missions.models import Mission, Role
from rebond.web.organisations.adopting import adopt
from rebond.web.organisations.models import Organisation
from rebond.web.projects.models import Project
from rebond.web.referrals import models
from rebond.web.referrals.gestures import known_of
from rebond.web.referrals.reading import ANSWER_AWAITED
from rebond.web.studies.models import Referral
from tests.web.addresses import MISSION, address
from tests.web.conftest import signed_in
from tests.web.referrals.sent import BOARD, DESK, INBOX, SEND, S, one, says, sent, text_of


def test_one_page_shows_what_leaves_and_one_button_sends_it(
    pilot: Client,
    mission: Mission,
    row: Referral,
    mailoutbox: list[Any],
    leaving: Callable[[], AbstractContextManager[Any]],
) -> None:
    place = f"{SEND}?organisation=bpifrance"
    Shared.objects.filter(project=row.project, organisation__code="bpifrance").delete()
    page = pilot.get(place)
    ticked = re.findall(r'name="ligne" value="([^"]+)" checked', page.content.decode())
    assert f"{row.project.ref}|bpifrance" in ticked
    assert not models.SentReferral.objects.exists(), "looking sends nothing"
    firm = row.project.firm.name
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
    with leaving():
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
    place = reverse("editing:undo", args=[MISSION, gesture])
    asked = pilot.get(place).content.decode()
    assert 'name="retirer_disposition" value="oui">' in asked, "offered, never ticked in advance"
    assert "à sa disposition avant cet envoi" in asked
    assert pilot.post(place, {"retirer_disposition": "oui"}).status_code == 302
    assert census_of(mission).referrals == (), "one sending of several is undone as one"
    assert not Shared.objects.filter(project=row.project, organisation__code="bpifrance").exists()
    assert Shared.objects.filter(organisation__code="bpifrance").exists(), "what was open before the sending stays"


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


def test_a_button_pressed_twice_or_by_two_people_adds_one_step_one_message_and_one_letter(
    pilot: Client,
    mission: Mission,
    row: Referral,
    mailoutbox: list[Any],
    leaving: Callable[[], AbstractContextManager[Any]],
) -> None:
    ref = sent(mission, row.project)
    bank = signed_in("bpifrance")

    def twice(client: Client, place: str, **said: str) -> list[int]:
        shown = client.get(place).content.decode().split(f'value="{said.get("geste", "")}"', 1)[-1]
        seen = re.search(r'name="(vu(?:-\w+)?)" value="(\d+)"', shown)
        assert seen
        with leaving():
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
    pilot: Client, mission: Mission, leaving: Callable[[], AbstractContextManager[Any]]
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
    with leaving():
        done = pilot.post(f"{many}?geste=relancer", {"ligne": refs, "avant": f"{day:%d/%m/%Y}", "motif": "voici"})
    assert done.status_code == 302
    assert [each.answer_by for each in known_of(mission)[:2]] == [day, day]
    assert (
        len(set(Entry.objects.filter(kind="suite_orientation").order_by("-position")[:2].values_list("gesture"))) == 1
    )
    assert pilot.post(f"{many}?geste=clore", {"ligne": refs}).status_code == 302
    assert {each.state for each in known_of(mission)} == {S.CLOSED}
    assert signed_in("consultant").get(f"{many}?geste=clore").status_code == 403


def test_pages_cost_as_many_queries_at_500_projects_and_1500_referrals_as_for_three(
    pilot: Client, mission: Mission
) -> None:
    bank = signed_in("bpifrance")
    places = [BOARD, *(address(name) for name in ("missions:home", "referrals:list", "projects:list", "desk:agenda"))]
    places += [address("advice:list"), address("roadmap:roadmap"), address("committee:since"), one("O0001")]

    def measured(client: Client, place: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(place).status_code == 200
        return len(captured)

    def fill(number: int) -> None:
        held = models.SentReferral.ever.count()
        projects = list(Project.objects.of(mission).order_by("pk"))
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
        Accompaniment.objects.bulk_create(
            Accompaniment(mission=mission, project=project, ref=f"C{held}-{rank}", adviser="bpifrance", position=rank)
            for rank, project in enumerate(projects[: number // 10 + 1])
            if not held or rank
        )

    def share_all() -> None:
        bpifrance = adopt("bpifrance")
        shared = Shared.objects.filter(organisation=bpifrance).values("project")
        Shared.objects.bulk_create(
            Shared(project=project, organisation=bpifrance)
            for project in Project.objects.of(mission).exclude(pk__in=shared)
        )

    share_all()
    fill(3)
    measured(bank, INBOX)
    few = [*(measured(pilot, place) for place in places), measured(bank, INBOX)]
    firms = [each.firm for each in Project.objects.of(mission).select_related("firm")]
    more = 500 - len(firms)
    Project.objects.bulk_create(
        Project(
            mission=mission, firm=firms[rank % len(firms)], ref=f"Q{rank:03d}", title=f"Atelier {rank}", position=rank
        )
        for rank in range(more)
    )
    share_all()
    fill(1_500)
    many = [*(measured(pilot, place) for place in places), measured(bank, INBOX)]
    worse = [each for each in zip([*places, INBOX], few, many, strict=True) if each[2] > each[1]]
    assert not worse, worse
    assert max(many) <= 31, "Aujourd’hui, with referrals, advice and promises to follow"
    assert "1 500 orientations" in text_of(pilot, BOARD).replace("\u202f", " ").replace("1500", "1 500")
    late = pilot.get(f"{BOARD}?situation=retard&organisation=ademe").context["page"]
    assert 0 < late.paginator.count < 500
