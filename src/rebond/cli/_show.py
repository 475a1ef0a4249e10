"""How every command shows its steps, its faults and its end."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, NoReturn

import click

from rebond.errors import Fault, grouped

if TYPE_CHECKING:
    from rich.console import Console

EXIT_FAULTS = 2
"""Exit code when a file that people edit is wrong."""
EXIT_FAILURE = 1
"""Exit code when Rebond itself fails: the solver, the audit."""
EXIT_PARTIAL = 3
"""Exit code when what was sound is written and the rest set aside: nothing of it is silent."""


@cache
def console() -> Console:
    """Where progress goes: standard error, so that standard output keeps the result alone."""
    from rich.console import Console  # A check shows no progress: it does not wait for what draws it.

    return Console(stderr=True, highlight=False)


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
    from rich.markup import escape

    started = time.monotonic()
    current: list[tuple[str, float]] = []

    def close() -> None:
        if current:
            label, since = current.pop()
            console().print(f"  [green]✓[/] {escape(label)} [dim]({time.monotonic() - since:.1f} s)[/]")

    with console().status("Démarrage") as status:

        def step(label: str) -> None:
            close()
            status.update(escape(label))
            current.append((label, time.monotonic()))

        yield step
        close()
    console().print(f"  [bold]Terminé en {time.monotonic() - started:.1f} s[/]")
