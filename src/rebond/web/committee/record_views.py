"""Freeze the sitting, read a frozen one, open the one that follows it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rebond.web.accounts.models import User
from rebond.web.committee.closing import closing, seen_of
from rebond.web.committee.freezing import freeze, is_intact
from rebond.web.committee.letters import KINDS, amount_told, is_early
from rebond.web.committee.models import FrozenDecision, FrozenSitting
from rebond.web.committee.sittings import ClosedError, follow, sitting_of
from rebond.web.committee.views import CONFLICT, UNREADABLE, screen_page
from rebond.web.guard.heavy import heavy
from rebond.web.missions.access import SITTING, TEAM, for_roles, page, read_by, roles_in
from rebond.web.missions.models import Mission, Role
from rebond.web.portfolio.models import CommitteeDecision

_AMOUNTS = ("montant_propose", "montant")


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.PILOT)
@heavy
def freeze_sitting(request: HttpRequest, mission: Mission) -> HttpResponse:
    """What would be frozen, read once more; a POST freezes it."""
    user = cast(User, request.user)
    sitting, status = sitting_of(mission), 200
    faults: list[str] = []
    if request.method == "POST":
        try:
            found = freeze(
                mission, by=user, seen=request.POST.get("vu", ""), reason=request.POST.get("motif", "").strip()
            )
        except ClosedError as closed:
            return screen_page(request, mission, may_decide=True, warning=str(closed), status=CONFLICT)
        if isinstance(found, FrozenSitting):
            messages.success(request, f"Séance nº {found.number} gelée : rien n’en change plus.")
            return redirect("committee:record", mission.slug, found.number)
        faults, status = found, UNREADABLE
    elif sitting.frozen_at is not None:
        return redirect("committee:record", mission.slug, sitting.number)
    ready = closing(user, mission, sitting)
    context = {
        "sitting": sitting,
        "is_ahead": sitting.held_on > timezone.localdate(),
        "closing": ready,
        "faults": faults or list(ready.faults),
        "seen": seen_of(ready),
        "reason": request.POST.get("motif", ""),
    }
    response = page(request, mission, "committee/freeze.html", "committee", context)
    response.status_code = status
    return response


@require_POST
@read_by(SITTING)
def follow_up(request: HttpRequest, mission: Mission, *, may_decide: bool) -> HttpResponse:
    """Open the sitting that follows the frozen one."""
    try:
        errors = follow(mission, request.POST.get("motif_suite", "").strip(), by=cast(User, request.user))
    except ClosedError as closed:
        return screen_page(request, mission, may_decide=may_decide, warning=str(closed), status=CONFLICT)
    if errors:
        return screen_page(
            request, mission, may_decide=may_decide, errors=errors, sent=request.POST.dict(), status=UNREADABLE
        )
    messages.success(request, "La séance qui suit est ouverte : ses décisions peuvent changer.")
    return redirect("committee:screen", mission.slug)


@require_safe
@read_by(SITTING)
def record(request: HttpRequest, mission: Mission, number: int, *, may_decide: bool) -> HttpResponse:
    """A frozen sitting, as the committee reads it; the team finds the letters there."""
    frozen = get_object_or_404(FrozenSitting.objects.visible_to(request.user).of(mission), number=number)
    is_team = not roles_in(mission).isdisjoint(TEAM)
    letters = list(FrozenDecision.objects.visible_to(request.user).of(mission).filter(number=number))
    labels = dict(CommitteeDecision.Outcome.choices)
    held_on = date.fromisoformat(frozen.content["tenue_le"])
    context = {
        "frozen": frozen,
        "said": frozen.content,
        "sums": _sums(frozen, letters),
        "held_on": held_on,
        "early": is_early(frozen),
        "lines": [
            (row, labels.get(row["decision"], row["decision"]), *(amount_told(row, key) for key in _AMOUNTS))
            for row in frozen.content["lignes"]
        ],
        "letters": [(each, labels.get(each.outcome, each.outcome)) for each in letters if each.outcome in KINDS],
        "is_team": is_team,
        "intact": is_intact(frozen),
        "may_decide": may_decide,
    }
    return page(request, mission, "committee/record.html", "committee", context)


def _sums(frozen: FrozenSitting, decisions: Sequence[FrozenDecision]) -> dict[str, Any]:
    """What was granted and what is left: as the committee reads it, whole for who reads the decisions themselves."""
    said = frozen.content
    if not decisions:
        return {name: said.get(name, "") for name in ("retenus", "accorde", "reste", "accorde_ailleurs")}
    granted = [each for each in decisions if each.outcome == CommitteeDecision.Outcome.RETAINED]
    total = sum((each.amount or Decimal(0) for each in granted), Decimal(0))
    return {"retenus": len(granted), "accorde": str(total), "reste": str(Decimal(said["enveloppe"]) - total)}
