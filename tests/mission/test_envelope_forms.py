"""The envelope gives grant and repayable advance: every part is said, and the advance is paid back."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal

import pytest

from rebond.dispositifs.model import Instrument
from rebond.facts import UNKNOWN
from rebond.financing.building.build import ProblemBuilder, with_offer
from rebond.financing.explaining.infeasibility import NoPlan
from rebond.financing.explaining.variants import Variant, compare_variants
from rebond.financing.problem.model import FinancingProblem, Offer
from rebond.mission import run_mission
from rebond.portfolio.offered import CallEntry, envelope_offer
from rebond.restitution.result import result_as_data
from rebond.results import MissionResult, ProjectResult
from tests.mission.conftest import Bench

ENVELOPE_DISPOSITIF = "bpifrance/rebond-industriel"


def retained(result: MissionResult) -> list[ProjectResult]:
    """The projects that the envelope helps."""
    return [project for project in result.projects if project.plan.envelope]


def files_of(variant: Variant) -> tuple[str, ...]:
    """The dispositifs that a variant asks; none when it cannot be met."""
    return () if isinstance(variant.plan, NoPlan) else variant.plan.files


def offer_of(bench: Bench, result: MissionResult, project: ProjectResult, grant_share: str) -> Offer:
    """What the envelope would give to a project under a share of grant."""
    rules = bench.rulebook
    entry = CallEntry(
        project=project.project,
        built=project.built,
        facts=project.facts,
        verdicts=project.verdicts,
        ripe=project.maturity.ripe,
        score=project.score,
    )
    envelope = replace(bench.census.settings.envelope, grant_share=Decimal(grant_share))
    builder = ProblemBuilder(catalogue=rules.catalogue, rates=rules.rates, on=result.on)
    offer = envelope_offer(entry, envelope, builder, rules.catalogue.readings.default)
    assert isinstance(offer, Offer)
    return offer


def test_the_variant_without_advance_leaves_a_mixed_envelope_out(bench: Bench, sample: MissionResult) -> None:
    project = retained(sample)[0]
    offer = replace(offer_of(bench, sample, project, "0.6"), aid_cap=Decimal(project.plan.envelope))
    problem = FinancingProblem(
        projects=(with_offer(project.built.problem, offer),),
        de_minimis_room={project.built.problem.undertaking: Decimal(300_000)},
    )
    variants = {variant.key: variant for variant in compare_variants(problem, project.plan)}
    for key in ("sans_avance", "sans_remboursement"):
        assert ENVELOPE_DISPOSITIF not in files_of(variants[key])
    assert ENVELOPE_DISPOSITIF in files_of(variants["sans_pret"])


@pytest.mark.parametrize(
    ("grant_share", "forms"),
    [
        ("1", {Instrument.GRANT}),
        ("0.6", {Instrument.GRANT, Instrument.REPAYABLE_ADVANCE}),
        ("0", {Instrument.REPAYABLE_ADVANCE}),
    ],
)
def test_the_forms_of_the_envelope_follow_the_share_of_grant_that_the_mission_sets(
    bench: Bench, sample: MissionResult, grant_share: str, forms: set[Instrument]
) -> None:
    assert offer_of(bench, sample, retained(sample)[0], grant_share).forms == forms


def test_the_parts_of_a_mixed_support_make_its_amount_to_the_euro(sample: MissionResult) -> None:
    lines = [line for project in sample.projects for line in project.plan.lines]
    mixed = [line for line in lines if line.parts]
    assert ENVELOPE_DISPOSITIF in {line.dispositif for line in mixed}
    for line in lines:
        assert sum(form.amount for form in line.forms) == line.amount
    for line in mixed:
        assert [form.share for form in line.forms] == [Decimal("0.6"), Decimal("0.4")]
        assert abs(line.to_pay_back - line.amount * Decimal("0.4")) < 1


def test_supports_by_form_count_the_advance_of_the_envelope_as_an_advance(sample: MissionResult) -> None:
    figures = {indicator.code: indicator.value for indicator in sample.indicators}
    envelope = [line for project in retained(sample) for line in project.plan.lines if line.is_envelope]
    assert figures["soutiens_avance_remboursable_eur"] >= sum(line.to_pay_back for line in envelope) > 0
    by_form = sum(value for code, value in figures.items() if code in {f"soutiens_{i.value}_eur" for i in Instrument})
    assert by_form == sum(project.plan.support for project in sample.projects)


def test_the_advance_that_a_firm_without_borrowing_capacity_gets_is_said(sample: MissionResult) -> None:
    without = [project for project in retained(sample) if project.project.borrowing_capacity is not UNKNOWN]
    assert len(without) >= 7
    for project in without:
        assert project.project.borrowing_capacity == 0
        assert any("d'avance remboursable dans un soutien mixte" in remark for remark in project.plan.remarks)


def test_the_published_result_says_every_form_of_every_line(sample: MissionResult) -> None:
    for project in result_as_data(sample)["projets"]:
        for line in project["plan"]["lignes"]:
            assert sum(form["montant"] for form in line["formes"]) == line["montant"]
            assert line["forme"] in {form["forme"] for form in line["formes"]}
        assert project["plan"]["a_rembourser"] <= project["plan"]["soutien"]


def test_another_dispositif_is_the_call_within_its_own_figures_and_is_counted_nowhere_else(
    bench: Bench, sample: MissionResult
) -> None:
    """The grant that most plans ask, as the call: what it published bounds the envelope, and no plan asks it twice."""
    grants = Counter(
        line.dispositif
        for project in sample.projects
        for line in project.plan.lines
        if line.instrument is Instrument.GRANT and not line.is_envelope
    )
    ((scheme, _),) = grants.most_common(1)
    own = {p.project.id: o for p in sample.projects for o in p.built.problem.offers if o.id == scheme}
    asked = {p.project.id for p in sample.projects if any(line.dispositif == scheme for line in p.plan.lines)}
    kept = [project for project in sample.projects if project.project.id in asked][:12]
    names = {project.project.id for project in kept}
    settings = sample.census.settings
    call = replace(settings.envelope, dispositif=scheme, funds_part=True, min_spend=UNKNOWN)
    census = replace(
        sample.census,
        settings=replace(settings, envelope=call),
        projects=tuple(project for project in sample.census.projects if project.id in names),
        aids=tuple(aid for aid in sample.census.aids if aid.project_id in {"", *names}),
        decisions=(),
    )
    result = run_mission(census, bench.rulebook, on=sample.on, kept={study.digest: study for study in sample.studies})
    helped = retained(result)
    assert helped
    for project in result.projects:
        assert all(line.is_envelope is (line.dispositif == scheme) for line in project.plan.lines)
    for project in helped:
        offer = own[project.project.id]
        assert project.plan.envelope <= min(offer.max_support, offer.aid_cap or offer.max_support)
