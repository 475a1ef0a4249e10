"""``rebond portfolio calls``: the calls of a mission that has several, allocated together."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from rebond.adapters.workbook import read_census
from rebond.cli._catalogue import catalogue_option, open_layout, reading_option, reading_taken
from rebond.cli._plausibility import despite_option, settle
from rebond.cli._show import fail, show_faults, steps
from rebond.errors import DataError, RebondError
from rebond.portfolio.all_calls import CallOutcome
from rebond.portfolio.proof_words import selection_proof, worst_gap
from rebond.study.calls import CallsStudy, study_calls
from rebond.study.rulebook import load_rulebook
from rebond.units import NO_BREAK_SPACE, agreed, format_euros, format_number

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("workbook", metavar="CLASSEUR", type=_FILE)
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="Date d'examen (par défaut : celle du comité).")
@reading_option
@despite_option
@catalogue_option
@click.option("--json", "as_json", is_flag=True, help="Écrit le résultat en JSON.")
def calls(
    *, workbook: Path, day: datetime | None, reading: str | None, despite: bool, folder: Path, as_json: bool
) -> None:
    """Les appels d'une mission qui en a plusieurs, alloués ensemble : quel projet reçoit l'argent de quel appel.

    Le premier appel est celui de la feuille « mission », les autres sont ceux de la feuille « autres appels ». Un
    projet reçoit l'argent d'un appel au plus, chaque appel est un dernier recours, la preuve vaut pour l'ensemble.
    Codes de sortie : 0, prouvé ou non (c'est dit) ; 2 si le classeur est faux ; 1 en cas d'échec.
    """
    try:
        with steps() as step:
            step("Lecture du catalogue et du classeur")
            rulebook = load_rulebook(folder)
            census = read_census(workbook, layout=open_layout(folder), gazetteer=rulebook.catalogue.gazetteer)
            settle(census, rulebook, on=day.date() if day else None, despite=despite)
            on = day.date() if day else census.settings.committee_on
            found = study_calls(census, rulebook, on=on, reading=reading_taken(reading), progress=step)
    except DataError as error:
        show_faults(error.faults)
    except RebondError as error:
        fail(str(error))
    if as_json:
        click.echo(json.dumps(_as_data(found), ensure_ascii=False, indent=2))
        return
    for line in _told(found):
        click.echo(line)


def _as_data(found: CallsStudy) -> dict[str, Any]:
    result = found.result
    return {
        "preuve": selection_proof(result.reports, several=len(result.calls) > 1),
        "ecart": worst_gap(result.reports),
        "appels": [
            {
                "dispositif": each.key,
                "nom": each.call.title,
                "enveloppe": float(each.call.amount),
                "propose": sum(each.given.values()),
                "reste": float(each.left),
                "projets": [
                    {
                        "projet": name,
                        "statut": decision.status.value,
                        "montant": decision.envelope,
                        "motifs": list(decision.reasons),
                    }
                    for name, decision in each.decisions.items()
                ],
                "payeurs": [
                    {"projet": paid.project, "contributeur": paid.contributor, "montant": paid.amount}
                    for paid in each.paid
                ],
            }
            for each in result.calls
        ],
    }


def _told(found: CallsStudy) -> Iterator[str]:
    titles = {study.project.id: study.project.title for study in found.studies}
    values = {study.project.id: study.score.value for study in found.studies}
    for each in found.result.calls:
        yield from _told_of(each)
        for name, amount in each.given.items():
            worth = format_number(values[name], 1)
            yield f"  {name}  {titles[name]} : {format_euros(amount)}, valeur {worth} sur 100"
            yield from (f"    {reason}" for reason in each.decisions[name].reasons)
    if proof := selection_proof(found.result.reports, several=len(found.result.calls) > 1):
        yield proof


def _told_of(outcome: CallOutcome) -> Iterator[str]:
    count = len(outcome.given)
    name = outcome.call.title or outcome.key
    given = format_euros(sum(outcome.given.values()))
    yield (
        f"{name}{NO_BREAK_SPACE}: {count} {agreed('projets proposés', count)}, {given} sur "
        f"{format_euros(outcome.call.amount)}, il reste {format_euros(outcome.left)}"
    )
