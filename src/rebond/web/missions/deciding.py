"""Who settles what the mission decides: its pilot. Others who may read it see it without a button, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from rebond.web.missions.access import View, of_mission
from rebond.web.missions.models import Membership, Mission, Role

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from rebond.web.accounts.models import User

TEAM = frozenset({Role.PILOT, Role.CONSULTANT})
"""Those who work on the whole mission: partners' lines of all partners are theirs to read."""
SITTING = TEAM | {Role.COMMITTEE}
"""Those who follow a session of the committee."""


def role_in(user: User | AnonymousUser, mission: Mission) -> str:
    """The role of a person in a mission; empty without any."""
    if not user.is_authenticated:
        return ""
    role = Membership.objects.visible_to(user).of(mission).filter(user_id=user.pk).values_list("role", flat=True)
    return role.first() or ""


def may_decide(user: User | AnonymousUser, mission: Mission) -> bool:
    """Whether a person settles links, records the committee's decisions, marks and levels."""
    return role_in(user, mission) == Role.PILOT


def read_by(roles: Collection[str]) -> Callable[[View], View]:
    """A page that some roles read and the pilot acts on (``may_decide``); 403 for the mission's other people."""

    def decorated(view: View) -> View:
        @wraps(view)
        def wrapped(request: HttpRequest, mission: Mission, **kwargs: Any) -> HttpResponseBase:
            role = role_in(request.user, mission)
            if role not in roles or (role != Role.PILOT and request.method == "POST"):
                raise PermissionDenied
            return view(request, mission, may_decide=role == Role.PILOT, **kwargs)

        return of_mission(wrapped)

    return decorated
