"""How robust the mission's selection is: its candidates, its marks, its envelope, and weights that nobody agreed on.

Each candidate weighs the least that it needs of the envelope to be financed whole. A mark that nobody gave is anywhere
on the scale. Marks are taken to four decimals.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from rebond.facts import Envelope
from rebond.financing.building.build import ProblemBuilder
from rebond.financing.problem.model import FinancingProblem
from rebond.financing.solving.optimize import split_problem
from rebond.financing.solving.solved import SolvedParts
from rebond.portfolio.call import admit
from rebond.portfolio.choosing.row import Row
from rebond.portfolio.robust.classify import classify
from rebond.portfolio.robust.model import Definition, RobustProblem, RobustResult
from rebond.portfolio.robust.weights import WeightInformation
from rebond.portfolio.scoring import Score
from rebond.portfolio.offered import CallEntry
from rebond.portfolio.select import ENVELOPE, joint_problem, least_envelope
from rebond.regimes.readings import Reading
from rebond.units import Euros, agreed, format_euros

_DECIMALS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class MissionRobustness:
    """The candidates, what each needs of the envelope, and what is found of each."""

    problem: RobustProblem
    criterion_names: tuple[str, ...]
    needs: Mapping[str, Euros]
    result: RobustResult | None
    """``None`` when the call has no candidate."""
    remarks: tuple[str, ...]


def robustness(  # noqa: PLR0913  # what the call is run on, and what is asked
    entries: Sequence[CallEntry],
    *,
    weights: WeightInformation,
    envelope: Envelope,
    builder: ProblemBuilder,
    shared: FinancingProblem,
    reading: Reading,
    top_score: int,
    seconds: float = 60.0,
    definition: Definition | None = None,
    solved: SolvedParts | None = None,
) -> MissionRobustness:
    """Core, borderline and exterior candidates of the call, on the problems of the mission (as ``run_call``)."""
    admitted = admit(entries, envelope=envelope, builder=builder, shared=shared, reading=reading, solved=solved)
    candidates = admitted.candidates
    whole = joint_problem(
        candidates, envelope=envelope.amount, de_minimis_room=shared.de_minimis_room, budgets=shared.budgets
    )
    scores = {entry.project.id: entry.score for entry in entries}
    needs: dict[str, Euros] = {}
    never: list[str] = []
    for project in whole.projects:
        least = least_envelope(project, whole, solved=solved)
        if least is None:
            never.append(project.id)
        else:
            needs[project.id] = least
    problem = robust_problem({name: scores[name] for name in needs}, needs, envelope.amount, weights, top_score)
    apart = FinancingProblem(
        projects=tuple(p for p in whole.projects if p.id in needs),
        de_minimis_room=whole.de_minimis_room,
        budgets={key: amount for key, amount in whole.budgets.items() if key != ENVELOPE},
    )
    linked = [p.id for part in split_problem(apart) if len(part.projects) > 1 for p in part.projects]
    labels = {c.criterion: c.label for entry in entries for c in entry.score.criteria}
    return MissionRobustness(
        problem=problem,
        criterion_names=tuple(labels[criterion] for criterion in problem.criteria),
        needs=needs,
        result=classify(problem, seconds=seconds, definition=definition) if needs else None,
        remarks=tuple(_remarks(never, linked, problem)),
    )


def robust_problem(
    scores: Mapping[str, Score], needs: Mapping[str, Euros], envelope: Euros, weights: WeightInformation, top: int
) -> RobustProblem:
    """The candidates as projects under one budget, the envelope; unknown marks anywhere from 0 to the top."""
    criteria = tuple(c.criterion for c in next(iter(scores.values())).criteria) if scores else ()
    grain = 10**_DECIMALS
    low, high = [], []
    for score in scores.values():
        known = [(c.known, int((c.score * grain).to_integral_value())) for c in score.criteria]
        low.append(tuple(mark if sure else 0 for sure, mark in known))
        high.append(tuple(mark if sure else top * grain for sure, mark in known))
    cents = {rank: int(needs[name] * 100) for rank, name in enumerate(scores)}
    return RobustProblem(
        projects=tuple(scores),
        criteria=criteria,
        low=tuple(low),
        high=tuple(high),
        rows=(Row("enveloppe", {rank: cost for rank, cost in cents.items() if cost}, high=int(envelope * 100)),),
        weight_rows=tuple(weights.rows(criteria)),
        unit=Fraction(1, grain),
    )


def weights_of(scores: Sequence[Score]) -> dict[str, Decimal]:
    """The weights that the mission's scores were computed with."""
    return {c.criterion: c.weight for c in scores[0].criteria} if scores else {}


def _remarks(never: Sequence[str], linked: Sequence[str], problem: RobustProblem) -> Iterator[str]:
    if never:
        yield f"{', '.join(never)} : l'enveloppe ne peut légalement les financer entiers, quels que soient les poids"
    if linked:
        count = len(linked)
        yield (
            f"{count} {agreed('candidats', count)} se partagent un compte de minimis ou un budget et sont comptés ici "
            f"chacun pour soi ({', '.join(linked)})"
        )
    unknown = sum(low != high for low, high in zip(problem.low, problem.high, strict=True))
    if unknown:
        yield f"{unknown} {agreed('candidats', unknown)} ont une note inconnue, comptée n'importe où sur l'échelle"


def need_words(needs: Mapping[str, Euros], project: str) -> str:
    """What a project needs of the envelope, in words."""
    return format_euros(needs[project])
