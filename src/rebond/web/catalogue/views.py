"""The public catalogue: dispositifs and regimes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from rebond.dispositifs.checks import FRESHNESS_LABELS, freshness
from rebond.dispositifs.model import Dispositif
from rebond.restitution.typography import typeset
from rebond.units import format_euros, format_rate
from rebond.web.catalogue.conditions import advantage_values, conditions, dated_values
from rebond.web.catalogue.reading import current_catalogue, organisation_name
from rebond.web.search_text import plain, searchable

ALL_NATURES = "tous"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A dispositif as the list shows it."""

    dispositif: Dispositif
    funder: str
    state: str
    state_label: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """An option of a filter, with how many dispositifs it keeps."""

    value: str
    label: str
    count: int


def _card(dispositif: Dispositif, on: date) -> Card:
    found = freshness(dispositif, on)
    return Card(
        dispositif=dispositif,
        funder=organisation_name(dispositif.funder),
        state=found.state,
        state_label=FRESHNESS_LABELS[found.state],
        detail=found.detail,
    )


def _choices(pairs: Iterable[tuple[str, str]]) -> list[Choice]:
    return [
        Choice(value=value, label=label, count=count)
        for (value, label), count in sorted(Counter(pairs).items(), key=lambda item: item[0][1].casefold())
    ]


@login_not_required
def dispositif_list(request: HttpRequest) -> HttpResponse:
    """Dispositifs by funder, with search and filters in the address."""
    on = timezone.localdate()
    cards = [_card(dispositif, on) for dispositif in current_catalogue().dispositifs.values()]
    asked = {name: request.GET.get(name, "") for name in ("q", "financeur", "forme", "etat")}
    kept = [card for card in cards if _keeps(card, asked)]
    groups: dict[str, list[Card]] = {}
    for card in sorted(kept, key=lambda card: (plain(card.funder), plain(card.dispositif.title))):
        groups.setdefault(card.funder, []).append(card)
    return render(
        request,
        "catalogue/list.html",
        {
            "section": "catalogue",
            "groups": groups,
            "count": len(kept),
            "total": len(cards),
            "asked": asked,
            "funders": _choices((card.dispositif.funder, card.funder) for card in cards),
            "instruments": _choices(
                (card.dispositif.instrument.value, card.dispositif.instrument.label) for card in cards
            ),
            "states": _choices((card.state, card.state_label) for card in cards),
        },
    )


def _keeps(card: Card, asked: dict[str, str]) -> bool:
    dispositif = card.dispositif
    words = plain(asked["q"]).split()
    text = searchable([dispositif.title, dispositif.summary, card.funder, *dispositif.fields]) if words else ""
    return (
        all(word in text for word in words)
        and asked["financeur"] in {"", dispositif.funder}
        and asked["forme"] in {"", dispositif.instrument.value}
        and asked["etat"] in {"", card.state}
    )


@login_not_required
def dispositif_sheet(request: HttpRequest, funder: str, slug: str) -> HttpResponse:
    """A dispositif: conditions in words, advantage, dated figures, regimes, gaps, contradictions, sources."""
    catalogue = current_catalogue()
    dispositif = catalogue.dispositifs.get(f"{funder}/{slug}")
    if dispositif is None:
        raise Http404
    return render(
        request,
        "catalogue/dispositif.html",
        {
            "section": "catalogue",
            "card": _card(dispositif, timezone.localdate()),
            "dispositif": dispositif,
            "instructor": organisation_name(dispositif.instructor),
            "conditions": conditions(dispositif.conditions),
            "values": advantage_values(dispositif.advantage),
            "natures": _natures(dispositif.advantage.natures),
            "regimes": [catalogue.regimes[key] for key in dispositif.regimes],
            "excluded": [
                (catalogue.dispositifs[exclusion.dispositif], exclusion)
                for exclusion in dispositif.exclusions
                if exclusion.dispositif in catalogue.dispositifs
            ],
            "next_cutoff": dispositif.validity.next_cutoff(timezone.localdate()),
        },
    )


def _natures(codes: Iterable[str]) -> str:
    """Natures of costs in words; empty when none is given."""
    if ALL_NATURES in codes:
        return "toutes"
    labels = current_catalogue().natures
    return " ; ".join(sorted((typeset(labels[code]) for code in codes), key=plain)).lower()


@login_not_required
def regime_list(request: HttpRequest) -> HttpResponse:
    """The regimes of State-aid law."""
    on = timezone.localdate()
    regimes = [(regime, regime.in_force(on)) for regime in current_catalogue().regimes.values()]
    return render(request, "catalogue/regimes.html", {"section": "catalogue", "regimes": regimes})


@login_not_required
def regime_sheet(request: HttpRequest, regime: str) -> HttpResponse:
    """A regime: intensities, bonuses, thresholds with their dates and sources; who uses it."""
    catalogue = current_catalogue()
    found = catalogue.regimes.get(regime)
    if found is None:
        raise Http404
    values = [
        *dated_values("Intensité", found.intensities, format_rate),
        *dated_values("Majoration", found.bonuses, format_rate),
        *dated_values("Coefficient", found.factors, format_rate),
        *dated_values("Intensité la plus haute", found.intensity_cap, format_rate),
        *dated_values("Seuil de notification", found.threshold, format_euros),
        *dated_values("Contribution propre", found.own_contribution, format_rate),
        *dated_values("Majoration des avances", found.advance_bonus, format_rate),
        *(dated_values("Plafond du compte", found.de_minimis.ceiling, format_euros) if found.de_minimis else ()),
    ]
    return render(
        request,
        "catalogue/regime.html",
        {
            "section": "catalogue",
            "regime": found,
            "in_force": found.in_force(timezone.localdate()),
            "conditions": conditions(found.conditions),
            "values": values,
            "natures": _natures(found.natures),
            "used_by": [d for d in catalogue.dispositifs.values() if found.id in d.regimes],
        },
    )
