"""A study is numbered, immutable, one of them current; its long contents are kept once; old ones go."""

from dataclasses import replace
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.test import Client

from rebond.results import MissionResult
from rebond.web.financing.records_json import as_record
from rebond.web.missions.models import Mission
from rebond.web.studies.keeping import forget_old_studies, forget_unheld_records, make_current
from rebond.web.studies.models import ProjectFinding, Record, Study
from rebond.web.studies.storing import KeptContents, contents, contents_of, store_failure, store_study
from rebond.web.studies.storing.project_record import project_record
from tests.web.addresses import MISSION, address
from tests.web.test_pages import text_of

pytestmark = pytest.mark.django_db
SMALL = 3


def mission() -> Mission:
    return Mission.objects.get(slug=MISSION)


def small(result: MissionResult) -> MissionResult:
    """What was found of the first projects only: quick to store."""
    kept = result.projects[:SMALL]
    ids = {found.project.id for found in kept}
    links = tuple(link for link in result.linkage.project_links if link.project_id in ids)
    return replace(result, projects=kept, linkage=replace(result.linkage, project_links=links))


def test_a_new_study_is_shown_in_place_of_the_one_before_which_stays(sample_result: MissionResult) -> None:
    first = mission().current_study
    assert first is not None
    held = mission()
    second = store_study(held, small(sample_result), why="Un coût a changé")
    assert held.current_study == second
    assert (second.number, second.status, second.why) == (first.number + 1, Study.Status.DONE, "Un coût a changé")
    first.refresh_from_db()
    assert not first.is_current
    assert ProjectFinding.objects.found_by(first).count() == len(sample_result.projects)
    assert ProjectFinding.objects.found_by(second).count() == SMALL


def test_a_mission_has_one_current_study(sample_result: MissionResult) -> None:
    store_study(mission(), small(sample_result))
    with pytest.raises(IntegrityError), transaction.atomic():
        Study.objects.of(mission()).update(is_current=True)
    assert Study.objects.filter(is_current=True).count() == 1


def test_only_a_study_that_is_done_is_shown() -> None:
    failed = store_failure(mission(), "Le classeur n’a plus d’enveloppe.")
    with pytest.raises(ValueError, match="pas faite"):
        make_current(failed)
    with pytest.raises(IntegrityError), transaction.atomic():
        Study.objects.filter(pk=failed.pk).update(is_current=True)


def test_a_study_that_fails_leaves_the_last_good_one_in_place_and_says_why() -> None:
    good = mission().current_study
    failed = store_failure(mission(), "Le solveur a manqué de mémoire.", why="Essai")
    assert (failed.status, failed.failure) == (Study.Status.FAILED, "Le solveur a manqué de mémoire.")
    assert mission().current_study == good


def test_a_study_done_does_not_change() -> None:
    study = mission().current_study
    assert study is not None
    study.catalogue_version = "autre"
    with pytest.raises(ValueError, match="ne change plus"):
        study.save()
    with pytest.raises(ValueError, match="ne change plus"):
        study.save(update_fields=["catalogue_version"])
    study.pinned = True
    study.save(update_fields=["pinned"])
    assert Study.objects.get(pk=study.pk).pinned


def test_a_result_that_cannot_be_stored_leaves_nothing(sample_result: MissionResult) -> None:
    before = Study.objects.count()
    project = sample_result.projects[0]
    stray = replace(project, project=replace(project.project, id="P999"))
    with pytest.raises(KeyError):
        store_study(mission(), replace(small(sample_result), projects=(stray,)))
    assert Study.objects.count() == before
    assert mission().current_study is not None


def test_the_same_result_twice_keeps_its_long_contents_once(sample_result: MissionResult) -> None:
    before = Record.objects.count()
    again = store_study(mission(), sample_result)
    assert Record.objects.count() == before
    assert again.census == Study.objects.get(number=again.number - 1).census


