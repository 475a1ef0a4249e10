"""A plausible mission is never refused, and hardly asked about: a rule that cries wolf is a rule that nobody reads."""

import random
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from rebond.facts import Accounts, AidObtained, Census, CostLine, Establishment, Firm, Interview, Project, Siren, Siret
from tests.core.plausibility.conftest import CENSUS, ON, Examiner

NATURES = ("batiment", "materiel", "immateriel", "conseil")


def plausible_mission(rng: random.Random, *, firms: int) -> Census:
    """Firms, accounts, projects and aid as industrial missions have them, one to three projects a firm."""
    found: list[Firm] = []
    projects: list[Project] = []
    aids: list[AidObtained] = []
    for rank in range(1, firms + 1):
        staff = Decimal(round(rng.lognormvariate(3.4, 1)) + 2)
        turnover = (staff * Decimal(round(rng.lognormvariate(11.8, 0.5)))).quantize(Decimal(1000))
        balance = (turnover * Decimal(str(round(rng.uniform(0.4, 1.6), 2)))).quantize(Decimal(1000))
        growth = Decimal(str(round(rng.uniform(0.7, 1.4), 2)))
        siren = f"{rank:09d}"
        found.append(
            Firm(
                id=f"E{rank:03d}",
                name=f"Atelier numéro {rank}",
                siren=Siren(siren),
                establishment=Establishment(siret=Siret(f"{siren}00010"), commune="52121"),
                created_on=ON - timedelta(days=rng.randint(1200, 30_000)),
                accounts=(
                    Accounts(year=2025, staff=staff, turnover=turnover, balance_sheet=balance),
                    Accounts(year=2024, staff=staff, turnover=turnover / growth, balance_sheet=balance / growth),
                ),
                own_funds=balance * Decimal(str(round(rng.uniform(-0.1, 0.7), 2))),
                aid_declared=True,
            )
        )
        for number in range(rng.choice((1, 1, 1, 2, 3))):
            projects.append(_project(rng, found[-1], f"P{len(projects) + 1:03d}", number, staff))
        if rng.random() < 0.6:
            regime, since = rng.choice((("de_minimis_2023", 2024), ("rgec_17_investissement_pme", 2018)))
            aids.append(
                AidObtained(
                    id=f"A{len(aids) + 1:03d}",
                    firm_id=found[-1].id,
                    funder="Région Grand Est",
                    label=f"Aide {len(aids)}",
                    regime=regime,
                    granted_on=date(rng.randint(since, 2026), rng.randint(1, 9), rng.randint(1, 28)),
                    amount=Decimal(rng.randint(2, 250) * 1000),
                )
            )
    interviews = tuple(
        Interview(id=f"I{rank:03d}", firm_id=firm.id, held_on=ON - timedelta(days=rng.randint(1, 170)))
        for rank, firm in enumerate(found, start=1)
    )
    return replace(CENSUS, firms=tuple(found), projects=tuple(projects), aids=tuple(aids), interviews=interviews)


def _project(rng: random.Random, firm: Firm, identifier: str, number: int, staff: Decimal) -> Project:
    start = ON + timedelta(days=rng.randint(20, 500))
    costs = tuple(
        CostLine(
            id=f"{identifier}-{rank}",
            nature=rng.choice(NATURES),
            amount=Decimal(round(rng.lognormvariate(11.5, 1.1)) // 100 * 100 + 2_000),
            year=start.year,
            label=f"Poste {rank}",
        )
        for rank in range(1, rng.randint(2, 6))
    )
    cost = sum((line.amount for line in costs), Decimal(0))
    jobs = min(int(staff), int(cost // 60_000))
    return Project(
        id=identifier,
        firm_id=firm.id,
        title=f"Projet {number} de {firm.name}",
        costs=costs,
        jobs_created=rng.randint(0, jobs),
        jobs_kept=rng.randint(0, int(staff)),
        starts_on=start,
        ends_on=start + timedelta(days=rng.randint(60, 1100)),
        works_started=False,
        applied_on=ON - timedelta(days=rng.randint(1, 120)),
        own_financing=cost * Decimal(str(round(rng.uniform(0, 0.9), 2))),
    )


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(min_value=0, max_value=10**9))
def test_a_plausible_mission_has_no_fault(examiner: Examiner, seed: int) -> None:
    found = examiner.of(plausible_mission(random.Random(seed), firms=8))
    assert found.faults == ()


def test_six_hundred_projects_are_asked_a_handful_of_questions(examiner: Examiner) -> None:
    census = plausible_mission(random.Random(2026), firms=375)
    found = examiner.of(census)
    assert len(census.projects) > 550
    assert found.faults == ()
    assert len(found.questions) <= 6, [str(each) for each in found.questions]
    assert len(found.remarks) <= 6
