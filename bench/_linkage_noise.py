"""Three independent ways in which partners' lists go wrong, written from how those lists are made.

``frappe``: what typing and optical reading do to a text. ``administration``: what funders' own habits do to a line
(legal forms, groups, trade names, k€, aid for cost, merged communes, numbers spoilt by a spreadsheet).
``confusions``: what else stands in a list (homonyms, sisters, near names, other projects of the same firm).
``tout``: the three at once. None reads the linkage's own rules or vocabulary.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from bench._linkage_confusions import confusing_noise
from bench._linkage_lines import Line, Lists, clean_lists
from bench._linkage_office import office_noise
from bench._linkage_typing import typing_noise
from bench._linkage_world import Mission, census_of, gazetteer, make_world, maybe_siren
from rebond.facts import UNKNOWN, PartnerEntry

Model = Callable[[Lists, random.Random], Iterator[Line]]


def everything(lists: Lists, rng: random.Random) -> Iterator[Line]:
    """The three at once."""
    confused = Lists(lists.world, list(confusing_noise(lists, rng)))
    administered = Lists(lists.world, list(office_noise(confused, rng)))
    yield from typing_noise(administered, rng)


MODELS: dict[str, Model] = {
    "frappe": typing_noise,
    "administration": office_noise,
    "confusions": confusing_noise,
    "tout": everything,
}


def planted(model: str, seed: int, *, firms: int = 44, known: int = 60, unknown: int = 28) -> Mission:
    """A mission whose lists went through a noise model."""
    rng = random.Random(f"{model} {seed}")
    world = make_world(seed, firms=firms, known=known, unknown=unknown)
    lines = list(MODELS[model](clean_lists(world, rng), rng))
    rng.shuffle(lines)
    entries, true_firms, true_projects = [], set(), set()
    for rank, line in enumerate(lines, start=1):
        entry_id = f"L{rank:04}"
        entries.append(_entry(entry_id, line))
        if line.firm:
            true_firms.add((line.firm, entry_id))
        if line.project:
            true_projects.add((line.project, entry_id))
    return Mission(
        census=census_of(world, entries, groups_told=0.7),
        gazetteer=gazetteer(),
        true_firms=true_firms,
        true_projects=true_projects,
    )


def _entry(entry_id: str, line: Line) -> PartnerEntry:
    return PartnerEntry(
        id=entry_id,
        partner=line.partner,
        firm_name=line.name,
        siren=maybe_siren(line.siren),
        commune=line.commune,
        project_title=line.title,
        amount=UNKNOWN if line.amount is None else line.amount,
        amount_is="aide" if line.is_aid else UNKNOWN,
    )
