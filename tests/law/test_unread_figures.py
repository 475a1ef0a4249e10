"""A figure that nobody read in a text keeps from being firm the euros that it can decide, and no others."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rebond.dispositifs.catalogue import Catalogue
from rebond.dispositifs.model import Dispositif, Gap
from rebond.dispositifs.plan_settings import NO_SETTINGS
from rebond.eligibility.choice import DatedValue
from rebond.eligibility.truth import Truth
from rebond.eligibility.verdict import Verdict
from rebond.facts import Project
from rebond.financing.auditing.catalogue import audit_against_catalogue
from rebond.financing.building.build import ProblemBuilder
from rebond.financing.plan.certainty import Certainty
from rebond.financing.plan.model import FinancingPlan
from rebond.financing.problem.model import FinancingProblem
from rebond.financing.solving.optimize import optimise_plan
from rebond.regimes.model import Regime
from tests.law.worked import AFR, ART_38, as_read, catalogue, facts_of, project, rates, scheme

ON = date(2026, 3, 2)
ANSWERED: Any = {
    "taille_ue": "petite",
    "investissement_initial": "extension",
    "engagement_maintien": True,
    "mode_acquisition": "achat",
    "sans_delocalisation": True,
    "relocalisation": "aucun",
    "norme_union": "au_dela",
    "assiette_couts": "distinct",
}
UNREAD = replace(DatedValue(value=Decimal(0), source="de mémoire"), verified=False)


def of_ademe(*regimes: str, natures: str = "materiel") -> Dispositif:
    """A grant of 100 % whose funder's delay is known."""
    return replace(scheme("aide", *regimes, natures=natures), funder="ademe", instructor="ademe", reliability="V")


def law(*regimes: Regime) -> Catalogue:
    """The shipped catalogue with these regimes."""
    return replace(catalogue(), regimes={**catalogue().regimes, **{regime.id: regime for regime in regimes}})


def planned(subject: Project, item: Dispositif, known: Catalogue) -> FinancingPlan:
    known = replace(known, dispositifs={item.id: item})
    facts = {**facts_of(subject, **ANSWERED), "couts_projet_unique": subject.total_cost}
    verdicts = [Verdict(dispositif=item.id, truth=Truth.YES, reasons=())]
    built = ProblemBuilder(catalogue=known, rates=rates(), on=ON).project(subject, "groupe", facts, verdicts)
    found = optimise_plan(FinancingProblem(projects=(built.problem,)))
    assert not audit_against_catalogue(found, project=subject, facts=facts, catalogue=known, on=ON)
    return found


@pytest.mark.parametrize(
    ("regime", "nature"),
    [(ART_38, "efficacite_energetique"), (AFR, "materiel"), ("rgec_49_etudes_environnement", "etude_energie")],
)
def test_an_unread_threshold_of_tens_of_millions_says_nothing_of_a_small_project(regime, nature):
    """Art. 38: 30 M€, from memory; art. 14: a bracket of 55 M€, by computation."""
    assert not catalogue().regimes[regime].verified
    found = planned(project(**{nature: 400_000}), of_ademe(regime, natures=nature), law())
    assert found.aid > 0
    assert all("relire" not in question for line in found.lines for question in line.questions)


def test_a_project_near_the_threshold_names_it():
    """27.5 % of 60 M€ is 16.5 M€: above half of 30 M€."""
    found = planned(
        project(efficacite_energetique=60_000_000), of_ademe(ART_38, natures="efficacite_energetique"), law()
    )
    (line,) = found.lines
    assert line.state is Certainty.UNVERIFIED
    assert line.unread == ("RGEC art. 38 : seuil de notification de 30\u202f000\u202f000\u00a0€",)
    assert f"à relire dans un texte — {line.unread[0]}" in line.questions


def test_a_large_project_names_the_bracket_that_it_comes_near():
    found = planned(project(materiel=30_000_000), of_ademe(AFR), law())
    (line,) = found.lines
    assert line.state is Certainty.UNVERIFIED
    assert line.unread == ("RGEC art. 14 : tranche des grands projets à 55\u202f000\u202f000\u00a0€",)


def test_without_a_setting_every_unread_bound_counts():
    found = planned(project(materiel=400_000), of_ademe(AFR), replace(law(), plan_settings=NO_SETTINGS))
    assert all(line.state is Certainty.UNVERIFIED for line in found.lines)


