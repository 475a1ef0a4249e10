"""What the links of letters open. Reading never acts: programs that check letters open every link that they bear."""

from __future__ import annotations

import enum
import logging
from collections.abc import Callable, Sequence
from functools import partial, wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rebond.facts import ReferralState, ReferralStep
from rebond.referrals.answers import Choice, may_be, said
from rebond.web.accounts.throttle import record_failure, seconds_to_wait
from rebond.web.answering.forms import AnswerForm, Asked
from rebond.web.answering.letters import absolute_from, letter_after
from rebond.web.answering.links import Closed, opened, renewed
from rebond.web.answering.models import AnswerLink
from rebond.web.answering.recording import Answer, ClosedMeanwhileError, MovedError, Recorded, record, seen
from rebond.web.answering.told import Told, day_of
from rebond.web.disclosure.telling import pilots_of
from rebond.web.guard.requests import address_of
from rebond.web.mail import Absolute, send_later
from rebond.web.missions.access import TEAM
from rebond.web.missions.models import Membership

_LOGGER = logging.getLogger("rebond.incidents")
_GONE, _UNREADABLE, _REFUSED, _CONFLICT = 410, 422, 403, 409
_TEAM = (
    "Vous êtes connecté comme membre de l’équipe de la mission : seule l’organisation répond ici. Une réponse reçue "
    "autrement se note sur la page de l’orientation."
)
View = Callable[..., HttpResponse]


class Barred(enum.Enum):
    """Who is signed in and does not answer for the organisation."""

    TEAM = "equipe"
    OTHER = "autre"


