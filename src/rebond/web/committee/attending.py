"""Who came to a sitting: presence noted member by member, the quorum, who may decide on a firm."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from rebond.facts.marks import person
from rebond.portfolio.committee.seats import Quorum, Seat, counted, quorum, voters
from rebond.web.accounts.models import User
from rebond.web.committee.members import Sitter, members_of
from rebond.web.committee.models import Attendance, Sitting
from rebond.web.committee.sittings import tell, touched
from rebond.web.editing.decided import fault_of_words
from rebond.web.portfolio.standing import Standing

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

_LONGEST = 100
HERE = frozenset({Attendance.State.PRESENT, Attendance.State.REPRESENTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A member on the page of a sitting: what was noted, and what was typed of it."""

    rank: int
    sitter: Sitter
    state: str
    by: str
    error: str = ""


def attendance_of(sitting: Sitting) -> list[Attendance]:
    """What was noted; one query, none of a sitting that is not stored."""
    return list(Attendance.objects.filter(sitting=sitting)) if sitting.pk else []


def seats_of(rows: Sequence[Attendance]) -> list[Seat]:
    """As the core counts them."""
    return [
        Seat(who=row.who, voting=row.voting, here=row.state in HERE, by=person(row.by) if row.by else "")
        for row in rows
    ]


