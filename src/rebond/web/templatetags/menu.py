"""The menu of the mission that a page is of, and the numbers of the pages of a list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.core.paginator import Page

from rebond.web.desk.menu import Shown, menu_of
from rebond.web.missions.access import roles_in

register = template.Library()


@register.simple_tag(takes_context=True)
def mission_menu(context: Mapping[str, Any]) -> list[Shown]:
    """Groups and links; empty on a page of no mission."""
    mission = context.get("mission")
    return list(menu_of(mission, roles_in(mission), context.get("section", ""))) if mission else []


@register.filter
def near_pages(page: Page[Any]) -> Iterable[int | str]:
    """The first, the last and those around the page open; « … » stands for the others."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
