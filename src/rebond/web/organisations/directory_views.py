"""The organisations of the instance, and who stands for them: in the missions that one pilots, or beside oneself.

Who looks after the instance sees who works where, and no mission by that right.
"""

from __future__ import annotations

from itertools import groupby
from typing import cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from rebond.web.accounts.models import User
from rebond.web.exchange.life_views import for_administrators
from rebond.web.journal.writing import author_of
from rebond.web.missions.models import Membership, Mission, Role
from rebond.web.organisations.adopting import adopt
from rebond.web.organisations.directory_forms import AdoptForm, ColleagueForm, OrganisationForm
from rebond.web.organisations.letters import send_invitation, tell_pilots
from rebond.web.organisations.models import Affiliation, Invitation, Organisation
from rebond.web.organisations.people import Seat, invite, open_invitations

MOST_WAITING = 10
"""Invitations of one person that nobody answered yet: the site is no way to write to strangers."""
_UNREADABLE = 422
_NOT_SENT = "L’invitation est enregistrée, mais le courriel n’est pas parti : le pilote peut la renvoyer."


@require_http_methods(["GET", "HEAD", "POST"])
def organisations(request: HttpRequest) -> HttpResponse:
    """Those that the person may see; who looks after the instance adopts one of the catalogue."""
    user = cast(User, request.user)
    if request.method == "POST" and not user.is_staff:
        raise PermissionDenied
    form = AdoptForm(request.POST if request.method == "POST" else None) if user.is_staff else None
    if form is not None and request.method == "POST" and form.is_valid():
        made = adopt(form.cleaned_data["code"])
        messages.success(request, f"{made} fait maintenant partie des organisations de l’instance.")
        return redirect("directory:organisation", made.pk)
    rows = Organisation.objects.visible_to(user).order_by("name")
    status = _UNREADABLE if form is not None and form.errors else 200
    return render(request, "organisations/directory.html", {"rows": rows, "form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def organisation(request: HttpRequest, number: int) -> HttpResponse:
    """What it is, its people by mission; a partner invites a colleague into the same part."""
    user = cast(User, request.user)
    held = get_object_or_404(Organisation.objects.visible_to(user), pk=number)
    missions = _where_partner(user, held)
    if request.method == "POST" and (not missions or user.supported_by is not None):
        # In a session of help nobody is invited in the person's name.
        raise PermissionDenied
    form = ColleagueForm(request.POST if request.method == "POST" else None, missions=missions) if missions else None
    if form is not None and form.is_bound and form.is_valid() and _invited(request, user, held, form):
        return redirect("directory:organisation", held.pk)
    parts = Membership.objects.visible_to(user).filter(organisation=held).select_related("user", "mission")
    parts = parts.order_by("mission__name", "mission_id", "user__last_name", "user__username", "role")
    works = Affiliation.objects.visible_to(user).filter(organisation=held).select_related("user")
    teams = {row.user_id: row.team for row in works}
    context = {
        "organisation": held,
        "may_change": Organisation.objects.may_change(user).filter(pk=held.pk).exists(),
        "works": works.order_by("team", "user__last_name", "user__username") if user.is_staff else None,
        "by_mission": [
            (mission, [(part, teams.get(part.user_id, "")) for part in rows])
            for mission, rows in groupby(parts, key=lambda part: part.mission)
        ],
        "invitations": _waiting(user).filter(organisation=held).select_related("mission"),
        "form": form,
    }
    status = _UNREADABLE if form is not None and form.errors else 200
    return render(request, "organisations/organisation.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def change(request: HttpRequest, number: int) -> HttpResponse:
    """Its kind and its territory, for every mission of the instance."""
    user = cast(User, request.user)
    held = get_object_or_404(Organisation.objects.may_change(user), pk=number)
    form = OrganisationForm(request.POST if request.method == "POST" else None, instance=held)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "L’organisation est enregistrée.")
        return redirect("directory:organisation", held.pk)
    context = {"form": form, "number": held.pk}
    return render(request, "organisations/organisation_form.html", context, status=_UNREADABLE if form.errors else 200)


def _where_partner(user: User, held: Organisation) -> list[Mission]:
    """The missions, not archived, in which the person is a partner in the name of that organisation."""
    parts = Membership.objects.filter(user=user, organisation=held, role=Role.PARTNER)
    return list(Mission.objects.visible_to(user).current().filter(pk__in=parts.values("mission")))


def _waiting(user: User) -> models.QuerySet[Invitation]:
    return open_invitations(Invitation.objects.visible_to(user)).filter(invited_by=user)


def _invited(request: HttpRequest, user: User, held: Organisation, form: ColleagueForm) -> bool:
    """Invite; ``False`` when too many wait for an answer."""
    if _waiting(user).count() >= MOST_WAITING:
        form.add_error(None, f"{MOST_WAITING} de vos invitations attendent une réponse : le pilote peut en retirer.")
        return False
    seat = Seat(role=Role.PARTNER, organisation=held)
    invitation, secret = invite(form.chosen, form.cleaned_data["email"], seat, by=author_of(user))
    tell_pilots(request, invitation)
    if send_invitation(request, invitation, secret):
        messages.success(request, f"Invitation envoyée à {invitation.email}. Le pilote en est averti.")
    else:
        messages.error(request, _NOT_SENT)
    return True
