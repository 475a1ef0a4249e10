"""The sitting of the day, what it is told, and the sitting that follows a frozen one; the journal tells each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import time

from django.db import transaction

from rebond.facts import UNKNOWN
from rebond.portfolio.committee.rules import Rule, RuleKind
from rebond.restitution.typography import french_date
from rebond.web.accounts.models import User
from rebond.web.committee.aside import besides, declared_today
from rebond.web.committee.models import Sitting
from rebond.web.committee.recounting import sitting_note
from rebond.web.editing.decided import fault_of_reason, fault_of_words
from rebond.web.journal.models import Act
from rebond.web.journal.writing import author_of, record
from rebond.web.missions.models import Mission
from rebond.web.portfolio.session import day_typed

ARCHIVED = "Cette mission est archivée : on ne fait que la lire."
LONGEST_LIST = 5_000
LONGEST_CHAIR = 200
RULES: Mapping[RuleKind, tuple[str, int]] = {
    RuleKind.PER_PLACE: ("Au moins … projets par EPCI qui a un candidat", 20),
    RuleKind.PER_FIRM: ("Au plus … projets par entreprise", 20),
    RuleKind.SMALL_SHARE: ("Au moins … % des montants à des PME", 100),
}
"""Rule → how the form asks it, and the most that it takes."""


class StaleError(Exception):
    """Somebody changed the sitting since it was read: nothing is done."""


class ClosedError(Exception):
    """The sitting is frozen, or another one is open: nothing is done."""


def sitting_of(mission: Mission) -> Sitting:
    """The last sitting that decides and was opened; one query.

    Without any, the next one that is planned, opened as soon as something is told of it, else one of the committee's
    day, stored then.
    """
    rows = list(Sitting.objects.of(mission))
    opened = [row for row in rows if row.decides and row.number is not None]
    if opened:
        return max(opened, key=_number)
    first = _next(rows) or Sitting(mission=mission, held_on=mission.committee_on)
    first.number = max(map(_number, rows), default=0) + 1
    return first


def next_planned(mission: Mission) -> Sitting | None:
    """The next sitting that decides and was not opened; one query."""
    return _next(Sitting.objects.of(mission).filter(number=None))


def next_number(mission: Mission) -> int:
    """The number of the next sitting that is opened, or frozen without being."""
    return Sitting.objects.of(mission).next_number()


def _next(rows: Iterable[Sitting]) -> Sitting | None:
    """The earliest of those planned that decide; one without an hour is the first of its day."""
    planned = (row for row in rows if row.decides and row.is_planned)
    return min(planned, key=lambda row: (row.held_on, row.starts_at or time.min, row.pk), default=None)


def _number(sitting: Sitting) -> int:
    return sitting.number or 0


def touched(sitting: Sitting, sent: Mapping[str, str]) -> Sitting:
    """A sitting as it is now, under the lock of its mission, one revision further.

    ``ClosedError`` when it is frozen, cancelled or only read; ``StaleError`` when ``revision`` is not the one read.
    """
    held(sitting.mission)
    row = Sitting.objects.get(pk=sitting.pk)
    if row.frozen_at is not None:
        raise ClosedError(f"{row} est gelée : rien n’en change plus.")
    if row.cancelled_at is not None:
        raise ClosedError(f"{row} est annulée : prévoyez-en une autre.")
    if sent.get("revision", "") != str(row.revision):
        raise StaleError
    row.revision += 1
    row.save(update_fields=["revision"])
    return row


def open_as_day(sitting: Sitting, why: str, *, by: User) -> None:
    """Make a planned sitting the one of the day; ``ClosedError`` while another one is open."""
    last = sitting_of(sitting.mission)
    if last.pk and last.pk != sitting.pk and last.frozen_at is None:
        raise ClosedError(f"La séance nº {last.number} est ouverte : gelez-la d’abord.")
    sitting.number = next_number(sitting.mission)
    if last.frozen_at is not None:
        sitting.follows, sitting.why = last.number, why
        sitting.rules, sitting.rules_reason = last.rules, last.rules_reason
        sitting.chair = sitting.chair or last.chair
    sitting.save()
    tell(sitting, "ouverte", None, str(sitting), by=by)


def opened(mission: Mission) -> Sitting:
    """The sitting of the day, under the lock of its mission; raises ``ClosedError`` when it is frozen."""
    sitting = sitting_of(held(mission))
    if sitting.frozen_at is not None:
        raise ClosedError(f"La séance nº {sitting.number} est gelée : ouvrez celle qui la suit.")
    return sitting


def held(mission: Mission) -> Mission:
    """The mission as it is now, under its lock; raises ``ClosedError`` when it is only read."""
    held = Mission.objects.select_for_update().get(pk=mission.pk)
    if held.archived_at is not None:
        raise ClosedError(ARCHIVED)
    return held


@transaction.atomic
def set_rules(mission: Mission, sent: Mapping[str, str], *, by: User) -> dict[str, str]:
    """Change the rules of the sitting, with their reason; what is wrong by field, nothing is then written."""
    rules, errors = read_rules(sent)
    reason = sent.get("motif_regles", "").strip()
    sitting = opened(mission)
    if tuple(rules) == sitting.asked and not errors:
        return {}
    if fault := fault_of_reason(reason, "Écrivez pourquoi le comité se donne ces règles."):
        errors["motif_regles"] = fault
    if errors:
        return errors
    before = _told(sitting.asked)
    sitting.ask(rules)
    sitting.rules_reason = reason
    sitting.save()
    tell(sitting, "regles", before, _told(rules), by=by, reason=reason)
    return {}


def read_rules(sent: Mapping[str, str]) -> tuple[list[Rule], dict[str, str]]:
    """The rules that a form says; a field left empty is no rule."""
    rules, errors = [], {}
    for kind, (_, most) in RULES.items():
        text = sent.get(kind.value, "").strip().removesuffix("%").strip()
        if not text:
            continue
        if text.isascii() and text.isdecimal() and len(text) < len(str(most)) + 2 and 1 <= int(text) <= most:
            rules.append(Rule(kind=kind, number=int(text)))
        else:
            errors[kind.value] = f"Écrivez un nombre entier de 1 à {most}, ou rien : sans nombre, pas de règle."
    return rules, errors


@transaction.atomic
def set_people(mission: Mission, sent: Mapping[str, str], *, by: User) -> dict[str, str]:
    """Change the day of the sitting, who chairs it, who is there, who stood aside; what is wrong by field."""
    sitting = opened(mission)
    errors: dict[str, str] = {}
    day = day_typed("tenue_le", sent, errors, "Donnez la date de la séance.")
    told = {name: sent.get(name, "").strip() for name in ("presidence", "presents", "deports")}
    for name, most in (("presidence", LONGEST_CHAIR), ("presents", LONGEST_LIST), ("deports", LONGEST_LIST)):
        if len(told[name]) > most:
            errors[name] = f"{len(told[name])} caractères, {most} au plus : raccourcissez."
        elif fault := fault_of_words(told[name]):
            errors[name] = fault
    if errors or day is UNKNOWN:
        return errors
    before = _people(sitting)
    sitting.held_on, sitting.chair = day, told["presidence"]
    sitting.present = told["presents"]
    sitting.aside = "\n".join(besides(listed(told["deports"]), declared_today(by, mission)))
    # Day and chair are on the sitting's own page too: one that was open meanwhile is stale.
    sitting.revision += 1
    sitting.save()
    if _people(sitting) != before:
        tell(sitting, "seance", before, _people(sitting), by=by)
    return {}


@transaction.atomic
def follow(mission: Mission, reason: str, *, by: User) -> dict[str, str]:
    """Open the sitting that follows a frozen one, which it names, with its reason, under the rules and quorum of it."""
    last = sitting_of(held(mission))
    if last.frozen_at is None:
        raise ClosedError(f"La séance nº {last.number} est ouverte : rien n’est gelé après elle.")
    if fault := fault_of_reason(reason, "Écrivez pourquoi une autre séance est ouverte."):
        return {"motif_suite": fault}
    planned = next_planned(mission)
    if planned is not None:
        open_as_day(planned, reason, by=by)
        return {}
    sitting = Sitting(
        mission=mission,
        number=next_number(mission),
        held_on=last.held_on,
        chair=last.chair,
        quorum=last.quorum,
        follows=last.number,
        why=reason,
        rules=last.rules,
        rules_reason=last.rules_reason,
    )
    sitting.save()
    tell(sitting, "suit", None, f"séance nº {last.number}", by=by, reason=reason)
    return {}


def _people(sitting: Sitting) -> str:
    told = (
        french_date(sitting.held_on),
        f"présidence : {sitting.chair}" if sitting.chair else "",
        f"présents : {', '.join(listed(sitting.present))}" if sitting.present else "",
        f"se sont retirés : {', '.join(listed(sitting.aside))}" if sitting.aside else "",
    )
    return " ; ".join(each for each in told if each)


def listed(text: str) -> list[str]:
    """One a line."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def _told(rules: Sequence[Rule]) -> str | None:
    return " ; ".join(rule.words for rule in rules) or None


def tell(sitting: Sitting, what: str, before: str | None, after: str | None, *, by: User, reason: str = "") -> None:
    """Tell the journal of a change of a sitting."""
    record(
        sitting.mission, [sitting_note(sitting, what, before, after)], by=author_of(by), act=Act.MANAGED, reason=reason
    )
