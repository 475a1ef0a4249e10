"""Organisations of the catalogue, as the instance adopts them; and the day when a person works for one."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from rebond.dispositifs.organisations import EVERYWHERE, Reach
from rebond.web.accounts.models import User
from rebond.web.catalogue.reading import current_catalogue
from rebond.web.organisations.models import Affiliation, Organisation, OrganisationKind


def adopt(code: str) -> Organisation:
    """The organisation of the catalogue that has this key, written in the instance once; ``KeyError`` without it.

    One that the instance wrote for itself under any of its names takes the key, with those who work for it.
    """
    held = Organisation.objects.filter(code=code).first()
    if held is not None:
        return held
    found = current_catalogue().organisations[code]
    kind = found.role if found.role in OrganisationKind.values else OrganisationKind.OTHER
    with transaction.atomic():
        names = {word.casefold() for word in (found.name, found.short_name, *found.other_names)}
        mine = Organisation.objects.filter(code=None).order_by("pk")
        row = next((each for each in mine if each.name.casefold() in names), None) or Organisation(name=found.name)
        row.code, row.short_name, row.kind = code, found.short_name, kind
        row.territory = row.territory or _words(found.reach)
        row.save()
    return row


def to_adopt() -> list[tuple[str, str]]:
    """Key and name of the organisations of the catalogue that the instance has not, by name."""
    rows = Organisation.objects.values_list("code", "name")
    codes, names = {code for code, _ in rows}, {name.casefold() for _, name in rows}
    offered = (
        (each.name, code)
        for code, each in current_catalogue().organisations.items()
        if code not in codes and each.name.casefold() not in names
    )
    return [(code, name) for name, code in sorted(offered)]


def organisation_named(name: str, *, kind: str = OrganisationKind.OTHER) -> Organisation:
    """The organisation of that name: of the instance, of the catalogue (by any of its names), or a new one."""
    said = " ".join(name.split())
    held = Organisation.objects.filter(name__iexact=said).first()
    if held is not None:
        return held
    folded = said.casefold()
    for code, each in current_catalogue().organisations.items():
        if folded in {word.casefold() for word in (code, each.name, each.short_name, *each.other_names)}:
            return adopt(code)
    return Organisation.objects.create(name=said, kind=kind)


def affiliate(user: User, organisation: Organisation, *, team: str = "") -> Affiliation:
    """The person works for the organisation, from today unless it was already so."""
    row, _ = Affiliation.objects.get_or_create(
        user=user, organisation=organisation, defaults={"since": timezone.localdate(), "team": team}
    )
    return row


def _words(reach: Reach) -> str:
    """Where an organisation works, as the catalogue writes it; empty when nobody said."""
    if reach.everywhere:
        return EVERYWHERE
    places = [f"{kind} {code}" for kind, code in sorted(reach.places)]
    return ", ".join([*places, "à compléter"] if reach.known and not reach.complete else places)
