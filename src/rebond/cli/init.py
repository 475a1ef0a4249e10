"""``rebond init``: a real instance, empty, with its first administrator."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from rebond.cli._places import OutFolder
from rebond.cli._show import show_faults
from rebond.errors import DataError, Fault

PASSWORD = "REBOND_ADMIN_PASSWORD"  # noqa: S105 - the name of a variable


@click.command()
@click.argument("folder", metavar="DOSSIER", type=OutFolder())
@click.option("--compte", "username", default="", help="Nom du premier administrateur (demandé sinon).")
@click.option("--courriel", "email", default="", help="Son adresse électronique.")
@click.option("--organisation", default="", help="Son organisation, qui publie l'instance.")
@click.option("--base", "database", default="", help="Base PostgreSQL (postgres://…) ; sinon SQLite, dans DOSSIER.")
@click.option("--smtp", default="", help="Serveur des courriels : smtp://compte:mot-de-passe@machine:587.")
@click.option("--expediteur", "sender", default="", help="Adresse d'expéditeur des courriels.")
@click.option("--nom-du-site", "hosts", default="", help="Noms sous lesquels le site répond, séparés par des virgules.")
def init(
    folder: Path, username: str, email: str, organisation: str, database: str, smtp: str, sender: str, hosts: str
) -> None:
    """Crée une instance dans DOSSIER : réglages, clé secrète, base vide, premier administrateur.

    Le mot de passe est demandé, ou pris dans la variable REBOND_ADMIN_PASSWORD. Un dossier qui contient déjà une
    instance est refusé, code 2 ; au moindre refus, rien n'est créé.
    """
    from rebond.web.creating import Administrator, create_instance, instance_refusal, password_refusals

    if refusal := instance_refusal(folder):
        mend = "choisir un autre dossier, ou l'ouvrir avec « rebond serve »"
        show_faults([Fault(where=f"« {folder} »", problem=refusal, mend=mend)])
    given = {
        "REBOND_OPERATOR": organisation,
        "REBOND_CONTACT": email,
        "DATABASE_URL": database,
        "REBOND_HOSTS": hosts,
        "REBOND_EMAIL": smtp,
        "REBOND_EMAIL_FROM": sender,
    }

    def ask() -> Administrator:
        name = username or _asked("Nom du compte administrateur", "--compte")
        password = os.environ.get(PASSWORD) or ""
        while not password:
            password = _asked("Mot de passe", PASSWORD, hidden=True)
            if refusals := password_refusals(password, username=name, email=email):
                click.echo(" ".join(refusals), err=True)
                password = ""
        if refusals := password_refusals(password, username=name, email=email):
            raise DataError(
                [Fault(where="mot de passe", problem=each, mend="en choisir un autre") for each in refusals]
            )
        return Administrator(username=name, password=password, email=email, organisation=organisation)

    try:
        create_instance(folder, {name: value for name, value in given.items() if value}, ask)
    except DataError as error:
        show_faults(error.faults)
    click.echo(f"Instance créée dans {folder}. Ses réglages : {folder / 'reglages.env'}")
    click.echo(f"Créer une mission :  rebond mission new --instance {folder}")
    click.echo(f"ou depuis un classeur :  rebond mission import recensement.xlsx --instance {folder}")
    click.echo(f"Ouvrir le site :  rebond serve {folder}")


def _asked(what: str, option: str, *, hidden: bool = False) -> str:
    if not sys.stdin.isatty():
        raise click.UsageError(f"{what} : donner {option} (rien ne peut être demandé ici).")
    return str(click.prompt(what, hide_input=hidden, confirmation_prompt=hidden))
