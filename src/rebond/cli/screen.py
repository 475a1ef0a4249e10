"""``rebond screen``: which dispositifs a firm and its project can apply for, why, and what to ask next."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path

import click
from rich.console import Console

from rebond.cli._cards import print_screening
from rebond.cli._catalogue import catalogue_option, open_catalogue
from rebond.cli._show import show_faults
from rebond.dispositifs.cards import screen_cards, screening_as_data
from rebond.dispositifs.catalogue import Catalogue
from rebond.dispositifs.facts_file import read_facts_file
from rebond.errors import FactsError, Fault


@click.command()
@click.option(
    "--facts",
    "file",
    metavar="FICHIER",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    required=True,
    help="Faits de l'entreprise et du projet (YAML : un fait du dictionnaire par ligne).",
)
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), required=True, help="Date d'examen (AAAA-MM-JJ).")
@click.option("--dispositif", "chosen", metavar="ID", multiple=True, help="N'examiner que ce dispositif (répétable).")
@click.option(
    "--questions", type=click.IntRange(min=0), default=5, show_default=True, help="Nombre de questions proposées."
)
@click.option("--json", "as_json", is_flag=True, help="Écrit le résultat en JSON (docs/schemas/verdict-v1.json).")
@catalogue_option
def screen(file: Path, on: datetime, chosen: tuple[str, ...], questions: int, as_json: bool, folder: Path) -> None:
    """Examine chaque dispositif : oui, à vérifier ou non, critère par critère, et la suite à donner."""
    catalogue = open_catalogue(folder)
    day = on.date()
    only = _chosen(chosen, catalogue) if chosen else None
    try:
        facts = read_facts_file(file, catalogue, day, tell=lambda note: click.echo(f"• {note}", err=True))
    except FactsError as error:
        show_faults(error.faults)
    screening = screen_cards(facts, catalogue, day, only=only, questions=questions)
    if as_json:
        click.echo(json.dumps(screening_as_data(screening), ensure_ascii=False, indent=2))
    else:
        print_screening(screening, Console(highlight=False))


def _chosen(identifiers: Iterable[str], catalogue: Catalogue) -> list[str]:
    """The dispositifs asked for, former names included; an unknown one ends the command with the nearest names."""
    found = {identifier: catalogue.find(identifier) for identifier in identifiers}
    faults = [
        Fault(
            where="--dispositif", found=identifier, problem="dispositif inconnu", mend=_nearest(identifier, catalogue)
        )
        for identifier, dispositif in found.items()
        if dispositif is None
    ]
    if faults:
        show_faults(faults)
    return list(dict.fromkeys(dispositif.id for dispositif in found.values() if dispositif is not None))


def _nearest(identifier: str, catalogue: Catalogue) -> str:
    near = get_close_matches(identifier, list(catalogue.dispositifs), n=3, cutoff=0.5)
    return f"essayer {' ou '.join(near)}" if near else "la commande « rebond catalogue check » compte ceux qui existent"