def test_only_the_contents_of_projects_that_changed_are_written_again(sample_result: MissionResult) -> None:
    result, kept = small(sample_result), KeptContents()
    first = contents_of(result, kept)
    found, *others = result.projects
    changed = replace(result, projects=(replace(found, plan=replace(found.plan, remarks=("À revoir",))), *others))
    with patch.object(contents, "project_record", wraps=project_record) as written:
        second = contents_of(changed, kept)
        assert written.call_count == 1
        contents_of(replace(changed, on=changed.on + timedelta(days=1)), kept)
        assert written.call_count == 1 + SMALL
    assert second.projects == contents_of(changed).projects
    assert [one == other for one, other in zip(first.projects, second.projects, strict=True)] == [False, True, True]


def test_contents_forgotten_by_another_process_meanwhile_are_written_again(sample_result: MissionResult) -> None:
    settings = replace(sample_result.census.settings, name="Mission d’à côté")
    other = replace(small(sample_result), census=replace(sample_result.census, settings=settings))
    made = store_study(mission(), other, holding=forget_unheld_records)
    assert made.census is not None
    assert made.census.read() == as_record(other.census)


def test_a_content_that_a_study_holds_cannot_go() -> None:
    with pytest.raises(ProtectedError):
        Record.objects.all().delete()


def test_the_last_studies_the_pinned_ones_and_the_current_one_are_kept(sample_result: MissionResult) -> None:
    first = mission().current_study
    assert first is not None
    first.pinned = True
    first.save(update_fields=["pinned"])
    numbers = [store_study(mission(), small(sample_result)).number for _ in range(4)]
    make_current(Study.objects.get(number=numbers[0]))
    assert forget_old_studies(mission(), keep=2) == 1
    kept = set(Study.objects.of(mission()).values_list("number", flat=True))
    assert kept == {first.number, numbers[0], *numbers[2:]}


def test_what_no_study_holds_any_longer_goes_with_the_old_ones(sample_result: MissionResult) -> None:
    other = small(sample_result)
    for number in range(3):
        settings = replace(other.census.settings, name=f"Mission {number}")
        store_study(mission(), replace(other, census=replace(other.census, settings=settings)))
    before = Record.objects.count()
    forget_old_studies(mission(), keep=1)
    held = Record.objects.exclude(findings=None, indicators=None, figures=None, censuses=None, bases=None)
    assert Record.objects.count() == held.count() < before


def test_a_record_gives_back_every_verdict_with_its_reasons(sample_result: MissionResult) -> None:
    result = sample_result.projects[0]
    row = ProjectFinding.objects.select_related("record").get(project__ref=result.project.id, study__is_current=True)
    assert {v.dispositif: v.truth for v in row.found.verdicts} == {v.dispositif: v.truth.value for v in result.verdicts}
    for verdict in result.verdicts:
        reasons = row.found.reasons(verdict.dispositif)
        assert [(r.truth, r.to_confirm) for r in reasons] == [(r.truth.value, r.to_confirm) for r in verdict.reasons]
    assert row.found.plan.benefit == result.plan.benefit
    assert [line.amount for line in row.found.lines] == [line.amount for line in result.plan.lines]


def test_facts_that_change_make_the_study_stale() -> None:
    study = mission().current_study
    assert study is not None
    assert not study.is_stale
    Mission.objects.filter(slug=MISSION).update(facts_state="00000000-0000-0000-0000-000000000001")
    assert Study.objects.get(pk=study.pk).is_stale


def test_every_page_says_the_study_it_comes_from(pilot: Client) -> None:
    study = mission().current_study
    assert study is not None
    for name in ("missions:home", "projects:sheet", "portfolio:call", "financing:plan"):
        text = text_of(pilot.get(address(name)).content.decode()).replace("\u00a0", " ")
        assert f"Étude n° {study.number} du " in text, name
        assert study.reading_title.split()[0] in text
