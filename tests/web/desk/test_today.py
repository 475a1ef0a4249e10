"""« Aujourd’hui », the menu and the search: what awaits a person, and nothing that he or she cannot open."""

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from rebond.results import MissionResult
from rebond.web.desk.menu import MENU, menu_of
from rebond.web.desk.models import Visit
from rebond.web.firms.models import Firm
from rebond.web.journal.models import Act
from rebond.web.journal.writing import Author, Note, record
from rebond.web.missions.models import Mission, Role
from rebond.web.portfolio.models import CommitteeDecision
from rebond.web.projects.models import Project
from rebond.web.studies.models import OpenQuestion, ProjectFinding, Study
from tests.web.addresses import MISSION, address
from tests.web.conftest import signed_in

HOME = f"/missions/{MISSION}/"
pytestmark = pytest.mark.django_db


def tasks(client: Client) -> list[Any]:
    context = client.get(HOME).context
    return [*context["tasks"], *context["more_tasks"]]


def test_the_sentence_counts_the_lines_of_the_list(pilot: Client) -> None:
    response = pilot.get(HOME)
    source = response.content.decode()
    found = [*response.context["tasks"], *response.context["more_tasks"]]
    assert f"{len(found)} choses vous attendent" in source
    assert len(re.findall(r'class="rb-today__what"', source)) == len(found)
    assert [task.urgency for task in found] == sorted(task.urgency for task in found)


def test_every_line_opens(pilot: Client) -> None:
    for url in {task.url for task in tasks(pilot)}:
        assert pilot.get(url).status_code == 200, url


def test_a_project_decided_awaits_no_decision(pilot: Client) -> None:
    proposed = ProjectFinding.objects.filter(status=ProjectFinding.Status.RETAINED)
    assert sum(task.verb == "Décider" for task in tasks(pilot)) == proposed.count() > 1
    CommitteeDecision.objects.create(project=proposed[0].project, outcome=CommitteeDecision.Outcome.REFUSED)
    assert sum(task.verb == "Décider" for task in tasks(pilot)) == proposed.count() - 1


def test_what_is_past_its_day_is_late_and_comes_first(pilot: Client) -> None:
    Mission.objects.update(committee_on=timezone.localdate() - timedelta(days=1))
    late = [task.late for task in tasks(pilot)]
    assert late == sorted(late, reverse=True)
    assert any(task.late for task in tasks(pilot) if task.verb == "Décider")
    Mission.objects.update(committee_on=timezone.localdate() + timedelta(days=1))
    assert not any(task.late for task in tasks(pilot) if task.verb == "Décider")


def test_each_project_that_one_cannot_call_known_or_unknown_is_one_link_to_settle(
    pilot: Client, sample_result: MissionResult
) -> None:
    settled = [task for task in tasks(pilot) if task.verb == "Confirmer"]
    assert len(settled) == sample_result.linkage.project_counts.uncertain


def test_a_sheet_that_lacks_what_the_committee_asks_is_to_be_completed(pilot: Client) -> None:
    before = [task for task in tasks(pilot) if task.verb == "Compléter"]
    row = ProjectFinding.objects.filter(status=ProjectFinding.Status.RETAINED)[0]
    Project.objects.filter(pk=row.project_id).update(starts_on=None, jobs_created=None)
    after = [task for task in tasks(pilot) if task.verb == "Compléter"]
    assert len(after) == len(before) + 1
    assert any("le début et les emplois à créer" in task.why for task in after)


def test_an_observer_has_nothing_to_do(db: None) -> None:
    assert signed_in("observateur").get(HOME)["Location"] == address("disclosure:space")


def test_questions_weigh_the_euros_that_wait_for_them(sample_result: MissionResult) -> None:
    for found in sample_result.projects:
        rows = OpenQuestion.objects.filter(project__ref=found.project.id)
        assert {row.amount for row in rows} <= {
            sum(line.amount for line in found.plan.lines if question in line.questions)
            for question in found.plan.questions
        }
        assert rows.count() == len(found.plan.questions)


def test_the_three_questions_are_those_of_the_most_euros_and_their_projects_are_behind(pilot: Client) -> None:
    first = pilot.get(HOME).context["questions"]
    page = pilot.get(address("desk:questions")).context["page"]
    assert [row["text"] for row in first] == [row["text"] for row in page][:3]
    for row in list(page)[::8]:
        behind = pilot.get(address("desk:questions"), {"texte": row["text"], "a": row["asked_of"]}).context["page"]
        assert behind.paginator.count == row["projects"]
        assert sum(each.amount for each in behind.paginator.object_list) == row["euros"]


