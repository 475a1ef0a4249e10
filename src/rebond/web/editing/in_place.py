"""One field of a sheet: where its form and its history are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.http import Http404
from django.urls import reverse

from rebond.adapters.workbook import Column
from rebond.adapters.workbook.places import SHEETS, field_of
from rebond.history import Kind
from rebond.restitution.typography import typeset
from rebond.web.editing.dictionary import current_layout
from rebond.web.editing.parts import Part, single_columns

_NAMES: Mapping[Kind, str] = MappingProxyType({Kind.FIRM: "firm", Kind.PROJECT: "project"})
_VIEWS: Mapping[Kind, str] = MappingProxyType({Kind.FIRM: "firms:sheet", Kind.PROJECT: "projects:facts"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """The addresses of a field."""

    anchor: str
    """Its id on the sheet."""
    whole: str
    """The form of the whole sheet, at this field."""
    alone: str
    """The form of this field."""
    history: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Alone:
    """A field as a form by itself."""

    title: str
    part: Part
    column: Column


def field_alone(kind: Kind, key: str) -> Alone:
    """The form of one field: one that the form of the whole sheet shows, once a row; 404 for any other."""
    column = next((each for each in single_columns(kind, current_layout()) if each.key == key), None)
    if column is None:
        raise Http404
    part = Part(key="champ", title=typeset(column.title), sheet=SHEETS[kind], columns=(key,))
    return Alone(title=part.title, part=part, column=column)


FIELD, LACKING = "champ", "manque"
"""Where a field is on its sheet: among the facts, or in the list of what it lacks."""
PLACE = "lieu"


def anchor_of(key: str, place: str = FIELD) -> str:
    """The id of a field on its sheet."""
    return f"{place}-{key}"


def place_in(query: Mapping[str, str]) -> str:
    """Where the sheet that asks shows the field."""
    return LACKING if query.get(PLACE) == LACKING else FIELD


def shown_at(mission: str, kind: Kind, ref: str, key: str) -> str:
    """The sheet at a field."""
    return f"{reverse(_VIEWS[kind], args=[mission, ref])}#{anchor_of(key)}"


def links_of(mission: str, kind: Kind, ref: str, key: str, place: str = FIELD) -> Links:
    """Where a field of a sheet is changed, and told."""
    name, sheet = _NAMES[kind], SHEETS[kind]
    past = reverse(f"editing:{name}_history", args=[mission, ref])
    alone = reverse(f"editing:{name}_field", args=[mission, ref, key])
    return Links(
        anchor=anchor_of(key, place),
        whole=f"{reverse(f'editing:{name}', args=[mission, ref])}#{sheet}-0-{key}",
        alone=alone if place == FIELD else f"{alone}?{PLACE}={place}",
        history=f"{past}?champ={'/'.join(field_of(current_layout(), kind, key))}",
    )
