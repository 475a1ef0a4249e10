"""``{% seen_by "projets.intitule support" %}``: who reads that block, of the project or firm that the page is about."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template

from rebond.history import Kind
from rebond.restitution.audiences import audiences
from rebond.web.disclosure.seen_by import Access, Seen, accesses_of, accesses_to_settings, declared_for, seen
from rebond.web.editing.dictionary import current_layout
from rebond.web.editing.fields import Group
from rebond.web.editing.parts import columns_of

register = template.Library()
_KEPT = "_seen_accesses"


@register.inclusion_tag("disclosure/seen_by.html", takes_context=True)
def seen_by(context: template.Context, keys: str) -> dict[str, object]:
    """Who reads data or columns, separated by spaces; ``feuille.*``: all the columns of a sheet."""
    return _shown(seen(_columns(keys.split()), _accesses(context)))


@register.inclusion_tag("disclosure/seen_by.html", takes_context=True)
def seen_here(context: template.Context, keys: str) -> dict[str, object]:
    """The same in the space of a reader: a firm is told who reads its project, another only whom it is for."""
    if context.get("project") is not None:
        return seen_by(context, keys)
    return _shown(declared_for(keys.split()))


@register.inclusion_tag("disclosure/seen_by.html", takes_context=True)
def seen_group(context: template.Context, group: Group) -> dict[str, object]:
    """Who reads a part of a form."""
    parts = context["form"].parts
    keys = [f"{group.part.sheet}.{column.key}" for column in columns_of(group.part, parts, current_layout())]
    return _shown(seen(keys, _accesses(context)))


def _shown(found: Seen) -> dict[str, object]:
    return {"seen": found, "readers": [(str(each), ", ".join(map(_title, each.keys))) for each in found.readers]}


def _title(key: str) -> str:
    datum = audiences().data.get(key)
    if datum is not None:
        return datum.title
    sheet, _, column = key.partition(".")
    return current_layout().sheet(sheet).column(column).title


def _columns(keys: Iterable[str]) -> Iterable[str]:
    for key in keys:
        if key.endswith(".*"):
            sheet = key.removesuffix(".*")
            yield from (f"{sheet}.{column.key}" for column in current_layout().sheet(sheet).columns)
        else:
            yield key


def _accesses(context: template.Context) -> tuple[Access, ...]:
    """Asked once for a page, however many blocks it has."""
    request = context["request"]
    if not hasattr(request, _KEPT):
        setattr(request, _KEPT, _found(context))
    found: tuple[Access, ...] = getattr(request, _KEPT)
    return found


def _found(context: template.Context) -> tuple[Access, ...]:
    mission: Any = context["mission"]
    if (form := context.get("form")) is not None and hasattr(form, "opened"):
        new = ((Kind.ACTION, ""),) if "actions" in form.opened.own_sheets else ()
        for kind, ref in (*new, *form.opened.rows):
            # An action is of the mission, as its settings: no firm nor project owns it.
            if kind in (Kind.SETTINGS, Kind.ACTION):
                return accesses_to_settings()
            row = form.opened.rows[kind, ref]
            if kind is Kind.PROJECT:
                return accesses_of(mission, firm=row.firm_id, project=ref)
            return accesses_of(mission, firm=ref if kind is Kind.FIRM else row.firm_id)
        return ()
    if (project := context.get("project")) is not None:
        return accesses_of(mission, firm=project.firm.ref, project=project.ref)
    return accesses_of(mission, firm=context["firm"].ref)
