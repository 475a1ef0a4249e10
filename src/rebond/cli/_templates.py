"""The templates that a mission has of its own, named at the command line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from rebond.adapters.templates import deck_template_faults, release_model, word_template_faults
from rebond.errors import DataError, Fault

template_option = click.option(
    "--modele",
    "templates",
    metavar="FICHIER",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Votre modèle : .pptx de la présentation (partez de presentation.pptx) ou .docx du communiqué ; répétable.",
)


def templates_named(paths: Sequence[Path]) -> tuple[bytes | None, bytes | None]:
    """The templates that the command names, of the deck and of the release; ``DataError`` with all that is wrong."""
    found: dict[str, bytes] = {}
    faults: list[Fault] = []
    for path in paths:
        kind, content = path.suffix.lower(), path.read_bytes()
        if kind not in {".pptx", ".docx"} or kind in found:
            problem = "un second modèle du même document" if kind in found else "ni .pptx ni .docx"
            mend = "donner un .pptx pour la présentation, un .docx pour le communiqué"
            faults.append(Fault(where=f"modèle {path.name}", problem=problem, mend=mend))
            continue
        found[kind] = content
        is_deck = kind == ".pptx"
        said = deck_template_faults(content) if is_deck else word_template_faults(content, release_model())
        mend = f"le corriger, ou partir de {'presentation.pptx' if is_deck else 'celui que donne la page Modèles'}"
        faults += [Fault(where=f"modèle {path.name}", problem=each, mend=mend) for each in said]
    if faults:
        raise DataError(faults)
    return found.get(".pptx"), found.get(".docx")
