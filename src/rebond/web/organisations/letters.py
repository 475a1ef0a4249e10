"""The letter of an invitation."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse

from rebond.web.mail import letter, send
from rebond.web.organisations.models import Invitation
from rebond.web.organisations.people import seat_of


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
