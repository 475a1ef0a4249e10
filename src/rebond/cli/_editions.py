"""``--edition``: whom the documents are made for, and what was shared with them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import click

from rebond.errors import DataError, Fault
from rebond.facts import Census
from rebond.restitution.editions import Edition, Recipient

_WHOM = {Edition.PARTNER: "une organisation (bpifrance)", Edition.FIRM: "une entreprise (E001)"}


def edition_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of a command that writes documents for a reader."""
    options = (
        click.option(
            "--edition",
            type=click.Choice([each.value for each in Edition]),
            help="Écrit les seuls documents d'un destinataire, réduits à ce qu'il peut lire (par défaut : tous, chacun "
            "pour son lecteur).",
        ),
        click.option(
            "--pour", "whom", default="", help="Le partenaire (bpifrance) ou l'entreprise (E001) de l'édition."
        ),
        click.option(
            "--presente",
            "presented",
            multiple=True,
            help="Projet présenté au comité ; répétable (par défaut : les candidats à l'appel).",
        ),
        click.option(
            "--accord", "agreed", multiple=True, help="Entreprise qui accepte d'être nommée au partenaire ; répétable."
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def recipient_of(
    edition: str | None, whom: str, presented: tuple[str, ...], agreed: tuple[str, ...]
) -> Recipient | None:
    """Whom the documents are for; raises ``UsageError`` when it is not said, or said for nothing."""
    found = Edition(edition) if edition else None
    if found in _WHOM and not whom:
        raise click.UsageError(f"« --edition {edition} » veut « --pour » : {_WHOM[found]}.")
    if whom and found not in _WHOM:
        raise click.UsageError("« --pour » va avec « --edition partenaire » ou « --edition entreprise ».")
    if presented and found is not Edition.COMMITTEE:
        raise click.UsageError("« --presente » va avec « --edition comite ».")
    if agreed and found is not Edition.PARTNER:
        raise click.UsageError("« --accord » va avec « --edition partenaire ».")
    if found is None:
        return None
    return Recipient(
        edition=found,
        organisation=whom if found is Edition.PARTNER else "",
        firm=whom if found is Edition.FIRM else "",
        presented=frozenset(presented) or None,
        agreed=frozenset(agreed),
    )


def check_recipient(recipient: Recipient | None, census: Census, organisations: Collection[str]) -> None:
    """Whether the mission has what the options name; raises ``DataError`` with every name that it has not."""
    if recipient is None:
        return
    firms = {firm.id for firm in census.firms}
    projects = {project.id for project in census.projects}
    asked = (
        ("--pour", {recipient.organisation} - {""}, organisations, "une clé d'organisation du catalogue"),
        ("--pour", {recipient.firm} - {""}, firms, "l'identifiant d'une entreprise du classeur"),
        ("--accord", recipient.agreed, firms, "l'identifiant d'une entreprise du classeur"),
        ("--presente", recipient.presented or frozenset(), projects, "l'identifiant d'un projet du classeur"),
    )
    faults = [
        Fault(where=option, found=name, problem="inconnu de cette mission", mend=f"donner {mend}")
        for option, names, known, mend in asked
        for name in sorted(names - set(known))
    ]
    if faults:
        raise DataError(faults)
