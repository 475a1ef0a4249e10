"""The pack that the pilot takes away for an organisation: what it is sent, the papers to ask, all of it as one PDF."""

from __future__ import annotations

import io
import zipfile

import pypdf
import pytest
from django.test import Client
from django.urls import reverse

from rebond.facts import SentReferral
from rebond.history import Kind
from rebond.web.disclosure.models import Consent, Shared
from rebond.web.editing.gestures import save
from rebond.web.journal.writing import Author
from rebond.web.missions.models import Mission
from rebond.web.organisations.models import Organisation
from rebond.web.projects.models import Project

pytestmark = pytest.mark.django_db


def pack(pilot: Client, organisation: Organisation) -> str:
    """The text of the PDF of a pack."""
    where = reverse("disclosure:files_for", args=[Mission.objects.get().slug, str(organisation.pk), "zip"])
    answer = pilot.get(where)
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.namelist()[0].startswith("00-bordereau")
        pages = pypdf.PdfReader(io.BytesIO(archive.read("dossier.pdf"))).pages
        return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_once_its_firm_agreed_a_funder_is_told_the_papers_to_ask_and_that_its_own_list_is_not_known(
    pilot: Client,
) -> None:
    mission = Mission.objects.get()
    project = Project.objects.of(mission).order_by("pk")[0]
    organisation = Organisation.objects.get(code="bpifrance")
    referral = SentReferral(
        id="O901", project_id=project.ref, organisation="bpifrance", dispositifs=("bpifrance/pret-croissance",)
    )
    save(mission, {(Kind.REFERRAL, "O901"): referral}, by=Author(user=None))
    Shared.objects.get_or_create(project=project, organisation=organisation)
    Consent.objects.all().delete()
    before = pack(pilot, organisation)
    assert "Pièces à réunir" not in before, "no firm agreed: nothing of a paper is told"
    Consent.objects.create(
        firm=project.firm, organisation=organisation, text="oui", signed_by="M. Dupont", given_on="2026-10-02"
    )
    told = pack(pilot, organisation)
    assert "Trois dernières liasses fiscales" in told
    assert "Accord ou lettre d" in told, "a loan"
    assert "est à demander à l’organisme (Bpifrance)" in told
    assert "À confirmer" in told
