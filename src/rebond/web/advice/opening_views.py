"""A project is given to an adviser; or all those that have none, each to the one that the study proposes."""

from __future__ import annotations

from collections import Counter
from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from rebond.errors import FactsError
from rebond.web.accounts.models import User
from rebond.web.advice.acts import LONGEST_NAME, Sent, advisers, read_many, read_opening
from rebond.web.advice.advised import WITHOUT, advised
from rebond.web.catalogue.reading import organisation_name
from rebond.web.editing.gestures import save
from rebond.web.journal.models import Act
from rebond.web.journal.writing import author_of
from rebond.web.missions.access import changing, page
from rebond.web.missions.models import Mission

_UNREADABLE = 422


@require_http_methods(["GET", "HEAD", "POST"])
@changing
def open_one(request: HttpRequest, mission: Mission, ref: str) -> HttpResponse:
    """The form that gives one project to an adviser."""
    user, on = cast(User, request.user), timezone.localdate()
    rows = advised(user, mission, on)
    row = next((each for each in rows if each.project.ref == ref), None)
    if row is None:
        raise Http404
    if row.accompaniment is not None and row.accompaniment.is_open:
        return redirect("advice:sheet", mission.slug, row.accompaniment.ref)
    sent = Sent(typed={"conseil": row.proposed})
    if request.method == "POST":
        sent = read_opening(request.POST.dict(), mission, ref, on=on)
        if not sent.errors and _saved(mission, sent, user):
            messages.success(request, "Accompagnement ouvert.")
            return redirect("advice:sheet", mission.slug, next(ref for _, ref in sent.wanted))
    context = {
        "row": row,
        "project": row.project,
        "sent": sent.typed,
        "errors": sent.errors,
        "advisers": advisers([each.proposed for each in (row, *rows) if each.proposed]),
        "longest_name": LONGEST_NAME,
    }
    response = page(request, mission, "advice/open.html", "advice", context)
    response.status_code = _UNREADABLE if sent.errors else 200
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@changing
def open_many(request: HttpRequest, mission: Mission) -> HttpResponse:
    """What the study proposes for all the projects without adviser, to be confirmed at once."""
    user, on = cast(User, request.user), timezone.localdate()
    waiting = [row for row in advised(user, mission, on) if row.state == WITHOUT and row.proposed]
    sent = Sent(typed={})
    if request.method == "POST":
        # What was shown is what is opened: a study made meanwhile proposes on the next page.
        confirmed = set(request.POST.getlist("projet"))
        pairs = [(row.project.ref, row.proposed) for row in waiting if row.project.ref in confirmed]
        sent = read_many(request.POST.dict(), mission, pairs, on=on)
        if not pairs:
            sent.errors.setdefault("projet", "Cochez au moins un projet.")
        if not sent.errors and _saved(mission, sent, user):
            many = len(pairs) > 1
            messages.success(request, f"{len(pairs)} accompagnement{'s' * many} ouvert{'s' * many}.")
            return redirect(reverse("advice:list", args=[mission.slug]))
    by_adviser = Counter(row.proposed for row in waiting)
    context = {
        "waiting": waiting,
        "by_adviser": [(organisation_name(code), count) for code, count in by_adviser.most_common()],
        "checked": set(request.POST.getlist("projet")) if request.method == "POST" else None,
        "sent": sent.typed,
        "errors": sent.errors,
    }
    response = page(request, mission, "advice/open_many.html", "advice", context)
    response.status_code = _UNREADABLE if sent.errors else 200
    return response


def _saved(mission: Mission, sent: Sent, user: User) -> bool:
    """Write what was asked; ``False`` with the fault in the form when the mission would not hold together."""
    try:
        save(mission, sent.wanted, by=author_of(user), act=Act.DECIDED)
    except FactsError as error:
        sent.errors["projet"] = " ".join(str(each) for each in error.faults)
        return False
    return True