def _private(view: View) -> View:
    """Kept by nobody, found by no search engine, and its address told to no other site."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex, nofollow"
        # « no-referrer » would hide the origin of the form too, which is what tells a forged one.
        response["Referrer-Policy"] = "same-origin"
        return response

    return never_cache(login_not_required(wrapped))


@_private
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """The referral as its organisation may read it, and its choices; a POST answers, once."""
    found = opened(token)
    if found.link is None or found.closed is not None:
        return _closed(request, token, found.closed)
    told, barred = Told(found.link.referral), _barred(request, found.link)
    if barred is Barred.OTHER:
        return render(request, "answering/other.html", status=_REFUSED)
    form = _form(request, told)
    if barred is not None or request.method != "POST":
        status = _REFUSED if request.method == "POST" else 200
        return _page(request, found.link, told, form, barred=_TEAM if barred else "", status=status)
    if not form.is_valid():
        return _page(request, found.link, told, form, status=_UNREADABLE)
    return _recorded(request, token, found.link, told, form)


def _recorded(request: HttpRequest, token: str, link: AnswerLink, told: Told, form: AnswerForm) -> HttpResponse:
    mine = form.cleaned_data
    steps = said(told.followed, form.choice, form.outcomes)
    try:
        recorded = record(token, Answer(said=steps, words=mine["mot"], name=mine["nom"], seen=mine["vu"]))
    except ClosedMeanwhileError as closed:
        return _closed(request, token, closed.opened.closed)
    except MovedError:
        told = Told(link.referral)
        return _page(request, link, told, _form(request, told, again=True), moved=True, status=_CONFLICT)
    return _noted(request, link, form.choice, recorded)


@_private
@require_POST
def again(request: HttpRequest, token: str) -> HttpResponse:
    """Another link, sent once this answer has left: it says the same, as fast, whatever the old link was."""
    name, address = f"lien:{token}", f"lien:{address_of(request)}"
    wait = seconds_to_wait(name, address)
    record_failure(name, address)
    response = redirect("reply_asked")
    if not wait:
        # WSGI closes the answer after its last byte.
        response.close = partial(_send_again, response.close, token, absolute_from(request))  # type: ignore[method-assign]  # this answer's
    return response


@_private
@require_safe
def asked_again(request: HttpRequest) -> HttpResponse:
    """What happens next, for everyone."""
    return render(request, "answering/asked_again.html")


def _send_again(close: Callable[[], None], token: str, absolute: Absolute) -> None:
    try:
        link = renewed(token)
        if link is not None:
            send_later(letter_after(Told(link.referral), to=link.sent_to, link=link, absolute=absolute))
    except Error:
        _LOGGER.exception("Nouveau lien de réponse non envoyé")
    finally:
        close()


def _form(request: HttpRequest, told: Told, *, again: bool = False) -> AnswerForm:
    """What was sent, or nothing yet; ``again``: as sent, to be confirmed on what stands now."""
    asked = [
        Asked(dispositif=key, title=title, may_file=may_be(told.followed, key, ReferralState.FILED))
        for key, title in told.waiting()
    ]
    sent = request.POST.copy() if request.method == "POST" else None
    if sent is not None and again:
        sent["vu"] = str(seen(told))
    name = str(request.user) if request.user.is_authenticated else ""
    return AnswerForm(sent, offered=told.choices, asked=asked, paid=told.paying(), seen=seen(told), name=name)


def _page(
    request: HttpRequest,
    link: AnswerLink,
    told: Told,
    form: AnswerForm,
    *,
    barred: str = "",
    moved: bool = False,
    status: int,
) -> HttpResponse:
    referral, last = told.referral, told.last
    context = {
        "named": told.mission,
        "told": told,
        "sender": referral.sent_by or "La mission",
        "sent_on": referral.sent_on,
        "answer_by": told.followed.answer_by if told.followed.state.waits_for_answer else None,
        "last": told.lines([last])[0] if last else "",
        "last_by": last.by if last else "",
        "last_on": last.on if last else None,
        "until": day_of(link),
        "form": form,
        "faults": form.faults() if form.is_bound else [],
        "barred": barred,
        "moved": moved,
        "pilots": pilots_of(told.mission),
    }
    return render(request, "answering/answer.html", context, status=status)


def _noted(request: HttpRequest, link: AnswerLink, choice: Choice, recorded: Recorded) -> HttpResponse:
    """What was written and what follows; the next link goes where this one went."""
    told = Told(link.referral)
    message = letter_after(
        told,
        to=link.sent_to,
        link=recorded.next,
        absolute=absolute_from(request),
        steps=recorded.steps,
        by=recorded.by,
    )
    send_later(message)
    context = {
        "named": told.mission,
        "told": told,
        "noted": told.lines(recorded.steps),
        "by": recorded.by,
        "follows": _FOLLOWS[choice] if choice in _FOLLOWS else _after_decision(recorded.steps),
        "goes_on": recorded.next is not None,
        "pilots": pilots_of(told.mission),
    }
    return render(request, "answering/noted.html", context)


_FOLLOWS = {
    Choice.TAKE: "La mission sait que vous suivez ce projet. Dites la suite par le prochain lien, quand il y en a une.",
    Choice.LACK: "La mission cherche ce qui vous manque auprès de l’entreprise, et vous l’adresse.",
    Choice.FILED: "La mission sait que la demande est chez vous. Dites votre décision par le prochain lien.",
    Choice.NOT_OURS: (
        "La mission lit votre motif et oriente le projet vers un autre dispositif ou une autre organisation : il ne "
        "reste pas sans suite. Plus aucun rappel ne vous sera envoyé pour lui."
    ),
    Choice.PAID: "La mission compte ce qui est versé et les emplois créés.",
}


def _after_decision(steps: Sequence[ReferralStep]) -> str:
    said_of = {
        ReferralState.GRANTED: "La mission compte le montant accordé dans le plan du projet, et cherche le reste.",
        ReferralState.REFUSED: "La mission oriente le projet vers d’autres soutiens pour ce qui est refusé.",
    }
    return " ".join(words for state, words in said_of.items() if any(each.state is state for each in steps))


def _closed(request: HttpRequest, token: str, closed: Closed | None) -> HttpResponse:
    """Why the link takes no answer and what to do, without whose it is nor what it was about."""
    return render(request, "answering/closed.html", {"closed": closed, "token": token}, status=_GONE)


def _barred(request: HttpRequest, link: AnswerLink) -> Barred | None:
    """Why who is signed in cannot answer for the organisation; ``None`` for anyone else."""
    if not request.user.is_authenticated:
        return None
    if request.user.supported_by is not None:
        return Barred.TEAM
    referral = link.referral
    parts = list(
        Membership.objects.of(referral.project.mission).filter(user=request.user).select_related("organisation")
    )
    if any(part.role in TEAM for part in parts):
        return Barred.TEAM
    own = any(part.organisation and part.organisation.code == referral.organisation for part in parts)
    return None if own or not parts else Barred.OTHER
