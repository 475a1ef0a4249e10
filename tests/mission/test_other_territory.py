"""A second mission: the Cambrésis, with its own counts and an envelope of several contributors.

44 firms, 88 projects and 5 M€ (3 of the State, 2 of the local authorities): boursier.com, August 2023. The firms and
projects are made here, by rule; the communes are real.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from rebond.adapters.workbook import load_layout, regime_codes, write_workbook
from rebond.data import data_folder
from rebond.dispositifs.coverage import foreign
from rebond.eligibility.places import Commune
from rebond.eligibility.truth import Truth
from rebond.facts import UNKNOWN, CallStage, CallStep, Census, Contribution, Envelope, FunderRequest, Maybe
from rebond.financing.plan.model import PlanLine
from rebond.mission import Rulebook, run_mission
from rebond.portfolio.cutoffs import too_late
from rebond.restitution.result import result_as_data
from rebond.results import MissionResult

FIRMS, PROJECTS = 44, 88
SILENT = range(2, 10)
"""Firms that did not declare that their list of aid is whole."""
CAMBRAI, CAUDRESIS = "200068500", "200030633"
TRADES = (
    ("25.62B", "Mécanique"),
    ("13.20Z", "Tissage"),
    ("10.71A", "Boulangerie industrielle"),
    ("22.21Z", "Plastiques"),
)


def census_rows(rulebook: Rulebook) -> dict[str, list[dict[str, Any]]]:
    """The rows of the workbook, by rule: nothing random."""
    communes = sorted(
        (c for epci in (CAMBRAI, CAUDRESIS) for c in rulebook.catalogue.gazetteer.by_epci[epci]),
        key=lambda commune: (-commune.population, commune.code),
    )
    firms = [
        {
            "id": f"E{n:03}",
            "nom": f"Ateliers d'essai {n:02}",
            "commune": f"{communes[n % 12].name} ({communes[n % 12].code})",
            "forme_juridique": "SAS",
            "code_naf": TRADES[n % 4][0],
            "metier": TRADES[n % 4][1],
            "date_creation": date(1980 + n, 1, 1),
            "annee_n": 2025,
            "effectif_n": Decimal(8 + 7 * n),
            "ca_n": Decimal(400_000 * (n + 1)),
            "bilan_n": Decimal(300_000 * (n + 1)),
            "capitaux_propres": Decimal(90_000 * (n + 1)),
            "en_difficulte": False,
            "a_jour_obligations": True,
            "aides_declarees": n not in SILENT,
        }
        for n in range(FIRMS)
    ]
    projects = [
        {
            "id": f"P{n:03}",
            "entreprise": f"E{n % FIRMS:03}",
            "intitule": f"Investissement d'essai {n:02}",
            "type_projet": "extension" if n % 2 else "modernisation",
            "debut": date(2027, 1, 4),
            "fin": date(2028, 3, 31),
            "travaux_commences": False,
            "emplois_crees": n % 9,
            "financement_acquis": Decimal(300_000 + 20_000 * n),
            "capacite_emprunt": Decimal(0),
            **{f"maturite_{criterion}": 3 if n % 3 else 0 for criterion in MATURITY},
            "preuve_maturite": " ; ".join(f"{criterion} : dossier" for criterion in MATURITY),
        }
        for n in range(PROJECTS)
    ]
    return {
        "mission": [
            {
                "nom": "Mission d'essai du Cambrésis",
                "territoire": "Cambrésis, Caudrésis et Catésis",
                "epci": f"{CAMBRAI}, {CAUDRESIS}",
                "date_comite": date(2026, 11, 20),
                "duree_max_mois": 24,
                "donnees_fictives": True,
            }
        ],
        "enveloppe": [
            {"contributeur": "État", "montant": Decimal(3_000_000)},
            {"contributeur": "Agglomérations", "montant": Decimal(2_000_000)},
        ],
        "entreprises": firms,
        "entretiens": [
            {
                "id": f"R{n:03}",
                "entreprise": f"E{n:03}",
                "date": date(2026, 6, 1),
                "besoin_foncier": "Trouver un terrain",
            }
            for n in range(FIRMS)
        ],
        "projets": projects,
        "depenses": [
            {"projet": f"P{n:03}", "nature": "materiel", "annee": 2027, "montant": Decimal(500_000 + 30_000 * n)}
            for n in range(PROJECTS)
        ],
    }


MATURITY = ("definition", "chiffrage", "financement", "foncier", "equipe", "calendrier")


@pytest.fixture(scope="module")
def cambresis(
    rulebook: Rulebook, read_workbook: Callable[[Path], Census], tmp_path_factory: pytest.TempPathFactory
) -> MissionResult:
    """The mission of the Cambrésis, from a workbook."""
    data = data_folder()
    layout = load_layout(data / "referentiels", regimes=regime_codes(data / "regimes"))
    path = tmp_path_factory.mktemp("cambresis") / "recensement.xlsx"
    rows = census_rows(rulebook)
    write_workbook(path, layout, {**rows, "mission": rows["mission"][0]})
    census = read_workbook(path)
    return run_mission(census, rulebook, on=census.settings.committee_on)


def test_another_territory_runs_with_its_own_counts(cambresis: MissionResult) -> None:
    values = {indicator.code: indicator.value for indicator in cambresis.indicators}
    assert values["entreprises_rencontrees"] == FIRMS
    assert values["projets_recenses"] == PROJECTS
    assert values["enveloppe_eur"] == 5_000_000
    assert values["enveloppe_proposee_eur"] <= 5_000_000
    assert values["projets_proposes"] > 0
    assert values["projets_sans_suite"] == 0


def test_the_contributors_of_the_envelope_are_kept_apart(cambresis: MissionResult) -> None:
    rows = next(i for i in cambresis.indicators if i.code == "enveloppe_eur").rows
    assert {row.label: row.value for row in rows} == {"État": 3_000_000, "Agglomérations": 2_000_000}


def test_a_call_that_pays_parts_helps_more_projects_and_announces_none_as_financed(
    cambresis: MissionResult, rulebook: Rulebook
) -> None:
    """As real envelopes do: 150 000 to 300 000 € each beside what is still sought, 40 % of it by one agglomeration."""
    local = Contribution(
        contributor="CA de Cambrai",
        amount=Decimal(2_000_000),
        epcis=(CAMBRAI,),
        min_per_project=Decimal(50_000),
        max_share=Decimal("0.4"),
    )
    state = Contribution(contributor="État", amount=Decimal(3_000_000))
    census = cambresis.census
    call = replace(
        census.settings.envelope,
        funds_part=True,
        min_aid=Decimal(150_000),
        max_per_project=Decimal(300_000),
        contributions=(state, local),
    )
    census = replace(census, settings=replace(census.settings, envelope=call))
    kept = {study.digest: study for study in cambresis.studies}
    result = run_mission(census, rulebook, on=cambresis.on, kept=kept)
    helped = [project for project in result.projects if project.plan.envelope]
    assert len(helped) > sum(1 for project in cambresis.projects if project.plan.envelope)
    assert all(150_000 <= project.plan.envelope <= 300_000 for project in helped)
    assert sum(project.plan.envelope for project in helped) <= 5_000_000
    assert any(project.decision.remains for project in helped)
    for project in helped:
        assert project.decision.remains == int(project.plan.gap)
        told = " ; ".join(project.decision.reasons)
        assert ("restent à trouver" in told) is bool(project.decision.remains)
        assert "payé par " in told
        assert ("CA de Cambrai" not in told) or project.facts["epci"] == CAMBRAI


def test_what_comes_after_the_last_cut_off_is_not_proposed_where_the_mission_says_so(
    cambresis: MissionResult, rulebook: Rulebook
) -> None:
    """The application to the operator says when; unknown, the project is kept out from the day after the cut-off."""
    project = next(each for each in cambresis.projects if each.plan.envelope).project
    cutoff = CallStep(stage=CallStage.CUTOFF, on=date(2027, 3, 1))
    call = replace(cambresis.census.settings.envelope, calendar=(cutoff,), after_cutoff=False)

    def told(asked: Maybe[date], on: date, *, funder: str = call.operator, call: Envelope = call) -> str:
        request = FunderRequest(funder=funder, applied_on=asked)
        return too_late(replace(project, requests=(request,)), call, rulebook.catalogue, on)

    assert told(date(2027, 3, 1), date(2027, 6, 1)) == ""
    assert "demande du 02/03/2027, après la dernière relève" in told(date(2027, 3, 2), date(2027, 2, 1))
    assert told(UNKNOWN, date(2027, 3, 1)) == ""
    assert "date de la demande à l'opérateur inconnue" in told(UNKNOWN, date(2027, 3, 2))
    assert "inconnue" in told(date(2027, 1, 1), date(2027, 3, 2), funder="region/autre"), "of another funder"
    for accepted in (True, UNKNOWN):
        assert told(date(2027, 3, 2), date(2027, 6, 1), call=replace(call, after_cutoff=accepted)) == ""
    census = replace(cambresis.census, settings=replace(cambresis.census.settings, envelope=call))
    kept = {study.digest: study for study in cambresis.studies}
    result = run_mission(census, rulebook, on=date(2027, 3, 2), kept=kept)
    assert not any(each.plan.envelope for each in result.projects)
    assert any("seuls les projets dont la demande" in alert for alert in result.alerts)


def test_the_dispositif_of_the_call_is_a_setting(cambresis: MissionResult, rulebook: Rulebook) -> None:
    """Another scheme of the catalogue: its files become the envelope's, and no plan counts it twice."""
    census = moved(cambresis.census, (CAMBRAI, CAUDRESIS), list(rulebook.catalogue.gazetteer.by_epci[CAMBRAI]))
    call = replace(census.settings.envelope, dispositif="ademe/inconnu")
    census = replace(census, settings=replace(census.settings, envelope=call))
    result = run_mission(census, rulebook, on=cambresis.on)
    told = {reason for project in result.projects for reason in project.decision.reasons}
    assert any("le catalogue ne contient pas ademe/inconnu" in reason for reason in told)


