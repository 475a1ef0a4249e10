"""One action: what was settled of it, how it advances; who leads it says so here."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from rebond.errors import FactsError
from rebond.history import Kind
from rebond.web.accounts.models import User
from rebond.web.editing.decided import last_gesture
from rebond.web.editing.gestures import ClashError, save
from rebond.web.interviews.models import Need
from rebond.web.journal.models import Act, Entry
from rebond.web.journal.wording import field_words, stored_words
from rebond.web.journal.writing import author_of
from rebond.web.missions.access import TEAM, for_roles, page, parts_in, roles_in
from rebond.web.missions.models import Mission, Role
from rebond.web.projects.models import Project
from rebond.web.roadmap.editing import fact_links
from rebond.web.roadmap.lines import Line, as_read, latest, progress_read
from rebond.web.roadmap.models import ActionProgress, RoadmapAction
from rebond.web.roadmap.stages import committee_days, stages_of
from rebond.web.roadmap.telling import LONGEST_WORDS, Said, read_progress
from rebond.web.studies.models import Action, ActionFollowed
from rebond.web.wording import ended

_UNREADABLE, _CONFLICT = 422, 409
_HISTORY = 20
_READERS = (Role.PILOT, Role.CONSULTANT, Role.COMMITTEE, Role.PARTNER)


@for_roles(*_READERS)
def action(request: HttpRequest, mission: Mission, ref: str) -> HttpResponse:
    """What was settled of an action, and its progress; 404 for one that this person does not read."""
    return _show(
        request, mission, _found(request, mission, ref), Said(typed={"le": f"{timezone.localdate():%d/%m/%Y}"})
    )


@require_POST
@for_roles(*_READERS)
def progress(request: HttpRequest, mission: Mission, ref: str) -> HttpResponse:
    """Add what is done of an action: the team, and the organisation that leads it."""
    row = _found(request, mission, ref)
    if not _may_tell(request, mission, row):
        raise PermissionDenied
    user = cast(User, request.user)
    with transaction.atomic():
        Mission.objects.select_for_update().filter(pk=mission.pk).first()
        said = read_progress(request.POST.dict(), row, by=_signature(user, mission), on=timezone.localdate())
        if said.wanted is None:
            return _show(request, mission, row, said, status=_UNREADABLE)
        try:
            save(mission, said.wanted, by=author_of(user), act=Act.DECIDED)
        except (ClashError, FactsError) as refused:
            faults = refused.faults if isinstance(refused, FactsError) else ()
            said.errors["mots"] = " ".join(ended(str(fault)) for fault in faults) or "Relisez la page, puis renvoyez."
            return _show(request, mission, row, said, status=_CONFLICT)
    messages.success(request, "Point noté. Il ne se modifie pas : le suivant le corrige.")
    return redirect("roadmap:action", mission.slug, ref)


def _found(request: HttpRequest, mission: Mission, ref: str) -> RoadmapAction:
    row = RoadmapAction.objects.visible_to(request.user).of(mission).filter(ref=ref).first()
    if row is None:
        raise Http404
    return as_read(mission, row)


def _may_tell(request: HttpRequest, mission: Mission, row: RoadmapAction) -> bool:
    if mission.archived_at is not None or row.status == RoadmapAction.Status.SET_ASIDE:
        return False
    of_team = not roles_in(mission).isdisjoint(TEAM)
    return (
        of_team
        or RoadmapAction.objects.visible_to(request.user).led_by(request.user).of(mission).filter(pk=row.pk).exists()
    )


def _signature(user: User, mission: Mission) -> str:
    """The person, with the organisation for which he or she leads the action."""
    named = next((part.named for part in parts_in(mission) if part.role == Role.PARTNER), "")
    of_team = not roles_in(mission).isdisjoint(TEAM)
    return f"{user}, {named}" if named and not of_team else str(user)


def _show(request: HttpRequest, mission: Mission, row: RoadmapAction, said: Said, *, status: int = 200) -> HttpResponse:
    user, on = request.user, timezone.localdate()
    of_team = not roles_in(mission).isdisjoint(TEAM)
    rows = ActionProgress.objects.visible_to(user).of(mission).filter(action=row).order_by("number")
    told = progress_read(mission, rows)
    last, values = latest(told)
    followed = ActionFollowed.objects.visible_to(user).found_by(mission.current_study).filter(action_ref=row.ref)
    line = Line(
        state=row.status,
        axis=row.axis,
        title=row.title,
        owner=row.owner,
        due=row.ends_on,
        row=row,
        followed=followed.first() if of_team else None,
        last=last.get(row.pk),
        value=values.get(row.pk),
        on=on,
    )
    context: dict[str, object] = {
        "line": line,
        "action": row,
        "told": told[::-1],
        "stages": stages_of(told, committee_days(user, mission)),
        "said": said,
        "longest": LONGEST_WORDS,
        "may_tell": _may_tell(request, mission, row),
        "may_decide": Role.PILOT in roles_in(mission) and mission.archived_at is None,
        "of_team": of_team,
        "reads_roadmap": of_team or Role.COMMITTEE in roles_in(mission),
        "done": last_gesture(request, mission, Kind.ACTION) if request.GET.get("fait") else None,
        **(_of_team(request, mission, row, line) if of_team else {}),
    }
    response = page(request, mission, "roadmap/action.html", "roadmap", context)
    response.status_code = status
    return response


def _of_team(request: HttpRequest, mission: Mission, row: RoadmapAction, line: Line) -> dict[str, Any]:
    """The needs with the firms that said them, the projects, the history: for those who work on the mission."""
    user = request.user
    added = set(line.followed.added) if line.followed else set()
    heard = {
        f"{need.interview.ref}/{need.axis}": need
        for need in Need.objects.visible_to(user)
        .of(mission)
        .filter(interview__ref__in=[ref.partition("/")[0] for ref in (*row.needs, *added)])
        .select_related("interview__firm")
    }
    projects = {each.ref: each for each in Project.objects.visible_to(user).of(mission).filter(ref__in=row.projects)}
    entries = Entry.objects.visible_to(user).of(mission).filter(kind=Kind.ACTION.value, ref=row.ref)
    proposal = Action.objects.visible_to(user).found_by(mission.current_study).filter(code=row.proposal).first()
    return {
        "needs": [heard[ref] for ref in row.needs if ref in heard],
        "gone": [ref for ref in row.needs if ref not in heard],
        "added": [heard[ref] for ref in sorted(added) if ref in heard and ref not in row.needs],
        "projects": [(ref, projects.get(ref)) for ref in row.projects],
        "proposal": proposal if row.proposal else None,
        "links": fact_links(mission, row.ref) if row.mission.archived_at is None else {},
        "history": [
            {
                "entry": entry,
                "where": field_words(entry.path),
                "before": stored_words(entry.before, entry.path),
                "after": stored_words(entry.after, entry.path),
            }
            for entry in entries.order_by("-position")[:_HISTORY]
        ],
    }
