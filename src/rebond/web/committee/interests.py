"""Interests declared: a member, for a firm, with its reason, stands aside. It is the assessors' own declaration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from rebond import facts as core
from rebond.facts.marks import person
from rebond.history import Kind
from rebond.history.changes import reference_of
from rebond.web.accounts.models import User
from rebond.web.committee.members import Sitter, members_of
from rebond.web.disclosure.disclosed import titled_for
from rebond.web.editing.decided import fault_of_reason
from rebond.web.editing.gestures import save
from rebond.web.journal.models import Act
from rebond.web.journal.writing import author_of
from rebond.web.missions.models import Mission
from rebond.web.portfolio.models import Recusal
from rebond.web.portfolio.session import LONGEST_REASON, lines_on_the_table
from rebond.web.portfolio.standing import standings

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A firm on the table, for which a member may have an interest."""

    ref: str
    key: int
    words: str


def subjects_of(user: User | AnonymousUser, mission: Mission) -> list[Subject]:
    """The firms whose projects the person sees on the table, by name."""
    by_firm: dict[int, list[str]] = {}
    firms = {}
    for line in lines_on_the_table(user, mission):
        project = titled_for(mission, line.project)
        firms[project.firm_id] = project.firm
        by_firm.setdefault(project.firm_id, []).append(project.title)
    found = [
        Subject(ref=firms[key].ref, key=key, words=f"{firms[key].name} ({', '.join(titles)})")
        for key, titles in by_firm.items()
    ]
    return sorted(found, key=lambda each: each.words.casefold())


def who_may_declare(user: User, mission: Mission, *, pilot: bool) -> list[Sitter]:
    """Of whom a person may say it: the pilot, of every member; each, of himself or herself."""
    me = person(user.get_username())
    return [each for each in members_of(user, mission) if pilot or each.who == me]


def declare(mission: Mission, sent: Mapping[str, str], *, by: User, pilot: bool, on: date) -> dict[str, str]:
    """Say that a member stands aside for a firm; what is wrong by field, nothing is then written."""
    errors: dict[str, str] = {}
    people = {each.who: each for each in who_may_declare(by, mission, pilot=pilot)}
    member = people.get(sent.get("membre", "")) if pilot else next(iter(people.values()), None)
    if member is None:
        errors["membre"] = "Choisissez le membre qui se déporte."
    subject = next((each for each in subjects_of(by, mission) if each.ref == sent.get("entreprise")), None)
    if subject is None:
        errors["entreprise"] = "Choisissez l’entreprise."
    elif member is not None and member.who in _aside(by, mission, subject.key):
        errors["membre"] = f"{member.name} s’est déjà déporté pour cette entreprise."
    reason = sent.get("motif", "").strip()
    if fault := fault_of_reason(reason, "Écrivez le motif : il reste à l’équipe.", most=LONGEST_REASON):
        errors["motif"] = fault
    if errors or member is None or subject is None:
        return errors
    before = Recusal.ever.filter(firm=subject.key, who=member.who).order_by("-number")
    number = before.values_list("number", flat=True).first() or 0
    recusal = core.Recusal(
        firm_id=subject.ref,
        assessor=member.assessor,
        number=number + 1,
        aside=True,
        reason=reason,
        by=str(by),
        on=on,
    )
    rows = {(Kind.RECUSAL, reference_of(Kind.RECUSAL, recusal)): recusal}
    save(mission, rows, by=author_of(by), act=Act.DECIDED)
    return {}


def _aside(user: User, mission: Mission, firm: int) -> frozenset[str]:
    found = standings(user, mission).get(firm)
    return found.people if found else frozenset()
