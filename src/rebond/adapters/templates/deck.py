"""A PowerPoint template: the layouts that Rebond looks for by name, the places that it fills by number."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from typing import Any

from pptx import Presentation

from rebond.adapters.documents.deck import deck_bytes
from rebond.adapters.documents.deck_template import LAYOUTS, OPTIONAL, Place
from rebond.adapters.templates.office import office_faults
from rebond.restitution.deck import Deck

_TITLES = frozenset({"TITLE", "CENTER_TITLE"})
_OBJECTS = {"chart": frozenset({"CHART", "OBJECT"}), "tbl": frozenset({"TABLE", "OBJECT"})}
_EMPTY = Deck(title="Essai", subtitle="Essai", place="", dated=date(2026, 1, 1), fictitious=False, draft=False)
_UNREADABLE = "PowerPoint lui-même ne relirait pas ce fichier : ouvrez-le, puis enregistrez-le de nouveau en .pptx."


def deck_template_faults(content: bytes) -> list[str]:
    """What forbids a file to serve as the template of the deck, every fault at once; empty when it may."""
    if faults := office_faults(content, "pptx"):
        return faults
    try:
        file = Presentation(BytesIO(content))
        found = list(dict.fromkeys(_faults(file)))
        if not found:
            deck_bytes(_EMPTY, content)
    except Exception:  # noqa: BLE001 - python-pptx says a damaged part in a dozen ways
        return [_UNREADABLE]
    return found


def _faults(file: Any) -> Iterator[str]:
    layouts = {layout.name: layout for layout in file.slide_layouts}
    for name, places in LAYOUTS.items():
        layout = layouts.get(name)
        if layout is None:
            near = difflib.get_close_matches(name, layouts, n=1, cutoff=0.5)
            held_ones = f"Dispositions du fichier : {', '.join(layouts)}."
            hint = f"Est-ce « {near[0]} », à renommer ?" if near else held_ones
            yield f"La disposition « {name} » manque. {hint}"
            continue
        held = {shape.placeholder_format.idx: shape for shape in layout.placeholders}
        for place in places:
            if place.number not in OPTIONAL:
                yield from _faults_of_place(name, place, held.get(place.number))


def _faults_of_place(layout: str, place: Place, shape: Any) -> Iterator[str]:
    """A place that lacks, or that cannot take what goes there."""
    if shape is None:
        yield (
            f"Disposition « {layout} » : l'emplacement « {place.name} » (nº {place.number}) manque. Repartez du modèle "
            "de Rebond : un emplacement se déplace et se met en forme, il ne se recrée pas."
        )
        return
    kind = str(shape.placeholder_format.type).partition(" ")[0]
    if place.number == 0 and kind not in _TITLES:
        yield f"Disposition « {layout} » : l'emplacement nº 0 doit être le titre."
    if place.kind in _OBJECTS and kind not in _OBJECTS[place.kind]:
        wanted = "graphique" if place.kind == "chart" else "tableau"
        yield f"Disposition « {layout} » : l'emplacement « {place.name} » (nº {place.number}) n'est pas un {wanted}."
