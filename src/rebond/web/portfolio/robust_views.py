"""How robust the selection is, and what is said of the weights: by whom, when, replaced or withdrawn."""

from __future__ import annotations

from typing import cast

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from rebond.history import ABSENT, Kind
from rebond.history.changes import reference_of
from rebond.portfolio.robust.weights import Opinion
from rebond.web.accounts.models import User
from rebond.web.editing.gestures import lock, save
from rebond.web.journal.models import Act
from rebond.web.journal.writing import author_of
from rebond.web.missions.access import changing, of_mission, page
from rebond.web.missions.models import Mission
from rebond.web.portfolio.calls import asked_call, robust_of
from rebond.web.portfolio.facts import statement_of
from rebond.web.portfolio.grids import call_grid
from rebond.web.portfolio.models import WeightStatement
from rebond.web.portfolio.robust_form import LONGEST_NAME, SentWeights, read_weights
from rebond.web.portfolio.robustness import candidates_of, counts_of, deciding, regret_words, remarks_of
from rebond.web.row_numbers import row_number

_UNREADABLE = 422


@require_http_methods(["GET", "HEAD", "POST"])
@of_mission
def robustness(request: HttpRequest, mission: Mission) -> HttpResponse:
    """The page; what is sent is one person's statement on the weights."""
    if request.method == "POST":
        return _record(request, mission)
    return _page(request, mission, SentWeights(typed={}))


@require_POST
@changing
def withdraw(request: HttpRequest, mission: Mission) -> HttpResponse:
    """Take a statement back: the next study does without; the journal keeps it."""
    user = cast(User, request.user)
    held = WeightStatement.objects.may_change(user).of(mission)
    with transaction.atomic():
        lock(mission)
        row = get_object_or_404(held, pk=row_number(request.POST.get("avis", "")))
        _replace(mission, row.who, None, by=user)
    return redirect(f"{reverse('portfolio:robustness', args=[mission.slug])}?fait=retire#titre-poids")


def _record(request: HttpRequest, mission: Mission) -> HttpResponse:
    user = cast(User, request.user)
    with transaction.atomic():
        lock(mission)
        who = " ".join(request.POST.get("qui", "").split())
        others = [Opinion.of(statement_of(row)) for row in _held(user, mission) if row.who != who]
        agreed = others if not who else [other for other in others if not other.who]
        sent = read_weights(request.POST.dict(), _criteria(mission), agreed=agreed)
        if sent.opinion is None:
            return _page(request, mission, sent, status=_UNREADABLE)
        _replace(mission, who, sent.opinion, by=user)
    return redirect(f"{reverse('portfolio:robustness', args=[mission.slug])}?fait=dit#titre-poids")


def _held(user: User, mission: Mission) -> list[WeightStatement]:
    return list(WeightStatement.objects.visible_to(user).of(mission))


def _replace(mission: Mission, who: str, opinion: Opinion | None, *, by: User) -> None:
    """What a person said before stays, withdrawn; the same said again changes nothing."""
    author = author_of(by)
    old = WeightStatement.objects.may_change(by).of(mission).filter(who=who).first()
    before = None if old is None else statement_of(old)
    today = timezone.localdate()
    wanted = None if opinion is None else opinion.statement(by=author.said[:LONGEST_NAME], on=today)
    if before is not None and wanted is not None and Opinion.of(before) == Opinion.of(wanted):
        return
    named = before or wanted
    if named is not None:
        ref = reference_of(Kind.OPINION, named)
        save(mission, {(Kind.OPINION, ref): ABSENT if wanted is None else wanted}, by=author, act=Act.DECIDED)


def _criteria(mission: Mission) -> dict[str, str]:
    """Label by code, as the grid of the call has them today."""
    return {criterion.code: criterion.label for criterion in call_grid(mission).criteria}


def _page(request: HttpRequest, mission: Mission, sent: SentWeights, *, status: int = 200) -> HttpResponse:
    study, labels = mission.current_study, _criteria(mission)
    call = asked_call(mission, request.GET.dict())
    data = robust_of(study, call)
    candidates = candidates_of(request.user, mission, study, data, call)
    titles = {each.finding.project.ref: each.finding.project.title for each in candidates}
    regret, regret_said = regret_words(data, titles)
    errors = sent.errors
    context = {
        "title": "Robustesse de la sélection",
        "call_shown": call,
        "candidates": candidates,
        "counts": counts_of(each.finding for each in candidates),
        "data": data,
        "members": [member["nom"] for member in data.get("par_membre", ())],
        "deciding": deciding(data, titles),
        "remarks": remarks_of(request.user, mission, data, candidates),
        "regret": regret,
        "regret_said": regret_said,
        "statements": [
            (row, Opinion.of(statement_of(row)).information.words(labels))
            for row in _held(cast(User, request.user), mission)
        ],
        "typed": sent.typed,
        "errors": errors,
        "whole_error": errors.get("", ""),
        "rows": [
            {
                "code": code,
                "label": label,
                "cells": [
                    (f"{name}_{code}", words, sent.typed.get(f"{name}_{code}", ""), errors.get(f"{name}_{code}", ""))
                    for name, words in _COLUMNS
                ],
            }
            for code, label in labels.items()
        ],
        "columns": [words for _, words in _COLUMNS],
        "done": {"dit": "Enregistré", "retire": "Retiré"}.get(request.GET.get("fait", ""), ""),
        "longest_name": LONGEST_NAME,
    }
    response = page(request, mission, "portfolio/robustness.html", "robustness", context)
    response.status_code = status
    return response


_COLUMNS = (("poids", "Poids exact (%)"), ("de", "Au moins (%)"), ("a", "Au plus (%)"), ("rang", "Rang"))
