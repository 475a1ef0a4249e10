"""Referrals of projects and actions of the roadmap."""

from __future__ import annotations

from rebond.results import MissionResult
from rebond.web.catalogue.reading import axes, current_catalogue, organisation_name
from rebond.web.studies.models import Action, Referral, Study
from rebond.web.studies.storing.rows import FactRows
from rebond.web.wording import set_once


def store_referrals(result: MissionResult, study: Study, facts: FactRows) -> None:
    """Every way out, in order."""
    dispositifs = current_catalogue().dispositifs
    Referral.objects.bulk_create(
        Referral(
            study=study,
            project_id=facts.projects[found.project.id],
            position=position,
            kind=referral.kind.value,
            organisation=referral.organisation,
            organisation_name=organisation_name(referral.organisation),
            dispositifs=[
                {"id": key, "title": set_once(dispositifs[key].title, capital=False)} for key in referral.dispositifs
            ],
            reason=set_once(referral.reason),
            next_step=set_once(referral.next_step),
            owner_name=organisation_name(referral.owner),
            due_on=referral.due_on,
        )
        for found in result.projects
        for position, referral in enumerate(found.referrals)
    )


def store_roadmap(result: MissionResult, study: Study, facts: FactRows) -> None:
    """Actions with the needs they answer."""
    known_axes = axes()
    actions = []
    for position, action in enumerate(result.roadmap):
        axis = known_axes.get(action.axis)
        actions.append(
            Action(
                study=study,
                position=position,
                code=action.code,
                axis=action.axis,
                axis_label=result.labels.axes.get(action.axis, action.axis),
                axis_description=set_once(axis.description, capital=False) if axis else "",
                title=set_once(action.title, capital=False),
                owner_name=organisation_name(action.owner),
                partners=[organisation_name(code) for code in action.partners],
                due_on=action.due_on,
                indicator=set_once(action.indicator, capital=False),
            )
        )
    stored = Action.objects.bulk_create(actions)
    answers = Action.needs.through
    answers.objects.bulk_create(
        answers(action_id=row.pk, need_id=pk)
        for row, action in zip(stored, result.roadmap, strict=True)
        for pk in dict.fromkeys(
            facts.needs.get((need.interview, need.axis, set_once(need.text, capital=False))) for need in action.needs
        )
        # A need that was said otherwise while the study was made: the next study has it.
        if pk is not None
    )
