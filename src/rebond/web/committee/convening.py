"""The convocation mailed to members: what was previewed, with its frozen agenda; once for an address and a version.

It is no reminder: who turned those off receives it all the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from rebond.restitution.typography import french_date
from rebond.web.accounts.models import User
from rebond.web.committee.members import members_of
from rebond.web.committee.models import ConvocationSent, SessionDocument, Sitting
from rebond.web.committee.posting import post_later
from rebond.web.committee.session_files import CONVOCATION, frozen_file, mail_text, when_words
from rebond.web.committee.sittings import tell, touched
from rebond.web.journal.writing import author_of
from rebond.web.missions.models import HELD, Membership, Mission, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """A member as the preview shows it."""

    name: str
    organisation: str
    email: str
    """Empty: to be convened otherwise."""
    sent: ConvocationSent | None
    """What left last for that address."""
    current: bool
    """Whether that was this very version."""

    @property
    def refusal(self) -> str:
        """Why the server of letters did not take this version; empty when it did, or was not asked."""
        return self.sent.refusal if self.sent is not None and self.current else ""

    @property
    def is_next(self) -> bool:
        """Whether the button sends it."""
        return bool(self.email) and (not self.current or bool(self.refusal))


@dataclass(frozen=True, slots=True, kw_only=True)
class Convening:
    """What would leave, and to whom."""

    subject: str
    text: str
    version: str
    invited: tuple[Invited, ...]

    @property
    def next(self) -> int:
        """How many letters the button sends."""
        return sum(each.is_next for each in self.invited)

    @property
    def mute(self) -> list[str]:
        """The members without an address."""
        return [each.name for each in self.invited if not each.email]


def convening_of(user: User, sitting: Sitting) -> Convening:
    """The convocation as it is today."""
    mission, (subject, text) = sitting.mission, _subject_and_text(user, sitting)
    version = hashlib.sha256(f"{subject}\n{text}".encode()).hexdigest()
    emails = _emails(mission)
    last: dict[str, ConvocationSent] = {}
    for row in ConvocationSent.objects.of(mission).filter(sitting_key=sitting.pk).order_by("at", "pk"):
        if email_has(last, row.email, version):
            continue
        last[row.email] = row
    invited = []
    for each in members_of(user, mission):
        email = (emails.get(each.assessor, "") if each.account else each.email).lower()
        invited.append(
            Invited(
                name=each.name,
                organisation=each.organisation,
                email=email,
                sent=last.get(email) if email else None,
                current=email_has(last, email, version),
            )
        )
    return Convening(subject=subject, text=text, version=version, invited=tuple(invited))


def _subject_and_text(user: User, sitting: Sitting) -> tuple[str, str]:
    """The first line of the mission's text is the subject when it says so (« Objet : … »)."""
    text = mail_text(user, sitting)
    first, _, rest = text.lstrip().partition("\n")
    named, colon, words = first.partition(":")
    if colon and words.strip() and named.strip().casefold() == "objet":
        return words.strip(), rest.lstrip()
    kind = sitting.get_kind_display().lower()
    return f"{sitting.mission.name} : convocation, {kind} du {when_words(sitting)}", text


@transaction.atomic
def convene(sitting: Sitting, sent: Mapping[str, str], *, by: User) -> dict[str, str]:
    """Send what was previewed to whoever has not received it; what is wrong by field, nothing then leaves."""
    row = touched(sitting, sent)
    row.mission = sitting.mission
    if not row.is_planned:
        return {"convoquer": "Cette séance est ouverte, gelée ou annulée : on ne la convoque plus."}
    if row.mission.letters_held:
        return {"convoquer": HELD}
    found = convening_of(by, row)
    if sent.get("version", "") != found.version:
        return {"convoquer": "L’ordre du jour, la date ou le lieu a changé depuis l’aperçu : relisez, puis envoyez."}
    if row.held_on < timezone.localdate():
        return {"convoquer": "Le jour de la séance est passé : changez sa date, puis convoquez."}
    chosen = {each.email: each for each in found.invited if each.is_next}
    if not chosen:
        return {"convoquer": "Personne n’est à convoquer : chacun a reçu cette version, ou n’a pas d’adresse."}
    document = _document(row, found.version, by)
    name, letters = author_of(by).said, []
    for email, each in chosen.items():
        known = each.sent if each.current else None
        letter = known or ConvocationSent(mission=row.mission, sitting_key=row.pk, email=email, version=found.version)
        letter.name, letter.by_name, letter.document_key = each.name[:150], name[:200], document.pk
        letter.title, letter.text = " ".join(found.subject.split())[:400], found.text.strip() + "\n"
        letter.refusal, letter.tries, letter.not_before, letter.at = "", 0, None, timezone.now()
        letter.save()
        letters.append(letter.pk)
    day = timezone.localdate()
    row.convened_on = row.convened_on or day
    row.save()
    tell(row, "convoquee", None, f"{french_date(day)}, à {', '.join(sorted(chosen))}", by=by)
    transaction.on_commit(lambda: post_later(letters))
    return {}


def email_has(last: Mapping[str, ConvocationSent], email: str, version: str) -> bool:
    """Whether what left last for an address is that version."""
    return email in last and last[email].version == version


def _document(row: Sitting, version: str, by: User) -> SessionDocument:
    """The frozen convocation of that version: the one that already left, else as it is now."""
    held = ConvocationSent.objects.of(row.mission).filter(sitting_key=row.pk, version=version).first()
    known = SessionDocument.objects.of(row.mission).filter(pk=held.document_key).first() if held else None
    return known or frozen_file(row, CONVOCATION, by=by)[0]


def _emails(mission: Mission) -> dict[str, str]:
    parts = Membership.objects.of(mission).filter(role=Role.COMMITTEE, user__is_active=True).exclude(user__email="")
    return dict(parts.values_list("user__username", "user__email"))
