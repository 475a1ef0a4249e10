"""A session of the committee: what is proposed beside what is decided, and what the envelope still holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar

from django.db.models import Exists, OuterRef, Q

from rebond import facts as core
from rebond.facts import UNKNOWN, DecisionOutcome
from rebond.portfolio.standing import granted_amount, standing
from rebond.reading.amounts import read_euros
from rebond.reading.dates import read_date
from rebond.reading.problem import Reading, Unreadable
from rebond.units import agreed, format_euros
from rebond.web.disclosure.disclosed import band_of, titled_for
from rebond.web.editing.decided import fault_of_reason, fault_of_words
from rebond.web.missions.models import Mission
from rebond.web.portfolio.calls import ONE, CallShown, before, decided_elsewhere
from rebond.web.portfolio.facts import contribution_of, decision_of, step_of
from rebond.web.portfolio.models import CallStep, CommitteeDecision, Contribution
from rebond.web.projects.models import Project
from rebond.web.studies.models import ProjectFinding
from rebond.web.wording import mending

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from rebond.web.accounts.models import User

T = TypeVar("T")
LONGEST_REASON, LONGEST_NAME = 4000, 200


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvelopeBar:
    """What the committee granted, and what is left: decisions alone count, never the proposal."""

    parts: tuple[core.Contribution, ...]
    """Who puts what into it, and its own rules."""
    committed: Decimal
    grants: int
    elsewhere: str = ""
    """The range of what is granted to projects that the reader is not shown, in one sum; empty when there is none."""

    @property
    def amount(self) -> Decimal:
        """What it holds."""
        return sum((part.amount for part in self.parts), Decimal(0))

    @property
    def left(self) -> Decimal:
        """What can still be granted; negative when a workbook or a smaller envelope made it so."""
        return self.amount - self.committed

    @property
    def refusal(self) -> str:
        """The figures, for the one whose amount does not fit."""
        done = f"{format_euros(self.committed)} déjà accordés à {self.grants} {agreed('projets', self.grants)}"
        left = max(self.left, Decimal(0))
        return f"enveloppe de {format_euros(self.amount)}, {done} : il reste {format_euros(left)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A project of the session: what the study proposes, what the committee decided."""

    project: Project
    finding: ProjectFinding | None
    decision: CommitteeDecision | None


@dataclass(slots=True)
class Sent:
    """What a person typed in the form of a decision, kept as typed, with what is wrong by field."""

    typed: Mapping[str, str]
    errors: dict[str, str]
    decision: core.CommitteeDecision | None = None


def envelope_bar(user: User | AnonymousUser, mission: Mission, *, call: CallShown = ONE, but: str = "") -> EnvelopeBar:
    """The envelope of a call and what is kept of it, one project left out when its decision is being taken.

    Two queries, and two more once the committee retained a project: its steps, and those of the call. Of projects that
    were not put before it, the committee is told the range of their sum alone, as it is told each in its range.
    """
    parts = call.within(Contribution.objects.visible_to(user).of(mission), "envelope__call").order_by("position", "pk")
    every = CommitteeDecision.objects.of(mission).filter(outcome=CommitteeDecision.Outcome.RETAINED)
    every = call.within(every, "call")
    shown = Exists(CommitteeDecision.objects.visible_to(user).filter(pk=OuterRef("pk")))
    granted = every.exclude(project__ref=but).annotate(shown=shown)
    told = [(row.shown, decision_of(row)) for row in granted.select_related("project").prefetch_related("steps")]
    # What the whole call was told counts for each of its projects, as on the page of what follows.
    steps = call.within(CallStep.objects.visible_to(user).of(mission), "envelope__call")
    calendar = tuple(map(step_of, steps)) if told else ()
    held = [(seen, each) for seen, each in told if (where := standing(each, calendar)) is not None and where.holds]
    amounts = {True: list[Decimal](), False: list[Decimal]()}
    for seen, each in held:
        amount = granted_amount(each)
        amounts[seen].append(Decimal(0) if amount is UNKNOWN else amount)
    hidden = sum(amounts[False], Decimal(0))
    return EnvelopeBar(
        parts=tuple(map(contribution_of, parts)),
        committed=sum(amounts[True], Decimal(0)),
        grants=len(amounts[True]),
        elsewhere=band_of(hidden) if hidden else "",
    )


def lines(user: User | AnonymousUser, mission: Mission, call: CallShown = ONE) -> list[Line]:
    """Every project of the mission, the best value first; two queries. Not those that another call decided."""
    return _lines(user, mission, Q(), call)


