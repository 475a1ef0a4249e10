"""How every command shows its steps, its faults and its end."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import NoReturn

import click
from rich.console import Console
from rich.markup import escape

from rebond.errors import Fault, grouped

EXIT_FAULTS = 2
"""Exit code when a file that people edit is wrong."""
EXIT_FAILURE = 1
"""Exit code when Rebond itself fails: the solver, the audit."""
EXIT_PARTIAL = 3
"""Exit code when what was sound is written and the rest set aside: nothing of it is silent."""

console = Console(stderr=True, highlight=False)
"""Progress and faults go to standard error: standard output keeps the result alone."""


def show_faults(faults: Iterable[Fault]) -> NoReturn:
    """Print every fault on standard error, those that repeat in one line, then end with code 2."""
    found = list(faults)
    for line in grouped(found):
        click.echo(f"✗ {line}", err=True)
    plural = "s" if len(found) > 1 else ""
    click.echo(f"{len(found)} défaut{plural} à corriger.", err=True)
    sys.exit(EXIT_FAULTS)


def show_set_aside(faults: Iterable[Fault]) -> NoReturn:
    """Print the faults of what was set aside, then end with code 3: the rest is written."""
    found = list(faults)
    for line in grouped(found):
        click.echo(f"✗ {line}", err=True)
    plural = "s" if len(found) > 1 else ""
    click.echo(f"{len(found)} défaut{plural} : ce qui en a est laissé de côté, le reste est importé.", err=True)
    sys.exit(EXIT_PARTIAL)


def fail(message: str) -> NoReturn:
    """Print why Rebond could not answer, then end with code 1."""
    click.echo(f"✗ {message}", err=True)
    sys.exit(EXIT_FAILURE)


@contextmanager
def steps() -> Iterator[Callable[[str], None]]:
    """Shows each step as it begins and its time once done."""
    started = time.monotonic()
    current: list[tuple[str, float]] = []

    def close() -> None:
        if current:
            label, since = current.pop()
            console.print(f"  [green]✓[/] {escape(label)} [dim]({time.monotonic() - since:.1f} s)[/]")

    with console.status("Démarrage") as status:

        def step(label: str) -> None:
            close()
            status.update(escape(label))
            current.append((label, time.monotonic()))

        yield step
        close()
    console.print(f"  [bold]Terminé en {time.monotonic() - started:.1f} s[/]")
