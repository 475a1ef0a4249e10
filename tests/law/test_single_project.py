"""RGEC art. 14(13): investments of one group in one NUTS 3 area within three years are one investment project."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from rebond.data import data_folder
from rebond.dispositifs.catalogue import Catalogue, load_catalogue
from rebond.facts import (
    UNKNOWN,
    Census,
    Contribution,
    CostLine,
    Envelope,
    Establishment,
    FactValue,
    Firm,
    Maybe,
    MissionSettings,
    Project,
)
from rebond.financing.building.build import ProblemBuilder
from rebond.financing.building.single_project import linked_costs
from rebond.regimes.gross_grant_equivalent import load_reference_rates
from rebond.regimes.readings import on_day

CHAUMONT, LANGRES, BAR_LE_DUC = "52121", "52269", "55029"
ON = date(2026, 10, 5)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(data_folder())


def project(
    identifier: str, *, commune: str = CHAUMONT, starts: Maybe[date] = UNKNOWN, cost: int = 30_000_000
) -> Project:
    line = CostLine(id=f"{identifier}-1", nature="materiel", amount=Decimal(cost), year=2027)
    return Project(
        id=identifier,
        firm_id="E1",
        title=identifier,
        commune=commune,
        costs=(line,),
        starts_on=starts,
        works_started=False,
    )


def census(*projects: Project) -> Census:
    firm = Firm(id="E1", name="Essai", establishment=Establishment(commune=CHAUMONT), single_undertaking="UT")
    envelope = Envelope(contributions=(Contribution(contributor="État", amount=Decimal(1)),))
    settings = MissionSettings(name="e", territory="e", epcis=("200068658",), committee_on=ON, envelope=envelope)
    return Census(settings=settings, firms=(firm,), interviews=(), projects=projects)


def linked(catalogue: Catalogue, *projects: Project) -> Decimal:
    """What the other projects add to the first."""
    return linked_costs(projects[0], census(*projects), catalogue.gazetteer, catalogue.regimes.values())


def test_two_projects_of_one_department_within_three_years_add_up(catalogue: Catalogue) -> None:
    first = project("P1", starts=date(2027, 1, 1))
    second = project("P2", commune=LANGRES, starts=date(2029, 12, 31))
    assert linked(catalogue, first, second) == 30_000_000


def test_a_project_begun_after_the_three_years_stands_alone(catalogue: Catalogue) -> None:
    first = project("P1", starts=date(2027, 1, 1))
    assert linked(catalogue, first, project("P2", starts=date(2030, 1, 2))) == 0


def test_a_project_of_another_nuts_3_area_stands_alone(catalogue: Catalogue) -> None:
    first = project("P1", starts=date(2027, 1, 1))
    assert linked(catalogue, first, project("P2", commune=BAR_LE_DUC, starts=date(2027, 1, 1))) == 0


def test_an_unknown_date_is_counted_within(catalogue: Catalogue) -> None:
    """The ceiling that follows holds whatever the date turns out to be."""
    assert linked(catalogue, project("P1", starts=date(2027, 1, 1)), project("P2")) == 30_000_000


def test_an_investment_split_in_two_loses_the_bonus_of_smaller_firms(catalogue: Catalogue) -> None:
    """Two parts of 30 M€ make 60 M€, above 50 M€: 15 % for a small firm, not 35 %, and the adjusted amount."""
    rates = load_reference_rates(data_folder() / "referentiels" / "taux_reference.yaml")
    builder = ProblemBuilder(catalogue=catalogue, rates=rates, on=ON)
    part = project("P1")
    facts: dict[str, FactValue] = {
        "taille_ue": "petite",
        "zone_afr": "c",
        "departement": "52",
        "code_naf": "25.62B",
        "en_difficulte": False,
        "demande_avant_travaux": True,
        "cout_total": Decimal(30_000_000),
    }
    dispositif = next(d for d in catalogue.dispositifs.values() if "rgec_14_afr" in d.regimes)
    lines = builder.project(part, "UT", facts, ()).problem.lines
    alone, split = (
        next(b for b in builder.bases.of(dispositif, known, lines, lines, on_day(ON)) if b.regime == "rgec_14_afr")
        for known in (facts, {**facts, "couts_projet_unique": Decimal(60_000_000)})
    )
    assert alone.ceilings["P1-1"] == Decimal("0.35")
    assert split.ceilings["P1-1"] == Decimal("0.15")
    # R × (55 M€ + 0.5 × 5 M€) for the whole, half of it for this half.
    assert split.project_cap == Decimal("0.15") * 57_500_000 / 2
