"""The history of one field on its sheet, and an earlier value given back unless someone wrote another meanwhile."""

from dataclasses import replace

import pytest

from rebond.history import Kind, rows_of
from rebond.web.editing.gestures import journal_position, save
from rebond.web.journal.models import Act, Entry
from rebond.web.journal.writing import Author
from rebond.web.missions.facts import census_of
from rebond.web.missions.models import Mission
from tests.web.editing.conftest import messages_of

HISTORY = "/missions/chaumont-langres/projets/P001/historique/"
ADVISER = Author(user=None, name="Conseillère")


@pytest.fixture
def mission(db):
    return Mission.objects.get()


def project(mission):
    return rows_of(census_of(mission))[Kind.PROJECT, "P001"]


def write(mission, **fields):
    save(mission, {(Kind.PROJECT, "P001"): replace(project(mission), **fields)}, by=ADVISER, reason="relecture")


def test_a_field_tells_its_own_history_and_takes_an_earlier_value_back(pilot, mission):
    before = project(mission)
    write(mission, jobs_created=41)
    write(mission, title="Presse neuve")
    (declared, _), *others = before.declared
    write(mission, declared=((declared, "autre"), *others))
    whole = pilot.get(HISTORY).content.decode()
    assert f'value="declared/{declared}"' in whole
    source = pilot.get(f"{HISTORY}?champ=jobs_created").content.decode()
    text = messages_of(source)
    assert "emplois créés" in text
    assert "relecture" in text
    assert "<del>" in source
    assert source.count("<del>") == 1

    entry = Entry.objects.of(mission).get(path=["jobs_created"])
    address = f"/missions/chaumont-langres/journal/{entry.pk}/retablir/"
    seen = journal_position(mission)
    write(mission, jobs_created=50)
    clash = pilot.post(address, {"depuis": seen, "retour": HISTORY}, follow=True).content.decode()
    assert "Conseillère a écrit « 50 »" in messages_of(clash).replace("\u202f", " ").replace("\xa0", " ")
    assert project(mission).jobs_created == 50

    pilot.post(address, {"depuis": journal_position(mission), "retour": HISTORY})
    assert project(mission).jobs_created == before.jobs_created
    assert Entry.objects.of(mission).order_by("-position").values_list("act", flat=True)[0] == Act.RESTORED
