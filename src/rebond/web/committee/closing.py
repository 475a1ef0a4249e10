"""What freezing a sitting would freeze, and what prevents it: read whole, before anything is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from rebond.portfolio.committee.choice import Contender, payable_of
from rebond.portfolio.committee.rules import Rule, unmet
from rebond.portfolio.committee.seats import Quorum
from rebond.records import digest
from rebond.restitution.editions import Recipient
from rebond.units import format_euros
from rebond.web.accounts.models import User
from rebond.web.committee.aside import besides, declared
from rebond.web.committee.attending import Presence, attendance_of, presence_of, told
from rebond.web.committee.board import screen
from rebond.web.committee.models import FrozenDecision, Sitting, Tally
from rebond.web.committee.recounting import words_of
from rebond.web.committee.shown import Row, Screen
from rebond.web.committee.sittings import ARCHIVED, listed
from rebond.web.committee.tallies import able, fault_of, tallies_of
from rebond.web.missions.models import Mission
from rebond.web.portfolio.calls import calls_of
from rebond.web.portfolio.standing import Standing, standings

NOTHING = "Aucune décision ni présence n’est enregistrée : il n’y a rien à geler."
NOBODY = "Personne n’a noté qui est venu : notez les présences, puis gelez."


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """What freezing the sitting would freeze, and what prevents it."""

    screens: tuple[Screen, ...]
    """Of each call of the mission: a sitting freezes what is decided of all of them."""
    decided: tuple[Row, ...]
    different: frozenset[str]
    """References of those that are not decided as proposed, the amount too."""
    faults: tuple[str, ...]
    broken: tuple[tuple[Rule, str], ...]
    """The rules of the committee that what it decided does not keep, with what is missing: a reason is then due."""
    standing: Mapping[int, Standing]
    """Who stands aside, by firm."""
    aside: tuple[str, ...]
    """The same with what was typed, as the pilot reads it."""
    presence: Presence
    came: str
    """Who came, in words."""
    tallies: Mapping[str, Tally]
    """Project → the votes counted, when they were."""

    @property
    def rows(self) -> list[Row]:
        """Every project before the committee, once."""
        return list({row.ref: row for screen in self.screens for row in screen.rows}.values())

    @property
    def amount(self) -> Decimal:
        """What all the calls hold."""
        return sum((screen.bar.amount for screen in self.screens), Decimal(0))


def closing(user: User, mission: Mission, sitting: Sitting) -> Closing:
    """What is decided today, read whole: what the envelope does not hold to the cent is not frozen."""
    calls = calls_of(mission).each()
    screens = tuple(screen(user, mission, {}, rules=sitting.asked, call=call) for call in calls)
    rows_of = {each.call.name: [row for row in each.rows if row.decided is not None] for each in screens}
    decided = tuple(row for rows in rows_of.values() for row in rows) if sitting.decides else ()
    rows = attendance_of(sitting)
    presence, standing = presence_of(sitting, rows), standings(user, mission)
    retained = {row.ref for row in decided if row.is_granted}
    granted = [row for row in decided if row.ref in retained]
    different = frozenset(row.ref for row in decided if differs(row))
    faults = [ARCHIVED] if mission.archived_at is not None else []
    if not decided and not rows:
        faults.append(NOTHING if sitting.decides else NOBODY)
    if decided and presence.quorum is Quorum.UNKNOWN:
        faults.append("La séance a un quorum, et personne n’a noté qui est venu : notez les présences, puis gelez.")
    faults += _undecidable(mission, sitting, decided, presence, standing)
    tallies = tallies_of(sitting)
    faults += [
        fault
        for row in decided
        if (tally := tallies.get(row.ref)) is not None
        and (fault := fault_of(tally, row.line.project.title, able(presence, row.line.project.firm_id, standing)))
    ]
    unknown = [row.line.project.title for row in granted if row.granted is None]
    faults += [f"{title} est retenu sans montant : donnez-le." for title in unknown]
    for each in screens:
        mine = [row for row in rows_of[each.call.name] if row.ref in retained]
        faults += [each.call.named(fault) for fault in _unpaid(each, mine)]
    faults += [
        f"{row.line.project.title} : la décision diffère de la proposition, et son motif manque."
        for row in decided
        if row.ref in different and row.decided is not None and not row.decided.reason.strip()
    ]
    if late := [row.line.project.title for row in decided if row.late]:
        faults.append(
            f"Un déport a changé depuis l’étude ({', '.join(late)}) : attendez celle qui en tient compte, puis gelez."
        )
    return Closing(
        screens=screens,
        decided=decided,
        different=different,
        faults=tuple(faults),
        broken=tuple(broken for each in screens for broken in _broken(each, sitting, retained)),
        standing=standing,
        aside=tuple(standing_aside(_all_rows(screens), sitting, standing)),
        presence=presence,
        came=told(rows) or "",
        tallies=tallies,
    )


def _all_rows(screens: Sequence[Screen]) -> list[Row]:
    return list({row.ref: row for screen in screens for row in screen.rows}.values())


def _unpaid(found: Screen, granted: Sequence[Row]) -> Iterator[str]:
    """Why the envelope of a call does not hold what is granted on it."""
    total = granted_in_all(granted)
    if total > found.bar.amount:
        over = format_euros(total - found.bar.amount)
        yield (
            f"{format_euros(total)} accordés pour une enveloppe de {format_euros(found.bar.amount)} : "
            f"elle est dépassée de {over}. Changez une décision."
        )
    elif not payable_of([_granted(row) for row in granted], found.payers).pays({row.ref for row in granted}):
        yield (
            "Les contributeurs de l’enveloppe ne peuvent pas payer ces accords, chacun selon ses règles (projets, "
            "minimum, plafond, part) : changez une décision, ou les règles de l’enveloppe."
        )


def _undecidable(
    mission: Mission, sitting: Sitting, decided: Sequence[Row], presence: Presence, standing: Mapping[int, Standing]
) -> list[str]:
    """What those who came could not decide: only what is new since the sitting that this one follows.

    The pages that decide refuse it at once (``deciding``). What comes another way, a workbook or the journal, is
    refused here: whatever wrote a decision, none is frozen that those who came could not take.
    """
    follows = sitting.follows
    before = FrozenDecision.objects.of(mission).filter(number=follows) if follows is not None else ()
    known = {row.project_ref: (row.outcome, row.amount, row.decided_on, row.reason, row.decided_by) for row in before}
    return [
        fault
        for row in decided
        if row.decided is not None
        and known.get(row.ref)
        != (row.decided.outcome, row.decided.amount, row.decided.decided_on, row.decided.reason, row.decided.by)
        and (fault := presence.fault(row.line.project.firm_id, row.line.project.title, row.decided.by, standing))
    ]


def standing_aside(
    rows: Sequence[Row], sitting: Sitting, standing: Mapping[int, Standing], committee: Recipient | None = None
) -> list[str]:
    """Who stood aside: what is declared, then what was typed besides."""
    lines = [row.line for row in rows]
    told = declared(lines, standing, committee=committee)
    return [*told, *besides(listed(sitting.aside), [*told, *declared(lines, standing)])]


def _broken(found: Screen, sitting: Sitting, retained: set[str]) -> list[tuple[Rule, str]]:
    """The rules are those of each call, on its own candidates."""
    contenders = [row.contender for row in found.rows]
    mine = retained & {each.id for each in contenders}
    return [(rule, found.call.named(lacking)) for rule, lacking in unmet(sitting.asked, contenders, mine)]


def seen_of(found: Closing) -> str:
    """A digest of what is about to be frozen, for who reads it before."""
    return digest(
        {
            "enveloppe": str(found.amount),
            "deports": list(found.aside),
            "presences": found.came,
            "voix": words_of(found.tallies.values()),
            "regles": [[rule.words, lacking] for rule, lacking in found.broken],
            "decisions": [
                [
                    row.ref,
                    row.decided.outcome,
                    str(row.decided.amount),
                    row.decided.reason,
                    row.proposed,
                    str(row.value),
                ]
                for row in found.decided
                if row.decided is not None
            ],
        }
    )


def _granted(row: Row) -> Contender:
    return replace(row.contender, asks=row.granted)


def granted_in_all(granted: Iterable[Row]) -> Decimal:
    """What is granted in all; an amount that nobody gave prevents freezing."""
    return sum((row.granted or Decimal(0) for row in granted), Decimal(0))


def differs(row: Row) -> bool:
    """Whether the committee did not decide what was proposed."""
    if row.proposed is not row.is_granted:
        return True
    finding = row.line.finding
    return row.is_granted and finding is not None and row.granted != finding.envelope
