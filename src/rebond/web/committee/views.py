"""The committee's screen: the choice is in the address, nothing is kept until the pilot records or freezes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, cast
from urllib.parse import urlencode, urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from rebond.portfolio.committee.rules import Conflict, Unsettled
from rebond.units import agreed
from rebond.web.accounts.models import User
from rebond.web.committee.aside import besides, declared
from rebond.web.committee.board import BEST, screen
from rebond.web.committee.marks import Scores, scores_of
from rebond.web.committee.models import FrozenSitting
from rebond.web.committee.recording import LEFT_OUT, REASON, record_choice
from rebond.web.committee.shown import MINUS, PLUS, Row
from rebond.web.committee.sittings import RULES, ClosedError, listed, set_people, set_rules, sitting_of
from rebond.web.editing.decided import position_sent
from rebond.web.editing.gestures import ClashError, journal_position
from rebond.web.guard.heavy import heavy
from rebond.web.missions.access import SITTING, page, read_by
from rebond.web.missions.models import Mission
from rebond.web.portfolio.calls import ASKED, asked_call
from rebond.web.portfolio.given import NOBODY, Aggregates, aggregates

CONFLICT, UNREADABLE = 409, 422
MEANWHILE = "Quelqu’un a décidé un de ces projets pendant que vous lisiez : rien n’est enregistré. Relisez."


@require_safe
@read_by(SITTING)
def committee(request: HttpRequest, mission: Mission, *, may_decide: bool) -> HttpResponse:
    """The screen: those who follow it wait for nobody, those who move a project in are served in turn."""
    show = heavy(screen_page) if request.GET.keys() & {PLUS, BEST} else screen_page
    return cast(HttpResponse, show(request, mission, may_decide=may_decide))


@require_POST
@read_by(SITTING)
@heavy
def decide(request: HttpRequest, mission: Mission, *, may_decide: bool) -> HttpResponse:
    """Record the choice of the address as the committee's decisions."""
    sent, user = request.POST.dict(), cast(User, request.user)
    choice = {name: request.GET.get(name, "") for name in (PLUS, MINUS)}
    call = asked_call(mission, request.GET.dict())
    try:
        done = record_choice(mission, choice, sent, by=user, since=position_sent(request), call=call)
    except ClashError:
        return screen_page(request, mission, may_decide=may_decide, warning=MEANWHILE, status=CONFLICT)
    except ClosedError as closed:
        return screen_page(request, mission, may_decide=may_decide, warning=str(closed), status=CONFLICT)
    if isinstance(done, dict):
        return screen_page(request, mission, may_decide=may_decide, errors=done, sent=sent, status=UNREADABLE)
    number = len({change.ref for change in done.changes})
    said = agreed("décisions enregistrées", number)
    messages.success(request, f"{number} {said}, en un geste : la page Séance l’annule.")
    return redirect(reverse("committee:screen", args=[mission.slug]) + call.suffix)


@require_POST
@read_by(SITTING)
def rules(request: HttpRequest, mission: Mission, *, may_decide: bool) -> HttpResponse:
    """Change the rules of the sitting."""
    return _told(request, mission, set_rules, "Les règles du comité sont enregistrées.", may_decide=may_decide)


@require_POST
@read_by(SITTING)
def people(request: HttpRequest, mission: Mission, *, may_decide: bool) -> HttpResponse:
    """Change the day of the sitting and who is there."""
    return _told(request, mission, set_people, "La séance est à jour.", may_decide=may_decide)


def _trial(request: HttpRequest) -> str:
    """The choice that was on the screen: the forms below it do not bear it, the page that they come from does."""
    came_from = urlsplit(request.headers.get("Referer", ""))
    sent = QueryDict(came_from.query) if came_from.netloc == request.get_host() else QueryDict()
    return urlencode({name: sent[name] for name in (ASKED, PLUS, MINUS, BEST) if sent.get(name)}, safe=",/")


