"""Figures published from the site: what each role reads of them, and what it takes to publish again."""

from __future__ import annotations

import html
import io
import re
import zipfile
from dataclasses import replace
from datetime import date, datetime

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from rebond.publication.across import Together
from rebond.publication.edition import prepare
from rebond.publication.lines import basis_of
from rebond.publication.open_data import read_back
from rebond.publication.rules import Measure, shipped_rules
from rebond.results import MissionResult
from rebond.web.firms.models import Firm
from rebond.web.journal.models import Entry
from rebond.web.missions.models import Mission
from rebond.web.projects.models import Project
from rebond.web.publishing import acts, held
from rebond.web.publishing.across import _lines, _row
from rebond.web.publishing.models import Edition
from rebond.web.studies.models import PublicationBasis
from tests.core.publication.test_silence import check
from tests.web.addresses import MISSION, address
from tests.web.conftest import signed_in

pytestmark = pytest.mark.django_db
FILES = f"/missions/{MISSION}/chiffres-publies/fichier."
READERS = ("bpifrance", "copil", "entreprise", "observateur", "consultant")


def mission() -> Mission:
    return Mission.objects.get(slug=MISSION)


def publish(pilot: Client) -> None:
    """As the pilot does: look, then publish what was seen."""
    ready = acts.prepared(mission())
    assert ready is not None
    response = pilot.post(address("publishing:publication"), {"geste": "publier", "vu": ready.digest})
    assert response.status_code == 302


def text_of(person: Client, where: str) -> str:
    return html.unescape(person.get(where).content.decode())


def test_every_figure_of_the_sample_holds_against_the_attacker(sample_result: MissionResult) -> None:
    basis = basis_of(sample_result)
    edition, reports = prepare(basis, [], shipped_rules())
    assert all(report.proven and not report.dropped for report in reports)
    assert [(each.measure.code, each.told[()]) for each in edition.figures] == [
        ("entreprises", 50),
        ("projets", 77),
        ("investissement", 106_120_000),
        ("emplois", 135),
        ("soutiens", 14_420_000),
        ("aides", 14_420_000),
        ("besoins", 121),
    ]
    for figures in edition.figures:
        check(figures, basis.lines[figures.family])


def test_nobody_reads_a_figure_before_the_pilot_publishes_and_each_reads_the_same_after(pilot: Client) -> None:
    for name in READERS:
        assert "aucun chiffre" in text_of(signed_in(name), address("publishing:figures"))
        assert signed_in(name).get(f"{FILES}csv").status_code == 404
    publish(pilot)
    pages = {name: text_of(signed_in(name), address("publishing:figures")) for name in READERS}
    names = [*Firm.objects.values_list("name", flat=True), *Project.objects.values_list("title", flat=True)]
    for page in pages.values():
        assert "Édition n°\xa01" in page
        assert "CA de Chaumont" in page
        assert not [name for name in names if name in page]
        assert "groupes d’entreprises" in page
        assert "soustraction" not in page
    lines = signed_in("observateur").get(f"{FILES}csv").content.decode("utf-8-sig").splitlines()
    assert "Projets;Projets;projets;;;;;77;" in lines
    assert any(line.endswith(";secret") for line in lines)
    body = signed_in("observateur").get(f"{FILES}ods").content
    assert body[30:38] == b"mimetype"
    sheets = sheets_in(body)
    assert ["Projets", "Projets", "projets", "", "", "", "", 77, ""] in sheets["Chiffres"]
    with zipfile.ZipFile(io.BytesIO(signed_in("observateur").get(f"{FILES}zip").content)) as opened:
        cells = read_back({name: opened.read(name) for name in opened.namelist()})
    assert cells["projets", "projets", ()] == (77, "publie")
    across = text_of(signed_in("observateur"), address("published:across"))
    assert "106\u202f120\u202f000" in across
    total = signed_in("observateur").get("/chiffres-publies/fichier.csv").content.decode("utf-8-sig")
    assert "Projets;Projets;projets;Total;77;" in total
    said = Entry.objects.of(mission()).filter(kind=acts.KIND).get()
    assert said.after == "publiée"


def test_a_total_that_nobody_tells_is_silent_in_files_as_on_the_page_and_one_mission_is_one() -> None:
    measure = Measure(code="m", label="Projets", unit="projets")
    of = {"a": 7, "b": None}
    some = Together(title="Projets", measure=measure, value=7, silent=1, of=of, partial=False)
    sums = [replace(some, value=None, silent=2, of=dict.fromkeys(of)), some]
    totals = [_lines(each, {"a": "Langres", "b": "Chaumont"})[-1][-2:] for each in sums]
    assert totals == [("", "secret ou non publié"), ("7", "minimum : 1 mission manque")]
    assert [(_row(each).total, _row(each).note) for each in sums] == [("s", ""), ("7", "sans 1 mission")]


