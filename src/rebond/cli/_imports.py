"""``rebond catalogue import``: programmes of other catalogues as draft dispositifs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path

import click
from rich import box
from rich.console import Console
from rich.table import Table

from rebond.adapters.imports.account import Fate, totals
from rebond.adapters.imports.aides_territoires import PRIVATE_SECTOR, load_api_tables, read_aides_territoires
from rebond.adapters.imports.diff import Change, ProgrammeChange, compare, load_existing
from rebond.adapters.imports.draft import ImportedFile
from rebond.adapters.imports.tee import read_tee
from rebond.adapters.imports.tee_tables import load_tee_tables
from rebond.adapters.imports.writing import REPORT, report_data, write_import
from rebond.cli._show import show_faults, show_set_aside
from rebond.errors import DataError

_SHOWN = 15
_WIDTH = 132
"""The table of the account is not cut, even where the terminal is narrower."""
_HEADINGS = {
    Fate.CRITERION: "critère",
    Fate.FIELD: "champ",
    Fate.NOTE: "note",
    Fate.CONFIRM: "à vérifier",
    Fate.RESTATED: "repris",
    Fate.ORIGIN: "origine",
}
_WORDS = {
    Change.ADDED: "ajoutés",
    Change.CHANGED: "modifiés",
    Change.SAME: "inchangés",
    Change.GONE: "retirés de la source",
    Change.REDIRECTED: "redirigés, non réécrits",
}


@click.group("import")
def import_group() -> None:
    """Programmes d'autres catalogues, en brouillons à relire."""


_out = click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="Dossier de catalogue à écrire ou à mettre à jour ; s'emploie ensuite avec --catalogue.",
)
_contre = click.option(
    "--contre",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Autre catalogue auquel comparer (par défaut : le dossier --out).",
)
_on = click.option(
    "--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="Date de l'import (AAAA-MM-JJ, aujourd'hui par défaut)."
)
_trial = click.option("--essai", "trial", is_flag=True, help="Montre ce qui changerait, sans rien écrire.")
_json = click.option("--json", "as_json", is_flag=True, help="Écrit le compte rendu entier sur la sortie standard.")


@import_group.command("tee")
@click.argument("file", metavar="FICHIER", type=click.Path(path_type=Path, dir_okay=False))
@_out
@_contre
@_on
@_trial
@_json
def tee(file: Path, out: Path, contre: Path | None, day: datetime | None, trial: bool, as_json: bool) -> None:
    """Programmes de Mission Transition Écologique (programs.json) ; code 3 si des fiches sont écartées, 2 si toutes."""
    try:
        imported = read_tee(file, load_tee_tables(out), on=_day(day))
        _carry_out(imported, out, contre=contre, trial=trial, as_json=as_json)
    except DataError as error:
        show_faults(error.faults)


@import_group.command("aides-territoires")
@click.argument("files", metavar="PAGE…", nargs=-1, required=True, type=click.Path(path_type=Path, dir_okay=False))
@_out
@_contre
@_on
@_trial
@_json
@click.option(
    "--public",
    "audiences",
    multiple=True,
    default=(PRIVATE_SECTOR,),
    show_default=True,
    help="Publics visés à garder (code de l'API) ; l'option peut être répétée.",
)
def aides_territoires(
    files: Sequence[Path],
    out: Path,
    contre: Path | None,
    day: datetime | None,
    trial: bool,
    as_json: bool,
    audiences: tuple[str, ...],
) -> None:
    """Pages de l'API aides-territoires (JSON) ; code 3 si des fiches sont écartées, 2 si toutes."""
    try:
        imported = read_aides_territoires(files, load_api_tables(out), on=_day(day), audiences=audiences)
        _carry_out(imported, out, contre=contre, trial=trial, as_json=as_json)
    except DataError as error:
        show_faults(error.faults)


def _day(given: datetime | None) -> date:
    return given.date() if given else date.today()  # noqa: DTZ011 - the adviser's own calendar


