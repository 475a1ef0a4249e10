"""A least mature project goes to an adviser, is followed, ripens and comes back; who reads and writes it meanwhile."""

import html
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from rebond import facts as core
from rebond.errors import FactsError
from rebond.history import Kind
from rebond.maturity import assess
from rebond.web.accounts.models import User
from rebond.web.advice.advised import advised
from rebond.web.advice.models import Accompaniment, AdviceMeeting, BroughtEvidence, Ripening
from rebond.web.advice.ripened import note_ripened, unread
from rebond.web.catalogue.reading import maturity_grid
from rebond.web.desk.waiting import awaiting
from rebond.web.disclosure import acts
from rebond.web.disclosure.disclosed import code_of
from rebond.web.disclosure.models import Shared
from rebond.web.editing.gestures import save, undo
from rebond.web.files.models import Attachment
from rebond.web.journal.models import Act, Entry
from rebond.web.journal.writing import Author
from rebond.web.missions.facts import census_of
from rebond.web.missions.models import Mission, Role
from rebond.web.organisations.models import Organisation
from rebond.web.projects.models import Project
from rebond.web.studies.models import ProjectFinding, Referral
from tests.web.addresses import MISSION, address
from tests.web.conftest import signed_in

pytestmark = pytest.mark.django_db
SHELL = Author(user=None)
LIST = f"/missions/{MISSION}/conseil/"
TODAY = timezone.localdate()


def day(shift: int) -> str:
    return f"{TODAY + timedelta(days=shift):%d/%m/%Y}"


@pytest.fixture
def mission() -> Mission:
    return Mission.objects.get(slug=MISSION)


@pytest.fixture
def project(mission: Mission) -> Project:
    """One that the study says not ripe, of a firm that is not that of the demo's account, or it is said."""
    found = ProjectFinding.objects.found_by(mission.current_study).exclude(ripe="oui").order_by("project__ref")
    return next(row.project for row in found.select_related("project__firm", "project__mission"))


def opened(client: Client, project: Project, adviser: str = "bpifrance") -> str:
    """The address of its accompaniment, once it is given to an adviser."""
    sent = {"conseil": adviser, "interlocuteur": "Mme Roy", "point_le": day(10)}
    response = client.post(f"{LIST}projets/{project.ref}/ouvrir/", sent)
    assert response.status_code == 302, response.content.decode()
    return str(response["Location"])


def read(client: Client, url: str) -> str:
    return html.unescape(client.get(url).content.decode()).replace("\xa0", " ").replace("\u202f", " ")


def tasks(mission: Mission, on: date) -> dict[str, list[str]]:
    user = User.objects.get(username="pilote")
    found: dict[str, list[str]] = {}
    for task in awaiting(user, mission, {Role.PILOT}, on):
        if "/conseil/" in task.url:
            found.setdefault(task.verb, []).append(task.why)
    return found


def ripe_evidence(ref: str, mission: Mission) -> core.Project:
    project = next(each for each in census_of(mission).projects if each.id == ref)
    rows = tuple(core.Evidence(criterion=each.code, level=2, proof="vu") for each in maturity_grid().criteria)
    return replace(project, evidence=rows, maturity_override=core.UNKNOWN, maturity_reason="")


