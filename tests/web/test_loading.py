"""Storing a result: all of it, once, several missions side by side."""

import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import NoReverseMatch, resolve, reverse

from rebond.facts import UNKNOWN, Band, Need
from rebond.financing.problem.model import GrantedAid
from rebond.regimes.model import RegimeKind
from rebond.regimes.readings import Reading
from rebond.results import MissionResult
from rebond.roadmap.build import HeardNeed
from rebond.web.financing.study import bench_of
from rebond.web.firms.models import AidObtained
from rebond.web.missions.models import Membership, Mission
from rebond.web.projects.models import Project
from rebond.web.studies.entry import store_result
from rebond.web.studies.models import Action, Document, Study
from rebond.web.studies.storing.ceilings import line_ceiling
from rebond.web.studies.storing.charts import mission_charts
from tests.web.addresses import MISSION, address
from tests.web.studied import studied

pytestmark = pytest.mark.django_db


def few(result: MissionResult) -> MissionResult:
    """The same result with three projects only, and none of the others in its census nor in what was found of all."""
    kept = result.projects[:3]
    ids = {project.project.id for project in kept}
    linkage = replace(
        result.linkage,
        project_links=tuple(link for link in result.linkage.project_links if link.project_id in ids),
    )
    census = replace(
        result.census,
        projects=tuple(project.project for project in kept),
        aids=tuple(aid if aid.project_id in ids else replace(aid, project_id="") for aid in result.census.aids),
        decisions=tuple(decision for decision in result.census.decisions if decision.project_id in ids),
    )
    return replace(result, projects=kept, linkage=linkage, census=census, robustness=None)


def test_models_and_migrations_agree() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_a_new_result_replaces_the_old_one_and_keeps_people(sample_result: MissionResult) -> None:
    before = Membership.objects.count()
    store_result(few(sample_result))
    assert Mission.objects.count() == 1
    assert Project.objects.count() == 3
    assert Membership.objects.count() == before


def test_a_mission_keeps_the_reading_of_the_law_it_was_computed_on(sample_result: MissionResult, pilot: Client) -> None:
    """A page of a mission run with ``--lecture`` said the catalogue's reading, and its plan was another."""
    strict = replace(
        few(sample_result),
        readings=tuple(replace(found, chosen=found.reading is Reading.TEXTS) for found in sample_result.readings),
    )
    mission = store_result(strict)
    assert mission.current_study is not None
    assert mission.current_study.read_as is Reading.TEXTS
    said = pilot.get(address("projects:list")).content.decode()
    assert "lecture du droit «\u202fTextes en vigueur\u202f»" in re.sub("&#8239;", "\u202f", said)
    project = studied().first()
    assert project is not None
    bench = bench_of(mission, project)
    assert bench is not None
    assert bench.context.read_as is Reading.TEXTS


def test_two_missions_do_not_mix(sample_result: MissionResult, pilot: Client) -> None:
    other = store_result(few(sample_result), slug="autre")
    assert Project.objects.of(other).count() == 3
    assert Project.objects.of(Mission.objects.get(slug=MISSION)).count() == 77
    assert pilot.get("/missions/autre/projets/").status_code == 404
    Membership.objects.create(user_id=int(pilot.session["_auth_user_id"]), mission=other, role="pilote")
    assert pilot.get("/missions/autre/projets/").context["page"].paginator.count == 3
    assert pilot.get(address("projects:list")).context["page"].paginator.count == 77
    assert pilot.get("/")["Location"] == address("missions:list")


def test_a_result_says_what_produced_it(sample_result: MissionResult) -> None:
    study = Mission.objects.get(slug=MISSION).current_study
    assert study is not None
    assert study.catalogue_version == sample_result.catalogue_version
    assert study.engine_version == sample_result.engine_version
    assert study.examined_on == sample_result.on
    assert sample_result.reading is not None
    assert study.reading == sample_result.reading.reading.value


def test_private_files_are_not_documents(documents: Path) -> None:
    assert {document.path for document in Document.objects.all()} == {"communique.txt", "graphiques/carte.svg"}


def test_documents_come_from_their_folder_only(sample_result: MissionResult, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="dossier des documents"):
        store_result(few(sample_result), documents=tmp_path, slug="autre")
    assert not Mission.objects.filter(slug="autre").exists()


@pytest.mark.parametrize("path", ["cle-secrete", "../cle-secrete", "rebond.sqlite3", "absent.pdf"])
def test_an_unregistered_file_cannot_be_downloaded(path: str, pilot: Client) -> None:
    assert pilot.get(f"/missions/{MISSION}/documents/{path}").status_code == 404


def test_a_registered_path_that_leaves_the_folder_is_refused(pilot: Client, documents: Path) -> None:
    outside = documents.parent / "ailleurs.txt"
    outside.write_text("secret", encoding="utf-8")
    study = Study.objects.get(mission__slug=MISSION)
    Document.objects.create(study=study, path="../ailleurs.txt", name="ailleurs.txt", size=6)
    assert pilot.get(f"/missions/{MISSION}/documents/..%2Failleurs.txt").status_code == 404


