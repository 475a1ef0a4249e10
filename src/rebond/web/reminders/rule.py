"""What is told, when, and how many times: read once from ``relances.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from rebond.data import data_folder
from rebond.data.yamlfile import load_schema, read_yaml, schema_faults
from rebond.errors import DataError
from rebond.web.catalogue.reading import referentials

FILE = "relances.yaml"
OTHER = "autre"
"""The kind of what says none."""
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")


@dataclass(frozen=True, slots=True, kw_only=True)
class KindRule:
    """How matters of a kind are told again."""

    label: str
    ahead: timedelta
    """Before its last day."""
    every: timedelta
    most: int
    """Times, for one last day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """The whole file."""

    hour: int
    days: str
    """Those of who chose none, as ``Preference.days`` has them."""
    grace: timedelta
    """How long after its hour a digest still leaves."""
    lines: int
    retries: tuple[timedelta, ...]
    kept: timedelta
    kinds: Mapping[str, KindRule]
    domains: Mapping[str, str]
    """Namespace of addresses → kind of the tasks that lead there and say none."""

    def kind(self, said: str, namespace: str) -> str:
        """The kind of a task."""
        return said if said in self.kinds else self.domains.get(namespace, OTHER)


def load_rule(path: Path) -> Rule:
    """Read the file; raises ``DataError`` with every fault of it."""
    file = read_yaml(path)
    faults = list(file.faults) or schema_faults(file, load_schema(data_folder() / "schemas" / "relances-v1.json"))
    if faults:
        raise DataError(faults)
    told: Any = file.data["recapitulatif"]
    kinds: Any = file.data["genres"]
    return Rule(
        hour=told["heure"],
        days="".join(str(rank) for rank, name in enumerate(DAYS) if name in told["jours"]),
        grace=timedelta(hours=told["rattrapage_heures"]),
        lines=told["lignes"],
        retries=tuple(timedelta(minutes=each) for each in told["essais_minutes"]),
        kept=timedelta(days=told["garde_jours"]),
        kinds={
            name: KindRule(
                label=each["libelle"],
                ahead=timedelta(days=each["avance"]),
                every=timedelta(days=each["tous_les"]),
                most=each["au_plus"],
            )
            for name, each in kinds.items()
        },
        domains={domain: name for name, each in kinds.items() for domain in each.get("domaines", ())},
    )


@cache
def rule() -> Rule:
    """The rule of this instance."""
    return load_rule(Path(referentials()) / FILE)
