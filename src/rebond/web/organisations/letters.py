"""The letter of an invitation."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse

from rebond.web.mail import letter, send, send_later
from rebond.web.organisations.models import Invitation
from rebond.web.organisations.people import seat_of, told_of_invitations


def send_invitation(request: HttpRequest, invitation: Invitation, secret: str) -> bool:
    """Whether the letter left; its link is written nowhere else."""
    mission = invitation.mission
    context = {
        "mission": mission,
        "invitation": invitation,
        "seat": seat_of(invitation).words,
        "link": request.build_absolute_uri(reverse("join", args=[secret])),
    }
    return send(letter(invitation.email, f"Invitation : {mission.name}", "organisations/invitation.txt", context))


def tell_pilots(request: HttpRequest, invitation: Invitation) -> None:
    """A colleague was invited by someone else than a pilot, who may withdraw it."""
    mission = invitation.mission
    link = request.build_absolute_uri(reverse("organisations:people", args=[mission.slug]))
    context = {"mission": mission, "invitation": invitation, "seat": seat_of(invitation).words, "link": link}
    subject = f"Un collègue est invité : {mission.name}"
    for address in told_of_invitations(mission):
        send_later(letter(address, subject, "organisations/colleague_invited.txt", context))
