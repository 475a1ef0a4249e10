"""Questions of plausibility on the site: shown on the sheet, answered for a value, asked again when it changes."""

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from rebond.adapters.workbook.reading import read_census
from rebond.facts import UNKNOWN, AidObtained
from rebond.history import Kind
from rebond.plausibility import SubjectKind
from rebond.units import Euros
from rebond.web.accounts.models import User
from rebond.web.catalogue.reading import current_catalogue
from rebond.web.editing.around import census_around
from rebond.web.editing.checks import checks_of, examined, of_sheet
from rebond.web.editing.dictionary import current_layout
from rebond.web.editing.gestures import save
from rebond.web.editing.lacking import lacking
from rebond.web.exchange.exporting import export_workbook
from rebond.web.financing.study import current_rulebook
from rebond.web.journal.models import Entry
from rebond.web.journal.writing import author_of
from rebond.web.missions.facts import census_of
from rebond.web.missions.models import Mission
from tests.web.conftest import signed_in

LIST = "/missions/chaumont-langres/vraisemblance/"
SHEET = f"{LIST}projet/P001/"
SHEET_QUERIES = 25
"""Whatever the mission holds."""


@pytest.fixture
def mission(db) -> Mission:
    return Mission.objects.get(slug="chaumont-langres")


def set_long(mission, until, ref="P001"):
    project = next(each for each in census_of(mission).projects if each.id == ref)
    wanted = replace(project, starts_on=date(2027, 1, 1), ends_on=until, first_order_on=UNKNOWN, works_started=False)
    save(mission, {(Kind.PROJECT, ref): wanted}, by=author_of(User.objects.get(username="pilote")))


def asked(page):
    """What the forms of the questions of a page send."""
    return [
        dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
        for form in re.findall(r"<form.*?</form>", page, re.DOTALL)
        if 'name="marque"' in form
    ]


def of_length(mission):
    return [each for each in examined(mission).all if each.code == "duree_longue" and each.subject == "P001"]


def test_a_question_is_answered_on_the_sheet_and_asked_again_when_the_value_changes(mission, tmp_path):
    client = signed_in("consultant")
    set_long(mission, date(2039, 1, 1))
    page = client.get(SHEET).content.decode()
    assert "À vérifier sur cette fiche" in page
    assert 'href="/missions/chaumont-langres/projets/P001/modifier/#projets-0-fin"' in page
    (question,) = [each for each in asked(page) if each["marque"] == of_length(mission)[0].mark]
    assert question["retour"] == "/missions/chaumont-langres/projets/P001/"
    at = f"{LIST}repondre/"
    silent = client.post(at, question)
    assert silent.status_code == 422
    assert f'href="#motif-{question["marque"]}"' in silent.content.decode()
    done = client.post(at, question | {"motif": "Calendrier signé, vu le 12/11"})
    assert done["Location"] == question["retour"]
    (found,) = of_length(mission)
    assert found.answer is not None
    assert found.answer.by == str(User.objects.get(username="consultant"))
    listed = client.get(f"{LIST}?liste=reponses").content.decode()
    assert "Calendrier signé, vu le 12/11" in listed
    assert Entry.objects.of(mission).filter(kind="verification", reason="Calendrier signé, vu le 12/11").count() == 1
    export_workbook(mission, tmp_path / "retour.xlsx", by=author_of(User.objects.get(username="pilote")))
    back = read_census(
        tmp_path / "retour.xlsx", layout=current_layout(), gazetteer=current_catalogue().gazetteer
    ).confirmations
    assert set(back) == set(census_of(mission).confirmations)
    assert client.post(at, question | {"motif": "deux fois"}).status_code == 409
    set_long(mission, date(2040, 1, 1))
    (again,) = of_length(mission)
    assert again.answer is None
    assert client.post(at, question | {"motif": "x"}).status_code == 409


def test_an_answer_taken_back_asks_again_and_leaves_the_others(mission):
    client = signed_in("pilote")
    set_long(mission, date(2039, 1, 1))
    (finding,) = of_length(mission)
    question = {"genre": "projet", "fiche": "P001", "marque": finding.mark}
    others = census_of(mission).confirmations
    client.post(f"{LIST}repondre/", question | {"motif": "vu"})
    assert len(census_of(mission).confirmations) == len(others) + 1
    away = question | {"geste": "reprendre", "retour": "https://ailleurs.example/"}
    assert client.post(f"{LIST}repondre/", away)["Location"] == LIST
    assert census_of(mission).confirmations == others
    assert of_length(mission)[0].answer is None


def test_a_long_list_is_read_in_pages_and_a_refused_answer_shows_the_page_of_its_question(mission, monkeypatch):
    monkeypatch.setattr("rebond.web.paging.PER_PAGE", 1)
    client = signed_in("pilote")
    for ref in ("P001", "P002", "P003"):
        set_long(mission, date(2039, 1, 1), ref)
    questions = examined(mission).questions
    assert len(questions) >= 3
    shown = client.get(f"{LIST}?page=2")
    assert [each["marque"] for each in asked(shown.content.decode())] == [questions[1].mark]
    refused = client.post(f"{LIST}repondre/", asked(shown.content.decode())[0])
    assert refused.context["page"].number == 2
    assert 'repondre-en-nombre/?page=2"' in refused.content.decode()
    assert client.get(f"{LIST}?liste=remarques").context["list"] == "remarques"


