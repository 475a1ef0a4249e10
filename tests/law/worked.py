"""A project, its facts and some dispositifs, taken through the real catalogue, the regimes' files and the engine."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache

from rebond.data import data_folder
from rebond.dispositifs.catalogue import Catalogue, load_catalogue
from rebond.dispositifs.model import Advantage, Dispositif, Instrument, LoanTerms, Validity
from rebond.dispositifs.screening import screen_project
from rebond.eligibility.choice import DatedValue
from rebond.eligibility.truth import Truth
from rebond.eligibility.verdict import Verdict
from rebond.facts import AidObtained, CostLine, FactValue, Project
from rebond.financing.building.build import BuiltProject, ProblemBuilder
from rebond.financing.law_readings import under
from rebond.financing.plan.model import FinancingPlan
from rebond.financing.problem.model import FinancingProblem
from rebond.financing.solving.optimize import optimise_plan
from rebond.mission import load_rulebook
from rebond.regimes.gross_grant_equivalent import ReferenceRates
from rebond.regimes.model import LargeProject, Regime
from rebond.regimes.readings import Reading

ON = date(2026, 10, 5)
IN_2027 = date(2027, 1, 15)
AFR, ART_17, ART_38, DE_MINIMIS = (
    "rgec_14_afr",
    "rgec_17_investissement_pme",
    "rgec_38_efficacite_energetique",
    "de_minimis_2023",
)
HAUTE_MARNE: Mapping[str, FactValue] = {
    "departement": "52",
    "code_naf": "25.50A",
    "zone_afr": "c",
    "en_difficulte": False,
    "demande_avant_travaux": True,
    "activite_nouvelle": False,
    "scenario_contrefactuel": False,
}


@cache
def catalogue() -> Catalogue:
    return load_catalogue(data_folder())


@cache
def rates() -> ReferenceRates:
    return load_rulebook(data_folder()).rates


def as_read(regime: Regime) -> Regime:
    """The regime as if every one of its figures had been read in a text."""

    def read(rows: Sequence[DatedValue]) -> tuple[DatedValue, ...]:
        return tuple(replace(row, verified=True) for row in rows)

    large, account = regime.large_project, regime.de_minimis
    return replace(
        regime,
        intensities=read(regime.intensities),
        bonuses=read(regime.bonuses),
        factors=read(regime.factors),
        intensity_cap=read(regime.intensity_cap),
        threshold=read(regime.threshold),
        own_contribution=read(regime.own_contribution),
        advance_bonus=read(regime.advance_bonus),
        large_project=large
        and LargeProject(
            low_bracket=read(large.low_bracket),
            high_bracket=read(large.high_bracket),
            middle_share=read(large.middle_share),
            high_share=read(large.high_share),
        ),
        de_minimis=account and replace(account, ceiling=read(account.ceiling)),
        window_verified=True,
        framework_verified=True,
        single_project_verified=True,
    )


def scheme(
    identifier: str,
    *regimes: str,
    rate: str = "100 %",
    natures: str = "materiel",
    instrument: Instrument = Instrument.GRANT,
    loan: LoanTerms | None = None,
) -> Dispositif:
    """A dispositif invented for the test: ``rate`` of the natures under the regimes, and no other rule."""
    share = Decimal(rate.removesuffix(" %")) / 100
    return Dispositif(
        id=f"essai/{identifier}",
        title=identifier,
        funder="region-grand-est",
        instructor="region-grand-est",
        instrument=instrument,
        summary="",
        validity=Validity(),
        conditions=None,
        to_confirm=(),
        advantage=Advantage(natures=frozenset(natures.split()), rate=(DatedValue(value=share),), loan=loan),
        regimes=regimes,
    )


ANY = Decimal(1_000_000_000)
"""A capacity to borrow that bounds nothing."""


def project(**costs: int) -> Project:
    """One cost line for each nature, named after it."""
    lines = tuple(CostLine(id=nature, nature=nature, amount=Decimal(n), year=2026) for nature, n in costs.items())
    return Project(id="P", firm_id="F", title="", costs=lines, own_financing=Decimal(0), borrowing_capacity=ANY)


def facts_of(subject: Project, **facts: FactValue) -> dict[str, FactValue]:
    """The facts of Haute-Marne, those given, and the costs of the project."""
    costs: dict[str, FactValue] = {f"cout_{nature}": Decimal(0) for nature in catalogue().natures}
    costs |= {f"cout_{line.nature}": line.amount for line in subject.costs}
    return {**HAUTE_MARNE, **costs, "cout_total": subject.total_cost, **facts}


def build(
    subject: Project,
    schemes: Sequence[Dispositif],
    facts: Mapping[str, FactValue],
    *,
    on: date = ON,
    aids: Sequence[AidObtained] = (),
    undertaking: str = "groupe",
) -> BuiltProject:
    """The problem of the project with these dispositifs alone, all of them eligible."""
    widened = replace(catalogue(), dispositifs={item.id: item for item in schemes})
    verdicts = [Verdict(dispositif=item.id, truth=Truth.YES, reasons=()) for item in schemes]
    return ProblemBuilder(catalogue=widened, rates=rates(), on=on).project(subject, undertaking, facts, verdicts, aids)


def plan(
    subject: Project,
    *schemes: Dispositif,
    on: date = ON,
    room: int = 0,
    aids: Sequence[AidObtained] = (),
    reading: Reading = Reading.ADJUSTMENT,
    **facts: FactValue,
) -> FinancingPlan:
    """The best legal plan of the project, under a reading of the law."""
    built = build(subject, schemes, facts_of(subject, **facts), on=on, aids=aids)
    problem = FinancingProblem(projects=(built.problem,), de_minimis_room={"groupe": Decimal(room)})
    return optimise_plan(under(problem, reading))


def given(found: FinancingPlan) -> dict[tuple[str, str, str], int]:
    """(dispositif, regime, line) → euros."""
    return {(line.dispositif.removeprefix("essai/"), line.regime, line.line): line.amount for line in found.lines}


def verdict(identifier: str, facts: Mapping[str, FactValue], on: date = ON) -> Verdict:
    """The verdict of the real dispositif."""
    return next(item for item in screen_project(facts, catalogue(), on) if item.dispositif == identifier)
