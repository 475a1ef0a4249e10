"""The two gestures on referrals, for every door: the site, the link of a letter, a list of several at once.

Both go through ``editing.gestures.save``: the journal tells them, and a sending is undone like any other gesture as
long as nothing answered it. The letter that left is not unsent. A workbook brings whole rows, checked by the same rules
(``rebond.referrals.followed.out_of_order``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from django.db import transaction

from rebond.errors import FactsError, Fault
from rebond.facts import UNKNOWN, Maybe, ReferralState, ReferralStep, SentReferral
from rebond.facts.followed import Followed, followed, open_between
from rebond.history import Kind
from rebond.history.changes import reference_of
from rebond.referrals.followed import Side, objections
from rebond.units import Euros
from rebond.web.catalogue.reading import current_catalogue
from rebond.web.editing.gestures import Done, lock, save
from rebond.web.editing.opened import next_refs
from rebond.web.journal.models import Act
from rebond.web.journal.writing import Author
from rebond.web.missions.models import Mission
from rebond.web.referrals import models
from rebond.web.referrals.facts import referral_of, step_of

_MOVED = "une étape a été notée depuis l’ouverture de cette page : la lire, puis noter celle-ci si elle reste à noter"


class StepError(FactsError):
    """A step that may not be recorded; ``fields``: field of the step → what is wrong with it."""

    def __init__(self, where: str, fields: Mapping[str, str]) -> None:
        super().__init__(
            [Fault(where=where, problem=each, mend="corriger, ou ne rien noter") for each in fields.values()]
        )
        self.fields = fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """One project to send to one organisation."""

    project: str
    """Its reference."""
    organisation: str
    """Its key in the catalogue."""
    answer_by: date
    dispositifs: tuple[str, ...] = ()
    asked: Maybe[Euros] = UNKNOWN
    why: str = ""
    expected: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What someone says of a referral; the gesture numbers it, dates it and signs it."""

    state: ReferralState
    dispositif: str = ""
    asked: Maybe[Euros] = UNKNOWN
    granted: Maybe[Euros] = UNKNOWN
    paid: Maybe[Euros] = UNKNOWN
    jobs: Maybe[int] = UNKNOWN
    reason: str = ""
    on: Maybe[date] = UNKNOWN
    """UNKNOWN: the day of the gesture."""
    answer_by: Maybe[date] = UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What a sending did: the journal's gesture, and the referrals that it made."""

    done: Done
    referrals: tuple[SentReferral, ...]


@transaction.atomic
def send(mission: Mission, sendings: Sequence[Sending], *, by: Author, on: date, reason: str = "") -> Sent:
    """Record that projects are sent; one gesture, whole or not at all. The letters are the caller's, once it holds.

    Raises ``FactsError`` with every fault: an organisation that the catalogue does not have, a project that has
    something open with it already, an answer asked before today.
    """
    lock(mission)
    known = known_of(mission)
    faults = [fault for each in sendings for fault in _refused(each, known, on)]
    twice = {(each.project, each.organisation) for each in sendings}
    if len(twice) < len(sendings):
        faults.append(
            Fault(where="envoi", problem="un projet y est deux fois pour une organisation", mend="une seule fois")
        )
    if faults:
        raise FactsError(faults)
    refs = next_refs(mission, Kind.REFERRAL, len(sendings))
    referrals = tuple(
        SentReferral(
            id=ref,
            project_id=each.project,
            organisation=each.organisation,
            dispositifs=each.dispositifs,
            asked=each.asked,
            why=each.why,
            expected=each.expected,
            sent_on=on,
            answer_by=each.answer_by,
            sent_by=by.said,
            words=each.words,
        )
        for ref, each in zip(refs, sendings, strict=True)
    )
    wanted = {(Kind.REFERRAL, each.id): each for each in referrals}
    return Sent(done=save(mission, wanted, by=by, act=Act.DECIDED, reason=reason), referrals=referrals)


