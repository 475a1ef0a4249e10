"""``rebond territory``: what the catalogue covers in a territory, and the folder that adds what it lacks."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Column, Table

from rebond.cli._catalogue import catalogue_option, open_catalogue, open_epcis
from rebond.cli._places import OutFolder
from rebond.cli._show import show_faults
from rebond.data import data_folder, is_territory
from rebond.dispositifs.catalogue import Catalogue
from rebond.dispositifs.coverage import ZONE_LABELS, Coverage, Scale, ZoneCoverage, coverage_alert, coverage_of
from rebond.dispositifs.territory_file import load_territory_file
from rebond.dispositifs.territory_folder import new_folder
from rebond.eligibility.epcis import communes_of
from rebond.errors import Fault

_DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def territory() -> None:
    """Territoire : ce que le catalogue y couvre, et le dossier qui le complète."""


@territory.command()
@click.argument("epcis", metavar="[EPCI]...", nargs=-1)
@click.option("--on", "day", type=_DAY, help="Date d'examen des zonages (par défaut : aujourd'hui).")
@click.option("--json", "as_json", is_flag=True, help="Écrit le résultat en JSON.")
@catalogue_option
def check(epcis: tuple[str, ...], day: datetime | None, as_json: bool, folder: Path) -> None:
    """Dit ce que le catalogue couvre dans des intercommunalités (SIREN ou nom), ce qui manque et à qui le demander.

    Sans EPCI, celles du dossier de territoire donné par --catalogue.
    """
    catalogue = open_catalogue(folder)
    if not epcis and is_territory(folder):
        epcis = load_territory_file(folder).epcis
    coverage = _coverage(epcis, catalogue, folder, day)
    if as_json:
        click.echo(json.dumps(coverage_as_data(coverage, catalogue), ensure_ascii=False, indent=2))
    else:
        _print(coverage, catalogue)


@territory.command()
@click.argument("out", metavar="DOSSIER", type=OutFolder())
@click.option("--epci", "epcis", multiple=True, required=True, help="Intercommunalité (SIREN ou nom) ; à répéter.")
@click.option("--nom", "name", help="Nom du territoire (par défaut : celui de ses intercommunalités).")
@click.option("--on", "day", type=_DAY, help="Date d'examen des zonages (par défaut : aujourd'hui).")
def new(out: Path, epcis: tuple[str, ...], name: str | None, day: datetime | None) -> None:
    """Écrit dans DOSSIER de quoi ajouter au catalogue les organisations et les aides d'un territoire.

    DOSSIER est vide ou à créer. Il se contrôle par « rebond catalogue check --catalogue DOSSIER ».
    """
    if out.exists() and any(out.iterdir()):
        mend = "donner un dossier vide ou à créer"
        show_faults([Fault(where=f"dossier « {out} »", problem="il contient déjà des fichiers", mend=mend)])
    catalogue = open_catalogue(data_folder())
    coverage = _coverage(epcis, catalogue, data_folder(), day)
    codes = dict.fromkeys(commune.epci for commune in coverage.communes)
    title = name or ", ".join(catalogue.gazetteer.epcis[code] for code in codes)
    for path, text in new_folder(title, coverage, catalogue.gazetteer).items():
        file = out / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    click.echo(f"Dossier écrit dans {out}. À lire d'abord : {out / 'README.md'}")
    click.echo(f"Questions à poser : {len(coverage.questions)}. Contrôle : rebond catalogue check --catalogue {out}")


def _coverage(epcis: tuple[str, ...], catalogue: Catalogue, folder: Path, day: datetime | None) -> Coverage:
    found = open_epcis(epcis, folder)
    if not found:
        mend = "donner leur SIREN ou leur nom, par exemple : rebond territory check 200068500"
        show_faults([Fault(where="territoire", problem="aucune intercommunalité", mend=mend)])
    return coverage_of(catalogue, communes_of(catalogue.gazetteer, found), day.date() if day else _today())


def _today() -> date:
    return datetime.now().astimezone().date()


def _print(coverage: Coverage, catalogue: Catalogue) -> None:
    # Names are people's: brackets in them are not Rich's markup.
    console = Console(highlight=False, markup=False)
    gazetteer = catalogue.gazetteer
    if alert := coverage_alert(coverage, gazetteer.regions):
        console.print(f"! {alert}")
    epcis = ", ".join(
        f"{gazetteer.epcis[code]} ({code})" for code in dict.fromkeys(commune.epci for commune in coverage.communes)
    )
    regions = ", ".join(gazetteer.regions.get(code, code) for code in coverage.regions)
    console.print(
        f"{epcis} : {len(coverage.communes)} communes, département {', '.join(coverage.departements)}, {regions}."
    )
    themes = Table("Thème", *(scale.label.capitalize() for scale in Scale), title="Dispositifs ouverts au territoire")
    for theme, counts in sorted(coverage.themes.items()):
        themes.add_row(theme, *(str(counts.get(scale, 0) or "aucun") for scale in Scale))
    themes.add_row("En tout", *(str(len(coverage.dispositifs[scale]) or "aucun") for scale in Scale), style="bold")
    console.print(themes)
    zones = Table("Zonage", "Communes connues", "Valeurs", title="Zonages")
    for zone in coverage.zones:
        values = ", ".join(f"{value} ({count})" for value, count in sorted(zone.values.items())) or "inconnu"
        zones.add_row(ZONE_LABELS[zone.name], f"{zone.known} sur {zone.total}{_to_check(zone)}", values)
    console.print(zones)
    people = Table(Column("Organisation", overflow="fold"), "Rôle", "Travaille ici", title="Organisations")
    for organisation in coverage.organisations:
        people.add_row(organisation.name, organisation.role, "oui")
    for organisation in coverage.to_check:
        people.add_row(organisation.name, organisation.role, "à vérifier : jamais proposée")
    console.print(people)
    asked = Table(
        "Sujet",
        Column("Question", overflow="fold"),
        Column("À qui", overflow="fold"),
        title="Inconnu, et à qui demander",
    )
    for question in coverage.questions:
        asked.add_row(question.subject, question.text, question.ask)
    console.print(asked)
    click.echo(f"{len(coverage.questions)} questions ouvertes.")


def coverage_as_data(coverage: Coverage, catalogue: Catalogue) -> dict[str, Any]:
    """The coverage of a territory, for machines."""
    gazetteer = catalogue.gazetteer
    epcis = dict.fromkeys(commune.epci for commune in coverage.communes)
    return {
        "schema": "couverture/v1",
        "catalogue": catalogue.version,
        "epci": [{"siren": code, "nom": gazetteer.epcis[code]} for code in epcis],
        "communes": len(coverage.communes),
        "departements": list(coverage.departements),
        "regions": list(coverage.regions),
        "alerte": coverage_alert(coverage, gazetteer.regions),
        "dispositifs": {scale.value: [item.id for item in coverage.dispositifs[scale]] for scale in Scale},
        "themes": {
            theme: {scale.value: counts.get(scale, 0) for scale in Scale}
            for theme, counts in sorted(coverage.themes.items())
        },
        "zonages": [
            {
                "zonage": zone.name,
                "connues": zone.known,
                "communes": zone.total,
                "a_verifier": zone.unread,
                "valeurs": dict(zone.values),
            }
            for zone in coverage.zones
        ],
        "organisations": [organisation.code for organisation in coverage.organisations],
        "organisations_a_verifier": [organisation.code for organisation in coverage.to_check],
        "questions": [
            {"sujet": question.subject, "question": question.text, "a_qui": question.ask}
            for question in coverage.questions
        ],
    }


def _to_check(zone: ZoneCoverage) -> str:
    """How many of the known nobody read in a source."""
    return f" (à vérifier : {zone.unread})" if zone.unread else ""
