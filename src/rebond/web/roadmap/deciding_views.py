"""What the pilot makes of proposals: adopted, one by one or several at once, or set aside with a reason; taken back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from rebond.errors import FactsError
from rebond.history import Kind
from rebond.web.accounts.models import User
from rebond.web.editing.decided import fault_of_reason, take_back, told_at
from rebond.web.editing.gestures import ClashError, Done, save
from rebond.web.journal.models import Act
from rebond.web.journal.writing import LONGEST_REASON, author_of
from rebond.web.missions.access import for_roles, page
from rebond.web.missions.models import Mission, Role
from rebond.web.roadmap.adopting import adopted, set_aside
from rebond.web.roadmap.lines import left_to_settle
from rebond.web.studies.models import Action
from rebond.web.wording import ended


@require_POST
@transaction.atomic
@for_roles(Role.PILOT)
def adopt(request: HttpRequest, mission: Mission) -> HttpResponse:
    """Adopt the ticked proposals in one gesture; one that was settled meanwhile is left, and said."""
    address = reverse("roadmap:roadmap", args=[mission.slug])
    asked = set(request.POST.getlist("proposition"))
    rows = [row for row in _open_proposals(request, mission) if row.code in asked]
    if not rows:
        messages.error(request, "Rien n’est adopté : cochez au moins une action proposée.")
        return redirect(address)
    if len(rows) < len(asked):
        messages.warning(request, "Une action cochée était déjà réglée, ou n’est plus proposée : elle est laissée.")
    wanted = adopted(mission, rows, by=str(request.user), on=timezone.localdate())
    done = _decided(request, mission, wanted)
    return redirect(address) if done is None else told_at(request, address, done)


@require_http_methods(["GET", "HEAD", "POST"])
@transaction.atomic
@for_roles(Role.PILOT)
def leave(request: HttpRequest, mission: Mission, key: str) -> HttpResponse:
    """Set a proposal aside, with its reason."""
    row = next((each for each in _open_proposals(request, mission) if each.code == key), None)
    if row is None:
        raise Http404
    reason, error = request.POST.get("motif", "").strip(), ""
    if request.method == "POST":
        error = fault_of_reason(reason, "Écrivez le motif : on le demandera au prochain comité.")
        if not error:
            wanted = set_aside(mission, row, reason, by=str(request.user), on=timezone.localdate())
            done = _decided(request, mission, wanted)
            address = reverse("roadmap:roadmap", args=[mission.slug])
            return redirect(address) if done is None else told_at(request, address, done)
    context = {"proposal": row, "reason": reason, "error": error, "longest": LONGEST_REASON}
    response = page(request, mission, "roadmap/leave.html", "roadmap", context)
    response.status_code = 422 if error else 200
    return response


@require_POST
@for_roles(Role.PILOT)
def undo(request: HttpRequest, mission: Mission) -> HttpResponse:
    """Take back what was adopted or set aside, if nobody changed it since."""
    address = reverse("roadmap:roadmap", args=[mission.slug])
    try:
        _, done = take_back(request, mission, Kind.ACTION)
    except ClashError:
        messages.error(request, "Quelqu’un a changé ces actions depuis : rien n’est annulé.")
    except FactsError as refused:
        messages.error(request, " ".join(ended(str(fault)) for fault in refused.faults))
    else:
        return told_at(request, address, done)
    return redirect(address)


def _open_proposals(request: HttpRequest, mission: Mission) -> list[Action]:
    """Those that nobody settled; on the way to settle one, nobody else does meanwhile: references are given once."""
    if request.method == "POST":
        Mission.objects.select_for_update().filter(pk=mission.pk).first()
    return list(left_to_settle(request.user, mission))


def _decided(request: HttpRequest, mission: Mission, wanted: Mapping[Any, Any]) -> Done | None:
    try:
        return save(mission, wanted, by=author_of(cast(User, request.user)), act=Act.DECIDED)
    except (ClashError, FactsError) as refused:
        faults = refused.faults if isinstance(refused, FactsError) else ()
        messages.error(
            request, " ".join(ended(str(fault)) for fault in faults) or "Quelqu’un d’autre vient de décider."
        )
        return None
