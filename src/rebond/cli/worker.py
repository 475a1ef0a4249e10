"""``rebond worker``: studies and documents in the background, on an instance that exists already."""

from __future__ import annotations

from pathlib import Path

import click

from rebond.cli._instance import database_option, open_site


@click.command()
@database_option
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
    avec « rebond serve --sans-calcul ». Plusieurs peuvent travailler sur la même base. Un catalogue faux : ses
    défauts sont dits, code 2, rien n'est calculé.
    """
    open_site(database, documents=documents, catalogue=folder)
    from rebond.cli._show import show_faults
    from rebond.errors import CatalogueError
    from rebond.web.financing.study import current_rulebook
    from rebond.web.worker.loop import run

    try:
        current_rulebook()
    except CatalogueError as error:
        show_faults(error.faults)
    click.echo("Calcul en arrière-plan : Ctrl+C pour l'arrêter.")
    run()
