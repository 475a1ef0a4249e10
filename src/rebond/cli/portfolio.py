"""``rebond portfolio``: choosing projects under limits, and how robust the choice is."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event, current_thread, main_thread

import click
from rich.console import Console
from rich.table import Table

from rebond.cli._numbers import NumberRange
from rebond.cli._portfolio_allocate import allocate
from rebond.cli._portfolio_calls import calls
from rebond.cli._portfolio_robust import robustness, rpm
from rebond.cli._show import fail, show_faults
from rebond.errors import DataError, Fault, RebondError
from rebond.portfolio.choosing.as_json import gap_words, selections_as_data, status
from rebond.portfolio.choosing.instance import Instance, Selected, select
from rebond.portfolio.choosing.orlib import load_orlib
from rebond.portfolio.choosing.pabulib import Utility, load_pabulib
from rebond.units import NO_BREAK_SPACE, agreed, format_number

_FILE = click.Path(path_type=Path, dir_okay=False)
_JSON = click.option("--json", "as_json", is_flag=True, help="Écrit le résultat en JSON.")
_TIME = click.option(
    "--time",
    "seconds",
    metavar="SECONDES",
    type=NumberRange(min=0),
    default=60,
    show_default=True,
    help="Temps laissé à chaque instance ; passé ce temps, la meilleure sélection trouvée et son écart.",
)


@click.group()
def portfolio() -> None:
    """Choisir des projets sous des limites, et dire si le choix est robuste."""


portfolio.add_command(allocate)
portfolio.add_command(calls)
portfolio.add_command(rpm)
portfolio.add_command(robustness)


@portfolio.command("solve-mkp")
@click.argument("path", metavar="FICHIER", type=_FILE)
@click.option("--instance", "rank", metavar="N", type=click.IntRange(min=1), help="Cette instance seulement.")
@_TIME
@_JSON
def solve_mkp(path: Path, rank: int | None, seconds: float, as_json: bool) -> None:
    """Sac à dos multidimensionnel en 0-1, aux formats d'OR-Library (mknap1, mknapcb, mknap2).

    Chaque sélection est recomptée en nombres exacts. Ctrl-C rend la meilleure trouvée. Codes de sortie : 0, prouvé ou
    non ; 2 si le fichier est faux ; 130 après Ctrl-C.
    """
    try:
        instances = load_orlib(path)
        _solve(instances if rank is None else _only(instances, rank, path), path, seconds=seconds, as_json=as_json)
    except DataError as error:
        show_faults(error.faults)
    except RebondError as error:
        fail(str(error))


@portfolio.command("solve-pb")
@click.argument("path", metavar="FICHIER", type=_FILE)
@click.option(
    "--utilite",
    "utility",
    type=click.Choice([each.value for each in Utility]),
    default=Utility.APPROVAL.value,
    show_default=True,
    help="Ce que vaut un projet : le nombre de bulletins qui le nomment, ou leurs points.",
)
@_TIME
@_JSON
def solve_pb(path: Path, utility: str, seconds: float, as_json: bool) -> None:
    """Budget participatif au format Pabulib (.pb) : les projets que le plus de bulletins approuvent, sous le budget.

    La valeur d'un projet est le nombre de bulletins qui le nomment ou, avec « --utilite points », la somme des points
    qu'ils lui donnent (scrutins cumulatifs et par notes) ou de Borda (scrutins par rangs). Ctrl-C rend la meilleure
    sélection trouvée. Codes de sortie : 0, prouvé ou non ; 2 si le fichier est faux ; 130 après Ctrl-C.
    """
    try:
        _solve([load_pabulib(path, utility=Utility(utility))], path, seconds=seconds, as_json=as_json)
    except DataError as error:
        show_faults(error.faults)
    except RebondError as error:
        fail(str(error))


def _only(instances: Sequence[Instance], rank: int, path: Path) -> Sequence[Instance]:
    if rank > len(instances):
        problem = f"instance {rank} demandée, le fichier en a {len(instances)}"
        raise DataError([Fault(where=path.name, problem=problem, mend="changer --instance")])
    return instances[rank - 1 : rank]


_INTERRUPTED = 130
"""As a shell says of a command stopped by Ctrl-C."""


@contextmanager
def _ctrl_c() -> Iterator[Event]:
    """What Ctrl-C sets the first time, instead of ending the command; the second time ends it."""
    pressed = Event()
    if current_thread() is not main_thread():
        yield pressed
        return

    def once(*_: object) -> None:
        pressed.set()
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, once)
    try:
        yield pressed
    finally:
        signal.signal(signal.SIGINT, before)


def _solve(instances: Sequence[Instance], path: Path, *, seconds: float, as_json: bool) -> None:
    found = []
    with _ctrl_c() as pressed:
        for instance in instances:
            found.append(select(instance, seconds=seconds, stop=pressed.is_set))
            if pressed.is_set():
                break
    _show(found, path, as_json=as_json)
    if pressed.is_set():
        left = len(instances) - len(found)
        words = f" ; {left} {agreed('instances non examinées', left)}" if left else ""
        click.echo(f"Arrêté à la demande : ce qui précède est le meilleur trouvé{words}.", err=True)
        sys.exit(_INTERRUPTED)


def _show(found: Sequence[Selected], path: Path, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(selections_as_data(found, file=path.name), ensure_ascii=False, indent=2))
        return
    table = Table("Instance", title=path.name, title_justify="left")
    for head in ("Valeur", "Borne", "Écart", "Secondes"):
        table.add_column(head, justify="right")
    table.add_column("Statut")
    for each in found:
        bound = "—" if each.bound is None else _plain(each.bound)
        took = format_number(each.seconds, 1)
        table.add_row(each.instance.name, _plain(each.value), bound, gap_words(each), took, status(each))
    console = Console(highlight=False, markup=False)
    console.print(table)
    for each in found:
        for line in _words(each):
            click.echo(line)


def _words(found: Selected) -> Iterable[str]:
    instance = found.instance
    chosen = ", ".join(instance.items[item] for item in found.items) or "aucun"
    yield f"{instance.name}{NO_BREAK_SPACE}: {len(found.items)} choisis sur {len(instance.items)} : {chosen}"
    if instance.best_known is not None:
        yield f"  meilleure valeur connue selon le fichier : {_plain(instance.best_known)}"
    yield from (f"  {remark}" for remark in instance.remarks)


def _plain(value: object) -> str:
    """A number to the last digit, with a French comma; ungrouped, to be compared with the file."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".").replace(".", ",") if "." in text else text
