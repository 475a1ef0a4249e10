"""An answer given by a link is written once: the steps it says, and that the link served."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from rebond.facts import UNKNOWN, ReferralState, ReferralStep
from rebond.referrals.answers import Outcome, is_awaited
from rebond.referrals.followed import Side
from rebond.web.answering.links import Opened, followed_of, link_to, opened
from rebond.web.answering.models import AnswerLink
from rebond.web.answering.told import Told
from rebond.web.editing.gestures import ArchivedError, lock
from rebond.web.journal.writing import Author
from rebond.web.referrals.gestures import Said, StepError, add_steps

_MOST_NAME = 200


class ClosedMeanwhileError(Exception):
    """The link takes no answer any more: used, withdrawn, or nothing is waited for."""

    def __init__(self, found: Opened) -> None:
        super().__init__()
        self.opened = found


class MovedError(Exception):
    """Something was said of the referral since the page was shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What someone answers: the steps, the words that go with them, the name typed, the last step that was shown."""

    said: Sequence[Outcome]
    words: str
    name: str
    seen: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What was written, under which name, and the link of the step that follows, if any does."""

    steps: tuple[ReferralStep, ...]
    by: str
    next: AnswerLink | None


@transaction.atomic
def record(token: str, answer: Answer) -> Recorded:
    """Write an answer, whole, once. Raises ``ClosedMeanwhileError`` or ``MovedError``, and then writes nothing."""
    link = _still_open(token)
    told = Told(link.referral)
    if answer.seen != str(seen(told)):
        raise MovedError
    signed = f"{answer.name}, {told.organisation}"
    author = Author(
        user=None,
        name=f"{answer.name} (par le lien envoyé à {link.sent_to})"[:_MOST_NAME],
        on_behalf=told.organisation[:_MOST_NAME],
    )
    # The reason of a refusal is not that of what is granted with it.
    refusing = any(each.state.is_no for each in answer.said)
    steps: list[ReferralStep] = []
    try:
        for each in answer.said:
            steps += add_steps(
                told.mission,
                {link.referral.ref: _said(each, "" if refusing and not each.state.is_no else answer.words)},
                by=author,
                side=Side.ORGANISATION,
                on=timezone.localdate(),
                signed=signed,
                reason=f"Répondu sans compte, par le lien envoyé à {link.sent_to}",
            )
    except StepError as refused:
        raise MovedError from refused
    served = AnswerLink.objects.filter(pk=link.pk, answered_at=None, revoked_at=None)
    served.update(answered_at=timezone.now(), answered_by=signed)
    goes_on = is_awaited(followed_of(link.referral))
    after = link_to(link.referral, link.sent_to) if goes_on else None
    return Recorded(steps=tuple(steps), by=signed, next=after)


def seen(told: Told) -> int:
    """What a page says that it showed: the number of the last step."""
    return told.followed.last


def _still_open(token: str) -> AnswerLink:
    """The link, once the mission is locked: two answers sent at once are two, the second finds the link used."""
    found = opened(token)
    if found.link is not None and found.closed is None:
        with suppress(ArchivedError):  # which the second look tells
            lock(found.link.referral.project.mission)
        found = opened(token)
    if found.link is None or found.closed is not None:
        raise ClosedMeanwhileError(found)
    return found.link


def _said(outcome: Outcome, words: str) -> Said:
    return Said(
        state=outcome.state,
        dispositif=outcome.dispositif,
        asked=outcome.amount if outcome.state is ReferralState.FILED else UNKNOWN,
        granted=outcome.amount if outcome.state is ReferralState.GRANTED else UNKNOWN,
        paid=outcome.paid,
        jobs=outcome.jobs,
        reason=words,
    )
