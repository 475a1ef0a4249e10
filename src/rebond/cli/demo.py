"""``rebond demo``: the whole mission on the sample territory, then the site."""

from __future__ import annotations

from pathlib import Path

import click

from rebond.adapters.sample import write_sample
from rebond.cli._show import console
from rebond.cli._summary import print_summary
from rebond.cli.mission import run_workbook
from rebond.data import data_folder

WORKBOOK = "recensement.xlsx"
DATABASE = "rebond.sqlite3"


@click.command()
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path("out/demo"), show_default=True)
@click.option("--serve/--no-serve", default=True, help="Ouvrir le site à la fin.")
@click.option("--port", default=8000, show_default=True)
def demo(out: Path, serve: bool, port: int) -> None:
    """Joue la mission d'exemple (Chaumont-Langres, entreprises fictives), puis ouvre le site."""
    console.print("[bold]Rebond[/] — mission d'exemple : territoire réel, entreprises et projets fictifs")
    source = out.with_name(f"{out.name}-{WORKBOOK}")
    source.parent.mkdir(parents=True, exist_ok=True)
    write_sample(source)
    result = run_workbook(source, on=None, out=out, folder=data_folder())
    source.replace(out / WORKBOOK)
    print_summary(result, out)
    if serve:
        from rebond.web.demo import serve_demo  # Django is loaded only when the site is asked for.

        serve_demo(result, database=out / DATABASE, documents=out, port=port, announce=console.print)
