"""Documents made behind the pages: asked, refused when they would not say what the site says, swept."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from rebond.results import MissionResult
from rebond.web.studies.models import Document, DocumentSet, Study
from rebond.web.studies.storing import store_study
from rebond.web.worker import documents
from tests.web.addresses import MISSION, address
from tests.web.worker.acts import current, mission, said


@pytest.fixture
def instance(settings: Settings, tmp_path: Path) -> Path:
    """A folder of documents of its own."""
    settings.DOCUMENTS_ROOT = tmp_path
    return tmp_path


@pytest.mark.django_db
def test_documents_are_asked_made_in_the_background_and_the_old_ones_stay(
    pilot: Client, instance: Path, sample_result: MissionResult
) -> None:
    old = current()
    new = store_study(mission(), sample_result)
    page = said(pilot.get(address("restitution:documents")))
    assert "Préparer les documents" in page
    assert f"Ceux-ci sont de l’étude n° {old.number}" in page
    pilot.post(f"/missions/{MISSION}/etudes/{new.number}/documents/")
    assert "en attente" in said(pilot.get(address("restitution:documents")))
    assert documents.documents_are_wanted()

    def written(_: object, out: Path, **__: object) -> None:
        out.mkdir(parents=True)
        (out / "restitution.pdf").write_text("Étude", encoding="utf-8")

    with (
        patch.object(documents, "write_documents", written),
        patch.object(documents, "run_mission", return_value=sample_result),
    ):
        assert documents.make_next()
    assert not documents.documents_are_wanted()
    page = said(pilot.get(address("restitution:documents")))
    assert "Rapport de restitution" in page
    assert f"étude n° {old.number}" in page
    file = pilot.get(f"/missions/{MISSION}/documents/etudes/{MISSION}/{new.number}/restitution.pdf")
    assert file.getvalue().decode() == "Étude"
    assert "communique.txt" in pilot.get(f"{address('restitution:documents')}?etude={old.number}").content.decode()


@pytest.mark.django_db
def test_documents_that_would_not_say_what_the_site_says_are_refused(
    pilot: Client, instance: Path, sample_result: MissionResult
) -> None:
    study = store_study(mission(), sample_result)
    DocumentSet.objects.create(study=study)
    other = replace(sample_result, envelope_spent=sample_result.envelope_spent + 1)
    with patch.object(documents, "run_mission", return_value=other):
        assert documents.make_next()
    found = DocumentSet.objects.get(study=study)
    assert found.status == DocumentSet.Status.FAILED
    assert not Document.objects.found_by(study).exists()
    page = said(pilot.get(address("restitution:documents")))
    assert "ne donne pas les chiffres de cette étude" in page
    assert "Essayer de nouveau" in page


@pytest.mark.django_db
def test_documents_are_asked_by_themselves_after_a_quiet_time_only_when_the_instance_says_so(
    settings: Settings, sample_result: MissionResult
) -> None:
    study = store_study(mission(), sample_result)
    Study.objects.filter(pk=study.pk).update(finished_at=timezone.now() - timedelta(hours=1))
    assert not documents.documents_are_wanted()
    settings.DOCUMENTS_AFTER = 30
    assert documents.documents_are_wanted()
    assert DocumentSet.objects.get(study=study).status == DocumentSet.Status.ASKED


@pytest.mark.django_db
def test_the_folder_of_a_study_that_was_forgotten_goes(instance: Path) -> None:
    home = instance / "etudes" / MISSION
    for name in (str(current().number), "999", "notes"):
        (home / name).mkdir(parents=True)
    documents.sweep(mission())
    assert sorted(path.name for path in home.iterdir()) == sorted([str(current().number), "notes"])
