"""``rebond catalogue``: check the catalogue, list its gaps, see what needs a review."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import httpx
from rich.console import Console
from rich.table import Column, Table

from rebond.adapters.links import check_links
from rebond.adapters.workbook import read_census
from rebond.cli._catalogue import catalogue_option, open_catalogue, open_formats, open_layout, open_rulebook
from rebond.cli._imports import import_group
from rebond.cli._instance import database_option, open_site
from rebond.cli._numbers import NumberRange
from rebond.cli._show import show_faults
from rebond.dispositifs.catalogue import Catalogue
from rebond.dispositifs.checks import FRESHNESS_LABELS, check_catalogue, concerns, law_gaps
from rebond.dispositifs.coverage import place_question
from rebond.dispositifs.facts_schema import facts_schema
from rebond.dispositifs.links import load_links, save_links
from rebond.errors import DataError
from rebond.facts import UNKNOWN
from rebond.referrals.catalogue_queue import heard_in, to_reread

_JSON = click.option("--json", "as_json", is_flag=True, help="Écrit le résultat en JSON.")


@click.group()
def catalogue() -> None:
    """Catalogue des dispositifs et des régimes."""


catalogue.add_command(import_group)


@catalogue.command()
@catalogue_option
@_JSON
def check(folder: Path, as_json: bool) -> None:
    """Contrôle chaque fichier, les références, les chiffres et rejoue chaque exemple (code 2 s'il y a des défauts)."""
    loaded = open_rulebook(folder).catalogue
    open_layout(folder)
    open_formats(folder)
    faults = check_catalogue(loaded)
    if faults and as_json:
        _write_json({"catalogue": loaded.version, "defauts": [str(fault) for fault in faults]})
    if faults:
        show_faults(faults)
    cases = sum(len(d.cases) for d in loaded.dispositifs.values()) + sum(len(r.cases) for r in loaded.regimes.values())
    if as_json:
        _write_json(
            {
                "catalogue": loaded.version,
                "dispositifs": len(loaded.dispositifs),
                "regimes": len(loaded.regimes),
                "exemples": cases,
                "redirections": len(loaded.redirects),
                "defauts": [],
            }
        )
        return
    click.echo(
        f"Catalogue {loaded.version} : {len(loaded.dispositifs)} dispositifs, {len(loaded.regimes)} régimes, "
        f"{cases} exemples rejoués, aucun défaut."
    )


@catalogue.command()
@catalogue_option
@_JSON
def gaps(folder: Path, as_json: bool) -> None:
    """Ce que les sources ne donnent pas : dispositif par dispositif, régime cadre par régime cadre, délai par délai."""
    loaded = open_catalogue(folder)
    found = [(dispositif.id, gap) for dispositif in loaded.dispositifs.values() for gap in dispositif.gaps]
    law = law_gaps(loaded)
    places = [one for one in loaded.organisations.values() if not one.reach.sure]
    if as_json:
        _write_json(
            {
                "catalogue": loaded.version,
                "lacunes": [{"dispositif": name, "champ": gap.field, "question": gap.question} for name, gap in found],
                "droit": [{"objet": gap.subject, "champ": gap.field, "question": gap.question} for gap in law],
                "territoires": [{"organisation": one.code, "question": place_question(one)} for one in places],
            }
        )
        return
    table = Table(Column("Dispositif", overflow="fold"), "Champ", "Question", title="Lacunes du catalogue")
    for name, gap in found:
        table.add_row(name, gap.field, gap.question)
    Console(markup=False).print(table)
    of_law = Table(Column("Régime cadre ou financeur", overflow="fold"), "Champ", "Question", title="Droit et délais")
    for question in law:
        of_law.add_row(question.subject, question.field, question.question)
    Console(markup=False).print(of_law)
    if places:
        where = Table(Column("Organisation", overflow="fold"), "Question", title="Territoires à vérifier")
        for one in places:
            where.add_row(one.code, place_question(one))
        Console(markup=False).print(where)
    click.echo(
        f"{len(found)} questions ouvertes sur {len({name for name, _ in found})} dispositifs, "
        f"{len(places)} sur le territoire des organisations."
    )


@catalogue.command()
@catalogue_option
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), required=True, help="Date d'examen (AAAA-MM-JJ).")
@_JSON
def fresh(folder: Path, on: datetime, as_json: bool) -> None:
    """Dispositifs clos, qui ferment bientôt, dont la revue est due ou dont la page ne répond plus."""
    loaded = open_catalogue(folder)
    day = on.date()
    try:
        links = load_links(folder / "dispositifs", loaded.dispositifs)
    except DataError as error:
        show_faults(error.faults)
    found = {key: concerns(item, day, links.get(key)) for key, item in loaded.dispositifs.items()}
    counts = Counter(concern.state for states in found.values() for concern in states)
    counts["a_jour"] = sum(1 for states in found.values() if not states)
    unchecked = sum(1 for key, item in loaded.dispositifs.items() if item.url and key not in links)
    if as_json:
        _write_json(
            {
                "schema": "fraicheur/v1",
                "date": day.isoformat(),
                "catalogue": loaded.version,
                "resume": {state: counts[state] for state in FRESHNESS_LABELS},
                "liens_jamais_controles": unchecked,
                "dispositifs": [
                    {"dispositif": key, "etats": [{"etat": c.state, "detail": c.detail} for c in states]}
                    for key, states in found.items()
                ],
            }
        )
        return
    table = Table(Column("Dispositif", overflow="fold"), "État", "Détail", title=f"Fraîcheur au {day:%d/%m/%Y}")
    for concern in (concern for states in found.values() for concern in states):
        table.add_row(concern.dispositif, FRESHNESS_LABELS[concern.state], concern.detail)
    Console(markup=False).print(table)
    summary = ", ".join(f"{label.lower()} : {counts[state]}" for state, label in FRESHNESS_LABELS.items())
    click.echo(f"{len(found)} dispositifs ({summary}). Pages jamais contrôlées : {unchecked}.")


