"""The committee's session: the proposal beside the decision, one form per project, everything reversible."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, cast
from urllib.parse import urlencode

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from rebond import facts as core
from rebond.history import ABSENT, Kind
from rebond.reading.numbers import plain
from rebond.web.accounts.models import User
from rebond.web.committee.deciding import faults_of_deciding
from rebond.web.committee.settling import is_locked
from rebond.web.desk.lists import Column, Listing, Value, export, tools
from rebond.web.disclosure.disclosed import address_of, titled_for
from rebond.web.editing.decided import last_gesture, position_sent, take_back
from rebond.web.editing.gestures import ClashError, Done, change_of, journal_position, save
from rebond.web.journal.models import Act, Entry
from rebond.web.journal.writing import author_of
from rebond.web.missions.access import SITTING, page, read_by
from rebond.web.missions.models import Mission
from rebond.web.portfolio.calls import ASKED, CallShown, asked_call, before, decided_elsewhere, title_of
from rebond.web.portfolio.facts import steps_of
from rebond.web.portfolio.models import CommitteeDecision
from rebond.web.portfolio.session import LONGEST_NAME, LONGEST_REASON, Line, Sent, envelope_bar, lines, read_decision
from rebond.web.projects.models import Project
from rebond.web.search_text import words_sought
from rebond.web.studies.models import ProjectFinding

_CONFLICT, _UNREADABLE = 409, 422
_COMMITTEE = "comité de pilotage"
_MEANWHILE = (
    "Quelqu’un a enregistré une autre décision pour ce projet pendant que vous remplissiez la page. Elle est "
    "ci-dessous, et la vôtre est restée dans le formulaire : enregistrez de nouveau pour la remplacer."
)


_ELSEWHERE = "Un autre appel a déjà décidé de ce projet : retirez d’abord sa décision, à la séance de cet appel."
_OUTCOMES = (
    ("retenu", "Accord", "avec un montant sur l’enveloppe"),
    ("refuse", "Refus", ""),
    ("reporte", "Report", "à un autre comité"),
    ("reserve", "Réserve", "sur la liste de réserve, sans montant"),
)
_STATES: Mapping[str, tuple[str, Callable[[Line], bool]]] = {
    "a_decider": ("À décider", lambda row: row.decision is None),
    "proposes": ("Proposés", lambda row: bool(row.finding and row.finding.status == ProjectFinding.Status.RETAINED)),
    "decides": ("Décidés", lambda row: row.decision is not None),
}


def _is_granted(row: Line) -> bool:
    return row.decision is not None and row.decision.outcome == CommitteeDecision.Outcome.RETAINED


def _granted(row: Line) -> Value:
    """Only a grant has an amount, which may be unknown; elsewhere there is none to know."""
    return row.decision.amount if row.decision and _is_granted(row) else ""


LISTING = Listing(
    name="seance",
    title="Séance du comité",
    view="portfolio:session",
    default_sort="valeur",
    sorts={"valeur": "valeur"},
    columns=(
        Column(key="projet", label="Projet", value=lambda row: row.project.title, fixed=True),
        Column(key="entreprise", label="Entreprise", value=lambda row: row.project.firm.name, fixed=True),
        Column(key="valeur", label="Valeur", value=lambda row: row.finding.score if row.finding else None),
        Column(
            key="valeur_au_plus",
            label="Valeur au plus",
            value=lambda row: row.finding.score_high if row.finding else None,
        ),
        Column(
            key="proposition",
            label="Proposition",
            value=lambda row: row.finding.get_status_display() if row.finding else "pas encore étudié",
        ),
        Column(key="propose", label="Proposé (€)", value=lambda row: row.finding.envelope if row.finding else None),
        Column(
            key="decision",
            label="Décision",
            value=lambda row: row.decision.get_outcome_display() if row.decision else "à décider",
        ),
        Column(key="accorde", label="Accordé (€)", value=_granted),
        Column(key="motif", label="Motif", value=lambda row: row.decision.reason or None if row.decision else ""),
        Column(key="le", label="Le", value=lambda row: row.decision.decided_on if row.decision else ""),
        Column(key="par", label="Par", value=lambda row: row.decision.by or None if row.decision else ""),
    ),
)


@read_by(SITTING)
def session(request: HttpRequest, mission: Mission, *, may_decide: bool) -> HttpResponse:
    """Every candidate with its proposal and its decision, the envelope above."""
    return session_page(request, mission, may_decide=may_decide)


@require_http_methods(["GET", "HEAD", "POST"])
@read_by(SITTING)
def decision(request: HttpRequest, mission: Mission, ref: str, *, may_decide: bool) -> HttpResponse:
    """The form of one project."""
    projects = Project.objects.visible_to(request.user).of(mission).with_finding(mission.current_study, record=True)
    project = titled_for(mission, get_object_or_404(projects.select_related("firm", "mission"), ref=ref))
    before(project.finding, asked_call(mission, request.GET.dict()))
    if request.method == "POST":
        return _record(request, mission, project)
    return _form(request, mission, project, None, may_decide=may_decide)


@require_POST
@read_by(SITTING)
def undo_decision(request: HttpRequest, mission: Mission, *, may_decide: bool) -> HttpResponse:
    """Take back one decision, if nobody decided again since."""
    try:
        _, done = take_back(request, mission, Kind.DECISION)
    except ClashError:
        clash = "Quelqu’un a changé cette décision depuis : rien n’a été annulé."
        return session_page(request, mission, may_decide=may_decide, warning=clash, status=_CONFLICT)
    return redirect(_session(mission, asked_call(mission, request.GET.dict()), str(done.gesture)))


def _session(mission: Mission, call: CallShown, gesture: str) -> str:
    """The address of the session of a call, that tells what was just done."""
    told = {ASKED: call.name} if call.name else {}
    return f"{reverse('portfolio:session', args=[mission.slug])}?{urlencode({**told, 'fait': gesture}, safe='/')}"


def _held(request: HttpRequest, mission: Mission, project: Project) -> CommitteeDecision | None:
    return CommitteeDecision.objects.visible_to(request.user).of(mission).filter(project=project).first()


def _record(request: HttpRequest, mission: Mission, project: Project) -> HttpResponse:
    """Write the decision, or withdraw it; the envelope is read under the lock that the writing takes."""
    user, call = cast(User, request.user), asked_call(mission, request.GET.dict())
    sent = {name: request.POST.get(name, "") for name in ("decision", "montant", "date", "motif", "par")}
    cost = project.finding.cost if project.finding else sum((line.amount for line in project.costs.all()), Decimal(0))
    with transaction.atomic():
        Mission.objects.select_for_update().filter(pk=mission.pk).first()
        wanted: Any = ABSENT
        reason = sent["motif"].strip()
        if "retirer" not in request.POST:
            bar = envelope_bar(user, mission, call=call, but=project.ref)
            found = read_decision(sent, project.ref, cost=cost, bar=bar, call=call)
            if decided_elsewhere(_held(request, mission, project), call):
                found.errors["decision"], found.decision = _ELSEWHERE, None
                return _form(request, mission, project, found, may_decide=True, status=_CONFLICT)
            if faults := faults_of_deciding(mission, [project], found.typed.get("par", "").strip(), by=user):
                found.errors["decision"] = " ".join(faults)
            if found.decision is None or faults:
                return _form(request, mission, project, found, may_decide=True, status=_UNREADABLE)
            wanted = replace(found.decision, steps=steps_of(mission, project.ref))
        try:
            done = _save(mission, project.ref, wanted, user=user, since=position_sent(request), reason=reason)
        except ClashError:
            kept = Sent(typed=sent, errors={})
            return _form(request, mission, project, kept, may_decide=True, warning=_MEANWHILE, status=_CONFLICT)
    return redirect(f"{_session(mission, call, str(done.gesture or ''))}#projet-{project.ref}")


def _save(mission: Mission, ref: str, wanted: Any, *, user: User, since: int | None, reason: str) -> Done:
    rows = {(Kind.DECISION, ref): wanted}
    return save(mission, rows, by=author_of(user), since=since, act=Act.DECIDED, reason=reason)


def _typed(mission: Mission, project: Project, held: CommitteeDecision | None) -> dict[str, str]:
    """What the form shows at first: the decision held, else the proposal's amount and nothing settled."""
    if held is None:
        proposed = project.finding.envelope if project.finding else Decimal(0)
        return {
            "montant": f"{plain(proposed):f}" if proposed else "",
            "date": f"{mission.committee_on:%d/%m/%Y}",
            "par": _COMMITTEE,
        }
    return {
        "decision": held.outcome,
        "montant": "" if held.amount is None else f"{plain(held.amount):f}",
        "date": f"{held.decided_on:%d/%m/%Y}" if held.decided_on else "",
        "motif": held.reason,
        "par": held.by,
    }


