"""What the pages of the call say of the assessors, without their marks: who stands aside, where they diverge."""

from __future__ import annotations

from typing import Any

from django import template

from rebond.web.portfolio.calls import proposing, title_of
from rebond.web.portfolio.given import NOBODY, Aggregates, aggregates
from rebond.web.portfolio.grids import call_grid
from rebond.web.portfolio.standing import Standing, standings

register = template.Library()


@register.simple_tag(takes_context=True)
def standing_for(context: template.Context, project: Any) -> Standing:
    """Who stands aside for the firm of a project."""
    mission = context["mission"]
    return standings(context["request"].user, mission).get(project.firm_id, NOBODY)


@register.simple_tag(takes_context=True)
def assessed_call(context: template.Context) -> Aggregates:
    """What the committee reads of the marks of every project."""
    return aggregates(context["request"].user, context["mission"])


@register.simple_tag(takes_context=True)
def call_top(context: template.Context) -> int:
    """The top of the scale of the mission's call."""
    return call_grid(context["mission"]).top_score


@register.simple_tag(takes_context=True)
def call_proposing(context: template.Context, finding: Any) -> str:
    """The title of the call that is proposed to finance a project; empty where there is one call."""
    return proposing(context["mission"], finding)


@register.simple_tag(takes_context=True)
def call_deciding(context: template.Context, decision: Any) -> str:
    """The title of the call that decided of a project; empty where there is one call."""
    return title_of(context["mission"], decision.call)


@register.filter
def said_of(found: Aggregates, project: Any) -> dict[str, object]:
    """What it reads of one project: the criteria on which the assessors diverge, and who stands aside.

    Who stands aside for it is not told of the first.
    """
    standing = found.standings.get(project.firm_id, NOBODY)
    return {
        "diverging": () if standing.mine else found.diverging.get(project.pk, ()),
        "names": standing.names,
        "mine": standing.mine,
    }
