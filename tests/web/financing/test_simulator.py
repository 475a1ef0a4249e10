"""The simulator: the same facts give the same plan, other facts another, at an address that can be shared."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from rebond.web.financing.models import FrozenPlan
from rebond.web.projects.models import Project
from rebond.web.studies.models import PlanLine
from tests.web.addresses import MISSION
from tests.web.studied import studied, with_its_finding

SIMULATION = f"/missions/{MISSION}/projets/{{}}/plan/simulation/"
OTHERS = {"taille_ue": "grande", "emplois_crees": "17"}
pytestmark = pytest.mark.django_db


def form_of(client: Client, ref: str) -> dict[str, str]:
    """What a browser would send of the form left as it is."""
    asked = client.get(SIMULATION.format(ref)).context["asked"]
    return {field.name: field.value for field in asked.fields}


@pytest.mark.parametrize("ref", ["P001", "P015", "P038", "P054"])
def test_the_form_left_as_it_is_gives_the_plan_of_the_mission(ref: str, pilot: Client) -> None:
    response = pilot.get(SIMULATION.format(ref), form_of(pilot, ref), follow=True)
    assert response.redirect_chain == [(SIMULATION.format(ref), 302)]
    found = response.context["found"]
    assert found.changes == ()
    stored = PlanLine.objects.filter(finding__project__ref=ref)
    assert {(line.dispositif, line.regime, line.line, line.amount) for line in found.after.plan.lines} == {
        (row.dispositif, row.regime, row.cost_line.ref, int(row.amount)) for row in stored.select_related("cost_line")
    }


def test_a_larger_firm_gets_less_and_the_page_says_by_how_much(pilot: Client) -> None:
    response = pilot.get(SIMULATION.format("P015"), {"taille_ue": "grande"})
    found = response.context["found"]
    assert found.after.plan.benefit < found.before.plan.benefit
    source = response.content.decode()
    assert "d’aide en moins" in source
    assert "grande entreprise" in source
    assert "−" in source


def test_a_cost_changed_changes_the_need(pilot: Client) -> None:
    project = studied().get(ref="P015")
    line = project.costs.order_by("ref")[0]
    response = pilot.get(SIMULATION.format("P015"), {f"poste:{line.ref}": str(line.amount + 100_000)})
    plan = response.context["found"].after.plan
    assert plan.cost == with_its_finding(project).cost + 100_000
    assert plan.need == with_its_finding(project).need + 100_000


def test_a_fact_that_changes_nothing_keeps_the_same_lines(pilot: Client) -> None:
    response = pilot.get(SIMULATION.format("P015"), {"emplois_maintenus": "31"})
    rows = response.context["lines"]
    assert rows
    assert all(row.difference == "–" for row in rows)


def test_the_address_keeps_only_what_was_changed(pilot: Client) -> None:
    form = {**form_of(pilot, "P015"), "emplois_crees": "40"}
    response = pilot.get(SIMULATION.format("P015"), form, follow=True)
    assert response.redirect_chain[-1][0] == SIMULATION.format("P015") + "?emplois_crees=40"
    assert response.context["found"].changes[0].after.startswith("40")
    in_place = pilot.get(SIMULATION.format("P015"), form, headers={"HX-Request": "true"})
    assert in_place["HX-Push-Url"] == SIMULATION.format("P015") + "?emplois_crees=40"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("emplois_crees", "-3"),
        ("emplois_crees", "1e400"),
        ("date_fin", "2020-01-01"),
        ("emplois_crees", "beaucoup"),
        ("date_debut", "demain"),
        ("poste:P015-1", ""),
        ("date_examen", ""),
    ],
)
def test_a_value_that_cannot_be_read_is_explained_at_its_field(name: str, value: str, pilot: Client) -> None:
    response = pilot.get(SIMULATION.format("P015"), {name: value}, follow=True)
    (wrong,) = [field for field in response.context["asked"].fields if field.error]
    assert wrong.name == name
    source = response.content.decode()
    assert 'role="alert"' in source
    assert f'href="#{wrong.id}"' in source


def test_the_form_left_as_it_is_changes_no_fact_of_any_project(pilot: Client) -> None:
    for ref in Project.objects.values_list("ref", flat=True):
        response = pilot.get(SIMULATION.format(ref), form_of(pilot, ref), headers={"HX-Request": "true"})
        assert response.context["asked"].changes == {}, ref


def test_every_project_can_be_simulated(pilot: Client) -> None:
    for ref in Project.objects.values_list("ref", flat=True):
        response = pilot.get(SIMULATION.format(ref), OTHERS, headers={"HX-Request": "true"})
        assert response.context["found"].changes, ref


def test_what_is_unknown_can_be_tried_with_the_question_that_lifts_it(pilot: Client) -> None:
    response = pilot.get(SIMULATION.format("P068"))
    (group,) = [group for group in response.context["asked"].groups if group.title == "Encore inconnu"]
    assert all(field.value == "" and field.question for field in group.fields)
    sentence = next(field for field in group.fields if field.name.startswith("confirme:bpifrance/"))
    denied = pilot.get(SIMULATION.format("P068"), {sentence.name: "non"})
    before, after = (denied.context["found"].before.plan, denied.context["found"].after.plan)
    assert "bpifrance/pret-industrie-pme" in set(before.files) - set(after.files)
    assert [row.after.value for row in denied.context["verdicts"]] == ["non"]
    assert denied.context["verdicts"][0].why


def test_each_change_can_be_undone_alone(pilot: Client) -> None:
    response = pilot.get(SIMULATION.format("P015"), {"emplois_crees": "40", "taille_ue": "grande"})
    undo = {change.fact: query for change, query in response.context["changes"]}
    assert undo == {"emplois_crees": "?taille_ue=grande", "taille_ue": "?emplois_crees=40"}


def test_in_place_the_answer_holds_all_that_the_page_replaces(pilot: Client) -> None:
    response = pilot.get(SIMULATION.format("P015"), {"taille_ue": "grande"}, headers={"HX-Request": "true"})
    source = response.content.decode()
    for field in response.context["asked"].fields:
        assert source.count(f'id="{field.id}-etat"') == 1
    assert source.count('id="bilan"') == source.count('id="resultat"') == 1
    assert response["Vary"].startswith("HX-Request")


def test_the_same_simulation_asked_twice_is_one_step_of_the_history(pilot: Client) -> None:
    there = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{SIMULATION.format('P015')}?emplois_crees=40"}
    response = pilot.get(SIMULATION.format("P015"), {"emplois_crees": "40"}, headers=there)
    assert "HX-Push-Url" not in response


def test_nothing_is_stored(pilot: Client) -> None:
    pilot.get(SIMULATION.format("P015"))
    with CaptureQueriesContext(connection) as captured:
        pilot.get(SIMULATION.format("P015"), {"autofinancement": "0"})
    assert all(query["sql"].startswith("SELECT") for query in captured)
    assert not FrozenPlan.objects.exists()
    assert Project.objects.get(ref="P015").own_financing not in {None, Decimal(0)}
