"""« Aujourd’hui », where a mission opens."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from rebond.web.desk.ahead import Ahead
from rebond.web.desk.links import first_of
from rebond.web.desk.upcoming import changes_by_others, next_days, open_questions
from rebond.web.desk.visits import last_visit
from rebond.web.desk.waiting import awaiting
from rebond.web.firms.models import Firm
from rebond.web.missions.access import TEAM, of_any_part, page, roles_in
from rebond.web.missions.models import Mission
from rebond.web.studies.models import Indicator, OpenQuestion

FIGURES = ("projets_recenses", "investissement_eur", "soutien_ferme_eur", "projets_proposes")
"""The four figures under the list, in order; all the others are on « Synthèse »."""
_SHOWN = 12
_QUESTIONS = 3
_RECENT = timedelta(days=7)
"""What a first visit shows of the journal."""


@of_any_part
def today(request: HttpRequest, mission: Mission) -> HttpResponse:
    """What awaits this person, before any figure; those who do not work on the whole mission have a space of theirs."""
    if roles_in(mission).isdisjoint(TEAM):
        return redirect("disclosure:space", mission.slug)
    user, study, now = request.user, mission.current_study, timezone.now()
    if not user.is_authenticated:
        raise PermissionError  # ``of_mission`` found a mission: somebody is signed in.
    on = timezone.localdate()
    ahead = Ahead(user=user, mission=mission)
    tasks = awaiting(user, mission, roles_in(mission), on, ahead=ahead)
    since = last_visit(user, mission, now)
    figures = {row.code: row for row in Indicator.objects.visible_to(user).found_by(study).filter(code__in=FIGURES)}
    return page(
        request,
        mission,
        "desk/today.html",
        "today",
        {
            "tasks": tasks[:_SHOWN],
            "more_tasks": tasks[_SHOWN:],
            "total": len(tasks),
            "late": sum(task.late for task in tasks),
            "questions": list(open_questions(user, mission)[:_QUESTIONS]),
            "asked_of": dict(OpenQuestion.AskedOf.choices),
            "days": next_days(ahead, on),
            "since": since,
            "changes": changes_by_others(user, mission, since or now - _RECENT),
            "headlines": [figures[code] for code in FIGURES if code in figures],
            "empty": study is None and not Firm.objects.visible_to(user).of(mission).exists(),
            "import_url": first_of("exchange:home", args=(mission.slug,)),
            "new_firm_url": first_of("editing:new_firm", args=(mission.slug,)),
            "people_url": first_of("missions:people", "accounts:people", args=(mission.slug,)),
        },
    )
