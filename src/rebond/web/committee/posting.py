"""Convocations handed to the server of letters, behind the page; what it refuses is told there and sent again later.

The waits are those of reminders (``relances.yaml``). A process that dies between taking one up and the answer of the
server leaves it told as refused: the button of the page sends it again, and no member is written to twice by itself.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.core.mail import EmailMessage
from django.db import DatabaseError
from django.utils import timezone

from rebond.web.committee.models import ConvocationSent, SessionDocument, Sitting
from rebond.web.mail import do_later, leave
from rebond.web.missions.models import Mission
from rebond.web.reminders.rule import rule

_LOGGER = logging.getLogger("rebond.incidents")
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def post_later(letters: Sequence[int]) -> None:
    """Send these, one after the other, behind the page."""
    for number in letters:
        do_later(partial(post, number))


def post(number: int) -> str:
    """Send one; why it did not leave, which its row keeps, empty when it did."""
    row = ConvocationSent.objects.get(pk=number)
    mine = ConvocationSent.objects.filter(pk=number)

    def taken() -> None:
        mine.update(refusal="", not_before=None)

    try:
        message = _letter(row)
        # What no letter can hold, such as an address that is none, is found here and not on the way.
        message.message()
    except DatabaseError:
        raise
    except Exception:
        _LOGGER.exception("Convocation impossible à écrire (séance n° %s)", row.sitting_key)
        why = "le courriel n’a pas pu être écrit"
    else:
        why = leave(message, then=taken)
    if why:
        tries, waits = row.tries + 1, rule().retries
        _LOGGER.error("Convocation non partie (séance n° %s, essai %d) : %s", row.sitting_key, tries, why)
        again = timezone.now() + waits[tries - 1] if tries <= len(waits) else None
        mine.update(tries=tries, refusal=why[:300], not_before=again)
    return why


def _letter(row: ConvocationSent) -> EmailMessage:
    document = SessionDocument.objects.get(pk=row.document_key)
    message = EmailMessage(row.title, row.text, to=[row.email])
    message.attach(document.name, bytes(document.content), _DOCX)
    return message


def waiting(now: datetime) -> ConvocationSent | None:
    """One that was refused, whose time came again, of a mission that goes on and whose letters leave."""
    missions = Mission.objects.current().filter(letters_held=False)
    rows = ConvocationSent.objects.in_missions(missions).filter(not_before__lte=now)
    return rows.order_by("not_before", "pk").first()


def post_again(row: ConvocationSent) -> str:
    """Send it once more, unless another process took it up or its sitting is to come no more; as ``post``."""
    if not ConvocationSent.objects.filter(pk=row.pk, not_before=row.not_before).update(not_before=None):
        return ""
    sitting = Sitting.objects.filter(pk=row.sitting_key).first()
    if sitting is None or not sitting.is_planned or sitting.held_on < timezone.localdate():
        return ""
    return post(row.pk)
