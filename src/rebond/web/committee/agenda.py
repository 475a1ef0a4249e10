"""The agenda of a sitting: points that the pilot writes, and those that the state of the mission puts on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from rebond.units import agreed
from rebond.web.accounts.models import User
from rebond.web.committee.models import AgendaPoint, Sitting
from rebond.web.committee.planning import whole_number
from rebond.web.committee.since import last_frozen
from rebond.web.committee.sittings import next_planned, tell, touched
from rebond.web.editing.decided import fault_of_words
from rebond.web.missions.models import Mission
from rebond.web.portfolio.calls import calls_of
from rebond.web.portfolio.following import following
from rebond.web.portfolio.session import lines_on_the_table

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

LONGEST = {"titre": 300, "qui": 200, "dit": 5_000}
MOST_MINUTES = 600
MOST_POINTS = 60
_LAST = 999
_Kind = AgendaPoint.Kind
_ORDER = tuple(_Kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A point as it stands. ``key``: what names it in forms: its row, or its nature when nobody wrote it."""

    key: str
    kind: str
    title: str
    minutes: int | None = None
    who: str = ""
    said: str = ""
    why: str = ""
    """Why it is there by itself."""
    live: bool = False
    """Whether its title is what the mission says today, which nobody typed over."""

    @property
    def proposed(self) -> bool:
        """Whether nobody wrote it."""
        return self.key.startswith("propose-")


def agenda_of(user: User | AnonymousUser, sitting: Sitting) -> list[Point]:
    """The points of a sitting in their order, then those that come by themselves to the one that is next."""
    rows = list(AgendaPoint.objects.filter(sitting=sitting)) if sitting.pk else []
    is_open = sitting.frozen_at is None and sitting.cancelled_at is None
    proposed = {each.kind: each for each in proposed_points(user, sitting)} if is_open else {}
    found = [
        Point(
            key=f"p{row.pk}",
            kind=row.kind,
            title=row.title or (proposed[row.kind].title if row.kind in proposed else row.get_kind_display()),
            minutes=row.minutes,
            who=row.who,
            said=row.said,
            live=not row.title,
        )
        for row in rows
        if not row.dropped
    ]
    written = {row.kind for row in rows}
    return [*found, *(each for each in proposed.values() if each.kind not in written)]


def _is_next(sitting: Sitting) -> bool:
    """Whether what awaits a committee goes to it: the sitting that is open, and the next one that is planned."""
    if not sitting.decides:
        return False
    if sitting.number is not None:
        return True
    ahead = next_planned(sitting.mission)
    return ahead is not None and ahead.pk == sitting.pk


def proposed_points(user: User | AnonymousUser, sitting: Sitting) -> Iterator[Point]:
    """What the state of the mission puts on the agenda, by itself: what awaits a committee, on the next ones alone."""
    mission = sitting.mission
    if last_frozen(mission) is not None:
        yield _proposed(_Kind.SINCE, "Depuis le dernier comité", "un comité a été gelé")
    if _is_next(sitting):
        yield from _to_decide(user, mission)
    yield _proposed(_Kind.REFERRALS, "Suivi des orientations", "chaque projet a une suite")
    yield _proposed(_Kind.ROADMAP, "Avancement de la feuille de route", "à chaque comité")


def _to_decide(user: User | AnonymousUser, mission: Mission) -> Iterator[Point]:
    waiting = [row for row in lines_on_the_table(user, mission) if row.decision is None]
    if waiting:
        count = len(waiting)
        yield _proposed(
            _Kind.DECISIONS,
            f"Décisions à prendre : {count} {agreed('projets', count)}",
            "l’étude les propose ou les range parmi les candidats, et rien n’est décidé",
        )
    calls = [following(user, mission, call) for call in calls_of(mission).each()]
    if any(found.followed for found in calls):
        count = sum(len(found.left) for found in calls)
        told = f" : {count} {agreed('places', count)} {agreed('libérées', count)}" if count else ""
        yield _proposed(_Kind.NATIONAL, f"Décisions nationales et suites{told}", "des projets ont été retenus")
    come = [each for found in calls for each in found.reserve if each.comes_in and found.left]
    if come:
        names = ", ".join(each.project.title for each in come)
        yield _proposed(
            _Kind.RESERVE,
            f"Liste de réserve : {len(come)} {agreed('projets', len(come))} à faire entrer",
            f"une place s’est libérée sur l’enveloppe ; premiers de la réserve : {names}",
        )


def _proposed(kind: str, title: str, why: str) -> Point:
    return Point(key=f"propose-{kind}", kind=kind, title=title, why=why, live=True)


def minutes_of(points: Sequence[Point]) -> int:
    """How long the agenda takes, of the points whose length is known."""
    return sum(each.minutes or 0 for each in points)


def length_words(points: Sequence[Point]) -> str:
    """« 1 h 20 », with what is not known."""
    if not points:
        return "non précisée"
    total, unknown = minutes_of(points), sum(each.minutes is None for each in points)
    hours, left = divmod(total, 60)
    told = (f"{hours} h {left:02d}" if left else f"{hours} h") if hours else f"{left} min"
    if not unknown:
        return told
    rest = f"{unknown} {agreed('points', unknown)} sans durée"
    return f"au moins {told}, {rest}" if total else "non précisée"


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedPoint:
    """A point in the form: what was typed of it."""

    point: Point
    rank: int
    typed: Mapping[str, str]
    errors: Mapping[str, str]
    dropped: bool
    """Whether it was asked to take it off."""


