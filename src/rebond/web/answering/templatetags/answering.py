"""Where the links of a referral stand, on its page, for the team."""

from __future__ import annotations

from typing import Any

from django import template

from rebond.web.answering.pilot_views import standings
from rebond.web.referrals.models import SentReferral

register = template.Library()


@register.inclusion_tag("answering/links_of.html", takes_context=True)
def answer_links(context: dict[str, Any], referral: SentReferral) -> dict[str, Any]:
    """The addresses that the letters of a referral go to, each with its link."""
    return {
        "rows": standings(referral),
        "referral": referral,
        "mission": context["mission"],
        "may_change": context["is_pilot"] and not context["archived"],
    }
