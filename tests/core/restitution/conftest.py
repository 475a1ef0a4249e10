"""A mission small enough to be read: two firms, three projects, one of them without any answer."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from rebond.data import data_folder
from rebond.facts import (
    Accounts,
    Census,
    Contribution,
    CostLine,
    Envelope,
    Establishment,
    Evidence,
    Firm,
    Interview,
    MissionSettings,
    Need,
    PartnerEntry,
    Project,
)
from rebond.mission import load_rulebook, run_mission
from rebond.results import MissionResult

_CRITERIA = ("definition", "chiffrage", "financement", "foncier", "equipe", "calendrier")


@pytest.fixture(scope="session")
def census() -> Census:
    """Chaumont and Langres, a forge and a workshop."""
    forge = Firm(
        id="E1",
        name="Forge d'essai",
        establishment=Establishment(commune="52121"),
        code_naf="25.50A",
        created_on=date(1998, 1, 5),
        accounts=(
            Accounts(year=2025, staff=Decimal(40), turnover=Decimal(6_000_000), balance_sheet=Decimal(4_000_000)),
        ),
        own_funds=Decimal(2_000_000),
        in_difficulty=False,
        up_to_date=True,
        aid_declared=True,
    )
    workshop = Firm(id="E2", name="Atelier d'essai", establishment=Establishment(commune="52269"))
    return Census(
        settings=MissionSettings(
            name="Rebond Industriel — essai",
            territory="Chaumont-Langres",
            epcis=("200068658", "200072999"),
            committee_on=date(2026, 10, 5),
            envelope=Envelope(
                contributions=(Contribution(contributor="État (France 2030)", amount=Decimal(2_000_000)),)
            ),
            fictitious=True,
        ),
        firms=(forge, workshop),
        interviews=(
            Interview(
                id="R1", firm_id="E1", held_on=date(2026, 4, 14), needs=(Need(axis="competences", text="Recruter"),)
            ),
            Interview(id="R2", firm_id="E2", held_on=date(2026, 7, 9)),
        ),
        projects=(
            Project(
                id="P1",
                firm_id="E1",
                title="Presse de 2 500 t",
                kind="extension",
                costs=(CostLine(id="P1-1", nature="materiel", amount=Decimal(1_200_000), year=2027),),
                jobs_created=4,
                starts_on=date(2027, 1, 4),
                ends_on=date(2027, 12, 20),
                works_started=False,
                own_financing=Decimal(900_000),
                evidence=tuple(Evidence(criterion=code, level=3, proof="vu") for code in _CRITERIA),
            ),
            Project(
                id="P2",
                firm_id="E1",
                title="Récupération de chaleur",
                costs=(CostLine(id="P2-1", nature="efficacite_energetique", amount=Decimal(300_000), year=2027),),
                jobs_created=0,
                own_financing=Decimal(300_000),
            ),
            Project(id="P3", firm_id="E2", title="Un bâtiment, peut-être"),
        ),
        partner_entries=(
            PartnerEntry(
                id="L1", partner="bpifrance", firm_name="Forge d'essai", commune="Chaumont", project_title="Presse"
            ),
        ),
    )


@pytest.fixture(scope="session")
def result(census: Census) -> MissionResult:
    """What the mission finds of it."""
    return run_mission(census, load_rulebook(data_folder()), on=date(2026, 10, 5))
