"""A workbook that comes back to a mission: read, refused whole or lifted to what the mission holds; nothing is made."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from pathlib import Path

from rebond.adapters.workbook.exchange import brought_by_workbook
from rebond.adapters.workbook.stamp import Stamp
from rebond.errors import CensusError, Fault
from rebond.facts import Census
from rebond.web.catalogue.reading import current_catalogue
from rebond.web.exchange.keeping import unpacked
from rebond.web.exchange.models import Export
from rebond.web.exchange.workbook import read_file, workbook_layout
from rebond.web.missions.facts import census_of
from rebond.web.missions.models import Mission


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What a workbook brings to a mission."""

    known: Census
    """What it began from."""
    census: Census
    """That, with its changes."""
    export: Export | None
    """``None``: typed by hand, so that what it lacks says nothing."""
    lines: dict[str, int]
    """``sheet/row`` → line in the file."""


def bring(mission: Mission, path: Path) -> Brought:
    """Read a workbook for a mission.

    Raises ``CensusError``, with every fault: of the file, or that it is the export of another mission.
    """
    found = read_file(path)
    export = None if found.stamp is None else _export_of(mission, found.stamp, path.name)
    now = census_of(mission)
    try:
        known = now if export is None else unpacked(export.census)
    except (KeyError, TypeError):
        problem = "export d'une version de Rebond dont les faits se disaient autrement"
        raise CensusError(
            [_refusal(path.name, problem, "exporter de nouveau, et y reporter les changements")]
        ) from None
    brought = brought_by_workbook(
        found.census,
        known=known,
        now=now,
        typed=export is None,
        layout=workbook_layout(),
        gazetteer=current_catalogue().gazetteer,
    )
    lines = {f"{sheet}/{row}": line for (sheet, row), line in found.lines.items()}
    return Brought(known=known, census=brought, export=export, lines=lines)


def _export_of(mission: Mission, stamp: Stamp, name: str) -> Export:
    """The export that a workbook began as; raises ``CensusError`` when it is none of this mission."""
    try:
        export = Export.objects.filter(pk=uuid.UUID(stamp.export)).select_related("mission").first()
    except ValueError:
        export = None
    if export is not None and export.mission_id == mission.pk:
        return export
    told = f"mission « {stamp.mission} », exporté le {stamp.made_on}"
    if export is not None or stamp.mission != mission.slug:
        problem = f"ce classeur est l'export d'une autre mission ({told})"
    else:
        problem = f"ce classeur est l'export d'une autre instance, ou d'une mission supprimée ({told})"
    mend = (
        "l'importer dans sa mission, ou comme nouvelle mission ; pour en reprendre les lignes ici, supprimer sa "
        "feuille cachée « rebond »"
    )
    raise CensusError([_refusal(name, problem, mend)])


def _refusal(name: str, problem: str, mend: str) -> Fault:
    return Fault(where=f"fichier « {name} »", problem=problem, mend=mend)
