"""What a run finds of firms, of their sites and aid, and of the needs heard."""

from __future__ import annotations

from datetime import date

from rebond.facts import UNKNOWN, AidObtained, Band
from rebond.reading.band import amount_words
from rebond.regimes.de_minimis import DeMinimisAccount
from rebond.regimes.sme import SizeClass
from rebond.restitution.typography import typeset
from rebond.results import FirmResult, MissionResult
from rebond.units import Euros, format_euros
from rebond.web.catalogue.reading import axes, current_catalogue, organisation_name
from rebond.web.firms import models
from rebond.web.interviews.models import Need
from rebond.web.loading.values import PLACE, column, place, save_computed, set_all, words
from rebond.web.missions.models import Mission
from rebond.web.search_text import searchable
from rebond.web.wording import sentence

ONE_EURO = Euros(1)
COMPUTED = (
    "size",
    "size_range",
    "is_sme",
    "size_steps",
    "size_missing",
    "size_unverified",
    "de_minimis_ceiling",
    "de_minimis_used",
    "de_minimis_room",
    "de_minimis_at_most",
    "de_minimis_note",
    "de_minimis_opens_on",
    "de_minimis_years",
    "known",
    "known_by",
    "search",
)
"""What a run finds of a firm."""
Firms = dict[str, models.Firm]
Needs = dict[tuple[str, str, str], Need]
"""(interview, axis, text) → need: one answer may be given on two axes."""


def load_firms(result: MissionResult, mission: Mission) -> Firms:
    """Firms by reference, with what was found of them, of their site and of their aid."""
    firms = {row.ref: row for row in models.Firm.objects.of(mission)}
    sites = {row.firm_id: row for row in models.Establishment.objects.of(mission)}
    for found in result.firms:
        _find(firms[found.firm.id], found, result)
        set_all(sites[firms[found.firm.id].pk], place(found.commune))
    save_computed(models.Firm, firms.values(), COMPUTED)
    save_computed(models.Establishment, sites.values(), PLACE)
    _load_aids(result, mission)
    return firms


def _find(row: models.Firm, found: FirmResult, result: MissionResult) -> None:
    firm, size, account = found.firm, found.size, found.account
    known = result.linkage.firm(firm.id)
    texts = [firm.name, *firm.former_names, firm.trade, words(firm.siren), found.commune.name if found.commune else ""]
    set_all(
        row,
        {
            "size": "" if size.size is UNKNOWN else _capital(size.size),
            "size_range": "" if size.size is not UNKNOWN else f"entre {size.low.label} et {size.high.label}",
            "is_sme": size.sme.value,
            "size_steps": [sentence(step) for step in size.steps],
            "size_missing": [sentence(name) for name in size.missing],
            "size_unverified": [sentence(name) for name in size.unverified],
            "de_minimis_ceiling": account.ceiling,
            "de_minimis_used": account.used,
            "de_minimis_room": column(account.room),
            "de_minimis_at_most": account.room_at_most,
            "de_minimis_note": typeset(account.why_unknown),
            "de_minimis_opens_on": _next_room(account),
            "de_minimis_years": account.window_years,
            "known": known.known.value,
            "known_by": [organisation_name(code) for code in known.by],
            "search": searchable(texts),
        },
    )


def _next_room(account: DeMinimisAccount) -> date | None:
    """The day on which aid listed leaves the account; ``None`` when none does, or when the account is not known."""
    opens_on = account.room_opens_on(account.room_at_most + ONE_EURO) if account.entries else None
    return None if opens_on is UNKNOWN else opens_on


def _capital(size: SizeClass) -> str:
    return size.label[:1].upper() + size.label[1:]


def _load_aids(result: MissionResult, mission: Mission) -> None:
    counted = {entry.id for found in result.firms for entry in found.account.entries}
    regimes = current_catalogue().regimes
    given = {aid.id: aid for aid in result.census.aids}
    rows = list(models.AidObtained.objects.of(mission))
    for row in rows:
        row.regime_label = typeset(regimes[row.regime].title) if row.regime in regimes else row.regime
        row.amount_words = typeset(_amount_words(given[row.ref]))
        row.counts_de_minimis = row.ref in counted
    save_computed(models.AidObtained, rows, ("regime_label", "amount_words", "counts_de_minimis"))


def _exact(aid: AidObtained) -> Euros | None:
    """The amount of an aid when it is known to the euro and nothing of it was recovered."""
    return None if aid.amount is UNKNOWN or isinstance(aid.amount, Band) or aid.recovered else aid.amount


def _amount_words(aid: AidObtained) -> str:
    """What is known of an amount that is not simply exact, in words; empty for one that is."""
    if _exact(aid) is not None:
        return ""
    recovered = f", dont {format_euros(aid.recovered)} remboursés" if aid.recovered else ""
    return amount_words(aid.amount) + recovered


def load_needs(result: MissionResult, mission: Mission) -> Needs:
    """Needs by interview, axis and text, for the roadmap, with the name of their axis."""
    known_axes = axes()
    rows = list(Need.objects.of(mission).select_related("interview"))
    for row in rows:
        row.axis_label = known_axes[row.axis].label if row.axis in known_axes else row.axis
    save_computed(Need, rows, ("axis_label",))
    return {(row.interview.ref, row.axis, row.text): row for row in rows}
