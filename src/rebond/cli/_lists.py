"""``rebond census lists``: partners' lists as they come, into the workbook."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import click

from rebond.adapters.partner_lists import (
    ListReading,
    Proposal,
    Request,
    lines_named,
    load_mapping,
    merged_into_workbook,
    partner_code,
    read_list,
    written_apart,
)
from rebond.adapters.workbook import Layout
from rebond.cli._catalogue import catalogue_option, open_formats, open_layout
from rebond.cli._places import OutPlace, folder_refusal
from rebond.cli._show import EXIT_FAULTS, show_faults, show_set_aside
from rebond.errors import DataError, Fault

_SHEET = "listes"
_FILE = click.Path(path_type=Path, dir_okay=False)


@click.group()
def lists() -> None:
    """Listes des partenaires, telles qu'elles viennent."""


@lists.command("import")
@catalogue_option
@click.argument("files", metavar="FICHIER…", nargs=-1, required=True, type=_FILE)
@click.option(
    "--partenaire", "partner", default="", help="Organisation dont vient la liste (code ou nom du catalogue)."
)
@click.option("--format", "format_code", default="", help="Présentation à lire ; sinon, reconnue à ses titres.")
@click.option(
    "--mapping",
    type=_FILE,
    help="Correspondance des colonnes (YAML). Absente, elle est proposée dans ce fichier, à relire et confirmer.",
)
@click.option("--feuille", "sheet", default="", help="Feuille à lire, quand le fichier en a plusieurs.")
@click.option("--classeur", "workbook", type=_FILE, help="Classeur de recensement (.xlsx) à compléter, dans une copie.")
@click.option(
    "--out",
    type=OutPlace(dir_okay=False),
    help="Copie complétée du classeur ; sans --classeur, lignes à coller (.csv, .xlsx). Sans --out : contrôle seul.",
)
@click.option("--lignes-saines", "good_rows", is_flag=True, help="Importe les lignes saines malgré celles en défaut.")
@click.option("--json", "as_json", is_flag=True, help="Écrit le compte rendu en JSON sur la sortie standard.")
def import_lists(
    *,
    folder: Path,
    files: Sequence[Path],
    partner: str,
    format_code: str,
    mapping: Path | None,
    sheet: str,
    workbook: Path | None,
    out: Path | None,
    good_rows: bool,
    as_json: bool,
) -> None:
    """Lit des listes de financeurs (CSV, .xlsx, .ods) et ajoute leurs lignes à la feuille « listes des partenaires ».

    Code 0 : toutes les lignes sont lues ; 2 : défauts ou correspondance à confirmer, rien n'est écrit ;
    3 : avec --lignes-saines, les lignes saines sont écrites, les autres laissées.
    """
    layout = open_layout(folder)
    formats = open_formats(folder)
    _check_places(out, workbook)
    codes = [each.code for each in formats]
    if format_code and format_code not in codes:
        raise click.BadParameter(f"« {format_code} » : un de {', '.join(codes)}", param_hint="'--format'")
    organisations = layout.sheet(_SHEET).column("partenaire").choices
    faults: list[Fault] = []
    found: list[ListReading | Proposal] = []
    try:
        confirmed = load_mapping(mapping) if mapping is not None and mapping.exists() else None
        asked = partner or (confirmed.partner if confirmed else "")
        code = partner_code(asked, organisations) if asked else ""
    except DataError as error:
        show_faults(error.faults)
    request = Request(partner=code, format_code=format_code, sheet=sheet, mapping=confirmed)
    for file in files:
        try:
            found.append(read_list(file, request, formats=formats, organisations=organisations))
        except DataError as error:
            faults.extend(error.faults)
    if faults:
        show_faults(faults)
    proposals = [each for each in found if isinstance(each, Proposal)]
    if proposals:
        _propose(proposals[0], mapping, code)
    readings = [each for each in found if isinstance(each, ListReading)]
    _carry_out(readings, layout=layout, workbook=workbook, out=out, good_rows=good_rows, as_json=as_json)


def _check_places(out: Path | None, workbook: Path | None) -> None:
    if out is None:
        if workbook is not None:
            raise click.BadParameter(
                "donner --out, où écrire la copie complétée (ou le même nom)", param_hint="'--classeur'"
            )
        return
    allowed = (".xlsx",) if workbook is not None else (".csv", ".xlsx")
    if out.suffix.lower() not in allowed:
        raise click.BadParameter(f"« {out} » : le nom doit finir par {' ou '.join(allowed)}.", param_hint="'--out'")
    if refusal := folder_refusal(out.parent):
        raise click.BadParameter(refusal, param_hint="'--out'")
    if not out.parent.exists():
        raise click.BadParameter(f"« {out.parent} » : dossier introuvable. Le créer d'abord.", param_hint="'--out'")


