"""A preview of many lines: in pages, with choices that stay, and what it would change in figures."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from rebond.facts import PartnerEntry
from rebond.history import Kind
from rebond.web.editing.gestures import save
from rebond.web.exchange.applying import keep
from rebond.web.exchange.bringing import Brought
from rebond.web.exchange.models import ImportDraft
from rebond.web.exchange.preview_page import PER_PAGE
from rebond.web.missions.facts import census_of
from rebond.web.worker.studying import Studies
from tests.web.conftest import signed_in
from tests.web.exchange.conftest import Desk

MANY = 300


def brought(desk: Desk, *, lines: int = 0, conflicts: bool = True) -> str:
    """The address of an import: the jobs of every project changed, on the site too, and lines of lists changed."""
    entries = tuple(PartnerEntry(id=f"X{n:05d}", partner="ademe", firm_name=f"Firme {n}") for n in range(lines))
    known = replace(census_of(desk.mission), partner_entries=entries)
    save(desk.mission, {(Kind.PARTNER_ENTRY, each.id): each for each in entries}, by=desk.by)
    census = replace(
        known,
        projects=tuple(replace(project, jobs_created=400) for project in known.projects),
        partner_entries=tuple(replace(each, firm_name=f"{each.firm_name} SA") for each in entries),
    )
    if conflicts:
        mine = {(Kind.PROJECT, each.id): replace(each, jobs_created=333) for each in known.projects}
        save(desk.mission, mine, by=desk.by)
    draft = keep(desk.mission, Brought(known=known, census=census, export=None, lines={}), file_name="x", by=desk.by)
    return f"/missions/petite/echanges/{draft.pk}/"


def test_a_preview_comes_in_pages_filtered_with_as_many_queries_whatever_it_holds(desk: Desk) -> None:
    pilot, counts = signed_in("pilote"), []
    for lines in (PER_PAGE + 1, MANY, MANY + 1):
        at = brought(desk, lines=lines)
        with CaptureQueriesContext(connection) as queries:
            page = pilot.get(f"{at}?quoi=change&feuille=listes&page=2").content.decode()
        counts.append(len(queries))
    assert len(set(counts[1:])) == 1, counts
    assert page.count("<tr data-rb-line") == PER_PAGE
    assert f"({MANY + 1})</a>" in page
    assert "Conflits" not in page
    assert "aria-current" in page


def test_choices_made_on_a_page_stay_while_another_is_looked_at(desk: Desk) -> None:
    pilot, at = signed_in("pilote"), brought(desk)
    shown = pilot.get(f"{at}?quoi=conflit").context
    first, second, *_ = [line.key for line, _ in shown["chosen"]]
    assert pilot.post(at, {f"choix-{first}": "site"}, headers={"X-Rebond": "choix"}).status_code == 204
    there = pilot.post(f"{at}?quoi=conflit", {f"choix-{second}": "classeur", "aller": "?quoi=change", "motif": "x"})
    assert there["Location"] == f"{at}?quoi=change#titre-lignes"
    assert dict(pilot.get(at).context["draft"].choices) == {first: "site", second: "classeur"}
    refused = pilot.post(at, {"motif": "x"})
    assert refused.status_code == 422
    assert refused.context["lacking"] == len(census_of(desk.mission).projects) - 2
    consultant = signed_in("consultant")
    assert consultant.post(at, {"tout": "site"}).status_code == 404


def test_what_it_changes_in_figures_is_computed_in_the_background_or_said_not_computed(desk: Desk) -> None:
    pilot, at = signed_in("pilote"), brought(desk)
    assert "Chiffres pas encore calculés" in pilot.get(at).content.decode()
    ImportDraft.objects.update(at=timezone.now() - timedelta(hours=1))
    assert "ne répond pas" in pilot.get(at).content.decode()
    studies = Studies()
    assert studies.previews()
    assert "Aucun chiffre de la mission ne change" in pilot.get(f"{at}chiffres/").content.decode()
    pilot.post(at, {"tout": "classeur"})
    assert studies.previews()
    assert not studies.previews()
    page = pilot.get(at).content.decode()
    jobs = 400 * len(census_of(desk.mission).projects)
    assert f"{jobs:,}".replace(",", "\u202f") in page.replace("&#8239;", "\u202f")
    first = census_of(desk.mission).projects[0]
    save(desk.mission, {(Kind.PROJECT, first.id): replace(first, title="Autre")}, by=desk.by)
    assert "La mission a changé depuis ce calcul" in pilot.get(at).content.decode()
    pilot.post(f"{at}chiffres/")
    assert studies.previews()
    assert "La mission a changé depuis ce calcul" not in pilot.get(at).content.decode()


def test_a_calculation_that_fails_says_why_and_is_not_begun_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> object:
        raise MemoryError

    at, studies = brought(desk), Studies()
    monkeypatch.setattr("rebond.web.worker.previews.run_mission", fail)
    assert studies.previews()
    assert not studies.previews()
    assert "la mission ne s’étudierait pas" in signed_in("pilote").get(at).content.decode()
