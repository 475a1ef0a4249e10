"""What the links sent to firms open. Reading them does nothing: programs that check letters open links."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from rebond.web.disclosure import consenting
from rebond.web.disclosure.consent_forms import AGREE, REFUSE, AnswerForm
from rebond.web.disclosure.disclosed import after_consent
from rebond.web.disclosure.forms import partners_of
from rebond.web.disclosure.models import Channel, Consent, ConsentRequest
from rebond.web.disclosure.signed_links import (
    Closed,
    Opened,
    opened_to_answer,
    opened_to_withdraw,
    withdrawal_path,
)
from rebond.web.disclosure.telling import pilots_of, receipt
from rebond.web.missions.access import TEAM
from rebond.web.missions.models import Membership, Role

_GONE, _UNREADABLE, _REFUSED = 410, 422, 403
_TEAM, _OTHER = "equipe", "autre"


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Exactly what would be shown, and to whom; a POST answers, once."""
    opened = opened_to_answer(token)
    if opened.request is None or opened.closed is not None:
        return _closed(request, opened)
    asked, barred = opened.request, _barred(request, opened.request)
    gesture = request.POST.get("geste", "") if request.method == "POST" else ""
    organisations = list(asked.organisations.order_by("name"))
    form = AnswerForm(
        request.POST if gesture in {AGREE, REFUSE} else None, organisations=organisations, gesture=gesture
    )
    if barred == _OTHER or (gesture and barred):
        # A consent is the firm's own: who works on the mission notes one given on paper, under his or her name, and
        # another of its people that the link was sent on to reads nothing by it.
        return _page(request, asked, form, barred=barred, status=_REFUSED)
    if gesture and form.is_valid():
        try:
            if gesture == AGREE:
                consenting.agree(asked, form.given(), by=form.signed())
                asked.refresh_from_db()
                receipt(request, asked)
                return redirect(withdrawal_path(asked))
            consenting.refuse(asked, by=form.signed(), reason=form.cleaned_data["motif"].strip())
        except consenting.AnsweredError:
            pass
        return _closed(request, opened_to_answer(token))
    return _page(request, asked, form, barred=barred, status=_UNREADABLE if form.errors else 200)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, token: str) -> HttpResponse:
    """What stands of a consent; a POST takes it back at once, whatever became of the mission."""
    opened = opened_to_withdraw(token)
    if opened.request is None:
        return _closed(request, opened)
    asked = opened.request
    rows = Consent.ever.of(asked.firm.mission).filter(request=asked)
    done = False
    if request.method == "POST":
        name = f"{asked.answered_by or asked.firm.name}, par le lien de retrait"
        signed = consenting.Signed(name=asked.answered_by or asked.firm.name, channel=Channel.LINK)
        done = bool(consenting.take_back(rows, said_by=name, author=signed.author(asked.firm)))
    consents = list(rows.select_related("organisation"))
    context = {
        "asked": asked,
        "named": asked.firm.mission,
        "standing": [each for each in consents if each.ended_at is None and asked.firm.withdrawn_at is None],
        "ended": [each for each in consents if each.ended_at is not None],
        "done": done,
        "link": request.build_absolute_uri(),
        "pilots": pilots_of(asked.firm.mission),
    }
    return render(request, "disclosure/withdraw.html", context)


def _page(request: HttpRequest, asked: ConsentRequest, form: AnswerForm, *, barred: str, status: int) -> HttpResponse:
    mission, firm = asked.firm.mission, asked.firm
    organisations = list(asked.organisations.order_by("name")) or list(partners_of(mission).order_by("name"))
    context = {
        "asked": asked,
        "firm": firm,
        "named": mission,
        "form": form,
        "shown": () if barred == _OTHER else after_consent(mission, firm, organisations),
        "for_all": not asked.organisations.exists(),
        "barred": barred,
        "pilots": pilots_of(mission),
    }
    return render(request, "disclosure/consent.html", context, status=status)


def _closed(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Why the link lets nobody act, and what to do; of a link that is not ours, nothing else is said."""
    asked = opened.request
    context = {
        "closed": opened.closed,
        "asked": asked,
        "named": asked.firm.mission if asked else None,
        "pilots": pilots_of(asked.firm.mission) if asked else [],
        "agreed": asked is not None and asked.answer == ConsentRequest.Answer.AGREED,
        "answered": opened.closed is Closed.ANSWERED,
    }
    just_refused = request.method == "POST" and opened.closed is Closed.ANSWERED
    return render(request, "disclosure/closed.html", context, status=200 if just_refused else _GONE)


def _barred(request: HttpRequest, asked: ConsentRequest) -> str:
    """Why who is signed in cannot answer for the firm: ``equipe``, ``autre`` of its mission; empty for anyone else."""
    if not request.user.is_authenticated:
        return ""
    if request.user.supported_by is not None:
        return _TEAM
    parts = list(Membership.objects.of(asked.firm.mission).filter(user=request.user))
    if any(part.role in TEAM for part in parts):
        return _TEAM
    own = any(part.role == Role.FIRM and part.firm_id == asked.firm_id for part in parts)
    return "" if own or not parts else _OTHER
