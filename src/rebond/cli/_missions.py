"""``rebond mission new | import | export | list | archive | unarchive | delete``: the missions of an instance."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rebond.cli._instance import database_option, open_site
from rebond.cli._places import OutFile
from rebond.cli._show import EXIT_PARTIAL, show_faults
from rebond.cli._site import mission_named, print_preview, shell_author
from rebond.errors import DataError, Fault

if TYPE_CHECKING:
    from rebond.web.accounts.models import User

_DAY = click.DateTime(["%Y-%m-%d", "%d/%m/%Y"])
_WORKBOOK = click.Path(path_type=Path, dir_okay=False)
pilot_option = click.option(
    "--pilote", "pilot", default="", help="Compte du pilote (par défaut : l'administrateur, s'il n'y en a qu'un)."
)


@click.command()
@click.option("--nom", "name", required=True, help="Nom de la mission.")
@click.option("--territoire", "territory", required=True, help="Son territoire, tel qu'on le dit.")
@click.option("--epci", "epcis", multiple=True, required=True, help="Intercommunalité (SIREN ou nom) ; répétable.")
@click.option("--comite", "committee", type=_DAY, required=True, help="Date du comité (2026-11-20 ou 20/11/2026).")
@click.option("--slug", default="", help="Identifiant dans les adresses (par défaut : tiré du territoire).")
@click.option("--donnees-fictives", "fictitious", is_flag=True, help="Le dit sur chaque page.")
@pilot_option
@database_option
def new(
    *,
    name: str,
    territory: str,
    epcis: tuple[str, ...],
    committee: datetime,
    slug: str,
    fictitious: bool,
    pilot: str,
    database: Path,
) -> None:
    """Crée une mission vide."""
    open_site(database, option="--instance")
    from rebond.eligibility.epcis import read_epcis
    from rebond.facts import Census, Envelope, MissionSettings
    from rebond.web.catalogue.reading import current_catalogue
    from rebond.web.editing.life import create_mission

    try:
        settings = MissionSettings(
            name=name,
            territory=territory,
            epcis=read_epcis(epcis, current_catalogue().gazetteer),
            committee_on=committee.date(),
            envelope=Envelope(contributions=()),
            fictitious=fictitious,
        )
        census = Census(settings=settings, firms=(), interviews=(), projects=())
        made = create_mission(census, by=shell_author(), slug=slug, pilot=_pilot(pilot))
    except DataError as error:
        show_faults(error.faults)
    click.echo(f"Mission « {made.slug} » créée : {made.name}")


@click.command("import")
@click.argument("workbook", metavar="CLASSEUR", type=_WORKBOOK)
@click.option(
    "--mission", "slug", default="", help="Mission à compléter ; sans elle, le classeur en fait une nouvelle."
)
@click.option("--slug", "new_slug", default="", help="Identifiant de la nouvelle mission.")
@click.option("--apply", "do", is_flag=True, help="Applique ; sinon, l'aperçu est affiché et rien n'est écrit.")
@click.option("--prendre", "taken", type=click.Choice(["classeur", "site"]), help="Qui l'emporte dans les conflits.")
@click.option("--retirer", "withdraw", is_flag=True, help="Retire les lignes disparues du classeur ; sinon, gardées.")
@click.option("--motif", "reason", default="", help="Motif, dans le journal.")
@pilot_option
@database_option
def import_workbook(
    *,
    workbook: Path,
    slug: str,
    new_slug: str,
    do: bool,
    taken: str | None,
    withdraw: bool,
    reason: str,
    pilot: str,
    database: Path,
) -> None:
    """Importe CLASSEUR (.xlsx, .ods) : une nouvelle mission, ou les changements d'une mission qui existe.

    Une archive de mission (.zip) fait une nouvelle mission, avec tout ce qu'elle garde : journal, décisions, séances,
    plans figés, fils des orientations, pièces jointes. Abîmée ou modifiée, elle est refusée en entier.

    Code 0 : fait, ou rien à faire ; 2 : défauts, rien n'est écrit ; 3 : des conflits attendent un choix
    (« --prendre »), rien n'est écrit.
    """
    open_site(database, option="--instance")
    try:
        if slug:
            _bring(workbook, slug, do=do, taken=taken, withdraw=withdraw, reason=reason)
        else:
            _found(workbook, new_slug, pilot, reason)
    except DataError as error:
        show_faults(error.faults)


def _found(workbook: Path, slug: str, pilot: str, reason: str) -> None:
    """A new mission from a workbook."""
    from rebond.web.editing.life import create_mission
    from rebond.web.exchange.archive_file import has_manifest
    from rebond.web.exchange.workbook import read_file
    from rebond.web.files.returning import bring_back, is_archive, workbook_in
    from rebond.web.journal.models import Act

    told = reason or f"Import de {workbook.name}"
    leader = _pilot(pilot)
    if is_archive(workbook) and has_manifest(workbook):
        _load(workbook, slug, leader)
        return
    if is_archive(workbook):
        with workbook_in(workbook) as inside:
            census = read_file(inside).census
    else:
        census = read_file(workbook).census
    made = create_mission(census, by=shell_author(), slug=slug, pilot=leader, act=Act.IMPORTED, reason=told)
    click.echo(
        f"Mission « {made.slug} » créée depuis {workbook.name} : {len(census.firms)} entreprises, "
        f"{len(census.interviews)} entretiens, {len(census.projects)} projets."
    )
    if is_archive(workbook):
        found = bring_back(made, workbook, by=shell_author())
        click.echo(f"Pièces jointes reprises de l'archive : {found.attached}.")
        for problem in found.left:
            click.echo(f"! {problem}", err=True)


def _load(file: Path, slug: str, leader: User | None) -> None:
    """A new mission from the whole archive of another instance."""
    from rebond.web.exchange.archive_file import opened
    from rebond.web.exchange.loading import load, told_of

    with opened(file) as archive:
        found = load(archive, file, by=shell_author(), slug=slug, pilot=leader)
    click.echo(f"Mission « {found.mission.slug} » reprise de {file.name} : {found.mission.name}")
    for line in told_of(found):
        click.echo(line)
    for problem in found.left:
        click.echo(f"! {problem}", err=True)


def _bring(workbook: Path, slug: str, *, do: bool, taken: str | None, withdraw: bool, reason: str) -> None:
    """Preview a workbook against a mission, and apply it when asked."""
    from rebond.web.exchange.applying import apply_draft, keep, preview_of
    from rebond.web.exchange.bringing import bring

    mission = mission_named(slug)
    brought = bring(mission, workbook)
    draft = keep(mission, brought, file_name=workbook.name, by=shell_author())
    try:
        found = preview_of(draft)
        print_preview(found, typed=brought.export is None)
        if not do or found.is_nothing:
            if found.faults:
                show_faults(found.faults)
            return
        if found.conflicts and taken is None:
            click.echo("Des conflits attendent un choix : « --prendre classeur » ou « --prendre site ».", err=True)
            sys.exit(EXIT_PARTIAL)
        choices = {line.key: taken or "" for line in found.conflicts}
        gone = {line.key for line in found.gone} if withdraw else set()
        told = reason or f"Import de {workbook.name}"
        done = apply_draft(draft, choices, gone, by=shell_author(), reason=told)
        click.echo(f"{len(done.changes)} changements appliqués à « {mission.slug} ».")
    finally:
        if draft.gesture is None:
            draft.delete()


@click.command()
@click.argument("slug", metavar="MISSION")
@click.option("--out", type=OutFile(".xlsx"), required=True, help="Classeur à écrire.")
@database_option
def export(slug: str, out: Path, database: Path) -> None:
    """Écrit le classeur de MISSION : rempli ailleurs, il se réimporte sans rien écraser."""
    open_site(database, option="--instance")
    from rebond.web.exchange.exporting import export_workbook

    export_workbook(mission_named(slug), out, by=shell_author())
    click.echo(f"Classeur écrit dans {out}. Pour le réimporter : rebond mission import {out} --mission {slug}")


@click.command("list")
@click.option("--archives", "archived", is_flag=True, help="Celles qui sont archivées.")
@database_option
def list_missions(archived: bool, database: Path) -> None:
    """Liste les missions de l'instance."""
    open_site(database, option="--instance")
    from rebond.web.missions.models import Mission

    rows = Mission.objects.archived() if archived else Mission.objects.current()
    for row in rows.order_by("slug"):
        click.echo(f"{row.slug} : {row.name} (comité du {row.committee_on:%d/%m/%Y})")
    if not rows:
        click.echo("Aucune mission archivée." if archived else "Aucune mission : « rebond mission new » en crée une.")


