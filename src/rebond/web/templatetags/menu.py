"""The menu of the mission that a page is of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

from rebond.web.desk.menu import Shown, menu_of
from rebond.web.missions.access import role_in

register = template.Library()


@register.simple_tag(takes_context=True)
def mission_menu(context: Mapping[str, Any]) -> list[Shown]:
    """Groups and links; empty on a page of no mission."""
    mission = context.get("mission")
    return list(menu_of(mission, role_in(mission), context.get("section", ""))) if mission else []
