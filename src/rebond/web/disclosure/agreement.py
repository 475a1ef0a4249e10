"""What a firm is asked to agree to: the text and its delays, read once from ``accord.yaml``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from rebond.data.yamlfile import read_yaml
from rebond.errors import DataError, Fault
from rebond.restitution.typography import french_date, listed, typeset
from rebond.web.catalogue.reading import referentials
from rebond.web.missions.models import Mission
from rebond.web.organisations.models import Organisation

FILE = "accord.yaml"
_PLACES = ("{mission}", "{qui}")
_MOST_DAYS = 366
EVERY_PARTNER = "tous les partenaires de la mission"


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """The text of the day, and how long its links and notices last."""

    text: str
    dated: date
    link: timedelta
    notice: timedelta

    def words(self, mission: Mission, organisations: Sequence[Organisation]) -> str:
        """The text for some organisations, all partners when there is none, with its date."""
        to = listed([each.name for each in organisations]) if organisations else EVERY_PARTNER
        said = self.text.format(mission=mission.name, qui=to)
        return typeset(f"{said} (Texte du {french_date(self.dated)}.)")


def load_agreement(path: Path) -> Agreement:
    """Read the file; raises ``DataError`` with all that is wrong in it."""
    file = read_yaml(path)
    data: Any = file.data if isinstance(file.data, dict) else {}
    faults = [*file.faults, *(() if file.faults else _faults(data, path.name))]
    if faults:
        raise DataError(faults)
    return Agreement(
        text=" ".join(data["texte"].split()),
        dated=data["texte_du"],
        link=timedelta(days=data["lien_jours"]),
        notice=timedelta(days=data["avis_jours"]),
    )


def _faults(data: Any, name: str) -> Iterator[Fault]:
    text = data.get("texte")
    if not isinstance(text, str) or any(text.count(word) != 1 for word in _PLACES) or text.count("{") != len(_PLACES):
        mend = "écrire le texte avec {mission} et {qui}, une fois chacun, et aucune autre accolade"
        yield Fault(where=f"{name}, texte", problem="le texte ne dit pas quelle mission ou à qui", mend=mend)
    if not isinstance(data.get("texte_du"), date):
        yield Fault(where=f"{name}, texte_du", problem="pas de date", mend="écrire la date du texte, comme 2026-11-29")
    for key in ("lien_jours", "avis_jours"):
        if not isinstance(data.get(key), int) or not 1 <= data[key] <= _MOST_DAYS:
            mend = f"écrire un nombre de jours entre 1 et {_MOST_DAYS}"
            yield Fault(where=f"{name}, {key}", problem=f"« {data.get(key)} » n'est pas une durée", mend=mend)


@cache
def agreement() -> Agreement:
    """The text of this instance."""
    return load_agreement(Path(referentials()) / FILE)
