"""Who stands aside, for whom, and what is kept from them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rebond.errors import FactsError, Fault
from rebond.facts import Census
from rebond.facts.marks import aside_of, person
from rebond.web.missions.models import Membership, Mission
from rebond.web.portfolio.models import Recusal

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from rebond.web.accounts.models import User


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Who stands aside for one firm: names alone, for all who follow the session. Reasons are the team's."""

    names: tuple[str, ...] = ()
    people: frozenset[str] = frozenset()
    """The same, by ``person``."""
    mine: bool = False
    """Whether the person who asks is one of them."""


def standings(user: User | AnonymousUser, mission: Mission) -> dict[int, Standing]:
    """Firm → who stands aside for it today; two queries. Only for a page whose reader follows the session."""
    last: dict[tuple[int, str], Recusal] = {}
    for row in Recusal.objects.of(mission).order_by("number"):
        last[row.firm_id, row.who] = row
    aside = [row for row in last.values() if row.aside]
    names = names_of(mission, [row.assessor for row in aside]) if aside else {}
    me = person(user.get_username())
    found: dict[int, list[Recusal]] = {}
    for row in aside:
        found.setdefault(row.firm_id, []).append(row)
    return {
        firm: Standing(
            names=tuple(sorted(names[row.who] for row in rows)),
            people=frozenset(row.who for row in rows),
            mine=bool(me) and me in {row.who for row in rows},
        )
        for firm, rows in found.items()
    }


def names_of(mission: Mission, assessors: Iterable[str]) -> dict[str, str]:
    """What assessors are called, by ``person``: the name of their account in the mission, else what was written."""
    parts = Membership.objects.of(mission).select_related("user")
    known = {person(part.user.username): str(part.user) for part in parts}
    return {person(each): known.get(person(each), each) for each in assessors}


def check_names(mission: Mission, census: Census) -> None:
    """Raise ``FactsError`` for assessors named by the full name of an account of the mission.

    One person under two names would be two assessors, and would stand aside for one of them only.
    """
    named = {mark.assessor for mark in census.marks} | {recusal.assessor for recusal in census.recusals}
    if not named:
        return
    parts = Membership.objects.of(mission).select_related("user")
    accounts = {person(str(part.user)): part.user.username for part in parts}
    known = {person(username) for username in accounts.values()}
    wrong = sorted(each for each in named if person(each) in accounts and person(each) not in known)
    if wrong:
        raise FactsError(
            Fault(
                where="notes et déports des évaluateurs",
                found=each,
                problem="nom d'une personne qui a un compte dans la mission",
                mend=f"écrire « {accounts[person(each)]} », l'identifiant de son compte",
            )
            for each in wrong
        )


def as_read_by(user: User | None, census: Census) -> Census:
    """A census as it goes out to someone: without the marks of the projects for which he or she stands aside."""
    left = left_by(user, census) if user is not None else set()
    return without_marks(census, left) if left else census


def left_by(user: User, census: Census) -> set[str]:
    """The firms of a census for which a person stands aside, by their references."""
    me = person(user.get_username())
    return {firm for firm, people in aside_of(census.recusals).items() if me in people}


def without_marks(census: Census, firms: Collection[str]) -> Census:
    """A census without the marks of the projects of some firms, signed or not."""
    hidden = {project.id for project in census.projects if project.firm_id in firms}
    return replace(
        census,
        projects=tuple(replace(each, scores=()) if each.id in hidden else each for each in census.projects),
        marks=tuple(mark for mark in census.marks if mark.project_id not in hidden),
    )
