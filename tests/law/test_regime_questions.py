"""What a legal basis asks of a project: possible and named while unanswered, closed by a no, firm once answered."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest

from rebond.dispositifs.catalogue import Catalogue
from rebond.dispositifs.model import Dispositif
from rebond.eligibility.project_facts import complete
from rebond.eligibility.truth import Truth
from rebond.eligibility.values import leaves_of
from rebond.eligibility.verdict import Verdict
from rebond.facts import UNKNOWN, FactValue, Project
from rebond.financing.auditing.catalogue import audit_against_catalogue
from rebond.financing.building.build import ProblemBuilder
from rebond.financing.plan.certainty import Certainty
from rebond.financing.plan.model import FinancingPlan
from rebond.financing.problem.model import FinancingProblem
from rebond.financing.solving.optimize import optimise_plan
from rebond.regimes.ceilings import asked_of
from rebond.regimes.model import Regime
from tests.law.worked import AFR, ART_17, as_read, catalogue, facts_of, project, rates, scheme

ON = date(2026, 3, 2)
SENTENCES_LEFT = 5
"""Art. 22 (2, no figure was read: it serves no plan), 36 bis, 47 and « no aid »: the funder's or an expert's."""
ANSWERED: Mapping[str, FactValue] = {
    "taille_ue": "petite",
    "investissement_initial": "extension",
    "engagement_maintien": True,
    "mode_acquisition": "achat",
    "sans_delocalisation": True,
    "relocalisation": "aucun",
    "transport_pour_autrui": False,
}


def known_law() -> Catalogue:
    """The shipped catalogue, whose figures of arts. 14 and 17 are read and whose funder decides in two months."""
    shipped = catalogue()
    regimes = {**shipped.regimes, **{key: as_read(shipped.regimes[key]) for key in (AFR, ART_17)}}
    return replace(shipped, regimes=regimes)


def of_ademe(*regimes: str, natures: str = "materiel") -> Dispositif:
    """A grant whose funder's delay is known."""
    return replace(scheme("aide", *regimes, natures=natures), funder="ademe", instructor="ademe", reliability="V")


def planned(subject: Project, item: Dispositif, **facts: FactValue) -> FinancingPlan:
    known = replace(known_law(), dispositifs={item.id: item})
    given = facts_of(subject, **{**ANSWERED, **facts})
    verdicts = [Verdict(dispositif=item.id, truth=Truth.YES, reasons=())]
    built = ProblemBuilder(catalogue=known, rates=rates(), on=ON).project(subject, "groupe", given, verdicts)
    found = optimise_plan(FinancingProblem(projects=(built.problem,)))
    assert not audit_against_catalogue(found, project=subject, facts=given, catalogue=known, on=ON)
    return found


@pytest.mark.parametrize(("regime", "aid"), [(AFR, 350_000), (ART_17, 200_000)])
def test_an_exempted_aid_is_firm_once_every_question_of_its_article_is_answered(regime, aid):
    found = planned(project(materiel=1_000_000), of_ademe(regime))
    assert found.aid == found.firm.support == aid


@pytest.mark.parametrize(
    ("regime", "fact"),
    [
        *((AFR, fact) for fact in ANSWERED if fact not in {"taille_ue", "transport_pour_autrui"}),
        (ART_17, "investissement_initial"),
    ],
)
def test_an_unanswered_question_leaves_the_aid_possible_and_is_named(regime, fact):
    found = planned(project(materiel=1_000_000), of_ademe(regime), **{fact: UNKNOWN})
    assert found.aid > 0
    assert found.firm.support == 0
    label = catalogue().dictionary[fact].label.lower()
    for line in found.lines:
        assert line.state is Certainty.CONDITIONAL
        assert f"à renseigner — {label}" in line.questions


@pytest.mark.parametrize(
    ("regime", "denied"),
    [
        (AFR, {"investissement_initial": "remplacement"}),
        (AFR, {"engagement_maintien": False}),
        (AFR, {"mode_acquisition": "location"}),
        (AFR, {"relocalisation": "eee"}),
        (AFR, {"sans_delocalisation": False}),
        (AFR, {"investissement_initial": "diversification", "couts_au_dela_des_actifs": False}),
        (ART_17, {"investissement_initial": "remplacement"}),
    ],
)
def test_a_no_closes_the_article(regime, denied):
    found = planned(project(materiel=1_000_000), of_ademe(regime), **denied)
    assert found.aid == 0


