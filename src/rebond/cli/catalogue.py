"""``rebond catalogue``: check the catalogue, list its gaps, see what needs a review."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from rebond.cli._catalogue import catalogue_option, open_catalogue
from rebond.cli._show import show_faults
from rebond.dispositifs.checks import FRESHNESS_LABELS, check_catalogue, freshness


@click.group()
def catalogue() -> None:
    """Catalogue des dispositifs et des régimes."""


@catalogue.command()
@catalogue_option
def check(folder: Path) -> None:
    """Contrôle le schéma, les références, les chiffres et rejoue chaque exemple."""
    loaded = open_catalogue(folder)
    faults = check_catalogue(loaded)
    if faults:
        show_faults(faults)
    cases = sum(len(d.cases) for d in loaded.dispositifs.values()) + sum(len(r.cases) for r in loaded.regimes.values())
    click.echo(
        f"Catalogue {loaded.version} : {len(loaded.dispositifs)} dispositifs, {len(loaded.regimes)} régimes, "
        f"{cases} exemples rejoués, aucun défaut."
    )


@catalogue.command()
@catalogue_option
def gaps(folder: Path) -> None:
    """Ce que les sources ne donnent pas, dispositif par dispositif."""
    loaded = open_catalogue(folder)
    table = Table("Dispositif", "Champ", "Question", title="Lacunes du catalogue")
    for dispositif in loaded.dispositifs.values():
        for gap in dispositif.gaps:
            table.add_row(dispositif.id, gap.field, gap.question)
    Console().print(table)


@catalogue.command()
@catalogue_option
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), required=True, help="Date d'examen (AAAA-MM-JJ).")
def fresh(folder: Path, on: datetime) -> None:
    """Dispositifs clos, qui ferment bientôt, ou dont la revue est due."""
    loaded = open_catalogue(folder)
    day: date = on.date()
    table = Table("Dispositif", "État", "Détail", title=f"Fraîcheur au {day:%d/%m/%Y}")
    for dispositif in loaded.dispositifs.values():
        found = freshness(dispositif, day)
        if found.state != "a_jour":
            table.add_row(dispositif.id, FRESHNESS_LABELS[found.state], found.detail)
    Console().print(table)
