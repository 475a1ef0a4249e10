"""A project, its firm and its plan show the support by certainty: one sum would hide what nobody can sign for."""

import html
from decimal import Decimal

import pytest
from django.template.loader import render_to_string
from django.test import Client

from rebond.financing.plan.certainty import Certainty, SupportStack
from rebond.restitution.typography import typeset
from rebond.results import MissionResult
from rebond.units import format_euros
from rebond.web.projects.models import Project
from rebond.web.studies.models import ProjectFinding
from rebond.web.templatetags.french import levels
from tests.web.addresses import address
from tests.web.studied import studied, with_its_finding

pytestmark = pytest.mark.django_db


def said(plan: ProjectFinding) -> list[str]:
    return [f"{label}\N{NO-BREAK SPACE}: {typeset(format_euros(amount))}" for label, amount in levels(plan)]


def uneven() -> Project:
    """A project whose support is of several certainties."""
    return next(project for project in studied() if len(levels(with_its_finding(project))) > 1)


def test_what_is_stored_has_the_levels_of_the_result(sample_result: MissionResult) -> None:
    stored = {row.project.ref: row.stack for row in ProjectFinding.objects.select_related("project")}
    assert stored == {found.project.id: found.stack for found in sample_result.projects}


def test_the_sheets_of_a_project_and_of_its_firm_show_every_level(pilot: Client) -> None:
    project = uneven()
    pages = (
        address("projects:sheet").replace("P001", project.ref),
        f"/missions/{project.mission.slug}/entreprises/{project.firm.ref}/",
        f"/missions/{project.mission.slug}/projets/{project.ref}/plan/",
        f"/missions/{project.mission.slug}/projets/?q={project.ref}",
    )
    for place in pages:
        response = pilot.get(place)
        assert response.status_code == 200, place
        page = html.unescape(response.content.decode())
        assert [words for words in said(with_its_finding(project)) if words not in page] == [], place


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        ({"support": 0, "stack": SupportStack()}, "0\N{NO-BREAK SPACE}€"),
        ({"support": 900, "stack": None}, "sans le degré de certitude"),
        ({"support": 900, "stack": SupportStack(conditional=700, beyond_need=200)}, "Ferme\N{NO-BREAK SPACE}: 0"),
        ({"support": 900, "stack": SupportStack(conditional=700, beyond_need=200)}, "non compté"),
    ],
)
def test_nothing_firm_is_said_and_what_passes_the_need_is_told_apart(plan: dict[str, object], expected: str) -> None:
    class Shown:
        support = Decimal(str(plan["support"]))
        stack = plan["stack"]

    assert expected in html.unescape(render_to_string("financing/stack.html", {"plan": Shown()}))


def test_the_levels_are_those_of_the_core() -> None:
    class Every:
        stack = SupportStack(firm=1, conditional=2, unverified=3, not_ripe=4)

    assert levels(Every()) == [(state.label, rank) for rank, state in enumerate(Certainty, start=1)]
