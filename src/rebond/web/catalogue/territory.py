"""Where a dispositif is open: the communes whose place refuses nothing, all else being unknown."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from rebond.dispositifs.model import Dispositif
from rebond.dispositifs.screening import whole_criterion
from rebond.eligibility.places import ZONE_FACTS
from rebond.eligibility.truth import Truth
from rebond.eligibility.values import leaves_of
from rebond.facts import FactValue
from rebond.web.catalogue.reading import current_catalogue

PLACE_FACTS = ("code_commune", "departement", "region", "epci", *ZONE_FACTS.values())


class Reach(enum.Enum):
    """How much of a département a dispositif is open to."""

    ALL = "partout"
    PART = "en_partie"
    NONE = "nulle_part"


def departements() -> Mapping[str, str]:
    """Code → name of every département."""
    return current_catalogue().dictionary["departement"].labels


@lru_cache(maxsize=256)
def reaches(departement: str, on: date) -> Mapping[str, Reach]:
    """The reach of every dispositif in a département; a zone whose official list lacks refuses nobody."""
    catalogue = current_catalogue()
    communes = (one for one in catalogue.gazetteer.communes.values() if one.departement == departement)
    places = [catalogue.zonages.facts_of(commune, on) for commune in communes]
    return {dispositif.id: _reach(dispositif, places) for dispositif in catalogue.dispositifs.values()}


def _reach(dispositif: Dispositif, places: list[dict[str, FactValue]]) -> Reach:
    criterion = whole_criterion(dispositif)
    named = {name for leaf in leaves_of(criterion) for name in leaf.names}
    asked = [name for name in PLACE_FACTS if name in named]
    different = {tuple(place[name] for name in asked) for place in places}
    accepted = [criterion.truth(dict(zip(asked, values, strict=True))) is not Truth.NO for values in different]
    if all(accepted):
        return Reach.ALL
    return Reach.PART if any(accepted) else Reach.NONE
