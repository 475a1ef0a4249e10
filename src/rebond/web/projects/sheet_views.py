"""The parts of a project's sheet."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from rebond.web.financing.deadlines import deadlines
from rebond.web.financing.resources import plan_groups
from rebond.web.journal.reading import gestures_of, history_of, line_of
from rebond.web.missions.access import of_mission
from rebond.web.missions.models import Mission
from rebond.web.missions.truth import Answer
from rebond.web.paging import page_of
from rebond.web.projects.costs import cost_table
from rebond.web.projects.models import Project
from rebond.web.projects.sheet import sheet_page, studied_project
from rebond.web.referrals.models import SentReferral
from rebond.web.referrals.reading import lines_for_team
from rebond.web.regrouping.lineage import lineage_of
from rebond.web.studies.models import KnownLink, OpenQuestion

_SHOWN_QUESTIONS = 4
_SHOWN_CHANGES = 3


@of_mission
def summary(request: HttpRequest, mission: Mission, ref: str) -> HttpResponse:
    """The way out, what lacks by the euros that wait for it, what to do before which day, the last changes."""
    project = studied_project(request, mission, ref)
    found = project.finding.found if project.finding else None
    lines = found.lines if found else ()
    every = list(OpenQuestion.objects.visible_to(request.user).found_by(mission.current_study).filter(project=project))
    questions = [row for row in every if row.asked_of != OpenQuestion.AskedOf.TEXT]
    changes = history_of(mission, "projet", ref).visible_to(request.user)[:_SHOWN_CHANGES]
    return sheet_page(
        request,
        mission,
        project,
        "resume",
        "projects/sheet/summary.html",
        {
            **_sent(request, mission, project),
            "found": found,
            "groups": plan_groups(lines),
            "questions": questions[:_SHOWN_QUESTIONS],
            "more_questions": questions[_SHOWN_QUESTIONS:],
            # A study made before questions were kept has none, though its euros wait for some.
            "not_kept": not every and any(line.reserves or not line.verified for line in lines),
            "deadlines": deadlines(project, lines, timezone.localdate()) if lines else (),
            "lineage": lineage_of(request.user, mission, "projet", ref),
            "changes": [line_of(entry) for entry in changes],
        },
    )


@of_mission
def facts(request: HttpRequest, mission: Mission, ref: str) -> HttpResponse:
    """What was declared: identity, dates, objectives, zones of its place, maturity with its proofs."""
    project = studied_project(request, mission, ref)
    found = project.finding.found if project.finding else None
    return sheet_page(request, mission, project, "faits", "projects/sheet/facts.html", {"found": found})


@of_mission
def costs(request: HttpRequest, mission: Mission, ref: str) -> HttpResponse:
    """What it costs, by nature and year, and the aid already obtained for it."""
    project = studied_project(request, mission, ref)
    table = cost_table(list(project.costs.all()))
    return sheet_page(request, mission, project, "couts", "projects/sheet/costs_part.html", {"table": table})


@of_mission
def dispositifs(request: HttpRequest, mission: Mission, ref: str) -> HttpResponse:
    """The verdict on every dispositif of the catalogue."""
    project = studied_project(request, mission, ref)
    found = project.finding.found if project.finding else None
    verdicts = found.verdicts if found else ()
    eligible = [row for row in verdicts if row.truth == Answer.YES]
    return sheet_page(
        request,
        mission,
        project,
        "dispositifs",
        "projects/sheet/dispositifs.html",
        {
            "eligible": eligible,
            "to_check": [row for row in verdicts if row.truth == Answer.UNKNOWN],
            "refused": [row for row in verdicts if row.truth == Answer.NO],
            "planned": {line.dispositif for line in (found.lines if found else ())},
        },
    )


@of_mission
def known(request: HttpRequest, mission: Mission, ref: str) -> HttpResponse:
    """Whether the partners knew it, line by line of their lists."""
    project = studied_project(request, mission, ref)
    links = KnownLink.objects.visible_to(request.user).found_by(mission.current_study).filter(project=project)
    shown = {"known_links": links.select_related("entry")}
    return sheet_page(request, mission, project, "connu", "projects/sheet/known_part.html", shown)


@of_mission
def follow_up(request: HttpRequest, mission: Mission, ref: str) -> HttpResponse:
    """To whom it is sent, by when; its place in the call, with the marks and what the committee decided."""
    project = studied_project(request, mission, ref)
    found = project.finding.found if project.finding else None
    shown = {"found": found, **_sent(request, mission, project)}
    return sheet_page(request, mission, project, "suivi", "projects/sheet/follow_up.html", shown)


def _sent(request: HttpRequest, mission: Mission, project: Project) -> dict[str, object]:
    """What was sent of a project: what is proposed and was not is shown as proposed."""
    rows = SentReferral.objects.visible_to(request.user).of(mission).filter(project=project)
    sent = lines_for_team(rows, timezone.localdate())
    return {"sent": sent, "sent_to": {each.row.organisation for each in sent}}


@of_mission
def history(request: HttpRequest, mission: Mission, ref: str) -> HttpResponse:
    """Everything that changed on the project, gesture by gesture, the latest first."""
    project = studied_project(request, mission, ref)
    rows = page_of(request, history_of(mission, "projet", ref).visible_to(request.user))
    shown = {"page": rows, "gestures": gestures_of(rows.object_list)}
    return sheet_page(request, mission, project, "historique", "projects/sheet/history.html", shown)