def test_ticked_questions_are_said_exact_with_one_reason_all_or_none_and_undone_in_one_gesture(mission):
    client = signed_in("consultant")
    for ref in ("P001", "P002", "P003"):
        set_long(mission, date(2039, 1, 1), ref)
    kept = client.get(f"{LIST}?liste=questions&fiche=projet&sujet=dates&q=2039").context["page"]
    keys = [check.key for check in kept]
    assert {check.finding.subject for check in kept} >= {"P001", "P002", "P003"}
    assert client.get(f"{LIST}?liste=questions&fiche=projet&sujet=doublons&q=2039").context["page"].object_list == []
    sheet = client.get(f"{LIST}?liste=questions&fiche=projet&sujet=dates&q=2039&export=csv").content.decode("utf-8-sig")
    assert len(sheet.splitlines()) == len(keys) + 1
    assert "inconnu" not in sheet
    at, before = f"{LIST}repondre-en-nombre/?liste=questions&q=2039", census_of(mission).confirmations
    silent = client.post(at, {"question": keys[:2]})
    assert silent.status_code == 422
    assert silent.context["picked"] == set(keys[:2])
    assert client.post(at, {"motif": "vu"}).status_code == 422
    set_long(mission, date(2040, 1, 1))
    assert client.post(at, {"question": keys, "motif": "calendriers vus"}).status_code == 409
    assert census_of(mission).confirmations == before
    set_long(mission, date(2039, 1, 1))
    done = client.post(at, {"question": keys, "motif": "calendriers vus"})
    assert len(census_of(mission).confirmations) == len(before) + len(keys)
    (gesture,) = set(Entry.objects.of(mission).filter(reason="calendriers vus").values_list("gesture", flat=True))
    undo = f"/missions/chaumont-langres/journal/{gesture}/annuler/"
    assert undo in client.get(done["Location"]).content.decode()
    client.post(undo, {"motif": "trop vite"})
    assert census_of(mission).confirmations == before
    assert client.get(at)["Location"] == f"{LIST}?liste=questions&q=2039"


def test_only_the_team_reads_and_answers(mission):
    for name in ("bpifrance", "copil"):
        client = signed_in(name)
        assert client.get(LIST).status_code == 403
        assert client.get(SHEET).status_code == 403
        assert client.post(f"{LIST}repondre/", {"motif": "x"}).status_code == 403
        assert client.post(f"{LIST}repondre-en-nombre/", {"motif": "x"}).status_code == 403
    assert Client().post(f"{LIST}repondre/").status_code == 302
    assert signed_in("pilote").get(f"{LIST}aide/A001/").status_code == 404


def test_the_cell_that_a_rule_names_is_one_of_the_sheet_of_its_rows():
    layout = current_layout()
    known = {
        column.key
        for key in ("mission", "entreprises", "entretiens", "projets", "aides")
        for column in layout.sheet(key).columns
    }
    rules = current_rulebook().plausibility.rules.values()
    assert {rule.column for rule in rules if rule.column} - known == {"depenses"}


def test_a_sheet_asks_what_the_whole_mission_asks_of_it_and_reads_its_own_rows(mission, django_assert_max_num_queries):
    """Brute force: doubles, an undertaking whose aid passes its account, and the sample's own questions."""
    user = User.objects.get(username="pilote")
    census = census_of(mission)
    first, twin, kin, *_ = census.firms
    by_firm = {each.firm_id: each for each in census.projects}
    same = next(each for each in census.projects if by_firm[each.firm_id].id != each.id)
    aid = AidObtained(
        id="A900",
        firm_id=kin.id,
        funder="Région Grand Est",
        label="Aide",
        regime="de_minimis_2023",
        granted_on=census.settings.committee_on - timedelta(days=30),
        amount=Euros(290_000),
    )
    other = replace(aid, id="A901", firm_id=first.id, label="Autre aide")
    changed = (
        replace(twin, siren=first.siren, name=first.name, establishment=first.establishment),
        replace(kin, single_undertaking="groupe"),
        replace(first, single_undertaking="groupe"),
    )
    wanted: dict[tuple[Kind, str], Any] = {(Kind.FIRM, each.id): each for each in changed} | {
        (Kind.AID, each.id): each for each in (aid, other)
    }
    wanted[Kind.PROJECT, same.id] = replace(same, title=by_firm[same.firm_id].title)
    save(mission, wanted, by=author_of(user))
    whole = census_of(mission)
    sheets = [(SubjectKind.FIRM, Kind.FIRM, each.id) for each in (first, twin, kin, *census.firms[3::9])]
    doubles = by_firm[same.firm_id].id, same.id, *(each.id for each in census.projects[::9])
    sheets += [(SubjectKind.PROJECT, Kind.PROJECT, ref) for ref in doubles]
    asked = 0
    for subject, kind, ref in sheets:
        with django_assert_max_num_queries(SHEET_QUERIES):
            around = census_around(mission, kind, ref)
        found = checks_of(user, mission, about=of_sheet(around, subject, ref), census=around)
        assert found == checks_of(user, mission, about=of_sheet(whole, subject, ref), census=whole), ref
        assert lacking(around, kind, ref) == lacking(whole, kind, ref)
        asked += len(found.questions) + len(found.remarks)
    codes = {each.code for each in examined(mission, whole).all}
    assert codes >= {"entreprise_meme_siret", "projets_identiques", "compte_de_minimis_depasse"}
    assert asked > len(changed)
