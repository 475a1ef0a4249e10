"""The problem as JSON: read, refused with every fault, written and read back; and the plan's JSON on its schema."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from rebond.data import data_folder
from rebond.data.yamlfile import load_schema
from rebond.dispositifs.model import Instrument
from rebond.errors import DataError
from rebond.financing.auditing.audit import audit_plan
from rebond.financing.explaining.explain import explain_plan
from rebond.financing.explaining.infeasibility import NoPlan, plan_or_conflict
from rebond.financing.plan.as_json import no_plan_as_data, plan_as_data
from rebond.financing.problem.as_json import parse_problem, problem_as_data
from rebond.financing.problem.model import FinancingProblem, ProjectProblem
from rebond.financing.solving.alone import problem_alone
from rebond.financing.solving.optimize import optimise_plans
from tests.core.financing.problems import problems

DOCS = Path(__file__).parents[3] / "docs"
SCHEMA = load_schema(data_folder() / "schemas" / "probleme-v1.json")
PLAN_SCHEMA = load_schema(DOCS / "schemas" / "plan-v1.json")
EXAMPLE = DOCS / "exemples" / "probleme.json"


def parse(data: object) -> FinancingProblem:
    return parse_problem(json.dumps(data, ensure_ascii=False), name="cas.json", schema=SCHEMA)


def faults_of(data: object) -> list[str]:
    with pytest.raises(DataError) as caught:
        parse(data)
    return [str(fault) for fault in caught.value.faults]


def example() -> dict[str, Any]:
    data: dict[str, Any] = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    return data


def tidy(problem: FinancingProblem) -> FinancingProblem:
    """The same problem without what a file may not say: a ceiling on no line, a floor over its cap."""

    def of_project(project: ProjectProblem) -> ProjectProblem:
        lines = {line.id for line in project.lines}
        offers = tuple(
            replace(
                offer,
                min_support=offer.min_support if offer.aid_cap is None else min(offer.min_support, offer.aid_cap),
                bases=tuple(
                    replace(basis, ceilings={k: v for k, v in basis.ceilings.items() if k in lines})
                    for basis in offer.bases
                ),
            )
            for offer in project.offers
        )
        return replace(project, offers=offers, need=min(project.need, project.cost))

    return replace(problem, projects=tuple(of_project(project) for project in problem.projects))


@settings(max_examples=100)
@given(problems().map(tidy))
def test_a_problem_written_and_read_back_is_the_same(problem: FinancingProblem) -> None:
    data = problem_as_data(problem)
    assert not list(SCHEMA.iter_errors(data))
    assert parse(data) == problem


@settings(max_examples=20)
@given(problems())
def test_the_json_of_a_plan_fits_its_published_schema(problem: FinancingProblem) -> None:
    plans = optimise_plans(problem)
    data: dict[str, Any] = {"schema": "plan/v1", "moteur": "0", "plans": [], "sans_plan": []}
    for key in plans:
        alone = problem_alone(problem, key, plans)
        found = plan_or_conflict(alone)
        if isinstance(found, NoPlan):
            data["sans_plan"].append(no_plan_as_data(found))
        else:
            data["plans"].append(plan_as_data(found, audit_plan(found, alone), explain_plan(found, alone)))
    assert not [error.message for error in PLAN_SCHEMA.iter_errors(json.loads(json.dumps(data, allow_nan=False)))]


def test_the_published_schema_is_the_one_that_the_program_reads() -> None:
    shipped = (data_folder() / "schemas" / "probleme-v1.json").read_bytes()
    assert (DOCS / "schemas" / "probleme-v1.json").read_bytes() == shipped


def test_the_example_gives_the_plan_that_the_guide_describes() -> None:
    plan = optimise_plans(parse(example()))["atelier-robotise"]
    by_dispositif = {line.dispositif: line.amount for line in plan.lines}
    assert by_dispositif == {
        "region/investissement": 200_000,
        "etat/efficacite": 84_000,
        "gip/equipement": 45_000,
        "banque/pret-croissance": 271_000,
    }
    assert plan.proven
    assert plan.gap == 0


@pytest.mark.parametrize(
    ("text", "euros"),
    [(200_000, "200000"), ("200 000 €", "200000"), ("1,5 M€", "1500000"), ("12.34", "12.34"), (12.34, "12.34")],
)
def test_amounts_are_read_as_people_write_them(text: object, euros: str) -> None:
    data = example()
    del data["projets"][0]["besoin"]
    data["projets"][0]["postes"][0]["montant"] = text
    assert parse(data).projects[0].lines[0].amount == Decimal(euros)


@pytest.mark.parametrize(("text", "rate"), [("35 %", "0.35"), ("0.35", "0.35"), ("0,35", "0.35"), ("12,5 %", "0.125")])
def test_rates_are_read_as_people_write_them(text: str, rate: str) -> None:
    data = example()
    data["projets"][0]["dispositifs"][0]["bases_legales"][0]["plafonds"]["machines"] = text
    assert parse(data).projects[0].offers[0].bases[0].ceilings["machines"] == Decimal(rate)


@pytest.mark.parametrize("wrong", [None, "inconnu", "?", "", "beaucoup", -5, True, [1]])
def test_an_amount_that_is_unknown_or_no_amount_is_refused(wrong: object) -> None:
    data = example()
    data["projets"][0]["postes"][1]["montant"] = wrong
    (fault,) = faults_of(data)
    assert "$.projets[0].postes[1].montant" in fault
    assert "montant" in fault


def test_a_bare_rate_is_refused_as_ambiguous() -> None:
    data = example()
    data["projets"][0]["dispositifs"][0]["bases_legales"][0]["plafonds"]["machines"] = 0.35
    (fault,) = faults_of(data)
    assert "« 35 % »" in fault


def test_every_fault_of_a_file_comes_at_once_with_its_path() -> None:
    data = example()
    project = data["projets"][0]
    project["postes"][2]["id"] = "machines"
    project["besoin"] = None
    project["dispositifs"][0]["postes"].append("absent")
    project["dispositifs"][1]["bases_legales"][0]["nature"] = "autre"
    project["exclusions"] = [["region/investissement", "personne"]]
    project["emplois"] = 3
    found = "\n".join(faults_of(data))
    for path in (
        "$.projets[0].besoin",
        "$.projets[0].postes[2].id",
        "$.projets[0].dispositifs[0].postes",
        "$.projets[0].dispositifs[1].bases_legales[0].nature",
        "$.projets[0].exclusions[0]",
        "clé inconnue : emplois",
    ):
        assert path in found


GUIDE = (DOCS / "plan.md").read_text(encoding="utf-8")


def test_the_problem_that_the_guide_writes_gives_the_plan_that_the_guide_tells() -> None:
    text = re.findall(r"```json\n(.*?)```", GUIDE, re.DOTALL)[0]
    problem = parse_problem(text, name="guide.json", schema=SCHEMA)
    plan = optimise_plans(problem)["presse"]
    assert [(line.dispositif, line.amount) for line in plan.lines] == [
        ("region/subvention", 250_000),
        ("region/avance", 100_000),
    ]
    grant, advance = explain_plan(plan, problem).supports
    assert "hors avances" in grant.sentence
    assert "hors avances" not in advance.sentence


def test_the_guide_tells_every_key_of_a_problem() -> None:
    schema = json.loads((DOCS / "schemas" / "probleme-v1.json").read_text(encoding="utf-8"))
    blocks = [schema, *schema["$defs"].values()]
    keys = {key for block in blocks for key in block["properties"]} - {"$schema"}
    assert not sorted(key for key in keys if f"`{key}`" not in GUIDE)


def _project(data: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = data["projets"][0]
    return found


def _offer(data: dict[str, Any], rank: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = _project(data)["dispositifs"][rank]
    return found


def _basis(data: dict[str, Any], rank: int = 0, index: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = _offer(data, rank)["bases_legales"][index]
    return found


GRANTED = {
    "poste": "machines",
    "regime": "afr",
    "nature_regime": "exemption",
    "equivalent_subvention": 1_000,
    "plafond": "35 %",
    "apport_propre": "25",
}
ADVANCE = {"equivalent_hors_avance_par_euro": "0.5"}
CONTRADICTIONS: list[tuple[Callable[[dict[str, Any]], object], str, str]] = [
    (lambda d: _project(d).update(besoin="3 M€"), "besoin", "au-dessus du coût du projet"),
    (lambda d: _offer(d).update(budget="annuel"), "budget", "budget sans montant"),
    (lambda d: _offer(d).update(plancher_aide=300_000), "plancher_aide", "au-dessus du plafond d'aide"),
    (lambda d: _offer(d).update(valeur_par_euro="3"), "valeur_par_euro", "au-dessus de 100 %"),
    (lambda d: _project(d).update(aides_obtenues=[GRANTED]), "apport_propre", "lu 2 500 %"),
    (lambda d: _basis(d)["plafonds"].update(machines="35"), "plafonds.machines", "lu 3 500 %"),
    (
        lambda d: _basis(d, 1).update(regime="afr", apport_propre="25 %", plafonds={"machines": "40 %"}),
        "plafonds.machines",
        "« 35 % » ici",
    ),
    (lambda d: _basis(d).update(ADVANCE), "equivalent_hors_avance_par_euro", "majoration_avances"),
    (lambda d: _offer(d, 3).pop("valeur_par_euro"), "dispositifs[3].forme", "valeur_par_euro"),
    (lambda d: _project(d).update(exclusions=[["gip/equipement"] * 2]), "exclusions[0]", "lui-même"),
    (lambda d: d.update(comptes_de_minimis={"exemples": 45_000}), "comptes_de_minimis", "« exemples »"),
    (lambda d: _project(d)["postes"][0].update(annee=26), "postes[0].annee", "quatre chiffres"),
    (
        lambda d: (
            _basis(d).update(ADVANCE, majoration_avances="10 %"),
            _basis(d, 1).update(ADVANCE, majoration_avances="5 %"),
        ),
        "majoration_avances",
        "n'en donne qu'une",
    ),
]


@pytest.mark.parametrize(("spoil", "path", "words"), CONTRADICTIONS)
def test_what_contradicts_itself_is_refused_with_its_place_and_its_remedy(
    spoil: Callable[[dict[str, Any]], object], path: str, words: str
) -> None:
    data = example()
    spoil(data)
    (fault,) = faults_of(data)
    assert path in fault
    assert words in fault.replace("\u202f", " ").replace("\u00a0", " ")
    assert "→" in fault


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "fichier vide"),
        ('{"projets": [1,]}', "colonne 16"),
        ('{"schema": "probleme/v1", "schema": "probleme/v1"}', "deux fois"),
        ('{"schema": ', "ligne 1"),
        ('{"schema": NaN}', "NaN"),
        ("[]", "bloc de clés"),
    ],
)
def test_a_text_that_is_no_problem_says_what_is_wrong(text: str, words: str) -> None:
    with pytest.raises(DataError) as caught:
        parse_problem(text, name="cas.json", schema=SCHEMA)
    assert words in str(caught.value)


def test_forms_named_without_their_share_still_close_the_variant_without_advance() -> None:
    data = example()
    data["projets"][0]["dispositifs"][0]["formes"] = ["subvention", "avance_remboursable"]
    offer = parse(data).projects[0].offers[0]
    assert Instrument.REPAYABLE_ADVANCE in offer.forms
    assert offer.parts == ()
    assert problem_as_data(parse(data))["projets"][0]["dispositifs"][0]["formes"] == [
        "avance_remboursable",
        "subvention",
    ]


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ([("subvention", "60 %"), ("avance_remboursable", "30 %")], "les parts ne font pas 100 %"),
        ([("subvention", "60 %"), ("subvention", "40 %")], "« forme » écrit deux fois"),
        ([("subvention", 0.6), ("avance_remboursable", 0.4)], "un nombre nu, au lieu d'un taux"),
    ],
)
def test_the_parts_of_a_support_make_the_whole_of_it(parts: list[tuple[str, Any]], said: str) -> None:
    data = example()
    data["projets"][0]["dispositifs"][0]["parts"] = [{"forme": form, "part": share} for form, share in parts]
    assert any(said in fault for fault in faults_of(data))
