"""The letter on paper: what an organisation is told, on the mission's head, to nobody but the team."""

import io

import docx
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from rebond.restitution.typography import typeset
from rebond.web.journal.models import Entry
from rebond.web.missions.models import Mission
from rebond.web.projects.models import Project
from rebond.web.referrals.reading import ANSWER_AWAITED
from rebond.web.studies.models import Referral
from tests.web.addresses import MISSION
from tests.web.committee.sitting import text_in
from tests.web.conftest import signed_in
from tests.web.referrals.sent import agrees, sent

HOME = f"/missions/{MISSION}/modeles/lettre_organisme/"


def _paper(ref: str) -> str:
    return reverse("referrals:paper", args=[MISSION, ref])


def test_the_letter_names_a_firm_only_once_it_agreed_and_tells_a_range_until_then(
    pilot: Client, mission: Mission, row: Referral
) -> None:
    project = row.project
    ref = sent(mission, project)
    veiled = text_in(pilot.get(_paper(ref)).content)
    for secret in (project.title, project.firm.name, "123\u202f456"):
        assert secret not in veiled
    for told in ("nom de code", "Bpifrance", "« Pas pour nous » est une réponse", "Démonstration"):
        assert told in veiled.replace("\u00a0", " ").replace("\u202f", " ")
    agrees(mission, project)
    named = text_in(pilot.get(_paper(ref)).content)
    for told in (project.title.replace("'", "’"), project.firm.name.replace("'", "’"), "123\u202f456\u00a0€"):
        assert told in named
    assert Entry.objects.of(mission).filter(kind="courrier").count() == 2


def test_one_letter_tells_all_that_waits_for_an_answer(pilot: Client, mission: Mission, row: Referral) -> None:
    other = Project.objects.of(mission).exclude(firm=row.project.firm).first()
    assert other is not None
    ref = sent(mission, row.project)
    assert "un projet" in text_in(pilot.get(_paper(ref)).content)
    sent(mission, other)
    assert "2 projets" in text_in(pilot.get(_paper(ref)).content)


def test_the_letter_is_for_the_team_alone_and_follows_the_template_of_the_mission(
    pilot: Client, mission: Mission, row: Referral
) -> None:
    ref = sent(mission, row.project)
    assert signed_in("consultant").get(_paper(ref)).status_code == 200
    for other in ("bpifrance", "copil", "entreprise", "observateur"):
        assert signed_in(other).get(_paper(ref)).status_code in {403, 404}
    file = docx.Document()
    file.add_paragraph("Préfecture, à l’attention de {{ organisme }} : {{ nombre }}.")
    held = io.BytesIO()
    file.save(held)
    own = SimpleUploadedFile("à en-tête.docx", held.getvalue())
    assert pilot.post(HOME, {"geste": "deposer", "fichier": own}).status_code == 302
    said = text_in(pilot.get(_paper(ref)).content)
    assert "à l’attention de Bpifrance" in said
    assert "Démonstration" in said


def test_what_is_asked_of_every_project_is_said_once_and_the_letter_closes_politely(
    pilot: Client, mission: Mission, row: Referral
) -> None:
    """The same sentence forty times took two pages of a letter of five."""
    others = [p for p in Project.objects.of(mission).order_by("ref") if p.firm_id != row.project.firm_id][:3]
    refs = [sent(mission, project, expected=ANSWER_AWAITED, words="") for project in (row.project, *others)]
    said = text_in(pilot.get(_paper(refs[0])).content)
    asked = typeset(ANSWER_AWAITED).rstrip(".")
    assert said.count(asked[1:]) == 1
    assert f"Pour chaque projet\u00a0: {asked[:1].lower()}{asked[1:]}" in said
    assert said.index("Veuillez agréer") < said.index("pour la mission «")
    assert "Montant" in said
