"""What the pages of forms lay out by themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django import template

from rebond.web.editing.fields import Field, Group
from rebond.web.editing.opened import Typed
from rebond.web.editing.totals import Totals, totals_of

register = template.Library()


@register.filter
def at(found: Mapping[str, str], key: str) -> str:
    """The text that a mapping has for a key; empty when it has none."""
    return found.get(key, "") if found else ""


@register.simple_tag
def cost_totals(typed: Typed) -> Totals:
    """The total of the cost lines, as far as they can be read."""
    return totals_of(typed)


@register.simple_tag
def interview_projects(groups: Sequence[Group]) -> list[tuple[int, list[Field]]]:
    """Each project heard, with its cost on the same lines."""
    lines = {group.part.key: group.lines for group in groups if group.lines}
    projects, costs = lines.get("projets", ()), lines.get("couts", ())
    return [
        (line.number, [*line.fields, *(costs[place].fields if place < len(costs) else ())])
        for place, line in enumerate(projects)
    ]
