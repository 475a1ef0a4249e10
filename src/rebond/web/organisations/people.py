"""The people of a mission: invited, joining, changing their part, leaving; each act is in its journal.

Who may do what is asked by the views: the pilot for anyone, each person for his or her own leaving.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from rebond.web.accounts.models import User
from rebond.web.firms.models import Firm
from rebond.web.journal.models import Act
from rebond.web.journal.writing import Author, Note, record
from rebond.web.missions.models import Membership, Mission, Role
from rebond.web.missions.querysets import MissionDataQuerySet
from rebond.web.organisations.adopting import affiliate
from rebond.web.organisations.models import Affiliation, Invitation, Organisation

KIND = "personne"
"""Of the rows of the journal that tell who takes part."""
VALID_FOR = timedelta(days=7)
_TOKEN_BYTES = 32


class PartError(Exception):
    """Why a part cannot be given or taken away, in French."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """A part that someone may take: a role, and for whom."""

    role: Role
    organisation: Organisation | None = None
    firm: Firm | None = None

    @property
    def words(self) -> str:
        """« Partenaire, Bpifrance »."""
        return ", ".join(str(each) for each in (self.role.label, self.firm or self.organisation) if each)


def seat_of(row: Membership | Invitation) -> Seat:
    """The part that a row gives or offers."""
    return Seat(role=Role(row.role), organisation=row.organisation, firm=row.firm)


@transaction.atomic
def invite(mission: Mission, email: str, seat: Seat, *, by: Author) -> tuple[Invitation, str]:
    """An invitation and the secret of its link, kept nowhere; one still open for the same part is withdrawn."""
    for held in open_invitations(Invitation.objects.of(mission)).filter(
        email__iexact=email, role=seat.role, organisation=seat.organisation, firm=seat.firm
    ):
        _close(held, by=by, reason="remplacée par une nouvelle")
    secret, now = secrets.token_urlsafe(_TOKEN_BYTES), timezone.now()
    invitation = Invitation.objects.create(
        mission=mission,
        email=email.strip().lower(),
        role=seat.role,
        organisation=seat.organisation,
        firm=seat.firm,
        token=_digest(secret),
        invited_by=by.user,
        sent_at=now,
        expires_at=now + VALID_FOR,
    )
    _tell(mission, f"Invitation de {invitation.email}", by=by, after=seat.words)
    return invitation, secret


@transaction.atomic
def renew(invitation: Invitation, *, by: Author) -> str:
    """The secret of a new link; the one sent before no longer opens anything. Raises ``PartError``."""
    held = _locked(invitation)
    if held.accepted_at or held.revoked_at:
        raise PartError("Cette invitation est déjà acceptée ou retirée.")
    secret, now = secrets.token_urlsafe(_TOKEN_BYTES), timezone.now()
    held.token, held.sent_at, held.expires_at = _digest(secret), now, now + VALID_FOR
    held.save(update_fields=["token", "sent_at", "expires_at"])
    _tell(held.mission, f"Invitation de {held.email} renvoyée", by=by, after=seat_of(held).words)
    return secret


@transaction.atomic
def revoke(invitation: Invitation, *, by: Author) -> None:
    """The link opens nothing any more; nothing when the invitation was accepted or withdrawn."""
    held = _locked(invitation)
    if not held.accepted_at and not held.revoked_at:
        _close(held, by=by)


def invitation_of(secret: str) -> Invitation | None:
    """The invitation that a link opens today; ``None`` when it is used, withdrawn, past, or no link of ours."""
    rows = Invitation.objects.filter(
        token=_digest(secret), accepted_at=None, revoked_at=None, expires_at__gt=timezone.now()
    )
    return rows.select_related("mission", "organisation", "firm", "invited_by").first()


def open_invitations(invitations: MissionDataQuerySet[Invitation]) -> MissionDataQuerySet[Invitation]:
    """Those that nobody accepted nor withdrew, past ones too: they can be sent again."""
    rows = invitations.filter(accepted_at=None, revoked_at=None)
    return rows.select_related("organisation", "firm", "invited_by")


@transaction.atomic
def accept(secret: str, user: User) -> Mission:
    """The person takes the part that the link offers, once. Raises ``PartError``."""
    found = invitation_of(secret)
    held = _locked(found) if found else None
    if held is None or held.accepted_at or held.revoked_at:
        raise PartError("Ce lien ne sert plus.")
    held.accepted_at, held.accepted_by = timezone.now(), user
    held.save(update_fields=["accepted_at", "accepted_by"])
    give(held.mission, user, seat_of(held), by=Author(user=user), reason=f"Invitation envoyée à {held.email}")
    return held.mission


@transaction.atomic
def give(mission: Mission, user: User, seat: Seat, *, by: Author, reason: str = "") -> Membership:
    """The person has the part from now on; the one he or she already has is left as it is."""
    row, is_new = _given(mission, user, seat)
    if is_new:
        _tell(mission, f"{user} rejoint la mission", by=by, after=seat.words, reason=reason)
    return row


def _given(mission: Mission, user: User, seat: Seat) -> tuple[Membership, bool]:
    _check(mission, seat)
    same = Membership.objects.of(mission).filter(user=user, role=seat.role)
    if seat.role == Role.PARTNER:
        same = same.filter(organisation=seat.organisation)
    elif seat.role == Role.FIRM:
        same = same.filter(firm=seat.firm)
    held = same.first()
    if held is not None:
        return held, False
    row = Membership.objects.create(
        user=user, mission=mission, role=seat.role, organisation=seat.organisation, firm=seat.firm
    )
    if seat.organisation is not None:
        affiliate(user, seat.organisation)
    return row, True


@transaction.atomic
def change(part: Membership, seat: Seat, *, by: Author, reason: str = "") -> Membership:
    """Another part in place of one: that one ends, so that what was done under it keeps its name."""
    before = seat_of(part)
    if before == seat:
        return part
    _check(part.mission, seat)
    _end(part, by=by, leaving=seat.role)
    row, _ = _given(part.mission, part.user, seat)
    label = f"{part.user} change de rôle"
    _tell(part.mission, label, by=by, before=before.words, after=seat.words, reason=reason)
    return row


@transaction.atomic
def leave(part: Membership, *, by: Author, reason: str = "") -> None:
    """The part ends now: it opens nothing any more; marks, decisions and the journal stay. Raises ``PartError``."""
    _end(part, by=by)
    _tell(part.mission, f"{part.user} quitte la mission", by=by, before=seat_of(part).words, reason=reason)


@transaction.atomic
def stop_working_for(affiliation: Affiliation, *, by: Author) -> None:
    """The person works there no more: the parts taken in its name end too. Raises ``PartError``."""
    person, organisation = affiliation.user, affiliation.organisation
    parts = Membership.objects.filter(user=person, organisation=organisation, role=Role.PARTNER)
    for part in parts.select_related("mission", "user", "organisation", "firm"):
        leave(part, by=by, reason=f"ne travaille plus pour {organisation}")
    affiliation.until = timezone.localdate()
    affiliation.save(update_fields=["until"])


def told_of_invitations(mission: Mission) -> list[str]:
    """Where the pilots read that someone else than they invited a person."""
    pilots = Membership.objects.of(mission).filter(role=Role.PILOT, user__is_active=True).exclude(user__email="")
    return sorted(set(pilots.values_list("user__email", flat=True)))


def _end(part: Membership, *, by: Author, leaving: Role | None = None) -> None:
    """End a part; a mission keeps one pilot at least. Nobody comes any more by a colleague who left."""
    mission = Mission.objects.select_for_update().get(pk=part.mission_id)
    others = Membership.objects.of(mission).filter(role=Role.PILOT, user__is_active=True).exclude(pk=part.pk)
    if part.role == Role.PILOT and leaving != Role.PILOT and not others.exists():
        raise PartError("C’est le seul pilote de la mission : donnez d’abord ce rôle à quelqu’un d’autre.")
    part.left_at = timezone.now()
    part.save(update_fields=["left_at"])
    pilots = Membership.objects.of(mission).filter(role=Role.PILOT, user=part.user_id)
    if part.role == Role.PARTNER and not pilots.exists():
        sent = open_invitations(Invitation.objects.of(mission))
        for each in sent.filter(invited_by=part.user_id, role=Role.PARTNER, organisation=part.organisation_id):
            _close(each, by=by, reason="son auteur ne représente plus cette organisation")


def _check(mission: Mission, seat: Seat) -> None:
    if seat.role == Role.PARTNER and seat.organisation is None:
        raise PartError("Dites pour quelle organisation cette personne est partenaire.")
    if (seat.role == Role.FIRM) != (seat.firm is not None):
        raise PartError("Dites pour quelle entreprise cette personne parle ; ce n’est que pour ce rôle.")
    if seat.firm is not None and seat.firm.mission_id != mission.pk:
        raise PartError("Cette entreprise n’est pas de la mission.")


def _close(invitation: Invitation, *, by: Author, reason: str = "") -> None:
    invitation.revoked_at = timezone.now()
    invitation.save(update_fields=["revoked_at"])
    label = f"Invitation de {invitation.email} retirée"
    _tell(invitation.mission, label, by=by, before=seat_of(invitation).words, reason=reason)


def _locked(invitation: Invitation) -> Invitation:
    return Invitation.objects.select_for_update().get(pk=invitation.pk)


def _tell(mission: Mission, label: str, *, by: Author, before: str = "", after: str = "", reason: str = "") -> None:
    note = Note(kind=KIND, label=label, path=("participation",), before=before or None, after=after or None)
    record(mission, [note], by=by, act=Act.MANAGED, reason=reason)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
