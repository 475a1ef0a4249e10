"""What lists need beside the facts to filter, sort and search in the database: the names of places, the text searched.

Both follow from the facts and the gazetteer alone: they are written again with the facts, no study has a part in them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from rebond.history import Kind
from rebond.restitution.typography import typeset
from rebond.web.catalogue.reading import current_catalogue
from rebond.web.firms.models import Establishment, Firm
from rebond.web.missions.data import Located, MissionData
from rebond.web.missions.extract import Extract, within
from rebond.web.missions.models import Mission
from rebond.web.missions.syncing import KEY
from rebond.web.projects.models import Project
from rebond.web.search_text import searchable

M = TypeVar("M", bound=MissionData)
PLACE = ("commune_code", "commune", "epci_code", "epci")
_BATCH = 200


def write_derived(mission: Mission, extract: Extract | None = None) -> None:
    """Name the places of a mission's firms and projects, and gather the words that people look for.

    Of a part: those of its firms and of all their projects, whose name and place may come from the firm.
    """
    sites = list(within(Establishment.objects.of(mission), extract, Kind.FIRM, "firm__ref").select_related("firm"))
    firms = {site.firm_id: site.firm for site in sites}
    codes = {site.firm_id: site.insee_code for site in sites}
    projects = list(within(Project.objects.of(mission), extract, Kind.FIRM, "firm__ref"))
    for site in sites:
        _place(site, site.insee_code)
        firm = site.firm
        firm.search = searchable([firm.name, *firm.former_names, firm.trade, firm.siren or "", site.commune])
    for project in projects:
        _place(project, project.insee_code or codes.get(project.firm_id))
        firm_name = firms[project.firm_id].name if project.firm_id in firms else ""
        project.search = project.words(firm_name)
    _save(Establishment, sites, PLACE)
    _save(Firm, firms.values(), ("search",))
    _save(Project, projects, (*PLACE, "search"))


def _place(row: Located, code: str | None) -> None:
    gazetteer = current_catalogue().gazetteer
    commune = gazetteer.present_commune(code) if code else None
    row.commune_code = commune.code if commune else ""
    row.commune = typeset(commune.name) if commune else ""
    row.epci_code = commune.epci if commune else ""
    row.epci = typeset(gazetteer.epcis.get(commune.epci, "")) if commune else ""


def _save(model: type[M], rows: Iterable[M], names: Iterable[str]) -> None:
    """An update of many columns of many rows at once."""
    model.ever.bulk_create(rows, update_conflicts=True, unique_fields=KEY, update_fields=list(names), batch_size=_BATCH)
