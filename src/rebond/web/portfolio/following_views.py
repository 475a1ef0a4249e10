"""After the committee: instruction, national decision, withdrawal, and the reserve."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from rebond.facts import StageOutcome
from rebond.history import Kind
from rebond.portfolio.standing import standing
from rebond.web.accounts.models import User
from rebond.web.disclosure.disclosed import titled_for
from rebond.web.editing.decided import position_sent
from rebond.web.editing.gestures import ClashError, journal_position, save
from rebond.web.journal.models import Act
from rebond.web.journal.writing import author_of
from rebond.web.missions.access import SITTING, page, read_by
from rebond.web.missions.models import Mission
from rebond.web.portfolio.calls import asked_call, calls_of
from rebond.web.portfolio.facts import decision_of, step_of
from rebond.web.portfolio.following import LONGEST_NAME, STAGES, SentStep, following, read_step
from rebond.web.portfolio.models import CallStep, CommitteeDecision
from rebond.web.projects.models import Project

_CONFLICT, _UNREADABLE = 409, 422
_MEANWHILE = (
    "Quelqu’un a enregistré autre chose pour ce projet pendant que vous remplissiez la page. C’est ci-dessous, et ce "
    "que vous avez écrit est resté dans le formulaire : enregistrez de nouveau pour l’ajouter."
)
_FIELDS = ("etape", "issue", "date", "montant", "par", "motif")


@read_by(SITTING)
def steps(request: HttpRequest, mission: Mission, *, may_decide: bool) -> HttpResponse:
    """Where each retained project stands, and the reserve."""
    call = asked_call(mission, request.GET.dict())
    context = {"found": following(request.user, mission, call), "may_decide": may_decide, "call_shown": call}
    return page(request, mission, "portfolio/steps.html", "call", context)


@require_http_methods(["GET", "HEAD", "POST"])
@read_by(SITTING)
def project_steps(request: HttpRequest, mission: Mission, ref: str, *, may_decide: bool) -> HttpResponse:
    """The steps of one project, and the form of the next one."""
    projects = Project.objects.visible_to(request.user).of(mission).select_related("firm", "mission")
    project = get_object_or_404(projects, ref=ref)
    rows = CommitteeDecision.objects.visible_to(request.user).of(mission).select_related("project")
    held = rows.prefetch_related("steps").filter(project=project).first()
    decision = decision_of(held) if held else None
    sent, warning, status = SentStep(typed={}), "", 200
    if request.method == "POST":
        if decision is None or standing(decision) is None:
            raise Http404  # Nothing follows what the committee did not retain.
        sent = read_step({name: request.POST.get(name, "") for name in _FIELDS}, most=decision.amount)
        status = _UNREADABLE
        if sent.step is not None:
            added = replace(decision, steps=(*decision.steps, sent.step))
            by = author_of(cast(User, request.user))
            try:
                with transaction.atomic():
                    wanted = {(Kind.DECISION, ref): added}
                    since, reason = position_sent(request), sent.step.reason
                    save(mission, wanted, by=by, since=since, act=Act.DECIDED, reason=reason)
            except ClashError:
                warning, status = _MEANWHILE, _CONFLICT
            else:
                back = asked_call(mission, request.GET.dict()).suffix
                return redirect(f"{reverse('portfolio:steps', args=[mission.slug])}{back}#projet-{ref}")
    calls = calls_of(mission)
    mine = next((each for each in calls.each() if held is not None and each.name == held.call), calls)
    calendar = [
        step_of(row) for row in mine.within(CallStep.objects.visible_to(request.user).of(mission), "envelope__call")
    ]
    context: dict[str, object] = {
        "call_shown": mine,
        "project": titled_for(mission, project),
        "decision": decision,
        "standing": standing(decision, calendar) if decision else None,
        "sent": sent.typed,
        "errors": sent.errors,
        "warning": warning,
        "stages": STAGES,
        "outcomes": tuple(StageOutcome),
        "position": journal_position(mission),
        "may_decide": may_decide,
        "longest_name": LONGEST_NAME,
    }
    response = page(request, mission, "portfolio/steps_form.html", "call", context)
    response.status_code = status
    return response
