"""A small plausible mission, and its examination with something changed."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from rebond.data import data_folder
from rebond.dispositifs.catalogue import Catalogue, load_catalogue
from rebond.facts import (
    Accounts,
    AidObtained,
    Census,
    Contribution,
    CostLine,
    Envelope,
    Establishment,
    Firm,
    Interview,
    MissionSettings,
    Project,
    Siren,
    Siret,
)
from rebond.plausibility import Examination, PlausibilityRules, examine, load_plausibility

ON = date(2026, 10, 5)

FIRM = Firm(
    id="E001",
    name="Forges de la Traire",
    siren=Siren("000000018"),
    establishment=Establishment(siret=Siret("00000001800010"), commune="52353"),
    created_on=date(1978, 9, 15),
    accounts=(
        Accounts(year=2025, staff=Decimal(44), turnover=Decimal(7_820_000), balance_sheet=Decimal(5_640_000)),
        Accounts(year=2024, staff=Decimal(42), turnover=Decimal(7_390_000), balance_sheet=Decimal(5_310_000)),
    ),
    own_funds=Decimal(1_930_000),
    aid_declared=True,
)
PROJECT = Project(
    id="P001",
    firm_id="E001",
    title="Presse à vis",
    costs=(
        CostLine(id="P001-1", nature="batiment", amount=Decimal(310_000), year=2026, label="Fosse"),
        CostLine(id="P001-2", nature="materiel", amount=Decimal(2_480_000), year=2027, label="Presse"),
    ),
    jobs_created=3,
    jobs_kept=12,
    starts_on=date(2026, 12, 1),
    ends_on=date(2028, 9, 30),
    works_started=False,
    applied_on=date(2026, 7, 20),
    own_financing=Decimal(900_000),
)
AID = AidObtained(
    id="A001",
    firm_id="E001",
    funder="Région Grand Est",
    label="Chèque",
    regime="de_minimis_2023",
    granted_on=date(2025, 3, 14),
    amount=Decimal(45_000),
)
CENSUS = Census(
    settings=MissionSettings(
        name="Essai",
        territory="Chaumont",
        epcis=("200068658",),
        committee_on=ON,
        envelope=Envelope(contributions=(Contribution(contributor="État", amount=Decimal(2_000_000)),)),
    ),
    firms=(FIRM,),
    interviews=(Interview(id="I001", firm_id="E001", held_on=date(2026, 5, 12)),),
    projects=(PROJECT,),
    aids=(AID,),
)


@dataclass(frozen=True)
class Examiner:
    """Examines the small census, changed."""

    rules: PlausibilityRules
    catalogue: Catalogue

    def of(self, census: Census = CENSUS, *, on: date = ON, **parts: Any) -> Examination:
        return examine(replace(census, **parts), self.rules, regimes=self.catalogue.regimes, on=on)

    def firm(self, **changes: Any) -> Examination:
        return self.of(firms=(replace(FIRM, **changes),))

    def project(self, **changes: Any) -> Examination:
        return self.of(projects=(replace(PROJECT, **changes),))

    def aid(self, **changes: Any) -> Examination:
        return self.of(aids=(replace(AID, **changes),))

    def accounts(self, **changes: Any) -> Examination:
        """The last year of accounts changed, alone."""
        return self.firm(accounts=(replace(FIRM.accounts[0], **changes),))


@pytest.fixture(scope="session")
def examiner() -> Examiner:
    data = data_folder()
    return Examiner(rules=load_plausibility(data / "referentiels"), catalogue=load_catalogue(data))


def codes(examination: Examination) -> set[tuple[str, str]]:
    """(rule, severity) of everything found."""
    return {(finding.code, finding.severity.value) for finding in examination.all}
