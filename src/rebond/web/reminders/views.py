"""The reminders of one's own account, and the link by which anyone who received a letter stops them."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from rebond.web.accounts.models import User
from rebond.web.reminders import clock
from rebond.web.reminders.forms import ChoicesForm
from rebond.web.reminders.models import Digest
from rebond.web.reminders.people import choose, chosen_by
from rebond.web.reminders.rule import rule
from rebond.web.reminders.stopping import person_of

_GONE, _UNREADABLE = 410, 422


@require_http_methods(["GET", "HEAD", "POST"])
def choices(request: HttpRequest) -> HttpResponse:
    """When, and of what kinds; a refused form keeps what was ticked."""
    user = cast(User, request.user)
    form = ChoicesForm(request.POST if request.method == "POST" else None, chosen=chosen_by(user))
    if request.method == "POST" and form.is_valid():
        told = form.told()
        choose(user, now=clock.now(), **told)
        done = "Vos choix sont enregistrés." if told["days"] else "Vous ne recevrez plus de rappels."
        messages.success(request, done)
        return redirect("accounts:mine")
    sent = Digest.objects.filter(user=user, state=Digest.State.SENT).order_by("-sent_at")
    context = {"form": form, "last": sent.first()}
    return render(request, "reminders/choices.html", context, status=_UNREADABLE if form.errors else 200)


# A program of letters posts without our cookie (RFC 8058): the signature of the link is what is asked.
@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Read, it changes nothing: programs that check letters open links. A POST stops every letter, or some kinds."""
    user = person_of(token)
    if user is None:
        return render(request, "reminders/stopped.html", {"forged": True}, status=_GONE)
    held = chosen_by(user)
    kinds = {name: each.label for name, each in rule().kinds.items() if name not in held.silent}
    stopped: list[str] = []
    if request.method == "POST" and request.POST.get("geste") == "genres":
        chosen = set(request.POST.getlist("genre")) & kinds.keys()
        stopped = [label for name, label in kinds.items() if name in chosen]
        choose(user, now=clock.now(), silent=sorted(held.silent | chosen))
        kinds = {name: label for name, label in kinds.items() if name not in chosen}
    elif request.method == "POST":
        choose(user, now=clock.now(), days="")
    context = {
        "kinds": kinds,
        "stopped": stopped,
        "never": not chosen_by(user).days,
        "posted": request.method == "POST",
    }
    return render(request, "reminders/stopped.html", context)
