"""``rebond worker``: studies and documents in the background, on a database that exists already."""

from __future__ import annotations

import os
from pathlib import Path

import click

from rebond.cli._catalogue import open_rulebook
from rebond.cli.serve import _refusal


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
    help="Dossier du catalogue, celui du site qui lit la même base.",
)
def worker(database: Path, documents: Path | None, folder: Path | None) -> None:
    """Étudie les missions dont les faits changent et prépare les documents demandés, jusqu'à Ctrl+C.

    « rebond serve » en lance un à côté du site : cette commande sert quand le calcul est sur une autre machine, ou
    avec « rebond serve --sans-calcul ». Plusieurs peuvent travailler sur la même base.
    """
    if "DATABASE_URL" not in os.environ and (refusal := _refusal(database)):
        raise click.BadParameter(refusal, param_hint="'--db'")
    if folder is not None:
        open_rulebook(folder)
    from rebond.web.instance import open_instance

    open_instance(database, documents=documents or database.parent, catalogue=folder)
    from rebond.web.worker.loop import run

    click.echo("Calcul en arrière-plan : Ctrl+C pour l'arrêter.")
    run()
