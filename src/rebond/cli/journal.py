"""``rebond journal``: whether what was done in a mission is still written as it was."""

from __future__ import annotations

from pathlib import Path

import click

from rebond.cli._instance import database_option, open_site
from rebond.units import agreed


@click.group()
def journal() -> None:
    """Le journal des missions : qui a fait quoi, quand, pourquoi."""


@journal.command()
@click.argument("mission", metavar="[MISSION]", required=False)
@click.option("--attendu", "head", default="", help="Empreinte notée plus tôt, que la chaîne doit encore contenir.")
@database_option
def verify(mission: str | None, head: str, database: Path) -> None:
    """Recalcule la chaîne du journal de MISSION, ou de toutes celles de l'instance, même supprimées.

    Une ligne modifiée, retirée ou déplacée est désignée par son rang : code 1. L'empreinte de la dernière ligne,
    gardée ailleurs (« --attendu »), montre aussi des lignes retirées à la fin.
    """
    open_site(database, option="--instance")
    from rebond.web.journal.checking import check_chain, deleted_missions
    from rebond.web.missions.models import Mission
    from rebond.web.readings.keeping import check

    missions = [*Mission.objects.order_by("slug"), *deleted_missions()]
    if mission is not None and not (missions := [each for each in missions if each.slug == mission]):
        raise click.UsageError(f"Aucune mission « {mission} » dans cette instance, ni supprimée.")
    if head and len(missions) != 1:
        raise click.UsageError("« --attendu » demande le nom d'une seule mission.")
    broken = False
    for each in missions:
        found = check_chain(each, expected_head=head)
        if found.broken_at:
            broken = True
            click.echo(f"{each.slug} : journal abîmé à la ligne {found.broken_at} : {found.problem}.", err=True)
        else:
            last = f", empreinte {found.head}" if found.head else ""
            click.echo(f"{each.slug} : journal intact, {found.length} lignes{last}")
        readings = check(each)
        if readings.problem:
            broken = True
            click.echo(f"{each.slug} : {readings.problem}.", err=True)
    if not missions:
        click.echo("Aucune mission dans cette instance.")
    raise SystemExit(1 if broken else 0)


@journal.command()
@database_option
def purge(database: Path) -> None:
    """Efface les consultations plus anciennes que la règle de l'instance, et l'écrit au journal de chaque mission.

    La règle est dans « conservation.yaml », avec sa source. Le calcul en arrière-plan le fait aussi, de lui-même.
    Les changements et les décisions restent : la chaîne du journal reste entière.
    """
    open_site(database, option="--instance")
    from rebond.web.readings.keeping import missions_read, purge, seal
    from rebond.web.readings.rule import rule

    deleted = 0
    for each in missions_read():
        seal(each)
        count = purge(each)
        deleted += count
        if count:
            click.echo(f"{each.slug} : {count} {agreed('consultations effacées', count)}.")
    if not deleted:
        click.echo(f"Rien à effacer : aucun lot de consultations n'a plus de {rule().months} mois.")
