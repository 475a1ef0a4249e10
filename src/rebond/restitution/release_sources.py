"""What is behind each figure of the press release: a document beside it, for who answers the press."""

from __future__ import annotations

from dataclasses import replace

from rebond.restitution.contents import SOURCES, Document, Paragraph, Quote, Section, Table, figures_of, pruned
from rebond.restitution.edition_rows import rows_words
from rebond.restitution.press_release import collect_press_release
from rebond.results import MissionResult

SOURCES_TITLE = "Sources du communiqué"


def collect_release_sources(result: MissionResult) -> Document:
    """What is behind each figure of the release, for who answers the press: a file beside it."""
    release = collect_press_release(result)
    rows = tuple(
        (
            (indicator.label,),
            (indicator.told,),
            (Quote(text=f"{indicator.definition} Code : {indicator.code}.{rows_words(indicator)}"),),
        )
        for indicator in figures_of(release)
    )
    table = Table(
        caption="Chaque chiffre du communiqué, sa définition et ses lignes",
        header=("Chiffre", "Valeur", "Définition et lignes"),
        rows=rows,
        shares=(0.25, 0.25, 0.5),
    )
    sections = (Section(title="Sources des chiffres", anchor="sources", blocks=(Paragraph(text=(SOURCES,)), table)),)
    return pruned(replace(release, subtitle=SOURCES_TITLE, ahead=(), logos=(), sections=sections if rows else ()))
