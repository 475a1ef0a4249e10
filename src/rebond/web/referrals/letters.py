"""The letter that leaves with what is sent: plain text, no name before the firm's consent, one for each address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.urls import reverse

from rebond.restitution.typography import typeset
from rebond.web.answering.letters import lines_of
from rebond.web.answering.links import link_to
from rebond.web.answering.told import Told
from rebond.web.journal.models import Act
from rebond.web.journal.writing import Author, Note, record
from rebond.web.mail import Absolute, letter, send_later
from rebond.web.missions.models import Mission
from rebond.web.referrals.models import DeskAddress, SentReferral
from rebond.web.referrals.reading import Line
from rebond.web.referrals.recipients import recipients, with_account

KIND = "lettre"
"""Of the rows of the journal that tell which letters left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One referral in a letter."""

    line: Line
    links: tuple[str, ...]
    """What answers without an account."""
    page: str
    words: str
    """What the mission wrote of it, when the letter does not say it once for all."""


def answer_links(referral: SentReferral, *, to: str, absolute: Absolute) -> tuple[str, ...]:
    """The link by which that address answers without an account, with what it may do; none once all is settled."""
    told = Told(referral)
    return (lines_of(link_to(referral, to), told, absolute),) if told.choices else ()


def send_letters(
    mission: Mission, lines: Sequence[Line], *, by: Author, absolute: Absolute, again: bool = False, reply: str = ""
) -> int:
    """Send one letter to each address of one organisation, about these referrals; how many leave.

    ``lines``: as that organisation is told them. ``reply``: what the mission answers to what was missing. The journal
    keeps to whom; a letter that left is not unsent. None of a mission whose letters are held.
    """
    if not lines or mission.letters_held:
        return 0
    code = lines[0].row.organisation
    addresses, accounts = recipients(mission, code), with_account(mission, code)
    told = {each.words for each in lines}
    answer = lines[0].told(reply)
    shared = answer or (lines[0].words if len(told) == 1 else "")
    subject = f"{mission.name} : {'la réponse à votre question' if reply else _subject(lines, again=again)}"
    for address in addresses:
        items = [
            Item(
                line=each,
                links=answer_links(each.row, to=address, absolute=absolute),
                page=absolute(reverse("referrals:one", args=[mission.slug, each.ref])) if address in accounts else "",
                words="" if shared else typeset(each.words),
            )
            for each in lines
        ]
        context = {
            "mission": mission,
            "items": items,
            "again": again,
            "by": by.said,
            "organisation": lines[0].organisation,
            "words": typeset(shared),
            "reply": bool(reply),
        }
        send_later(letter(address, subject, "referrals/letter.txt", context))
    if addresses:
        said = f"{len(addresses)} lettre{'s' if len(addresses) > 1 else ''} à {lines[0].organisation}"
        notes = [Note(kind=KIND, ref=each.ref, label=said, after=", ".join(addresses)) for each in lines]
        record(mission, notes, by=by, act=Act.MANAGED)
    return len(addresses)


def _subject(lines: Sequence[Line], *, again: bool) -> str:
    if again:
        return "votre réponse est attendue"
    return "un projet pour vous" if len(lines) == 1 else f"{len(lines)} projets pour vous"


def read_addresses(written: Mapping[str, str]) -> tuple[list[tuple[str, str]], dict[str, str]]:
    """The addresses that someone wrote for organisations, and what is wrong by field."""
    found: list[tuple[str, str]] = []
    errors: dict[str, str] = {}
    for code, text in written.items():
        for address in text.replace(",", " ").replace(";", " ").split():
            try:
                validate_email(address)
            except ValidationError:
                errors[f"adresses-{code}"] = f"« {address} » n’est pas une adresse : la corriger ou la retirer."
            else:
                found.append((code, address.lower()))
    return found, errors


def keep_addresses(mission: Mission, addresses: Iterable[tuple[str, str]], *, by: Author) -> None:
    """Where letters to these organisations go from now on."""
    for code, address in addresses:
        if not DeskAddress.objects.of(mission).filter(organisation=code, email=address).exists():
            DeskAddress.objects.create(mission=mission, organisation=code, email=address, by_name=by.said)