def test_a_zone_that_nobody_knows_stays_unknown_and_brings_no_regional_aid(cambresis: MissionResult) -> None:
    assert all(project.facts["zone_afr"] is UNKNOWN for project in cambresis.projects)
    assert all(line.regime != "rgec_14_afr" for p in cambresis.projects for line in p.plan.lines)


def test_a_firm_that_did_not_declare_its_aid_gets_no_de_minimis_aid_whatever_its_neighbours_get(
    cambresis: MissionResult,
) -> None:
    aided = {p.firm.id for p in cambresis.projects if any(line.regime == "de_minimis_2023" for line in p.plan.lines)}
    silent = {firm.firm.id for firm in cambresis.firms if firm.account.room is UNKNOWN}
    assert silent == {f"E{n:03}" for n in SILENT}
    assert aided
    assert not aided & silent


def test_no_project_of_the_north_is_sent_to_an_organisation_of_elsewhere(
    cambresis: MissionResult, rulebook: Rulebook
) -> None:
    organisations = rulebook.catalogue.organisations
    for project in cambresis.projects:
        for referral in project.referrals:
            assert organisations[referral.organisation].covers(project.commune) is Truth.YES, referral
    north = [c for epci in (CAMBRAI, CAUDRESIS) for c in rulebook.catalogue.gazetteer.by_epci[epci]]
    for action in cambresis.roadmap:
        for code in (action.owner, *action.partners):
            assert organisations[code].covers_any(north) is Truth.YES, code


