"""Sending: a page that shows what leaves, to whom and under which name; nothing leaves before its button."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import cast

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from rebond.errors import FactsError
from rebond.facts import UNKNOWN
from rebond.reading.dates import read_date
from rebond.reading.problem import Unreadable
from rebond.restitution.typography import typeset
from rebond.web.accounts.models import User
from rebond.web.answering.delays import delays
from rebond.web.disclosure import acts
from rebond.web.journal.writing import LONGEST_REASON, Author, author_of
from rebond.web.missions.access import for_roles, page
from rebond.web.missions.models import HELD, Mission, Role
from rebond.web.organisations.adopting import adopt
from rebond.web.referrals.discretion import refused
from rebond.web.referrals.gestures import Sent, send
from rebond.web.referrals.letters import keep_addresses, read_addresses, send_letters
from rebond.web.referrals.models import SentReferral
from rebond.web.referrals.reading import lines_for_organisations
from rebond.web.referrals.sending import Desk, Outgoing, desks, gives_away
from rebond.web.studies.models import Referral
from rebond.web.wording import ended, mending

LONGEST_WORDS = 2_000
_UNREADABLE = 422


@dataclass(slots=True)
class Typed:
    """What the form says, kept as typed, with what is wrong by field."""

    chosen: set[str]
    words: str
    reason: str
    before: str
    addresses: dict[str, str]
    answer_by: date | None = None
    rows: list[Outgoing] = field(default_factory=list)
    new_addresses: list[tuple[str, str]] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.PILOT)
def sending(request: HttpRequest, mission: Mission) -> HttpResponse:
    """What would leave for an organisation, or of a project; a POST sends what is ticked."""
    organisation, project = request.GET.get("organisation", ""), request.GET.get("projet", "")
    if not organisation and not project:
        return page(request, mission, "referrals/desks.html", "referrals", {"desks": _to_send(request, mission)})
    today = timezone.localdate()
    found = desks(mission, organisation=organisation, project=project)
    typed = _first(found, today)
    if request.method == "POST":
        typed = _read(request, found, today)
        if not typed.errors:
            try:
                done = _send(request, mission, found, typed, today)
            except FactsError as error:
                typed.errors["lignes"] = " ".join(ended(f"{each.where} : {each.problem}") for each in error.faults)
            else:
                where = f"{reverse('referrals:sent', args=[mission.slug])}?fait={done.done.gesture}"
                return redirect(f"{where}&organisation={organisation}" if organisation else where)
    context = {
        "desks": found,
        "typed": typed,
        "errors": typed.errors,
        "rows": sum(len(each.rows) for each in found),
        "longest_words": LONGEST_WORDS,
        "longest_reason": LONGEST_REASON,
        "one": found[0] if len(found) == 1 else None,
    }
    response = page(request, mission, "referrals/sending.html", "referrals", context)
    response.status_code = _UNREADABLE if typed.errors else 200
    return response


def _to_send(request: HttpRequest, mission: Mission) -> list[tuple[str, str, int]]:
    """Key, name and number of projects of each organisation to which something proposed was not sent."""
    user = request.user
    sent = set(SentReferral.objects.visible_to(user).of(mission).values_list("project", "organisation"))
    found: dict[tuple[str, str], int] = {}
    rows = Referral.objects.visible_to(user).found_by(mission.current_study).order_by()
    for project, code, name in rows.values_list("project", "organisation", "organisation_name"):
        if (project, code) not in sent:
            found[code, name] = found.get((code, name), 0) + 1
    return sorted((code, name, number) for (code, name), number in found.items())


def _first(found: Sequence[Desk], today: date) -> Typed:
    """Everything that may leave is ticked, but what is asked of the firm first."""
    rows = [row for desk in found for row in desk.rows]
    return Typed(
        chosen={row.key for row in rows if not row.held and not row.delicate},
        words="",
        reason="",
        before=f"{today + delays().answer:%d/%m/%Y}",
        addresses={},
    )


def _read(request: HttpRequest, found: Sequence[Desk], today: date) -> Typed:
    """Every fault at once."""
    typed = Typed(
        chosen=set(request.POST.getlist("ligne")),
        words=request.POST.get("message", "").replace("\r\n", "\n").strip(),
        reason=" ".join(request.POST.get("motif", "").split()),
        before=request.POST.get("avant", "").strip(),
        addresses={desk.code: request.POST.get(f"adresses-{desk.code}", "").strip() for desk in found},
    )
    typed.rows = [row for desk in found for row in desk.rows if row.key in typed.chosen]
    if not typed.rows:
        typed.errors["lignes"] = "Cochez au moins un projet."
    try:
        day = read_date(typed.before).value
        if day is UNKNOWN:
            typed.errors["avant"] = "Dites avant quand une réponse est attendue."
        elif day <= today:
            typed.errors["avant"] = "Donnez une date à venir."
        else:
            typed.answer_by = day
    except Unreadable as fault:
        typed.errors["avant"] = mending(fault)
    if len(typed.words) > LONGEST_WORDS:
        typed.errors["message"] = f"{len(typed.words)} caractères, {LONGEST_WORDS} au plus."
    elif told := gives_away(typed.words, typed.rows):
        typed.errors["message"] = refused(told)
    if len(typed.reason) > LONGEST_REASON:
        typed.errors["motif"] = f"{len(typed.reason)} caractères, {LONGEST_REASON} au plus."
    typed.new_addresses, wrong = read_addresses(typed.addresses)
    typed.errors |= wrong
    return typed


@transaction.atomic
def _send(request: HttpRequest, mission: Mission, found: Sequence[Desk], typed: Typed, today: date) -> Sent:
    user = cast(User, request.user)
    by = author_of(user)
    sendings = [row.sending(typed.answer_by or today, typed.words) for row in typed.rows]
    done = send(mission, sendings, by=by, on=today, reason=typed.reason)
    for row in typed.rows:
        acts.share(mission, row.project, adopt(row.organisation), by=user)
    keep_addresses(mission, typed.new_addresses, by=by)
    refs = [each.id for each in done.referrals]
    transaction.on_commit(lambda: _letters(request, mission, found, refs, by, today))
    return done


def _letters(
    request: HttpRequest, mission: Mission, found: Sequence[Desk], refs: Sequence[str], by: Author, today: date
) -> None:
    """Once it is written: a letter may not tell what was not."""
    sent = SentReferral.objects.visible_to(request.user).of(mission).filter(ref__in=refs)
    left, mute = 0, []
    for desk in found:
        lines = lines_for_organisations(mission, sent, [desk.code], today)
        number = send_letters(mission, lines, by=by, absolute=request.build_absolute_uri)
        left += number
        if lines and not number:
            mute.append(desk.name)
    said = f"{len(refs)} projet{'s envoyés' if len(refs) > 1 else ' envoyé'}"
    letters = f"{left} lettre{'s partent' if left > 1 else ' part'}" if left else "aucune lettre ne part"
    messages.success(request, typeset(f"{said} ; {letters}."))
    if mission.letters_held:
        messages.warning(request, typeset(HELD))
        return
    for name in mute:
        messages.warning(
            request, typeset(f"{name} : personne n’a d’adresse. La prévenir, ou la relancer en donnant une adresse.")
        )
