"""``rebond census``: the workbook to fill in, and its check."""

from __future__ import annotations

from pathlib import Path

import click

from rebond.adapters.workbook import read_census, write_template
from rebond.cli._catalogue import catalogue_option, open_layout
from rebond.cli._places import OutFile
from rebond.cli._show import show_faults
from rebond.data import catalogue_part
from rebond.eligibility.places import load_gazetteer
from rebond.eligibility.territory import outside_alert, projects_outside
from rebond.errors import DataError


@click.group()
def census() -> None:
    """Classeur de recensement : modèle à remplir et contrôle."""


@census.command()
@catalogue_option
@click.option(
    "--out",
    type=OutFile(".xlsx"),
    default="recensement.xlsx",
    help="Fichier à écrire.",
    show_default=True,
)
def template(folder: Path, out: Path) -> None:
    """Écrit le modèle du classeur, à remplir."""
    write_template(out, open_layout(folder))
    click.echo(f"Modèle écrit dans {out}. Une fois rempli : rebond census check {out}")


@census.command()
@catalogue_option
@click.argument("file", metavar="FICHIER", type=click.Path(path_type=Path))
def check(folder: Path, file: Path) -> None:
    """Contrôle un classeur rempli, cellule par cellule, sans rien écrire (code 2 s'il y a des défauts)."""
    layout = open_layout(folder)
    gazetteer = load_gazetteer(catalogue_part(folder, "referentiels"))
    try:
        found = read_census(file, layout=layout, gazetteer=gazetteer)
    except DataError as error:
        show_faults(error.faults)
    for repair in found.repairs:
        click.echo(f"• {repair}")
    if outside := outside_alert(projects_outside(found, gazetteer)):
        click.echo(f"! {outside}")
    lines = sum(len(project.costs) for project in found.projects)
    click.echo(
        f"Classeur lisible : {len(found.firms)} entreprises, {len(found.interviews)} entretiens, "
        f"{len(found.projects)} projets, {lines} postes de dépense, {len(found.aids)} aides, "
        f"{len(found.partner_entries)} lignes de listes ; "
        f"{len(found.repairs)} valeurs réparées, aucun défaut."
    )
