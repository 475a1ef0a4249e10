"""``rebond export``: what leaves for others to use again."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from rebond.cli._instance import database_option, open_site
from rebond.cli._places import OutFolder
from rebond.cli._show import fail, show_faults
from rebond.data.outfolder import written_folder
from rebond.errors import DataError, Fault
from rebond.publication.edition import Edition
from rebond.publication.edition_shape import is_edition
from rebond.publication.open_data import NAMES, About, licences, open_data, read_back

EDITION, NOTICE = "edition.json", "notice.json"
_MOST = 50_000_000


@click.group()
def export() -> None:
    """Ce qui sort pour être réutilisé : les chiffres publiés, en données ouvertes."""


@export.command()
@click.argument("edition", metavar="[DOSSIER]", required=False, type=click.Path(path_type=Path, file_okay=False))
@click.option("--mission", "slug", default="", help="Mission d'une instance : sa dernière édition publiée.")
@click.option("--out", type=OutFolder(), required=True, help="Dossier des données ouvertes.")
@click.option("--licence", "code", default="", help="Licence (« lov2 » par défaut ; « odbl »).")
@click.option("--editeur", "publisher", default="", help="Qui publie (par défaut : la mission).")
@database_option
def opendata(*, edition: Path | None, slug: str, out: Path, code: str, publisher: str, database: Path) -> None:
    """Écrit une édition publiée en données ouvertes : CSV, Table Schema, notice DCAT.

    DOSSIER : celui d'une édition (« rebond publication tables »). Les cases tues de l'édition le restent, et rien
    d'autre n'est tu. Ce qui est écrit est relu contre son propre schéma. Code 2 : défauts, rien n'est écrit.
    """
    if (edition is None) == (not slug):
        raise click.UsageError("Donner le dossier d'une édition, ou « --mission », l'un des deux.")
    licence = next(iter(licences().values())) if not code else licences().get(code)
    if licence is None:
        raise click.BadParameter(f"« {code} » : une de {', '.join(licences())}", param_hint="'--licence'")
    try:
        figures, about = _of_folder(edition) if edition is not None else _of_mission(slug, database)
        if about.embargo and about.embargo.holds(datetime.now()):  # noqa: DTZ005 - the clock of whoever gives them
            fail(f"« {about.mission} » est sous embargo {about.embargo.words} : rien n'est donné avant.")
        files = open_data(figures, replace(about, publisher=publisher), licence)
        with written_folder(out, owned=frozenset(NAMES)) as draft:
            for name, body in files.items():
                (draft / name).write_bytes(body)
    except DataError as error:
        show_faults(error.faults)
    click.echo(f"Écrit et relu dans {out} : {', '.join(files)}. {licence.title}.")


@export.command()
@click.argument("folder", metavar="DOSSIER", type=click.Path(path_type=Path, file_okay=False, exists=True))
def check(folder: Path) -> None:
    """Relit des données ouvertes contre leur propre schéma. Code 2 s'il y a des défauts."""
    try:
        cells = read_back({name: _bytes(folder / name) for name in NAMES if (folder / name).is_file()})
    except DataError as error:
        show_faults(error.faults)
    secret = sum(value is None for value, _ in cells.values())
    click.echo(f"{len(cells)} cases lues, dont {secret} secrètes : conformes au schéma.")


def _bytes(file: Path) -> bytes:
    if file.stat().st_size > _MOST:
        raise DataError([Fault(where=f"« {file} »", problem="fichier démesuré", mend="vérifier que c'est le bon")])
    return file.read_bytes()


def _of_folder(folder: Path) -> tuple[Edition, About]:
    """What « rebond publication tables » wrote."""

    def told(name: str) -> Any:
        return json.loads(_bytes(folder / name).decode("utf-8"))

    try:
        figures, about = told(EDITION), About.from_data(told(NOTICE))
        if is_edition(figures):
            return Edition.from_data(figures), about
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        pass
    mend = f"donner le dossier que « rebond publication tables » a rempli, avec {EDITION} et {NOTICE}"
    raise DataError([Fault(where=f"« {folder} »", problem="aucune édition lisible", mend=mend)])


def _of_mission(slug: str, database: Path) -> tuple[Edition, About]:
    """The last edition that a mission of an instance published."""
    open_site(database, option="--instance")
    from django.contrib.auth.models import AnonymousUser

    from rebond.cli._site import mission_named
    from rebond.web.missions.models import Mission
    from rebond.web.publishing.held import embargo_now, told_now
    from rebond.web.publishing.models import Edition as Published
    from rebond.web.publishing.opening import about_of

    mission = mission_named(slug)
    # Open data are for everybody: what only the team may read yet is not given, whoever asks.
    told = Published.objects.told_to(AnonymousUser(), Mission.objects.filter(pk=mission.pk))
    found = next(told_now(told), None)
    if found is None:
        held = embargo_now(mission)
        fail(
            f"« {slug} » est sous embargo {held.words} : rien n'est donné avant."
            if held and told
            else f"« {slug} » n'a publié aucun chiffre."
        )
    return found.figures, about_of(mission, found)
