"""The people of a mission, for its pilot: who takes part, who is invited, who left."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST

from rebond.web.accounts.models import User
from rebond.web.journal.writing import author_of
from rebond.web.missions.access import for_roles, of_any_part, page, roles_in
from rebond.web.missions.models import Membership, Mission, Role
from rebond.web.missions.querysets import MissionDataQuerySet
from rebond.web.organisations import people as acts
from rebond.web.organisations.forms import InvitationForm, SeatForm, choice_of
from rebond.web.organisations.letters import send_invitation
from rebond.web.organisations.models import Invitation

_UNREADABLE = 422
_SECTION = "people"
_NOT_SENT = "L’invitation est enregistrée, mais le courriel n’est pas parti : réessayez avec « Renvoyer »."


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.PILOT)
def people(request: HttpRequest, mission: Mission) -> HttpResponse:
    """Everyone, and the form that invites one more: it answers the same whether the address has an account or not."""
    user = cast(User, request.user)
    form = InvitationForm(request.POST or None, mission=mission, user=user)
    if request.method == "POST" and form.is_valid():
        email, by = form.cleaned_data["email"], author_of(user)
        invitation, secret = acts.invite(mission, email, form.seat(), by=by)
        _say_sent(request, invitation, secret)
        return redirect("organisations:people", mission.slug)
    parts = Membership.ever.visible_to(user).of(mission).select_related("user", "organisation", "firm")
    context = {
        "form": form,
        "parts": parts.filter(left_at=None).order_by("user__last_name", "user__username", "role"),
        "left": parts.exclude(left_at=None).order_by("-left_at"),
        "invitations": acts.open_invitations(Invitation.objects.visible_to(user).of(mission)),
    }
    response = page(request, mission, "organisations/people.html", _SECTION, context)
    response.status_code = _UNREADABLE if form.errors else 200
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.PILOT)
def change(request: HttpRequest, mission: Mission, part: int) -> HttpResponse:
    """Another role, or for someone else."""
    user = cast(User, request.user)
    held = get_object_or_404(_parts(mission, user), pk=part)
    firm = held.firm
    start = {"role": held.role, "organisation": choice_of(held.organisation), "firm": firm.ref if firm else ""}
    form = SeatForm(request.POST or None, mission=mission, user=user, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            acts.change(held, form.seat(), by=author_of(user))
        except acts.PartError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Le rôle est changé.")
            return redirect("organisations:people", mission.slug)
    response = page(request, mission, "organisations/change.html", _SECTION, {"form": form, "part": held})
    response.status_code = _UNREADABLE if form.errors else 200
    return response


@require_POST
@of_any_part
def leave(request: HttpRequest, mission: Mission, part: int) -> HttpResponse:
    """The pilot ends anyone's part, each person his or her own."""
    user = cast(User, request.user)
    held = _parts(mission, user).filter(pk=part).first()
    if held is None:
        raise Http404 if Role.PILOT in roles_in(mission) else PermissionDenied
    try:
        acts.leave(held, by=author_of(user), reason=request.POST.get("motif", "").strip()[:300])
    except acts.PartError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{held.user} ne voit plus la mission sous ce rôle ; ce qui a été fait reste.")
    back = "organisations:people" if Role.PILOT in roles_in(mission) and held.user_id != user.pk else "accounts:mine"
    return redirect(back, mission.slug) if back == "organisations:people" else redirect(back)


@require_POST
@for_roles(Role.PILOT)
def send_again(request: HttpRequest, mission: Mission, invitation: int) -> HttpResponse:
    """A new link; the one sent before opens nothing any more."""
    held = _invitation(request, mission, invitation)
    secret = acts.renew(held, by=author_of(cast(User, request.user)))
    held.refresh_from_db()
    _say_sent(request, held, secret)
    return redirect("organisations:people", mission.slug)


@require_POST
@for_roles(Role.PILOT)
def revoke(request: HttpRequest, mission: Mission, invitation: int) -> HttpResponse:
    """Nobody joins by this link any more."""
    held = _invitation(request, mission, invitation)
    acts.revoke(held, by=author_of(cast(User, request.user)))
    messages.success(request, "L’invitation est retirée : son lien n’ouvre plus rien.")
    return redirect("organisations:people", mission.slug)


def _invitation(request: HttpRequest, mission: Mission, number: int) -> Invitation:
    rows = Invitation.objects.may_change(request.user).of(mission)
    return get_object_or_404(acts.open_invitations(rows), pk=number)


def _parts(mission: Mission, user: User) -> MissionDataQuerySet[Membership]:
    return Membership.objects.may_change(user).of(mission).select_related("user", "organisation", "firm", "mission")


def _say_sent(request: HttpRequest, invitation: Invitation, secret: str) -> None:
    if send_invitation(request, invitation, secret):
        messages.success(request, f"Invitation envoyée à {invitation.email}.")
    else:
        messages.error(request, _NOT_SENT)
