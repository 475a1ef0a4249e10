"""A frozen plan keeps all that made it, and is found again to the euro."""

from dataclasses import replace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from rebond import __version__
from rebond.restitution.typography import typeset
from rebond.results import MissionResult
from rebond.units import format_euros
from rebond.web.accounts.models import User
from rebond.web.financing.freezing import freeze_plan, replay
from rebond.web.financing.models import FrozenPlan
from rebond.web.financing.records_json import from_record
from rebond.web.financing.study import bench_of
from rebond.web.missions.models import Mission
from rebond.web.studies.entry import store_result
from tests.web.addresses import MISSION
from tests.web.conftest import signed_in
from tests.web.studied import studied, with_its_finding

LIST = f"/missions/{MISSION}/projets/{{}}/plan/figes/"
MOST_QUERIES = 9
MOST_QUERIES_TO_FREEZE = 14
pytestmark = pytest.mark.django_db


def frozen(client: Client, ref: str = "P015") -> FrozenPlan:
    """A plan frozen through the form."""
    response = client.post(LIST.format(ref), {"intitule": "Présenté au comité"})
    assert response.status_code == 302
    return FrozenPlan.objects.get(project_ref=ref)


def test_a_frozen_plan_says_who_when_on_which_facts_and_versions(pilot: Client) -> None:
    row = frozen(pilot)
    project = studied().get(ref="P015")
    assert row.frozen_by is not None
    assert row.frozen_by.username == "pilote"
    assert (row.label, row.support, row.benefit) == (
        "Présenté au comité",
        with_its_finding(project).support,
        with_its_finding(project).benefit,
    )
    assert row.engine_version == __version__
    assert len(row.catalogue_version) > 8
    assert row.facts["emplois_crees"] is not None
    assert len(row.facts_digest) == 64
    assert row.plan["soutien"] == with_its_finding(project).support
    assert row.plan["audit"]["conforme"] is True


def test_every_tenth_plan_is_found_again_to_the_euro(pilot: Client) -> None:
    mission, user = Mission.objects.get(), User.objects.get(username="pilote")
    for project in studied()[::10]:
        bench = bench_of(mission, project)
        assert bench is not None
        row = freeze_plan(mission, project, bench.now, label="Essai", user=user)
        row.refresh_from_db()
        again = replay(row)
        assert again.same, project.ref
        assert again.breaches == ()
        assert again.again.support == with_its_finding(project).support


CHANGES = {"taille_ue": "grande", "emplois_crees": "40"}


def frozen_simulation(client: Client) -> FrozenPlan:
    """A simulation frozen through the form that the simulator leads to."""
    page = client.get(LIST.format("P015").replace("figes", "simulation"), CHANGES, follow=True)
    address = LIST.format("P015") + page.context["asked"].query
    assert f'href="{escape(address)}"' in page.content.decode()
    assert client.post(address, {"intitule": "Si le groupe rachète"}).status_code == 302
    return FrozenPlan.objects.get()


def test_a_frozen_simulation_keeps_what_was_changed_and_is_replayed_to_the_euro(pilot: Client) -> None:
    row = frozen_simulation(pilot)
    assert row.is_simulation
    assert {change["fait"]: (change["avant"], change["apres"]) for change in row.changes} == {
        "taille_ue": ("entreprise moyenne", "grande entreprise"),
        "emplois_crees": ("8 emplois", "40 emplois"),
    }
    assert row.support < with_its_finding(studied().get(ref="P015")).support
    assert row.facts["taille_ue"] == "grande"
    again = replay(row)
    assert again.same
    assert again.breaches == ()


def test_a_frozen_simulation_is_never_shown_as_the_plan_of_the_project(pilot: Client) -> None:
    row = frozen_simulation(pilot)
    pilot.post(LIST.format("P015"), {"intitule": "Présenté au comité"})
    source = pilot.get(row.get_absolute_url()).content.decode()
    assert "Une simulation, pas le plan du projet" in source
    assert "grande entreprise" in source
    assert f"simulation/{escape(row.simulation_query)}" in source
    listed = pilot.get(LIST.format("P015")).content.decode()
    assert listed.count('rb-tag--warning">Simulation<') == 1


def test_a_simulation_that_cannot_be_read_is_not_frozen(pilot: Client) -> None:
    address = LIST.format("P015") + "?emplois_crees=beaucoup"
    response = pilot.post(address, {"intitule": "Essai"})
    assert response["Location"].endswith("/simulation/?emplois_crees=beaucoup")
    assert not FrozenPlan.objects.exists()


