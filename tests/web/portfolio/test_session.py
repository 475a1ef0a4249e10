"""The committee's session: a decision is recorded with its reason, within the envelope, and can be taken back."""

import re
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from rebond.facts import UNKNOWN, CommitteeDecision, DecisionOutcome
from rebond.restitution.typography import typeset
from rebond.units import format_euros
from rebond.web.accounts.demo import ACCOUNTS
from rebond.web.disclosure.models import Shared
from rebond.web.journal.models import Act, Entry
from rebond.web.missions.facts import census_of
from rebond.web.missions.models import Mission
from rebond.web.projects.models import Project
from rebond.web.studies.models import ProjectFinding
from rebond.web.studies.models.study import Study
from tests.web.addresses import address
from tests.web.conftest import signed_in

SESSION = address("portfolio:session")
UNDO = f"{SESSION}annuler/"
GRANTED = {"decision": "retenu", "montant": "100 000", "date": "05/10/2026", "par": "comité", "motif": "dossier mûr"}


@pytest.fixture
def mission(db: None) -> Mission:
    return Mission.objects.get()


@pytest.fixture
def ref(mission: Mission) -> str:
    """A project that is proposed, worth more than what these tests grant."""
    found = ProjectFinding.objects.found_by(mission.current_study).filter(status="retenu", cost__gt=1_000_000)
    name: str = found.order_by("project__ref").values_list("project__ref", flat=True)[0]
    return name


def record(client: Client, ref: str, **sent: str):
    return client.post(f"{SESSION}{ref}/", {**GRANTED, **sent})


def test_a_decision_is_recorded_beside_the_proposal_and_never_changes_it(
    pilot: Client, mission: Mission, ref: str
) -> None:
    before = list(ProjectFinding.objects.found_by(mission.current_study).values_list("status", "envelope"))
    response = record(pilot, ref)
    assert response.status_code == 302
    assert census_of(mission).decisions == (
        CommitteeDecision(
            project_id=ref,
            outcome=DecisionOutcome.RETAINED,
            amount=Decimal(100_000),
            decided_on=mission.committee_on.replace(year=2026, month=10, day=5),
            reason="dossier mûr",
            by="comité",
        ),
    )
    assert list(ProjectFinding.objects.found_by(mission.current_study).values_list("status", "envelope")) == before
    assert Study.objects.of(mission).count() == 1
    assert Entry.objects.of(mission).get().act == Act.DECIDED
    page = pilot.get(response["Location"]).content.decode()
    assert "dont 1 projet retenu" in page
    assert "L’étude sera refaite" in page


def test_nothing_is_called_retained_before_the_committee_decides(pilot: Client, mission: Mission) -> None:
    page = pilot.get(SESSION).content.decode()
    assert "Aucune décision n’est enregistrée" in page
    assert "retenu" not in re.sub(r"<[^>]+>", " ", page).lower()


