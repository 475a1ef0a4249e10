"""The plan's tab: the mission's numbers, to the euro, explained; its documents."""

import html
import io
import re
from collections.abc import Callable

import pytest
from django.test import Client
from openpyxl import load_workbook

from rebond.adapters.plan_documents.wording import quoted
from rebond.financing.auditing.audit import audit_plan
from rebond.restitution.typography import typeset
from rebond.results import MissionResult
from rebond.units import format_euros
from rebond.web.financing.resources import resources
from rebond.web.financing.study import bench_of, dossier_of
from rebond.web.missions.models import Mission
from rebond.web.projects.models import Project
from rebond.web.studies.models import ProjectFinding, Record, Study
from tests.web.addresses import MISSION
from tests.web.studied import studied, with_its_finding

PLAN = f"/missions/{MISSION}/projets/{{}}/plan/"
pytestmark = pytest.mark.django_db


def projects() -> list[Project]:
    return list(studied())


def some() -> list[Project]:
    """A project in four: what their pages explain takes seconds to make, and is kept by the process."""
    return projects()[::4]


def retained() -> Project:
    """A project that the envelope helps."""
    return studied().filter(finding__envelope__gt=0)[0]  # type: ignore[misc]  # a relation that a query names


def test_every_project_finds_the_plan_of_the_mission_again_to_the_euro(sample_result: MissionResult) -> None:
    for project in projects():
        bench = bench_of(project.mission, project)
        assert bench is not None
        assert bench.as_stored, project.ref
        assert bench.now.plan.benefit == sample_result.project(project.ref).plan.benefit
        assert audit_plan(bench.now.plan, bench.now.problem) == []
        assert bench.now.plan.proven


def test_the_table_by_year_is_balanced_to_the_euro() -> None:
    for project in some():
        bench = bench_of(project.mission, project)
        assert bench is not None
        table = dossier_of(project.mission, project, bench).table
        for year in table.years:
            assert table.year_total(table.uses, year) == table.year_total(table.resources, year)


def test_a_mixed_support_shows_every_form_with_its_euros_on_the_plan_and_on_the_project(pilot: Client) -> None:
    project = retained()
    lines = [line for line in with_its_finding(project).found.lines if line.is_envelope]
    advance = sum(form.amount for line in lines for form in line.by_form if form.instrument.is_borrowed)
    assert 0 < advance < with_its_finding(project).envelope
    whole = f"40\u202f% en avance remboursable ({format_euros(advance)})".replace("\u00a0", "\u202f")
    page = pilot.get(PLAN.format(project.ref)).content.decode().replace("\u00a0", "\u202f")
    assert whole in page
    assert "60\u202f% en subvention" in page
    assert "échéancier inconnu" in page


def test_the_page_shows_the_stored_amounts_and_the_proof(pilot: Client) -> None:
    project = retained()
    response = pilot.get(PLAN.format(project.ref))
    source = response.content.decode()
    assert "Prouvé optimal" in source
    assert format_euros(with_its_finding(project).support) in source
    for line in with_its_finding(project).found.lines:
        assert format_euros(line.amount) in source
    for title in (
        "Au plus 1\u00a0dossier",
        "Total des ressources",
        "Relais de trésorerie",
    ):
        assert title in source
    assert "Plan différent" not in source
    # A need met whole leaves no rule to cost anything; one that stops short says which rule stops it.
    assert "Ce que coûtent les règles" in pilot.get(PLAN.format("P020")).content.decode()


def test_a_variant_never_brings_more_aid_than_the_plan(pilot: Client) -> None:
    rows = pilot.get(PLAN.format(retained().ref)).context["variants"]
    assert len(rows) > 3
    assert all(row.plan is None or row.plan.benefit <= rows[0].plan.benefit for row in rows)


def test_money_before_a_date_is_a_variant_of_the_page_and_of_its_documents(pilot: Client) -> None:
    address = PLAN.format(retained().ref)
    without, asked = pilot.get(address), pilot.get(address, {"argent_avant": "2030-12-31"})
    assert "avant le 31/12/2030" not in without.content.decode()
    assert [row.label for row in asked.context["variants"]][-1] == "premiers versements avant le 31/12/2030"
    assert asked.context["variants"][-1].remarks
    source = asked.content.decode()
    assert 'value="31/12/2030"' in source
    assert source.count("document.xlsx?argent_avant=2030-12-31") == 1
    book = load_workbook(io.BytesIO(pilot.get(address + "document.xlsx", {"argent_avant": "2030-12-31"}).content))
    cells = [str(cell.value) for sheet in book for line in sheet.iter_rows() for cell in line]
    assert any("31/12/2030" in text for text in cells)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("demain", "Ce n’est pas une date"),
        ("2026-02-30", "Cette date n’existe pas"),
        ("31/12/2030x", "Ce n’est pas une date"),
    ],
)
def test_a_date_that_does_not_exist_is_explained_at_its_field(written: str, said: str, pilot: Client) -> None:
    source = pilot.get(PLAN.format("P015"), {"argent_avant": written}).content.decode()
    assert said in source.replace("'", "’").replace("&#x27;", "’")
    assert 'aria-describedby="argent-avant-erreur"' in source