@click.command()
@click.argument("slug", metavar="MISSION")
@click.option("--motif", "reason", default="", help="Motif, dans le journal.")
@database_option
def archive(slug: str, reason: str, database: Path) -> None:
    """Archive MISSION : on ne fait plus que la lire, et elle quitte les listes."""
    open_site(database, option="--instance")
    from rebond.web.editing.life import archive as put_away

    put_away(mission_named(slug), by=shell_author(), reason=reason)
    click.echo(f"Mission « {slug} » archivée. Pour l'en sortir : rebond mission unarchive {slug}")


@click.command()
@click.argument("slug", metavar="MISSION")
@click.option("--motif", "reason", default="", help="Motif, dans le journal.")
@database_option
def unarchive(slug: str, reason: str, database: Path) -> None:
    """Sort MISSION des archives."""
    open_site(database, option="--instance")
    from rebond.web.editing.life import unarchive as take_out

    take_out(mission_named(slug), by=shell_author(), reason=reason)
    click.echo(f"Mission « {slug} » sortie des archives.")


@click.command()
@click.argument("slug", metavar="MISSION")
@click.option("--archive", "out", type=OutFile(".zip"), help="Archive à écrire (par défaut : MISSION-DATE.zip, ici).")
@click.option("--oui", "sure", is_flag=True, help="Ne demande pas.")
@click.option("--motif", "reason", default="", help="Motif, dans le journal.")
@database_option
def delete(slug: str, out: Path | None, sure: bool, reason: str, database: Path) -> None:
    """Supprime MISSION, après avoir écrit son archive (.zip) : classeur, recensement, journal, documents."""
    open_site(database, option="--instance")
    from rebond.web.exchange.removal import archive_name, delete_mission, holdings_of

    mission = mission_named(slug)
    target = out or Path(archive_name(mission))
    if target.exists():
        show_faults(
            [Fault(where=f"« {target} »", problem="ce fichier existe déjà", mend="donner un autre « --archive »")]
        )
    told = " ; ".join(f"{what} : {number}" for what, number in holdings_of(mission).told)
    click.echo(f"« {mission.name} » ({slug}) : {told}.")
    if not sure and click.prompt(f"Pour supprimer, retaper « {slug} »", default="", show_default=False) != slug:
        click.echo("Rien n'est supprimé.")
        return
    delete_mission(mission, target, by=shell_author(), reason=reason)
    click.echo(f"Mission « {slug} » supprimée. Son archive : {target}")


def _pilot(name: str) -> User | None:
    """The account that leads a new mission."""
    from rebond.web.accounts.models import User

    if name:
        if (found := User.objects.filter(username=name, is_active=True).first()) is None:
            raise click.UsageError(f"Aucun compte « {name} » dans cette instance.")
        return found
    administrators = list(User.objects.filter(is_staff=True, is_active=True)[:2])
    if len(administrators) == 1:
        return administrators[0]
    click.echo("Aucun pilote : donner « --pilote COMPTE » pour que la mission se voie sur le site.", err=True)
    return None


COMMANDS = (new, import_workbook, export, list_missions, archive, unarchive, delete)
