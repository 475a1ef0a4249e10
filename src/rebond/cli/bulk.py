"""``rebond bulk``: the catalogue over a table of firms or projects, here or on Spark."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from rebond.cli._places import OutPlace, folder_refusal
from rebond.cli._show import show_faults
from rebond.data import data_folder
from rebond.dispositifs.catalogue import Catalogue, load_catalogue
from rebond.errors import DataError
from rebond.units import format_number

if TYPE_CHECKING:
    from rebond.bulk.summary import Summary

_FORMATS = ("parquet", "csv")
_SHAPES = ("longue", "large", "bits")
"""Those of ``rebond.bulk.shapes.Shape``, which needs pyarrow: the help of a command does without."""
_NEEDS = {"local": ("pyarrow", "bulk"), "spark": ("pyspark", "spark")}
"""Engine → the library that it needs, and the optional extra that brings it."""


@click.group()
def bulk() -> None:
    """Éligibilité d’un tableau entier (des millions de lignes)."""


@bulk.command()
@click.argument("table", metavar="TABLEAU", type=click.Path(path_type=Path, exists=True))
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), required=True, help="Date d’examen (AAAA-MM-JJ).")
@click.option(
    "--out",
    type=OutPlace(),
    required=True,
    help="Dossier des résultats, ou fichier en .parquet ou .csv.",
)
@click.option(
    "--engine",
    type=click.Choice(tuple(_NEEDS)),
    default="local",
    show_default=True,
    help="Sur cette machine, ou sur Spark.",
)
@click.option(
    "--forme",
    type=click.Choice(_SHAPES),
    default=_SHAPES[0],
    show_default=True,
    help="Une ligne par couple ; une colonne par dispositif ; la même en vrai, faux ou nul.",
)
@click.option("--motif", "with_reasons", is_flag=True, help="Ajoute le critère qui décide.")
@click.option(
    "--format", "kind", type=click.Choice(_FORMATS), help="Par défaut : celui du nom de --out, sinon parquet."
)
@click.option(
    "--catalogue",
    "folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    default=data_folder,
    help="Dossier du catalogue.",
)
def screen(
    table: Path,
    day: datetime,
    out: Path,
    engine: str,
    forme: str,
    with_reasons: bool,
    kind: str | None,
    folder: Path,
) -> None:
    """Examine chaque ligne de TABLEAU pour chaque dispositif : oui, non ou inconnu.

    TABLEAU est un .parquet ou un .csv : une colonne « id » et une colonne par fait du dictionnaire
    (data/referentiels/faits.csv) ; une cellule vide est inconnue. Écrit verdicts.parquet et son résumé,
    verdicts.parquet.resume.json ; n’écrit rien, et sort avec le code 2, si une colonne ou une cellule est illisible.
    """
    file = _result_file(out, kind)
    if refusals := list(_refusals(out, file, kind, engine, forme, with_reasons=with_reasons)):
        raise click.UsageError("\n✗ ".join(refusals))
    from rebond.bulk.summary import former_summary

    former = former_summary(file)
    try:
        catalogue = load_catalogue(folder)
        run = _on_spark if engine == "spark" else _here
        summary = run(table, catalogue, day.date(), file, forme, with_reasons=with_reasons)
    except DataError as error:
        show_faults(error.faults)
    written = summary.write(file.parent)
    _show(summary)
    click.echo(f"Verdicts : {file}\nRésumé : {written}")
    if former is not None:
        click.echo(
            f"{former.name}, qui résumait les verdicts remplacés, est retiré : chaque sortie a désormais le sien."
        )


def _refusals(out: Path, file: Path, kind: str | None, engine: str, forme: str, *, with_reasons: bool) -> Iterator[str]:
    """What the options ask that cannot be done, all of it, before anything is read."""
    library, extra = _NEEDS[engine]
    if importlib.util.find_spec(library) is None:
        yield (
            f"Le calcul « {engine} » demande {library}, qui n’est pas installé : "
            f".outils/bin/uv sync --frozen --inexact --extra {extra}"
        )
    if out.is_file() and file != out:
        yield f"'--out' : « {out} » est un fichier, un dossier est attendu."
    elif refusal := folder_refusal(file.parent):
        yield f"'--out' : {refusal}"
    elif engine == "local" and file.is_dir():
        yield f"'--out' : « {file} » est un dossier de parties, écrit par --engine spark. Choisir un autre nom."
    elif engine == "spark" and file.is_file():
        yield f"'--out' : « {file} » est un fichier ; --engine spark écrit un dossier de parties. Choisir un autre nom."
    written = file.suffix.lower().lstrip(".")
    if kind not in {None, written}:
        yield f"--format {kind} contredit le nom {file.name}."
    if forme == "bits" and written == "csv":
        yield "--forme bits n’existe qu’en Parquet : choisir --format parquet, ou --forme large."
    if forme == "bits" and with_reasons:
        yield "--forme bits n’a pas de place pour --motif : choisir --forme longue ou --forme large."


def _result_file(out: Path, kind: str | None) -> Path:
    """The file of verdicts: ``out`` itself when it has the name of one, else in the folder that it names."""
    if out.suffix.lower().lstrip(".") in _FORMATS and (not out.is_dir() or _holds_parts(out)):
        return out
    return out / f"verdicts.{kind or _FORMATS[0]}"


def _holds_parts(folder: Path) -> bool:
    """Whether a folder is a file of verdicts, as Spark writes it."""
    return any(folder.glob("part-*"))


def _here(table: Path, catalogue: Catalogue, on: date, file: Path, forme: str, *, with_reasons: bool) -> Summary:
    from rebond.bulk.local import screen_table
    from rebond.bulk.shapes import Shape

    bars = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*bars, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task("Lignes examinées", total=None)
        return screen_table(
            table,
            catalogue,
            on=on,
            out=file,
            shape=Shape(forme),
            with_reasons=with_reasons,
            progress=lambda done, total: shown.update(task, completed=done, total=total),
        )


def _on_spark(table: Path, catalogue: Catalogue, on: date, file: Path, forme: str, *, with_reasons: bool) -> Summary:
    from rebond.bulk.shapes import Shape
    from rebond.bulk.spark import screen_table_on_spark, spark_session

    with Console(stderr=True).status("Examen sur Spark…"), spark_session() as session:
        return screen_table_on_spark(
            session, table, catalogue, on=on, out=file, shape=Shape(forme), with_reasons=with_reasons
        )


def _show(summary: Summary) -> None:
    found = Table("Dispositif", title=f"Éligibilité au {summary.on:%d/%m/%Y} — {format_number(summary.rows)} lignes")
    for heading in ("Oui", "Non", "Inconnu"):
        found.add_column(heading, justify="right")
    for rule, counts in zip(summary.program.rules, summary.counts, strict=True):
        closed = "" if rule.is_open else " (fermé)"
        found.add_row(rule.dispositif + closed, *(format_number(int(count)) for count in counts))
    totals = summary.counts.sum(axis=0)
    found.add_section()
    found.add_row("Total", *(format_number(int(count)) for count in totals))
    Console().print(found)
    for warning in summary.warnings:
        click.echo(f"• {warning}")
    click.echo(
        f"Catalogue {summary.catalogue_version} : {len(summary.program.rules)} dispositifs, "
        f"{len(summary.program.leaves)} critères distincts."
    )
