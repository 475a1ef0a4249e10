"""``territoire.yaml``: the folder that holds it adds to the shipped catalogue, for these intercommunalities."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rebond.data import TERRITORY_FILE
from rebond.data.shapes import TEXT, block, many, read_shaped
from rebond.eligibility.places import Gazetteer
from rebond.errors import Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class TerritoryFile:
    """What ``territoire.yaml`` says."""

    name: str
    epcis: tuple[str, ...]


def load_territory_file(folder: Path) -> TerritoryFile:
    """Read ``territoire.yaml``; raises ``CatalogueError`` with every fault of the file."""
    data: dict[str, Any] = read_shaped(folder / TERRITORY_FILE, _SHAPE).data
    return TerritoryFile(name=data["nom"], epcis=tuple(str(epci) for epci in data["epci"]))


_SHAPE = block(schema={"const": "territoire/v1"}, nom=TEXT, epci=many(TEXT, least=1))


def unknown_epcis(territory: TerritoryFile, gazetteer: Gazetteer) -> Iterable[Fault]:
    """Intercommunalities of a territory that do not exist."""
    for epci in territory.epcis:
        if epci not in gazetteer.epcis:
            mend = "écrire le SIREN à neuf chiffres, entre guillemets : « rebond territory check NOM » le donne"
            yield Fault(where=TERRITORY_FILE, found=epci, problem="intercommunalité inconnue", mend=mend)
