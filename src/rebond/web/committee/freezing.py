"""Freeze a sitting: a copy of all that was proposed, decided and why, that nothing changes, told by the journal."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from rebond.errors import IllegalPlanError, SolverError
from rebond.portfolio.committee.choice import Contender, payable_of
from rebond.portfolio.committee.rules import Rule, unmet
from rebond.portfolio.committee.seats import Quorum
from rebond.records import digest
from rebond.restitution.confidences import confidences
from rebond.restitution.editions import Recipient
from rebond.units import format_euros
from rebond.web.accounts.models import User
from rebond.web.committee.aside import besides, declared
from rebond.web.committee.attending import Presence, attendance_of, presence_of, told
from rebond.web.committee.board import UNSOLVED, screen
from rebond.web.committee.gathered import gathering_of
from rebond.web.committee.models import FrozenDecision, FrozenSitting, Sitting, Tally, words_of
from rebond.web.committee.recounting import KIND
from rebond.web.committee.shown import Row, Screen
from rebond.web.committee.sittings import ARCHIVED, listed, next_number, opened
from rebond.web.committee.tallies import able, fault_of, tallies_of
from rebond.web.committee.told_to_firms import decisions_of, digested
from rebond.web.disclosure.disclosed import band_of, committee_of, discreet_words
from rebond.web.editing.decided import fault_of_reason
from rebond.web.journal.models import Act, Entry
from rebond.web.journal.writing import Note, author_of, record
from rebond.web.missions.models import Mission
from rebond.web.portfolio.calls import calls_of, title_of
from rebond.web.portfolio.models import Envelope
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
    different = frozenset(row.ref for row in decided if _differs(row))
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
        aside=tuple(_aside(_all_rows(screens), sitting, standing)),
        presence=presence,
        came=told(rows) or "",
        tallies=tallies,
    )


def _all_rows(screens: Sequence[Screen]) -> list[Row]:
    return list({row.ref: row for screen in screens for row in screen.rows}.values())


def _unpaid(found: Screen, granted: Sequence[Row]) -> Iterator[str]:
    """Why the envelope of a call does not hold what is granted on it."""
    total = _total(granted)
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


def _aside(
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


@transaction.atomic
def freeze(
    mission: Mission, *, by: User, seen: str, reason: str = "", technical: Sitting | None = None
) -> FrozenSitting | list[str]:
    """Freeze the sitting of the day, or what prevents it. ``seen``: the digest of what the person read.

    ``technical``: a technical sitting, that takes no decision, under the lock of its mission (``touched``).
    """
    sitting = opened(mission) if technical is None else technical
    found = closing(by, mission, sitting)
    faults = list(found.faults)
    if found.broken and (fault := fault_of_reason(reason, "Une règle du comité n’est pas tenue : dites pourquoi.")):
        faults.append(fault)
    if not faults and seen != seen_of(found):
        faults.append("Une décision, l’étude ou l’enveloppe a changé depuis que vous avez lu : relisez, puis gelez.")
    if faults:
        return faults
    if sitting.number is None:
        sitting.number = next_number(mission)
    content = content_of(mission, sitting, found, reason=reason) | gathering_of(by, sitting)
    try:
        decisions = decisions_of(mission, sitting.number, found.decided)
    except (SolverError, IllegalPlanError) as error:
        return [f"{UNSOLVED} ({error}) : rien n’est gelé. Recommencez."]
    now = timezone.now()
    sitting.save()
    mark = digest({"releve": content, "decisions": [digested(each) for each in decisions]})
    note = Note(
        kind=KIND,
        ref=str(sitting.number),
        label=f"{sitting}, gelée",
        path=("empreinte",),
        after=mark,
    )
    gesture = record(mission, [note], by=author_of(by), act=Act.MANAGED, reason=reason)
    entry = Entry.objects.of(mission).get(gesture=gesture)
    for each in decisions:
        each.save(force_insert=True)
    frozen = FrozenSitting.objects.create(
        mission=mission,
        mission_slug=mission.slug,
        number=sitting.number,
        at=now,
        by=by,
        by_name=entry.by_name,
        follows=sitting.follows,
        study_number=mission.current_study.number if mission.current_study else None,
        content=content,
        digest=mark,
        journal_position=entry.position,
        journal_digest=entry.digest,
    )
    sitting.frozen_at = now
    sitting.save(update_fields=["frozen_at"])
    return frozen


def is_intact(frozen: FrozenSitting) -> bool:
    """Whether the record is the one whose digest the journal holds; two queries."""
    held_rows = FrozenDecision.objects.of(frozen.mission).filter(number=frozen.number)
    rows = sorted(held_rows, key=lambda row: row.project_ref)
    mark = digest({"releve": frozen.content, "decisions": [digested(each) for each in rows]})
    entry = Entry.objects.of(frozen.mission).filter(position=frozen.journal_position).values("after", "digest").first()
    held = (entry["after"], entry["digest"]) if entry else None
    return mark == frozen.digest and held == (frozen.digest, frozen.journal_digest)


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


def content_of(mission: Mission, sitting: Sitting, found: Closing, *, reason: str) -> dict[str, Any]:
    """The record, as the committee reads it: a project not put before it bears a code, and ranges."""
    study = mission.current_study
    committee = committee_of(mission)
    granted = [row for row in found.decided if row.is_granted]
    presented = committee.presented or frozenset()
    shown = [row for row in granted if row.ref in presented]
    told, hidden = _total(shown), _total(row for row in granted if row.ref not in presented)
    lacking: dict[Rule, str] = {}
    for rule, words in found.broken:
        lacking[rule] = f"{lacking[rule]} ; {words}" if rule in lacking else words
    operators = list(dict.fromkeys(Envelope.objects.of(mission).values_list("operator", flat=True)))
    return {
        "mission": mission.name,
        "territoire": mission.territory,
        "operateur": operators[0] if operators else "",
        "fictif": mission.fictitious,
        "seance": sitting.number,
        "tenue_le": sitting.held_on.isoformat(),
        "presidence": sitting.chair,
        "presents": listed(sitting.present),
        "deports": _aside(found.rows, sitting, found.standing, committee),
        "suit": sitting.follows,
        "motif_suite": sitting.why,
        "etude": study.number if study else None,
        "droit_au": study.law_day.isoformat() if study else None,
        "enveloppe": str(found.amount),
        "contributions": [
            {
                "contributeur": f"{part.contributor} ({each.call.title})" if each.call.several else part.contributor,
                "montant": str(part.amount),
            }
            for each in found.screens
            for part in sorted(each.bar.parts, key=lambda part: -part.amount)
        ],
        **({"appels": _calls(mission, found, presented)} if len(found.screens) > 1 else {}),
        "regles": [
            {"genre": rule.kind.value, "nombre": rule.number, "texte": rule.words, "manque": lacking.get(rule, "")}
            for rule in sitting.asked
        ],
        "motif_regles": sitting.rules_reason,
        "motif_ecart_aux_regles": reason if lacking else "",
        "lignes": [_line(row, committee, mission, found.tallies.get(row.ref)) for row in found.decided],
        "sans_decision": sum(row.decided is None for row in found.rows) if sitting.decides else 0,
        # As on its screen: to the cent for what is put before it; the rest in one range, or it could be subtracted.
        "retenus": len(shown),
        "accorde": str(told),
        "accorde_ailleurs": band_of(hidden) if hidden else "",
        "reste": str(found.amount - told),
    }


def _calls(mission: Mission, found: Closing, presented: Collection[str]) -> list[dict[str, str]]:
    """Of several calls, what each holds and grants: to the cent for what is put before the committee."""
    operators = dict(Envelope.objects.of(mission).values_list("call", "operator"))
    rows = []
    for each in found.screens:
        granted = [row for row in found.decided if row.is_granted and row.call == each.call.name]
        told = _total(row for row in granted if row.ref in presented)
        rows.append(
            {
                "appel": each.call.title,
                "operateur": operators.get(each.call.name, ""),
                "enveloppe": str(each.bar.amount),
                "accorde": str(told),
                "reste": str(each.bar.amount - told),
            }
        )
    return rows


def _line(row: Row, committee: Recipient, mission: Mission, tally: Tally | None) -> dict[str, Any]:
    decision, project = row.decided, row.line.project
    assert decision is not None  # noqa: S101  # what is decided alone is told
    named = row.ref in (committee.presented or ())
    name, _ = discreet_words(project.title, "")
    finding = row.line.finding
    proposed = finding.envelope if finding else None
    return {
        "projet": name if named else f"Projet {committee.codes[row.ref]}",
        "entreprise": project.firm.name if named else "",
        "epci": project.epci if named else "",
        **({"appel": title} if (title := title_of(mission, row.call)) else {}),
        "valeur": str(row.value),
        "valeur_au_plus": str(finding.score_high if finding else row.value),
        "propose": row.proposed,
        **_amounts("montant_propose", proposed, named=named),
        "decision": decision.outcome,
        **_amounts("montant", decision.amount, named=named),
        "le": decision.decided_on.isoformat() if decision.decided_on else "",
        "par": decision.by if named else "",
        "motif": _discreet(decision.reason) if named else "",
        "differe": _differs(row),
        **({"voix": tally.words} if tally else {}),
    }


def _amounts(key: str, amount: Decimal | None, *, named: bool) -> dict[str, str]:
    """An amount, or the range in which it is told of a project that was not put before the committee."""
    if named or not amount:
        return {key: "" if amount is None else str(amount)}
    return {key: "", f"{key}_tranche": band_of(amount)}


def _discreet(reason: str) -> str:
    words = confidences()
    return words.reason if words.tells(reason) else reason


def _granted(row: Row) -> Contender:
    return replace(row.contender, asks=row.granted)


def _total(granted: Iterable[Row]) -> Decimal:
    """What is granted in all; an amount that nobody gave prevents freezing."""
    return sum((row.granted or Decimal(0) for row in granted), Decimal(0))


def _differs(row: Row) -> bool:
    """Whether the committee did not decide what was proposed."""
    if row.proposed is not row.is_granted:
        return True
    finding = row.line.finding
    return row.is_granted and finding is not None and row.granted != finding.envelope