def test_more_than_the_envelope_is_refused_with_the_figures(pilot: Client, mission: Mission) -> None:
    amount = census_of(mission).settings.envelope.amount
    found = ProjectFinding.objects.found_by(mission.current_study).order_by("-cost")[:4]
    refs = [row.project.ref for row in found]
    left, granted = amount, 0
    for row, ref in zip(found, refs, strict=True):
        part = min(row.cost, left)
        if part < row.cost and granted:
            response = record(pilot, ref, montant=str(part + 1))
            text = response.content.decode()
            assert response.status_code == 422
            for figure in (part + 1, amount, amount - left, part):
                assert typeset(format_euros(figure)) in text
            assert "dossier mûr" in text
            assert len(census_of(mission).decisions) == granted
            return
        part = part if part < row.cost else part - 1
        assert record(pilot, ref, montant=str(part // 2)).status_code == 302
        left, granted = left - part // 2, granted + 1
    part = left + 1
    response = record(pilot, refs[0], montant=str(part + Decimal(10**9)))
    assert response.status_code == 422


def test_a_decision_changed_counts_once_against_the_envelope(pilot: Client, mission: Mission, ref: str) -> None:
    record(pilot, ref)
    assert record(pilot, ref, montant="120 000").status_code == 302
    bar = pilot.get(SESSION).context["bar"]
    assert (bar.committed, bar.grants) == (Decimal(120_000), 1)


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"decision": ""}, "Choisissez la décision"),
        ({"montant": ""}, "Écrivez le montant accordé"),
        ({"montant": "beaucoup"}, "pas un montant"),
        ({"montant": "900000000"}, "passent le coût du projet"),
        ({"decision": "refuse"}, "Un montant ne va qu’avec un accord"),
        ({"motif": " "}, "Écrivez le motif"),
        ({"date": "octobre"}, "date"),
        ({"date": ""}, "Donnez la date"),
        ({"par": ""}, "Dites qui a décidé"),
    ],
)
def test_a_faulty_decision_is_refused_and_what_was_typed_stays(
    sent: dict[str, str], said: str, pilot: Client, mission: Mission, ref: str
) -> None:
    response = record(pilot, ref, **sent)
    text = response.content.decode()
    assert response.status_code == 422
    assert said in text
    assert 'href="#' in text
    assert (sent.get("par", "comité") or "comité") in text
    assert census_of(mission).decisions == ()


def test_all_faults_come_at_once(pilot: Client, ref: str) -> None:
    response = pilot.post(f"{SESSION}{ref}/", {})
    assert set(response.context["errors"]) == {"decision", "motif", "par", "date"}


@pytest.mark.parametrize("outcome", ["refuse", "reporte", "reserve"])
def test_a_project_that_is_not_retained_has_no_amount(outcome: str, pilot: Client, mission: Mission, ref: str) -> None:
    assert record(pilot, ref, decision=outcome, montant="").status_code == 302
    (found,) = census_of(mission).decisions
    assert (found.outcome.value, found.amount) == (outcome, UNKNOWN)


def test_nothing_is_decided_in_an_archived_mission(pilot: Client, mission: Mission, ref: str) -> None:
    Mission.objects.update(archived_at=timezone.now())
    assert record(pilot, ref).status_code == 409
    assert not Entry.objects.of(mission).exists()


def test_a_decision_is_undone_and_withdrawn(pilot: Client, mission: Mission, ref: str) -> None:
    record(pilot, ref)
    gesture = str(Entry.objects.of(mission).get().gesture)
    assert pilot.post(UNDO, {"geste": gesture}).status_code == 302
    assert census_of(mission).decisions == ()
    record(pilot, ref)
    assert pilot.post(f"{SESSION}{ref}/", {"retirer": "1"}).status_code == 302
    assert census_of(mission).decisions == ()


def test_two_people_decide_one_project_and_the_second_sees_the_first(pilot: Client, mission: Mission, ref: str) -> None:
    record(pilot, ref)
    response = record(pilot, ref, decision="refuse", montant="", motif="hors sujet", depuis="0")
    assert response.status_code == 409
    assert "hors sujet" in response.content.decode()
    assert census_of(mission).decisions[0].outcome is DecisionOutcome.RETAINED


ROLES = [account.username for account in ACCOUNTS]


@pytest.mark.parametrize("name", ROLES)
def test_the_committee_follows_and_the_pilot_alone_records(name: str, mission: Mission, ref: str) -> None:
    client = signed_in(name)
    team, decides = name in {"pilote", "consultant"}, name == "pilote"
    marks = address("portfolio:marks")
    for path, reads, gesture, may in (
        (SESSION, team or name == "copil", 'id="en-nombre"', decides),
        (f"{SESSION}{ref}/", team or name == "copil", "csrfmiddlewaretoken", decides),
        (f"{marks}{ref}/", team, 'name="note_ancrage"', team),
        (f"{marks}{ref}/", team, 'name="niveau_impose"', decides),
    ):
        shown = client.get(path)
        assert shown.status_code == (200 if reads else 403), path
        assert (gesture in shown.content.decode().split("<main", 1)[1]) is may, path
    assert client.get(marks).status_code == (200 if team else 403)
    assert record(client, ref).status_code == (302 if decides else 403)
    assert client.post(address("portfolio:project_marks"), {}).status_code == (302 if team else 403)
    assert client.post(UNDO, {"geste": ""}).status_code == (404 if decides else 403)
    assert bool(census_of(mission).decisions) is decides


