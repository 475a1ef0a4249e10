"""``rebond indicators``: what each figure of a mission is, and the rows that make it."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from rebond.adapters.workbook import read_census
from rebond.cli._catalogue import catalogue_option, open_layout
from rebond.cli._show import fail, show_faults, steps
from rebond.errors import CensusError, DataError, Fault, RebondError
from rebond.indicators.definitions import MAIN
from rebond.indicators.explained import lacking, reckoning, without_rows
from rebond.mission import load_rulebook, run_mission
from rebond.restitution.result import indicators_as_data
from rebond.restitution.typography import typeset
from rebond.units import format_euros, format_number

FILE = "indicateurs.json"
_MOST = 200_000_000
_MENDED = f"donner un classeur de recensement, ou le dossier qu'a rempli « rebond mission run », avec {FILE}"
_SOURCE = click.argument("source", metavar="[SOURCE]", required=False, type=click.Path(path_type=Path))
Figures = Mapping[str, Mapping[str, Any]]


@click.group()
def indicators() -> None:
    """Les chiffres d'une mission : définition, calcul, ce qui est inconnu, lignes."""


@indicators.command("list")
@_SOURCE
@click.option("--famille", "family", default=None, help="Seulement ceux d'une famille (« commune », « secteur »…).")
@catalogue_option
def list_figures(source: Path | None, family: str | None, folder: Path) -> None:
    """Liste les chiffres d'une mission ; sans SOURCE, les chiffres principaux et leur définition.

    SOURCE : un classeur de recensement, dont la mission est jouée, ou le dossier qu'a rempli « rebond mission run ».
    """
    found = _figures(source, folder)
    kept = {code: each for code, each in found.items() if family is None or each["famille"] == family}
    if not kept:
        families = ", ".join(sorted({each["famille"] for each in found.values() if each["famille"]}))
        raise click.BadParameter(
            f"« {family} » : aucun chiffre. Familles : {families or 'aucune'}", param_hint="'--famille'"
        )
    table = Table("Code", "Chiffre", "Valeur" if source else "Définition")
    table.columns[0].no_wrap = True  # It is typed again for « explain ».
    for code, each in kept.items():
        table.add_row(code, typeset(each["libelle"]), _told(each) if source else typeset(each["definition"]))
    Console(highlight=False, markup=False).print(table)
    click.echo(f"{len(kept)} chiffres. Pour en ouvrir un : rebond indicators explain CODE{' SOURCE' if source else ''}")


@indicators.command()
@click.argument("code", metavar="CODE")
@_SOURCE
@click.option("--json", "as_json", is_flag=True, help="Écrit le chiffre en JSON.")
@catalogue_option
def explain(code: str, source: Path | None, as_json: bool, folder: Path) -> None:
    """Explique le chiffre CODE : définition, calcul, ce qui est inconnu, et ses lignes quand SOURCE est donnée.

    SOURCE : un classeur de recensement, dont la mission est jouée, ou le dossier qu'a rempli « rebond mission run ».
    """
    found = _figures(source, folder)
    if code not in found:
        near = get_close_matches(code, found, n=3, cutoff=0.5)
        hint = f" Peut-être : {', '.join(near)}." if near else ""
        more = "" if source else " Les chiffres répartis (commune, secteur…) demandent une SOURCE."
        raise click.BadParameter(f"aucun chiffre « {code} ».{hint}{more}", param_hint="'CODE'")
    each = found[code]
    if as_json:
        click.echo(json.dumps({code: each}, ensure_ascii=False, indent=1))
        return
    for line in _sentences(code, each, counted=source is not None):
        click.echo("\n".join(textwrap.wrap(line, 110, subsequent_indent="  ", break_on_hyphens=False)))
    if source is not None:
        _print_rows(each)


def _sentences(code: str, each: Mapping[str, Any], *, counted: bool) -> Iterator[str]:
    yield f"{typeset(each['libelle'])}{f' : {_told(each)}' if counted else ''} [{code}]"
    yield f"Définition : {typeset(each['definition'])}"
    yield f"Unité : {each['unite']}"
    if counted:
        yield f"Calcul : {typeset(reckoning(each['calcul'], each['texte']))}."
        yield f"Inconnu : {typeset(lacking(each['note'], each['texte']))}."


def _told(each: Mapping[str, Any]) -> str:
    return typeset(str(each["texte"]))


def _print_rows(each: Mapping[str, Any]) -> None:
    rows = each["lignes"]
    if not rows:
        click.echo(typeset(without_rows(str(each["texte"]))))
        return
    table = Table("Référence", "Ligne", "Valeur")
    table.columns[2].justify = "right"
    for row in rows:
        value = format_euros(row["valeur"]) if each["unite"] == "€" else format_number(row["valeur"])
        table.add_row(row["id"], typeset(row["libelle"]), value)
    Console(highlight=False, markup=False).print(table)
    click.echo(f"{len(rows)} ligne{'s' if len(rows) > 1 else ''}.")


def _figures(source: Path | None, folder: Path) -> Figures:
    """By code: the main definitions alone, or the figures of a mission with their rows."""
    if source is None:
        return {
            each.code: {"libelle": each.label, "definition": each.definition, "unite": each.unit, "famille": ""}
            for each in MAIN
        }
    try:
        if source.is_dir() or source.suffix.lower() == ".json":
            return _written(source / FILE if source.is_dir() else source)
        return _played(source, folder)
    except DataError as error:
        show_faults(error.faults)
    except RebondError as error:
        fail(str(error))


def _played(workbook: Path, folder: Path) -> Figures:
    with steps() as step:
        step("Lecture du catalogue")
        rulebook = load_rulebook(folder)
        step(f"Lecture du classeur {workbook.name}")
        census = read_census(workbook, layout=open_layout(folder), gazetteer=rulebook.catalogue.gazetteer)
        return indicators_as_data(run_mission(census, rulebook, on=census.settings.committee_on, progress=step))


def _written(path: Path) -> Figures:
    """The figures that a run wrote; raises ``CensusError`` on any other file."""
    try:
        data: Any = json.loads(path.read_text(encoding="utf-8")) if path.stat().st_size <= _MOST else {}
        found = dict(data) if all(_is_figure(each) for each in data.values()) else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        problem = "fichier introuvable" if isinstance(error, FileNotFoundError) else "aucun chiffre lisible"
        raise CensusError([Fault(where=f"« {path} »", problem=problem, mend=_MENDED)]) from None
    if not found:
        raise CensusError([Fault(where=f"« {path} »", problem="aucun chiffre lisible", mend=_MENDED)])
    return found


def _is_figure(each: Mapping[str, Any]) -> bool:
    words = [each[key] for key in ("libelle", "definition", "calcul", "unite", "texte", "note", "famille")]
    words += [row[key] for row in each["lignes"] for key in ("id", "libelle")]
    values = [row["valeur"] for row in each["lignes"]]
    return all(isinstance(word, str) for word in words) and all(isinstance(value, int | float) for value in values)
