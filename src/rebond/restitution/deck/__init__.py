"""The committee deck: one finding a slide, from the same figures as the report."""

from rebond.restitution.deck.collect import collect_deck
from rebond.restitution.deck.model import Deck, Kind, NativeChart, Series, Slide

__all__ = ["Deck", "Kind", "NativeChart", "Series", "Slide", "collect_deck"]
