"""How robust a selection was found, as it is kept: its opinions find it again, and it is told again the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from rebond.portfolio.robust.mission import MissionRobustness
from rebond.portfolio.robust.model import Status
from rebond.portfolio.robust.weights import Opinion
from rebond.restitution.result import analysis_of
from rebond.results import MissionResult


def analysis_kept(found: MissionRobustness, result: MissionResult) -> dict[str, Any]:
    """The analysis as it is published, and the opinions from which documents find it again."""
    opinions = [opinion.as_data() for opinion in found.opinions]
    return {**analysis_of(found, result), "avis": opinions, "phrases": list(found.sentences)}


def opinions_kept(kept: Mapping[str, Any]) -> tuple[Opinion, ...]:
    """What was said of the weights."""
    return tuple(map(Opinion.of_data, kept["avis"]))


def as_kept(found: MissionRobustness, kept: Mapping[str, Any]) -> MissionRobustness:
    """An analysis done again, as it was told: where time cut it short, both say the same."""
    statuses = {row["id"]: Status(row["statut"]) for row in kept["projets"]}
    return replace(found, statuses=statuses, sentences=tuple(kept["phrases"]))
