"""How a view gets the mission of its address: only one that the person may read; and who may change it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db.models import F, Value
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from rebond.web.missions.models import Mission, Role

if TYPE_CHECKING:
    from rebond.web.accounts.models import User

TEAM = frozenset({Role.PILOT, Role.CONSULTANT})
"""Those who work on the whole mission: its facts are theirs to enter, partners' lines theirs to read."""
SITTING = TEAM | {Role.COMMITTEE}
"""Those who follow a session of the committee."""
View = Callable[..., HttpResponseBase]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of the person who asks: a role, and for which organisation or firm (their numbers)."""

    role: Role
    organisation: int | None = None
    code: str = ""
    """Key of the organisation in the catalogue: that of referrals."""
    firm: int | None = None
    named: str = ""
    """Whom it stands for, in words."""


_STRENGTH = {
    role: rank
    for rank, role in enumerate(
        (Role.PILOT, Role.CONSULTANT, Role.COMMITTEE, Role.PARTNER, Role.FIRM, Role.OBSERVER), start=1
    )
}
"""From the role that may do most to the one that sees least."""
_PARTS = {
    "role_of_reader": F("memberships__role"),
    "organisation_of_reader": F("memberships__organisation_id"),
    "code_of_reader": F("memberships__organisation__code"),
    "firm_of_reader": F("memberships__firm_id"),
    "named_of_reader": Coalesce("memberships__firm__name", "memberships__organisation__name", Value("")),
}


def _part_of(row: Any) -> Part:
    return Part(
        role=Role(row.role_of_reader),
        organisation=row.organisation_of_reader,
        code=row.code_of_reader or "",
        firm=row.firm_of_reader,
        named=row.named_of_reader,
    )


def of_any_part(view: View) -> View:
    """Give the view the mission named in the address, whatever the part of who asks; 404 for who has none.

    Only for pages that show each role what it may see (``disclosure``), or nothing of the mission.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, mission: str, **kwargs: Any) -> HttpResponseBase:
        # The parts come in the same query: one row each, the join is that of ``visible_to``.
        rows = Mission.objects.visible_to(request.user).filter(slug=mission).annotate(**_PARTS)
        found = next(iter(rows), None)
        if found is None:
            raise Http404
        parts = [_part_of(row) for row in rows]
        found.parts_of_reader = tuple(sorted(parts, key=lambda part: _STRENGTH[part.role]))  # type: ignore[attr-defined]  # told by the view's decorator alone
        request.mission_read = found  # type: ignore[attr-defined]  # for the journal of readings
        return view(request, found, **kwargs)

    return wrapped


def missions_of(user: User) -> list[Mission]:
    """The missions that a person takes part in, each with his or her parts there, as views are given it."""
    found: dict[int, Mission] = {}
    parts: dict[int, list[Part]] = {}
    for row in Mission.objects.visible_to(user).annotate(**_PARTS).order_by("name", "pk"):
        found.setdefault(row.pk, row)
        parts.setdefault(row.pk, []).append(_part_of(row))
    for number, mission in found.items():
        mission.parts_of_reader = tuple(sorted(parts[number], key=lambda part: _STRENGTH[part.role]))  # type: ignore[attr-defined]  # told here and by the views' decorator alone
    return list(found.values())


def for_roles(*roles: Role) -> Callable[[View], View]:
    """As ``of_any_part``, for people who have one of these parts in the mission: 403 for the others."""

    def decorated(view: View) -> View:
        @wraps(view)
        def wrapped(request: HttpRequest, mission: Mission, **kwargs: Any) -> HttpResponseBase:
            if roles_in(mission).isdisjoint(roles):
                raise PermissionDenied
            return view(request, mission, **kwargs)

        return of_any_part(wrapped)

    return decorated


of_mission = for_roles(*TEAM)
"""What a page of a mission is unless it says otherwise: for those who work on the whole mission; 403 for its others."""
changing = of_mission
"""Its name where the page changes something: those who work on a mission may all change its facts."""


def read_by(roles: Collection[Role]) -> Callable[[View], View]:
    """A page that some roles read and only the pilot acts on; the view is told ``may_decide``."""

    def decorated(view: View) -> View:
        @wraps(view)
        def wrapped(request: HttpRequest, mission: Mission, **kwargs: Any) -> HttpResponseBase:
            is_pilot = Role.PILOT in roles_in(mission)
            if request.method == "POST" and not is_pilot:
                raise PermissionDenied
            return view(request, mission, may_decide=is_pilot, **kwargs)

        return for_roles(*roles)(wrapped)

    return decorated


def parts_in(mission: Mission) -> tuple[Part, ...]:
    """Every part of the person who asks in the mission that a view was given (``of_any_part``), the strongest first."""
    found: tuple[Part, ...] = getattr(mission, "parts_of_reader", ())
    return found


def firms_in(mission: Mission) -> frozenset[int]:
    """The firms that the person who asks speaks for, by their numbers."""
    return frozenset(part.firm for part in parts_in(mission) if part.role == Role.FIRM and part.firm is not None)


def roles_in(mission: Mission) -> frozenset[Role]:
    """The roles of the person who asks: what any of them may do, the person may."""
    return frozenset(part.role for part in parts_in(mission))


def role_in(mission: Mission) -> str:
    """The strongest of these roles; empty for who has none."""
    return next((str(part.role) for part in parts_in(mission)), "")


def page(
    request: HttpRequest, mission: Mission, template: str, section: str, context: Mapping[str, Any]
) -> HttpResponse:
    """A page of a mission, with the study it shows; ``section`` is the entry of the menu it belongs to."""
    shown = {
        "mission": mission,
        "study": mission.current_study,
        "section": section,
        "may_change": not roles_in(mission).isdisjoint(TEAM),
        "is_pilot": Role.PILOT in roles_in(mission),
        **context,
    }
    return render(request, template, shown)


def without_study(request: HttpRequest, mission: Mission, section: str, title: str) -> HttpResponse:
    """In place of a page that has nothing to show before the first study."""
    return page(request, mission, "studies/none.html", section, {"title": title})
