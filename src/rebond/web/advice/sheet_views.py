"""One accompaniment: the path as a list to check, the meetings, what was promised, and what a person says of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from rebond.errors import FactsError
from rebond.facts import UNKNOWN, AccompanimentOutcome, Promiser
from rebond.web.accounts.models import User
from rebond.web.advice import acts
from rebond.web.advice.acts import LONGEST_NAME, LONGEST_TEXT, Sent, advisers
from rebond.web.advice.advised import Advised, advised
from rebond.web.advice.brought import BRING, CONFIRM, DISMISS, bring, brought_to, part_of, settle
from rebond.web.advice.facts import accompaniment_of
from rebond.web.advice.list_views import ADVISING
from rebond.web.advice.models import Accompaniment, AdviceMeeting, BroughtEvidence, Ripening
from rebond.web.advice.ripened import told
from rebond.web.catalogue.reading import maturity_grid
from rebond.web.disclosure import acts as disclosure_acts
from rebond.web.disclosure.models import Shared
from rebond.web.editing.decided import position_sent
from rebond.web.editing.gestures import ClashError, journal_position, save
from rebond.web.files.storing import rules
from rebond.web.journal.models import Act, Entry
from rebond.web.journal.writing import author_of
from rebond.web.missions.access import TEAM, for_roles, page, parts_in, roles_in
from rebond.web.missions.models import Mission, Role
from rebond.web.readings.middleware import note
from rebond.web.readings.models import Kind
from rebond.web.referrals.models import SentReferral

_CONFLICT, _UNREADABLE = 409, 422
_MEANWHILE = (
    "Quelqu’un a changé cet accompagnement pendant que vous remplissiez la page. Ce qu’il dit est ci-dessous, et ce "
    "que vous avez écrit est resté dans le formulaire : enregistrez de nouveau pour l’ajouter."
)
MEETING, REVIEW, PROMISE, UNPROMISE, CHANGE, CLOSE = "rendez_vous", "suivi", "promesse", "oublier", "conseil", "clore"
_DONE = {
    MEETING: "Rendez-vous noté.",
    REVIEW: "Suivi enregistré.",
    PROMISE: "Preuve promise enregistrée.",
    UNPROMISE: "Promesse retirée.",
    CHANGE: "Le projet a changé de conseil.",
    CLOSE: "Accompagnement clos.",
}
_OF_THE_TEAM = {CHANGE, CLOSE}
TAKE_BACK = "retirer_disposition"
_OF_EVIDENCE = {
    BRING: "Preuve apportée : elle comptera une fois confirmée par le pilote.",
    CONFIRM: "Preuve confirmée : elle est sur la fiche du projet, et l’étude sera refaite.",
    DISMISS: "Preuve écartée : le conseil en lit le motif.",
}


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(*ADVISING)
def sheet(request: HttpRequest, mission: Mission, ref: str) -> HttpResponse:
    """The page of one accompaniment; a POST says something of it."""
    user, team = cast(User, request.user), not roles_in(mission).isdisjoint(TEAM)
    row = _row(request, mission, ref)
    part = "Accompagnement" if row.named else "Accompagnement, sous un nom de code"
    note(request, Kind.PROJECT, row.project.ref, part)
    gesture, sent, warning, status = request.POST.get("geste", ""), Sent(typed={}), "", 200
    if request.method == "POST":
        status = _UNREADABLE
        if gesture in _OF_EVIDENCE:
            sent = _of_evidence(request, mission, row, gesture, team=team)
            if not sent.errors:
                messages.success(request, _OF_EVIDENCE[gesture])
                return redirect(reverse("advice:sheet", args=[mission.slug, ref]))
        else:
            sent = _read(request, mission, row, gesture, team=team)
        if not sent.errors:
            try:
                by, since = author_of(user), position_sent(request)
                with transaction.atomic():
                    save(mission, sent.wanted, by=by, since=since, act=Act.DECIDED)
                    if gesture == CHANGE and sent.typed.get(TAKE_BACK):
                        _take_back(request, mission, row)
            except ClashError:
                warning, status = _MEANWHILE, _CONFLICT
                row = _row(request, mission, ref)
            except FactsError as error:
                sent.errors["geste"] = " ".join(str(each) for each in error.faults)
            else:
                messages.success(request, _DONE[gesture])
                # A project that changes adviser goes on under another reference.
                last = [key for _, key in sent.wanted][-1] if gesture == CHANGE else ref
                return redirect(reverse("advice:sheet", args=[mission.slug, last]))
    response = page(
        request,
        mission,
        "advice/sheet.html",
        "advice",
        {
            **_shown(request, mission, row, team=team),
            "sent": sent.typed if gesture else {},
            "gesture": gesture,
            "errors": sent.errors,
            "warning": warning,
        },
    )
    response.status_code = status
    return response


def _of_evidence(request: HttpRequest, mission: Mission, row: Advised, gesture: str, *, team: bool) -> Sent:
    """A piece that the adviser brings, or that the pilot settles; 403 for anyone else."""
    held = cast(Accompaniment, row.accompaniment)
    changeable = Accompaniment.objects.may_change(request.user).of(mission).filter(pk=held.pk)
    if not changeable.exists() or not row.named:
        raise PermissionDenied
    if not held.is_open:
        return Sent(typed=request.POST.dict(), errors={"geste": "Cet accompagnement est clos : il ne change plus."})
    if gesture == BRING:
        if team:
            raise PermissionDenied
        return bring(request, mission, row, part_of(parts_in(mission), held))
    if Role.PILOT not in roles_in(mission):
        raise PermissionDenied
    by = author_of(cast(User, request.user))
    try:
        return settle(mission, row, request.POST.dict(), confirm=gesture == CONFIRM, by=by)
    except FactsError as error:
        told = " ".join(str(each) for each in error.faults)
        return Sent(typed=request.POST.dict(), errors={"geste": told})


def _take_back(request: HttpRequest, mission: Mission, row: Advised) -> None:
    """The former adviser reads the project no more, when the pilot says so."""
    rows = _opened_to_adviser(request, mission, row)
    for shared in rows if Role.PILOT in roles_in(mission) else ():
        disclosure_acts.take_back(mission, shared, by=cast(User, request.user))


def _opened_to_adviser(request: HttpRequest, mission: Mission, row: Advised) -> list[Shared]:
    """That the project is at the disposal of its adviser, and that nothing sent to it calls for it."""
    adviser = cast(Accompaniment, row.accompaniment).adviser
    sent = SentReferral.objects.visible_to(request.user).of(mission).filter(project=row.project, organisation=adviser)
    if sent.exists():
        return []
    shared = Shared.objects.may_change(request.user).of(mission)
    return list(
        shared.filter(project=row.project, organisation__code=adviser).select_related("project", "organisation")
    )


def _proofs(row: Advised) -> list[tuple[str, str]]:
    """The evidence that may be promised: what the project does not show yet."""
    used = {} if row.ripeness is None else {each.criterion.code: each.used for each in row.ripeness.maturity.criteria}
    return [
        (f"{each.code}:{level}", f"{each.label} : {words}")
        for each in maturity_grid().criteria
        for level, words in enumerate(each.levels)
        if level > (0 if (now := used.get(each.code, UNKNOWN)) is UNKNOWN else now)
    ]


def _entered(request: HttpRequest, mission: Mission, row: Advised) -> dict[str, datetime]:
    """When the evidence of each criterion was written last."""
    entries = Entry.objects.visible_to(request.user).of(mission).filter(kind="projet", ref=row.project.ref)
    entries = entries.filter(path__0="evidence").order_by("position")
    return {path[1]: at for path, at in entries.values_list("path", "at") if len(path) > 1}


def _row(request: HttpRequest, mission: Mission, ref: str) -> Advised:
    found = advised(request.user, mission, timezone.localdate(), ref=ref)
    if not found:
        raise Http404
    return found[0]


def _read(request: HttpRequest, mission: Mission, row: Advised, gesture: str, *, team: bool) -> Sent:
    """What the form says; 403 for who may not say it, 404 for no such gesture."""
    user, on = cast(User, request.user), timezone.localdate()
    held_row = row.accompaniment
    changeable = Accompaniment.objects.may_change(user).of(mission)
    closed_to = _OF_THE_TEAM if row.named else _OF_THE_TEAM | {PROMISE, UNPROMISE}
    if held_row is None or not changeable.filter(pk=held_row.pk).exists() or (gesture in closed_to and not team):
        raise PermissionDenied
    if not held_row.is_open:
        return Sent(typed=request.POST.dict(), errors={"geste": "Cet accompagnement est clos : il ne change plus."})
    held, typed = accompaniment_of(held_row), request.POST.dict()
    readers: dict[str, Callable[[], Sent]] = {
        MEETING: lambda: acts.read_meeting(
            typed,
            held,
            by=str(user),
            organisation="" if team else held.adviser,
            number=AdviceMeeting.ever.filter(accompaniment=held_row).next_number(),
            on=on,
        ),
        REVIEW: lambda: acts.read_review(typed, held, on=on),
        PROMISE: lambda: acts.read_promise(typed, held, on=on),
        UNPROMISE: lambda: acts.read_unpromise(typed, held),
        CHANGE: lambda: acts.read_change(typed, held, mission, on=on),
        CLOSE: lambda: acts.read_closing(typed, held, ripe=row.ripe, on=on),
    }
    if gesture not in readers:
        raise Http404
    return readers[gesture]()


def _shown(request: HttpRequest, mission: Mission, row: Advised, *, team: bool) -> dict[str, object]:
    user, held = request.user, cast(Accompaniment, row.accompaniment)
    meetings = AdviceMeeting.objects.visible_to(user).of(mission).filter(accompaniment=held).order_by("-number")
    if not row.named:
        # What the mission wrote may name the firm: until it agrees, an adviser reads what it wrote itself.
        meetings = meetings.filter(organisation__in={part.code for part in parts_in(mission) if part.code})
    brought = BroughtEvidence.objects.visible_to(user).of(mission).filter(accompaniment=held)
    may_write = Accompaniment.objects.may_change(user).of(mission).filter(pk=held.pk).exists() and held.is_open
    # What was promised is read after the firm agrees; the path is made of the words of the grid alone.
    promises = row.promises if row.named else ()
    promised = {each.row.criterion: each for each in promises}
    steps = row.ripeness.path.pieces if row.ripeness else ()
    lacking = {step.criterion for step in steps}
    criteria = row.ripeness.maturity.criteria if row.ripeness else ()
    entered = _entered(request, mission, row) if team else {}
    context: dict[str, object] = {
        "row": row,
        "held": held,
        "team": team,
        "meetings": list(meetings),
        "steps": [(step, promised.get(step.criterion)) for step in steps],
        "got": [(each, entered.get(each.criterion.code)) for each in criteria if each.criterion.code not in lacking],
        "other_promises": [each for each in promises if each.row.criterion not in lacking],
        "proofs": _proofs(row),
        "promisers": [(each.value, each.label) for each in Promiser],
        "position": journal_position(mission),
        "may_write": may_write,
        "may_bring": may_write and row.named and not team,
        "brought": brought_to(list(brought)) if row.named else [],
        "accept": ",".join(f".{each}" for each in rules().types),
        "outcomes": [
            (each.value, each.label) for each in AccompanimentOutcome if each is not AccompanimentOutcome.PASSED_ON
        ],
        "longest_name": LONGEST_NAME,
        "longest": LONGEST_TEXT,
        "today": timezone.localdate(),
    }
    if team:
        others = Accompaniment.objects.visible_to(user).of(mission).filter(project=row.project).exclude(pk=held.pk)
        shared = Shared.objects.visible_to(user).of(mission).filter(project=row.project)
        ripened = (
            Ripening.objects.visible_to(user)
            .of(mission)
            .filter(project=row.project)
            .select_related("project", "seen_by")
        )
        context |= {
            "project": row.project,
            "advisers": advisers([row.proposed] if row.proposed else ()),
            "others": list(others.order_by("-position")),
            "takes_back": TAKE_BACK if _opened_to_adviser(request, mission, row) else "",
            "is_shared": shared.filter(organisation__code=held.adviser).exists(),
            "ripened": told(user, mission, ripened),
        }
    return context
