"""``rebond zonage``: official lists of zones."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from rebond.adapters.imports.zonage_afr import (
    AfrImport,
    existing_lines,
    load_afr_rules,
    plan_afr,
    read_afr,
    write_afr,
)
from rebond.cli._show import show_faults, show_set_aside
from rebond.data import catalogue_part, is_territory
from rebond.eligibility.places import Gazetteer, load_gazetteer
from rebond.errors import DataError

_SHOWN = 10
_DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def zonage() -> None:
    """Zonages : listes officielles de communes."""


@zonage.group("import")
def import_group() -> None:
    """Importe une liste officielle."""


@import_group.command("afr")
@click.argument("file", metavar="FICHIER", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--date-debut", "starts_on", type=_DAY, required=True, help="Premier jour de validité (AAAA-MM-JJ).")
@click.option("--date-fin", "ends_on", type=_DAY, help="Dernier jour de validité (AAAA-MM-JJ).")
@click.option("--source", required=True, help="D'où vient le fichier : décret, jeu de données, date.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="Dossier de catalogue ; ses zonages manquants y sont copiés de ceux de Rebond.",
)
@click.option(
    "--liste-complete",
    "complete",
    is_flag=True,
    help="Le fichier est la liste nationale entière : les communes absentes sont hors zone.",
)
@click.option("--essai", "trial", is_flag=True, help="Montre ce qui changerait, sans rien écrire.")
@click.option("--json", "as_json", is_flag=True, help="Écrit les changements en JSON sur la sortie standard.")
def afr(
    file: Path,
    starts_on: datetime,
    ends_on: datetime | None,
    source: str,
    out: Path,
    complete: bool,
    trial: bool,
    as_json: bool,
) -> None:
    """Zones d'aide à finalité régionale (data.gouv.fr) ; code 3 si des lignes sont écartées, 2 si toutes le sont."""
    if ends_on is not None and ends_on < starts_on:
        raise click.BadParameter("la date de fin précède la date de début", param_hint="'--date-fin'")
    try:
        gazetteer = load_gazetteer(catalogue_part(out, "referentiels"))
        rules = load_afr_rules(out)
        plan = plan_afr(
            read_afr(file, rules, gazetteer),
            existing_lines(out),
            gazetteer,
            rules=rules,
            starts_on=starts_on.date(),
            ends_on=ends_on.date() if ends_on else None,
            source=source,
            complete=complete,
        )
    except DataError as error:
        show_faults(error.faults)
    if not trial:
        zonages = out / "zonages"
        if not zonages.is_dir():
            if is_territory(out):
                zonages.mkdir()
            else:
                shutil.copytree(catalogue_part(out, "zonages"), zonages)
        write_afr(plan.lines, zonages)
    if as_json:
        click.echo(json.dumps(_as_data(plan), ensure_ascii=False))
    else:
        _print(plan, gazetteer)
        click.echo("Essai : rien n'a été écrit." if trial else f"Zonage écrit dans {out / 'zonages' / 'afr.csv'}.")
    if plan.faults:
        show_set_aside(plan.faults)


def _as_data(plan: AfrImport) -> dict[str, object]:
    return {
        "schema": "import-zonage/v1",
        "communes": dict(plan.counts),
        "ajoutees": plan.added,
        "modifiees": [{"commune": code, "avant": before, "apres": after} for code, before, after in plan.changed],
        "sorties_de_la_liste": plan.removed,
        "inconnues": dict(plan.unknown),
        "indecises": plan.undecided,
        "reparations": plan.repairs,
        "defauts": [str(fault) for fault in plan.faults],
    }


def _print(plan: AfrImport, gazetteer: Gazetteer) -> None:
    def named(codes: Sequence[str]) -> str:
        shown = ", ".join(
            f"{code} {gazetteer.communes[code].name}" for code in codes[:_SHOWN] if code in gazetteer.communes
        )
        return shown + (f" … et {len(codes) - _SHOWN} autres" if len(codes) > _SHOWN else "")

    values = ", ".join(f"{count} « {value} »" for value, count in sorted(plan.counts.items()))
    click.echo(f"Communes classées : {values}.")
    if plan.added:
        click.echo(f"Ajoutées ({len(plan.added)}) : {named(plan.added)}")
    for code, before, after in plan.changed[:_SHOWN]:
        click.echo(f"Modifiée : {named([code])} : {before} → {after}")
    if len(plan.changed) > _SHOWN:
        click.echo(f"… et {len(plan.changed) - _SHOWN} autres modifiées.")
    if plan.removed:
        click.echo(f"Sorties de la liste ({len(plan.removed)}) : {named(plan.removed)}")
    for repair in plan.repairs[:_SHOWN]:
        click.echo(f"• {repair}")
    if plan.unknown:
        listed = ", ".join(f"{code} {name}".strip() for code, name in sorted(plan.unknown.items()))
        click.echo(f"! Codes qui ne sont plus des communes ({len(plan.unknown)}), non écrits : {listed}")
    if plan.undecided:
        click.echo(
            f"! Laissées inconnues ({len(plan.undecided)}), leur ligne étant en défaut, ou un code de leur département "
            "n'étant plus une commune : "
            f"{named(plan.undecided)}"
        )
