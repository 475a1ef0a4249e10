"""What is outside the territory of a mission: a project there is kept, counted, and said."""

from __future__ import annotations

from collections.abc import Iterable

from rebond.eligibility.places import Commune, Gazetteer
from rebond.facts import Census, Project


def projects_outside(census: Census, gazetteer: Gazetteer) -> tuple[tuple[Project, Commune], ...]:
    """The projects whose commune is known and in none of the mission's intercommunalities, in the census's order.

    None when the mission names no intercommunality: its territory is then unknown.
    """
    firms = {firm.id: firm for firm in census.firms}
    found: list[tuple[Project, Commune]] = []
    for project in census.projects if census.settings.epcis else ():
        firm = firms.get(project.firm_id)
        commune = gazetteer.commune(project.place(firm) if firm else project.commune)
        if commune is not None and commune.epci not in census.settings.epcis:
            found.append((project, commune))
    return tuple(found)


def outside_alert(outside: Iterable[tuple[Project, Commune]]) -> str:
    """The sentence that names them all, commune by commune; empty when there is none."""
    by_commune: dict[str, list[str]] = {}
    for project, commune in outside:
        by_commune.setdefault(f"{commune.name} ({commune.code})", []).append(project.id)
    count = sum(len(ids) for ids in by_commune.values())
    if not count:
        return ""
    listed = " ; ".join(f"{', '.join(ids)} à {commune}" for commune, ids in by_commune.items())
    number = f"{count} projets sont" if count > 1 else "Un projet est"
    return f"{number} hors des intercommunalités de la mission : {listed}. À vérifier : la commune, ou le territoire."