def places_of(
    user: User | AnonymousUser,
    sitting: Sitting,
    rows: Sequence[Attendance],
    sent: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> list[Place]:
    """Each member, in the order of the page: those of today, and those who were noted and sit no more.

    Of a frozen sitting, those who were noted alone.
    """
    noted = {row.who: row for row in rows}
    today = members_of(user, sitting.mission) if sitting.frozen_at is None else []
    gone = [
        Sitter(who=row.who, assessor=row.name, name=row.name, organisation=row.organisation, voting=row.voting)
        for row in rows
        if row.who not in {each.who for each in today}
    ]
    # The list may have changed since the page was read: what was typed of a member goes with its name, not its rank.
    typed = sent or {}
    sent_at = {who: name.removeprefix("membre_") for name, who in typed.items() if name.startswith("membre_")}
    found = []
    for rank, sitter in enumerate([*today, *gone]):
        row, name, at = noted.get(sitter.who), f"presence_{rank}", sent_at.get(sitter.who)
        found.append(
            Place(
                rank=rank,
                sitter=sitter,
                state=typed.get(f"presence_{at}", "") if at else (row.state if row else ""),
                by=typed.get(f"par_{at}", "") if at else (row.by if row else ""),
                error=(errors or {}).get(name, ""),
            )
        )
    return found


@transaction.atomic
def note_attendance(sitting: Sitting, sent: Mapping[str, str], *, by: User) -> dict[str, str]:
    """Note who came; what is wrong by field, nothing is then written."""
    held = touched(sitting, sent)
    rows = attendance_of(held)
    places = places_of(by, held, rows, sent)
    came = {each.sitter.who for each in places if each.state == Attendance.State.PRESENT}
    errors = {f"presence_{each.rank}": fault for each in places if (fault := _fault_of(each, places, came))}
    if errors:
        return errors
    before = told(rows)
    noted = {row.who: row for row in rows}
    for each in places:
        row = noted.get(each.sitter.who)
        if not each.state:
            if row is not None:
                row.delete()
            continue
        represented = each.state == Attendance.State.REPRESENTED
        row = row or Attendance(sitting=held, who=each.sitter.who)
        row.name, row.organisation = each.sitter.name[:_LONGEST], each.sitter.organisation
        row.voting, row.state = each.sitter.voting, each.state
        row.by = _account_or_name(each.by, places) if represented else ""
        row.save()
    after = told(attendance_of(held))
    if before != after:
        tell(held, "presences", before, after, by=by)
    return {}


def _fault_of(place: Place, places: Sequence[Place], came: Collection[str]) -> str:
    """What is wrong with what was noted of a member; empty when nothing is."""
    name, proxy = place.sitter.name, " ".join(place.by.split())
    if place.state != Attendance.State.REPRESENTED:
        known = not place.state or place.state in set(Attendance.State)
        return "" if known else f"{name} : choisissez présent, excusé, représenté ou absent."
    wrong = {
        f"{name} : écrivez par qui.": not proxy,
        f"{name} ne se représente pas soi-même.": person(proxy) in _names(place),
        f"{name} : {proxy} n’est pas noté présent.": _is_away(proxy, places, came),
        f"{name} : {len(proxy)} caractères, {_LONGEST} au plus.": len(proxy) > _LONGEST,
    }
    return next((fault for fault, is_so in wrong.items() if is_so), fault_of_words(proxy))


def _is_away(proxy: str, places: Sequence[Place], came: Collection[str]) -> bool:
    """Whether a proxy is a member who did not come; someone of the same organisation may be no member."""
    who = next((each.sitter.who for each in places if person(proxy) in _names(each)), None)
    return who is not None and who not in came


def _names(place: Place) -> set[str]:
    return {place.sitter.who, person(place.sitter.name)}


def _account_or_name(proxy: str, places: Sequence[Place]) -> str:
    """The name that declarations of interest use, when the proxy is a member."""
    flat = " ".join(proxy.split())
    return next((each.sitter.assessor for each in places if person(flat) in _names(each)), flat)


def told(rows: Sequence[Attendance]) -> str | None:
    """What was noted, in words; ``None`` when nothing was."""
    parts = [f"{row.name} : {row.get_state_display().lower()}{f' par {row.by}' if row.by else ''}" for row in rows]
    return " ; ".join(parts) or None


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """What the presence at a sitting allows."""

    seats: tuple[Seat, ...]
    asked: int | None
    names: Mapping[str, str]

    @property
    def quorum(self) -> Quorum:
        """Whether enough came."""
        return quorum(self.seats, self.asked)

    @property
    def counted(self) -> int:
        """Voting members present or represented."""
        return counted(self.seats)

    @property
    def words(self) -> str:
        """The quorum in words."""
        count = self.counted
        plural = "s" if count > 1 else ""
        came = f"{count} voix délibérative{plural} présente{plural} ou représentée{plural}"
        return {
            Quorum.NONE: f"aucun quorum fixé ; {came}" if self.seats else "aucun quorum fixé",
            Quorum.UNKNOWN: f"quorum de {self.asked} ; présences pas encore notées",
            Quorum.REACHED: f"quorum de {self.asked} atteint : {came}",
            Quorum.LACKING: f"quorum de {self.asked} non atteint : {came}",
        }[self.quorum]

    def fault(self, firm: int, title: str, by: str, standing: Mapping[int, Standing]) -> str:
        """Why a decision on a project cannot be recorded; empty when it can."""
        aside = standing[firm].people if firm in standing else frozenset()
        named = {person(by), *(who for who, name in self.names.items() if person(name) == person(by))}
        # « Mme Legrand et M. Petit » names both; an account such as « copil » is a word that others may write.
        names = {person(name) for name in (standing[firm].names if aside else ())}
        if aside & named or any(_names_in(person(by), name) for name in names):
            return f"{title} : {by} s’est déporté pour cette entreprise et ne décide pas d’elle."
        if self.quorum is Quorum.LACKING:
            return f"{title} : {self.words}. Rien ne peut être décidé."
        if any(seat.voting for seat in self.seats) and not counted(self.seats):
            return f"{title} : personne qui ait voix délibérative n’est noté présent ni représenté. Notez qui est venu."
        if counted(self.seats) and not voters(self.seats, aside):
            return f"{title} : tous ceux qui ont voix délibérative se sont déportés. Reportez-le à une autre séance."
        return ""


def _names_in(by: str, name: str) -> bool:
    return bool(re.search(rf"\b{re.escape(name)}\b", by)) if " " in name else name == by


def presence_of(sitting: Sitting, rows: Sequence[Attendance] | None = None) -> Presence:
    """What the presence at a sitting allows; one query unless it was read."""
    noted = attendance_of(sitting) if rows is None else rows
    return Presence(seats=tuple(seats_of(noted)), asked=sitting.quorum, names={row.who: row.name for row in noted})
