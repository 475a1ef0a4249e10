"""``rebond portfolio allocate``: all the projects of a territory planned together, with a proven bound."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from rebond.cli._numbers import NumberRange
from rebond.cli._show import console, fail, show_faults
from rebond.data.unreadable import system_reason
from rebond.errors import DataError, RebondError
from rebond.portfolio.joint.generated import territory
from rebond.portfolio.joint.outcome import Outcome, outcome_as_data, run_allocation
from rebond.units import NO_BREAK_SPACE, agreed, format_euros, format_number

_SIZE = re.compile(r"(\d{1,6})[x×](\d{1,4})")
_SHOWN = 12
"""Budgets shown, the dearest first."""
_EVERY = 5.0
"""Seconds between two lines of progress."""


@click.command()
@click.option("--genere", "size", metavar="PROJETSxDISPOSITIFS", default="1000x100", show_default=True, help="Taille.")
@click.option("--graine", "seed", metavar="N", type=int, default=1, show_default=True, help="Graine du territoire.")
@click.option(
    "--time",
    "seconds",
    metavar="SECONDES",
    type=NumberRange(min=0),
    default=120,
    show_default=True,
    help="Temps de recherche ; passé ce temps, le meilleur choix trouvé et son écart.",
)
@click.option(
    "--ecart",
    "target",
    metavar="POURCENT",
    type=NumberRange(min=0),
    default=0.01,
    show_default=True,
    help="Écart à la borne, en pour cent, auquel la recherche s'arrête.",
)
@click.option(
    "--processes",
    metavar="N",
    type=click.IntRange(1, 64),
    default=min(8, os.cpu_count() or 1),
    show_default="les processeurs",
    help="Processus de calcul.",
)
@click.option(
    "--reprendre",
    "state",
    metavar="ETAT",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Fichier d'état : repris s'il existe, tenu à jour pendant la recherche.",
)
@click.option("--json", "as_json", is_flag=True, help="Écrit le résultat en JSON.")
def allocate(
    *, size: str, seed: int, seconds: float, target: float, processes: int, state: Path | None, as_json: bool
) -> None:
    """Allocation conjointe : tous les projets d'un territoire fictif planifiés ensemble sous des budgets communs.

    Le territoire est engendré, le même pour une même graine. La réponse donne la valeur, une borne prouvée qu'aucun
    choix ne dépasse, l'écart, ce qui reste de chaque budget et ce que mille euros de plus y vaudraient. Chaque plan est
    en euros entiers et accepté par l'audit indépendant. Codes de sortie : 0, prouvé ou non ; 2 si l'état donné est
    celui d'un autre problème.
    """
    found = _SIZE.fullmatch(size.strip())
    if not found or not all(int(each) for each in found.groups()):
        raise click.BadParameter("écrire par exemple 1000x100 : des projets, des dispositifs", param_hint="--genere")
    if state is not None and not state.absolute().parent.is_dir():
        raise click.BadParameter("son dossier n'existe pas", param_hint="--reprendre")
    drawn = territory(int(found[1]), int(found[2]), seed=seed)
    name = f"{found[1]}x{found[2]}, graine {seed}"
    try:
        outcome = run_allocation(
            drawn, seconds=seconds, target=target / 100, processes=processes, state=state, progress=_progress()
        )
    except DataError as error:
        show_faults(error.faults)
    except RebondError as error:
        fail(str(error))
    except OSError as error:
        fail(f"l'état n'a pas pu être écrit : {system_reason(error)}")
    if as_json:
        click.echo(json.dumps(outcome_as_data(outcome, problem=name), ensure_ascii=False, indent=2))
        return
    _show(outcome, name)


def _progress() -> Callable[[str], None]:
    began = last = time.monotonic()

    def tell(line: str) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= _EVERY:
            last = now
            console().print(f"{format_number(now - began)}{NO_BREAK_SPACE}s  {line}", markup=False)

    return tell


def _show(outcome: Outcome, name: str) -> None:
    colon = f"{NO_BREAK_SPACE}:"
    count, lost = len(outcome.financed), len(outcome.given_up)
    click.echo(
        f"{name}{colon} {format_number(count)} {agreed('projets financés entiers', count)} "
        f"sur {format_number(outcome.projects)}"
    )
    gap = f"{format_number(outcome.gap * 100, 3)}{NO_BREAK_SPACE}%"
    click.echo(
        f"Valeur {format_number(outcome.value, 1)}, borne {format_number(outcome.bound, 1)}, écart {gap} "
        f"({format_number(outcome.seconds, 1)}{NO_BREAK_SPACE}s, {outcome.passes} {agreed('passes', outcome.passes)}, "
        f"{outcome.processes} processus{', état repris' if outcome.resumed else ''})"
    )
    if lost:
        nouns = agreed("entreprises", lost), agreed("comptées", lost)
        click.echo(f"{lost} {nouns[0]} sans plan en euros entiers, {nouns[1]} pour rien.")
    table = Table("Budget", title="Ce que mille euros de plus vaudraient", title_justify="left")
    for head in ("Montant", "Reste", f"Valeur de {format_euros(1000)}"):
        table.add_column(head, justify="right")
    dearest = sorted(outcome.budgets, key=lambda row: (-row.price, row.key))
    for row in dearest[:_SHOWN]:
        table.add_row(row.key, format_euros(row.amount), format_euros(row.left), format_number(row.price, 3))
    Console(highlight=False, markup=False).print(table)
    left = sum(row.left for row in outcome.budgets)
    others = len(outcome.budgets) - min(_SHOWN, len(outcome.budgets))
    more = f" ; {others} {agreed('autres budgets', others)} avec --json" if others else ""
    click.echo(f"Reste de tous les budgets{colon} {format_euros(left)}{more}")
    click.echo("Chaque plan, en euros entiers, est accepté par l'audit indépendant.")
