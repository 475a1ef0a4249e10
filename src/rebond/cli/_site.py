"""What the commands on missions share: the mission named, who acts, a preview in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rebond.web.exchange.preview import Line, Preview
    from rebond.web.journal.writing import Author
    from rebond.web.missions.models import Mission

_SHOWN = 40
"""Lines of one kind that a preview prints."""


def mission_named(slug: str) -> Mission:
    """A mission of the instance; an unknown one ends the command with code 2, and those that are there."""
    from rebond.web.missions.models import Mission

    found = Mission.objects.filter(slug=slug).first()
    if found is None:
        known = ", ".join(Mission.objects.order_by("slug").values_list("slug", flat=True)) or "aucune"
        raise click.UsageError(f"Aucune mission « {slug} » dans cette instance. Il y a : {known}.")
    return found


def shell_author() -> Author:
    """Who a command acts for: the one who holds the server."""
    from rebond.web.journal.writing import Author

    return Author(user=None)


def print_preview(found: Preview, *, typed: bool) -> None:
    """What applying a workbook would do, on standard output."""
    if typed:
        click.echo("Classeur saisi à la main, ou d'une autre origine : ce qu'il n'a pas est gardé.")
    if found.is_nothing:
        click.echo("Ce classeur ne change rien.")
        return
    counts = (
        (len(found.created), "nouvelle", "nouvelles", "lignes"),
        (len(found.changed), "changée", "changées", "cellules"),
        (len(found.conflicts), "en conflit", "en conflit", "valeurs"),
        (len(found.gone), "disparue", "disparues", "lignes"),
        (found.unchanged, "inchangée", "inchangées", "lignes"),
    )
    click.echo(" ; ".join(f"{what} {many if n > 1 else one} : {n}" for n, one, many, what in counts))
    _print("Nouvelles lignes", found.created, lambda line: line.label or line.theirs)
    _print("Changements", found.changed, lambda line: f"{line.column} : {line.mine} → {line.theirs}")
    _print("Conflits", found.conflicts, _conflict)
    _print("Lignes disparues du classeur (gardées, sauf « --retirer »)", found.gone, lambda line: line.label)


def _conflict(line: Line) -> str:
    who = f" ({line.since.by_name}, {line.since.at:%d/%m/%Y})" if line.since else ""
    column = f"{line.column} : " if line.column else ""
    return f"{column}export {line.base} ; site {line.mine}{who} ; classeur {line.theirs}"


def _print(title: str, lines: tuple[Line, ...], told: Callable[[Line], str]) -> None:
    if not lines:
        return
    click.echo(f"\n{title} :")
    for line in lines[:_SHOWN]:
        click.echo(f"  {line.where} : {told(line)}")
    if len(lines) > _SHOWN:
        click.echo(f"  et {len(lines) - _SHOWN} autres")
