"""What a project does next at an organisation, and before when: by the form of the support and what is already done.

A tax credit is declared once the money is spent; a request does not come « before any order » when one is signed.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from rebond.dispositifs.model import Dispositif, Instrument
from rebond.eligibility.incentive import applied_before_works, requested_on
from rebond.facts import UNKNOWN, Project


class ReferralKind(enum.StrEnum):
    """The three ways out of the mission, and the one that comes before any aid."""

    RETAINED = "retenu"
    FUNDERS = "financeurs"
    ADVISER = "conseil"
    DIFFICULTY = "difficulte"

    @property
    def label(self) -> str:
        """The words shown to people."""
        return {
            "retenu": "Proposé sur l'enveloppe",
            "financeurs": "Orienté vers des financeurs",
            "conseil": "Accompagné par un conseil",
            "difficulte": "Prévention des difficultés",
        }[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrientationRules:
    """Who advises what, and within how many days of the committee."""

    days: Mapping[str, int]
    steps: Mapping[str, str]
    advisers: tuple[tuple[str, frozenset[str], frozenset[str]], ...]
    """(organisation or family of them, types of project, objectives), the first that fits."""
    open_paths: frozenset[str]
    """Dispositifs of unknown amount that a ripe project is sent to all the same."""
    last_resort: tuple[str, ...]
    difficulty: tuple[str, ...]
    """For both: the first that covers the place of the project."""

    @property
    def organisations(self) -> tuple[str, ...]:
        """Every organisation, or family of them such as ``cci-*``, that the rules name."""
        return (*(organisation for organisation, _, _ in self.advisers), *self.last_resort, *self.difficulty)


_DECLARED = {Instrument.TAX_CREDIT: "credit_impot", Instrument.EXEMPTION: "exoneration"}
"""Supports that nobody asks for beforehand → the key of their step."""


def next_step(
    kind: ReferralKind, project: Project, asked: Sequence[Dispositif], rules: OrientationRules, *, committee_on: date
) -> str:
    """The step of a referral: one sentence for each way that its dispositifs are obtained."""
    if kind not in {ReferralKind.RETAINED, ReferralKind.FUNDERS}:
        return rules.steps[kind.value]
    declared = dict.fromkeys(_DECLARED[item.instrument] for item in asked if item.instrument in _DECLARED)
    requested = [item for item in asked if item.instrument not in _DECLARED]
    steps = list(dict.fromkeys(_request_steps(kind, project, requested, committee_on)))
    if not requested and not declared:
        steps = [_request_step(kind, project, (), committee_on)]
    return ". ".join(rules.steps[key] for key in (*steps, *declared))


_CREDITS = frozenset({Instrument.LOAN, Instrument.GUARANTEE})


def _request_steps(
    kind: ReferralKind, project: Project, requested: Sequence[Dispositif], committee_on: date
) -> Iterable[str]:
    """The step of what is to be asked, then what its form calls it: a loan is applied for, a session has a date."""
    loans = [item for item in requested if item.instrument in _CREDITS]
    others = [item for item in requested if item.instrument not in _CREDITS]
    for items in filter(None, (others, loans)):
        step = _request_step(kind, project, requested, committee_on)
        if kind is not ReferralKind.FUNDERS:
            yield step
        elif items is loans:
            yield "pret" if step in {ReferralKind.FUNDERS.value, "lettre_sans_adresse"} else step
        elif step == ReferralKind.FUNDERS.value and all(_next_session(item, committee_on) for item in items):
            yield "releve"
        else:
            yield step


def _next_session(item: Dispositif, committee_on: date) -> bool:
    """Whether files are taken in sessions, one of which is to come."""
    return any(day > committee_on for day in item.validity.cutoffs)


def _request_step(kind: ReferralKind, project: Project, requested: Sequence[Dispositif], committee_on: date) -> str:
    """The envelope waits for the committee; elsewhere a request already sent, in time, is only to be completed.

    A date without an addressee stands for the order of request and works; it does not say that this desk got anything.
    """
    desks = {desk for item in requested for desk in item.desks}
    sent = requested_on(project, desks)
    is_sent = sent is not UNKNOWN and sent <= committee_on
    if kind is ReferralKind.FUNDERS and is_sent and applied_before_works(project, desks) is True:
        if any(request.funder in desks for request in project.requests):
            return "demande_faite"
        return "lettre_a_confirmer" if _ordered(project) else "lettre_sans_adresse"
    return "commande_signee" if _ordered(project) else kind.value


def _ordered(project: Project) -> bool:
    """Whether an order is signed or works have begun, as far as the census knows."""
    return project.works_started is True or project.first_order_on is not UNKNOWN


def due_on(kind: ReferralKind, project: Project, asked: Sequence[Dispositif], *, committee_on: date, days: int) -> date:
    """The day before which the step is taken: the usual delay, sooner when the project or a session comes first.

    What is only declared waits for the end of the first year of its expenses.
    """
    usual = committee_on + timedelta(days=days)
    if kind not in {ReferralKind.RETAINED, ReferralKind.FUNDERS}:
        return usual
    if asked and all(item.instrument in _DECLARED for item in asked):
        return max([usual, *(date(year, 12, 31) for year in sorted({line.year for line in project.costs})[:1])])
    sessions = [item.validity.next_cutoff(committee_on + timedelta(days=1)) for item in asked]
    starts = [] if project.starts_on is UNKNOWN or _ordered(project) else [project.starts_on - timedelta(days=1)]
    coming = [day for day in (*sessions, *starts) if day is not None and day > committee_on]
    return min([usual, *coming])
