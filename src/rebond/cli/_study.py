"""``rebond mission study``: the study of a mission of the site, here and now."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from rebond.cli._instance import database_option, open_site
from rebond.cli._show import EXIT_FAULTS, fail, steps
from rebond.cli._site import mission_named

_PATIENCE = 120.0


@click.command()
@click.argument("slug", metavar="MISSION")
@click.option("--motif", "reason", default="", help="Pourquoi, dit avec l'étude (par défaut : ligne de commande).")
@database_option
def study(slug: str, reason: str, database: Path) -> None:
    """Étudie MISSION maintenant, sur ses faits du moment, et la montre sur le site.

    Une étude qui échoue : code 2, son motif est gardé, la dernière bonne reste montrée.
    """
    open_site(database, option="--instance")
    from rebond.web.worker.studying import BUSY, study_now

    mission = mission_named(slug)
    if mission.facts_state is None:
        fail(f"La mission « {slug} » n'a pas encore de faits.")
    with steps() as step:
        made = study_now(mission, why=reason or "Ligne de commande", progress=step, patience=_PATIENCE)
    if made is None:
        fail(BUSY)
    if made.failure:
        click.echo(f"L'étude n° {made.number} a échoué, la dernière bonne reste montrée :\n{made.failure}", err=True)
        sys.exit(EXIT_FAULTS)
    click.echo(f"Étude n° {made.number} de « {slug} » faite, droit au {made.law_day:%d/%m/%Y}.")
