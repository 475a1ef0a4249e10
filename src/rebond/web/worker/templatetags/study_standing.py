"""``{% study_standing %}``: which study a page shows, and what is not yet in it."""

from __future__ import annotations

from django import template
from django.conf import settings
from django.template import Context

from rebond.web.missions.models import Mission
from rebond.web.worker.standing import standing_of

register = template.Library()


@register.inclusion_tag("worker/standing.html", takes_context=True)
def study_standing(context: Context) -> dict[str, object]:
    """Nothing on the pages of no mission."""
    mission, study = context.get("mission"), context.get("study")
    if not isinstance(mission, Mission):
        return {}
    standing = standing_of(mission, shown=study.number if study else None)
    return {"mission": mission, "standing": standing, "contact": settings.CONTACT}
