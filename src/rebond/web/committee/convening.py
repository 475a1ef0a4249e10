"""The convocation mailed to members: what was previewed, with its frozen agenda; once for an address and a version.

It is no reminder: who turned those off receives it all the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone

from rebond.restitution.typography import french_date
from rebond.web.accounts.models import User
from rebond.web.committee.members import members_of
from rebond.web.committee.models import ConvocationSent, SessionDocument, Sitting
from rebond.web.committee.session_files import CONVOCATION, frozen_file, mail_text, when_words
from rebond.web.committee.sittings import tell, touched
from rebond.web.journal.writing import author_of
from rebond.web.mail import send_later
from rebond.web.missions.models import HELD, Membership, Mission, Role

_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


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
    def is_next(self) -> bool:
        """Whether the button sends it."""
        return bool(self.email) and not self.current


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
    current: set[str] = set()
    for row in ConvocationSent.objects.of(mission).filter(sitting_key=sitting.pk).order_by("at", "pk"):
        last[row.email] = row
        if row.version == version:
            current.add(row.email)
    invited = []
    for each in members_of(user, mission):
        email = (emails.get(each.assessor, "") if each.account else each.email).lower()
        invited.append(
            Invited(
                name=each.name,
                organisation=each.organisation,
                email=email,
                sent=last.get(email) if email else None,
                current=email in current,
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
    content, name = bytes(document.content), author_of(by).said
    for email, each in chosen.items():
        ConvocationSent.objects.create(
            mission=row.mission,
            sitting_key=row.pk,
            email=email,
            name=each.name[:150],
            version=found.version,
            document_key=document.pk,
            by_name=name[:200],
        )
    day = timezone.localdate()
    row.convened_on = row.convened_on or day
    row.save()
    tell(row, "convoquee", None, f"{french_date(day)}, à {', '.join(sorted(chosen))}", by=by)
    messages = []
    for email in chosen:
        message = EmailMessage(" ".join(found.subject.split()), found.text.strip() + "\n", to=[email])
        message.attach(document.name, content, _DOCX)
        messages.append(message)
    transaction.on_commit(lambda: [send_later(each) for each in messages] and None)
    return {}


def _document(row: Sitting, version: str, by: User) -> SessionDocument:
    """The frozen convocation of that version: the one that already left, else as it is now."""
    held = ConvocationSent.objects.of(row.mission).filter(sitting_key=row.pk, version=version).first()
    known = SessionDocument.objects.of(row.mission).filter(pk=held.document_key).first() if held else None
    return known or frozen_file(row, CONVOCATION, by=by)[0]


def _emails(mission: Mission) -> dict[str, str]:
    parts = Membership.objects.of(mission).filter(role=Role.COMMITTEE, user__is_active=True).exclude(user__email="")
    return dict(parts.values_list("user__username", "user__email"))
