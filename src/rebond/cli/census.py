"""``rebond census``: the workbook to fill in, and its check."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import click

from rebond.adapters.workbook import read_census, write_template
from rebond.cli._catalogue import catalogue_option, open_epcis, open_layout
from rebond.cli._places import OutFile
from rebond.cli._plausibility import counts, print_examination
from rebond.cli._show import show_faults
from rebond.data import catalogue_part
from rebond.data.yamlfile import load_schema
from rebond.dispositifs.coverage import foreign
from rebond.dispositifs.organisations import load_organisations
from rebond.eligibility.dictionary import load_dictionary
from rebond.eligibility.epcis import communes_of
from rebond.eligibility.places import load_gazetteer
from rebond.eligibility.territory import outside_alert, projects_outside
from rebond.errors import CatalogueError, DataError
from rebond.plausibility import as_faults, examine, load_plausibility
from rebond.regimes.loader import load_regimes
from rebond.regimes.model import Regime
from rebond.restitution.audiences import audiences
from rebond.roadmap.build import load_action_templates, orphan_alert
from rebond.territory import strangers_alert


class _Census(click.Group):
    """Loads what reads partners' lists only when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Those of this file, and the lists."""
        return sorted([*super().list_commands(ctx), "lists"])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name."""
        if cmd_name != "lists":
            return super().get_command(ctx, cmd_name)
        from rebond.cli._lists import lists

        return lists


@click.group(cls=_Census)
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
@click.option(
    "--epci", "epcis", multiple=True, help="Intercommunalité du territoire (SIREN ou nom) ; ses listes s'y limitent."
)
def template(folder: Path, out: Path, epcis: tuple[str, ...]) -> None:
    """Écrit le modèle du classeur, à remplir."""
    write_template(out, open_layout(folder, epcis=open_epcis(epcis, folder)))
    click.echo(f"Modèle écrit dans {out}. Une fois rempli : rebond census check {out}")


@census.command()
@catalogue_option
@click.argument("file", metavar="FICHIER", type=click.Path(path_type=Path))
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="Date d'examen (par défaut : celle du comité).")
def check(folder: Path, file: Path, day: datetime | None) -> None:
    """Contrôle un classeur rempli, cellule par cellule puis en vraisemblance, sans rien écrire.

    Code 2 s'il y a des défauts. Les questions, les réponses et les remarques sont dites à part.
    """
    home = catalogue_part(folder, "referentiels")
    gazetteer = load_gazetteer(home)
    try:
        rules, regimes = load_plausibility(home), _regimes(folder)
        actions = load_action_templates(home / "feuille_de_route.yaml")
        layout = open_layout(folder, regimes=regimes)
        found = read_census(file, layout=layout, gazetteer=gazetteer)
    except DataError as error:
        show_faults(error.faults)
    examined = examine(found, rules, regimes=regimes, on=day.date() if day else found.settings.committee_on)
    for repair in found.repairs:
        click.echo(f"• {repair}")
    if outside := outside_alert(projects_outside(found, gazetteer)):
        click.echo(f"! {outside}")
    organisations = load_organisations(folder)
    if stray := strangers_alert(
        found, organisations, foreign(organisations, communes_of(gazetteer, found.settings.epcis))
    ):
        click.echo(f"! {stray}")
    if orphans := orphan_alert(found.interviews, actions):
        click.echo(f"! {orphans}")
    print_examination(examined)
    if examined.faults:
        show_faults(as_faults(examined.faults))
    lines = sum(len(project.costs) for project in found.projects)
    click.echo(
        f"Classeur lisible : {len(found.firms)} entreprises, {len(found.interviews)} entretiens, "
        f"{len(found.projects)} projets, {lines} postes de dépense, {len(found.aids)} aides, "
        f"{len(found.partner_entries)} lignes de listes ; "
        f"{len(found.repairs)} valeurs réparées, {counts(examined)}, aucun défaut."
    )


@census.command()
@catalogue_option
def dictionary(folder: Path) -> None:
    """Écrit le dictionnaire des données (docs/dictionnaire.md), tiré de classeur.yaml et de faits.csv."""
    from rebond.adapters.workbook.dictionary_page import dictionary_page

    facts = load_dictionary(catalogue_part(folder, "referentiels") / "faits.csv")
    click.echo(dictionary_page(open_layout(folder), facts, audiences()), nl=False)


@census.command()
@catalogue_option
def schema(folder: Path) -> None:
    """Écrit le schéma JSON des lignes du recensement (docs/schemas/recensement-v1.json), tiré du même dictionnaire."""
    from rebond.adapters.workbook.row_json import row_schema

    click.echo(json.dumps(row_schema(open_layout(folder)), ensure_ascii=False, indent=2))


def _regimes(folder: Path) -> dict[str, Regime]:
    """The regimes alone, and not the whole catalogue: a check is run after every correction."""
    regimes, faults = load_regimes(
        catalogue_part(folder, "regimes"),
        dictionary=load_dictionary(catalogue_part(folder, "referentiels") / "faits.csv"),
        schema=load_schema(catalogue_part(folder, "schemas") / "regime-v1.json"),
    )
    if faults:
        raise CatalogueError(faults)
    return {regime.id: regime for regime in regimes}