def sheets_in(body: bytes) -> dict[str, list[list[object]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(body))
    return {
        name: [[int(v) if isinstance(v, float) else v for v in row] for row in book.get_sheet_by_name(name).to_python()]
        for name in book.sheet_names
    }


def test_the_same_figures_are_not_published_twice_and_an_entry_alone_is_not_published(pilot: Client) -> None:
    publish(pilot)
    assert "Rien de nouveau" in text_of(pilot, f"{address('publishing:publication')}?apercu=1")
    row = PublicationBasis.objects.get(study=mission().current_study)
    data = row.record.read()
    data["lines"]["projets"].append(
        ["E-nouvelle", data["lines"]["projets"][0][1], {"projets": 1, "investissement": 777_777, "emplois": 3}]
    )
    row.record = type(row.record).of(data)
    row.record.save()
    row.save()
    ready = acts.prepared(mission())
    assert ready is not None
    told = {each.figures.measure.code: each for each in ready.reports}
    assert not told["projets"].figures.tables
    assert not told["investissement"].figures.tables
    assert "depuis une édition" in text_of(pilot, f"{address('publishing:publication')}?apercu=1")


def test_what_was_not_seen_is_not_published(pilot: Client) -> None:
    response = pilot.post(address("publishing:publication"), {"geste": "publier", "vu": "0" * 64}, follow=True)
    assert "rien n’a été publié" in html.unescape(response.content.decode())
    assert not Edition.objects.of(mission()).exists()


def test_an_edition_withdrawn_is_read_by_nobody_and_may_come_back_as_it_was(pilot: Client) -> None:
    publish(pilot)
    where = address("publishing:publication")
    assert pilot.post(where, {"geste": "retirer", "edition": "1"}).status_code == 422
    assert pilot.post(where, {"geste": "retirer", "edition": "9", "motif": "x"}).status_code == 404
    assert pilot.post(where, {"geste": "retirer", "edition": "1", "motif": "Erreur de saisie"}).status_code == 302
    assert "aucun chiffre" in text_of(signed_in("observateur"), address("publishing:figures"))
    assert signed_in("observateur").get(f"{FILES}ods").status_code == 404
    publish(pilot)
    assert "Édition n°\xa02" in text_of(signed_in("observateur"), address("publishing:figures"))


@pytest.mark.parametrize("name", READERS)
def test_only_the_pilot_publishes_and_withdraws(name: str) -> None:
    for gesture in ("publier", "retirer"):
        response = signed_in(name).post(address("publishing:publication"), {"geste": gesture, "edition": "1"})
        assert response.status_code == 403
    assert not Edition.objects.of(mission()).exists()


def test_under_embargo_the_team_alone_reads_an_edition_until_its_hour(
    pilot: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = {"now": datetime.fromisoformat("2026-10-03T12:00")}
    monkeypatch.setattr(held, "clock", lambda: clock["now"])
    Mission.objects.filter(slug=MISSION).update(embargo_until=date(2026, 10, 4), embargo_hour="18 h")
    publish(pilot)
    assert "Sous embargo" in text_of(pilot, address("publishing:figures"))
    outside = [name for name in READERS if name != "consultant"]
    for now, is_told in (
        (datetime.fromisoformat("2026-10-03T23:59"), False),
        (datetime.fromisoformat("2026-10-04T17:59"), False),
        (datetime.fromisoformat("2026-10-04T18:00"), True),
        (datetime.fromisoformat("2026-10-05T00:00"), True),
    ):
        clock["now"] = now
        assert "Édition n°\xa01" in text_of(signed_in("consultant"), address("publishing:figures"))
        for name in outside:
            person = signed_in(name)
            page = text_of(person, address("publishing:figures"))
            assert ("Édition n°\xa01" in page) is is_told
            said = re.sub(r"\s", " ", page.replace("’", "'"))
            assert ("sous embargo jusqu'au 4 octobre 2026 à 18 h" in said) is not is_told
            for kind in ("csv", "ods", "zip"):
                assert (person.get(f"{FILES}{kind}").status_code == 200) is is_told
            assert ("Total" in text_of(person, address("published:across"))) is is_told
            assert (person.get("/chiffres-publies/fichier.csv").status_code == 200) is is_told


def test_what_was_published_before_an_embargo_stays_and_a_day_without_an_hour_is_held_whole(
    pilot: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = {"now": datetime.fromisoformat("2026-10-04T23:59")}
    monkeypatch.setattr(held, "clock", lambda: clock["now"])
    publish(pilot)
    Mission.objects.filter(slug=MISSION).update(embargo_until=date(2026, 10, 4))
    observer = signed_in("observateur")
    assert "Édition n°\xa01" in text_of(observer, address("publishing:figures")), "already told: it stays"
    Edition.objects.update(embargoed=True)
    assert "Édition n°\xa01" not in text_of(observer, address("publishing:figures"))
    assert "paraît le lendemain" in text_of(pilot, address("publishing:publication"))
    clock["now"] = datetime.fromisoformat("2026-10-05T00:00")
    assert "Édition n°\xa01" in text_of(observer, address("publishing:figures"))