def typed_points(
    points: Sequence[Point], sent: Mapping[str, str] | None = None, errors: Mapping[str, str] | None = None
) -> list[TypedPoint]:
    """The form of the agenda, with one more line for a new point."""
    new = Point(key="nouveau", kind=_Kind.FREE, title="")
    found = []
    for rank, point in enumerate([*points, new], start=1):
        held = {
            "ordre": str(rank),
            "titre": point.title,
            "duree": "" if point.minutes is None else str(point.minutes),
            "qui": point.who,
            "dit": point.said,
        }
        told = sent or {}
        # Written by somebody else meanwhile, a point that came by itself has another key than the page that was sent.
        keys = (point.key, f"propose-{point.kind}")
        typed = {
            name: next((told[f"{name}_{key}"] for key in keys if f"{name}_{key}" in told), value)
            for name, value in held.items()
        }
        dropped = any(f"retirer_{key}" in told for key in keys)
        mine = {name: said for name in held if (said := (errors or {}).get(f"{name}_{point.key}"))}
        found.append(TypedPoint(point=point, rank=rank, typed=typed, errors=mine, dropped=dropped))
    return found


@transaction.atomic
def write_agenda(sitting: Sitting, sent: Mapping[str, str], *, by: User) -> dict[str, str]:
    """Write the agenda as the form says it; what is wrong by field, nothing is then written.

    A point that came by itself is written with the others, and stays as it was written; one that is taken off does
    not come back.
    """
    row = touched(sitting, sent)
    points = agenda_of(by, row)
    errors: dict[str, str] = {}
    wanted: list[tuple[tuple[int, bool, int], Point, bool]] = []
    for each in typed_points(points, sent):
        key, typed = each.point.key, {name: value.strip() for name, value in each.typed.items()}
        if key == "nouveau" and not typed["titre"]:
            continue
        errors |= {f"{name}_{key}": fault for name, fault in _faults(typed)}
        live = each.point.live and typed["titre"] == each.point.title
        point = Point(
            key=key,
            kind=each.point.kind,
            title="" if live else typed["titre"],
            minutes=_minutes(typed["duree"]),
            who=typed["qui"],
            said=typed["dit"],
        )
        order = whole_number(typed["ordre"], _LAST) or 0
        # Of two points of one rank, the one that was given it comes before the one that had it.
        place = order, order == each.rank, each.rank
        wanted.append((place, point, each.dropped))
    if len(wanted) > MOST_POINTS:
        errors["titre_nouveau"] = f"{MOST_POINTS} points au plus."
    if errors:
        return errors
    before = agenda_words(points)
    for rank, (_, point, dropped) in enumerate(sorted(wanted, key=lambda one: one[0])):
        _write(row, point, rank, dropped=dropped)
    after = agenda_words(agenda_of(by, row))
    if before != after:
        tell(row, "ordre_du_jour", before, after, by=by)
    return {}


def _faults(typed: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What is wrong of a point, by field."""
    if not typed["titre"]:
        yield "titre", "Écrivez l’intitulé du point, ou cochez « Retirer »."
    for name, most in LONGEST.items():
        if len(typed[name]) > most:
            yield name, f"{len(typed[name])} caractères, {most} au plus : raccourcissez."
        elif fault := fault_of_words(typed[name]):
            yield name, fault
    if typed["duree"] and _minutes(typed["duree"]) is None:
        yield "duree", f"Écrivez un nombre de minutes, de 1 à {MOST_MINUTES}, ou rien."
    if whole_number(typed["ordre"], _LAST) is None:
        yield "ordre", "Écrivez le rang du point : 1 pour le premier."


def _minutes(text: str) -> int | None:
    return whole_number(text.removesuffix("min").strip(), MOST_MINUTES)


def _write(sitting: Sitting, point: Point, rank: int, *, dropped: bool) -> None:
    row = (
        AgendaPoint.objects.filter(sitting=sitting, pk=point.key[1:]).first()
        if point.key[0] == "p" and point.key[1:].isdecimal()
        else None
    )
    if dropped and (point.kind == _Kind.FREE or point.key == "nouveau"):
        if row is not None:
            row.delete()
        return
    row = row or AgendaPoint(sitting=sitting, kind=point.kind)
    row.title, row.minutes, row.who, row.said = point.title, point.minutes, point.who, point.said
    row.position, row.dropped = rank, dropped
    row.save()


def agenda_words(points: Sequence[Point]) -> str | None:
    """The agenda in words, for the journal; ``None`` when it is empty."""
    written = [each for each in points if not each.proposed]
    told = []
    for rank, each in enumerate(written, start=1):
        length, said = f" ({each.minutes} min)" if each.minutes else "", f" — {each.said}" if each.said else ""
        told.append(f"{rank}. {each.title}{length}{said}")
    return " ; ".join(told) or None
