"""``rebond mission compare``: what changed in the figures from one snapshot to another."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from rebond.cli._show import fail
from rebond.data.jsonfile import read_json
from rebond.errors import DataError
from rebond.restitution.snapshot import NotASnapshotError, checked, compared
from rebond.restitution.typography import typeset

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command()
@click.argument("before", metavar="AVANT", type=_FILE)
@click.argument("after", metavar="APRES", type=_FILE)
def compare(before: Path, after: Path) -> None:
    """Compare deux instantanés (instantane.json) : chaque chiffre qui a changé, avant et après, et ses lignes.

    Un fichier modifié depuis qu'il a été écrit est refusé.
    """
    old, new = read_snapshot(before), read_snapshot(after)
    click.echo(
        typeset(f"{new['mission']} : du {old['arrete_au']} ({_state(old)}) au {new['arrete_au']} ({_state(new)})")
    )
    for key, words in (("faits", "Les faits"), ("catalogue", "Le catalogue"), ("moteur", "Le moteur")):
        if old[key] != new[key]:
            click.echo(f"{words} : différents")
    changes = compared(old, new)
    for each in changes:
        rows = ", ".join(
            f"{words} : {len(keys)}"
            for words, keys in (("lignes venues", each.came), ("parties", each.went), ("changées", each.changed))
            if keys
        )
        told = f"{each.label} : {each.before or 'absent'} → {each.after or 'absent'}"
        click.echo(typeset(f"{told} ({rows})" if rows else told))
    if not changes:
        click.echo("Aucun chiffre n'a changé.")


def read_snapshot(path: Path) -> Mapping[str, Any]:
    """A snapshot as it was frozen; ends the command when it is none, or was changed."""
    try:
        return checked(read_json(path))
    except NotASnapshotError as error:
        fail(f"{path.name} : {error}")
    except DataError as error:
        fail(str(error))


def _state(snapshot: Mapping[str, Any]) -> str:
    return "décidé" if snapshot["etat"] == "decide" else "projet"
