"""The page of the selection's robustness, what is said of the weights, the tag beside each candidate."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from rebond.portfolio.robust.weights import Opinion
from rebond.web.disclosure.disclosed import code_of
from rebond.web.journal.models import Entry
from rebond.web.missions.models import Mission
from rebond.web.portfolio.facts import statements_of
from rebond.web.portfolio.models import WeightStatement
from rebond.web.projects.models import Project
from rebond.web.studies.models import ProjectFinding
from rebond.web.worker.computing import read_facts
from tests.web.addresses import address

PAGE = address("portfolio:robustness")
EXACT = {
    "poids_emplois": "40 %",
    "poids_maturite": "20",
    "poids_decarbonation": "10",
    "poids_ancrage": "10",
    "poids_innovation": "10",
    "poids_levier": "10",
}


@pytest.fixture
def mission(db: None) -> Mission:
    return Mission.objects.get()


def test_each_candidate_has_its_status_on_the_page_the_call_the_session_and_its_sheet(
    pilot: Client, mission: Mission
) -> None:
    page = pilot.get(PAGE)
    text = page.content.decode()
    stored = ProjectFinding.objects.found_by(mission.current_study).exclude(robustness="")
    study = mission.current_study
    assert study is not None
    assert study.robustness is not None
    assert stored.count() == len(study.robustness["projets"]) == len(page.context["candidates"])
    assert {code for code, _, _ in page.context["counts"]} == set(stored.values_list("robustness", flat=True))
    assert "sélections non dominées" in text
    assert "Résultat complet" in text
    assert page.context["regret"]
    core = stored.filter(robustness="coeur").select_related("project").first()
    assert core is not None
    sheet = address("projects:sheet").replace("P001", core.project.ref)
    for path in (address("portfolio:call"), address("portfolio:session"), sheet):
        assert "Robustesse&nbsp;: </span>Cœur" in pilot.get(path).content.decode()


def test_its_sentences_call_projects_by_their_titles_and_lead_to_them(pilot: Client, mission: Mission) -> None:
    remarks = pilot.get(PAGE).context["remarks"]
    never = Project.objects.of(mission).get(ref="P005")
    assert (never.title, never.get_absolute_url()) in remarks[0]
    said = "".join(words for remark in remarks for words, _ in remark)
    assert not re.search(r"P\d{3}", said)
    assert never.title in pilot.get(PAGE).content.decode().replace("’", "'")
    # One that its reader may no longer open is called by its code.
    Project.objects.filter(pk=never.pk).update(withdrawn_at=timezone.now())
    assert (f"projet {code_of(never).upper()}", "") in pilot.get(PAGE).context["remarks"][0]


def test_what_each_member_says_is_kept_replaced_and_withdrawn_with_a_study_each_time(
    pilot: Client, mission: Mission
) -> None:
    assert pilot.post(PAGE, {"qui": "Mme  Roy", **EXACT}).status_code == 302
    assert pilot.post(PAGE, {"qui": "M. Petit", "rang_levier": "1", "rang_emplois": "2"}).status_code == 302
    mission.refresh_from_db()
    study = mission.current_study
    assert study is not None
    assert mission.facts_state != study.facts_state, "the study is to be made again"
    assert [opinion.who for opinion in read_facts(mission).census.opinions] == ["M. Petit", "Mme Roy"]
    # The same said again is no gesture; another opinion of hers takes the place of the first.
    assert pilot.post(PAGE, {"qui": "Mme Roy", **EXACT}).status_code == 302
    assert Entry.objects.of(mission).count() == 2
    assert pilot.post(PAGE, {"qui": "Mme Roy", "de_emplois": "20", "a_emplois": "30,5"}).status_code == 302
    assert (WeightStatement.objects.count(), WeightStatement.ever.count()) == (2, 3)
    text = pilot.get(PAGE).content.decode()
    assert "Mme Roy" in text
    assert "30,5" in text
    row = WeightStatement.objects.get(who="Mme Roy")
    assert pilot.post(f"{PAGE}retirer/", {"avis": str(row.pk)}).status_code == 302
    assert [opinion.who for opinion in statements_of(mission)] == ["M. Petit"]
    entries = list(Entry.objects.of(mission).order_by("position").values_list("label", "before", "after"))
    assert len(entries) == 4
    assert "Mme Roy" in entries[-1][0]
    assert entries[-1][2] is None
    gesture = Entry.objects.of(mission).order_by("-position").values_list("gesture", flat=True)[0]
    pilot.post(f"/missions/{mission.slug}/journal/{gesture}/annuler/", {"motif": "essai"})
    assert [opinion.who for opinion in statements_of(mission)] == ["M. Petit", "Mme Roy"]


@pytest.mark.parametrize(
    ("sent", "field", "words"),
    [
        ({}, "", "Rien n’est dit"),
        ({"poids_emplois": "40"}, "poids_levier", "tous les poids exacts"),
        ({**EXACT, "rang_emplois": "1", "rang_levier": "2"}, "", "disent tout"),
        ({"de_emplois": "140"}, "de_emplois", "entre 0 et 100"),
        ({"de_emplois": "beaucoup"}, "de_emplois", "pas un nombre"),
        ({"de_emplois": "40", "a_emplois": "20"}, "a_emplois", "inversez"),
        ({"rang_emplois": "1,5", "rang_levier": "2"}, "rang_emplois", "nombre entier"),
        ({"rang_emplois": "1"}, "rang_emplois", "deux au moins"),
        ({"de_emplois": "60", "de_levier": "50"}, "", "Aucun poids ne respecte tout cela"),
        ({"qui": "x" * 201, "de_emplois": "10"}, "qui", "raccourcissez"),
    ],
)
def test_a_bad_input_is_told_and_nothing_is_kept(
    pilot: Client, mission: Mission, sent: dict[str, str], field: str, words: str
) -> None:
    page = pilot.post(PAGE, sent)
    assert page.status_code == 422
    assert words in page.context["errors"][field]
    assert all(value in page.content.decode() for value in sent.values() if len(value) < 10)
    assert not WeightStatement.ever.exists()
    assert not Entry.objects.of(mission).exists()


def test_a_member_cannot_say_the_opposite_of_what_is_agreed(pilot: Client, mission: Mission) -> None:
    assert pilot.post(PAGE, {"rang_emplois": "1", "rang_levier": "2"}).status_code == 302
    page = pilot.post(PAGE, {"qui": "M. Petit", "de_levier": "60"})
    assert page.status_code == 422
    assert "contredit" in page.context["errors"][""]
    assert mission.weight_statements.count() == 1


def test_an_opinion_on_a_criterion_that_the_grid_lost_says_nothing_of_the_others() -> None:
    data = {"qui": "", "bornes": {"ancien": ["1/2", "1"]}, "rangs": [["ancien"], ["levier"]]}
    kept = Opinion.of_data(data).only(["levier"]).information
    assert (kept.bounds, list(kept.rows(["levier"]))) == ({}, [])