class _Act(Protocol):
    """What changes the sitting, or says what is wrong."""

    def __call__(self, mission: Mission, sent: Mapping[str, str], *, by: User) -> dict[str, str]: ...


def _told(request: HttpRequest, mission: Mission, act: _Act, said: str, *, may_decide: bool) -> HttpResponse:
    sent = request.POST.dict()
    try:
        errors = act(mission, sent, by=cast(User, request.user))
    except ClosedError as closed:
        return screen_page(request, mission, may_decide=may_decide, warning=str(closed), status=CONFLICT)
    if errors:
        return screen_page(request, mission, may_decide=may_decide, errors=errors, sent=sent, status=UNREADABLE)
    messages.success(request, said)
    query = _trial(request)
    return redirect(reverse("committee:screen", args=[mission.slug]) + (f"?{query}" if query else ""))


def read_of(row: Row, scores: Scores, said: Aggregates) -> Scores:
    """The scores that a person reads of a project: no mark while who stands aside is not counted, nor by who does."""
    hidden = row.late or said.standings.get(row.line.project.firm_id, NOBODY).mine
    return tuple(each for each in scores if not (hidden and each.is_marked))


def screen_page(
    request: HttpRequest,
    mission: Mission,
    *,
    may_decide: bool,
    errors: Mapping[str, str] | None = None,
    sent: Mapping[str, str] | None = None,
    warning: str = "",
    status: int = 200,
) -> HttpResponse:
    """The screen, with what was typed and what is wrong in it."""
    sitting = sitting_of(mission)
    choice = {name: request.GET.get(name, "") for name in (PLUS, MINUS, BEST)}
    call = asked_call(mission, request.GET.dict())
    found = screen(request.user, mission, choice, rules=sitting.asked, call=call)
    is_open = sitting.frozen_at is None and mission.archived_at is None
    typed = dict(sent or {})
    asked = {rule.kind: str(rule.number) for rule in sitting.asked}
    scores = scores_of([row.line for row in found.rows], call)
    said = aggregates(request.user, mission)
    told = declared([row.line for row in found.rows], said.standings) if may_decide else []
    context: dict[str, object] = {
        "call_shown": call,
        "screen": found,
        "scores": {row.ref: read_of(row, scores.get(row.ref, ()), said) for row in found.rows},
        "assessed": said,
        "sitting": sitting,
        "frozen": FrozenSitting.objects.visible_to(request.user).of(mission).defer("content"),
        "is_conflict": isinstance(found.best, Conflict),
        "is_unsettled": isinstance(found.best, Unsettled),
        "may_decide": may_decide and is_open,
        "may_follow": may_decide and sitting.frozen_at is not None and mission.archived_at is None,
        "errors": errors or {},
        "sent": {
            "date": f"{sitting.held_on:%d/%m/%Y}",
            "par": "comité de pilotage",
            "motif": f"Conforme à la proposition de l’étude nº {mission.current_study.number}."
            if mission.current_study
            else "",
            "tenue_le": f"{sitting.held_on:%d/%m/%Y}",
            "presidence": sitting.chair,
            "presents": sitting.present,
            "deports": "\n".join([*told, *besides(listed(sitting.aside), told)]),
            "motif_regles": sitting.rules_reason,
        }
        | typed,
        "rules": [
            (kind.value, label, typed.get(kind.value, asked.get(kind, "")), (errors or {}).get(kind.value, ""))
            for kind, (label, _) in RULES.items()
        ],
        "reasons": [
            (
                row,
                f"{REASON}{row.ref}",
                typed.get(f"{REASON}{row.ref}", ""),
                (errors or {}).get(f"{REASON}{row.ref}", ""),
            )
            for row in found.different
        ],
        "left_out": [(outcome.value, outcome.label) for outcome in LEFT_OUT],
        "position": journal_position(mission) if may_decide else 0,
        "warning": warning,
        "deciding": bool(errors) and "par" in typed,
    }
    response = page(request, mission, "committee/screen.html", "committee", context)
    response.status_code = status
    return response
