"""Where a mission is: what the catalogue covers there, who works there, and what must be said of it first."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from rebond.dispositifs.catalogue import Catalogue
from rebond.dispositifs.coverage import (
    BASIN,
    ZONE_LABELS,
    Coverage,
    away_from,
    coverage_alert,
    coverage_of,
    refused,
    works_there,
)
from rebond.dispositifs.organisations import Organisation
from rebond.eligibility.places import ZONE_FACTS
from rebond.eligibility.truth import Truth
from rebond.facts import UNKNOWN, Census, FactValue, Project


@dataclass(frozen=True, kw_only=True)
class Territory:
    """Where a mission is, and which organisations of the catalogue have something to do there."""

    coverage: Coverage
    sure: frozenset[str]
    """Organisations that surely work in the territory, or in the commune of a project outside it."""
    elsewhere: frozenset[str]
    """Those that work in none of these places: nothing names them, nor what they fund."""
    away: frozenset[str]
    """Dispositifs of elsewhere: of a foreign funder, or that the place refuses everywhere. A result leaves them out."""
    named: tuple[str, ...]
    """Those that a result may have to name: the sure ones, and those that the census itself names."""


def territory_of(census: Census, catalogue: Catalogue, on: date) -> Territory:
    """Where a mission is; without intercommunality, where its projects are."""
    territory = [commune for epci in census.settings.epcis for commune in catalogue.gazetteer.by_epci.get(epci, ())]
    firms = {firm.id: firm for firm in census.firms}
    places = (catalogue.gazetteer.commune(project.place(firms[project.firm_id])) for project in census.projects)
    communes = list({commune.code: commune for commune in (*territory, *places) if commune is not None}.values())
    coverage = coverage_of(catalogue, territory or communes, on)
    works = works_there(catalogue.organisations, communes)
    sure = {code for code, there in works.items() if there is Truth.YES}
    operators = {call.operator for call in census.settings.every_call}
    said = {*operators, *(entry.partner for entry in census.partner_entries)}
    elsewhere = refused(works)
    return Territory(
        coverage=coverage,
        sure=frozenset(sure),
        elsewhere=elsewhere,
        away=away_from(catalogue, communes, on)
        | {key for key, item in catalogue.dispositifs.items() if item.funder in elsewhere},
        named=tuple(code for code in catalogue.organisations if code in sure | said),
    )


def place_alerts(
    place: Territory, census: Census, catalogue: Catalogue, facts: Mapping[str, Mapping[str, FactValue]]
) -> Iterable[str]:
    """What the catalogue lacks in this territory: said before anything else. ``facts``: those of each project."""
    if lacking := coverage_alert(place.coverage, catalogue.gazetteer.regions):
        yield lacking
    unknown = {
        ZONE_LABELS[name]: sum(
            1 for project in census.projects if _is_unknown(project, name, facts[project.id].get(fact, UNKNOWN))
        )
        for name, fact in ZONE_FACTS.items()
    }
    if any(unknown.values()):
        listed = ", ".join(f"{label} ({count})" for label, count in unknown.items() if count)
        yield (
            f"Zonages inconnus, en nombre de projets sur {len(census.projects)} : {listed}. "
            "Les dispositifs et les taux qui en dépendent restent à vérifier."
        )
    spends_on_water = any(line.nature == "eau" for project in census.projects for line in project.costs)
    unread = [zone for zone in place.coverage.zones if zone.unread and (zone.name != BASIN or spends_on_water)]
    if unread:
        listed = ", ".join(f"{ZONE_LABELS[zone.name]} ({zone.unread} communes sur {zone.total})" for zone in unread)
        yield f"Zonages repris de mémoire, qu'aucune source lue n'établit : {listed}. À vérifier."
    if stray := strangers_alert(census, catalogue.organisations, place.elsewhere):
        yield stray


def strangers_alert(census: Census, organisations: Mapping[str, Organisation], elsewhere: Collection[str]) -> str:
    """That a workbook names organisations which do not work in its territory; empty when there is none."""
    operators = {call.operator for call in census.settings.every_call}
    named = {entry.partner for entry in census.partner_entries} | operators
    strangers = sorted(organisations[code].name for code in named if code in elsewhere)
    if not strangers:
        return ""
    return (
        f"Le classeur nomme des organisations qui ne travaillent pas sur le territoire : {', '.join(strangers)}. "
        "À vérifier : le code, ou le territoire de l'organisation."
    )


def _is_unknown(project: Project, name: str, zone: FactValue) -> bool:
    """Whether a project's zone is unknown; the water agency only matters to a project that spends on water."""
    if name == BASIN and not any(line.nature == "eau" for line in project.costs):
        return False
    return zone is UNKNOWN
