"""What such missions publish beside their main figures, on the sample mission, and the commands that explain it."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from rebond.cli import main
from rebond.facts import UNKNOWN, CommitteeDecision, DecisionOutcome
from rebond.indicators.definitions import MAIN, compute_indicators
from rebond.indicators.model import Indicator
from rebond.portfolio.call import CallStatus
from rebond.restitution.editions import Edition, Recipient, edition_of
from rebond.restitution.result import indicators_as_data
from rebond.results import MissionResult
from tests.confidential import secrets_of

PRESS = Recipient(edition=Edition.PRESS)


def by_code(result: MissionResult) -> dict[str, Indicator]:
    return {each.code: each for each in result.indicators}


def family(result: MissionResult, name: str, prefix: str) -> Decimal:
    mine = [each for each in result.indicators if each.family == name and each.code.startswith(prefix)]
    assert mine
    return sum((each.value for each in mine), Decimal(0))


def test_groups_that_part_projects_add_up_and_those_that_do_not_say_so(sample: MissionResult) -> None:
    figures = by_code(sample)
    projects, invested = figures["projets_recenses"].value, figures["investissement_eur"].value
    for name in ("secteur", "type"):
        assert family(sample, name, "projets_") == projects
        assert family(sample, name, "investissement_") == invested
    assert family(sample, "annee", "investissement_") == invested
    assert family(sample, "theme", "projets_") > projects
    assert all("ne s'additionnent pas" in each.definition for each in sample.indicators if each.family == "theme")
    known = [each for each in sample.indicators if each.code.startswith("projets_connus_de_")]
    assert len(known) == figures["partenaires_consultes"].value
    for each in known:
        other = figures[each.code.replace("connus", "inconnus", 1)]
        waiting = (each.high or each.value) - each.value
        assert each.value + other.value + waiting == projects, "what waits for a person is in neither"


def test_what_nobody_said_is_a_minimum_and_never_a_zero(sample: MissionResult) -> None:
    figures = by_code(sample)
    assert figures["tco2_evitees_an"].told.replace("\u202f", " ").replace("\u00a0", " ") == (
        "au moins 17 497 tCO₂e par an (48 projets n'ont pas répondu)"
    )
    assert (figures["emplois_maintenus"].value, figures["emplois_maintenus"].bound) == (Decimal(1188), "au moins")
    mute = tuple(
        replace(p, project=replace(p.project, jobs_kept=UNKNOWN), facts={**p.facts, "tco2_evitees_an": UNKNOWN})
        for p in sample.projects
    )
    silent = {each.code: each for each in compute_indicators(replace(sample, projects=mute))}
    assert [silent[code].text for code in ("tco2_evitees_an", "emplois_maintenus")] == ["non renseigné"] * 2
    none = {each.code: each for each in compute_indicators(replace(sample, projects=()))}
    assert none["levier_enveloppe"].text == none["levier_soutien"].text == "non renseigné"


def test_the_envelope_is_asked_retained_and_left(sample: MissionResult) -> None:
    before = by_code(sample)
    assert before["enveloppe_demandee_eur"].value >= before["enveloppe_proposee_eur"].value
    assert before["enveloppe_reste_eur"].text == "non renseigné"
    proposed = [p for p in sample.projects if p.decision.status is CallStatus.RETAINED]
    decisions = tuple(
        CommitteeDecision(project_id=p.project.id, outcome=DecisionOutcome.RETAINED, amount=Decimal(p.plan.envelope))
        for p in proposed
    )
    decided = replace(sample, census=replace(sample.census, decisions=decisions))
    after = {each.code: each for each in compute_indicators(decided)}
    assert after["enveloppe_reste_eur"].value == after["enveloppe_eur"].value - after["enveloppe_engagee_eur"].value
    assert after["enveloppe_reste_eur"].bound == ""
    assert after["investissement_retenu_eur"].value == before["investissement_propose_eur"].value
    invested, spent = before["investissement_propose_eur"].value, before["enveloppe_proposee_eur"].value
    assert before["levier_enveloppe"].value == round(100 * invested / spent)


def test_a_sector_of_too_few_firms_tells_nothing_of_them_outside_the_team(sample: MissionResult) -> None:
    assert not [each for each in edition_of(sample, PRESS).indicators if each.family == "secteur"]
    some = frozenset({sample.projects[0].project.id})
    given = edition_of(sample, Recipient(edition=Edition.COMMITTEE, presented=some)).indicators
    firm_of = {p.project.id: p.firm.id for p in sample.projects}
    alone = {
        each.code
        for each in sample.indicators
        if each.family == "secteur"
        and len({firm_of[row.id] for row in each.rows}) < 3
        and not some & {row.id for row in each.rows}
    }
    assert alone
    assert not alone & {each.code for each in given}
    text = json.dumps([[each.label, [row.label for row in each.rows]] for each in given], ensure_ascii=False)
    shown = sample.projects[0].firm.id
    names = [each.text for each in secrets_of(sample) if each.kind == "nom" and each.firm != shown]
    assert not [name for name in names if name in text]


@pytest.fixture(scope="module")
def run_folder(sample: MissionResult, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("resultats")
    (folder / "indicateurs.json").write_text(json.dumps(indicators_as_data(sample)), encoding="utf-8")
    return folder


def test_a_figure_is_explained_with_its_definition_formula_unknowns_and_rows(run_folder: Path, tmp_path: Path) -> None:
    def told(*words: str) -> str:
        done = CliRunner().invoke(main, ["indicators", *words])
        assert done.exit_code == 0, done.output
        return done.output.replace("\u00a0", " ").replace("\u202f", " ")

    listed = told("list")
    assert all(each.code in listed for each in MAIN)
    assert "Pour en ouvrir un" in told("list", str(run_folder), "--famille", "annee")
    carbon = told("explain", "tco2_evitees_an", str(run_folder))
    for words in (
        "17 497 tCO₂e",
        "Définition",
        "Calcul : somme des lignes",
        "48 projets n’ont pas répondu",
        "29 lignes",
    ):
        assert words in carbon
    assert "÷" in told("explain", "levier_enveloppe", str(run_folder / "indicateurs.json"))
    assert (
        json.loads(told("explain", "projets_recenses", str(run_folder), "--json"))["projets_recenses"]["valeur"] == 77
    )
    (tmp_path / "indicateurs.json").write_text('{"a": {"libelle": 3}}')
    for wrong, said in (
        (["explain", "tco2_evitee", str(run_folder)], "Peut-être : tco2_evitees_an"),
        (["explain", "projets_type_autre"], "demandent une SOURCE"),
        (["list", str(tmp_path)], "aucun chiffre lisible"),
        (["list", str(tmp_path / "rien.json")], "fichier introuvable"),
        (["list", str(run_folder), "--famille", "x"], "aucun chiffre. Familles :"),
    ):
        done = CliRunner().invoke(main, ["indicators", *wrong])
        assert (done.exit_code, said in done.output) == (2, True), done.output
