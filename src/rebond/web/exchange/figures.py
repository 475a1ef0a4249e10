"""What applying a workbook would change in figures: the study of the facts with it, beside that of the facts of now."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from typing import Any

from rebond.results import MissionResult, ProjectResult
from rebond.units import format_euros
from rebond.web.missions.models import Mission

_MOST_PROJECTS = 30


def token_of(mission: Mission, choices: Mapping[str, str], withdrawn: Collection[str]) -> str:
    """What the figures depend on, beside the workbook: the facts of now and the choices made."""
    told = [str(mission.facts_state), sorted(choices.items()), sorted(withdrawn)]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def compared(before: MissionResult, after: MissionResult) -> dict[str, Any]:
    """The figures that change, in words, the main ones first; and the projects whose plan or proposal does."""
    projects = list(_projects(before, after))
    return {"lignes": list(_lines(before, after)), "projets": projects[:_MOST_PROJECTS], "combien": len(projects)}


def _lines(before: MissionResult, after: MissionResult) -> Iterator[tuple[str, str, str]]:
    for label, amount in (
        ("Soutiens au plan", _support),
        ("Reste à trouver", _gap),
        ("Proposé sur l’enveloppe", _spent),
    ):
        was, now = amount(before), amount(after)
        if was != now:
            yield label, format_euros(was), format_euros(now)
    old = {each.code: each for each in before.indicators if not each.family}
    new = {each.code: each for each in after.indicators if not each.family}
    for code in dict.fromkeys([*new, *old]):
        before_it, after_it = (each[code].text if code in each else "" for each in (old, new))
        if before_it != after_it:
            yield (new.get(code) or old[code]).label, before_it, after_it


def _projects(before: MissionResult, after: MissionResult) -> Iterator[tuple[str, str, str, str]]:
    old = {each.project.id: each for each in before.projects}
    new = {each.project.id: each for each in after.projects}
    for ref in dict.fromkeys([*new, *old]):
        was, now = (_said(each.get(ref)) for each in (old, new))
        if was != now:
            yield ref, (new.get(ref) or old[ref]).project.title, was, now


def _said(found: ProjectResult | None) -> str:
    if found is None:
        return "pas de projet"
    return f"{format_euros(found.plan.support)} de soutiens, {found.decision.status.label}"


def _support(result: MissionResult) -> Decimal:
    return Decimal(sum(each.plan.support for each in result.projects))


def _gap(result: MissionResult) -> Decimal:
    return sum((Decimal(each.plan.gap) for each in result.projects), Decimal(0))


def _spent(result: MissionResult) -> Decimal:
    return Decimal(result.envelope_spent)
