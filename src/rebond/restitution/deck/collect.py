"""The slides in the order a committee is told them; one with nothing to show is left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rebond.restitution.deck.findings import census, natures, territories
from rebond.restitution.deck.model import Deck, Slide
from rebond.restitution.deck.opening import asked, brief, reading
from rebond.restitution.deck.outcomes import organisations, roadmap
from rebond.restitution.deck.selection import envelope, left_out, money, proposed
from rebond.restitution.editions import COMMITTEE, Recipient
from rebond.restitution.report.context import Context
from rebond.restitution.territory_map import Place
from rebond.results import MissionResult


def collect_deck(
    result: MissionResult,
    *,
    recipient: Recipient = COMMITTEE,
    places: Sequence[Place] = (),
    points: Mapping[str, tuple[float, float]] | None = None,
) -> Deck:
    """The contents of the deck, as its reader is given the result."""
    context = Context.of(result, recipient, places=places, points=points)
    settings = result.census.settings
    slides: tuple[Slide, ...] = (
        brief(context),
        asked(context),
        census(context),
        territories(context),
        natures(context),
        money(context),
        envelope(context),
        *proposed(context),
        left_out(context),
        organisations(context),
        roadmap(context),
        reading(context),
    )
    return Deck(
        title=settings.name,
        subtitle="Comité de pilotage",
        place=settings.territory,
        dated=settings.committee_on,
        fictitious=settings.fictitious,
        draft=not context.decided,
        slides=tuple(slide for slide in slides if not slide.is_empty),
    )
