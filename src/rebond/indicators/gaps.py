"""What is not known of a figure: how many answers it lacks, and on which side of it the truth is."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from rebond.eligibility.truth import Truth
from rebond.facts import UNKNOWN, CommitteeDecision, DecisionOutcome
from rebond.indicators.model import AT_LEAST, AT_MOST, write_value
from rebond.portfolio.call import CallStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from rebond.results import MissionResult, ProjectResult

NO_DECISION = "aucune décision du comité n'est enregistrée"
NO_LIST = "aucune liste de partenaire n'est rapprochée"
NO_ENVELOPE = "aucune contribution à l'enveloppe n'est renseignée"
ABOUT = "environ"
"""Answers are missing on both sides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gaps:
    """On which side of a figure the truth is, and what it lacks, in words."""

    bound: str
    note: str
    nothing: bool = False
    """Nobody could tell: the figure is not known, whatever its rows."""


def answers_lacking(code: str, result: MissionResult) -> Gaps | None:
    """What a main figure lacks; ``None`` when every answer is there."""
    lacking = _LACKING.get(code)
    return lacking(result) if lacking else None


def no_list(result: MissionResult) -> Gaps | None:
    """Without any partner's list, that a project is on none says nothing."""
    return None if result.census.partner_entries else Gaps(bound=AT_MOST, note=NO_LIST, nothing=True)


def _no_envelope(result: MissionResult) -> Gaps | None:
    """An envelope that nobody told is not nought."""
    envelopes = [share.call for share in result.calls] or [result.census.settings.envelope]
    told = any(envelope.contributions for envelope in envelopes)
    return None if told else Gaps(bound=AT_LEAST, note=NO_ENVELOPE, nothing=True)


def uncosted(projects: Iterable[ProjectResult]) -> Gaps | None:
    """Projects without any cost line: nobody knows what they cost."""
    found = sum(not p.project.costs for p in projects)
    return _at_least(found, f"{_projects(found)} {'reste' if found == 1 else 'restent'} à chiffrer")


def _silent(projects: Iterable[ProjectResult]) -> Gaps | None:
    found = sum(p.project.jobs_created is UNKNOWN for p in projects)
    verb = "n'a" if found == 1 else "n'ont"
    return _at_least(found, f"{_projects(found)} {verb} pas répondu")


def carbon_of(project: ProjectResult) -> Decimal | None:
    """The tonnes of carbon that a project avoids each year; ``None`` when nobody said."""
    told = project.facts.get(_CARBON, UNKNOWN)
    return Decimal(told) if isinstance(told, int | Decimal) and not isinstance(told, bool) else None


_CARBON = "tco2_evitees_an"


def _kept_silent(result: MissionResult) -> Gaps | None:
    found = sum(p.project.jobs_kept is UNKNOWN for p in result.projects)
    return _unanswered(found, result)


def _carbon_silent(result: MissionResult) -> Gaps | None:
    return _unanswered(sum(carbon_of(p) is None for p in result.projects), result)


def _unanswered(found: int, result: MissionResult) -> Gaps | None:
    """How many did not answer; when nobody did, nothing is known."""
    if not found:
        return None
    verb = "n'a" if found == 1 else "n'ont"
    return Gaps(bound=AT_LEAST, note=f"{_projects(found)} {verb} pas répondu", nothing=found == len(result.projects))


def _envelope_left(result: MissionResult) -> Gaps | None:
    """What is left is at most what nobody decided yet leaves."""
    gaps = _amounts_granted(result)
    return Gaps(bound=AT_MOST, note=gaps.note, nothing=gaps.note == NO_DECISION) if gaps else None


def _retained_uncosted(result: MissionResult) -> Gaps | None:
    ids = {decision.project_id for decision in _retained(result)}
    return _undecided(result) or uncosted(p for p in result.projects if p.project.id in ids)


def _need(projects: Iterable[ProjectResult]) -> Gaps | None:
    """Without what is already secured, the whole cost is taken for the need: the truth is under it."""
    mine = list(projects)
    open_ended = uncosted(mine)
    unsaid = sum(p.project.own_financing is UNKNOWN for p in mine if p.project.costs)
    if not unsaid:
        return open_ended
    note = f"financement acquis non renseigné pour {_projects(unsaid)}"
    if open_ended is None:
        return Gaps(bound=AT_MOST, note=note)
    return Gaps(bound=ABOUT, note=f"{note} ; {open_ended.note}")


def _unripe(result: MissionResult) -> Gaps | None:
    unsettled = sum(p.maturity.ripe is Truth.UNKNOWN for p in result.projects)
    return _at_least(unsettled, f"maturité à établir pour {_projects(unsettled)}")


def _proposed(result: MissionResult) -> list[ProjectResult]:
    return [p for p in result.projects if p.decision.status is CallStatus.RETAINED]


def _undecided(result: MissionResult) -> Gaps | None:
    """What the committee decided is known once it is recorded, for each proposal."""
    decided = {each.project_id for each in result.census.decisions}
    if not decided:
        return Gaps(bound=AT_LEAST, note=NO_DECISION)
    waiting = sum(p.project.id not in decided for p in _proposed(result))
    verb = "attend" if waiting == 1 else "attendent"
    return _at_least(waiting, f"{write_value(Decimal(waiting), 'propositions')} {verb} une décision")


def _retained(result: MissionResult) -> list[CommitteeDecision]:
    return [each for each in result.census.decisions if each.outcome is DecisionOutcome.RETAINED]


def _jobs_retained(result: MissionResult) -> Gaps | None:
    ids = {decision.project_id for decision in _retained(result)}
    return _undecided(result) or _silent(p for p in result.projects if p.project.id in ids)


def _amounts_granted(result: MissionResult) -> Gaps | None:
    unsaid = sum(decision.amount is UNKNOWN for decision in _retained(result))
    return _undecided(result) or _at_least(unsaid, f"montant décidé non renseigné pour {_projects(unsaid)}")


def _at_least(lacking: int, note: str) -> Gaps | None:
    return Gaps(bound=AT_LEAST, note=note) if lacking else None


def _projects(number: int) -> str:
    return write_value(Decimal(number), "projets")


_LACKING: Mapping[str, Callable[[MissionResult], Gaps | None]] = {
    "emplois_crees": lambda result: _silent(result.projects),
    "emplois_proposes": lambda result: _silent(_proposed(result)),
    "emplois_retenus": _jobs_retained,
    "investissement_eur": lambda result: uncosted(result.projects),
    "investissement_propose_eur": lambda result: uncosted(_proposed(result)),
    "besoin_eur": lambda result: _need(result.projects),
    "reste_a_financer_eur": lambda result: _need(result.projects),
    "projets_connus": no_list,
    "projets_inconnus": no_list,
    "projets_a_rapprocher": no_list,
    "entreprises_projet_inconnu": no_list,
    "projets_murs": _unripe,
    "projets_retenus": _undecided,
    "enveloppe_eur": _no_envelope,
    "enveloppe_disponible_eur": _no_envelope,
    "enveloppe_engagee_eur": _amounts_granted,
    "emplois_maintenus": _kept_silent,
    "tco2_evitees_an": _carbon_silent,
    "enveloppe_reste_eur": _envelope_left,
    "investissement_retenu_eur": _retained_uncosted,
}
"""Code of a figure → what it lacks."""
