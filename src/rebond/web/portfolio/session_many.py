"""One decision of the committee for several projects: one outcome, day and reason, amounts as proposed, all or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import cast

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from rebond import facts as core
from rebond.facts import UNKNOWN, DecisionOutcome
from rebond.history import Kind
from rebond.reading.numbers import plain
from rebond.restitution.typography import typeset
from rebond.web.accounts.models import User
from rebond.web.committee.deciding import faults_of_deciding
from rebond.web.editing.decided import position_sent, told_at
from rebond.web.editing.gestures import ClashError, save
from rebond.web.journal.models import Act
from rebond.web.journal.writing import author_of
from rebond.web.missions.access import SITTING, read_by
from rebond.web.missions.models import Mission
from rebond.web.portfolio.calls import CallShown, asked_call
from rebond.web.portfolio.session import Line, envelope_bar, lines, read_decision
from rebond.web.portfolio.session_views import session_page

_CONFLICT, _UNREADABLE = 409, 422
_COMMON = ("decision", "date", "par", "motif")
_NOTHING_PROPOSED = "rien n’est proposé pour ce projet sur l’enveloppe : décidez-le seul, avec son montant."
_MEANWHILE = "Un des projets cochés a été décidé pendant que vous lisiez : rien n’est enregistré. Relisez."


@read_by(SITTING)
def decide_many(request: HttpRequest, mission: Mission, *, may_decide: bool) -> HttpResponse:
    """Decide every ticked project, in one gesture; the envelope is read under the lock that the writing takes."""
    if request.method != "POST":
        back = reverse("portfolio:session", args=[mission.slug])
        return redirect(f"{back}?{request.GET.urlencode()}".rstrip("?"))
    user, ticked = cast(User, request.user), set(request.POST.getlist("projet"))
    call = asked_call(mission, request.GET.dict())
    sent = {name: request.POST.get(name, "") for name in _COMMON}
    with transaction.atomic():
        Mission.objects.select_for_update().filter(pk=mission.pk).first()
        rows = [row for row in lines(user, mission, call) if row.project.ref in ticked]
        if len(rows) < len(ticked) or any(row.decision for row in rows):
            return session_page(request, mission, may_decide=may_decide, warning=_MEANWHILE, status=_CONFLICT)
        wanted, errors = _read(user, mission, sent, rows, call)
        errors += faults_of_deciding(mission, [row.project for row in rows], sent["par"].strip(), by=user)
        if errors:
            return session_page(request, mission, may_decide=may_decide, errors=errors, status=_UNREADABLE)
        try:
            done = save(
                mission,
                {(Kind.DECISION, ref): decision for ref, decision in wanted.items()},
                by=author_of(user),
                since=position_sent(request),
                act=Act.DECIDED,
                reason=sent["motif"].strip(),
            )
        except ClashError:
            return session_page(request, mission, may_decide=may_decide, warning=_MEANWHILE, status=_CONFLICT)
    return told_at(request, reverse("portfolio:session", args=[mission.slug]), done)


def _read(
    user: User, mission: Mission, sent: Mapping[str, str], rows: Sequence[Line], call: CallShown
) -> tuple[dict[str, core.CommitteeDecision], list[str]]:
    """The decisions, in the order of the session, each within what those before leave of the envelope; every fault."""
    if not rows:
        return {}, ["Cochez au moins un projet."]
    bar = envelope_bar(user, mission, call=call)
    wanted: dict[str, core.CommitteeDecision] = {}
    errors: dict[str, None] = {}
    for row in rows:
        proposed = row.finding.envelope if row.finding else Decimal(0)
        grants = sent["decision"] == DecisionOutcome.RETAINED
        amount = f"{plain(proposed):f}" if grants and proposed else ""
        cost = row.finding.cost if row.finding else Decimal(0)
        found = read_decision({**sent, "montant": amount}, row.project.ref, cost=cost, bar=bar, call=call)
        for name, said in found.errors.items():
            told = _NOTHING_PROPOSED if name == "montant" and not amount else said
            errors[f"{typeset(row.project.title)} : {told}" if name == "montant" else told] = None
        if found.decision is None:
            continue
        wanted[row.project.ref] = found.decision
        if found.decision.amount is not UNKNOWN:
            bar = replace(bar, committed=bar.committed + found.decision.amount, grants=bar.grants + 1)
    return wanted, list(errors)