def test_a_project_is_given_met_promised_and_closed_once_its_evidence_makes_it_ripe(
    pilot: Client, mission: Mission, project: Project
) -> None:
    blank = pilot.post(f"{LIST}projets/{project.ref}/ouvrir/", {"conseil": "personne", "point_le": day(-1)})
    assert blank.status_code == 422
    assert blank.content.decode().count("fr-error-text") == 2, "every fault at once"
    url = opened(pilot, project)
    assert pilot.get(f"{LIST}projets/{project.ref}/ouvrir/")["Location"] == url, "one adviser at a time"
    met = {"geste": "rendez_vous", "date": day(0), "presents": "Mme Roy", "convenu": "Un devis", "prochain": day(40)}
    assert pilot.post(url, {**met, "convenu": ""}).status_code == 422
    assert pilot.post(url, met).status_code == 302
    promise = {"geste": "promesse", "preuve": "chiffrage:2", "par": "entreprise", "avant_le": day(20)}
    assert pilot.post(url, promise).status_code == 302
    early = pilot.post(url, {"geste": "clore", "issue": "muri"})
    assert early.status_code == 422, "nothing says that it is ripe"
    assert "Un devis" in read(pilot, url)
    assert tasks(mission, TODAY) == {}
    late = tasks(mission, TODAY + timedelta(days=50))
    assert sorted(late) == ["Faire le point", "Relancer"]
    save(mission, {(Kind.PROJECT, project.ref): ripe_evidence(project.ref, mission)}, by=SHELL)
    assert "Ce projet est mûr" in read(pilot, url)
    assert list(tasks(mission, TODAY)) == ["Clore"]
    assert pilot.post(url, {"geste": "clore", "issue": "muri"}).status_code == 302
    (held,) = census_of(mission).accompaniments
    assert (held.outcome, held.closed_on, held.review_on) == (
        core.AccompanimentOutcome.RIPE,
        TODAY,
        TODAY + timedelta(40),
    )
    assert pilot.post(url, met).status_code == 422, "what is over does not change"
    assert {entry.act for entry in Entry.objects.of(mission).filter(kind="accompagnement")} == {Act.DECIDED}


def test_what_was_agreed_is_never_rewritten_nor_undone(pilot: Client, mission: Mission, project: Project) -> None:
    url = opened(pilot, project)
    pilot.post(url, {"geste": "rendez_vous", "date": day(0), "presents": "Mme Roy", "convenu": "Un devis"})
    (meeting,) = census_of(mission).meetings
    with pytest.raises(FactsError, match="ne se modifie pas"):
        save(mission, {(Kind.MEETING, "C001/1"): replace(meeting, agreed="Rien")}, by=SHELL)
    with pytest.raises(DatabaseError, match="ne se modifie pas"), transaction.atomic():
        AdviceMeeting.objects.update(agreed="Rien")
    gesture = Entry.objects.of(mission).get(kind="rendez_vous").gesture
    with pytest.raises(FactsError, match="un rendez-vous noté ne s'efface pas"):
        undo(mission, gesture, by=SHELL)
    twice = replace(census_of(mission).accompaniments[0], id="C009")
    with pytest.raises(FactsError, match="un projet n'a qu'un conseil à la fois"):
        save(mission, {(Kind.ACCOMPANIMENT, "C009"): twice}, by=SHELL)


def test_an_adviser_who_leaves_hands_over_what_others_promised(
    pilot: Client, mission: Mission, project: Project
) -> None:
    url = opened(pilot, project)
    for criterion, who in (("chiffrage:2", "entreprise"), ("foncier:1", "conseil")):
        pilot.post(url, {"geste": "promesse", "preuve": criterion, "par": who, "avant_le": day(5)})
    sent = {"geste": "conseil", "conseil": "cci-meuse-haute-marne", "premier_point": day(9), "motif_change": "départ"}
    assert pilot.post(url, {**sent, "conseil": "bpifrance"}).status_code == 422
    after = pilot.post(url, sent)["Location"]
    before, now = census_of(mission).accompaniments
    assert (before.outcome, before.reason) == (core.AccompanimentOutcome.PASSED_ON, "départ")
    assert [each.criterion for each in now.promises] == ["chiffrage"]
    assert "Passé à un autre conseil".lower() in read(pilot, after).lower()
    Shared.objects.get_or_create(project=project, organisation=Organisation.objects.get(code="bpifrance"))
    former = signed_in("bpifrance")
    assert former.get(url).status_code == 404, "what was passed on is its business no more"
    assert code_of(project).upper() not in read(former, LIST)
    assert former.get(f"/missions/{MISSION}/mon-espace/{code_of(project)}/").status_code == 200, "shared otherwise"
    assert former.post(url, {"geste": "rendez_vous"}).status_code == 404


def test_the_former_adviser_loses_the_project_too_when_the_pilot_ticks_it(
    pilot: Client, mission: Mission, project: Project
) -> None:
    url, bank = opened(pilot, project), Organisation.objects.get(code="bpifrance")
    assert "retirer_disposition" not in read(pilot, url), "nothing to take back"
    acts.share(mission, project, bank, by=None)
    assert 'name="retirer_disposition" value="oui">' in read(pilot, url), "never ticked in advance"
    sent = {"geste": "conseil", "conseil": "cci-meuse-haute-marne", "premier_point": day(9), "motif_change": "départ"}
    assert pilot.post(url, {**sent, "retirer_disposition": "oui"}).status_code == 302
    assert not Shared.objects.filter(project=project, organisation=bank).exists()