def test_what_the_catalogue_lacks_in_the_north_is_the_first_thing_said(cambresis: MissionResult) -> None:
    first, zones, *others = cambresis.alerts
    assert first == cambresis.uncovered
    assert first.startswith("Territoire mal couvert par le catalogue : aucun dispositif du département")
    assert "sur 88" in zones
    assert "finalité régionale (88)" in zones
    assert not any("Zonage" in other for other in others)


def test_france_wide_zones_are_known_in_the_north(cambresis: MissionResult) -> None:
    assert {project.facts["territoire_industrie"] for project in cambresis.projects} == {"ti-3207"}
    assert UNKNOWN not in {project.facts["zone_frr"] for project in cambresis.projects}


def test_no_output_of_a_mission_names_an_organisation_or_a_scheme_of_elsewhere(
    cambresis: MissionResult, rulebook: Rulebook
) -> None:
    text = json.dumps(result_as_data(cambresis), ensure_ascii=False)
    north = [c for epci in (CAMBRAI, CAUDRESIS) for c in rulebook.catalogue.gazetteer.by_epci[epci]]
    for code in foreign(rulebook.catalogue.organisations, north):
        organisation = rulebook.catalogue.organisations[code]
        for name in (code, organisation.name, organisation.short_name):
            assert f'"{name}"' not in text, name
        if len(organisation.name) > SHORT:
            assert organisation.name not in text


