"""``rebond account``: what only the one who holds the server does to an account."""

from __future__ import annotations

from pathlib import Path

import click

from rebond.cli._instance import database_option, open_site


@click.group()
def account() -> None:
    """Comptes d'une instance : ce qui ne se fait que sur le serveur."""


@account.command("reset-factor")
@click.argument("name", metavar="COMPTE")
@database_option
def reset_factor(*, name: str, database: Path) -> None:
    """Retire le second facteur de COMPTE, qui a perdu son téléphone et ses codes de secours.

    Son mot de passe reste. Si l'instance demande un second facteur, il en posera un autre à la prochaine connexion.
    """
    open_site(database)
    from rebond.web.accounts.models import User
    from rebond.web.accounts.second_factor import forget

    user = User.objects.filter(username=name).first()
    if user is None:
        raise click.UsageError(f"Aucun compte « {name} » dans cette instance.")
    forget(user)
    click.echo(f"Le compte « {name} » n'a plus de second facteur.")