def test_a_simulation_is_frozen_by_people_of_the_mission_only(anonymous: Client) -> None:
    User.objects.create_user(username="ailleurs")
    address = f"{LIST.format('P015')}?taille_ue=grande"
    assert anonymous.post(address, {"intitule": "Essai"}).status_code == 302
    assert signed_in("ailleurs").post(address, {"intitule": "Essai"}).status_code == 404
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(User.objects.get(username="pilote"))
    assert strict.post(address, {"intitule": "Essai"}).status_code == 403
    assert not FrozenPlan.objects.exists()


@pytest.mark.parametrize("name", ["copil", "bpifrance", "entreprise", "observateur"])
def test_a_plan_is_frozen_by_the_team_alone(name: str) -> None:
    client = signed_in(name)
    assert "Figer ce plan" not in client.get(LIST.format("P015")).content.decode()
    assert client.post(LIST.format("P015"), {"intitule": "Présenté"}).status_code == 403
    assert not FrozenPlan.objects.exists()


def test_the_page_replays_on_demand(pilot: Client) -> None:
    row = frozen(pilot)
    address = row.get_absolute_url()
    assert "Rejouer" in pilot.get(address).content.decode()
    assert "Même plan, à l’euro" in pilot.get(address, {"rejouer": "1"}).content.decode()


def test_a_problem_that_was_tampered_with_gives_another_plan(pilot: Client) -> None:
    row = frozen(pilot)
    for offer in row.problem["projets"][0]["dispositifs"]:
        offer["soutien_max"] = 1000
    row.save()
    assert not replay(row).same
    source = pilot.get(row.get_absolute_url(), {"rejouer": "1"}).content.decode()
    assert "Le plan diffère" in source
    assert "Le plan d’aujourd’hui sur le même problème" in source


def test_a_frozen_plan_outlives_the_results_of_its_mission(pilot: Client, sample_result: MissionResult) -> None:
    row = frozen(pilot)
    store_result(replace(sample_result, projects=(), linkage=replace(sample_result.linkage, project_links=())))
    assert pilot.get(row.get_absolute_url(), {"rejouer": "1"}).status_code == 200


@pytest.mark.parametrize("label", ["", "   ", "x" * 201])
def test_a_plan_is_not_frozen_without_a_label(label: str, pilot: Client) -> None:
    response = pilot.post(LIST.format("P015"), {"intitule": label})
    assert "Donnez un intitulé" in response.content.decode()
    assert not FrozenPlan.objects.exists()


def test_freezing_needs_the_token_of_the_form(db: None) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.get(username="pilote"))
    assert client.post(LIST.format("P015"), {"intitule": "Essai"}).status_code == 403
    assert not FrozenPlan.objects.exists()


def test_frozen_plans_are_those_of_ones_missions(pilot: Client, anonymous: Client) -> None:
    row = frozen(pilot)
    stranger = User.objects.create_user(username="ailleurs")
    assert anonymous.get(row.get_absolute_url()).status_code == 302
    assert anonymous.post(LIST.format("P015"), {"intitule": "Essai"}).status_code == 302
    assert signed_in("ailleurs").get(row.get_absolute_url()).status_code == 404
    assert signed_in("ailleurs").post(LIST.format("P015"), {"intitule": "Essai"}).status_code == 404
    assert not FrozenPlan.objects.visible_to(stranger).exists()
    assert not FrozenPlan.objects.visible_to(AnonymousUser()).exists()
    assert FrozenPlan.objects.count() == 1


def test_a_frozen_plan_is_read_in_few_queries(pilot: Client) -> None:
    row = frozen(pilot)
    with CaptureQueriesContext(connection) as captured:
        assert pilot.get(row.get_absolute_url()).status_code == 200
    assert len(captured) <= MOST_QUERIES


def test_a_simulation_to_freeze_is_read_in_few_queries(pilot: Client) -> None:
    address = f"{LIST.format('P015')}?taille_ue=grande"
    with CaptureQueriesContext(connection) as captured:
        assert pilot.get(address).status_code == 200
    assert len(captured) <= MOST_QUERIES_TO_FREEZE


def test_a_frozen_plan_says_what_is_paid_back(pilot: Client) -> None:
    row = frozen(pilot)
    to_pay_back = from_record(row.record).to_pay_back
    assert to_pay_back
    page = pilot.get(row.get_absolute_url()).content.decode()
    assert f"Soutiens, dont {typeset(format_euros(to_pay_back))} à rembourser" in page
