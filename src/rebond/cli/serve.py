"""``rebond serve``: the site on a database that exists already."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.option(
    "--db",
    "database",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    default=Path("out/demo/rebond.sqlite3"),
    show_default=True,
    help="Base de données SQLite (DATABASE_URL l'emporte).",
)
@click.option(
    "--documents",
    type=click.Path(path_type=Path, file_okay=False),
    help="Dossier des documents (par défaut : celui de la base).",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Adresse d'écoute.")
@click.option("--port", default=8000, show_default=True, help="Port d'écoute.")
@click.option("--demo", is_flag=True, help="Affiche les comptes de démonstration sur la page de connexion.")
def serve(database: Path, documents: Path | None, host: str, port: int, demo: bool) -> None:
    """Ouvre le site sur une base existante, jusqu'à Ctrl+C."""
    from rebond.web.instance import open_instance
    from rebond.web.serving import serve as serve_site

    open_instance(database, documents=documents or database.parent, demo=demo)
    serve_site(host=host, port=port, announce=click.echo)
