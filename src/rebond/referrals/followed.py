"""What may follow what in a referral, and who may say it: ``RULES`` is the only place that says so.

How its steps are read is ``rebond.facts.followed``.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from types import MappingProxyType

from rebond.facts import UNKNOWN, ReferralState, ReferralStep, SentReferral
from rebond.facts.followed import Followed, followed

SENT, TAKEN, ASKED, FILED = ReferralState.SENT, ReferralState.TAKEN, ReferralState.ASKED, ReferralState.FILED
GRANTED, REFUSED, NOT_OURS = ReferralState.GRANTED, ReferralState.REFUSED, ReferralState.NOT_OURS
CLOSED = ReferralState.CLOSED


class Side(enum.StrEnum):
    """Who says a step."""

    MISSION = "mission"
    ORGANISATION = "organisation"


_BOTH = frozenset(Side)
_MISSION = frozenset({Side.MISSION})
RULES: Mapping[ReferralState, Mapping[ReferralState, frozenset[Side]]] = MappingProxyType(
    {
        # Sent, or sent again with what was asked for: every answer is open.
        SENT: dict.fromkeys((TAKEN, ASKED, FILED, GRANTED, REFUSED, NOT_OURS), _BOTH)
        | dict.fromkeys((SENT, CLOSED), _MISSION),
        TAKEN: dict.fromkeys((TAKEN, ASKED, FILED, GRANTED, REFUSED, NOT_OURS), _BOTH) | {CLOSED: _MISSION},
        # The mission gives what was asked for by sending again: the organisation owes an answer anew.
        ASKED: dict.fromkeys((TAKEN, ASKED, FILED, GRANTED, REFUSED, NOT_OURS), _BOTH)
        | dict.fromkeys((SENT, CLOSED), _MISSION),
        # An application is examined: it is refused, it is not « not for us » any more.
        FILED: dict.fromkeys((ASKED, FILED, GRANTED, REFUSED), _BOTH) | {CLOSED: _MISSION},
        # Granted again: an amount put right, a payment, jobs. Refused: the grant is withdrawn.
        GRANTED: dict.fromkeys((GRANTED, REFUSED), _BOTH) | {CLOSED: _MISSION},
        # An appeal, or a new application to the same organisation, that is examined or won.
        REFUSED: dict.fromkeys((FILED, GRANTED), _BOTH) | {CLOSED: _MISSION},
        # The organisation finds that it is for it after all.
        NOT_OURS: {TAKEN: _BOTH, CLOSED: _MISSION},
        # Nothing follows what is closed, but its being closed by mistake: the mission takes it up again and says why.
        CLOSED: {TAKEN: _MISSION},
    }
)
"""State → what may follow it, and who may say so; the mission may always write what an organisation told it."""
NEEDS_REASON = frozenset({REFUSED, NOT_OURS})
"""What is never said without why."""


def next_states(was: Followed, side: Side, dispositif: str = "") -> tuple[ReferralState, ...]:
    """What may be said next, of one dispositif or of the whole referral."""
    state = was.of(dispositif).state if dispositif and was.state is not CLOSED else was.state
    return tuple(each for each in ReferralState if side in RULES[state].get(each, ()))


def objections(was: Followed, step: ReferralStep, side: Side) -> tuple[tuple[str, str], ...]:
    """Why a step may not be recorded, each with the field that it is about; none when it may."""
    found = []
    allowed = next_states(was, side, step.dispositif)
    if step.state not in allowed:
        now = was.state if not step.dispositif or was.state is CLOSED else was.of(step.dispositif).state
        offered = ", ".join(f"« {each.label} »" for each in allowed) or "rien"
        found.append(("state", f"après « {now.label} » ne peut suivre que : {offered}"))
    if step.dispositif and step.dispositif not in was.sent.dispositifs:
        found.append(("dispositif", "cette orientation ne parle pas de ce dispositif"))
    reopens = was.state is CLOSED and step.state is TAKEN
    if (step.state in NEEDS_REASON or reopens) and not step.reason.strip():
        why = "dire pourquoi elle est reprise" if reopens else "dire pourquoi : un refus sans motif n’apprend rien"
        found.append(("reason", why))
    if step.state is ASKED and not step.reason.strip():
        found.append(("reason", "dire ce qu’il manque"))
    if step.granted is not UNKNOWN and step.state not in (GRANTED, CLOSED):
        found.append(("granted", "un montant accordé ne se note qu’avec « Accordée »"))
    if step.paid is not UNKNOWN and step.state not in (GRANTED, CLOSED):
        found.append(("paid", "un montant versé ne se note qu’avec « Accordée » ou « Close »"))
    granted = step.granted if step.granted is not UNKNOWN else was.granted_for(step.dispositif)
    if step.paid is not UNKNOWN and granted is not UNKNOWN and step.paid > granted:
        found.append(("paid", "plus que ce qui est accordé"))
    if step.on is not UNKNOWN and was.sent.sent_on is not UNKNOWN and step.on < was.sent.sent_on:
        found.append(("on", "avant l’envoi"))
    return tuple(found)


def deadline(sent_on: date, days: int) -> date:
    """The day by which an answer is asked."""
    return sent_on + timedelta(days=days)


def out_of_order(
    referrals: Iterable[SentReferral], steps: Iterable[ReferralStep]
) -> Iterator[tuple[ReferralStep, str]]:
    """The steps that could not follow those before them, each with why: what a workbook may bring."""
    for each in followed(referrals, steps):
        for rank, step in enumerate(each.steps):
            was = Followed(each.sent, each.steps[:rank])
            yield from ((step, problem) for _, problem in objections(was, step, Side.MISSION))