def test_what_others_changed_since_the_last_visit_is_said_and_not_ones_own(pilot: Client) -> None:
    pilot.get(HOME)
    Visit.objects.update(latest_at=timezone.now() - timedelta(hours=2))
    mission = Mission.objects.get()
    note = Note(kind="projet", ref="P001", label="Four", path=("title",), after=None)
    from rebond.web.accounts.models import User

    consultant, me = User.objects.get(username="consultant"), User.objects.get(username="pilote")
    record(mission, [note, note], by=Author(user=consultant), act=Act.ENTERED, reason="devis reçu")
    record(mission, [note], by=Author(user=me), act=Act.ENTERED)
    changes = pilot.get(HOME).context["changes"]
    assert [(row.by_name, row.rows, row.what) for row in changes] == [("consultant", 2, "Projet\u202f: Four")] or [
        (row.by_name, row.rows) for row in changes
    ] == [("consultant", 2)]


def test_a_new_mission_says_how_to_begin(pilot: Client) -> None:
    Study.objects.all().delete()
    Firm.objects.all().delete()
    source = pilot.get(HOME).content.decode()
    assert "Trois pas pour commencer" in source
    assert "choses vous attendent" not in source


def test_the_menu_has_five_groups_and_leaves_out_what_a_role_cannot_use() -> None:
    mission = Mission.objects.get()
    assert [group.label for group in MENU][1:6] == ["Aujourd’hui", "Recenser", "Décider", "Suivre", "Rendre compte"]
    labels = {link.label for group in menu_of(mission, {Role.OBSERVER}, "") for link in group.links}
    assert labels == {"Mon espace", "Chiffres publiés", "Catalogue"}


def test_every_page_of_the_menu_opens_and_says_where_one_is(pilot: Client) -> None:
    for group in menu_of(Mission.objects.get(), {Role.PILOT}, ""):
        for link in group.links:
            response = pilot.get(link.url)
            assert response.status_code == 200, link.url
            if "/catalogue/" not in link.url:
                assert 'aria-current="true"' in response.content.decode(), link.url


def test_a_search_finds_each_kind_and_only_what_holds_every_word(pilot: Client) -> None:
    firm = Firm.objects.get(ref="E001")
    kinds = {kind.label: kind for kind in pilot.get(address("desk:search"), {"q": firm.name}).context["kinds"]}
    assert kinds["Entreprises"].count >= 1
    assert kinds["Entretiens"].count >= 1
    for kind in kinds.values():
        for hit in kind.hits:
            assert pilot.get(hit.url).status_code == 200
    none = pilot.get(address("desk:search"), {"q": "zzzz introuvable"})
    assert none.context["total"] == 0
    assert "Rien ne contient" in none.content.decode()
    dispositifs = pilot.get(address("desk:search"), {"q": "rebond industriel"}).context["kinds"]
    assert any(kind.label == "Dispositifs" for kind in dispositifs)


def test_a_search_shows_nothing_of_another_mission(pilot: Client) -> None:
    other = Mission.objects.create(slug="autre", name="Autre", territory="Autre", committee_on=date(2027, 1, 1))
    Firm.objects.create(mission=other, ref="E999", name="Zzyzx Forge", search="zzyzx forge")
    assert pilot.get(address("desk:search"), {"q": "zzyzx"}).context["total"] == 0


def test_the_head_of_every_part_says_the_next_step_and_the_decision(pilot: Client) -> None:
    project = ProjectFinding.objects.filter(status=ProjectFinding.Status.RETAINED)[0].project
    CommitteeDecision.objects.create(
        project=project, outcome=CommitteeDecision.Outcome.RETAINED, amount=Decimal(100000)
    )
    for part in ("", "faits/", "depenses/", "plan/", "dispositifs/", "connu/", "suivi/", "changements/"):
        source = pilot.get(f"{HOME}projets/{project.ref}/{part}").content.decode()
        assert source.count('aria-current="page"') >= 1
        assert "Prochaine étape" in source
        assert "<strong>Retenu</strong>" in source
