"""What a firm does in its space: agree or refuse, take back, approve its minutes or have them corrected."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST

from rebond.web.accounts.models import User
from rebond.web.disclosure import consenting
from rebond.web.disclosure.agreement import agreement
from rebond.web.disclosure.consent_forms import AGREE, REFUSE, AnswerForm
from rebond.web.disclosure.disclosed import after_consent
from rebond.web.disclosure.firm_space import offered_to, state_of
from rebond.web.disclosure.forms import partners_of
from rebond.web.disclosure.models import Consent, ConsentRequest
from rebond.web.disclosure.telling import pilots_of
from rebond.web.firms.models import Firm
from rebond.web.interviews import replies
from rebond.web.interviews.models import Interview
from rebond.web.journal.writing import LONGEST_REASON, author_of
from rebond.web.missions.access import firms_in, for_roles, page
from rebond.web.missions.models import Mission, Role
from rebond.web.readings.middleware import note
from rebond.web.readings.models import Kind
from rebond.web.row_numbers import row_number

_UNREADABLE = 422
_of_a_firm = for_roles(Role.FIRM)


def _mine(request: HttpRequest, mission: Mission, ref: str) -> Firm:
    """The firm of the address, when the person speaks for it; 404 for any other.

    Nobody acts for a firm in a session of help: what it agrees to or says of its minutes is its own.
    """
    if request.method == "POST" and cast(User, request.user).supported_by is not None:
        raise PermissionDenied
    return get_object_or_404(Firm.objects.of(mission).filter(pk__in=firms_in(mission)), ref=ref)


@require_http_methods(["GET", "HEAD", "POST"])
@_of_a_firm
def consent(request: HttpRequest, mission: Mission, ref: str) -> HttpResponse:
    """What would be shown, to whom; a POST agrees or refuses, for a request or of the firm's own accord."""
    firm, user = _mine(request, mission, ref), cast(User, request.user)
    number = request.POST.get("demande") or request.GET.get("demande", "")
    asked = _asked(mission, firm, number) if number else None
    named = list(asked.organisations.order_by("name")) if asked else offered_to(mission, firm)
    if mission.archived_at is not None or (asked is None and not named):
        messages.info(request, "Aucun accord n’est à donner pour le moment.")
        return redirect("disclosure:space", mission.slug)
    gesture = request.POST.get("geste", "") if request.method == "POST" else ""
    sent = request.POST if gesture in {AGREE, REFUSE} else None
    form = AnswerForm(sent, organisations=named, gesture=gesture, user=user)
    if gesture and form.is_valid():
        _answer(request, firm, asked, form, gesture)
        return redirect("disclosure:space", mission.slug)
    readers = named or list(partners_of(mission).order_by("name"))
    context = {
        "firm": firm,
        "asked": asked,
        "text": asked.text if asked else agreement().words(mission, named),
        "form": form,
        "shown": after_consent(mission, firm, readers),
        "for_all": not named,
        "pilots": pilots_of(mission),
    }
    response = page(request, mission, "disclosure/firm_consent.html", "space", context)
    response.status_code = _UNREADABLE if form.errors else 200
    return response


@require_POST
@_of_a_firm
def withdraw(request: HttpRequest, mission: Mission, ref: str, pk: int) -> HttpResponse:
    """A consent taken back: from the next page opened nobody reads by it, in an archived mission too."""
    firm, user = _mine(request, mission, ref), cast(User, request.user)
    rows = Consent.objects.of(mission).filter(firm=firm, pk=pk)
    if consenting.take_back(rows, said_by=f"{user}, pour l’entreprise", author=author_of(user)):
        messages.success(request, "Votre accord est retiré : vos projets ont de nouveau un nom de code.")
    else:
        messages.info(request, "Cet accord était déjà retiré.")
    return redirect("disclosure:space", mission.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@_of_a_firm
def minutes(request: HttpRequest, mission: Mission, ref: str, interview: str) -> HttpResponse:
    """Minutes of one's own interview; a POST approves what was read, or says what is to be corrected."""
    firm, user = _mine(request, mission, ref), cast(User, request.user)
    rows = Interview.objects.of(mission).filter(firm=firm).exclude(minutes="").select_related("mission")
    row = get_object_or_404(rows.prefetch_related("replies"), ref=interview)
    note(request, Kind.INTERVIEW, row.ref, "Compte rendu")
    error, text = "", request.POST.get("correction", "").strip()
    if request.method == "POST":
        correcting = request.POST.get("geste") == "corriger"
        if correcting and (not text or len(text) > LONGEST_REASON):
            error = f"Écrivez ce qui est à corriger, en {LONGEST_REASON} caractères au plus."
        else:
            try:
                replies.reply(row, seen=request.POST.get("vu", ""), by=user, correction=text if correcting else "")
            except replies.ReplyError as refused:
                error = str(refused)
            else:
                said = "Votre correction est transmise : la mission la reprend ou vous répond."
                messages.success(request, said if correcting else "Compte rendu approuvé.")
                return redirect("disclosure:space", mission.slug)
    context = {
        "firm": firm,
        "interview": row,
        "state": state_of(row, list(row.replies.all())),
        "replies": list(row.replies.all()),
        "seen": replies.digest_of(row),
        "error": error,
        "correction": text,
    }
    response = page(request, mission, "disclosure/minutes.html", "space", context)
    response.status_code = _UNREADABLE if error else 200
    return response


def _asked(mission: Mission, firm: Firm, number: str) -> ConsentRequest:
    rows = consenting.open_requests(ConsentRequest.objects.of(mission).filter(firm=firm))
    return get_object_or_404(rows.select_related("firm__mission"), pk=row_number(number))


def _answer(request: HttpRequest, firm: Firm, asked: ConsentRequest | None, form: AnswerForm, gesture: str) -> None:
    try:
        if gesture == AGREE:
            if asked is not None:
                consenting.agree(asked, form.given(), by=form.signed())
            else:
                consenting.give(firm, form.given(), by=form.signed())
            messages.success(request, "Votre accord est noté. Vous pouvez le retirer ici quand vous voulez.")
        elif asked is not None:
            consenting.refuse(asked, by=form.signed(), reason=form.cleaned_data["motif"].strip())
            messages.success(request, "Votre refus est noté : vos projets restent sous un nom de code.")
    except consenting.AnsweredError:
        messages.info(request, "Quelqu’un de l’entreprise a déjà répondu, ou la demande a été retirée.")
