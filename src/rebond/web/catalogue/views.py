"""The public catalogue: dispositifs and regimes."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from rebond.restitution.typography import typeset
from rebond.units import format_euros, format_rate
from rebond.web.catalogue.conditions import advantage_values, conditions, dated_values
from rebond.web.catalogue.examples import examples
from rebond.web.catalogue.listing import FILTERS, card_of, listing
from rebond.web.catalogue.reading import current_catalogue, field_label, organisation_name, standing_words
from rebond.web.catalogue.rereading import queue
from rebond.web.exchange.life_views import for_administrators
from rebond.web.search_text import plain

ALL_NATURES = "tous"


@login_not_required
def dispositif_list(request: HttpRequest) -> HttpResponse:
    """Dispositifs by funder, with search and filters in the address."""
    asked = {name: request.GET.get(name, "") for name in ("q", *FILTERS)}
    found = listing(asked, timezone.localdate())
    return render(request, "catalogue/list.html", {"section": "catalogue", "listing": found, "q": asked["q"]})


@login_not_required
def dispositif_sheet(request: HttpRequest, funder: str, slug: str) -> HttpResponse:
    """A dispositif: conditions in words, advantage, dated figures, regimes, gaps, contradictions, sources."""
    catalogue = current_catalogue()
    dispositif = catalogue.find(f"{funder}/{slug}")
    if dispositif is None:
        raise Http404
    if dispositif.id != f"{funder}/{slug}":
        return redirect("catalogue:dispositif", *dispositif.id.split("/", 1), permanent=True)
    return render(
        request,
        "catalogue/dispositif.html",
        {
            "section": "catalogue",
            "card": card_of(dispositif, timezone.localdate()),
            "dispositif": dispositif,
            "instructor": organisation_name(dispositif.instructor),
            "conditions": conditions(dispositif.conditions),
            "values": advantage_values(dispositif.advantage),
            "natures": _natures(dispositif.advantage.natures),
            "fields": ", ".join(field_label(code) for code in dispositif.fields),
            "examples": examples(dispositif),
            "former_ids": [old for old, new in catalogue.redirects.items() if new == dispositif.id],
            "version": catalogue.version,
            "regimes": [catalogue.regimes[key] for key in dispositif.regimes],
            "excluded": [
                (catalogue.dispositifs[exclusion.dispositif], exclusion)
                for exclusion in dispositif.exclusions
                if exclusion.dispositif in catalogue.dispositifs
            ],
            "next_cutoff": dispositif.validity.next_cutoff(timezone.localdate()),
        },
    )


@require_safe
@for_administrators
def reread(request: HttpRequest) -> HttpResponse:
    """The files that « pas pour nous » calls to read again."""
    rows = queue()
    context = {"section": "catalogue", "rows": rows, "times": sum(row.times for row in rows)}
    return render(request, "catalogue/reread.html", context)


def _natures(codes: Iterable[str]) -> str:
    """Natures of costs in words; empty when none is given."""
    if ALL_NATURES in codes:
        return "toutes"
    labels = current_catalogue().natures
    return " ; ".join(sorted((typeset(labels[code]) for code in codes), key=plain)).lower()


@login_not_required
def regime_list(request: HttpRequest) -> HttpResponse:
    """The regimes of State-aid law."""
    on, catalogue = timezone.localdate(), current_catalogue()
    regimes = [
        (regime, standing_words(regime, catalogue, on), catalogue.readings.last_day(regime))
        for regime in catalogue.regimes.values()
    ]
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
            "standing": standing_words(found, catalogue, timezone.localdate()),
            "last_day": catalogue.readings.last_day(found),
            "perhaps_until": catalogue.readings.perhaps_until(found),
            "conditions": conditions(found.conditions),
            "asked": [condition for row in found.asked for condition in conditions(row)],
            "values": values,
            "natures": _natures(found.natures),
            "used_by": [d for d in catalogue.dispositifs.values() if found.id in d.regimes],
        },
    )