def _propose(proposal: Proposal, mapping: Path | None, code: str) -> NoReturn:
    """Show the mapping, write it where asked, and end: nothing is imported before someone confirms it."""
    text = proposal.text(code)
    click.echo(text, nl=False)
    where = f"« {proposal.table.name} »"
    if mapping is None:
        click.echo(f"✗ {where} — présentation inconnue → relancer avec --mapping FICHIER.yaml pour l'écrire", err=True)
    else:
        mapping.write_text(text, encoding="utf-8")
        mend = f"relire {mapping}, écrire « confirme: oui », puis relancer la même commande"
        click.echo(f"✗ {where} — présentation inconnue, correspondance à confirmer → {mend}", err=True)
    click.echo("Rien n'a été importé.", err=True)
    sys.exit(EXIT_FAULTS)


def _carry_out(
    readings: Sequence[ListReading],
    *,
    layout: Layout,
    workbook: Path | None,
    out: Path | None,
    good_rows: bool,
    as_json: bool,
) -> None:
    lines = [line for reading in readings for line in reading.lines]
    faults = [fault for reading in readings for fault in reading.faults]
    refused = bool(faults) and not good_rows
    added = None
    if out is not None and not refused and lines:
        target = layout.sheet(_SHEET)
        try:
            if workbook is None:
                added = written_apart(lines, out, target)
            else:
                added = merged_into_workbook(lines, workbook, out, target)
        except DataError as error:
            show_faults(error.faults)
    if as_json:
        click.echo(json.dumps(_as_data(readings, added), ensure_ascii=False))
    else:
        for reading in readings:
            _print(reading)
        _print_end(len(lines), added, out)
    if refused:
        if out is not None and lines:
            sound = _counted(len(lines), "saine")
            click.echo(f"Rien n'a été écrit. Pour importer malgré les défauts ({sound}) : --lignes-saines.", err=True)
        show_faults(faults)
    if faults:
        show_set_aside(faults)


def _print(reading: ListReading) -> None:
    click.echo(f"{reading.table.name} ({reading.table.written}) : {reading.columns.origin}")
    for field in reading.columns.places:
        unit = reading.columns.units[field]
        scale = f", × {unit:f}" if unit != 1 else ""
        click.echo(f"  {field} ← « {reading.columns.name(field)} »{scale}")
    skipped = ", ".join(f"{reason} : {lines_named(numbers)}" for reason, numbers in reading.skipped.items())
    click.echo(
        f"  lignes sous les titres : {reading.rows} (saines : {len(reading.lines)} ; en défaut : {reading.faulty} ; "
        f"autres : {sum(map(len, reading.skipped.values()))}{f', {skipped}' if skipped else ''})"
    )
    for remark in reading.remarks:
        click.echo(f"  • {remark}")


def _print_end(lines: int, added: int | None, out: Path | None) -> None:
    if out is None:
        click.echo("Contrôle seul : rien n'a été écrit (donner --out).")
    elif added == 0:
        click.echo(f"Aucune ligne nouvelle : {_counted(lines, 'déjà là')} dans {out}.")
    elif added is not None:
        there = f" ; {_counted(lines - added, 'déjà là')}" if lines > added else ""
        click.echo(f"{_counted(added, 'ajoutée')} dans {out}{there}.")


def _counted(count: int, what: str) -> str:
    """``1 ligne ajoutée``, ``3 lignes ajoutées``."""
    plural = "s" if count > 1 else ""
    return f"{count} ligne{plural} {what}{plural if what.endswith('e') else ''}"


def _as_data(readings: Sequence[ListReading], added: int | None) -> dict[str, object]:
    return {
        "schema": "import-listes/v1",
        "fichiers": [
            {
                "fichier": reading.table.name,
                "ecriture": reading.table.written,
                "lecture": reading.columns.origin,
                "colonnes": {str(field): reading.columns.name(field) for field in reading.columns.places},
                "lignes": reading.rows,
                "saines": len(reading.lines),
                "en_defaut": reading.faulty,
                "laissees": {reason: list(numbers) for reason, numbers in reading.skipped.items()},
                "remarques": list(reading.remarks),
                "defauts": [str(fault) for fault in reading.faults],
            }
            for reading in readings
        ],
        "ajoutees": added,
    }
