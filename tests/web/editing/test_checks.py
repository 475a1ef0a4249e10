"""Questions of plausibility on the site: shown on the sheet, answered for a value, asked again when it changes."""

import re
from dataclasses import replace
from datetime import date

import pytest
from django.test import Client

from rebond.adapters.workbook.reading import read_census
from rebond.facts import UNKNOWN
from rebond.history import Kind
from rebond.web.accounts.models import User
from rebond.web.catalogue.reading import current_catalogue
from rebond.web.editing.checks import examined
from rebond.web.editing.dictionary import current_layout
from rebond.web.editing.gestures import save
from rebond.web.exchange.exporting import export_workbook
from rebond.web.financing.study import current_rulebook
from rebond.web.journal.models import Entry
from rebond.web.journal.writing import author_of
from rebond.web.missions.facts import census_of
from rebond.web.missions.models import Mission
from tests.web.conftest import signed_in

LIST = "/missions/chaumont-langres/vraisemblance/"
SHEET = f"{LIST}projet/P001/"


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
    assert client.get(f"{LIST}?liste=remarques").context["list"] == "remarques"


def test_only_the_team_reads_and_answers(mission):
    for name in ("bpifrance", "copil"):
        client = signed_in(name)
        assert client.get(LIST).status_code == 403
        assert client.get(SHEET).status_code == 403
        assert client.post(f"{LIST}repondre/", {"motif": "x"}).status_code == 403
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
