"""Open an instance from the command line: its folder, or its database; the one place that knows how."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import click

from rebond.cli._show import show_faults
from rebond.errors import DataError

DATABASE = "rebond.sqlite3"
DOCUMENTS = "documents"
_SQLITE = b"SQLite format 3\0"
_DEMO = Path("out/demo") / DATABASE

database_option = click.option(
    "--instance",
    "--db",
    "database",
    metavar="DOSSIER|BASE",
    envvar="REBOND_INSTANCE",
    type=click.Path(path_type=Path),
    default=_DEMO,
    show_default=True,
    help="Dossier d'une instance (« rebond init »), ou base SQLite. DATABASE_URL l'emporte.",
)
"""Passed to the command as ``database``: a folder or a file."""


def open_site(
    place: Path,
    *,
    documents: Path | None = None,
    demo: bool = False,
    catalogue: Path | None = None,
    option: str = "--db",
) -> None:
    """Set the site up on an instance; one that is not ends the command with code 2, nothing written."""
    is_folder = place.is_dir()
    database = place / DATABASE if is_folder else place
    use_settings_of(place)
    if "DATABASE_URL" not in os.environ and (refusal := _refusal(database)):
        raise click.BadParameter(refusal, param_hint=f"'{option}'")
    from rebond.web.instance import open_instance

    home = place / DOCUMENTS if is_folder and (place / DOCUMENTS).is_dir() else database.parent
    try:
        open_instance(database, documents=documents or home, demo=demo, catalogue=catalogue)
    except DataError as error:
        show_faults(error.faults)


def use_settings_of(place: Path) -> None:
    """Take the settings that the folder of an instance keeps; wrong ones end the command with code 2."""
    from rebond.web.settings_file import SETTINGS_FILE, use_settings

    file = place / SETTINGS_FILE
    if file.is_file():
        try:
            use_settings(file)
        except DataError as error:
            show_faults(error.faults)


def _refusal(database: Path) -> str:
    """Why a file is no database of Rebond; nothing is written in it before that is known."""
    if not database.is_file():
        return f"Fichier introuvable : {database} (« rebond init » crée une instance, « rebond demo » un exemple)"
    with database.open("rb") as file:
        if file.read(len(_SQLITE)) != _SQLITE:
            return f"« {database} » n'est pas une base SQLite."
    try:
        with sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True) as base:
            tables = {name for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    except sqlite3.DatabaseError:
        return f"« {database} » est une base abîmée."
    return "" if "django_migrations" in tables else f"« {database} » n'est pas une base de Rebond."
