"""« Et si » and unknown facts, on the shipped catalogue: what follows from a fact follows."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from rebond.data import data_folder
from rebond.dispositifs.catalogue import load_catalogue
from rebond.eligibility.criteria import Compare, Operator
from rebond.eligibility.truth import Truth
from rebond.errors import FactsError
from rebond.facts import (
    UNKNOWN,
    Accounts,
    AidObtained,
    Census,
    Contribution,
    CostLine,
    Envelope,
    Establishment,
    Firm,
    FunderRequest,
    MissionSettings,
    Project,
    ZoneAssumption,
)
from rebond.financing.auditing.audit import audit_plan
from rebond.financing.context import ProjectContext, context_from_census, facts_of, study
from rebond.financing.explaining.changes import apply_changes
from rebond.financing.explaining.explain import explain_plan
from rebond.financing.explaining.unknowns import open_questions, unknown_effects
from rebond.financing.explaining.what_if import what_if
from rebond.maturity import load_grid
from rebond.regimes.gross_grant_equivalent import load_reference_rates
from rebond.regimes.readings import Reading
from rebond.regimes.sme import load_thresholds

D = Decimal
FOLDER = data_folder()
REGIONAL = "region-grand-est/investissements-productifs-durables"
YEARS = tuple(
    Accounts(year=year, staff=D(35), turnover=D(6_000_000), balance_sheet=D(4_000_000)) for year in (2025, 2024, 2023)
)
FIRM = Firm(
    id="E1",
    name="Exemple",
    establishment=Establishment(commune="52121"),
    legal_form="SAS",
    code_naf="25.62B",
    created_on=date(2001, 3, 1),
    accounts=YEARS,
    own_funds=D(1_000_000),
    in_difficulty=False,
    up_to_date=True,
    aid_declared=True,
)
PROJECT = Project(
    id="P1",
    firm_id="E1",
    title="Cellule robotisée",
    kind="extension",
    costs=(
        CostLine(id="m1", nature="materiel", amount=D(300_000), year=2027, label="Robot"),
        CostLine(id="m2", nature="materiel", amount=D(100_000), year=2027, label="Convoyeur"),
        CostLine(id="b", nature="batiment", amount=D(100_000), year=2027, label="Dalle"),
    ),
    jobs_created=4,
    starts_on=date(2027, 1, 15),
    ends_on=date(2027, 12, 15),
    works_started=False,
    own_financing=D(200_000),
    borrowing_capacity=D(0),
    objectives=frozenset({"productivite"}),
)
CONTEXT = ProjectContext(
    project=PROJECT,
    firm=FIRM,
    catalogue=load_catalogue(FOLDER),
    rates=load_reference_rates(FOLDER / "referentiels" / "taux_reference.yaml"),
    sizes=load_thresholds(FOLDER / "referentiels" / "taille_ue.yaml"),
    on=date(2026, 10, 5),
    de_minimis_room=D(300_000),
    zone_assumptions=(ZoneAssumption(zone="afr", value="c", source="hypothèse de test"),),
)
NOW = study(CONTEXT)


def test_no_change_gives_the_same_plan() -> None:
    found = what_if(CONTEXT, {}, before=NOW)
    assert found.after.plan.lines == NOW.plan.lines
    assert found.aid_gained == found.support_gained == 0
    assert not found.verdicts


@pytest.mark.parametrize(
    "changes",
    [
        {"emplois_crees": "12"},
        {"zone_afr": "aucune"},
        {"taille_ue": "grande"},
        {"travaux_commences": "oui"},
        {"poste:m1": "600 000 €"},
        {"date_examen": "2027-02-01"},
        {"code_commune": "52269", "type_projet": "modernisation"},
    ],
)
def test_the_plan_of_every_what_if_is_legal_and_the_difference_adds_up(changes: dict[str, str]) -> None:
    found = what_if(CONTEXT, changes, before=NOW)
    assert not audit_plan(found.after.plan, found.after.problem)
    assert found.aid_gained == found.after.plan.benefit - NOW.plan.benefit
    assert [change.fact for change in found.changes] == list(changes)


def test_a_large_firm_in_place_of_a_small_one_loses_the_sme_rates() -> None:
    assert what_if(CONTEXT, {"taille_ue": "grande"}, before=NOW).aid_gained < 0


def test_outside_the_regional_map_the_regional_regime_is_gone() -> None:
    assert [line for line in NOW.plan.lines if line.article == "RGEC art. 14"]
    found = what_if(CONTEXT, {"zone_afr": "aucune"}, before=NOW)
    assert not [line for line in found.after.plan.lines if line.article == "RGEC art. 14"]


def test_an_order_signed_before_the_application_takes_the_exempted_aid_away() -> None:
    found = what_if(CONTEXT, {"demande_avant_travaux": "non"}, before=NOW)
    assert found.aid_gained < 0
    assert not [line for line in found.after.plan.lines if line.article.startswith("RGEC")]


def test_a_plan_dated_after_the_end_of_the_gber_waits_for_it_to_be_prolonged() -> None:
    found = what_if(CONTEXT, {"date_examen": "2027-02-01"}, before=NOW)
    rested = [line for line in found.after.plan.lines if line.article.startswith("RGEC")]
    assert rested
    assert all("prorogé ou remplacé" in line.law_question for line in rested)
    assert not any(line.article.startswith("RGEC") for line in found.after.plan.firm.lines)


@pytest.mark.parametrize(("day", "reading"), [("2027-02-01", Reading.TEXTS), ("2027-07-15", Reading.ADJUSTMENT)])
def test_a_plan_uses_no_text_that_its_reading_holds_for_over(day: str, reading: Reading) -> None:
    found = what_if(replace(CONTEXT, reading=reading), {"date_examen": day}, before=NOW)
    assert not [line for line in found.after.plan.lines if line.article.startswith("RGEC")]


def test_lasting_headcount_moves_the_size_class() -> None:
    changed, (words,) = apply_changes(CONTEXT, {"effectif": "120"})
    assert facts_of(CONTEXT)["taille_ue"] == "petite"
    assert facts_of(changed)["taille_ue"] == "moyenne"
    assert (words.before, words.after) == ("35 salariés", "120 salariés")


def test_a_cost_by_nature_is_spread_over_its_lines_to_the_cent() -> None:
    changed, _ = apply_changes(CONTEXT, {"cout_materiel": "100 000,01"})
    amounts = {line.id: line.amount for line in changed.project.costs}
    assert amounts == {"m1": D("75000.01"), "m2": D("25000.00"), "b": D(100_000)}
    assert facts_of(changed)["cout_total"] == D("200000.01")


def test_a_nature_that_was_absent_gets_a_line() -> None:
    changed, _ = apply_changes(CONTEXT, {"cout_formation": "20 k€"})
    assert facts_of(changed)["cout_formation"] == 20_000


def test_what_was_declared_beside_the_project_gives_way() -> None:
    declared = replace(CONTEXT, project=replace(PROJECT, declared=(("emplois_crees", D(7)),)))
    changed, _ = apply_changes(declared, {"emplois_crees": "12"})
    assert facts_of(changed)["emplois_crees"] == 12


def test_a_fact_may_become_unknown() -> None:
    changed, _ = apply_changes(CONTEXT, {"en_difficulte": "inconnu"})
    assert facts_of(changed)["en_difficulte"] is UNKNOWN


def test_every_wrong_name_and_value_is_told_at_once() -> None:
    wrong = {"emploi": "3", "zone_afr": "z", "poste:zzz": "4", "autofinancement": "peu", "date_examen": "inconnu"}
    wrong["confirme:rien/du-tout:0"] = "oui"
    with pytest.raises(FactsError) as caught:
        apply_changes(CONTEXT, wrong)
    assert len(caught.value.faults) == len(wrong)


@pytest.mark.parametrize(
    ("fact", "value"),
    [
        ("emplois_crees", "-1"),
        ("autofinancement", "-1"),
        ("emplois_crees", "1e400"),
        ("poste:m1", "2000000000000"),
        ("date_fin", "2020-01-01"),
    ],
)
def test_a_value_that_no_project_can_have_is_refused(fact: str, value: str) -> None:
    with pytest.raises(FactsError):
        apply_changes(CONTEXT, {fact: value})


def test_own_funds_may_be_negative() -> None:
    changed, _ = apply_changes(CONTEXT, {"capitaux_propres": "-50 000"})
    assert changed.firm.own_funds == D(-50_000)


def test_answering_an_unknown_gives_the_aid_that_was_announced() -> None:
    effects = unknown_effects(NOW)
    assert effects
    for effect in effects:
        assert effect.could_gain >= 1 or effect.could_lose >= 1
    dictionary = CONTEXT.catalogue.dictionary
    effect = next(e for e in effects if e.fact in dictionary and e.could_lose >= 1)
    found = what_if(CONTEXT, {effect.fact: effect.worst.value}, before=NOW)
    assert found.after.plan.benefit == effect.worst.aid


def test_a_question_without_answer_can_cost_the_aid_that_rests_on_it() -> None:
    effects = {effect.fact: effect for effect in unknown_effects(NOW)}
    question = effects["etat_equipements"]
    assert question.could_gain == 0
    assert question.could_lose == 105_000
    assert (question.best.value, question.worst.value) == ("neufs", "d'occasion, garantis au moins un an")


UNDECLARED = replace(CONTEXT, de_minimis_room=UNKNOWN, de_minimis_at_most=D(300_000))


def test_an_unknown_account_gives_no_de_minimis_aid_and_says_what_to_ask() -> None:
    found = study(UNDECLARED)
    assert any(line.regime == "de_minimis_2023" for line in NOW.plan.lines)
    assert not any(line.regime == "de_minimis_2023" for line in found.plan.lines)
    reasons = {aside.reason for aside in explain_plan(found.plan, found.problem).asides}
    assert "compte de minimis inconnu : demander l'attestation de minimis de l'entreprise unique" in reasons


def test_the_declaration_of_past_aid_brings_what_was_announced() -> None:
    found = study(UNDECLARED)
    effect = next(effect for effect in unknown_effects(found) if effect.fact == "de_minimis_disponible")
    assert "attestation de minimis de l'entreprise unique" in effect.question
    assert effect.could_gain == NOW.plan.benefit - found.plan.benefit > 0
    assert effect.could_lose == 0
    answered = what_if(UNDECLARED, {effect.fact: effect.best.value}, before=found)
    assert answered.after.plan.benefit == effect.best.aid
    assert what_if(UNDECLARED, {effect.fact: "0"}, before=found).aid_gained == 0


def test_a_known_account_may_become_unknown() -> None:
    changed, (words,) = apply_changes(CONTEXT, {"de_minimis_disponible": "inconnu"})
    assert changed.de_minimis_room is UNKNOWN
    assert words.after == "inconnu"


def test_an_answer_denied_in_a_what_if_costs_the_aid_that_was_announced() -> None:
    effect = next(e for e in unknown_effects(NOW) if e.fact == "engagement_environnemental")
    found = what_if(CONTEXT, {effect.fact: "non"}, before=NOW)
    assert found.aid_gained == -effect.could_lose
    assert found.changes[0].label == effect.label


def test_what_moves_the_plan_is_among_the_open_questions() -> None:
    asked = open_questions(NOW)
    assert {effect.fact for effect in unknown_effects(NOW)} <= set(asked)
    assert all(NOW.facts.get(name, UNKNOWN) is UNKNOWN for name in asked)


def test_what_is_known_is_no_unknown() -> None:
    known = {name for name, value in NOW.facts.items() if value is not UNKNOWN}
    assert not known & {effect.fact for effect in unknown_effects(NOW)}


BEGUN = replace(
    CONTEXT,
    project=replace(
        PROJECT,
        works_started=True,
        first_order_on=date(2026, 9, 1),
        applied_on=date(2026, 8, 1),
        requests=(FunderRequest(funder="region-grand-est"),),
    ),
)
"""Ordered on 1 September, asked of all on 1 August, save the Region: its request bears no date."""


def test_the_date_that_lacks_for_one_funder_is_priced_and_the_other_funders_stay() -> None:
    found = study(BEGUN)
    assert REGIONAL not in found.plan.files
    effect = next(effect for effect in unknown_effects(found) if effect.fact == "demande_avant_travaux")
    assert REGIONAL in effect.dispositifs
    assert effect.could_gain > 0
    assert effect.could_lose == 0
    dated = replace(BEGUN, project=replace(BEGUN.project, requests=()))
    assert effect.best.aid == study(dated).plan.benefit


def test_the_date_of_the_first_order_is_priced_when_every_funder_has_its_request() -> None:
    unordered = replace(
        BEGUN,
        project=replace(
            BEGUN.project,
            first_order_on=UNKNOWN,
            applied_on=UNKNOWN,
            requests=(FunderRequest(funder="region-grand-est", letter_on=date(2026, 8, 1)),),
        ),
    )
    effects = {effect.fact: effect for effect in unknown_effects(study(unordered))}
    assert effects["demande_avant_travaux"].best.aid == NOW.plan.benefit


def test_an_order_of_request_and_works_that_is_tried_stands_for_every_funder() -> None:
    late = (FunderRequest(funder="region-grand-est", applied_on=date(2026, 10, 1)),)
    begun = replace(BEGUN, project=replace(BEGUN.project, requests=late))
    before = study(begun)
    assert REGIONAL not in before.plan.files
    assert REGIONAL in what_if(begun, {"demande_avant_travaux": "oui"}, before=before).after.plan.files


def test_a_condition_on_the_order_of_request_and_works_is_judged_funder_by_funder() -> None:
    condition = Compare(fact=CONTEXT.catalogue.dictionary["demande_avant_travaux"], operator=Operator.EQUAL, value=True)
    strict = replace(CONTEXT.catalogue.dispositifs[REGIONAL], conditions=condition, to_confirm=())
    catalogue = replace(CONTEXT.catalogue, dispositifs={REGIONAL: strict})
    for asked_on, truth in ((date(2026, 8, 15), Truth.YES), (date(2026, 9, 2), Truth.NO)):
        asked = (FunderRequest(funder="region-grand-est", applied_on=asked_on),)
        begun = replace(BEGUN, catalogue=catalogue, project=replace(BEGUN.project, applied_on=UNKNOWN, requests=asked))
        assert [verdict.truth for verdict in study(begun).verdicts] == [truth]


def of_census(*, granted: int, other_starts: date) -> ProjectContext:
    """The project with an aid of 15 November 2023 and a sister project of 30 M€ in the same département."""
    sister = Project(
        id="P2",
        firm_id="E1",
        title="Autre atelier",
        starts_on=other_starts,
        costs=(CostLine(id="P2-1", nature="materiel", amount=D(30_000_000), year=2027),),
    )
    aid = AidObtained(
        id="A1",
        firm_id="E1",
        funder="region-grand-est",
        label="",
        regime="de_minimis_2023",
        granted_on=date(2023, 11, 15),
        amount=D(granted),
    )
    envelope = Envelope(contributions=(Contribution(contributor="État", amount=D(1)),))
    settings = MissionSettings(
        name="e", territory="e", epcis=("200068658",), committee_on=CONTEXT.on, envelope=envelope
    )
    return context_from_census(
        Census(settings=settings, firms=(FIRM,), interviews=(), projects=(PROJECT, sister), aids=(aid,)),
        PROJECT.id,
        catalogue=CONTEXT.catalogue,
        rates=CONTEXT.rates,
        sizes=CONTEXT.sizes,
        grid=load_grid(FOLDER / "referentiels" / "maturite.yaml"),
        on=CONTEXT.on,
    )


def test_a_later_date_has_the_account_of_its_day() -> None:
    """250 000 € of 15 November 2023 weigh until 15 November 2026; what other plans take stays taken."""
    context = of_census(granted=250_000, other_starts=date(2035, 1, 1))
    assert context.de_minimis_room == 50_000
    left = replace(context, de_minimis_room=D(20_000))
    for day, room in (("2026-11-15", 20_000), ("2026-11-16", 270_000)):
        changed, _ = apply_changes(left, {"date_examen": day})
        assert changed.de_minimis_room == room


def test_an_account_that_is_given_stands_at_the_date_that_is_tried() -> None:
    context = of_census(granted=250_000, other_starts=date(2035, 1, 1))
    for changes in (
        {"de_minimis_disponible": "40000", "date_examen": "2026-11-16"},
        {"date_examen": "2026-11-16", "de_minimis_disponible": "40000"},
    ):
        changed, words = apply_changes(context, changes)
        assert changed.de_minimis_room == 40_000
        assert [change.fact for change in words] == list(changes)


def test_a_start_or_a_place_that_is_changed_links_the_project_to_others_or_not() -> None:
    """RGEC art. 14(13): within three years and in one département, two projects are one investment."""
    context = of_census(granted=0, other_starts=date(2030, 6, 1))
    assert context.linked_costs == 0
    later, _ = apply_changes(context, {"date_debut": "2027-10-01"})
    assert later.linked_costs == 30_000_000
    assert facts_of(later)["couts_projet_unique"] == 30_500_000
    away, _ = apply_changes(later, {"code_commune": "55029"})
    assert away.linked_costs == 0
