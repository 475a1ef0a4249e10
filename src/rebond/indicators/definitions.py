"""Every published figure: its definition, its unit, its value and the rows behind it.

A document may only print a figure that is one of these; each opens on its rows in ``indicateurs.json``.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from rebond.eligibility.truth import Truth
from rebond.indicators.advice import advice_indicators
from rebond.indicators.answers import by_answer
from rebond.indicators.breakdowns import breakdowns, project_row, summed
from rebond.indicators.further_figures import FURTHER, ratios
from rebond.indicators.gaps import answers_lacking, no_list
from rebond.indicators.main_figures import DEFINITIONS, Definition
from rebond.indicators.model import Indicator, Row
from rebond.indicators.readings import by_reading
from rebond.indicators.roadmap_figures import roadmap_figures
from rebond.indicators.told_apart import told_apart

if TYPE_CHECKING:
    from rebond.results import MissionResult

__all__ = ["Indicator", "Row", "compute_indicators"]


MAIN = (*DEFINITIONS, *FURTHER)
"""The main figures, whatever the mission."""


def compute_indicators(result: MissionResult) -> tuple[Indicator, ...]:
    """Every indicator of a mission, the main figures first; all but shares and medians are the sum of their rows."""
    main = [_counted(definition, result) for definition in MAIN]
    return (
        *main,
        _unknown_share(result),
        *ratios(result),
        *breakdowns(result),
        *told_apart(result),
        *advice_indicators(result),
        *roadmap_figures(result),
        *by_reading(result),
        *by_answer(result),
    )


def _counted(definition: Definition, result: MissionResult) -> Indicator:
    """A main figure with its rows, and what is not known of it."""
    found = summed(
        code=definition.code,
        label=definition.label,
        definition=definition.definition,
        unit=definition.unit,
        rows=definition.rows(result),
        note=_queue_note(definition.code, result),
    )
    gaps = answers_lacking(definition.code, result)
    if gaps is None:
        return replace(found, high=_most(definition.code, result))
    return replace(found, bound=gaps.bound, note=gaps.note, absent=gaps.nothing or not found.value)


def _queue_note(code: str, result: MissionResult) -> str:
    """How many questions keep a figure open; empty when none does."""
    share = result.linkage.unknown_share
    return "" if code not in _OPEN or share.settled else share.queue_text


_OPEN = frozenset({"projets_inconnus", "entreprises_projet_inconnu"})
"""Figures that stay a range as long as lines of partners wait for a person."""


def _most(code: str, result: MissionResult) -> Decimal | None:
    """The most that a figure may be once people have settled what waits; ``None`` when nothing waits."""
    share = result.linkage.unknown_share
    if code not in _OPEN or share.settled:
        return None
    if code == "projets_inconnus":
        return Decimal(share.high)
    return Decimal(len({p.firm.id for p in result.projects if p.known.known is not Truth.YES}))


def _unknown_share(result: MissionResult) -> Indicator:
    share = result.linkage.unknown_share
    blank = no_list(result)
    return Indicator(
        code="part_projets_inconnus",
        label="Part des projets inconnus",
        definition="Projets inconnus de tous les partenaires, rapportés aux projets recensés : au moins ceux qui le "
        "sont sûrement, au plus ceux-là et ceux qui restent à confirmer.",
        formula="projets inconnus ÷ projets recensés ; les lignes sont les projets inconnus",
        unit="%",
        value=share.low_rate,
        rows=tuple(project_row(p) for p in result.projects if p.known.known is Truth.NO),
        note=blank.note if blank else _queue_note("projets_inconnus", result),
        absent=blank is not None,
        high=None if share.settled or blank else share.high_rate,
    )