def lines_on_the_table(user: User | AnonymousUser, mission: Mission, call: CallShown = ONE) -> list[Line]:
    """Those that are candidates or decided, the best value first; two queries. Without a call, of all of them."""
    places = ProjectFinding.Status
    candidates = Q(finding__status__in=(places.RETAINED, places.NOT_RETAINED))
    found = _lines(user, mission, candidates | Q(committee_decision__isnull=False), call)
    return [line for line in found if is_on_the_table(line)]


def is_on_the_table(line: Line) -> bool:
    """Whether the committee has it before it: a candidate of the call, or what it decided."""
    places = ProjectFinding.Status
    status = line.finding.status if line.finding else ""
    return line.decision is not None or status in {places.RETAINED, places.NOT_RETAINED}


def _lines(user: User | AnonymousUser, mission: Mission, which: Q, call: CallShown) -> list[Line]:
    rows = Project.objects.visible_to(user).of(mission).with_finding(mission.current_study).filter(which)
    rows = rows.select_related("firm", "mission")
    decided = {row.project_id: row for row in CommitteeDecision.objects.visible_to(user).of(mission)}
    found = [
        Line(project=titled_for(mission, row), finding=before(row.finding, call), decision=decided.get(row.pk))
        for row in rows
        if not decided_elsewhere(decided.get(row.pk), call)
    ]
    return sorted(found, key=lambda line: (-(line.finding.score if line.finding else Decimal(-1)), line.project.ref))


def read_decision(
    sent: Mapping[str, str], project_id: str, *, cost: Decimal, bar: EnvelopeBar, call: CallShown = ONE
) -> Sent:
    """What the form says, with every fault at once; ``bar`` leaves out what this project holds already."""
    found = Sent(typed=sent, errors={})
    outcome = _outcome(sent, found)
    amount = _amount(sent, found, outcome, cost=cost, bar=bar)
    day = day_typed("date", sent, found.errors, "Donnez la date de la décision.")
    reason, by = sent.get("motif", "").strip(), sent.get("par", "").strip()
    if fault := fault_of_reason(reason, "Écrivez le motif : on le demandera.", most=LONGEST_REASON):
        found.errors["motif"] = fault
    if not by:
        found.errors["par"] = "Dites qui a décidé, par exemple « comité de pilotage »."
    elif len(by) > LONGEST_NAME:
        found.errors["par"] = f"{len(by)} caractères, {LONGEST_NAME} au plus : raccourcissez."
    elif fault := fault_of_words(by):
        found.errors["par"] = fault
    if not found.errors and outcome is not None:
        found.decision = core.CommitteeDecision(
            project_id=project_id,
            outcome=outcome,
            amount=amount,
            decided_on=day,
            reason=reason,
            by=by,
            call=call.name,
        )
    return found


def _outcome(sent: Mapping[str, str], found: Sent) -> DecisionOutcome | None:
    try:
        return DecisionOutcome(sent.get("decision", ""))
    except ValueError:
        found.errors["decision"] = "Choisissez la décision : accord, refus, report ou réserve."
        return None


def _amount(
    sent: Mapping[str, str], found: Sent, outcome: DecisionOutcome | None, *, cost: Decimal, bar: EnvelopeBar
) -> core.Maybe[Decimal]:
    amount = _read(read_euros, "montant", sent, found)
    if "montant" in found.errors or outcome is None:
        return amount
    if outcome is not DecisionOutcome.RETAINED:
        if amount is not UNKNOWN and amount:
            found.errors["montant"] = "Un montant ne va qu’avec un accord : effacez-le, ou choisissez « accord »."
        return UNKNOWN
    if amount is UNKNOWN or not amount:
        found.errors["montant"] = "Écrivez le montant accordé sur l’enveloppe, en euros."
    elif cost and amount > cost:
        found.errors["montant"] = f"{format_euros(amount)} passent le coût du projet ({format_euros(cost)})."
    elif amount > bar.left:
        found.errors["montant"] = f"{format_euros(amount)} passent l’enveloppe : {bar.refusal}."
    return amount


def day_typed(key: str, sent: Mapping[str, str], errors: dict[str, str], lacking: str) -> core.Maybe[date]:
    """The day that a field says; unknown with its error, ``lacking`` when the field says none."""
    try:
        day = read_date(sent.get(key, "").strip()).value
    except Unreadable as fault:
        errors[key] = mending(fault)
        return UNKNOWN
    if day is UNKNOWN:
        errors[key] = lacking
    return day


def _read(reader: Callable[[object], Reading[T]], key: str, sent: Mapping[str, str], found: Sent) -> core.Maybe[T]:
    try:
        return reader(sent.get(key, "").strip()).value
    except Unreadable as fault:
        found.errors[key] = mending(fault)
        return UNKNOWN
