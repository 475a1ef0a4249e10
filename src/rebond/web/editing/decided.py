"""What a person decides in one gesture: its reason, what the next page tells of it, how it is taken back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from rebond.history import Kind
from rebond.restitution.typography import UNPRINTABLE
from rebond.web.accounts.models import User
from rebond.web.editing.gestures import Done, undo
from rebond.web.journal.models import Act, Entry
from rebond.web.journal.writing import LONGEST_REASON, author_of
from rebond.web.missions.models import Mission


@dataclass(frozen=True, slots=True, kw_only=True)
class LastGesture:
    """A gesture of this person, from the journal."""

    entry: Entry

    @property
    def gesture(self) -> UUID:
        """What names it, to undo it."""
        return self.entry.gesture

    @property
    def undone(self) -> bool:
        """Whether it took something back."""
        return self.entry.act == Act.UNDONE


def last_gesture(request: HttpRequest, mission: Mission, kind: Kind) -> LastGesture | None:
    """The gesture that the address names (``?fait=``), when it is this person's."""
    gesture = _named(request.GET.get("fait", ""))
    if gesture is None:
        return None
    rows = Entry.objects.visible_to(request.user).of(mission).filter(gesture=gesture, kind=kind.value)
    entry = rows.filter(by=request.user.pk).first()
    return LastGesture(entry=entry) if entry else None


def take_back(request: HttpRequest, mission: Mission, kind: Kind) -> tuple[Entry, Done]:
    """Undo the gesture that a form names, one of this kind; 404 for no such gesture, ``ClashError`` as ``undo``."""
    gesture = _named(request.POST.get("geste", ""))
    rows = Entry.objects.visible_to(request.user).of(mission)
    entry = rows.filter(gesture=gesture, kind=kind.value).first() if gesture else None
    if gesture is None or entry is None:
        raise Http404
    return entry, undo(mission, gesture, by=author_of(cast(User, request.user)))


def position_sent(request: HttpRequest) -> int | None:
    """The position of the journal from which a person began, when the form says one."""
    text = request.POST.get("depuis", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= len(str(10**9)) else None


def fault_of_reason(reason: str, asking: str = "", *, most: int = LONGEST_REASON) -> str:
    """What is wrong with a reason, else nothing; ``asking``: what is said when there is none, if one is needed."""
    if len(reason) > most:
        return f"{len(reason)} caractères, {most} au plus : raccourcissez le motif."
    return fault_of_words(reason) if reason else asking


def fault_of_words(text: str) -> str:
    """What is said of a text with a character that no file holds, else nothing."""
    return "Un caractère ne s’imprime pas : retapez ce texte." if UNPRINTABLE.search(text) else ""


def told_at(request: HttpRequest, address: str, done: Done) -> HttpResponse:
    """The list as its address kept it (filters, columns), which tells what was just done of its rows."""
    kept = request.GET.copy()
    kept.pop("page", None)
    kept["fait"] = str(done.gesture or "")
    return redirect(f"{address}?{kept.urlencode()}")


def _named(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
