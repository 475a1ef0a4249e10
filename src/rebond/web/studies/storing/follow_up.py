"""Referrals of projects and actions of the roadmap."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rebond.results import MissionResult
from rebond.web.catalogue.reading import axes, current_catalogue, organisation_name
from rebond.web.studies.models import Action, ActionFollowed, Referral, Study
from rebond.web.studies.storing.rows import FactRows
from rebond.web.wording import set_once


def referral_rows(result: MissionResult, study: Study, facts: FactRows) -> Iterable[Referral]:
    """Every way out, in order."""
    dispositifs = current_catalogue().dispositifs
    for found in result.projects:
        for position, referral in enumerate(found.referrals):
            yield Referral(
                study=study,
                project_id=facts.projects[found.project.id],
                position=position,
                kind=referral.kind.value,
                organisation=referral.organisation,
                organisation_name=organisation_name(referral.organisation),
                dispositifs=[
                    {"id": key, "title": set_once(dispositifs[key].title, capital=False)}
                    for key in referral.dispositifs
                ],
                reason=set_once(referral.reason),
                next_step=set_once(referral.next_step),
                owner_name=organisation_name(referral.owner),
                due_on=referral.due_on,
            )


def action_rows(result: MissionResult, study: Study) -> Iterable[Action]:
    """The actions of the roadmap, in order."""
    known_axes = axes()
    for position, action in enumerate(result.roadmap):
        axis = known_axes.get(action.axis)
        yield Action(
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
            from_what=set_once(action.from_what),
            owner=action.owner,
            partner_codes=list(action.partners),
        )


def followed_rows(result: MissionResult, study: Study) -> Iterable[ActionFollowed]:
    """What changed under each adopted action."""
    for found in result.adopted:
        yield ActionFollowed(
            study=study,
            action_ref=found.action.id,
            from_what=set_once(found.from_what),
            added=[need.ref for need in found.added],
            gone=list(found.gone),
            lost_projects=list(found.lost_projects),
        )


def store_answers(result: MissionResult, actions: Sequence[Action], facts: FactRows) -> None:
    """The needs that each action answers, of those that are still there: a need said otherwise is another row."""
    answers = Action.needs.through
    answers.objects.bulk_create(
        answers(action_id=row.pk, need_id=pk)
        for row, action in zip(actions, result.roadmap, strict=True)
        for pk in dict.fromkeys(
            facts.needs.get((need.interview, need.axis, set_once(need.text, capital=False))) for need in action.needs
        )
        # A need that was said otherwise while the study was made: the next study has it.
        if pk is not None
    )
