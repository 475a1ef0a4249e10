"""What a set of documents is made of, kept with its figures: enough to make it again, the same to the byte.

The rules are not in it: the version of their catalogue and the engine are, and making again under others is refused.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rebond.facts import UNKNOWN, Census, Maybe
from rebond.portfolio.robust.weights import Opinion
from rebond.records import FACTS
from rebond.regimes.readings import Reading
from rebond.restitution.editions import COMMITTEE, Edition, Recipient
from rebond.restitution.kept_analysis import analysis_kept, as_kept, opinions_kept
from rebond.restitution.territory_map import Place
from rebond.results import MissionResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What documents are made of beside the result of the mission."""

    committee: Recipient = COMMITTEE
    """What was put before it."""
    team: bool = False
    """Whether it is the edition of the team, with its sheets."""
    places: tuple[Place, ...] = ()
    """The communes of the map."""
    template: str = ""
    """SHA-256 of the template of the deck; empty: that of Rebond."""
    release_template: str = ""
    """The same of the template of the press release."""
    logos: Mapping[str, str] | None = None
    """Image that the release names → its SHA-256; empty: it is not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """A snapshot's documents, ready to be made again."""

    census: Census
    reading: Maybe[Reading]
    opinions: tuple[Opinion, ...] | None
    """What was said of the weights; ``None``: nobody asked how robust the selection is."""
    settled: bool
    analyses: Mapping[str, Any]
    """How robust the selection was found, by the name of the call: time may have cut it short."""
    beside: Beside

    def completed(self, result: MissionResult) -> MissionResult:
        """A result computed again, with what that day alone knew: what was settled, how far an analysis went."""
        found = {name: as_kept(each, self.analyses[name]) for name, each in result.robustness_by_call.items()}
        robustness = result.robustness and as_kept(result.robustness, self.analyses[""])
        return replace(result, settled=self.settled, robustness=robustness, robustness_by_call=found)


def origin_as_data(result: MissionResult, beside: Beside) -> dict[str, Any]:
    """JSON-ready; the same result gives the same."""
    by_call = {"": result.robustness} if result.robustness else result.robustness_by_call
    return {
        "faits": FACTS.write(result.census),
        "lecture": result.reading.reading.value if result.reading else "",
        "decisions_arretees": result.settled,
        "robustesse": {name: analysis_kept(each, result) for name, each in by_call.items()} or None,
        "equipe": beside.team,
        "comite": _committee(beside.committee),
        "communes": [_place(each) for each in beside.places],
        "modele": beside.template,
        "modele_communique": beside.release_template,
        "logos": dict(beside.logos or {}),
    }


def origin_of(data: Mapping[str, Any]) -> Origin:
    """What ``origin_as_data`` wrote. ``KeyError``, ``TypeError``, ``ValueError``: another engine wrote it."""
    analyses = data["robustesse"]
    census = FACTS.read(data["faits"])
    if not isinstance(census, Census):
        raise TypeError("no census")
    return Origin(
        census=census,
        reading=Reading(data["lecture"]) if data["lecture"] else UNKNOWN,
        opinions=None if analyses is None else opinions_kept(next(iter(analyses.values()))),
        settled=bool(data["decisions_arretees"]),
        analyses=analyses or {},
        beside=Beside(
            committee=_committee_of(data["comite"]),
            team=bool(data["equipe"]),
            places=tuple(map(_place_of, data["communes"])),
            template=str(data["modele"]),
            release_template=str(data["modele_communique"]),
            logos={str(name): str(told) for name, told in data["logos"].items()},
        ),
    )


def digests_of(names: Sequence[str], folder: Path) -> dict[str, str]:
    """Image → SHA-256 of its file in a folder; empty where there is none."""
    return {name: digest(path.read_bytes() if (path := folder / name).is_file() else None) for name in names}


def digest(content: bytes | None) -> str:
    """SHA-256 in hexadecimal; empty: nothing was given."""
    return hashlib.sha256(content).hexdigest() if content else ""


def _committee(told: Recipient) -> dict[str, Any]:
    return {
        "presentes": None if told.presented is None else sorted(told.presented),
        "noms_de_code": dict(sorted(told.codes.items())),
    }


def _committee_of(data: Mapping[str, Any]) -> Recipient:
    presented = data["presentes"]
    return Recipient(
        edition=Edition.COMMITTEE,
        presented=None if presented is None else frozenset(presented),
        codes=dict(data["noms_de_code"]),
    )


def _place(place: Place) -> dict[str, Any]:
    return {
        "code": place.code,
        "nom": place.name,
        "epci": place.group,
        "population": place.population,
        "contour": [[list(point) for point in ring] for ring in place.outline],
        "credit": place.credit,
    }


def _place_of(data: Mapping[str, Any]) -> Place:
    return Place(
        code=data["code"],
        name=data["nom"],
        group=data["epci"],
        population=data["population"],
        outline=tuple(tuple((float(y), float(x)) for y, x in ring) for ring in data["contour"]),
        credit=data["credit"],
    )
