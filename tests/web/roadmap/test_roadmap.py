"""The roadmap on the site: adopted, edited, followed, set aside; who reads it, who writes in it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from rebond import facts as core
from rebond.errors import FactsError
from rebond.facts import UNKNOWN, ActionPriority, ActionProgress, ActionStatus
from rebond.history import Kind
from rebond.history.changes import progress_ref
from rebond.restitution.typography import french_date
from rebond.web.accounts.models import User
from rebond.web.desk.waiting import awaiting
from rebond.web.editing.gestures import save
from rebond.web.exchange.exporting import export_workbook
from rebond.web.exchange.workbook import read_file
from rebond.web.journal.models import Entry
from rebond.web.journal.writing import Author
from rebond.web.missions.facts import census_of
from rebond.web.missions.models import Mission, Role
from rebond.web.organisations.models import Organisation
from rebond.web.projects.models import Project
from rebond.web.roadmap import models
from rebond.web.roadmap.stages import stages_of
from tests.web.addresses import MISSION, address
from tests.web.conftest import signed_in

ROADMAP, SHELL = address("roadmap:roadmap"), Author(user=None)


def at(name: str, *args: str) -> str:
    return reverse(f"roadmap:{name}", args=[MISSION, *args])


@pytest.fixture
def mission(db: None) -> Mission:
    return Mission.objects.get()


@pytest.fixture
def action(pilot: Client, mission: Mission) -> core.RoadmapAction:
    """The first one that the sample proposes, adopted, and led by the bank."""
    assert pilot.post(at("adopt"), {"proposition": ["C2"]}).status_code == 302
    (found,) = census_of(mission).actions
    led = replace(found, owner="bpifrance")
    save(mission, {(Kind.ACTION, led.id): led}, by=SHELL)
    return led


def main(response: object) -> str:
    text: str = response.content.decode()  # type: ignore[attr-defined]  # a response of the test client
    return text.split("<main", 1)[1]


def test_proposals_are_adopted_together_known_again_and_taken_back(pilot: Client, mission: Mission) -> None:
    before = main(pilot.get(ROADMAP))
    assert "Aucune action adoptée" in before
    assert pilot.post(at("adopt")).status_code == 302
    assert census_of(mission).actions == ()
    done = pilot.post(at("adopt"), {"proposition": ["C2", "L1", "inconnue"]})
    first, second = census_of(mission).actions
    assert (first.id, first.proposal, first.status) == ("F001", "C2", ActionStatus.TO_START)
    assert (first.budget, first.starts_on, first.adopted_by) == (UNKNOWN, UNKNOWN, "pilote")
    assert len(first.needs) == 12
    assert second.proposal == "L1"
    assert not re.search(r"R\d{3}", first.why), "a need is counted, never named"
    shown = main(pilot.get(done["Location"]))
    assert "2 actions" in shown
    assert 'value="C2"' not in shown
    again = pilot.post(at("adopt"), {"proposition": ["C2"]})
    assert again.status_code == 302
    assert len(census_of(mission).actions) == 2
    gesture = str(Entry.objects.of(mission).filter(kind="action").values_list("gesture", flat=True).first())
    assert pilot.post(at("undo"), {"geste": gesture}).status_code == 302
    assert census_of(mission).actions == ()
    assert 'value="C2"' in main(pilot.get(ROADMAP))


def test_a_proposal_is_set_aside_with_its_reason_and_kept(pilot: Client, mission: Mission) -> None:
    assert pilot.post(at("leave", "C9"), {"motif": " "}).status_code == 422
    assert pilot.post(at("leave", "C9"), {"motif": "la Région s’en charge"}).status_code == 302
    (aside,) = census_of(mission).actions
    assert (aside.status, aside.is_adopted, aside.proposal) == (ActionStatus.SET_ASIDE, False, "C9")
    shown = main(pilot.get(ROADMAP))
    assert "la Région s’en charge" in shown
    assert 'value="C9"' not in shown
    assert pilot.get(at("leave", "C9")).status_code == 404


def test_a_form_says_every_fault_keeps_what_was_typed_and_two_versions(
    pilot: Client, mission: Mission, action: core.RoadmapAction
) -> None:
    page, form = at("action", action.id), at("edit", action.id)
    opened = pilot.get(form).content.decode()
    since = re.search(r'name="depuis" value="(\d+)"', opened)
    assert since
    typed = {
        "actions.0.axe": "competences",
        "actions.0.intitule": "Former ensemble",
        "actions.0.pilote": "CCI Meuse Haute-Marne ; ",
        "actions.0.etat": "abandonnee",
        "actions.0.debut": "01/03/2027",
        "actions.0.fin": "01/02/2027",
        "actions.0.budget": "douze",
        "actions.0.indicateur": "",
        "actions.0.cible": "40",
        "actions.0.projets": "P001 ; P999",
        "geste": "enregistrer",
        "depuis": since[1],
    }
    refused = pilot.post(form, typed).content.decode()
    for said in ("avec un motif", "avant le début", "sans indicateur", "P999", "douze"):
        assert said in refused, said
    assert census_of(mission).actions == (action,)
    right = typed | {
        "actions.0.etat": "en_cours",
        "actions.0.fin": "01/12/2027",
        "actions.0.budget": "12 000",
        "actions.0.priorite": "haute",
        "actions.0.indicateur": "Salariés formés",
        "actions.0.projets": "P001",
    }
    save(mission, {(Kind.ACTION, action.id): replace(action, title="Former tout le bassin")}, by=SHELL)
    clash = pilot.post(form, right).content.decode()
    assert "Former tout le bassin" in clash
    assert "Former ensemble" in clash
    assert (census_of(mission).actions[0].title) == "Former tout le bassin"
    seen = re.search(r'name="vu" value="(\d+)"', clash)
    assert seen
    choices = dict.fromkeys(re.findall(r'name="(choix:[^"]+)"', clash), "moi")
    assert pilot.post(form, right | choices | {"vu": seen[1]}).status_code == 302
    (saved,) = census_of(mission).actions
    assert (saved.title, saved.priority, saved.projects) == ("Former ensemble", ActionPriority.HIGH, ("P001",))
    assert saved.needs == action.needs, "what the form does not hold stays"
    assert saved.owner.startswith("cci-"), "a name of the catalogue is kept by its code"
    alone = at("field", action.id, "personne")
    assert pilot.get(alone).status_code == 200
    assert pilot.get(at("field", action.id, "besoins")).status_code == 404
    assert "12" in main(pilot.get(page))


def test_needs_are_chosen_and_those_that_went_are_said(
    pilot: Client, mission: Mission, action: core.RoadmapAction
) -> None:
    lost = replace(action, needs=(*action.needs[:2], "R999/competences"))
    save(mission, {(Kind.ACTION, action.id): lost}, by=SHELL)
    form = at("needs", action.id)
    assert "R999/competences" in main(pilot.get(form))
    position = re.search(r'name="depuis" value="(\d+)"', pilot.get(form).content.decode())
    assert position
    kept = {"besoin": [action.needs[0], "R000/rien"], "depuis": position[1]}
    assert pilot.post(form, kept).status_code == 302
    assert census_of(mission).actions[0].needs == ("R999/competences", action.needs[0])
    assert pilot.post(form, {"besoin": action.needs[1:3], "depuis": position[1]}).status_code == 200, "meanwhile"
    assert "R999" in main(pilot.get(at("action", action.id)))


def test_progress_is_only_ever_added(pilot: Client, mission: Mission, action: core.RoadmapAction) -> None:
    path = at("progress", action.id)
    late = f"{timezone.localdate() + timedelta(days=2):%d/%m/%Y}"
    refused = pilot.post(path, {"le": late, "valeur": "beaucoup", "mots": ""})
    assert refused.status_code == 422
    assert "pas encore venu" in refused.content.decode()
    today = f"{timezone.localdate():%d/%m/%Y}"
    assert pilot.post(path, {"le": today, "valeur": "", "mots": " "}).status_code == 422
    for value in ("12", "12,5"):
        assert pilot.post(path, {"le": today, "valeur": value, "mots": f"à {value}"}).status_code == 302
    told = census_of(mission).progress
    assert [(each.number, str(each.value)) for each in told] == [(1, "12"), (2, "12.5")]
    assert "12,50" in main(pilot.get(at("action", action.id)))
    changed = replace(told[0], words="autre chose")
    with pytest.raises(FactsError, match="ne se modifie pas"):
        save(mission, {(Kind.PROGRESS, progress_ref(action.id, 1)): changed}, by=SHELL)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE roadmap_actionprogress SET words = 'x'")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM roadmap_actionprogress")
    stray = ActionProgress(action_id=action.id, number=2, words="par-dessus")
    with pytest.raises(FactsError, match="ne se modifie pas"):
        save(mission, {(Kind.PROGRESS, progress_ref(action.id, 2)): stray}, by=SHELL)
    assert "Depuis le comité" in main(pilot.get(ROADMAP))


@pytest.mark.parametrize("who", ["pilote", "consultant", "copil", "bpifrance", "entreprise", "observateur"])
def test_each_reads_and_writes_what_is_his(
    who: str, pilot: Client, mission: Mission, action: core.RoadmapAction
) -> None:
    pilot.post(at("adopt"), {"proposition": ["L1"]})
    other = next(each for each in census_of(mission).actions if each.id != action.id)
    client, team = signed_in(who), who in {"pilote", "consultant"}
    reads = team or who == "copil"
    assert client.get(ROADMAP).status_code == (200 if reads else 403)
    own = client.get(at("action", action.id)).status_code
    assert own == (200 if reads or who == "bpifrance" else 403)
    assert client.get(at("action", other.id)).status_code == (200 if reads else 404 if who == "bpifrance" else 403)
    if reads or who == "bpifrance":
        shown = main(client.get(at("action", action.id)))
        heard = census_of(mission).interviews
        firms = {each.id: each.name for each in census_of(mission).firms}
        names = {firms[each.firm_id] for each in heard if f"{each.id}/competences" in action.needs}
        assert any(name in shown for name in names) is team, "who said a need stays with the team"
    said = {"le": f"{timezone.localdate():%d/%m/%Y}", "mots": "un pas"}
    tells = client.post(at("progress", action.id), said).status_code
    assert tells == (302 if team or who == "bpifrance" else 403)
    told = client.post(at("progress", other.id), said).status_code
    assert told == (302 if team else 404 if who == "bpifrance" else 403)
    if who == "bpifrance":
        assert Organisation.objects.get(code="bpifrance").name in census_of(mission).progress[0].by
        assert action.title in main(client.get(address("disclosure:space"))).replace("\xa0", " ")
    for path, sent in (
        (at("adopt"), {"proposition": ["T1"]}),
        (at("leave", "T1"), {"motif": "x"}),
        (at("edit", action.id), {}),
        (at("field", action.id, "budget"), {}),
        (at("needs", action.id), {}),
        (at("undo"), {"geste": ""}),
        (at("new"), {}),
    ):
        status = client.post(path, sent).status_code
        assert (status == 403) is (who != "pilote"), path
    user = User.objects.get(username=who)
    assert models.RoadmapAction.objects.may_change(user).exists() is (who == "pilote")
    assert models.ActionProgress.objects.may_change(user).exists() is (team or who == "bpifrance")


def test_what_is_due_late_or_led_by_nobody_waits_for_the_team(
    pilot: Client, mission: Mission, action: core.RoadmapAction
) -> None:
    user, on = User.objects.get(username="pilote"), date(2026, 11, 29)
    roles = {Role.PILOT}

    def verbs() -> dict[str, bool]:
        return {task.verb: task.late for task in awaiting(user, mission, roles, on) if "feuille de route" in task.why}

    assert verbs() == {"Adopter ou écarter": True}
    late = replace(action, ends_on=on - timedelta(days=1), owner="")
    save(mission, {(Kind.ACTION, action.id): late}, by=SHELL)
    assert verbs() == {"Adopter ou écarter": True, "Faire le point": True, "Désigner un pilote": False}
    save(mission, {(Kind.ACTION, action.id): replace(late, status=ActionStatus.DONE)}, by=SHELL)
    assert verbs() == {"Adopter ou écarter": True}


def test_the_roadmap_comes_back_from_a_workbook_and_survives_a_project_that_leaves(
    pilot: Client, mission: Mission, action: core.RoadmapAction, tmp_path: Path
) -> None:
    helping = replace(action, projects=("P001",), status=ActionStatus.RUNNING)
    save(mission, {(Kind.ACTION, action.id): helping}, by=SHELL)
    pilot.post(at("progress", action.id), {"le": "20/11/2026", "valeur": "3", "mots": "un « pas »"})
    export_workbook(mission, tmp_path / "feuille.xlsx", by=SHELL)
    out, now = read_file(tmp_path / "feuille.xlsx").census, census_of(mission)
    assert (out.actions, out.progress) == (now.actions, now.progress)
    asked = pilot.get(reverse("editing:remove_project", args=[MISSION, "P001"])).content.decode()
    assert "dans la feuille de route" in asked
    gone = pilot.post(reverse("editing:remove_project", args=[MISSION, "P001"]), {"motif": "abandonné"})
    assert gone.status_code == 302
    assert census_of(mission).actions[0].projects == ("P001",)
    assert "projet retiré" in main(pilot.get(at("action", action.id)))
    table = pilot.get(f"{ROADMAP}?export=csv&etat=en_cours").content.decode("utf-8-sig")
    assert len(table.strip().splitlines()) == 2


def test_the_projects_of_an_action_are_found_by_a_word_and_what_is_not_shown_stays(
    pilot: Client, mission: Mission, action: core.RoadmapAction
) -> None:
    place = at("projects", action.id)
    first, second = Project.objects.of(mission).order_by("ref")[:2]
    kept = replace(action, projects=("P999", first.ref))
    save(mission, {(Kind.ACTION, action.id): kept}, by=SHELL)
    page = pilot.get(place, {"q": second.firm.name})
    assert [each.ref for each in page.context["linked"]] == [first.ref]
    assert page.context["lost"] == ["P999"], "one that left is still named"
    assert second.ref in {each.ref for each in page.context["found"]}
    assert page.context["count"] < Project.objects.of(mission).count() - 1
    said = {
        "depuis": page.context["position"],
        "montre": ["P999", first.ref],
        "projet": [first.ref, second.ref, "P888"],
    }
    again = pilot.post(place, {**said, "encore": "oui", "cherche": "four"})
    assert again["Location"].endswith("/projets/?q=four")
    assert census_of(mission).actions[0].projects == (first.ref, second.ref)
    late = pilot.post(place, {**said, "projet": []})
    assert "Quelqu’un a changé les projets" in late.content.decode()
    now = {"depuis": pilot.get(place).context["position"], "montre": [], "projet": []}
    assert pilot.post(place, now).status_code == 302
    assert census_of(mission).actions[0].projects == (first.ref, second.ref), "nothing was shown, nothing goes"
    assert signed_in("consultant").get(place).status_code == 403
    assert pilot.get(at("projects", "F999")).status_code == 404


def test_who_leads_and_helps_is_found_by_a_word_and_a_typed_name_stays(
    pilot: Client, mission: Mission, action: core.RoadmapAction
) -> None:
    place = at("organisations", action.id)
    save(mission, {(Kind.ACTION, action.id): replace(action, owner="Club local", partners=("ademe",))}, by=SHELL)
    page = pilot.get(place, {"q": "bpi"})
    assert [(each.code, each.leads, each.helps) for each in page.context["mine"]] == [
        ("Club local", True, False),
        ("ademe", False, True),
    ]
    assert "bpifrance" in {each.code for each in page.context["found"]}
    assert pilot.get(place, {"q": "zzz introuvable"}).context["count"] == 0
    said = {
        "depuis": page.context["position"],
        "pilote": "bpifrance",
        "montre": ["ademe"],
        "partenaire": ["Club local", "bpifrance", "inventee"],
    }
    assert pilot.post(place, said).status_code == 302
    now = census_of(mission).actions[0]
    assert (now.owner, now.partners) == ("bpifrance", ("Club local",)), "who leads is not a partner too"
    assert "Quelqu’un a changé" in pilot.post(place, {**said, "pilote": ""}).content.decode()
    later = {"depuis": pilot.get(place).context["position"], "partenaire": ["ademe"], "encore": "oui", "cherche": "ad"}
    assert pilot.post(place, later)["Location"].endswith("/organisations/?q=ad")
    now = census_of(mission).actions[0]
    assert (now.owner, now.partners) == ("bpifrance", ("Club local", "ademe"))
    assert signed_in("consultant").get(place).status_code == 403
    assert pilot.get(at("organisations", "F999")).status_code == 404


def test_progress_is_told_committee_by_committee() -> None:
    first, second = date(2026, 10, 5), date(2027, 4, 5)
    told = [
        models.ActionProgress(number=rank, on=on, value=value, words=str(rank))
        for rank, (on, value) in enumerate(
            [(date(2026, 9, 1), Decimal(2)), (first, None), (date(2026, 12, 1), Decimal(5)), (date(2027, 5, 1), None)]
        )
    ]
    stages = stages_of(told, [first, second])
    after, spring, autumn = stages
    assert after.title == f"Depuis le comité du {french_date(second)}"
    assert (spring.title, autumn.title) == (f"Au comité du {french_date(second)}", f"Au comité du {french_date(first)}")
    assert [(each.value, [point.number for point in each.points]) for each in stages] == [
        ("5", [3]),
        ("5", [2]),
        ("2", [1, 0]),
    ]
    quiet = stages_of(told[:2], [first, second])[0]
    assert (quiet.title, list(quiet.points)) == (spring.title, []), "nothing new was said to the last one"
    assert [each.title for each in stages_of(told, [])] == [""]