def test_an_adviser_brings_evidence_that_counts_once_the_pilot_confirms_it(
    pilot: Client, mission: Mission, project: Project, tmp_path: Path, settings: Any
) -> None:
    settings.DATA_DIR = tmp_path
    url, adviser = opened(pilot, project), signed_in("bpifrance")
    bank = Organisation.objects.get(code="bpifrance")
    acts.share(mission, project, bank, by=None)
    bring = {"geste": "apporter", "apport": "chiffrage:2", "montre": "Deux devis de machines"}
    assert adviser.post(url, bring).status_code == 403, "under a code name it brings nothing"
    acts.note_consent(mission, project.firm, bank, text="J’accepte.", signed_by="la gérante", given_on=TODAY, by=None)
    refused = adviser.post(url, {"geste": "apporter", "montre": ""})
    assert refused.status_code == 422
    assert set(refused.context["errors"]) == {"apport", "montre"}
    bad = adviser.post(url, {**bring, "fichier": ContentFile(b"MZ", name="virus.exe")})
    assert (bad.status_code, BroughtEvidence.objects.count(), Attachment.objects.count()) == (422, 0, 0)
    file = ContentFile(b"%PDF-1.4 deux devis", name="devis.pdf")
    assert adviser.post(url, {**bring, "fichier": file}).status_code == 302
    before = assess_of(project, mission)
    assert "à confirmer" in read(adviser, url)
    assert "Confirmer" in tasks(mission, TODAY)
    piece = BroughtEvidence.objects.get()
    assert Attachment.objects.get(owner="projet", ref=project.ref).proves == "chiffrage"
    said = {"geste": "confirmer_preuve", "apportee": str(piece.pk)}
    assert adviser.post(url, said).status_code == 403
    assert signed_in("consultant").post(url, said).status_code == 403
    assert pilot.post(url, {**said, "geste": "ecarter_preuve"}).status_code == 422, "without a reason"
    assert pilot.post(url, said).status_code == 302
    assert pilot.post(url, said).status_code == 422, "once"
    after = assess_of(project, mission)
    was = before["chiffrage"].level
    assert after["chiffrage"].level == (2 if was is core.UNKNOWN else max(2, was))
    assert after["chiffrage"].proof == "Deux devis de machines (pièce : devis.pdf)"
    assert {key: row for key, row in after.items() if key != "chiffrage"} == {
        key: row for key, row in before.items() if key != "chiffrage"
    }
    entry = Entry.objects.of(mission).filter(kind="projet", ref=project.ref).latest("position")
    assert "Bpifrance" in entry.reason
    assert adviser.post(url, {**bring, "apport": "foncier:1"}).status_code == 302
    last = {"geste": "ecarter_preuve", "apportee": str(BroughtEvidence.objects.latest("pk").pk)}
    assert pilot.post(url, {**last, "motif_preuve": "le bail est d’un autre terrain"}).status_code == 302
    assert "le bail est d’un autre terrain" in read(adviser, url)
    assert assess_of(project, mission) == after
    agenda = read(pilot, f"/missions/{MISSION}/agenda/?genre=conseil")
    assert project.title in agenda
    assert "Points avec un conseil" in pilot.get(f"/missions/{MISSION}/agenda.ics?genre=conseil").content.decode()


def assess_of(project: Project, mission: Mission) -> dict[str, core.Evidence]:
    """Criterion → the evidence that the project has."""
    held = next(each for each in census_of(mission).projects if each.id == project.ref)
    return {each.criterion: each for each in held.evidence}


