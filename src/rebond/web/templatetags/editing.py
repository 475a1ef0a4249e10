"""What the pages of forms lay out by themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from rebond.adapters.workbook.places import SHEETS
from rebond.history import Kind
from rebond.restitution.confidences import confidences
from rebond.restitution.typography import typeset
from rebond.web.catalogue.reading import shown_facts
from rebond.web.disclosure.matrix import matrix
from rebond.web.editing.dictionary import current_layout
from rebond.web.editing.fields import Field, Group
from rebond.web.editing.in_place import FIELD, links_of
from rebond.web.editing.opened import Typed
from rebond.web.editing.totals import Totals, totals_of
from rebond.web.missions.tagged import declared_from_data

register = template.Library()


@register.filter
def at(found: Mapping[str, str], key: str) -> str:
    """The text that a mapping has for a key; empty when it has none."""
    return found.get(key, "") if found else ""


@register.filter
def nth(found: Sequence[str], rank: int) -> str:
    """The text of that rank."""
    return found[rank]


@register.simple_block_tag(takes_context=True)
def fact(
    context: template.Context, content: str, kind: str, ref: str, column: str, label: str, place: str = FIELD
) -> SafeString:
    """A value of a sheet in a list of terms; with the links that change it and tell its history, for who may."""
    links = None
    if context.get("may_change"):
        links = links_of(context["mission"].slug, Kind(kind), ref, column, place)
    # What is between the tags was rendered, so escaped, by the template that holds them.
    shown = {"links": links, "label": typeset(label), "content": mark_safe(content.strip())}  # noqa: S308 - see above
    return render_to_string("editing/fact.html", shown)


@register.filter
def declared_columns(rows: list[list[Any]], kind: str) -> list[tuple[str, str, str]]:
    """Declared facts of a row: column, label and value."""
    keys = {each.fact.name: each.key for each in current_layout().sheet(SHEETS[Kind(kind)]).columns if each.fact}
    declared = declared_from_data(rows)
    return [
        (keys.get(name, ""), label, value)
        for (name, _), (label, value) in zip(declared, shown_facts(declared), strict=True)
    ]


@register.inclusion_tag("editing/who_reads.html")
def who_reads() -> dict[str, object]:
    """Who reads the minutes of an interview, and what of it never leaves the team."""
    return {"readers": matrix().readers("compte_rendu"), "declared": confidences().declared}


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