@catalogue.command()
@click.argument("workbooks", metavar="[CLASSEUR]...", nargs=-1, type=click.Path(path_type=Path, dir_okay=False))
@database_option
@catalogue_option
@_JSON
def answers(workbooks: tuple[Path, ...], database: Path, folder: Path, as_json: bool) -> None:
    """Fiches à relire : celles dont un financeur a répondu « pas pour nous », combien de fois et pourquoi.

    Des CLASSEURS de recensement, ou sans eux de toutes les missions d'une instance. Les motifs viennent sans nom
    d'entreprise ni de projet.
    """
    loaded = open_catalogue(folder)
    if workbooks:
        layout = open_layout(folder)
        try:
            censuses = [read_census(path, layout=layout, gazetteer=loaded.gazetteer) for path in workbooks]
        except DataError as error:
            show_faults(error.faults)
    else:
        open_site(database, option="--instance")
        from rebond.web.missions.facts import census_of
        from rebond.web.missions.models import Mission

        censuses = [census_of(mission) for mission in Mission.objects.order_by("slug") if mission.facts_state]
    found = to_reread(map(heard_in, censuses))
    if as_json:
        _write_json(
            {
                "schema": "relecture/v1",
                "catalogue": loaded.version,
                "dispositifs": [
                    {
                        "dispositif": row.dispositif,
                        "fois": row.times,
                        "organisations": list(row.organisations),
                        "dernier": "" if row.last_on is UNKNOWN else row.last_on.isoformat(),
                        "verifie_le": _verified_on(loaded, row.dispositif),
                        "motifs": [{"motif": reason, "fois": times} for reason, times in row.reasons],
                    }
                    for row in found
                ],
            }
        )
        return
    table = Table(Column("Dispositif", overflow="fold"), "Fois", "Vérifié le", "Motifs", title="Fiches à relire")
    for row in found:
        reasons = " ; ".join(f"{reason} ({times})" if times > 1 else reason for reason, times in row.reasons)
        table.add_row(row.dispositif, str(row.times), _verified_on(loaded, row.dispositif), reasons)
    if found:
        Console(markup=False).print(table)
    total = sum(row.times for row in found)
    said = "aucune réponse « pas pour nous »" if not total else f"« pas pour nous » {total} fois"
    click.echo(f"{len(found)} fiche{'s' if len(found) > 1 else ''} à relire : {said}.")


def _verified_on(loaded: Catalogue, dispositif: str) -> str:
    """The day on which a file was last verified; empty when the catalogue has no such file any more."""
    known = loaded.dispositifs.get(dispositif)
    return f"{known.verified_on:%Y-%m-%d}" if known and known.verified_on else ""


@catalogue.command()
@catalogue_option
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), required=True, help="Date du contrôle (AAAA-MM-JJ).")
@click.option("--timeout", type=NumberRange(min=0.1), default=10.0, show_default=True, help="Secondes par page.")
def liens(folder: Path, on: datetime, timeout: float) -> None:
    """Interroge la page de chaque dispositif et note la réponse dans dispositifs/liens.csv, sans changer un verdict."""
    loaded = open_catalogue(folder)
    home = folder / "dispositifs"
    try:
        known = load_links(home, loaded.dispositifs)
    except DataError as error:
        show_faults(error.faults)
    pages = [item for item in loaded.dispositifs.values() if item.url]
    with httpx.Client(timeout=timeout) as client, click.progressbar(length=len(pages), label="Pages") as bar:
        records = check_links(pages, known, on=on.date(), client=client, progress=lambda _: bar.update(1))
    save_links(home, records)
    silent = [record for record in records.values() if not record.seen_alive]
    for record in silent:
        click.echo(f"• {record.dispositif} : {record.url}")
    click.echo(
        f"Pages interrogées : {len(records)}, sans réponse : {len(silent)} (à revoir ; aucun dispositif n'est fermé)."
    )


@catalogue.command("facts-schema")
@catalogue_option
def facts_schema_command(folder: Path) -> None:
    """Écrit le schéma JSON d'un fichier de faits (docs/schemas/faits-v1.json), tiré du dictionnaire."""
    _write_json(facts_schema(open_catalogue(folder)))


def _write_json(data: dict[str, Any]) -> None:
    click.echo(json.dumps(data, ensure_ascii=False, indent=2))
