"""Convocations handed to the server of letters, behind the page; what it refuses is told there and sent again later.

The waits are those of reminders (``relances.yaml``). A process that dies between taking one up and the answer of the
server leaves it told as refused: the button of the page sends it again, and no member is written to twice by itself.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

from django.core.mail import EmailMessage
from django.utils import timezone

from rebond.web.committee.models import ConvocationSent, SessionDocument, Sitting
from rebond.web.mail import do_later, leave
from rebond.web.reminders.rule import rule

_LOGGER = logging.getLogger("rebond.incidents")
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def post_later(letters: Sequence[int]) -> None:
    """Send these, one after the other, behind the page."""
    for number in letters:
        do_later(lambda number=number: post(number))  # type: ignore[misc]  # mypy infers no lambda with a default


def post(number: int) -> str:
    """Send one; why it did not leave, which its row keeps, empty when it did."""
    row = ConvocationSent.objects.get(pk=number)
    document = SessionDocument.objects.get(pk=row.document_key)
    message = EmailMessage(row.subject, row.text, to=[row.email])
    message.attach(document.name, bytes(document.content), _DOCX)
    mine = ConvocationSent.objects.filter(pk=number)

    def taken() -> None:
        mine.update(refusal="", not_before=None)

    why = leave(message, then=taken)
    if why:
        tries, waits = row.tries + 1, rule().retries
        _LOGGER.error("Convocation non partie (séance n° %s, essai %d) : %s", row.sitting_key, tries, why)
        again = timezone.now() + waits[tries - 1] if tries <= len(waits) else None
        mine.update(tries=tries, refusal=why[:300], not_before=again)
    return why


def waiting(now: datetime) -> ConvocationSent | None:
    """One that was refused, whose time came again, of a mission whose letters leave."""
    rows = ConvocationSent.objects.filter(not_before__lte=now, mission__letters_held=False)
    return rows.order_by("not_before", "pk").first()


def post_again(row: ConvocationSent) -> str:
    """Send it once more, unless another process took it up or its sitting is to come no more; as ``post``."""
    if not ConvocationSent.objects.filter(pk=row.pk, not_before=row.not_before).update(not_before=None):
        return ""
    sitting = Sitting.objects.filter(pk=row.sitting_key).first()
    if sitting is None or not sitting.is_planned or sitting.held_on < timezone.localdate():
        return ""
    return post(row.pk)
