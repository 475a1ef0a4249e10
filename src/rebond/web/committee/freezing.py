"""Freeze a sitting: a copy of all that was proposed, decided and why, that nothing changes, told by the journal."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from rebond.errors import IllegalPlanError, SolverError
from rebond.portfolio.committee.rules import Rule
from rebond.records import digest
from rebond.restitution.confidences import confidences
from rebond.restitution.editions import Recipient
from rebond.web.accounts.models import User
from rebond.web.committee.board import UNSOLVED
from rebond.web.committee.closing import Closing, closing, differs, granted_in_all, seen_of, standing_aside
from rebond.web.committee.gathered import gathering_of
from rebond.web.committee.models import FrozenDecision, FrozenSitting, Sitting, Tally
from rebond.web.committee.recounting import KIND
from rebond.web.committee.shown import Row
from rebond.web.committee.sittings import listed, next_number, opened
from rebond.web.committee.told_to_firms import decisions_of, digested
from rebond.web.disclosure.disclosed import band_of, committee_of, discreet_words
from rebond.web.editing.decided import fault_of_reason
from rebond.web.journal.models import Act, Entry
from rebond.web.journal.writing import Note, author_of, record
from rebond.web.missions.models import Mission
from rebond.web.portfolio.calls import title_of
from rebond.web.portfolio.models import Envelope


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


def content_of(mission: Mission, sitting: Sitting, found: Closing, *, reason: str) -> dict[str, Any]:
    """The record, as the committee reads it: a project not put before it bears a code, and ranges."""
    study = mission.current_study
    committee = committee_of(mission)
    granted = [row for row in found.decided if row.is_granted]
    presented = committee.presented or frozenset()
    shown = [row for row in granted if row.ref in presented]
    told, hidden = granted_in_all(shown), granted_in_all(row for row in granted if row.ref not in presented)
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
        "deports": standing_aside(found.rows, sitting, found.standing, committee),
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
        told = granted_in_all(row for row in granted if row.ref in presented)
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
        "differe": differs(row),
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
