"""Projects split and joined, firms joined, on the site: previewed, done in one gesture, told on both sheets, undone."""

import re
from dataclasses import replace
from html import unescape
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from rebond.adapters.workbook import census_rows, read_census, write_workbook
from rebond.facts import (
    UNKNOWN,
    CommitteeDecision,
    DecisionOutcome,
    DescentAct,
    LinkAnswer,
    LinkDecision,
    Project,
    ReferralState,
    SentReferral,
)
from rebond.history import Kind, diff, rows_of
from rebond.web.accounts.models import User
from rebond.web.disclosure.models import Consent
from rebond.web.editing.dictionary import current_layout, gazetteer
from rebond.web.editing.gestures import save, undo
from rebond.web.editing.models import Draft
from rebond.web.firms.models import Firm
from rebond.web.journal.models import Entry
from rebond.web.journal.writing import Author
from rebond.web.linkage.models import LinkDecision as LinkRow
from rebond.web.missions.facts import census_of
from rebond.web.missions.models import Mission
from rebond.web.regrouping.related import FIRM, NAMING
from tests.web.addresses import SIGNED_IN
from tests.web.conftest import signed_in
from tests.web.editing.conftest import Controls, messages_of

M = "/missions/chaumont-langres"
ADVISER = Author(user=None, name="Conseillère")


@pytest.fixture
def mission(db):
    return Mission.objects.get()


def controls(client, address, **chosen):
    """What a page sends once some controls are chosen: those that it shows, with the answers that it ticks."""
    response = client.get(address)
    assert response.status_code == 200, response
    source = response.content.decode()
    values = Controls(source).values
    for tag in re.findall(r"<input type=\"radio\"[^>]*>", source):
        told = {name: unescape(text) for name, text in re.findall(r"(\w+)=\"([^\"]*)\"", tag)}
        if re.search(r"\schecked\b", tag):
            values[told["name"]] = [told["value"]]
    values |= {name: value if isinstance(value, list) else [value] for name, value in chosen.items()}
    values["geste"] = ["enregistrer"]
    return values


def first_answers(client, address):
    """The first answer of each question of a page, nothing being ticked for the person."""
    source = client.get(address).content.decode()
    found: dict[str, str] = {}
    for name, value in re.findall(r"<input type=\"radio\"[^>]*name=\"([^\"]+)\" value=\"([^\"]+)\"", source):
        found.setdefault(unescape(name), unescape(value))
    return found


def two_projects(census):
    """Two projects of one firm."""
    by_firm: dict[str, list[Project]] = {}
    for project in census.projects:
        by_firm.setdefault(project.firm_id, []).append(project)
    return next(each[:2] for each in by_firm.values() if len(each) > 1)


def decided_on(mission, project):
    """A vote and an answer about a partner's line, on a project."""
    vote = CommitteeDecision(project_id=project.id, outcome=DecisionOutcome.POSTPONED, reason="à revoir")
    link = LinkDecision(entry_id="L001", firm_id=project.firm_id, project_id=project.id, answer=LinkAnswer.SAME)
    rows = {(Kind.DECISION, project.id): vote, (Kind.LINK, f"L001/{project.firm_id}/{project.id}"): link}
    save(mission, rows, by=ADVISER)


def total(census):
    return sum(project.total_cost for project in census.projects)


def last_gesture(mission):
    return Entry.objects.of(mission).order_by("-position").values_list("gesture", flat=True)[0]


def no_page_breaks(client, gone):
    """Every page of the mission, shown from a study that still names what left."""
    for name, arguments in SIGNED_IN.items():
        if arguments.get("ref") != gone and "document" not in name:
            assert client.get(reverse(name, kwargs=arguments)).status_code in {200, 302}, name


def test_every_model_that_names_a_firm_has_its_way(db):
    """Also those to come: a model that names a firm says what becomes of it when two firms are put together."""
    pointing = {f"{each.related_model._meta.label}.{each.field.name}" for each in Firm._meta.related_objects}
    naming = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model._meta.app_config.name.startswith("rebond.")
        for field in model._meta.fields
        if not field.is_relation and (field.name in NAMING or field.name == "firm_id")
    }
    assert set(FIRM) == pointing | naming | {"journal.Entry.ref", "readings.Reading.ref"}


