"""The pilot asks firms for their consent: the link to send or to hand over, its renewal, a refusal noted."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from rebond.web.accounts.models import User
from rebond.web.disclosure import consenting
from rebond.web.disclosure.consent_forms import AskForm
from rebond.web.disclosure.models import Channel, ConsentRequest
from rebond.web.disclosure.signed_links import answer_path, withdrawal_path
from rebond.web.disclosure.telling import asked_by_mail
from rebond.web.journal.writing import author_of
from rebond.web.missions.access import for_roles, page
from rebond.web.missions.models import Mission, Role

_UNREADABLE = 422
_MOST_NAME, _MOST_REASON = 300, 1_000
_for_pilots = for_roles(Role.PILOT)


@require_http_methods(["GET", "HEAD", "POST"])
@_for_pilots
def asking(request: HttpRequest, mission: Mission) -> HttpResponse:
    """Every request with its answer, and the form of a new one."""
    user = cast(User, request.user)
    form = AskForm(request.POST if request.method == "POST" else None, mission=mission, user=user)
    if request.method == "POST":
        _not_archived(mission)
        if form.is_valid():
            told = form.cleaned_data
            asked = consenting.ask(
                told["entreprise"], list(told["organisations"]), sent_to=told["courriel"].strip(), by=user
            )
            asked_by_mail(request, asked)
            messages.success(request, _sent(asked))
            return redirect("disclosure:request", mission.slug, asked.pk)
    rows = ConsentRequest.objects.visible_to(user).of(mission)
    context = {"form": form, "requests": rows.select_related("firm").prefetch_related("organisations")}
    response = page(request, mission, "disclosure/asking.html", "sharing", context)
    response.status_code = _UNREADABLE if form.errors else 200
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@_for_pilots
def asked(request: HttpRequest, mission: Mission, pk: int) -> HttpResponse:
    """One request: its link while it is open, its answer afterwards."""
    user = cast(User, request.user)
    rows = ConsentRequest.objects.visible_to(user).of(mission).select_related("firm__mission", "asked_by")
    row = get_object_or_404(rows, pk=pk)
    if request.method == "POST":
        _not_archived(mission)
        try:
            _done(request, row, user)
        except consenting.AnsweredError:
            messages.error(request, "L’entreprise a répondu, ou la demande a été retirée entre-temps.")
        return redirect("disclosure:request", mission.slug, row.pk)
    agreed = row.answer == ConsentRequest.Answer.AGREED
    context = {
        "asked": row,
        "organisations": list(row.organisations.all()),
        "link": request.build_absolute_uri(answer_path(row)) if row.is_open else "",
        "withdrawal": request.build_absolute_uri(withdrawal_path(row)) if agreed else "",
        "consents": list(row.consents.select_related("organisation")),
    }
    return page(request, mission, "disclosure/asked.html", "sharing", context)


def _done(request: HttpRequest, row: ConsentRequest, user: User) -> None:
    gesture = request.POST.get("geste", "")
    if gesture == "renouveler":
        made = consenting.renew(row, by=user)
        asked_by_mail(request, made)
        messages.success(request, f"{_sent(made)} L’ancien lien ne sert plus.")
    elif gesture == "retirer":
        consenting.close(row, by=user)
        messages.success(request, "La demande est retirée : son lien ne permet plus de répondre.")
    elif gesture == "noter_refus":
        name = " ".join(request.POST.get("signataire", "").split())
        if not name or len(name) > _MOST_NAME:
            messages.error(request, f"Dites qui a refusé, en {_MOST_NAME} caractères au plus.")
            return
        reason = request.POST.get("motif", "").strip()
        if len(reason) > _MOST_REASON:
            messages.error(request, f"Le motif a {len(reason)} caractères, {_MOST_REASON} au plus : raccourcissez-le.")
            return
        signed = consenting.Signed(name=name, channel=Channel.PAPER)
        consenting.refuse(row, by=signed, reason=reason, author=author_of(user))
        messages.success(request, "Le refus est noté : rien ne change dans ce qui est montré.")
    else:
        raise Http404


def _not_archived(mission: Mission) -> None:
    if mission.archived_at is not None:
        raise PermissionDenied


def _sent(row: ConsentRequest) -> str:
    if row.sent_to and not row.firm.mission.letters_held:
        return f"Le lien part à {row.sent_to}."
    return "Le lien est prêt : remettez-le à l’entreprise."
