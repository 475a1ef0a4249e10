"""The options ``--catalogue`` and ``--lecture`` that the commands reading a catalogue share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rebond.adapters.workbook import Layout, load_layout, organisation_choices, regime_codes, regime_labels
from rebond.cli._show import show_faults
from rebond.data import catalogue_part, data_folder
from rebond.dispositifs.catalogue import Catalogue, load_catalogue
from rebond.dispositifs.organisations import load_organisations
from rebond.eligibility.epcis import communes_of, read_epcis
from rebond.eligibility.places import load_gazetteer
from rebond.eligibility.truth import Truth
from rebond.errors import DataError
from rebond.facts import UNKNOWN, Maybe
from rebond.regimes.model import Regime
from rebond.regimes.readings import Reading

if TYPE_CHECKING:  # the steps of a mission, and their libraries: most commands only read the catalogue
    from rebond.adapters.partner_lists import ListFormat
    from rebond.study.rulebook import Rulebook

catalogue_option = click.option(
    "--catalogue",
    "folder",
    metavar="DOSSIER",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    default=data_folder,
    help="Dossier du catalogue (par défaut : celui de Rebond). Ce qu'il ne contient pas est pris dans celui de Rebond, "
    "et le dossier d'un territoire s'y ajoute.",
)
"""Passed to the command as ``folder``."""

reading_option = click.option(
    "--lecture",
    "reading",
    type=click.Choice([reading.value for reading in Reading]),
    help="Lecture du droit après la fin d'un texte, pour la proposition (par défaut : celle du catalogue).",
)
"""Passed to the command as ``reading``: its code, or ``None``."""


def reading_taken(code: str | None) -> Maybe[Reading]:
    """The reading that a command was given; UNKNOWN: the catalogue's own."""
    return Reading(code) if code else UNKNOWN


def open_catalogue(folder: Path) -> Catalogue:
    """The catalogue of a folder; a wrong one ends the command with every fault and code 2."""
    try:
        return load_catalogue(folder)
    except DataError as error:
        show_faults(error.faults)


def open_rulebook(folder: Path) -> Rulebook:
    """The catalogue of a folder with the grids and rules of a mission; a wrong file ends the command with code 2."""
    from rebond.study.rulebook import load_rulebook

    try:
        return load_rulebook(folder)
    except DataError as error:
        show_faults(error.faults)


def open_formats(folder: Path) -> tuple[ListFormat, ...]:
    """The layouts of partners' lists of a catalogue; a wrong one ends the command with every fault and code 2."""
    from rebond.adapters.partner_lists import FOLDER, load_formats

    try:
        return load_formats(catalogue_part(folder, FOLDER))
    except DataError as error:
        show_faults(error.faults)


def open_layout(folder: Path, *, epcis: Sequence[str] = (), regimes: Mapping[str, Regime] | None = None) -> Layout:
    """The layout of the census workbook for a catalogue; a wrong one ends the command with every fault and code 2.

    ``epcis``: the territory, whose lists then leave out the organisations that work elsewhere. ``regimes``: those of
    the catalogue, when the command has read them.
    """
    try:
        labels = regime_codes(catalogue_part(folder, "regimes")) if regimes is None else regime_labels(regimes)
        organisations = list(load_organisations(folder).values())
        if epcis:
            gazetteer = load_gazetteer(catalogue_part(folder, "referentiels"))
            communes = communes_of(gazetteer, epcis)
            organisations = [one for one in organisations if one.covers_any(communes) is Truth.YES]
        return load_layout(
            catalogue_part(folder, "referentiels"),
            regimes=labels,
            organisations=organisation_choices(organisations),
        )
    except DataError as error:
        show_faults(error.faults)


def open_epcis(texts: Sequence[str], folder: Path) -> tuple[str, ...]:
    """The intercommunalities that a command is given; an unknown one ends the command with code 2."""
    if not texts:
        return ()
    try:
        return read_epcis(texts, load_gazetteer(catalogue_part(folder, "referentiels")))
    except DataError as error:
        show_faults(error.faults)