def add_step(
    mission: Mission, referral: str, said: Said, *, by: Author, side: Side, on: date, signed: str = "", seen: str = ""
) -> ReferralStep:
    """Add a step to a referral (its reference); raises ``StepError`` when it may not follow, or lacks what it needs."""
    return add_steps(mission, {referral: said}, by=by, side=side, on=on, signed=signed, seen={referral: seen})[0]


@transaction.atomic
def add_steps(
    mission: Mission,
    said: Mapping[str, Said],
    *,
    by: Author,
    side: Side,
    on: date,
    signed: str = "",
    reason: str = "",
    seen: Mapping[str, str] = MappingProxyType({}),
) -> tuple[ReferralStep, ...]:
    """Add a step to each of several referrals, in one gesture.

    ``signed``: how the step names who says it, when it is not the author's name. ``seen``: the last step that a page
    showed of each: a button pressed twice, or by two people at once, adds one step. Raises ``KeyError`` for a referral
    that there is not, ``StepError`` for the first one that may not follow.
    """
    lock(mission)
    known = {each.sent.id: each for each in known_of(mission, said)}
    numbers = next_numbers(mission, said)
    steps = []
    for ref, each in said.items():
        step = ReferralStep(
            referral_id=ref,
            number=numbers[ref],
            state=each.state,
            on=on if each.on is UNKNOWN else each.on,
            dispositif=each.dispositif,
            asked=each.asked,
            granted=each.granted,
            paid=each.paid,
            jobs=each.jobs,
            by=signed or by.said,
            reason=each.reason,
            answer_by=each.answer_by,
        )
        if seen.get(ref, "") not in ("", str(known[ref].last)):
            raise StepError(f"orientation {ref}", {"state": _MOVED})
        found = objections(known[ref], step, side)
        if step.on is not UNKNOWN and step.on > on:
            found = (*found, ("on", "après aujourd’hui"))
        if found:
            raise StepError(f"orientation {ref}", dict(found))
        steps.append(step)
    wanted: dict[tuple[Kind, str], Any] = {
        (Kind.REFERRAL_STEP, reference_of(Kind.REFERRAL_STEP, each)): each for each in steps
    }
    save(mission, wanted, by=by, act=Act.DECIDED, reason=reason)
    return tuple(steps)


def known_of(mission: Mission, refs: Mapping[str, Any] | Sequence[str] | None = None) -> tuple[Followed, ...]:
    """Every referral of a mission with its steps, or some of them by reference; two queries."""
    sent = models.SentReferral.objects.of(mission).select_related("project")
    steps = models.ReferralStep.objects.of(mission).order_by("referral", "number")
    if refs is not None:
        sent, steps = sent.filter(ref__in=list(refs)), steps.filter(referral__ref__in=list(refs))
    rows = list(sent)
    named = {row.pk: row.ref for row in rows}
    return followed(map(referral_of, rows), (step_of(each, named[each.referral_id]) for each in steps))


def _refused(sending: Sending, known: Sequence[Followed], on: date) -> list[Fault]:
    where = f"projet {sending.project} → {sending.organisation}"
    faults = []
    if sending.organisation not in current_catalogue().organisations:
        faults.append(
            Fault(where=where, problem="le catalogue n'a pas cette organisation", mend="en choisir une autre")
        )
    held = open_between(known, sending.project, sending.organisation)
    if held is not None:
        faults.append(
            Fault(
                where=where,
                problem=f"il lui est déjà envoyé ({held.sent.id}, « {held.state.label} »)",
                mend="la relancer, ou clore celle-là d'abord",
            )
        )
    if sending.answer_by <= on:
        faults.append(
            Fault(where=where, problem="la réponse est attendue avant demain", mend="donner une date à venir")
        )
    return faults


def next_numbers(mission: Mission, refs: Iterable[str]) -> dict[str, int]:
    """One more than any number ever given to a step of each referral."""
    numbers = dict.fromkeys(refs, 1)
    rows = models.ReferralStep.ever.of(mission).filter(referral__ref__in=list(refs))
    for ref, number in rows.values_list("referral__ref", "number"):
        numbers[ref] = max(numbers[ref], number + 1)
    return numbers
