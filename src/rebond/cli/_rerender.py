"""``rebond mission rerender``: the documents of a snapshot, made again the same."""

from __future__ import annotations

from pathlib import Path

import click

from rebond.adapters.documents.remaking import remake
from rebond.cli._catalogue import catalogue_option
from rebond.cli._compare import read_snapshot
from rebond.cli._places import OutFolder
from rebond.cli._show import fail, show_faults, steps
from rebond.cli._templates import template_option, templates_named
from rebond.errors import DataError, RebondError
from rebond.restitution.snapshot import NotASnapshotError
from rebond.study.rulebook import load_rulebook

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command()
@click.argument("snapshot", metavar="INSTANTANE", type=_FILE)
@click.option("--out", type=OutFolder(), required=True, help="Dossier des documents refaits.")
@template_option
@catalogue_option
def rerender(snapshot: Path, out: Path, templates: tuple[Path, ...], folder: Path) -> None:
    """Refait les documents d'un instantané (instantane.json), les mêmes à l'octet près, sans classeur ni base.

    Il faut le catalogue, la version de Rebond et les modèles de ce jour-là : sinon rien n'est écrit, et le message dit
    ce qui diffère. Code 2 : l'instantané, le modèle ou le catalogue n'est pas le bon.
    """
    told = read_snapshot(snapshot)
    try:
        with steps() as step:
            step("Lecture de l'instantané et du catalogue")
            deck, release = templates_named(templates)
            remake(told, out, rulebook=load_rulebook(folder), folder=folder, deck=deck, release=release, progress=step)
    except DataError as error:
        show_faults(error.faults)
    except (NotASnapshotError, RebondError) as error:
        fail(f"{snapshot.name} : {error}")
    click.echo(f"Documents de « {told['mission']} » au {told['arrete_au']} refaits dans {out}.")