def _carry_out(imported: ImportedFile, out: Path, *, contre: Path | None, trial: bool, as_json: bool) -> None:
    changes = compare(imported.drafts, load_existing(out, imported.source), complete=imported.complete)
    if not trial:
        imported = write_import(imported, changes, out)
        written = {draft.id for draft in imported.drafts}
        changes = tuple(each for each in changes if each.id in written or each.change is Change.GONE)
    shown = changes
    if contre is not None:
        shown = compare(imported.drafts, load_existing(contre, imported.source), complete=imported.complete)
    if as_json:
        click.echo(json.dumps(report_data(imported, shown), ensure_ascii=False))
    else:
        _print(imported, shown, out, trial=trial)
    if imported.faults:
        show_set_aside(imported.faults)


def _print(imported: ImportedFile, changes: Sequence[ProgrammeChange], out: Path, *, trial: bool) -> None:
    console = Console(markup=False)
    Console(width=max(console.width, _WIDTH), markup=False).print(_account_table(imported))
    _print_changes(console, changes)
    for name, reason in imported.set_aside.items():
        console.print(f"• {name} : écarté ({reason})", highlight=False)
    found = imported.contradictions
    for name, text in found[:_SHOWN]:
        console.print(f"! {name} : la source se contredit. {text}", highlight=False)
    if len(found) > _SHOWN:
        console.print(f"… et {len(found) - _SHOWN} autres contradictions, dans le compte rendu.", highlight=False)
    for warning in imported.warnings:
        console.print(f"! {warning}", highlight=False)
    counts = ", ".join(
        f"{count} {_WORDS[kind]}" for kind in Change if (count := sum(1 for change in changes if change.change is kind))
    )
    total = len(imported.drafts) + len(imported.set_aside) + len({fault.where for fault in imported.faults})
    click.echo(f"{imported.title} : {total} fiches lues, {len(imported.drafts)} dispositifs ({counts}).")
    if trial:
        click.echo("Essai : rien n'a été écrit.")
        return
    click.echo(f"Catalogue écrit dans {out} ; compte rendu : {out / f'{REPORT}-{imported.source}.csv'}")
    click.echo(f"Pour la suite : rebond catalogue check --catalogue {out}")


def _account_table(imported: ImportedFile) -> Table:
    """Where the values of the records went: rows add up to the total, columns too."""
    accounts = [draft.account for draft in imported.drafts]
    table = Table(title="Devenir des valeurs lues", box=box.SIMPLE, title_justify="left")
    table.add_column("Donnée de la source", no_wrap=True, max_width=62)
    for heading in (*_HEADINGS.values(), "total"):
        table.add_column(heading, justify="right", no_wrap=True)
    for name, counter in totals(accounts).items():
        table.add_row(name, *(str(counter[fate] or "·") for fate in _HEADINGS), str(counter.total()))
    sums = [sum(account.count(fate) for account in accounts) for fate in _HEADINGS]
    table.add_section()
    table.add_row("total", *map(str, sums), str(sum(account.leaves for account in accounts)))
    return table


def _print_changes(console: Console, changes: Iterable[ProgrammeChange]) -> None:
    notable = [change for change in changes if change.fields or change.change in {Change.GONE, Change.REDIRECTED}]
    for change in notable[:_SHOWN]:
        moved = f" → {change.moved_to}" if change.moved_to else ""
        console.print(f"• {change.id}{moved} : {_SINGULAR[change.change]}", highlight=False)
        for found in change.fields:
            kept = " [protégé : gardé]" if found.kept else ""
            line = f"    {found.name} : {_cut(found.before)} → {_cut(found.after)}{kept}"
            console.print(line, highlight=False)
    if len(notable) > _SHOWN:
        console.print(f"… et {len(notable) - _SHOWN} autres, dans le compte rendu.", highlight=False)


_SINGULAR = {
    Change.ADDED: "ajouté",
    Change.CHANGED: "modifié",
    Change.SAME: "inchangé (champs protégés)",
    Change.GONE: "n'est plus dans la source, rangé dans « retires »",
    Change.REDIRECTED: "redirigé, non réécrit",
}


def _cut(text: str, limit: int = 70) -> str:
    flat = " ".join(text.split()) or "(rien)"
    return flat if len(flat) <= limit else f"{flat[: limit - 1]}…"
