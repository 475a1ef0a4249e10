"""How a view gets the mission of its address: only one that the person may read; and who may change it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render

from rebond.web.missions.models import Membership, Mission, Role

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from rebond.web.accounts.models import User

CHANGING = frozenset({Role.PILOT, Role.CONSULTANT})
"""The roles that enter and correct the facts of a mission."""
View = Callable[..., HttpResponseBase]


def of_mission(view: View) -> View:
    """Give the view the mission named in the address; 404 when it does not exist for this person."""

    @wraps(view)
    def wrapped(request: HttpRequest, mission: str, **kwargs: Any) -> HttpResponseBase:
        # The role comes in the same query: the join is that of ``visible_to``.
        missions = Mission.objects.visible_to(request.user).annotate(role_of_reader=F("memberships__role"))
        found = get_object_or_404(missions, slug=mission)
        return view(request, found, **kwargs)

    return wrapped


def for_roles(*roles: Role) -> Callable[[View], View]:
    """As ``of_mission``, for people who have one of these parts in the mission: 403 for the others."""

    def decorated(view: View) -> View:
        @of_mission
        @wraps(view)
        def wrapped(request: HttpRequest, mission: Mission, **kwargs: Any) -> HttpResponseBase:
            if role_in(mission) not in roles:
                raise PermissionDenied
            return view(request, mission, **kwargs)

        return wrapped

    return decorated


def role_in(mission: Mission) -> str:
    """The part that the person who asks has in the mission that a view was given (``of_mission``)."""
    return str(getattr(mission, "role_of_reader", ""))


def may_change(user: User | AnonymousUser, mission: Mission) -> bool:
    """Whether a person may enter, correct, withdraw and undo in a mission."""
    role = getattr(mission, "role_of_reader", None)
    if role is None and user.is_authenticated:
        parts = Membership.objects.visible_to(user).of(mission).filter(user_id=user.pk)
        role = parts.values_list("role", flat=True).first()
    return role in CHANGING


def changing(view: View) -> View:
    """Only for those who may change the mission of the address; 403 for its other readers."""

    @wraps(view)
    def wrapped(request: HttpRequest, mission: Mission, **kwargs: Any) -> HttpResponseBase:
        if not may_change(request.user, mission):
            raise PermissionDenied
        return view(request, mission, **kwargs)

    return of_mission(wrapped)


def page(
    request: HttpRequest, mission: Mission, template: str, section: str, context: Mapping[str, Any]
) -> HttpResponse:
    """A page of a mission, with the study it shows; ``section`` is the entry of the menu it belongs to."""
    shown = {
        "mission": mission,
        "study": mission.current_study,
        "section": section,
        "may_change": may_change(request.user, mission),
        **context,
    }
    return render(request, template, shown)


def without_study(request: HttpRequest, mission: Mission, section: str, title: str) -> HttpResponse:
    """In place of a page that has nothing to show before the first study."""
    return page(request, mission, "studies/none.html", section, {"title": title})