def test_a_project_split_keeps_every_euro_and_says_where_it_came_from(pilot, mission, tmp_path):
    census = census_of(mission)
    project = next(each for each in census.projects if len(each.costs) > 1)
    decided_on(mission, project)
    census = census_of(mission)
    address = f"{M}/projets/{project.id}/scinder/"
    sent = controls(pilot, address, **{"intitule:1": "Le bâtiment", "motif": "deux calendriers"})
    response = pilot.post(address, sent)
    text = messages_of(response.content.decode())
    assert response.status_code == 200
    assert "rien n’est dit de ce qui fut décidé" in text.lower()
    assert census_of(mission) == census
    assert Draft.ever.count() == 1

    first = project.costs[0]
    half = first.amount / 2
    sent |= {
        f"part:costs/{first.id}": ["partage"],
        f"montant:costs/{first.id}": [f"{half:f}".replace(".", ","), f"{half:f}"],
        **{name: ["0"] for name in first_answers(pilot, address) if name.startswith("decide:niveau")},
        **{name: ["retirer"] for name in first_answers(pilot, address) if name.startswith("decide:comite")},
        **{name: ["1"] for name in first_answers(pilot, address) if name.startswith("decide:rapprochement")},
        **{name: ["0"] for name in first_answers(pilot, address) if name.startswith("decide:notes")},
    }
    wrong = pilot.post(address, sent | {f"montant:costs/{first.id}": ["12", ""]})
    assert "Les parts font 12" in messages_of(wrong.content.decode())
    assert f'href="#c-costs-{re.sub("[^A-Za-z0-9]+", "-", first.id)}"' in wrong.content.decode()

    done = pilot.post(address, sent)
    assert done.status_code == 302, messages_of(done.content.decode())
    after = census_of(mission)
    (new,) = {each.id for each in after.projects} - {each.id for each in census.projects}
    assert total(after) == total(census)
    assert [(each.act, each.origin, each.became) for each in after.lineage] == [(DescentAct.SPLIT, project.id, new)]
    assert after.decisions == ()
    assert [each.project_id for each in after.link_decisions] == [new]
    for ref, other in ((project.id, new), (new, project.id)):
        sheet = pilot.get(f"{M}/projets/{ref}/").content.decode()
        assert f"/projets/{other}/" in sheet
        assert "Projet scindé" in sheet

    book = tmp_path / "export.xlsx"
    write_workbook(book, current_layout(), census_rows(after, current_layout()))
    assert diff(after, read_census(book, layout=current_layout(), gazetteer=gazetteer())) == ()

    undo(mission, last_gesture(mission), by=ADVISER)
    assert diff(census, census_of(mission)) == ()


def test_a_project_changed_meanwhile_is_shown_again_and_nothing_is_done(pilot, mission):
    project = census_of(mission).projects[0]
    address = f"{M}/projets/{project.id}/scinder/"
    kept = {name: "0" for name in first_answers(pilot, address) if name.startswith("decide:")}
    sent = controls(pilot, address, **{"intitule:1": "Autre", "motif": "deux"}, **kept)
    line = project.costs[0]
    costs = (replace(line, amount=line.amount + 7), *project.costs[1:])
    save(mission, {(Kind.PROJECT, project.id): replace(project, costs=costs)}, by=ADVISER)
    before = census_of(mission)

    response = pilot.post(address, sent)
    text = messages_of(response.content.decode())
    assert "Quelqu’un a changé ces fiches pendant que vous choisissiez" in text
    assert "Conseillère" in text
    assert 'value="Autre"' in response.content.decode()
    assert census_of(mission) == before

    again = Controls(response.content.decode()).values
    assert pilot.post(address, sent | {"depuis": again["depuis"]}).status_code == 302
    assert total(census_of(mission)) == total(before)


def test_two_projects_joined_and_the_one_that_left_says_what_it_became(pilot, mission):
    census = census_of(mission)
    kept, absorbed = two_projects(census)
    decided_on(mission, absorbed)
    census = census_of(mission)
    sent = [
        SentReferral(id=f"O90{n}", project_id=each.id, organisation="ademe") for n, each in enumerate((kept, absorbed))
    ]
    save(mission, {(Kind.REFERRAL, each.id): each for each in sent}, by=ADVISER)
    census = census_of(mission)
    address = f"{M}/projets/{kept.id}/reunir/?avec={absorbed.id}"
    response = pilot.post(address, controls(pilot, address))
    assert "points à régler" in response.content.decode()
    assert "O901. Projets réunis" in response.content.decode()
    assert census_of(mission) == census

    chosen = first_answers(pilot, address) | {"motif": "un seul investissement"}
    chosen |= {name: "retirer" for name in chosen if name.startswith("decide:")}
    done = pilot.post(address, controls(pilot, address, **chosen))
    assert done.status_code == 302, messages_of(done.content.decode())
    after = census_of(mission)
    assert total(after) == total(census)
    assert (after.decisions, after.link_decisions) == ((), ())
    assert [(each.referral_id, each.state) for each in after.referral_steps] == [("O901", ReferralState.CLOSED)]
    gone = pilot.get(f"{M}/projets/{absorbed.id}/")
    assert gone.status_code == 410
    assert f"{M}/projets/{kept.id}/" in gone.content.decode()
    assert absorbed.title.split()[0] in messages_of(pilot.get(f"{M}/projets/{kept.id}/").content.decode())

    no_page_breaks(pilot, absorbed.id)  # The study was made with the project.
    undo(mission, last_gesture(mission), by=ADVISER)
    assert diff(census, census_of(mission)) == ()
    assert pilot.post(address, controls(pilot, address, **chosen)).status_code == 302
    assert [each.number for each in census_of(mission).referral_steps] == [2], "what was undone keeps its number"


