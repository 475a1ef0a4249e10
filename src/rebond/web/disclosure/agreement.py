"""What a firm is asked to agree to: the text and its delays, read once from ``accord.yaml``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from rebond.data.yamlfile import read_yaml
from rebond.restitution.typography import french_date, listed, typeset
from rebond.web.catalogue.reading import referentials
from rebond.web.missions.models import Mission
from rebond.web.organisations.models import Organisation

FILE = "accord.yaml"
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


@cache
def agreement() -> Agreement:
    """The text of this instance."""
    data: Any = read_yaml(Path(referentials()) / FILE).data
    return Agreement(
        text=" ".join(data["texte"].split()),
        dated=data["texte_du"],
        link=timedelta(days=data["lien_jours"]),
        notice=timedelta(days=data["avis_jours"]),
    )
