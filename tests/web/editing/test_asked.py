"""« inconnu » is an answer: asked and nobody knows, apart from what is still to ask; the same for the law."""

from dataclasses import replace
from datetime import date

import pytest
from django.utils import timezone

from rebond.adapters.workbook import census_rows, write_workbook
from rebond.adapters.workbook.exchange import brought_by_workbook
from rebond.adapters.workbook.reading import read_census
from rebond.facts import UNKNOWN
from rebond.history import Kind, rows_of
from rebond.study.inputs import CensusParts
from rebond.web.catalogue.reading import current_catalogue
from rebond.web.editing.dictionary import current_layout
from rebond.web.editing.lacking import lacking
from rebond.web.financing.study import current_rulebook
from rebond.web.journal.models import Entry
from rebond.web.missions.facts import census_of
from rebond.web.missions.models import Mission
from tests.web.conftest import signed_in
from tests.web.editing.conftest import filled

AT = "/missions/chaumont-langres/entreprises/E001/modifier/"


@pytest.fixture
def mission(db) -> Mission:
    return Mission.objects.get(slug="chaumont-langres")


def firm_of(mission):
    return next(each for each in census_of(mission).firms if each.id == "E001")


def told(mission):
    found = lacking(census_of(mission), Kind.FIRM, "E001")
    return {each.column for each in found.to_ask}, {each.column: each.since for each in found.asked}


def test_someone_answers_unknown_then_knows_and_the_sheet_the_form_and_the_journal_tell_them_apart(mission):
    client = signed_in("consultant")
    client.post(AT, filled(client, AT, entreprises__0__capitaux_propres="", entreprises__0__financierement_saine=""))
    to_ask, asked = told(mission)
    assert {"capitaux_propres", "financierement_saine"} <= to_ask
    unknown = {"entreprises__0__capitaux_propres": "Inconnu", "entreprises__0__financierement_saine": "inconnu"}
    client.post(AT, filled(client, AT, **unknown))
    left, asked = told(mission)
    assert to_ask - left == {"capitaux_propres", "financierement_saine"} == asked.keys()
    assert set(asked.values()) == {timezone.localdate()}
    assert firm_of(mission).own_funds is UNKNOWN
    form = client.get(AT).content.decode()
    assert "demandé, personne ne sait" in form
    assert 'value="inconnu" selected' in form
    sheet = client.get("/missions/chaumont-langres/vraisemblance/entreprise/E001/").content.decode()
    assert "Inconnu de l’entreprise (2)" in sheet
    changes = Entry.objects.of(mission).filter(ref="E001", path=["asked", "capitaux_propres"]).count()
    client.post(AT, filled(client, AT))
    assert Entry.objects.of(mission).filter(ref="E001", path=["asked", "capitaux_propres"]).count() == changes == 1
    client.post(AT, filled(client, AT, entreprises__0__capitaux_propres="250 000"))
    assert firm_of(mission).own_funds == 250_000
    assert told(mission)[1].keys() == {"financierement_saine"}


def test_a_workbook_says_unknown_and_gives_it_back_with_its_day(mission, tmp_path):
    census = census_of(mission)
    day = date(2026, 11, 2)
    keys = ("capitaux_propres", "financierement_saine", "effectif_n1")
    firm = replace(firm_of(mission), own_funds=UNKNOWN, asked=tuple((key, day) for key in keys))
    bare = replace(firm, accounts=firm.accounts[:1], declared=tuple(p for p in firm.declared if p[0] not in keys))
    known = replace(census, firms=(bare, *census.firms[1:]))
    layout, gazetteer = current_layout(), current_catalogue().gazetteer
    path = tmp_path / "classeur.xlsx"
    write_workbook(path, layout, census_rows(known, layout))
    read = read_census(path, layout=layout, gazetteer=gazetteer)
    assert {key for key, _ in read.firms[0].asked} == set(keys)
    for typed in (False, True):
        back = brought_by_workbook(read, known=known, now=known, typed=typed, layout=layout, gazetteer=gazetteer)
        assert rows_of(back) == rows_of(known)
    silent = replace(known, firms=(replace(bare, asked=()), *census.firms[1:]))
    heard = brought_by_workbook(read, known=silent, now=silent, typed=True, layout=layout, gazetteer=gazetteer)
    assert {key for key, _ in heard.firms[0].asked} == set(keys)


def test_what_was_asked_moves_nothing_in_a_study(mission):
    census = census_of(mission)
    on, rulebook = census.settings.committee_on, current_rulebook()
    pairs = (("capitaux_propres", date(2026, 11, 2)),)
    asked = replace(
        census,
        firms=tuple(replace(firm, asked=pairs) for firm in census.firms),
        projects=tuple(replace(project, asked=(("debut", UNKNOWN),)) for project in census.projects),
    )
    plain, told_apart = (CensusParts(each, rulebook, on=on) for each in (census, asked))
    for project in census.projects[:5]:
        assert plain.inputs(project.id) == told_apart.inputs(project.id)
