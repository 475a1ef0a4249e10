"""``rebond demo``: the whole mission on the sample territory, then the site."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import click

from rebond.adapters.sample import write_sample
from rebond.cli._places import MOST_PORT, OutFolder, address_refusal
from rebond.cli._show import console
from rebond.cli._summary import print_summary
from rebond.cli.mission import run_workbook
from rebond.data import data_folder

WORKBOOK = "recensement.xlsx"
DATABASE = "rebond.sqlite3"


@click.command()
@click.option("--out", type=OutFolder(), default="out/demo", show_default=True, help="Dossier des résultats.")
@click.option("--serve/--no-serve", default=True, help="Ouvrir le site à la fin.")
@click.option("--port", type=click.IntRange(1, MOST_PORT), default=8000, show_default=True, help="Port du site.")
def demo(out: Path, serve: bool, port: int) -> None:
    """Joue la mission d'exemple (Chaumont-Langres, entreprises fictives), puis ouvre le site."""
    if serve and (refusal := address_refusal("127.0.0.1", port)):
        raise click.UsageError(refusal)
    console().print("[bold]Rebond[/] — mission d'exemple : territoire réel, entreprises et projets fictifs")
    with TemporaryDirectory() as folder:
        source = Path(folder) / WORKBOOK
        write_sample(source)
        result = run_workbook(source, on=None, out=out, folder=data_folder(), keep_as=WORKBOOK)
    print_summary(result, out)
    if serve:
        from rebond.web.demo import serve_demo  # Django is loaded only when the site is asked for.

        serve_demo(result, database=out / DATABASE, documents=out, port=port, announce=console().print)
