"""Several referrals at once: closed, or sent again with a new day; one gesture, whole or not at all."""

from __future__ import annotations

from datetime import date
from typing import cast

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from rebond.errors import FactsError
from rebond.facts import UNKNOWN, ReferralState
from rebond.reading.dates import read_date
from rebond.reading.problem import Unreadable
from rebond.referrals.followed import Side, next_states
from rebond.restitution.typography import typeset
from rebond.web.accounts.models import User
from rebond.web.answering.delays import delays
from rebond.web.journal.writing import LONGEST_REASON, author_of
from rebond.web.missions.access import for_roles, page
from rebond.web.missions.models import Mission, Role
from rebond.web.referrals.discretion import refused, tells
from rebond.web.referrals.gestures import Said, add_steps
from rebond.web.referrals.letters import keep_addresses, read_addresses, send_letters
from rebond.web.referrals.models import SentReferral
from rebond.web.referrals.reading import Line, lines_for_organisations, lines_for_team, named_to
from rebond.web.referrals.recipients import recipients
from rebond.web.wording import ended, mending

GESTURES = {"clore": ReferralState.CLOSED, "relancer": ReferralState.SENT}
_UNREADABLE = 422
_MOST = 500


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.PILOT)
def many(request: HttpRequest, mission: Mission) -> HttpResponse:
    """What would be closed or sent again, and what may not be; a POST does it."""
    gesture = request.GET.get("geste", "")
    if gesture not in GESTURES:
        raise Http404
    today = timezone.localdate()
    state = GESTURES[gesture]
    asked = (request.POST if request.method == "POST" else request.GET).getlist("ligne")[:_MOST]
    rows = SentReferral.objects.visible_to(request.user).of(mission).filter(ref__in=asked)
    lines = lines_for_team(rows, today)
    able = [each for each in lines if state in next_states(each.followed, Side.MISSION)]
    typed = {
        "motif": request.POST.get("motif", "").strip(),
        "avant": request.POST.get("avant", f"{today + delays().answer:%d/%m/%Y}").strip(),
    }
    codes = {each.row.organisation: each.organisation for each in able} if gesture == "relancer" else {}
    written = {code: request.POST.get(f"adresses-{code}", "").strip() for code in codes}
    errors: dict[str, str] = {}
    if request.method == "POST":
        errors, answer_by = _faults(typed, gesture, able, today)
        addresses, wrong = read_addresses(written)
        errors |= wrong
        if not errors:
            said = Said(state=state, reason=typed["motif"], answer_by=answer_by or UNKNOWN)
            try:
                _done(request, mission, gesture, able, said, addresses, today)
            except FactsError as error:
                errors["lignes"] = " ".join(ended(f"{each.where} : {each.problem}") for each in error.faults)
            else:
                return redirect("referrals:sent", mission.slug)
    context = {
        "gesture": gesture,
        "able": able,
        "unable": [each for each in lines if each not in able],
        "typed": typed,
        "errors": errors,
        "to": [
            (f"adresses-{code}", name, recipients(mission, code), written[code], errors.get(f"adresses-{code}", ""))
            for code, name in codes.items()
        ],
        "longest": LONGEST_REASON,
        "back": reverse("referrals:sent", args=[mission.slug]),
    }
    response = page(request, mission, "referrals/many.html", "referrals", context)
    response.status_code = _UNREADABLE if errors else 200
    return response


def _faults(typed: dict[str, str], gesture: str, able: list[Line], today: date) -> tuple[dict[str, str], date | None]:
    errors: dict[str, str] = {}
    answer_by = None
    if not able:
        errors["lignes"] = "Aucune de ces orientations ne le permet : revenez à la liste et choisissez-en d’autres."
    if len(typed["motif"]) > LONGEST_REASON:
        errors["motif"] = f"{len(typed['motif'])} caractères, {LONGEST_REASON} au plus."
    elif told := _given_away(typed["motif"], able):
        errors["motif"] = refused(told)
    if gesture == "relancer":
        try:
            day = read_date(typed["avant"]).value
            if day is UNKNOWN or day <= today:
                errors["avant"] = "Donnez une date à venir."
            else:
                answer_by = day
        except Unreadable as fault:
            errors["avant"] = mending(fault)
    return errors, answer_by


def _given_away(words: str, able: list[Line]) -> list[str]:
    """The code names of the projects that these words would name to organisations that may not know them."""
    telling = (named_to(each.row) for each in able if tells(words, each.row.project))
    return sorted(each.name for each in telling if not each.named)


@transaction.atomic
def _done(
    request: HttpRequest,
    mission: Mission,
    gesture: str,
    able: list[Line],
    said: Said,
    addresses: list[tuple[str, str]],
    today: date,
) -> None:
    by = author_of(cast(User, request.user))
    refs = [each.ref for each in able]
    seen = {ref: request.POST.get(f"vu-{ref}", "") for ref in refs}
    add_steps(mission, dict.fromkeys(refs, said), by=by, side=Side.MISSION, on=today, reason=said.reason, seen=seen)
    keep_addresses(mission, addresses, by=by)
    number = len(refs)
    if gesture == "clore":
        told = f"{number} orientation{'s closes' if number > 1 else ' close'}."
        messages.success(request, typeset(told))
        return

    def letters() -> None:
        sent = SentReferral.objects.visible_to(request.user).of(mission).filter(ref__in=refs)
        left = 0
        for code in sorted({each.row.organisation for each in able}):
            lines = lines_for_organisations(mission, sent, [code], today)
            left += send_letters(mission, lines, by=by, absolute=request.build_absolute_uri, again=True)
        plural = "s" if number > 1 else ""
        said_of = f"{left} lettre{'s partent' if left > 1 else ' part'}" if left else "aucune lettre ne part"
        messages.success(request, typeset(f"{number} orientation{plural} relancée{plural} ; {said_of}."))

    transaction.on_commit(letters)
