"""Firms, projects and partners' lines to be linked, and what links them."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import rebond
from rebond.eligibility.places import Commune, Gazetteer
from rebond.facts import (
    UNKNOWN,
    Census,
    CostLine,
    Envelope,
    Establishment,
    Firm,
    Maybe,
    MissionSettings,
    PartnerEntry,
    Project,
    Siren,
)
from rebond.linkage import Link, LinkageResult, link_census, load_rules

RULES = load_rules(Path(rebond.__file__).parent / "data" / "referentiels")
SETTINGS = MissionSettings(
    name="Essai",
    territory="Essai",
    epcis=(),
    committee_on=date(2023, 10, 2),
    envelope=Envelope(contributions=()),
    fictitious=True,
)


def gazetteer_of(names: Mapping[str, str]) -> Gazetteer:
    """Communes of the Haute-Marne by code."""
    return Gazetteer(
        communes={
            code: Commune(code=code, name=name, departement="52", region="44", epci="", population=0)
            for code, name in names.items()
        },
        epcis={},
        regions={},
    )


LANGRES, CHAUMONT, NOGENT, SAINTS = "52269", "52121", "52353", "52449"
GAZETTEER = gazetteer_of({LANGRES: "Langres", CHAUMONT: "Chaumont", NOGENT: "Nogent", SAINTS: "Saints-Geosmes"})


def firm(id_: str, name: str, *, commune: str = LANGRES, siren: Maybe[str] = UNKNOWN, former: tuple[str, ...] = ()):
    return Firm(
        id=id_,
        name=name,
        siren=siren if siren is UNKNOWN else Siren(siren),
        establishment=Establishment(commune=commune),
        former_names=former,
    )


def project(id_: str, firm_id: str, title: str, cost: int = 0, description: str = ""):
    costs = (CostLine(id="1", nature="materiel", amount=Decimal(cost), year=2023),) if cost else ()
    return Project(id=id_, firm_id=firm_id, title=title, costs=costs, description=description)


def entry(
    id_: str,
    name: str,
    *,
    commune: str = "",
    siren: Maybe[str] = UNKNOWN,
    title: str = "",
    amount: int | None = None,
    partner: str = "CCI",
):
    return PartnerEntry(
        id=id_,
        partner=partner,
        firm_name=name,
        siren=siren if siren is UNKNOWN else Siren(siren),
        commune=commune,
        project_title=title,
        amount=UNKNOWN if amount is None else Decimal(amount),
    )


def link(
    firms: tuple[Firm, ...],
    projects: tuple[Project, ...],
    *entries: PartnerEntry,
    decisions: Mapping[tuple[str, str], bool] | None = None,
) -> LinkageResult:
    census = Census(settings=SETTINGS, firms=firms, interviews=(), projects=projects, partner_entries=tuple(entries))
    return link_census(census, rules=RULES, gazetteer=GAZETTEER, decisions=decisions)


def only(links: tuple[Link, ...]) -> Link:
    (found,) = links
    return found


GOUJON = firm("E01", "GOUJON ET FILS SAS", siren="552081317")
PRESS = project("P01", "E01", "Presse hydraulique 400 tonnes", 480_000)
FIRMS = (
    GOUJON,
    firm("E02", "Goujon Mécanique", commune=CHAUMONT),
    firm("E03", "Forges de Nogent", commune=NOGENT, former=("Bertillon",)),
)
PROJECTS = (
    PRESS,
    project("P02", "E01", "Four de trempe", 300_000),
    project("P03", "E02", "Centre d'usinage 5 axes", 700_000),
    project("P04", "E03", "Extension du hall de forge", 1_200_000),
)
