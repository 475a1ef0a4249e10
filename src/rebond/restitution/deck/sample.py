"""A deck of examples: what a template looks like once it is filled, with no mission behind it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from rebond.indicators.model import Indicator
from rebond.restitution.contents import Figure, Table, plain
from rebond.restitution.deck.model import Deck, Kind, NativeChart, Series, Slide
from rebond.restitution.svg import Tone

_TILES = 8


def sample_deck() -> Deck:
    """One slide a layout, every place filled."""
    bars = NativeChart(
        kind=Kind.BARS,
        title="Exemple de graphique",
        head="Groupe",
        unit="projets",
        categories=("Premier groupe", "Deuxième groupe", "Troisième groupe"),
        series=(Series(name="Projets", values=(_figure(12), _figure(7), _figure(3))),),
    )
    stack = NativeChart(
        kind=Kind.STACK,
        title="Exemple de barre empilée",
        head="Tout",
        unit="projets",
        categories=("Tout",),
        series=(
            Series(name="Première part", values=(_figure(12),), tone=Tone.STRONG),
            Series(name="Seconde part", values=(_figure(7),), tone=Tone.ACCENT),
        ),
    )
    points = (plain("Un premier point de la diapositive."), plain("Un second point, un peu plus long que le premier."))
    source = plain("Exemple : unité et source.")
    title = plain("Exemple : le titre d'une diapositive dit ce qu'elle montre")
    row = (plain("Exemple de ligne"), plain("Exemple"), plain("12"))
    slides = (
        Slide(key="chiffres", title=title, tiles=((_figure(12), "Exemple de chiffre"),) * _TILES, source=source),
        Slide(key="points", title=title, bullets=points, source=source),
        Slide(key="graphique", title=title, chart=bars, source=source),
        Slide(key="mixte", title=title, chart=stack, bullets=points, source=source),
        Slide(
            key="tableau",
            title=title,
            table=Table(
                caption="Exemple de tableau",
                header=("Intitulé", "Groupe", "Nombre"),
                rows=(row,) * 5,
                numbers=frozenset({2}),
            ),
            source=source,
        ),
    )
    return Deck(
        title="Exemple de mission",
        subtitle="Comité de pilotage",
        place="Territoire",
        dated=date(2026, 10, 5),
        fictitious=True,
        draft=True,
        slides=slides,
    )


def _figure(value: int) -> Figure:
    indicator = Indicator(
        code="exemple",
        label="Exemple de chiffre",
        definition="Chiffre d'exemple, d'aucune mission.",
        unit="projets",
        value=Decimal(value),
        rows=(),
    )
    return Figure(indicator=indicator, text=str(value))