KNOWN_MISSIONS = {
    "Ardennes": ("200041630",),
    "Morlaix": ("242900835",),
    "Lorient": ("200042174",),
    "Pays de Dreux": ("200040277",),
    "Alès": ("200066918",),
    "Blois": ("200030385",),
    "Châtellerault": ("248600413",),
    "Flers": ("200035814",),
}
"""Territories of missions whose results are public, by their intercommunality."""


@pytest.mark.parametrize("name", KNOWN_MISSIONS)
def test_every_organisation_named_in_a_mission_works_in_its_territory(
    cambresis: MissionResult, rulebook: Rulebook, name: str
) -> None:
    catalogue = rulebook.catalogue
    communes = [c for epci in KNOWN_MISSIONS[name] for c in catalogue.gazetteer.by_epci[epci]]
    census = moved(cambresis.census, KNOWN_MISSIONS[name], communes)
    result = run_mission(census, rulebook, on=census.settings.committee_on)
    named = {referral.organisation for project in result.projects for referral in project.referrals}
    named |= {code for action in result.roadmap for code in (action.owner, *action.partners)}
    assert named
    for code in named:
        assert catalogue.organisations[code].covers_any(communes) is Truth.YES, code
    away = foreign(catalogue.organisations, communes)
    assert not set(result.organisations) & away
    assert not any(catalogue.dispositifs[line.dispositif].funder in away for line in every_line(result))
    assert not any(catalogue.dispositifs[v.dispositif].funder in away for p in result.projects for v in p.verdicts)
    if name != "Ardennes":
        assert result.alerts[0].startswith("Territoire ")


def every_line(result: MissionResult) -> list[PlanLine]:
    return [line for project in result.projects for line in project.plan.lines if not line.is_envelope]


def moved(census: Census, epcis: tuple[str, ...], communes: list[Commune]) -> Census:
    """Six projects of the census and their firms, elsewhere in France."""
    projects = tuple(replace(project, commune=UNKNOWN) for project in census.projects[:6])
    kept = {project.firm_id for project in projects}
    firms = tuple(
        replace(firm, establishment=replace(firm.establishment, commune=communes[rank % len(communes)].code))
        for rank, firm in enumerate(census.firms)
        if firm.id in kept
    )
    return replace(
        census,
        settings=replace(census.settings, epcis=epcis),
        firms=firms,
        projects=projects,
        interviews=tuple(interview for interview in census.interviews if interview.firm_id in kept),
        aids=(),
        partner_entries=(),
    )


SHORT = 10
"""A name shorter than this may be within another word (« Initiative »)."""
