"""``rebond publication``: the figures of a mission that anybody may read, made from a workbook."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table as Printed

from rebond.adapters.opendocument import as_ods
from rebond.adapters.workbook import read_census
from rebond.cli._catalogue import catalogue_option, open_layout
from rebond.cli._places import OutFolder
from rebond.cli._plausibility import despite_option, settle
from rebond.cli._show import fail, show_faults, steps
from rebond.data.csvfile import french_csv
from rebond.data.outfolder import written_folder
from rebond.errors import DataError, Fault, RebondError
from rebond.mission import load_rulebook, run_mission
from rebond.publication.edition import Edition, Published, Report, is_same, prepare
from rebond.publication.files import sheets_of
from rebond.publication.lines import Basis, basis_of
from rebond.publication.open_data import About
from rebond.publication.press import against_the_rules
from rebond.publication.rules import shipped_rules
from rebond.publication.tables import HEADER, LEGEND, rows_of, tables_of
from rebond.publication.wording import sentences_of
from rebond.restitution.embargo import embargo_of
from rebond.results import MissionResult

TOLD, BASIS, NOTICE = "edition.json", "base-confidentielle.json", "notice.json"
_FILES = frozenset({"chiffres.csv", "chiffres.ods", TOLD, BASIS, NOTICE})
_WORKBOOK = click.argument("workbook", metavar="CLASSEUR", type=click.Path(path_type=Path, dir_okay=False))
_DAY = click.option(
    "--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="Date d'examen (par défaut : celle du comité)."
)


@click.group()
def publication() -> None:
    """Les chiffres d'une mission que chacun peut lire, petites cases tues, et ce que ses documents disent de trop."""


@publication.command()
@_WORKBOOK
@_DAY
@click.option("--out", type=OutFolder(), required=True, help="Dossier des tableaux.")
@click.option(
    "--apres",
    "earlier",
    metavar="DOSSIER",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    multiple=True,
    help="Dossier d'une édition déjà publiée, la plus ancienne d'abord ; à répéter pour chacune.",
)
@despite_option
@catalogue_option
def tables(
    workbook: Path, day: datetime | None, out: Path, earlier: tuple[Path, ...], despite: bool, folder: Path
) -> None:
    """Fait les tableaux à publier de CLASSEUR, vérifiés contre les éditions déjà publiées.

    Écrit chiffres.csv, chiffres.ods, edition.json et notice.json, à publier, et base-confidentielle.json, à garder pour
    vérifier l'édition suivante. Rien de publiable, ou rien de nouveau : code 1, rien n'est écrit.
    """
    before = [_edition_in(each) for each in earlier]
    result = _run(workbook, day.date() if day else None, folder, despite=despite)
    basis = basis_of(result)
    with steps() as step:
        step("Choix des cases tues")
        edition, reports = prepare(basis, before, shipped_rules())
    _show(edition, reports)
    if edition.is_empty:
        fail("Rien ne peut être publié : tout tient à trop peu de groupes d'entreprises, ou a trop peu changé.")
    if is_same(edition, before):
        fail("Rien de nouveau depuis la dernière édition.")
    heading = (result.census.settings.name, f"Chiffres publiés au {result.on:%d/%m/%Y}")
    with written_folder(out, owned=_FILES) as draft:
        (draft / "chiffres.csv").write_bytes(french_csv(HEADER, rows_of(edition)))
        (draft / "chiffres.ods").write_bytes(as_ods(sheets_of((*heading, *LEGEND), HEADER, rows_of(edition))))
        (draft / TOLD).write_text(json.dumps(edition.as_data(), ensure_ascii=False), encoding="utf-8")
        (draft / NOTICE).write_text(json.dumps(_about(result).as_data(), ensure_ascii=False), encoding="utf-8")
        (draft / BASIS).write_text(json.dumps(basis.as_data(), ensure_ascii=False), encoding="utf-8")
    click.echo(f"Écrit dans {out} : {', '.join(sorted(_FILES))}. {BASIS} ne se diffuse pas.")


@publication.command()
@_WORKBOOK
@_DAY
@despite_option
@catalogue_option
def check(workbook: Path, day: datetime | None, despite: bool, folder: Path) -> None:
    """Compare les chiffres que les documents de CLASSEUR impriment aux règles de publication.

    Chaque chiffre qui tient à trop peu de groupes d'entreprises, ou à un seul pour presque tout, est nommé. Rien n'est
    changé : c'est au pilote de décider.
    """
    result = _run(workbook, day.date() if day else None, folder, despite=despite)
    found = against_the_rules(result, shipped_rules())
    table = Printed(title="Chiffres des documents que la publication tairait")
    for head in ("Chiffre", "Groupes", "Pourquoi"):
        table.add_column(head)
    for each in found:
        table.add_row(each.label, str(each.groups), each.why.label)
    if found:
        Console(highlight=False, markup=False).print(table)
    click.echo(f"{len(found)} sur {len(result.indicators)} chiffres.")


def _run(workbook: Path, on: date | None, folder: Path, *, despite: bool) -> MissionResult:
    try:
        with steps() as step:
            step("Lecture du catalogue")
            rulebook = load_rulebook(folder)
            step(f"Lecture du classeur {workbook.name}")
            census = read_census(workbook, layout=open_layout(folder), gazetteer=rulebook.catalogue.gazetteer)
            settle(census, rulebook, on=on, despite=despite)
            return run_mission(census, rulebook, on=on or census.settings.committee_on, progress=step)
    except DataError as error:
        show_faults(error.faults)
    except RebondError as error:
        fail(str(error))


def _about(result: MissionResult) -> About:
    settings = result.census.settings
    return About(
        mission=settings.name,
        territory=settings.territory,
        epcis=tuple((code, result.labels.epcis.get(code, code)) for code in settings.epcis),
        on=result.on,
        fictitious=settings.fictitious,
        embargo=embargo_of(settings.announcement.embargo_until, settings.announcement.embargo_hour),
    )


def _edition_in(folder: Path) -> Published:
    """An edition that the command wrote; a folder that holds none ends the command."""
    try:
        told = Edition.from_data(json.loads((folder / TOLD).read_text(encoding="utf-8")))
        basis = Basis.from_data(json.loads((folder / BASIS).read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        mend = f"donner le dossier qu'une édition précédente a rempli, avec {TOLD} et {BASIS}"
        show_faults([Fault(where=str(folder), problem="aucune édition lisible", mend=mend)])
    return told, basis


def _show(edition: Edition, reports: tuple[Report, ...]) -> None:
    console = Console(highlight=False, markup=False)
    for table in tables_of(edition):
        shown = Printed(title=table.title, caption=table.note or None)
        for rank, head in enumerate(table.head):
            shown.add_column(head, justify="right" if rank else "left")
        for row in table.rows:
            shown.add_row(f"{'  ' * row.depth}{row.label}", *row.cells)
        console.print(shown)
    for line in LEGEND:
        console.print(line)
    for report in reports:
        click.echo(_told_of(report, edition))


def _told_of(report: Report, edition: Edition) -> str:
    """What is silent of a measure, and why: for the pilot."""
    told = sentences_of(report, edition)
    counts = Counter(why for _, why in told.cells)
    reasons = " ; ".join(f"{why} ({count})" for why, count in counts.items())
    return f"{told.label} : {told.summary}{f' Motifs : {reasons}.' if reasons else ''}"
