"""Two studies side by side: what changed, and because of which change."""

from dataclasses import replace

import pytest
from django.test import Client

from rebond.results import MissionResult
from rebond.web.studies.comparing import compare_studies
from rebond.web.studies.models import ProjectFinding
from rebond.web.studies.storing import store_study
from tests.web.addresses import address
from tests.web.worker.acts import current, mission, replace_result, said, save_jobs


@pytest.mark.django_db
def test_two_studies_are_compared_with_what_was_changed_between(sample_result: MissionResult, pilot: Client) -> None:
    first = current()
    save_jobs("P001", 86)
    found = sample_result.projects[0]
    gone = found.verdicts[1:]
    other = replace(
        sample_result,
        projects=(replace(found, verdicts=gone), *sample_result.projects[1:]),
        envelope_spent=sample_result.envelope_spent + 1,
    )
    second = store_study(mission(), other)
    told = compare_studies(mission(), first, second)
    assert [change.project.ref for change in told.projects] == [found.project.id]
    (change,) = told.projects
    assert [(verdict.after) for verdict in change.verdicts] == ["non examiné"]
    assert [(line.field, line.after) for line in change.causes] == [("emplois créés", "86")]
    assert told.figures == ()
    page = said(pilot.get(address("studies:compare"), {"avant": first.number, "apres": second.number}))
    assert "À cause de" in page
    assert "emplois créés" in page


@pytest.mark.django_db
def test_a_project_withdrawn_since_is_said_gone_and_its_page_is_not_linked(pilot: Client) -> None:
    first = current()
    second = store_study(mission(), replace_result(first))
    told = compare_studies(mission(), first, second)
    assert len(told.went) == ProjectFinding.objects.found_by(first).count()
    assert {row.code for row in told.figures}
    assert pilot.get(address("studies:compare")).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["avant=1&apres=1", "avant=x&apres=²", "avant=99999999999999999999", "apres=-1"])
def test_a_comparison_that_makes_no_sense_asks_for_two_studies(query: str, pilot: Client) -> None:
    response = pilot.get(f"{address('studies:compare')}?{query}")
    assert response.status_code == 200
    assert "deux études différentes" in said(response)