def test_a_document_is_downloaded_with_its_name(pilot: Client) -> None:
    response = pilot.get(address("restitution:document"))
    assert response.getvalue().decode() == "Sept projets retenus"
    assert 'filename="communique.txt"' in response["Content-Disposition"]


def test_the_same_words_on_two_axes_are_two_needs(sample_result: MissionResult) -> None:
    """« Voir la fiche » said of skills and of land: each action keeps the need of its own axis."""
    words = "Voir la fiche"
    axes = ("competences", "foncier")
    first = sample_result.census.interviews[0]
    told = replace(first, needs=tuple(Need(axis=axis, text=words) for axis in axes))
    actions = [next(action for action in sample_result.roadmap if action.axis == axis) for axis in axes]
    result = replace(
        few(sample_result),
        census=replace(few(sample_result).census, interviews=(told,)),
        roadmap=tuple(
            replace(each, needs=(HeardNeed(firm=first.firm_id, interview=first.id, axis=each.axis, text=words),))
            for each in actions
        ),
    )
    mission = store_result(result, slug="autre")
    for action in Action.objects.of(mission):
        assert [need.axis for need in action.needs.all()] == [action.axis]


def test_the_funnel_counts_the_firms_met_not_those_recorded(sample_result: MissionResult) -> None:
    census = replace(sample_result.census, interviews=sample_result.census.interviews[:1])
    charts = dict(mission_charts(replace(sample_result, census=census)))
    assert charts["entonnoir"].rows[0] == ("Entreprises rencontrées", "entreprises", "1")


def test_the_ceiling_shown_is_that_of_the_whole_investment(sample_result: MissionResult) -> None:
    """RGEC art. 14(13): the SME bonuses stop at 50 M€, the linked projects of the undertaking included."""
    found, line = next(
        (project, cost)
        for project in sample_result.projects
        for row in project.plan.lines
        for cost in project.project.costs
        if row.regime == "rgec_14_afr" and row.line == cost.id and not project.built.problem.granted
    )
    _, alone = line_ceiling(found, line, sample_result)
    linked = replace(found, facts={**found.facts, "couts_projet_unique": Decimal(60_000_000)})
    _, whole = line_ceiling(linked, line, sample_result)
    assert alone is not None
    assert whole == line.amount * Decimal("0.15") < alone


def test_a_past_support_that_is_no_aid_takes_no_place_under_the_ceiling(sample_result: MissionResult) -> None:
    found = next(project for project in sample_result.projects if project.plan.lines)
    line = next(cost for cost in found.project.costs if cost.id == found.plan.lines[0].line)
    aid, _ = line_ceiling(found, line, sample_result)
    loan = GrantedAid(line=line.id, regime="hors_aide", kind=RegimeKind.NO_AID, aid=Decimal(1000), ceiling=Decimal(1))
    problem = replace(found.built.problem, granted=(*found.built.problem.granted, loan))
    assert line_ceiling(replace(found, built=replace(found.built, problem=problem)), line, sample_result)[0] == aid


def test_an_aid_that_is_not_known_to_the_euro_is_shown_with_its_words(
    sample_result: MissionResult, pilot: Client
) -> None:
    """adr/0018: « montant inconnu », a band, what was recovered; an exact amount needs no words."""
    census = few(sample_result).census
    first, second, third, *others = census.aids
    changed = (
        replace(first, amount=UNKNOWN),
        replace(second, amount=Band(least=Decimal(60_000), most=Decimal(500_000))),
        replace(third, recovered=Decimal(6_500)),
        *others,
    )
    store_result(replace(few(sample_result), census=replace(census, aids=changed)))
    rows = {row.ref: row for row in AidObtained.objects.all()}
    assert (rows["A001"].amount, rows["A001"].amount_words) == (None, "montant inconnu")
    assert (rows["A002"].amount, rows["A002"].amount_most) == (Decimal(60_000), Decimal(500_000))
    assert rows["A002"].amount_state == AidObtained.State.BAND
    assert rows["A002"].amount_words == "60\u202f000\u00a0€ – 500\u202f000\u00a0€"
    assert "dont 6\u202f500\u00a0€ remboursés" in rows["A003"].amount_words
    assert (rows["A004"].amount, rows["A004"].amount_words) == (Decimal(38_200), "")
    page = pilot.get(f"/missions/{MISSION}/entreprises/E001/").content.decode()
    assert "montant inconnu" in page


@pytest.mark.parametrize("identifier", ["P.1", "2026.042-b_c", "P" * 32])
def test_every_identifier_that_a_census_may_have_has_an_address(identifier: str) -> None:
    address_of = reverse("projects:sheet", kwargs={"mission": MISSION, "ref": identifier})
    assert resolve(address_of).kwargs["ref"] == identifier


@pytest.mark.parametrize("identifier", ["..", ".", "a/b", ""])
def test_a_reference_of_dots_is_no_address(identifier: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse("firms:sheet", kwargs={"mission": MISSION, "ref": identifier})
