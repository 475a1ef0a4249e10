"""How every command shows faults and ends."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import NoReturn

import click

from rebond.errors import Fault

EXIT_FAULTS = 2
"""Exit code when a file that people edit is wrong."""


def show_faults(faults: Iterable[Fault]) -> NoReturn:
    """Print every fault, one a line, on standard error, then end with code 2."""
    found = list(faults)
    for fault in found:
        click.echo(f"✗ {fault}", err=True)
    plural = "s" if len(found) > 1 else ""
    click.echo(f"{len(found)} défaut{plural} à corriger.", err=True)
    sys.exit(EXIT_FAULTS)
