"""Referrals of projects and actions of the roadmap."""

from __future__ import annotations

from rebond.restitution.typography import typeset
from rebond.results import MissionResult
from rebond.web.catalogue.reading import axes, current_catalogue, organisation_name
from rebond.web.loading.firms import Needs
from rebond.web.loading.projects import Projects
from rebond.web.missions.models import Mission
from rebond.web.referrals.models import Referral
from rebond.web.roadmap.models import Action
from rebond.web.wording import sentence


def load_referrals(result: MissionResult, mission: Mission, projects: Projects) -> None:
    """Every way out, in order."""
    dispositifs = current_catalogue().dispositifs
    Referral.objects.bulk_create(
        Referral(
            mission=mission,
            project=projects[found.project.id],
            position=position,
            kind=referral.kind.value,
            organisation=referral.organisation,
            organisation_name=organisation_name(referral.organisation),
            dispositifs=[{"id": key, "title": typeset(dispositifs[key].title)} for key in referral.dispositifs],
            reason=sentence(referral.reason),
            next_step=sentence(referral.next_step),
            owner_name=organisation_name(referral.owner),
            due_on=referral.due_on,
        )
        for found in result.projects
        for position, referral in enumerate(found.referrals)
    )


def load_roadmap(result: MissionResult, mission: Mission, needs: Needs) -> None:
    """Actions with the needs they answer."""
    known_axes = axes()
    for position, action in enumerate(result.roadmap):
        axis = known_axes.get(action.axis)
        row = Action.objects.create(
            mission=mission,
            position=position,
            code=action.code,
            axis=action.axis,
            axis_label=axis.label if axis else action.axis,
            axis_description=typeset(axis.description) if axis else "",
            title=typeset(action.title),
            owner_name=organisation_name(action.owner),
            partners=[organisation_name(code) for code in action.partners],
            due_on=action.due_on,
            indicator=typeset(action.indicator),
        )
        row.needs.set(needs[need.interview, action.axis, need.text] for need in action.needs)