def session_page(
    request: HttpRequest,
    mission: Mission,
    *,
    may_decide: bool,
    warning: str = "",
    errors: Sequence[str] = (),
    status: int = 200,
) -> HttpResponse:
    """The list of the session; ``errors``: why the decision on the ticked projects was refused."""
    call = asked_call(mission, request.GET.dict())
    rows, places = lines(request.user, mission, call), ProjectFinding.Status
    on_the_table = {places.RETAINED, places.NOT_RETAINED}
    candidates = [row for row in rows if row.decision or (row.finding and row.finding.status in on_the_table)]
    state, text = request.GET.get("etat", ""), request.GET.get("q", "").strip()
    kept = [row for row in candidates if state not in _STATES or _STATES[state][1](row)]
    for word in words_sought(text):
        kept = [row for row in kept if word in row.project.search]
    answer = export(LISTING, request, mission, kept)
    if answer is not None:
        return answer
    last = last_gesture(request, mission, Kind.DECISION)
    frozen = is_locked(mission)
    may_decide = may_decide and not frozen
    context: dict[str, object] = {
        "frozen": frozen,
        "call_shown": call,
        "bar": envelope_bar(request.user, mission, call=call),
        "candidates": kept,
        "total": len(candidates),
        "states": [(key, label, sum(map(fits, candidates))) for key, (label, fits) in _STATES.items()],
        "state": state,
        "q": text,
        **tools(LISTING, request, mission),
        "others": [row for row in rows if row not in candidates],
        "decided": sum(row.decision is not None for row in rows),
        "retained": [row for row in rows if _is_granted(row)],
        "done": last,
        "done_words": _words(last.entry, cast(User, request.user)) if last else "",
        "may_decide": may_decide,
        "warning": warning,
        "many_errors": errors,
        "picked": set(request.POST.getlist("projet")),
        "sent": {"date": f"{mission.committee_on:%d/%m/%Y}", "par": _COMMITTEE} | request.POST.dict(),
        "outcomes": _OUTCOMES,
        "position": journal_position(mission) if may_decide else 0,
        "longest_reason": LONGEST_REASON,
        "longest_name": LONGEST_NAME,
    }
    response = page(request, mission, "portfolio/session.html", "call", context)
    response.status_code = status
    return response