def unread_at(regime: Regime, name: str, rank: int) -> Regime:
    rows = list(getattr(regime, name))
    rows[rank] = replace(rows[rank], verified=False)
    changes: Any = {name: tuple(rows)}
    return replace(regime, **changes)


def test_only_the_intensity_of_this_size_counts():
    """Art. 38 gives 50 % to a small firm, 40 % to a medium one: the second decides nothing here."""
    regime = as_read(catalogue().regimes[ART_38])
    item, subject = of_ademe(ART_38, natures="efficacite_energetique"), project(efficacite_energetique=400_000)
    assert planned(subject, item, law(regime)).firm.support == 110_000
    assert planned(subject, item, law(unread_at(regime, "intensities", 1))).firm.support == 110_000
    used = planned(subject, item, law(unread_at(regime, "intensities", 0)))
    assert used.firm.support == 0
    assert used.lines[0].unread == ("RGEC art. 38 : intensité de 50\u00a0%",)


def test_the_french_scheme_that_an_article_is_granted_under_is_always_used():
    regime = replace(as_read(catalogue().regimes[ART_38]), framework_verified=False)
    found = planned(
        project(efficacite_energetique=400_000), of_ademe(ART_38, natures="efficacite_energetique"), law(regime)
    )
    assert "régime cadre SA.111726" in found.lines[0].unread[0]


@pytest.mark.parametrize(("cap", "firm"), [(100_000, 0), (300_000, 110_000)])
def test_an_unread_cap_counts_when_the_award_comes_near_it(cap, firm):
    """The need leaves 110 000 €: over half of 100 000, under half of 300 000."""
    regime = as_read(catalogue().regimes[ART_38])
    item = of_ademe(ART_38, natures="efficacite_energetique")
    rules = replace(item.advantage, aid_cap=(replace(UNREAD, value=Decimal(cap)),))
    subject = replace(project(efficacite_energetique=400_000), own_financing=Decimal(290_000))
    found = planned(subject, replace(item, advantage=rules), law(regime))
    assert found.firm.support == firm


def test_a_rate_from_memory_always_counts_and_is_named():
    regime = as_read(catalogue().regimes[ART_38])
    item = of_ademe(ART_38, natures="efficacite_energetique")
    rules = replace(item.advantage, rate=(replace(UNREAD, value=Decimal("0.2")),))
    (line,) = planned(project(efficacite_energetique=400_000), replace(item, advantage=rules), law(regime)).lines
    assert line.unread == ("« aide » : taux de 20\u00a0%",)


@pytest.mark.parametrize(("field", "firm"), [("autre", 110_000), ("regime", 0), ("plafond_aide", 0), ("dates", 0)])
def test_a_rule_that_no_source_gives_keeps_the_aid_possible(field, firm):
    """Who funds knows the legal basis, the cap, whether the scheme is open: it is asked, and named on the line."""
    regime = as_read(catalogue().regimes[ART_38])
    item = replace(of_ademe(ART_38, natures="efficacite_energetique"), gaps=(Gap(field=field, question="Laquelle ?"),))
    found = planned(project(efficacite_energetique=400_000), item, law(regime))
    assert found.firm.support == firm
    assert found.aid == 110_000
    if not firm:
        assert found.lines[0].questions == ("à demander au financeur — Laquelle ?",)


FIGURES = [
    (name, rank)
    for name in ("intensities", "bonuses", "factors", "threshold", "advance_bonus")
    for rank in range(len(getattr(catalogue().regimes[ART_38], name)))
]


@settings(max_examples=15, deadline=None)
@given(
    marks=st.lists(st.sampled_from(FIGURES), max_size=3, unique=True),
    one_more=st.sampled_from(FIGURES),
    cost=st.sampled_from([400_000, 20_000_000, 60_000_000, 120_000_000]),
)
def test_marking_a_figure_unread_never_raises_firm_support(marks, one_more, cost):
    regime = as_read(catalogue().regimes[ART_38])
    for name, rank in marks:
        regime = unread_at(regime, name, rank)
    item, subject = of_ademe(ART_38, natures="efficacite_energetique"), project(efficacite_energetique=cost)
    before = planned(subject, item, law(regime)).firm.support
    assert planned(subject, item, law(unread_at(regime, *one_more))).firm.support <= before
