"""One field of a sheet changed where it stands: the rules, the clash and the history of the whole form."""

from dataclasses import replace

from django.utils import timezone

from rebond.adapters.workbook.places import column_at, field_of
from rebond.facts import UNKNOWN
from rebond.history import Kind, rows_of
from rebond.web.editing.dictionary import current_layout
from rebond.web.editing.gestures import save
from rebond.web.editing.models import Draft
from rebond.web.editing.parts import FIRM, PROJECT, columns_of
from rebond.web.journal.writing import Author
from rebond.web.missions.facts import census_of
from tests.web.editing.conftest import filled, messages_of

M = "/missions/chaumont-langres"
START = f"{M}/projets/P001/champ/debut/"
IN_PLACE = {"HX-Request": "true"}


def held(mission, kind=Kind.PROJECT, ref="P001"):
    return rows_of(census_of(mission))[kind, ref]


def test_a_field_alone_is_read_and_refused_as_in_the_whole_form_and_changes_nothing_else(pilot, mission):
    before = held(mission)
    assert "Rien n’a changé" in pilot.post(START, filled(pilot, START), follow=True).content.decode()
    refused = pilot.post(START, filled(pilot, START, projets__0__debut="le 31/02/2027"), headers=IN_PLACE)
    assert 'id="champ-debut"' in refused.content.decode()
    assert "Ce n’est pas une date" in messages_of(refused.content.decode())
    assert Draft.objects.get().typed["projets.0.debut"] == ["le 31/02/2027"]
    # A rule of two fields holds too: the end comes after the start.
    end = f"{M}/projets/P001/champ/fin/"
    assert "date" in messages_of(pilot.post(end, filled(pilot, end, projets__0__fin="01/01/2001")).content.decode())
    assert held(mission) == before
    saved = pilot.post(START, filled(pilot, START, projets__0__debut="inconnu"), headers=IN_PLACE)
    assert saved["HX-Refresh"] == "true"
    assert held(mission) == replace(before, starts_on=UNKNOWN, asked=(("debut", timezone.localdate()),))
    assert not Draft.objects.filter(address=START).exists()
    history = messages_of(pilot.get(f"{M}/projets/P001/historique/?champ=starts_on").content.decode())
    assert "demandé, inconnu" in history
    assert "devient" not in messages_of(pilot.get(f"{M}/projets/P001/historique/?champ=ends_on").content.decode())


def test_a_colleague_who_changed_the_field_meanwhile_is_shown_beside_one_s_own_value(pilot, mission):
    sent = filled(pilot, START, projets__0__debut="15/01/2028")
    other = replace(held(mission), starts_on=UNKNOWN, jobs_created=1)
    save(mission, {(Kind.PROJECT, "P001"): other}, by=Author(user=None))
    clash = pilot.post(START, sent, headers=IN_PLACE)
    assert clash["HX-Retarget"] == clash["HX-Reselect"] == "#contenu"
    assert "15 janvier 2028" in messages_of(clash.content.decode())
    assert held(mission) == other


def test_a_session_that_ended_keeps_what_was_typed_and_leads_to_the_sign_in(pilot, mission):
    sent = filled(pilot, START, projets__0__debut="15/01/2028")
    pilot.logout()
    answer = pilot.post(START, sent, headers=IN_PLACE)
    assert answer["HX-Redirect"].startswith("/connexion/?next=")
    assert Draft.objects.get().typed["projets.0.debut"] == ["15/01/2028"]


def test_every_field_that_opens_alone_leads_to_its_own_history_and_back(pilot):
    layout = current_layout()
    for kind, parts in ((Kind.FIRM, FIRM), (Kind.PROJECT, PROJECT)):
        for column in (each for part in parts if not part.repeated for each in columns_of(part, parts, layout)):
            field = field_of(layout, kind, column.key)
            if field and field[0] not in {"evidence", "zone"}:
                assert column_at(layout, kind, field) == column, column.key
    assert pilot.get(f"{M}/projets/P001/champ/repere/").status_code == 404


def test_a_sheet_offers_each_of_its_facts_and_those_it_lacks(pilot, mission):
    sheet = pilot.get(f"{M}/projets/P001/faits/").content.decode()
    assert f'href="{M}/projets/P001/modifier/#projets-0-debut"' in sheet
    assert f'hx-get="{START}"' in sheet
    lacking = pilot.get(f"{M}/vraisemblance/projet/P001/").content.decode()
    assert 'class="rb-unknown"' in lacking
    assert "/projets/P001/champ/" in lacking