@pytest.mark.parametrize("answer", [UNKNOWN, False])
def test_the_second_audit_refuses_a_plan_that_a_question_contradicts(answer):
    subject, item = project(materiel=1_000_000), of_ademe(AFR)
    found = planned(subject, item)
    facts = facts_of(subject, **{**ANSWERED, "engagement_maintien": answer})
    known = replace(known_law(), dispositifs={item.id: item})
    rules = {each.rule for each in audit_against_catalogue(found, project=subject, facts=facts, catalogue=known, on=ON)}
    assert rules == ({"certainty"} if answer is UNKNOWN else {"certainty", "thresholds"})


def test_vehicles_of_a_carrier_are_left_out_and_its_machines_are_not():
    subject = project(materiel=100_000, vehicule=100_000)
    item = of_ademe(ART_17, natures="materiel vehicule")
    assert planned(subject, item).firm.support == 40_000
    carrier = planned(subject, item, transport_pour_autrui=True)
    assert {line.line for line in carrier.lines} == {"materiel"}
    assert carrier.firm.support == 20_000


@pytest.mark.parametrize(("intangible", "truth"), [(500_000, Truth.YES), (600_000, Truth.NO)])
def test_intangible_assets_of_a_large_firm_are_at_most_half_of_the_eligible_costs(intangible, truth):
    subject = project(materiel=1_000_000 - intangible, immateriel=intangible, formation=5_000_000)
    facts = facts_of(subject, **{**ANSWERED, "taille_ue": "grande"})
    found = [each.truth for each in asked_of(catalogue().regimes[AFR], facts, "materiel")]
    assert found[2] is truth
    assert [each for rank, each in enumerate(found) if rank != 2] == [Truth.YES] * (len(found) - 1)


def test_the_type_of_project_says_what_is_initial_and_an_answer_says_it_better():
    assert complete({"type_projet": "extension"}, ON)["investissement_initial"] == "extension"
    answered = complete({"type_projet": "extension", "investissement_initial": "remplacement"}, ON)
    assert answered["investissement_initial"] == "remplacement"
    for kind in ("modernisation", "reprise", "transition"):
        assert "investissement_initial" not in complete({"type_projet": kind}, ON)


@pytest.mark.parametrize(
    "regime", [regime for regime in catalogue().regimes.values() if regime.asked], ids=lambda r: r.id
)
def test_silence_settles_no_question(regime: Regime):
    """Without an answer every question of a regime is open, and the dictionary says how to put it."""
    silent: dict[str, FactValue] = {}
    assert {each.truth for each in asked_of(regime, silent)} == {Truth.UNKNOWN}
    dictionary = catalogue().dictionary
    for condition in regime.asked:
        for leaf in leaves_of(condition):
            for name in leaf.names:
                assert dictionary[name].question or name in {"nature", "part_incorporels"}, name


def test_the_sentences_left_in_the_regimes_are_few_and_keep_their_rank():
    sentences = {sentence.key: sentence.text for r in catalogue().regimes.values() for sentence in r.to_confirm}
    assert len(sentences) <= SENTENCES_LEFT, "une question fermée est un fait, pas une phrase"
    assert "pollueur" in sentences["confirme:rgec_47_economie_circulaire:1"]


def test_market_terms_that_a_source_states_wait_for_nobody_and_the_others_do():
    shipped = catalogue().dispositifs
    subject = project(materiel=400_000)
    for identifier, waits in (("bpifrance/pret-vert", False), ("etat-dgfip/credit-impot-innovation", True)):
        item = replace(of_ademe("hors_aide"), no_aid_because=shipped[identifier].no_aid_because)
        found = planned(subject, item)
        assert any("prix du marché" in question for line in found.lines for question in line.questions) is waits
        assert found.firm.support == (0 if waits else 400_000)
