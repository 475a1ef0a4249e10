"""A mission in which nothing is told yet, studied: no page counts, filters, proves or offers what is not there."""

from dataclasses import replace

import pytest
from django.test import Client

from rebond.adapters.documents.project_sheets import project_sheets
from rebond.data import data_folder
from rebond.eligibility.truth import Truth
from rebond.facts import Census, Envelope
from rebond.indicators.model import NOT_GIVEN
from rebond.mission import load_rulebook, run_mission
from rebond.results import MissionResult
from rebond.web.accounts.models import User
from rebond.web.editing.life import create_mission
from rebond.web.journal.writing import Author
from rebond.web.missions.models import Mission
from rebond.web.studies.models import Indicator
from rebond.web.studies.storing import store_study
from rebond.web.studies.storing.charts import mission_charts
from tests.web.conftest import signed_in

LISTS = ("entreprises", "entretiens", "projets", "questions", "vraisemblance", "orientations")


@pytest.fixture
def empty(db: None, sample_result: MissionResult) -> Mission:
    settings = replace(sample_result.census.settings, envelope=Envelope(contributions=()), name="Rien encore")
    census = Census(settings=settings, firms=(), interviews=(), projects=())
    pilot = User.objects.get(username="pilote")
    mission = create_mission(census, by=Author(user=None, name="Essai"), slug="rien-encore", pilot=pilot)
    store_study(mission, run_mission(census, load_rulebook(data_folder()), on=settings.committee_on), why="vide")
    mission.refresh_from_db()
    return mission


@pytest.fixture
def site(empty: Mission) -> Client:
    return signed_in("pilote")


def page(site: Client, path: str) -> str:
    answer = site.get(f"/missions/rien-encore/{path}")
    assert answer.status_code == 200
    return answer.content.decode().replace("\u00a0", " ")


def test_an_empty_list_has_nothing_to_filter_count_or_export(site: Client) -> None:
    for name in LISTS:
        shown = page(site, f"{name}/")
        assert "rb-filters" not in shown, name
        assert "rb-results__count" not in shown, name
        assert "export=csv" not in shown, name
        assert 'class="rb-empty"' in shown, name
    # What someone sought and did not find keeps its form.
    assert "rb-filters" in page(site, "projets/?q=presse")
    assert "0 projet<" in page(site, "projets/?q=presse")


def test_links_are_not_said_decided_where_no_list_was_compared(site: Client) -> None:
    shown = page(site, "rapprochements/")
    assert "Aucune liste de partenaire" in shown
    assert "Tout est décidé" not in shown
    assert "0 %" not in shown


def test_an_envelope_that_nobody_told_is_not_nought(site: Client) -> None:
    for name in ("appel", "appel/seance", "comite"):
        shown = page(site, f"{name}/")
        assert "non renseignée" in shown, name
    assert "<meter" not in page(site, "appel/seance/")


def test_the_committee_has_no_button_for_what_it_does_not_have(site: Client) -> None:
    shown = page(site, "comite/")
    assert "Aucun projet n’est candidat" in shown
    for words in ("Enregistrer ce choix", "Proposer la meilleure sélection", "Dans le choix (0)", "0,0 point"):
        assert words not in shown
    assert "entrerait" not in page(site, "appel/suites/")


def test_the_overview_does_not_count_days_that_the_banner_counts_from_another_day(site: Client, empty: Mission) -> None:
    assert empty.current_study is not None
    told = " ".join(empty.current_study.alerts)
    assert "Règlement (UE)" in told
    alerts = page(site, "synthese/").partition('class="rb-alerts')[2]
    assert "fictifs" in alerts
    assert "Règlement (UE)" not in alerts


@pytest.fixture(scope="module")
def alone(sample_result: MissionResult) -> MissionResult:
    """The sample of which no partner gave a list."""
    census = replace(sample_result.census, partner_entries=(), link_decisions=())
    kept = {study.digest: study for study in sample_result.studies}
    return run_mission(census, load_rulebook(data_folder()), on=sample_result.on, kept=kept)


def test_the_funnel_says_no_project_unknown_where_no_list_was_compared(
    sample_result: MissionResult, alone: MissionResult
) -> None:
    groups = {row[1] for row in dict(mission_charts(sample_result))["entonnoir"].rows}
    assert "inconnus des pouvoirs publics" in groups
    found = alone
    rows = dict(mission_charts(found))["entonnoir"].rows
    assert ("Projets recensés", "projets", "77") in rows
    assert not any("inconnus" in row[1] for row in rows)


def test_no_firm_and_no_project_is_said_unknown_to_partners_who_gave_no_list(alone: MissionResult) -> None:
    assert {project.known.known for project in alone.projects} == {Truth.UNKNOWN}
    told = {figure.code: figure.text for figure in alone.indicators}
    for code in ("projets_connus", "projets_inconnus", "projets_a_rapprocher", "part_projets_inconnus"):
        assert NOT_GIVEN in told[code], code
    listed = next(sheet for sheet in project_sheets(alone) if sheet.name == "Projets")
    assert all("non rapproché" in row for row in listed.rows)


def test_pages_of_projects_and_firms_say_that_no_list_was_compared(db: None, alone: MissionResult) -> None:
    pilot = User.objects.get(username="pilote")
    mission = create_mission(alone.census, by=Author(user=None, name="Essai"), slug="sans-liste", pilot=pilot)
    store_study(mission, alone, why="sans liste")
    site = signed_in("pilote")
    project, firm = alone.projects[0].project.id, alone.projects[0].firm.id
    for address in (f"projets/{project}/", f"entreprises/{firm}/", "projets/?colonnes=connu"):
        answer = site.get(f"/missions/sans-liste/{address}")
        assert answer.status_code == 200
        shown = answer.content.decode()
        assert "on rapproché" in shown, address
        assert "nconnu des partenaires<" not in shown, address
        assert "nconnue des partenaires<" not in shown, address
    kept = site.get("/missions/sans-liste/projets/?connu=inconnu").content.decode()
    assert f"/projets/{project}/" in site.get("/missions/sans-liste/projets/?connu=inconnu&par=100").content.decode()
    assert f"{len(alone.projects)} projets" in kept


def test_an_envelope_that_nobody_told_is_no_figure(empty: Mission) -> None:
    figures = Indicator.objects.filter(study=empty.current_study)
    for code in ("enveloppe_eur", "enveloppe_disponible_eur"):
        assert NOT_GIVEN in figures.get(code=code).text
