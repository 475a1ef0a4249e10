"""``rebond serve``: the site on a database that exists already."""

from __future__ import annotations

import os
from pathlib import Path

import click

from rebond.cli._catalogue import open_rulebook
from rebond.cli._instance import database_option, open_site, use_settings_of
from rebond.cli._places import MOST_PORT, address_refusal


@click.command()
@click.argument("place", metavar="[DOSSIER]", required=False, type=click.Path(path_type=Path))
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
    *,
    place: Path | None,
    database: Path,
    documents: Path | None,
    folder: Path | None,
    host: str,
    port: int,
    demo: bool,
    alone: bool,
) -> None:
    """Ouvre le site d'une instance et de toutes ses missions, jusqu'à Ctrl+C.

    L'étude d'une mission est refaite dès que ses faits changent. DOSSIER est celui de « rebond init » ; « --db »
    nomme plutôt une base existante. Un catalogue faux : ses défauts sont dits, code 2, et le site ne s'ouvre pas.
    """
    if refusal := address_refusal(host, port):
        raise click.UsageError(refusal)
    use_settings_of(place or database)
    folder = folder or _of_the_settings()
    if folder is not None:
        open_rulebook(folder)
    option = "DOSSIER" if place else "--db"
    open_site(place or database, documents=documents, demo=demo, catalogue=folder, option=option)
    from rebond.web.mail import server_refusal
    from rebond.web.serving import serve as serve_site

    if silent := server_refusal():
        click.echo(f"Le serveur des courriels (REBOND_EMAIL) ne répond pas : {silent}", err=True)
        click.echo("Le site s'ouvre quand même : invitations et mots de passe oubliés ne partiront pas.", err=True)

    serve_site(host=host, port=port, announce=click.echo, computing=not alone)


def _of_the_settings() -> Path | None:
    """The folder of a catalogue that the settings of the instance name."""
    named = os.environ.get("REBOND_CATALOGUE", "")
    return Path(named) if named else None
