"""What came of the committee's decisions: steps added one after the other, and who waits for a place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from rebond import facts as core
from rebond.facts import UNKNOWN, CallStage, StageOutcome
from rebond.portfolio.standing import Reserve, Standing, coming_in, held_amounts, reserve_list, standing
from rebond.reading.amounts import read_euros
from rebond.reading.dates import read_date
from rebond.reading.problem import Unreadable
from rebond.web.disclosure.disclosed import titled_for
from rebond.web.editing.decided import fault_of_reason
from rebond.web.missions.models import Mission
from rebond.web.portfolio.calls import ONE, CallShown, before, decided_elsewhere
from rebond.web.portfolio.facts import decision_of, envelope_row, step_of
from rebond.web.portfolio.models import CallStep, CommitteeDecision, Envelope
from rebond.web.projects.models import Project
from rebond.web.studies.models import ProjectFinding
from rebond.web.wording import mending

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from rebond.web.accounts.models import User

STAGES = (CallStage.INSTRUCTION, CallStage.NATIONAL, CallStage.WITHDRAWAL)
"""The steps of a project after the committee."""
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """A project that the committee retained, and where it stands."""

    project: Project
    decision: core.CommitteeDecision
    standing: Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A project of the reserve, and whether what is free of the envelope is enough for it."""

    project: Project
    place: Reserve
    comes_in: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Following:
    """What the page shows."""

    followed: tuple[Followed, ...]
    reserve: tuple[Waiting, ...]
    out_of_reach: int
    """How many the committee put on the reserve that no amount of the envelope would make whole: they have no rank."""
    free: Decimal
    """Of the envelope, kept for nobody and proposed to nobody."""
    proposed: Decimal
    """To those on whom nothing is decided."""
    left: tuple[Followed, ...]
    """Whose place is free."""
    calendar: tuple[core.CallStep, ...]
    pays_part: bool


def following(user: User | AnonymousUser, mission: Mission, call: CallShown = ONE) -> Following:
    """The retained of a call, its reserve, what is free of it; eight queries."""
    rows = CommitteeDecision.objects.visible_to(user).of(mission).select_related("project__firm", "project__mission")
    every = [(row, decision_of(row)) for row in rows.prefetch_related("steps")]
    told = [each for each in every if not decided_elsewhere(each[0], call)]
    envelopes = call.within(Envelope.objects.visible_to(user).of(mission), "call")
    envelope = envelopes.prefetch_related("contributions").first()
    calendar = tuple(map(step_of, call.within(CallStep.objects.visible_to(user).of(mission), "envelope__call")))
    decisions = [decision for _, decision in told]
    followed = tuple(
        Followed(project=titled_for(mission, row.project), decision=decision, standing=where)
        for row, decision in told
        if (where := standing(decision, calendar)) is not None
    )
    amount = sum((part.amount for part in envelope.contributions.all()), Decimal(0)) if envelope else Decimal(0)
    held = held_amounts(decisions, calendar)
    findings = ProjectFinding.objects.visible_to(user).found_by(mission.current_study)
    decided = {decision.project_id for _, decision in every}
    pending = findings.filter(status=ProjectFinding.Status.RETAINED).exclude(project__ref__in=decided)
    mine = [before(row, call) for row in pending] if call.several else list(pending)
    retained = ProjectFinding.Status.RETAINED
    proposed = sum((row.envelope for row in mine if row is not None and row.status == retained), Decimal(0))
    free = max(Decimal(0), amount - sum(held.values()) - proposed)
    rules = envelope_row(envelope)
    reserve = _reserve(user, mission, decisions, free, call, decided - {each.project_id for each in decisions})
    put = {each.project_id for each in decisions if each.outcome is core.DecisionOutcome.RESERVE}
    return Following(
        followed=followed,
        reserve=reserve,
        out_of_reach=len(put - {each.place.project_id for each in reserve}),
        free=free,
        proposed=proposed,
        left=tuple(each for each in followed if not each.standing.holds),
        calendar=calendar,
        pays_part=rules.pays_part,
    )


def _reserve(
    user: User | AnonymousUser,
    mission: Mission,
    decisions: list[core.CommitteeDecision],
    free: Decimal,
    call: CallShown,
    elsewhere: set[str],
) -> tuple[Waiting, ...]:
    """The candidates that the proposal leaves out, that an amount would bring in, and that nobody refused.

    ``elsewhere``: those that another call decided.
    """
    findings = ProjectFinding.objects.visible_to(user).found_by(mission.current_study)
    waits = findings.filter(status=ProjectFinding.Status.NOT_RETAINED).exclude(project__ref__in=elsewhere)
    waits = waits if call.several else waits.filter(needs__gt=0)
    found = {
        row.project.ref: row
        for each in waits.select_related("project__firm", "project__mission")
        if (row := before(each, call)) and row.status == ProjectFinding.Status.NOT_RETAINED and row.needs > 0
    }
    waiting = {ref: (row.score, row.needs) for ref, row in found.items()}
    places = reserve_list(waiting, decisions)
    come = {each.project_id for each in coming_in(places, free, held={})}
    return tuple(
        Waiting(
            project=titled_for(mission, found[place.project_id].project),
            place=place,
            comes_in=place.project_id in come,
        )
        for place in places
    )


@dataclass(slots=True)
class SentStep:
    """What a person typed of a step, kept as typed, with what is wrong by field."""

    typed: Mapping[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    step: core.CallStep | None = None


def read_step(sent: Mapping[str, str], *, most: core.Maybe[Decimal]) -> SentStep:
    """What the form says, with every fault at once; ``most``: what the committee decided."""
    found = SentStep(typed=sent)
    stage = next((each for each in STAGES if each.value == sent.get("etape")), None)
    if stage is None:
        found.errors["etape"] = "Choisissez l’étape."
    outcome = next((each for each in StageOutcome if each.value == sent.get("issue")), None)
    if stage is CallStage.WITHDRAWAL:
        outcome = None
    values: dict[str, core.Maybe[object]] = {}
    for key, reader in (("date", read_date), ("montant", read_euros)):
        try:
            values[key] = reader(sent.get(key, "").strip()).value
        except Unreadable as fault:
            found.errors[key] = mending(fault)
    if values.get("date", UNKNOWN) is UNKNOWN:
        found.errors.setdefault("date", "Donnez la date de l’étape.")
    amount = values.get("montant", UNKNOWN)
    if isinstance(amount, Decimal) and most is not UNKNOWN and amount > most:
        found.errors["montant"] = "Plus que ce que le comité a décidé : il doit d’abord décider ce montant."
    reason, by = sent.get("motif", "").strip(), sent.get("par", "").strip()
    asked = stage is CallStage.WITHDRAWAL or outcome in {StageOutcome.BLOCKED, StageOutcome.UNFAVOURABLE}
    if fault_found := fault_of_reason(reason, "Écrivez le motif : on le demandera." if asked else ""):
        found.errors["motif"] = fault_found
    if not by or len(by) > LONGEST_NAME:
        found.errors["par"] = f"Dites qui l’a dit, en {LONGEST_NAME} caractères au plus."
    if not found.errors and stage is not None:
        found.step = core.CallStep(
            stage=stage,
            on=values["date"],  # type: ignore[arg-type]  # read as a date above
            outcome=UNKNOWN if outcome is None else outcome,
            amount=amount,  # type: ignore[arg-type]  # read as an amount above
            by=by,
            reason=reason,
        )
    return found