def test_the_adviser_reads_and_writes_what_is_sent_to_it_under_a_code_name_until_the_firm_agrees(
    pilot: Client, mission: Mission, project: Project
) -> None:
    url, adviser = opened(pilot, project), signed_in("bpifrance")
    bank = Organisation.objects.get(code="bpifrance")
    pilot.post(url, {"geste": "rendez_vous", "date": day(0), "presents": "M. Lenoir", "convenu": "Mot de la mission"})
    for row in project.shared.filter(organisation=bank):
        acts.take_back(mission, row, by=User.objects.get(username="pilote"))
    assert adviser.get(url).status_code == 404, "not sent to it yet"
    acts.share(mission, project, bank, by=None)
    page = read(adviser, url)
    assert project.title not in page
    assert project.firm.name not in page
    assert "Mot de la mission" not in page
    assert project.title not in read(adviser, LIST)
    sent = {"geste": "rendez_vous", "date": day(0), "presents": "Mme Roy", "convenu": "Mot du conseil"}
    assert adviser.post(url, sent).status_code == 302
    assert "Mot du conseil" in read(adviser, url)
    assert [each.organisation for each in census_of(mission).meetings] == ["", "bpifrance"]
    for gesture in ("conseil", "clore", "promesse"):
        assert adviser.post(url, {"geste": gesture}).status_code == 403, gesture
    acts.note_consent(mission, project.firm, bank, text="J’accepte.", signed_by="la gérante", given_on=TODAY, by=None)
    assert "Mot de la mission" in read(adviser, url)
    for reader, status in (("copil", 403), ("observateur", 403), ("entreprise", 403), ("consultant", 200)):
        assert signed_in(reader).get(url).status_code == status, reader
    Mission.objects.update(archived_at=timezone.now())
    assert adviser.post(url, sent).status_code == 403, "an archive is only read"
    assert pilot.post(url, sent).status_code == 403
    assert adviser.get(url).status_code == 200


def test_the_firm_is_asked_what_it_promised_and_the_committee_reads_the_state_alone(
    pilot: Client, mission: Mission
) -> None:
    mine = Project.objects.of(mission).filter(firm__memberships__user__username="entreprise").first()
    assert mine is not None
    bare = replace(next(each for each in census_of(mission).projects if each.id == mine.ref), evidence=())
    save(mission, {(Kind.PROJECT, mine.ref): replace(bare, maturity_override=core.UNKNOWN)}, by=SHELL)
    url = opened(pilot, mine)
    pilot.post(url, {"geste": "promesse", "preuve": "chiffrage:3", "par": "entreprise", "avant_le": day(5)})
    pilot.post(url, {"geste": "promesse", "preuve": "equipe:2", "par": "mission", "avant_le": day(5)})
    pilot.post(url, {"geste": "rendez_vous", "date": day(0), "presents": "M. X", "convenu": "Secret du rendez-vous"})
    space = read(signed_in("entreprise"), address("disclosure:space"))
    assert "Preuve de maturité, chiffrage : devis reçus" in space
    assert "portage et équipe" not in space
    assert "Secret" not in space
    acts.share(mission, mine, None, by=None)
    shown = read(signed_in("copil"), f"/missions/{MISSION}/mon-espace/{code_of(mine)}/")
    assert "Accompagné par un conseil, prochain point le" in shown
    assert "Secret" not in shown
    assert "devis reçus" not in shown


def test_a_project_that_ripens_between_two_studies_is_told_until_it_is_read_and_the_other_way_too(
    pilot: Client, mission: Mission, project: Project
) -> None:
    url, study = opened(pilot, project), mission.current_study
    assert study is not None
    start = Entry.objects.of(mission).order_by("-position").first().position  # type: ignore[union-attr]  # just opened
    save(mission, {(Kind.PROJECT, project.ref): ripe_evidence(project.ref, mission)}, by=SHELL)
    end = Entry.objects.of(mission).order_by("-position").first().position  # type: ignore[union-attr]  # just saved
    findings = list(ProjectFinding.objects.found_by(study))
    study.journal_position = start
    for row in findings:
        row.ripe = "oui" if row.project_id == project.pk else row.ripe
    after = type(study)(number=study.number + 1, journal_position=end)
    note_ripened(None, after, findings)
    assert not Ripening.objects.exists(), "a first study has nothing to be held against"
    note_ripened(study, after, findings)
    (change,) = unread(User.objects.get(username="pilote"), mission)
    assert (change.project, change.ripe) == (project, True)
    (why,) = tasks(mission, TODAY)["Lire"]
    assert "mûr : revient au financement" in why.replace("\u202f", " ").replace("\xa0", " ")
    assert "preuve changée" in why
    # It has no last day that a letter could say: « pour le », then a day that is past.
    awaited = awaiting(User.objects.get(username="pilote"), mission, {Role.PILOT}, TODAY)
    assert [task.due for task in awaited if task.verb == "Lire"] == [None]
    assert "par ligne de commande" in read(pilot, LIST)
    assert signed_in("consultant").post(f"{LIST}projets/{project.ref}/lu/").status_code == 403
    ProjectFinding.objects.found_by(study).filter(project=project).update(ripe="oui")
    for row in findings:
        row.ripe = "non" if row.project_id == project.pk else row.ripe
    note_ripened(study, after, findings)
    (change,) = unread(User.objects.get(username="pilote"), mission)
    assert not change.ripe, "the last change is the one to read"
    assert census_of(mission).accompaniments[0].is_open, "nothing that was decided changes"
    assert pilot.post(f"{LIST}projets/{project.ref}/lu/").status_code == 302
    assert not unread(User.objects.get(username="pilote"), mission)
    assert "Devenu mûr" in read(pilot, url)


