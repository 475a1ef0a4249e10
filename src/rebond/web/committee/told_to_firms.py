"""What each firm is told of the decision on its project: its own plan, never another's, a rank nor a mark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rebond.records import digest
from rebond.restitution.typography import typeset
from rebond.study.moved_in import Asked
from rebond.units import format_euros
from rebond.web.catalogue.reading import current_catalogue
from rebond.web.committee.amounts import asked_by
from rebond.web.committee.models import FrozenDecision
from rebond.web.committee.shown import Row
from rebond.web.disclosure.disclosed import references, shown_to
from rebond.web.missions.access import Part
from rebond.web.missions.models import Mission, Role
from rebond.web.portfolio.calls import calls_of
from rebond.web.portfolio.models import Envelope
from rebond.web.studies.models import PlanLine


def _financing(mission: Mission, rows: Sequence[Row]) -> _Financing:
    """How the plan of each project is told: what the committee granted is in it, and nothing else of the envelope.

    A project retained though not proposed has the plan found for it when it moved in, which the envelope completes.
    """
    known = current_catalogue().dispositifs
    lines = PlanLine.objects.found_by(mission.current_study).filter(is_envelope=True)
    calls = list(Envelope.objects.of(mission).values_list("dispositif", "title"))
    keys = {*lines.values_list("dispositif", flat=True), *(dispositif for dispositif, _ in calls if dispositif)}
    titles = {typeset(known[key].title) if key in known else key for key in keys}
    titles |= {typeset(title) for _, title in calls if title}
    moved: dict[str, Asked] = {}
    for call in calls_of(mission).each():
        mine = [row for row in rows if row.is_granted and not row.proposed and row.call == call.name]
        moved |= asked_by(mission, [row.line for row in mine], call)
    plans: dict[str, list[list[str]]] = {}
    for ref, asked in moved.items():
        if asked.plan is not None:
            amounts: dict[str, int] = {}
            for line in asked.plan.lines:
                if not line.is_envelope:
                    amounts[typeset(line.title)] = amounts.get(typeset(line.title), 0) + line.amount
            plans[ref] = [[title, format_euros(amount)] for title, amount in amounts.items()]
    named = {call.name: call.title for call in calls_of(mission).each() if call.several}
    operators = dict(Envelope.objects.of(mission).values_list("call", "operator")) if named else {}
    return _Financing(titles=frozenset(titles), plans=plans, calls=named, operators=operators)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Financing:
    """What stands for the envelope in a plan, and the plans that are not the study's."""

    titles: frozenset[str]
    plans: Mapping[str, list[list[str]]]
    calls: Mapping[str, str]
    """Name and title of each call, where there are several."""
    operators: Mapping[str, str]

    def named(self, row: Row) -> dict[str, str]:
        """The call that decided, where there are several, and who instructs it."""
        if row.call not in self.calls:
            return {}
        return {"appel": self.calls[row.call], "operateur": self.operators.get(row.call, "")}

    def told(self, row: Row, asked: Sequence[Sequence[str]]) -> list[list[str]]:
        """The plan without the envelope, then what was granted."""
        others = self.plans.get(row.ref, [list(each) for each in asked if each[0] not in self.titles])
        amount = row.granted
        title = self.calls.get(row.call, "")
        envelope = f"Enveloppe de l’appel « {title} »" if title else "Enveloppe de l’appel"
        granted = [[envelope, format_euros(amount)]] if row.is_granted and amount is not None else []
        return [*others, *granted]


def decisions_of(mission: Mission, number: int, rows: Sequence[Row]) -> list[FrozenDecision]:
    """Each decision with what its firm may be told: its own project and plan, never another's, a rank nor a mark."""
    told: dict[int, Mapping[str, dict[str, Any]]] = {}
    plans = _financing(mission, rows)
    found = []
    for row in sorted(rows, key=lambda row: row.ref):
        project, decision = row.line.project, row.decided
        assert decision is not None  # noqa: S101  # what is decided alone is frozen
        if project.firm_id not in told:
            told[project.firm_id] = _told(mission, project.firm_id)
        found.append(
            FrozenDecision(
                mission=mission,
                mission_slug=mission.slug,
                number=number,
                project_number=project.pk,
                project_ref=row.ref,
                outcome=decision.outcome,
                amount=decision.amount,
                decided_on=decision.decided_on,
                reason=decision.reason,
                decided_by=decision.by,
                told=_with_plan(told[project.firm_id].get(row.ref, {}), row, plans),
            )
        )
    return found


def _with_plan(told: dict[str, Any], row: Row, plans: _Financing) -> dict[str, Any]:
    return {**told, **plans.named(row), "financements": plans.told(row, told["financements"])} if told else told


def _told(mission: Mission, firm: int) -> dict[str, dict[str, Any]]:
    """What a firm is given of each of its projects, by reference."""
    given = {each.key: each for each in shown_to(mission, Part(role=Role.FIRM, firm=firm))}
    return {
        ref: {
            "projet": given[key].name,
            "entreprise": given[key].firm,
            "commune": given[key].place,
            "financements": [list(each) for each in given[key].asked],
            "suites": [list(each) for each in given[key].ways_out],
        }
        for key, ref in references(mission, list(given)).items()
    }


def digested(row: FrozenDecision) -> list[str]:
    """What the digest of a sitting holds of one decision."""
    return [
        row.project_ref,
        row.outcome,
        "" if row.amount is None else f"{row.amount:.2f}",
        row.decided_on.isoformat() if row.decided_on else "",
        row.reason,
        row.decided_by,
        digest(row.told),
    ]