def test_two_firms_joined_move_all_that_named_the_second(pilot, mission):
    census = census_of(mission)
    kept = census.firm("E001")
    absorbed = next(
        firm
        for firm in census.firms
        if firm.id != kept.id
        and any(each.firm_id == firm.id for each in census.projects)
        and any(each.firm_id == firm.id for each in census.aids)
    )
    address = f"{M}/entreprises/{kept.id}/reunir/?avec={absorbed.id}"
    blocked = messages_of(pilot.get(address).content.decode())
    assert "Ce n’est pas possible en l’état" in blocked
    assert f"deux SIREN, {kept.siren} et {absorbed.siren}" in blocked.replace("Deux", "deux")

    alone: dict[str, Any] = {"siren": UNKNOWN, "single_undertaking": "", "aid_declared": UNKNOWN}
    answer = LinkDecision(entry_id="L001", firm_id=absorbed.id, answer=LinkAnswer.DIFFERENT)
    save(
        mission,
        {
            (Kind.FIRM, absorbed.id): replace(absorbed, **alone),
            (Kind.LINK, f"L001/{absorbed.id}"): answer,
        },
        by=ADVISER,
    )
    other = Draft.ever.create(
        user=User.objects.get(username="consultant"),
        mission=mission,
        address=f"{M}/entreprises/{absorbed.id}/modifier/",
    )
    assert "n’a pas enregistré" in messages_of(pilot.get(address).content.decode())
    other.delete()
    leaving = Firm.objects.of(mission).get(ref=absorbed.id)
    consent = Consent.ever.create(firm=leaving, text="D’accord.", signed_by="Sa gérante", given_on="2026-09-01")
    assert "qui ne vaut pas pour l’autre fiche" in messages_of(pilot.get(address).content.decode())
    consent.delete()

    census = census_of(mission)
    moving = {
        *(each.id for each in census.projects if each.firm_id == absorbed.id),
        *(each.id for each in census.interviews if each.firm_id == absorbed.id),
        *(each.id for each in census.aids if each.firm_id == absorbed.id),
        f"L001/{absorbed.id}",
    }
    page = pilot.get(address).content.decode()
    assert all(f">{ref}<" in page for ref in moving)
    chosen = first_answers(pilot, address) | {"motif": "le même établissement, vu deux fois"}
    done = pilot.post(address, controls(pilot, address, **chosen))
    assert done.status_code == 302, messages_of(done.content.decode())

    after = census_of(mission)
    named: list[Any] = [*after.projects, *after.interviews, *after.aids, *after.link_decisions]
    assert not [row for row in named if row.firm_id == absorbed.id]
    assert absorbed.id not in {firm.single_undertaking for firm in after.firms}
    assert LinkRow.objects.get(entry_ref="L001").firm_ref == kept.id
    assert total(after) == total(census)
    assert absorbed.name in after.firm(kept.id).former_names
    gone = pilot.get(f"{M}/entreprises/{absorbed.id}/")
    assert (gone.status_code, f"{M}/entreprises/{kept.id}/" in gone.content.decode()) == (410, True)
    no_page_breaks(pilot, absorbed.id)
    undo(mission, last_gesture(mission), by=ADVISER)
    assert diff(census, census_of(mission)) == ()


def test_what_belongs_to_another_mission_or_role_is_not_there(pilot, mission):
    census = census_of(mission)
    other = Mission.objects.create(slug="ailleurs", name="Ailleurs", territory="Ailleurs", committee_on="2026-10-01")
    firm = Firm.objects.create(mission=other, ref="X1", name="Étrangère")
    assert firm.pk
    for address in (
        f"{M}/projets/X9/scinder/",
        f"{M}/projets/X9/reunir/",
        f"{M}/projets/{census.projects[0].id}/reunir/?avec=X9",
        f"{M}/entreprises/X1/reunir/",
        f"{M}/entreprises/E001/reunir/?avec=X1",
        "/missions/ailleurs/entreprises/X1/reunir/",
    ):
        assert pilot.get(address).status_code == 404, address
        assert pilot.post(address, {"geste": "enregistrer", "motif": "x"}).status_code == 404, address
    address = f"{M}/projets/{census.projects[0].id}/scinder/"
    assert signed_in("bpifrance").get(address).status_code == 403
    assert Client().get(address).status_code == 302


def test_what_was_chosen_is_kept_when_refused_and_shown_again(pilot, mission):
    project = census_of(mission).projects[0]
    address = f"{M}/projets/{project.id}/scinder/"
    sent = controls(pilot, address, **{"intitule:1": "Le bâtiment"})
    assert sent["auteur"]
    pilot.post(address, sent)
    shown = pilot.get(f"{address}?brouillon=1").content.decode()
    assert 'value="Le bâtiment"' in shown
    assert "Vos choix du" in shown
    three = pilot.post(address, sent | {"geste": [""], "parts": ["3"]}).content.decode()
    assert 'name="intitule:2"' in three
    assert rows_of(census_of(mission))[Kind.PROJECT, project.id] == project
