"""How long readings are kept: read once from ``conservation.yaml``, with the recommendation that it follows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from rebond.data.yamlfile import read_yaml
from rebond.errors import DataError, Fault
from rebond.restitution.typography import listed
from rebond.units import months_later
from rebond.web.catalogue.reading import referentials

FILE = "conservation.yaml"
_KEYS = ("mois", "au_moins", "au_plus", "source", "url", "verifie", "verifie_le")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Months kept, and where it is written."""

    months: int
    source: str
    url: str
    checked_on: date | None
    """When someone read the source; ``None``: nobody did."""

    def limit(self, now: datetime) -> datetime:
        """What was read before is kept no more."""
        return datetime.combine(months_later(now.date(), -self.months), now.timetz())


def load_rule(path: Path) -> Rule:
    """Read the file; raises ``DataError`` when it asks for less or more than the recommendation says."""
    file = read_yaml(path)
    if file.faults:
        raise DataError(file.faults)
    found: Any = file.data if isinstance(file.data, dict) else {}
    data: Any = found.get("consultations") or {}
    if missing := [key for key in _KEYS if key not in data]:
        problem, mend = f"il manque {listed(missing)}", "reprendre le fichier livré avec Rebond"
        raise DataError([Fault(where=f"{path.name}, consultations", problem=problem, mend=mend)])
    months, least, most = data["mois"], data["au_moins"], data["au_plus"]
    if not isinstance(months, int) or not least <= months <= most:
        problem, mend = f"« mois » vaut {months}", f"écrire un nombre de mois entre {least} et {most}"
        raise DataError([Fault(where=f"{path.name}, consultations", problem=problem, mend=mend)])
    checked = data["verifie_le"] if data["verifie"] is True or data["verifie"] == "oui" else None
    return Rule(months=months, source=" ".join(data["source"].split()), url=data["url"], checked_on=checked)


@cache
def rule() -> Rule:
    """The rule of this instance."""
    return load_rule(Path(referentials()) / FILE)
