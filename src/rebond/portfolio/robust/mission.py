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
from rebond.portfolio.call import CallEntry, admit
from rebond.portfolio.choosing.row import Row
from rebond.portfolio.robust.analysis import RobustAnalysis, analyse
from rebond.portfolio.robust.cone import Ray
from rebond.portfolio.robust.model import Definition, RobustProblem, Status
from rebond.portfolio.robust.weights import Opinion, WeightInformation, compromises
from rebond.portfolio.scoring import Score
from rebond.portfolio.select import ENVELOPE, joint_problem, least_envelope
from rebond.regimes.readings import Reading
from rebond.units import Euros, agreed, format_euros

_DECIMALS = 4
CENTS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class MissionRobustness:
    """The candidates, what each needs of the envelope, and what is found of each."""

    problem: RobustProblem
    criterion_names: tuple[str, ...]
    needs: Mapping[str, Euros]
    analysis: RobustAnalysis | None
    """``None`` when the call has no candidate."""
    opinions: tuple[Opinion, ...]
    """What is said of the weights, and by whom; an empty name: what is agreed."""
    remarks: tuple[str, ...]

    def status(self, project: str) -> Status | None:
        """Where a candidate stands; ``None`` for a project that is none."""
        if self.analysis is None or project not in self.needs:
            return None
        return self.analysis.result.findings[self.problem.projects.index(project)].status


def robustness(  # noqa: PLR0913  # what the call is run on, and what is asked
    entries: Sequence[CallEntry],
    *,
    opinions: Sequence[Opinion] = (),
    envelope: Envelope,
    builder: ProblemBuilder,
    shared: FinancingProblem,
    reading: Reading,
    top_score: int,
    seconds: float = 60.0,
    definition: Definition | None = None,
    solved: SolvedParts | None = None,
) -> MissionRobustness:
    """Core, borderline and exterior candidates of the call, on the problems of the mission (as ``run_call``).

    ``opinions``: what is said of the weights; without any, the order of the mission's own. Raises ``SolverError`` when
    they contradict each other.
    """
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
    kept = {name: scores[name] for name in needs}
    given = weights_of(list(kept.values()))
    said = tuple(opinions) or (Opinion(who="", information=WeightInformation.order_of(given)),)
    problem, members = robust_problem(kept, needs, envelope.amount, said, top_score)
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
        analysis=analyse(
            problem,
            seconds=seconds,
            definition=definition,
            members=members,
            reference={name: Fraction(weight) for name, weight in given.items()},
        )
        if needs
        else None,
        opinions=said,
        remarks=tuple(_remarks(never, linked, problem)),
    )


def robust_problem(
    scores: Mapping[str, Score], needs: Mapping[str, Euros], envelope: Euros, opinions: Sequence[Opinion], top: int
) -> tuple[RobustProblem, dict[str, tuple[Ray, ...]]]:
    """The candidates as projects under one budget, the envelope; unknown marks anywhere from 0 to the top.

    With the rows of weights of each person who says something of them.
    """
    criteria = tuple(c.criterion for c in next(iter(scores.values())).criteria) if scores else ()
    grain = 10**_DECIMALS
    low, high = [], []
    for score in scores.values():
        known = [(c.known, int((c.score * grain).to_integral_value())) for c in score.criteria]
        low.append(tuple(mark if sure else 0 for sure, mark in known))
        high.append(tuple(mark if sure else top * grain for sure, mark in known))
    cents = {rank: int(needs[name] * CENTS) for rank, name in enumerate(scores)}
    agreed = [row for each in opinions if not each.who for row in each.information.rows(criteria)]
    names = ["ce qui est convenu des poids"] * len(agreed)
    members: dict[str, tuple[Ray, ...]] = {}
    for each in opinions:
        if each.who and criteria:
            members[each.who] = (*members.get(each.who, agreed), *each.information.rows(criteria))
    together = compromises(members, len(criteria)) if members else ()
    problem = RobustProblem(
        projects=tuple(scores),
        criteria=criteria,
        low=tuple(low),
        high=tuple(high),
        rows=(Row("enveloppe", {rank: cost for rank, cost in cents.items() if cost}, high=int(envelope * CENTS)),),
        weight_rows=(*agreed, *together),
        weight_names=(*names, *["les compromis entre les membres"] * len(together)),
        unit=Fraction(1, grain),
    )
    return problem, members


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
