"""The pilot sends a link anew, or takes it back: nobody is told what it was without its letter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from rebond.referrals.answers import is_awaited
from rebond.restitution.typography import french_date, typeset
from rebond.web.accounts.models import User
from rebond.web.answering.letters import absolute_from, letter_after
from rebond.web.answering.links import followed_of, link_to
from rebond.web.answering.models import AnswerLink
from rebond.web.answering.told import Told, day_of
from rebond.web.editing.gestures import lock
from rebond.web.journal.models import Act
from rebond.web.journal.writing import Note, author_of, record
from rebond.web.mail import send_later
from rebond.web.missions.access import for_roles
from rebond.web.missions.models import HELD, Mission, Role
from rebond.web.referrals.models import SentReferral
from rebond.web.referrals.recipients import recipients

KIND = "lien_reponse"
"""Of the rows of the journal that tell what became of a link."""
SEND, REVOKE = "renvoyer", "retirer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where the link of one address stands."""

    address: str
    words: str
    is_live: bool
    """Whether there is one to take back."""
    may_send: bool
    """Whether something is still to be said, so that a link may be sent."""


def standings(referral: SentReferral) -> list[Standing]:
    """Each address that letters go to, and its last link; two queries and those of the addresses."""
    found = {each.sent_to: each for each in AnswerLink.objects.filter(referral=referral).order_by("pk")}
    open_still = is_awaited(followed_of(referral))
    return [
        Standing(
            address=address,
            words=_words(found.get(address)),
            is_live=open_still and address in found and found[address].is_live,
            may_send=open_still,
        )
        for address in recipients(referral.project.mission, referral.organisation)
    ]


@require_POST
@for_roles(Role.PILOT)
def links(request: HttpRequest, mission: Mission, ref: str) -> HttpResponse:
    """Send the link of an address anew, or take it back."""
    rows = SentReferral.objects.may_change(request.user).of(mission).select_related("project__mission")
    referral = get_object_or_404(rows, ref=ref)
    address, gesture = request.POST.get("adresse", ""), request.POST.get("geste", "")
    standing = next((each for each in standings(referral) if each.address == address), None)
    if standing is None or gesture not in {SEND, REVOKE}:
        raise Http404
    user = cast(User, request.user)
    if gesture == SEND and mission.letters_held:
        said = HELD
    elif gesture == SEND and standing.may_send:
        said = f"Un nouveau lien part à {address} ; l’ancien ne sert plus."
        with transaction.atomic():
            lock(mission)
            link = link_to(referral, address)
            _tell(mission, referral, user, "nouveau lien", address)
        send_later(letter_after(Told(referral), to=address, link=link, absolute=absolute_from(request)))
    elif gesture == REVOKE and standing.is_live:
        said = f"Le lien envoyé à {address} ne sert plus."
        with transaction.atomic():
            lock(mission)
            live = AnswerLink.objects.may_change(user).filter(referral=referral, sent_to=address)
            live.filter(answered_at=None, revoked_at=None).update(revoked_at=timezone.now())
            _tell(mission, referral, user, "lien retiré", address)
    else:
        said = "Rien à faire : le lien a servi, ou plus rien n’est attendu."
    messages.success(request, typeset(said))
    return redirect("referrals:one", mission.slug, ref)


def _tell(mission: Mission, referral: SentReferral, user: User, what: str, address: str) -> None:
    note = Note(kind=KIND, ref=referral.ref, label=referral.organisation, path=(what,), after=address)
    record(mission, [note], by=author_of(user), act=Act.MANAGED)


def _words(link: AnswerLink | None) -> str:
    """What became of a link."""
    if link is None:
        return "aucun lien"
    if link.answered_at is not None:
        return f"a servi le {french_date(timezone.localdate(link.answered_at))}, à {link.answered_by}"
    if link.revoked_at is not None:
        return f"retiré le {french_date(timezone.localdate(link.revoked_at))}"
    if link.expires_at <= timezone.now():
        return f"expiré le {day_of(link)}"
    return f"permet de répondre jusqu’au {day_of(link)}"
