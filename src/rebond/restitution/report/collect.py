"""The whole report: its chapters in the order of the mission."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rebond.restitution.contents import Document, pruned
from rebond.restitution.editions import COMMITTEE, Recipient
from rebond.restitution.report.advising import calendar, recommendations
from rebond.restitution.report.annex import evidence, method, register
from rebond.restitution.report.context import Context
from rebond.restitution.report.findings import census, projects
from rebond.restitution.report.money import call, call_lists, financing
from rebond.restitution.report.opening import mission, summary
from rebond.restitution.report.outcomes import actions_proposed, outcome_lists, outcomes, roadmap
from rebond.restitution.territory_map import Place
from rebond.results import MissionResult


def collect_report(
    result: MissionResult,
    *,
    recipient: Recipient = COMMITTEE,
    places: Sequence[Place] = (),
    points: Mapping[str, tuple[float, float]] | None = None,
) -> Document:
    """The contents of the report. ``places``: communes of the territory; ``points``: code → (latitude, longitude).

    Without places, the map shows the communes that have projects; without points, bars take its place.
    """
    context = Context.of(result, recipient, places=places, points=points)
    settings = result.census.settings
    chapters = (
        summary(context),
        mission(context),
        census(context),
        projects(context),
        financing(context),
        call(context),
        outcomes(context),
        roadmap(context),
        recommendations(context),
        calendar(context),
        method(context),
        register(context),
        call_lists(context),
        outcome_lists(context),
        actions_proposed(context),
    )
    document = Document(
        title=settings.name,
        subtitle="Restitution au comité de pilotage",
        place=settings.announcement.place,
        dated=settings.committee_on,
        fictitious=settings.fictitious,
        draft=not context.decided,
        sections=chapters,
    )
    return evidence(pruned(document), {project.project.id for project in context.result.projects})
