"""``rebond mission run``: a whole mission, from the workbook to the documents."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import click

from rebond.adapters.documents.writing import write_documents
from rebond.adapters.outlines import load_outlines
from rebond.adapters.points import load_points
from rebond.adapters.workbook import read_census
from rebond.cli._catalogue import catalogue_option, open_layout, reading_option, reading_taken
from rebond.cli._compare import compare
from rebond.cli._editions import check_recipient, edition_options, recipient_of
from rebond.cli._missions import COMMANDS
from rebond.cli._places import OutFolder
from rebond.cli._plausibility import despite_option, settle
from rebond.cli._rerender import rerender
from rebond.cli._show import fail, show_faults, steps
from rebond.cli._study import study
from rebond.cli._summary import print_summary
from rebond.cli._templates import template_option, templates_named
from rebond.errors import DataError, RebondError
from rebond.facts import UNKNOWN, Maybe
from rebond.mission import load_rulebook, run_mission
from rebond.portfolio.robust.weights import Opinion
from rebond.regimes.readings import Reading
from rebond.restitution.editions import Recipient
from rebond.restitution.result import result_as_data
from rebond.restitution.territory_map import territory_places
from rebond.results import MissionResult
from rebond.study.robust import RobustAsked


@click.group()
def mission() -> None:
    """La mission : du classeur de recensement à la restitution, et les missions d'une instance."""


for command in (*COMMANDS, compare, rerender, study):
    mission.add_command(command)


@mission.command()
@click.argument("workbook", metavar="CLASSEUR", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="Date d'examen (par défaut : celle du comité).")
@click.option("--out", type=OutFolder(), required=True, help="Dossier des résultats.")
@template_option
@click.option("--json", "as_json", is_flag=True, help="Écrit aussi le résultat entier sur la sortie standard.")
@edition_options
@reading_option
@despite_option
@catalogue_option
def run(
    *,
    workbook: Path,
    day: datetime | None,
    out: Path,
    templates: tuple[Path, ...],
    as_json: bool,
    edition: str | None,
    whom: str,
    presented: tuple[str, ...],
    agreed: tuple[str, ...],
    reading: str | None,
    despite: bool,
    folder: Path,
) -> None:
    """Joue la mission de CLASSEUR au droit et au catalogue d'une date, et écrit ses documents.

    Un classeur faux ou impossible, ou une question de vraisemblance sans réponse : code 2, rien n'est écrit.
    """
    on = day.date() if day else None
    recipient = recipient_of(edition, whom, presented, agreed)
    result = run_workbook(
        workbook,
        on=on,
        out=out,
        folder=folder,
        despite=despite,
        reading=reading_taken(reading),
        recipient=recipient,
        templates=templates,
    )
    if as_json:
        click.echo(json.dumps(result_as_data(result), ensure_ascii=False))
    else:
        print_summary(result, out)


def run_workbook(
    workbook: Path,
    *,
    on: date | None,
    out: Path,
    folder: Path,
    despite: bool = False,
    reading: Maybe[Reading] = UNKNOWN,
    keep_as: str | None = None,
    recipient: Recipient | None = None,
    templates: Sequence[Path] = (),
) -> MissionResult:
    """Read, run, write; a wrong workbook or catalogue ends the command with every fault and code 2, nothing written.

    So does a question of plausibility that nobody answered, unless ``despite``: the result's alerts then say it.
    ``keep_as``: the workbook goes with its documents, under that name.
    """
    try:
        with steps() as step:
            deck, release = templates_named(templates)
            step("Lecture du catalogue")
            rulebook = load_rulebook(folder)
            step(f"Lecture du classeur {workbook.name}")
            census = read_census(workbook, layout=open_layout(folder), gazetteer=rulebook.catalogue.gazetteer)
            check_recipient(recipient, census, rulebook.catalogue.organisations)
            settle(census, rulebook, on=on, despite=despite)
            day = on or census.settings.committee_on
            asked = RobustAsked(opinions=tuple(map(Opinion.of, census.opinions)))
            result = run_mission(census, rulebook, on=day, reading=reading, progress=step, robust=asked)
            places = territory_places(rulebook.catalogue.gazetteer, census.settings.epcis, load_outlines(folder))
            kept = {keep_as: workbook} if keep_as else {}
            points = load_points(folder)
            write_documents(
                result,
                out,
                recipient=recipient,
                places=places,
                points=points,
                deck=deck,
                release=release,
                logos=folder / "logos",
                progress=step,
                extra=kept,
                moment=datetime.now(),  # noqa: DTZ005 - the clock of whoever gives them, as the embargo is said
            )
    except DataError as error:
        show_faults(error.faults)
    except RebondError as error:
        fail(str(error))
    return result
