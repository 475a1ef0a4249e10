"""Two firms and a third, their projects, and how rows become a census again."""

from datetime import date
from decimal import Decimal

from rebond.facts import (
    UNKNOWN,
    Accounts,
    Census,
    CostLine,
    Evidence,
    Firm,
    Project,
    Siren,
)
from rebond.history import ABSENT, apply, diff_rows, rows_of

ON = date(2026, 11, 29)


def made(census: Census, rows) -> Census:
    """The census with the rows that a person wants."""
    held = rows_of(census)
    wanted = {key: row for key, row in rows.items() if row is not ABSENT}
    return apply(census, diff_rows({key: held[key] for key in rows if key in held}, wanted))


def money(census: Census):
    """What costs and needs add up to, firm by firm."""
    found = {}
    for firm in census.firms:
        own = [each for each in census.projects if each.firm_id == firm.id]
        found[firm.id] = (
            sum((each.total_cost for each in own), Decimal(0)),
            sum((each.own_financing for each in own if each.own_financing is not UNKNOWN), Decimal(0)),
            [need for each in census.interviews if each.firm_id == firm.id for need in each.needs],
        )
    return found


FORGE = Firm(id="E1", name="Forge", siren=Siren("000000018"), accounts=(Accounts(year=2025, staff=Decimal(40)),))
OTHER = Firm(id="E2", name="Forge de la Marne", accounts=(Accounts(year=2024, staff=Decimal(38)),))
THIRD = Firm(id="E3", name="Atelier", single_undertaking="E2")
OVEN = Project(
    id="P1",
    firm_id="E1",
    title="Four et bâtiment",
    costs=(CostLine(id="D1", nature="materiel", amount=Decimal("1000.50"), year=2027),),
    jobs_created=5,
    own_financing=Decimal(400),
    declared=(("tco2_evitees_an", Decimal(12)), ("audit_energetique", True)),
    evidence=(Evidence(criterion="chiffrage", level=2, proof="devis"),),
    maturity_override="pret",
    maturity_reason="permis obtenu",
)
