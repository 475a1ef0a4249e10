"""``rebond serve``: the site on a database that exists already."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import click

from rebond.cli._catalogue import open_rulebook
from rebond.cli._places import MOST_PORT, address_refusal

_SQLITE = b"SQLite format 3\0"


@click.command()
@click.option(
    "--db",
    "database",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("out/demo/rebond.sqlite3"),
    show_default=True,
    help="Base de données SQLite (DATABASE_URL l'emporte).",
)
@click.option(
    "--documents",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Dossier des documents (par défaut : celui de la base).",
)
@click.option(
    "--catalogue",
    "folder",
    metavar="DOSSIER",
    envvar="REBOND_CATALOGUE",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Dossier du catalogue, comme pour les autres commandes (par défaut : celui de Rebond). Le dossier d'un "
    "territoire s'y ajoute.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Adresse d'écoute.")
@click.option("--port", type=click.IntRange(1, MOST_PORT), default=8000, show_default=True, help="Port d'écoute.")
@click.option(
    "--sans-calcul",
    "alone",
    is_flag=True,
    help="Le site seul : les études et les documents sont faits par « rebond worker », ailleurs.",
)
@click.option("--demo", is_flag=True, help="Affiche les comptes de démonstration sur la page de connexion.")
def serve(
    database: Path, documents: Path | None, folder: Path | None, host: str, port: int, demo: bool, alone: bool
) -> None:
    """Ouvre le site sur une base existante, jusqu'à Ctrl+C, et refait l'étude d'une mission dès que ses faits changent.

    Un catalogue faux : ses défauts sont dits, code 2, et le site ne s'ouvre pas.
    """
    if "DATABASE_URL" not in os.environ and (refusal := _refusal(database)):
        raise click.BadParameter(refusal, param_hint="'--db'")
    if refusal := address_refusal(host, port):
        raise click.UsageError(refusal)
    if folder is not None:
        open_rulebook(folder)
    from rebond.web.instance import open_instance
    from rebond.web.serving import serve as serve_site

    open_instance(database, documents=documents or database.parent, demo=demo, catalogue=folder)
    serve_site(host=host, port=port, announce=click.echo, computing=not alone)


def _refusal(database: Path) -> str:
    """Why a file is no database of Rebond; nothing is written in it before that is known."""
    if not database.is_file():
        return f"Fichier introuvable : {database} (« rebond demo » en crée une)"
    with database.open("rb") as file:
        if file.read(len(_SQLITE)) != _SQLITE:
            return f"« {database} » n'est pas une base SQLite."
    try:
        with sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True) as base:
            tables = {name for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    except sqlite3.DatabaseError:
        return f"« {database} » est une base abîmée."
    return "" if "django_migrations" in tables else f"« {database} » n'est pas une base de Rebond."
