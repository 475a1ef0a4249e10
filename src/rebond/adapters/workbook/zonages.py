"""The zones that a mission assumes: the AFR zone of its whole territory among its settings, the others on a sheet.

The place among the settings is for the first assumption; one that comes later is on the sheet, so that their order,
which decides between two of them, is read back the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rebond.adapters.workbook.consistency import codes_of
from rebond.adapters.workbook.layout import Layout
from rebond.adapters.workbook.references import tell
from rebond.adapters.workbook.report import Report
from rebond.adapters.workbook.tables import Table
from rebond.adapters.workbook.template import Row as Written
from rebond.adapters.workbook.wording import fold
from rebond.eligibility.places import Gazetteer
from rebond.facts import UNKNOWN, MissionSettings, ZoneAssumption
from rebond.reading.problem import Unreadable

AFR_ZONE = "afr"
"""Name of the zonage (``data/zonages``) that the settings of the mission have a place for."""
_SHEET = "zonages"


def assumptions_in(tables: Mapping[str, Table], layout: Layout) -> Iterator[ZoneAssumption]:
    """The assumptions that a workbook holds, in the order in which they are looked at."""
    for row in tables["mission"].rows:
        if row.get("zonage_afr") is not UNKNOWN:
            yield ZoneAssumption(zone=AFR_ZONE, value=row.text("zonage_afr"), source=row.text("source_zonage_afr"))
    for row in tables[_SHEET].rows:
        zone = row.text("zonage")
        yield ZoneAssumption(
            zone=zone,
            value=_code(zone, row.text("valeur"), layout),
            source=row.text("source"),
            communes=frozenset(codes_of(row.text("communes"))),
        )


def zone_rows(settings: MissionSettings) -> tuple[Written, list[Written]]:
    """The parameters of the mission, and the rows of the sheet, that say what it assumes."""
    first, others = None, list(settings.zone_assumptions)
    if others and others[0].zone == AFR_ZONE and not others[0].communes:
        first = others.pop(0)
    of_mission = {
        "zonage_afr": first.value if first else UNKNOWN,
        "source_zonage_afr": first.source if first else "",
    }
    return of_mission, [
        {"zonage": each.zone, "valeur": each.value, "source": each.source, "communes": ", ".join(sorted(each.communes))}
        for each in others
    ]


def check_zonages(tables: Mapping[str, Table], layout: Layout, gazetteer: Gazetteer, report: Report) -> None:
    """Values that the zonage has, communes that exist, and one assumption for a place."""
    seen = {(AFR_ZONE, "") for row in tables["mission"].rows if row.get("zonage_afr") is not UNKNOWN}
    for row in tables[_SHEET].rows:
        if not row.is_sound("zonage", "valeur", "communes"):
            continue
        zone, value = row.text("zonage"), row.text("valeur")
        allowed = layout.zones.get(zone, ())
        if allowed and _code(zone, value, layout) not in allowed:
            problem = f"« {value} » n'est pas une valeur de ce zonage"
            tell(row, "valeur", Unreadable(problem, f"écrire {_either(allowed)}"), report)
        codes = codes_of(row.text("communes"))
        unknown = [code for code in codes if gazetteer.commune(code) is None]
        if unknown:
            problem = f"code INSEE inconnu : {', '.join(unknown)}"
            mend = "écrire les codes INSEE des communes, séparés par des virgules, en cellule texte"
            tell(row, "communes", Unreadable(problem, mend), report)
            continue
        places = {(zone, code) for code in codes or ("",)}
        if not places.isdisjoint(seen):
            where = ", ".join(sorted(code for _, code in places & seen)) or "tout le territoire"
            problem = f"ce zonage est déjà supposé pour {where}"
            tell(row, "zonage", Unreadable(problem, "ne garder qu'une hypothèse par zonage et par lieu"), report)
        seen |= places


def _code(zone: str, text: str, layout: Layout) -> str:
    """A value as the zonage writes it; as written when the zonage has no closed list."""
    return next((code for code in layout.zones.get(zone, ()) if fold(code) == fold(text)), text)


def _either(codes: tuple[str, ...]) -> str:
    return ", ".join(f"« {code} »" for code in codes[:-1]) + f" ou « {codes[-1]} »"
