"""What a page tells of the selection as a whole: how sure it is, what a euro more is worth, what would bring one in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from rebond.portfolio.selection_words import FIRST_COME, FIRST_COME_MEANING, PRICE_MEANING, TOGETHER
from rebond.web.portfolio.calls import ONE, CallShown, told_of
from rebond.web.studies.models import ProjectFinding, Study


@dataclass(frozen=True, slots=True, kw_only=True)
class WayIn:
    """What would bring a candidate in, with the projects that would make room for it."""

    finding: ProjectFinding
    short: Decimal
    instead_of: tuple[ProjectFinding, ...]
    lost: Decimal

    @property
    def gained(self) -> Decimal:
        """The points that the exchange would win: it comes after, because a loan could do."""
        return max(Decimal(0), -self.lost)


def told(study: Study | None, findings: Iterable[ProjectFinding], call: CallShown = ONE) -> dict[str, object]:
    """For the template; ``findings``: those that the reader sees, and no other is named.

    The comparison is of all calls together.
    """
    kept = told_of(study, call)
    return {
        "prices": kept.get("prix", ()),
        "price_meaning": PRICE_MEANING,
        "comparison": told_of(study, ONE).get("comparaison", ()),
        "comparison_heads": (TOGETHER, FIRST_COME),
        "comparison_meaning": FIRST_COME_MEANING,
        "ways_in": list(_ways_in(kept.get("entrees", {}), findings)),
    }


def _ways_in(kept: Mapping[str, Mapping[str, Any]], findings: Iterable[ProjectFinding]) -> Iterator[WayIn]:
    seen = {finding.project.ref: finding for finding in findings}
    for ref, entry in kept.items():
        if ref in seen and seen.keys() >= set(entry["place_de"]):
            yield WayIn(
                finding=seen[ref],
                short=Decimal(entry["manque"]),
                instead_of=tuple(seen[other] for other in entry["place_de"]),
                lost=Decimal(entry["perdus"]),
            )
