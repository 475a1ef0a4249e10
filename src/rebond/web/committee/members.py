"""Members of the committee: whoever has its role in the mission, and people without an account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from rebond.facts.marks import person
from rebond.web.accounts.models import User
from rebond.web.committee.models import Member
from rebond.web.editing.decided import fault_of_words
from rebond.web.editing.gestures import lock
from rebond.web.journal.models import Act
from rebond.web.journal.writing import Note, author_of, record
from rebond.web.missions.models import Membership, Mission, Role

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

KIND = "membre"
_LONGEST = {"nom": 100, "organisation": 200, "courriel": 254}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitter:
    """A member today. ``who``: as declarations of interest name people."""

    who: str
    assessor: str
    """What a declaration of interest writes: the account, or the name."""
    name: str
    organisation: str
    voting: bool
    email: str = ""
    account: bool = False
    key: int | None = None
    """Its row, when there is one."""

    @property
    def words(self) -> str:
        """Name and organisation."""
        return f"{self.name} ({self.organisation})" if self.organisation else self.name


def members_of(user: User | AnonymousUser, mission: Mission) -> list[Sitter]:
    """Who sits today, by organisation; two queries."""
    rows = list(Member.objects.visible_to(user).of(mission).filter(until=None))
    told = {row.username: row for row in rows if row.username}
    parts = Membership.objects.of(mission).filter(role=Role.COMMITTEE).select_related("user", "organisation")
    found = []
    for part in parts:
        row = told.get(part.user.username)
        own = row.organisation if row else ""
        found.append(
            Sitter(
                who=person(part.user.username),
                assessor=part.user.username,
                name=str(part.user),
                organisation=own or (part.organisation.name if part.organisation else ""),
                voting=row.voting if row else True,
                account=True,
                key=row.pk if row else None,
            )
        )
    found += [
        Sitter(
            who=person(row.name),
            assessor=row.name,
            name=row.name,
            organisation=row.organisation,
            voting=row.voting,
            email=row.email,
            key=row.pk,
        )
        for row in rows
        if not row.username
    ]
    unique = {each.who: each for each in reversed(found)}
    return sorted(unique.values(), key=lambda each: (each.organisation.casefold(), each.name.casefold()))


@transaction.atomic
def add_member(mission: Mission, sent: Mapping[str, str], *, by: User) -> dict[str, str]:
    """Add a person without an account; what is wrong by field, nothing is then written."""
    lock(mission)
    told = {name: " ".join(sent.get(name, "").split()) for name in _LONGEST}
    errors = {}
    for name, most in _LONGEST.items():
        if len(told[name]) > most:
            errors[name] = f"{len(told[name])} caractères, {most} au plus : raccourcissez."
        elif fault := fault_of_words(told[name]):
            errors[name] = fault
    if not told["nom"]:
        errors["nom"] = "Écrivez le nom de la personne."
    elif person(told["nom"]) in {each.who for each in members_of(by, mission)} | _accounts(mission):
        errors["nom"] = "Cette personne siège déjà, ou a un compte dans la mission : donnez-lui le rôle « comité »."
    if told["courriel"] and "courriel" not in errors:
        try:
            validate_email(told["courriel"])
        except ValidationError:
            errors["courriel"] = "Ce n’est pas une adresse de courriel : par exemple prenom.nom@collectivite.fr."
    if errors:
        return errors
    row = Member.objects.create(
        mission=mission,
        name=told["nom"],
        organisation=told["organisation"],
        email=told["courriel"],
        voting=bool(sent.get("voix")),
    )
    _tell(row, None, _words(row), by=by)
    return {}


@transaction.atomic
def change_voting(mission: Mission, who: str, *, voting: bool, by: User) -> None:
    """Say whether a member votes."""
    lock(mission)
    found = next((each for each in members_of(by, mission) if each.who == who), None)
    if found is None or found.voting is voting:
        return
    row = Member.objects.of(mission).filter(pk=found.key or 0).first() or Member(
        mission=mission, username=found.assessor, name=found.name[:100]
    )
    before = _words(row) if row.pk else None
    row.voting = voting
    row.save()
    _tell(row, before, _words(row), by=by)


@transaction.atomic
def end_member(mission: Mission, who: str, *, by: User) -> None:
    """Someone without an account no longer sits; sittings already held keep the name."""
    lock(mission)
    found = next((each for each in members_of(by, mission) if each.who == who and not each.account), None)
    row = Member.objects.of(mission).filter(pk=found.key or 0).first() if found else None
    if row is not None:
        row.until = timezone.localdate()
        row.save()
        _tell(row, _words(row), None, by=by)


def _accounts(mission: Mission) -> set[str]:
    parts = Membership.objects.of(mission).select_related("user")
    return {name for part in parts for name in (person(part.user.username), person(str(part.user)))}


def _words(row: Member) -> str:
    return f"{row}, {'voix délibérative' if row.voting else 'sans voix'}"


def _tell(row: Member, before: str | None, after: str | None, *, by: User) -> None:
    note = Note(kind=KIND, ref=f"m{row.pk}", label=str(row), path=("siege",), before=before, after=after)
    record(row.mission, [note], by=author_of(by), act=Act.MANAGED)