def test_every_unknown_says_its_question_and_opens_the_simulation_of_its_answers(pilot: Client) -> None:
    tried = 0
    for project in some():
        page = pilot.get(PLAN.format(project.ref))
        for row in page.context["unknowns"]:
            assert row.question, (project.ref, row.label)
            assert row.read_by
            for outcome, sign in ((row.gain, 1), (row.loss, -1)):
                if outcome and outcome.query:
                    found = pilot.get(f"{PLAN.format(project.ref)}simulation/{outcome.query}").context["found"]
                    assert found.aid_gained == sign * outcome.amount, (project.ref, row.label)
                    tried += 1
    assert tried > 5


def test_every_line_of_a_plan_opens_on_its_dispositif_and_its_regime(pilot: Client) -> None:
    project = retained()
    source = pilot.get(PLAN.format(project.ref)).content.decode()
    for line in with_its_finding(project).found.lines:
        assert f'href="/catalogue/{line.dispositif}/"' in source
        assert f'href="/catalogue/regimes/{line.regime}/"' in source
    for anchor in ("soutiens", "lignes", "preuve", "tableau", "plafonds", "variantes", "reserves", "versements"):
        assert f'id="{anchor}"' in source
        assert f'href="#{anchor}"' in source


def test_a_reserve_that_several_supports_share_is_said_once(pilot: Client) -> None:
    for project in some()[::2]:
        texts = [text for _, group in pilot.get(PLAN.format(project.ref)).context["reserves"] for text in group]
        assert len(texts) == len(set(texts))


def test_no_ceiling_is_passed(pilot: Client) -> None:
    rows = pilot.get(PLAN.format(retained().ref)).context["limits"]
    assert rows
    assert all(row.limit.used <= row.limit.allowed for row in rows)
    assert rows[0].limit.binds


def test_a_plan_that_the_catalogue_of_today_would_change_is_said_different(pilot: Client) -> None:
    project = retained()
    data = with_its_finding(project).record.read()
    plan = data["plan"]["v"]
    plan["lines"][0]["v"]["amount"] -= 1
    plan["benefit"]["v"] = str(int(float(plan["benefit"]["v"])) - 1)
    other = Record.of(data)
    other.save()
    ProjectFinding.objects.filter(pk=with_its_finding(project).pk).update(record=other)
    assert "Plan différent de celui de la mission" in pilot.get(PLAN.format(project.ref)).content.decode()


def test_a_mission_without_its_facts_says_so(pilot: Client) -> None:
    Study.objects.update(census=None)
    for page in ("", "simulation/"):
        response = pilot.get(PLAN.format("P001") + page)
        assert "Calculez de nouveau la mission" in response.content.decode()
    assert pilot.get(PLAN.format("P001") + "document.xlsx").status_code == 404
    assert pilot.post(PLAN.format("P001") + "figes/", {"intitule": "Essai"}).status_code == 404


def test_facts_of_another_engine_are_not_misread(pilot: Client) -> None:
    other = Record.of({"~": "Inconnu", "v": {}})
    other.save()
    Study.objects.update(census=other)
    assert bench_of(Mission.objects.get(), projects()[0]) is None


READERS: dict[str, Callable[[bytes], bool]] = {
    "xlsx": lambda data: bool(load_workbook(io.BytesIO(data)).sheetnames),
    "docx": lambda data: data[:2] == b"PK",
    "pdf": lambda data: data[:5] == b"%PDF-",
}


@pytest.mark.parametrize("kind", READERS)
def test_the_plan_is_downloaded_as_a_document(kind: str, pilot: Client) -> None:
    response = pilot.get(PLAN.format("P015") + f"document.{kind}")
    assert response.status_code == 200
    assert READERS[kind](response.content)
    assert re.search(rf'attachment; filename="plan-P015\.{kind}"', response["Content-Disposition"])


def test_another_kind_of_document_does_not_exist(pilot: Client) -> None:
    assert pilot.get(PLAN.format("P015") + "document.exe").status_code == 404


def test_the_page_says_every_alert_of_its_documents_once(pilot: Client) -> None:
    project = retained()
    bench = bench_of(project.mission, project)
    assert bench is not None
    alerts = dossier_of(project.mission, project, bench).alerts
    assert any(text.startswith("Zonage AFR supposé") for text in alerts)
    page = html.unescape(pilot.get(PLAN.format(project.ref)).content.decode())
    assert [text for text in alerts if page.count(typeset(text)) != 1] == []


def test_what_is_paid_back_stands_beside_the_supports(pilot: Client) -> None:
    project = retained()
    bench = bench_of(project.mission, project)
    assert bench is not None
    to_pay_back = bench.now.plan.to_pay_back
    assert to_pay_back
    page = pilot.get(PLAN.format(project.ref)).content.decode()
    assert f"Soutiens, dont {typeset(format_euros(to_pay_back))} à rembourser" in page


def test_the_shares_of_what_pays_a_project_make_a_hundred_percent() -> None:
    for project in projects():
        if with_its_finding(project).cost:
            assert sum(step.share for step in resources(project)) == 1, project.ref


def test_the_envelope_is_no_dispositif_left_to_ask_for() -> None:
    """The selection says what the call gives; a project that it leaves out is not sent to it."""
    for project in projects()[::4]:
        bench = bench_of(project.mission, project)
        assert bench is not None
        assert "bpifrance/rebond-industriel" not in {item.dispositif for item in bench.now.built.unquantified}


def test_a_title_that_quotes_is_quoted_with_the_second_marks() -> None:
    assert quoted("Investissement « Chaleur bois »") == "« Investissement “Chaleur bois” »"