def _words(entry: Any, user: User) -> str:
    together = Entry.objects.visible_to(user).of(entry.mission).filter(gesture=entry.gesture).count()
    if together > 1:
        return f"{together} décisions, en un geste"
    after = change_of(entry).after
    if isinstance(after, core.CommitteeDecision):
        return after.outcome.label.lower()
    return "décision retirée" if after is ABSENT else "décision changée"


def _form(
    request: HttpRequest,
    mission: Mission,
    project: Project,
    sent: Sent | None,
    *,
    may_decide: bool,
    warning: str = "",
    status: int = 200,
) -> HttpResponse:
    """``sent``: what was typed and what is wrong with it; nothing yet for a form that opens."""
    call, held = asked_call(mission, request.GET.dict()), _held(request, mission, project)
    sent = sent or Sent(typed=_typed(mission, project, held), errors={})
    frozen = is_locked(mission)
    elsewhere = held is not None and decided_elsewhere(held, call)
    may_decide = may_decide and not frozen and not elsewhere
    context: dict[str, object] = {
        "frozen": frozen,
        "call_shown": call,
        "elsewhere": title_of(mission, held.call) if held is not None and elsewhere else "",
        "project": project,
        "sheet": address_of(mission, project),
        "finding": project.finding,
        "held": held,
        "sent": sent.typed,
        "errors": sent.errors,
        "outcomes": _OUTCOMES,
        "bar": envelope_bar(request.user, mission, call=call, but=project.ref),
        "position": journal_position(mission),
        "may_decide": may_decide,
        "warning": warning,
        "longest_reason": LONGEST_REASON,
        "longest_name": LONGEST_NAME,
    }
    response = page(request, mission, "portfolio/session_form.html", "call", context)
    response.status_code = status
    return response