def test_the_committee_finds_no_project_by_words_that_are_kept_from_it(pilot: Client, mission: Mission) -> None:
    shared = Shared.objects.of(mission).filter(organisation=None).values("project")
    project = Project.objects.of(mission).filter(pk__in=shared, findings__status="retenu").first()
    assert project is not None
    project.title, project.description = "Transmission à l’équipe de direction", "Le dirigeant cherche un repreneur."
    project.search = project.words(project.firm.name)
    project.save()

    def found(person: Client, words: str) -> list[str]:
        return [row.project.ref for row in person.get(SESSION, {"q": words}).context["candidates"]]

    for words in ("transmission", "repreneur"):
        assert project.ref in found(pilot, words)
        assert project.ref not in found(signed_in("copil"), words)
    for words in (project.firm.name, project.commune, "intitulé confidentiel"):
        assert project.ref in found(signed_in("copil"), words)


def test_ticked_projects_are_decided_together_as_proposed_all_or_none_and_undone_together(
    pilot: Client, mission: Mission
) -> None:
    found = ProjectFinding.objects.found_by(mission.current_study)
    granted = dict(found.filter(status="retenu", envelope__gt=0).values_list("project__ref", "envelope"))
    outside = found.filter(envelope=0).values_list("project__ref", flat=True)[0]
    together = {name: GRANTED[name] for name in ("decision", "date", "par", "motif")}
    at = f"{SESSION}en-nombre/"
    for refs, reason in (([*granted, outside], "dossier mûr"), ([], "dossier mûr"), ([*granted], " ")):
        refused = pilot.post(at, {**together, "motif": reason, "projet": refs})
        assert refused.status_code == 422
        assert refused.context["picked"] == set(refs)
        assert census_of(mission).decisions == ()
    done = pilot.post(at, {**together, "projet": list(granted)})
    assert {each.project_id: each.amount for each in census_of(mission).decisions} == granted
    assert f"{len(granted)} décisions, en un geste" in pilot.get(done["Location"]).content.decode()
    assert pilot.post(at, {**together, "projet": list(granted)}).status_code == 409
    (gesture,) = set(Entry.objects.of(mission).values_list("gesture", flat=True))
    pilot.post(UNDO, {"geste": str(gesture)})
    assert census_of(mission).decisions == ()
    told = pilot.get(f"{SESSION}?etat=a_decider&colonnes=accorde&colonnes=motif&colonnes=le&colonnes=par&export=csv")
    _, *rows = told.content.decode("utf-8-sig").splitlines()
    # Of a project that awaits its decision there is nothing to know yet: that is not « inconnu ».
    assert rows
    assert all(row.endswith(";;;;") for row in rows)
    assert signed_in("copil").post(at, {**together, "projet": list(granted)}).status_code == 403


def test_projects_decided_together_never_pass_the_envelope_together(pilot: Client, mission: Mission, ref: str) -> None:
    found = ProjectFinding.objects.found_by(mission.current_study)
    total = census_of(mission).settings.envelope.amount
    granted = {row.project.ref: row.envelope for row in found.filter(status="retenu", envelope__gt=0)}
    first, *others = granted
    record(pilot, first, montant=str(total - sum(granted[each] for each in others) + 1))
    together = {name: GRANTED[name] for name in ("decision", "date", "par", "motif")}
    refused = pilot.post(f"{SESSION}en-nombre/", {**together, "projet": others})
    assert refused.status_code == 422
    assert "passent l’enveloppe" in refused.content.decode()
    assert len(census_of(mission).decisions) == 1