def test_every_project_without_adviser_is_given_at_once_to_the_one_that_the_study_proposes(
    pilot: Client, mission: Mission
) -> None:
    user = User.objects.get(username="pilote")
    mission.parts_of_reader = ()  # type: ignore[attr-defined]  # the list of the team is asked through its page
    page = read(pilot, LIST)
    assert "sans conseil" in page
    refs = [row.split('"')[0] for row in read(pilot, f"{LIST}ouvrir/").split('name="projet" value="')[1:]]
    assert pilot.post(f"{LIST}ouvrir/", {"projet": refs, "point_le": ""}).status_code == 422
    assert pilot.post(f"{LIST}ouvrir/", {"projet": refs, "point_le": day(30)}).status_code == 302
    assert {each.project_id for each in census_of(mission).accompaniments} == set(refs)
    grid = maturity_grid()
    unripe = {each.id for each in census_of(mission).projects if assess(each, grid).ripe.value != "oui"}
    assert unripe >= set(refs)
    export = pilot.get(f"{LIST}?export=csv&etat=accompagne").content.decode("utf-8-sig").splitlines()
    assert len(export) == len(refs) + 1
    assert not advised(user, mission, TODAY), "who has no part is given none"
    gesture = Entry.objects.of(mission).filter(kind="accompagnement").first()
    assert gesture is not None
    undo(mission, gesture.gesture, by=SHELL)
    assert not Accompaniment.objects.exists(), "one gesture, one undo"


def test_a_project_that_leaves_takes_its_adviser_with_it_and_brings_it_back(
    pilot: Client, mission: Mission, project: Project
) -> None:
    url = opened(pilot, project)
    pilot.post(url, {"geste": "rendez_vous", "date": day(0), "presents": "Mme Roy", "convenu": "Un devis"})
    before = census_of(mission)
    page = f"/missions/{MISSION}/projets/{project.ref}/retirer/"
    assert "ses rendez-vous sont retirés" in read(pilot, page)
    assert pilot.post(page, {"motif": "abandon"}).status_code == 302
    assert not census_of(mission).accompaniments
    assert pilot.get(url).status_code == 404
    undo(mission, Entry.objects.of(mission).order_by("-position")[0].gesture, by=SHELL)
    after = census_of(mission)
    assert (after.accompaniments, after.meetings) == (before.accompaniments, before.meetings)


def test_where_no_adviser_works_the_page_says_so_and_a_mission_without_study_still_chooses(
    pilot: Client, mission: Mission, project: Project
) -> None:
    page = f"{LIST}projets/{project.ref}/ouvrir/"
    rows = Referral.objects.filter(project=project, kind=Referral.Kind.ADVISER)
    rows.update(organisation="equipe-mission")
    assert "Aucun conseil du catalogue ne travaille à coup sûr" in read(pilot, page)
    rows.delete()
    assert "L’étude ne propose pas encore de conseil" in read(pilot, page)
    Project.objects.of(mission).update(withdrawn_at=timezone.now())
    assert "Rien à confier" in read(pilot, LIST)
    assert "Aucun projet n’attend de conseil" in read(pilot, f"{LIST}ouvrir/")
