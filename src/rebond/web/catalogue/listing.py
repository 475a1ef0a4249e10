"""The list of the catalogue: cards, search and filters that live in the address, each option with its count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from rebond.dispositifs.checks import FRESHNESS_LABELS, freshness
from rebond.dispositifs.model import Dispositif
from rebond.restitution.typography import typeset
from rebond.web.catalogue.reading import current_catalogue, field_label, organisation_name
from rebond.web.catalogue.search import found, index
from rebond.web.catalogue.territory import Reach, departements, reaches
from rebond.web.search_text import plain

TERRITORY = "departement"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A dispositif as the list shows it."""

    dispositif: Dispositif
    funder: str
    state: str
    state_label: str
    detail: str
    partial: bool = False
    """Open to a part only of the département asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A choice of a filter, with how many dispositifs it would keep beside the other filters."""

    value: str
    label: str
    count: int | None
    selected: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """A filter with its options."""

    name: str
    label: str
    any_label: str
    options: tuple[Option, ...]

    @property
    def chosen(self) -> str:
        """Label of the option asked for, empty when there is none."""
        return next((option.label for option in self.options if option.selected), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What is kept of the catalogue, by funder, and the filters that did it."""

    total: int
    count: int
    groups: Mapping[str, tuple[Card, ...]]
    filters: tuple[Filter, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Definition:
    """A filter: the values that a card has for it, each with its label."""

    name: str
    label: str
    any_label: str
    values: Callable[[Card], Iterable[tuple[str, str]]]


_DEFINITIONS = (
    _Definition(
        name="financeur",
        label="Financeur",
        any_label="Tous",
        values=lambda card: [(card.dispositif.funder, card.funder)],
    ),
    _Definition(
        name="forme",
        label="Forme",
        any_label="Toutes",
        values=lambda card: [(card.dispositif.instrument.value, typeset(card.dispositif.instrument.label))],
    ),
    _Definition(
        name="sujet",
        label="Sujet",
        any_label="Tous",
        values=lambda card: [(code, field_label(code)) for code in card.dispositif.fields],
    ),
    _Definition(name="etat", label="État", any_label="Tous", values=lambda card: [(card.state, card.state_label)]),
)
FILTERS = (*(definition.name for definition in _DEFINITIONS), TERRITORY)


def card_of(dispositif: Dispositif, on: date) -> Card:
    """A dispositif with its state at a date."""
    state = freshness(dispositif, on)
    return Card(
        dispositif=dispositif,
        funder=organisation_name(dispositif.funder),
        state=state.state,
        state_label=FRESHNESS_LABELS[state.state],
        detail=state.detail,
    )


def listing(asked: Mapping[str, str], on: date) -> Listing:
    """The dispositifs that the search and every filter keep, by funder."""
    everything = [card_of(dispositif, on) for dispositif in current_catalogue().dispositifs.values()]
    here = _open_in(asked.get(TERRITORY, ""), everything, on)
    searched = [card for card in here if found(asked.get("q", ""), _indexed(card.dispositif.id))]
    kept = [card for card in searched if all(_keeps(definition, card, asked) for definition in _DEFINITIONS)]
    groups: dict[str, tuple[Card, ...]] = {}
    for card in sorted(kept, key=lambda card: (plain(card.funder), plain(card.dispositif.title))):
        groups[card.funder] = (*groups.get(card.funder, ()), card)
    return Listing(
        total=len(everything),
        count=len(kept),
        groups=groups,
        filters=(*(_filter(definition, searched, asked) for definition in _DEFINITIONS), _territories(asked)),
    )


def _open_in(departement: str, cards: list[Card], on: date) -> list[Card]:
    """The cards open somewhere in a département; all of them when none is asked for, none when it does not exist."""
    if not departement:
        return cards
    if departement not in departements():
        return []
    reach = reaches(departement, on)
    return [
        card if reach[card.dispositif.id] is Reach.ALL else _partial(card)
        for card in cards
        if reach[card.dispositif.id] is not Reach.NONE
    ]


def _partial(card: Card) -> Card:
    return Card(
        dispositif=card.dispositif,
        funder=card.funder,
        state=card.state,
        state_label=card.state_label,
        detail=card.detail,
        partial=True,
    )


@lru_cache(maxsize=1024)
def _indexed(identifier: str) -> frozenset[str]:
    """What a search looks into: names, summary, funder, subjects, form."""
    catalogue = current_catalogue()
    dispositif = catalogue.dispositifs[identifier]
    organisations = (catalogue.organisations[code] for code in {dispositif.funder, dispositif.instructor})
    return index(
        (
            dispositif.title,
            dispositif.summary,
            dispositif.instrument.label,
            dispositif.advantage.note,
            *(f"{organisation.name} {organisation.short_name}" for organisation in organisations),
            *(field_label(code) for code in dispositif.fields),
        )
    )


def _keeps(definition: _Definition, card: Card, asked: Mapping[str, str]) -> bool:
    wanted = asked.get(definition.name, "")
    return not wanted or wanted in {value for value, _ in definition.values(card)}


def _filter(definition: _Definition, cards: Iterable[Card], asked: Mapping[str, str]) -> Filter:
    """The options of a filter, counted on what the other filters keep."""
    others = [other for other in _DEFINITIONS if other is not definition]
    rows = list(cards)
    counts = Counter(
        pair for card in rows if all(_keeps(other, card, asked) for other in others) for pair in definition.values(card)
    )
    pairs = {pair for card in rows for pair in definition.values(card)}
    wanted = asked.get(definition.name, "")
    options = (
        Option(value=value, label=label, count=counts[(value, label)], selected=value == wanted)
        for value, label in sorted(pairs, key=lambda pair: plain(pair[1]))
        if counts[(value, label)] or value == wanted
    )
    return Filter(name=definition.name, label=definition.label, any_label=definition.any_label, options=tuple(options))


def _territories(asked: Mapping[str, str]) -> Filter:
    wanted = asked.get(TERRITORY, "")
    options = (
        Option(value=code, label=f"{typeset(name)} ({code})", count=None, selected=code == wanted)
        for code, name in departements().items()
    )
    return Filter(name=TERRITORY, label="Ouvert dans le département", any_label="Tous", options=tuple(options))
