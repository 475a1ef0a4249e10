"""How robust the mission's selection is: its candidates, its marks, its envelope, and weights that nobody agreed on.

Each candidate weighs the least that it needs of the envelope to be financed whole. A mark that nobody gave is anywhere
on the scale. Marks are taken to four decimals.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction

from rebond.errors import SolverError
from rebond.facts import Envelope
from rebond.financing.building.build import ProblemBuilder
from rebond.financing.problem.model import FinancingProblem
from rebond.financing.solving.optimize import split_problem
from rebond.financing.solving.solved import SolvedParts
from rebond.portfolio.call import admit
from rebond.portfolio.choosing.row import Row
from rebond.portfolio.contributors import Payers, payers_of
from rebond.portfolio.offered import CallEntry
from rebond.portfolio.paid_rows import paid_rows
from rebond.portfolio.parts import most_given
from rebond.portfolio.robust.analysis import KeptAnalyses, RobustAnalysis, analyse
from rebond.portfolio.robust.cone import Ray
from rebond.portfolio.robust.model import Definition, RobustProblem, Status
from rebond.portfolio.robust.weights import Opinion, WeightInformation, compromises
from rebond.portfolio.scoring import Score
from rebond.portfolio.select import ENVELOPE, joint_problem, least_envelope
from rebond.regimes.readings import Reading
from rebond.units import Euros, agreed

_DECIMALS = 4
CENTS = 100
PROJECTS = "{projets}"
"""Where a remark names its projects."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """What is to be known of the analysis, of some projects: whoever tells it calls them as its reader may."""

    words: str
    """``PROJECTS`` stands for their names."""
    projects: tuple[str, ...] = ()

    def told(self, called: Mapping[str, str]) -> str:
        """In one sentence, each project by its name, else by its reference."""
        return self.words.replace(PROJECTS, ", ".join(called.get(each, each) for each in self.projects))


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
    remarks: tuple[Remark, ...]
    failure: str = ""
    """Why there is no analysis, though there are candidates: what is said of the weights contradicts itself."""
    statuses: Mapping[str, Status] = field(default_factory=dict)
    """Candidate → where it stands."""
    sentences: tuple[str, ...] = ()
    """How far the analysis went, and by which definition."""

    def told_of(self, projects: Collection[str]) -> MissionRobustness:
        """What may be told to whoever reads of these projects only: where each stands, nothing of the others."""
        return replace(
            self,
            problem=replace(self.problem, projects=(), low=(), high=(), rows=()),
            needs={},
            analysis=None,
            opinions=(),
            remarks=(),
            statuses={name: status for name, status in self.statuses.items() if name in projects},
        )


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
    kept_analyses: KeptAnalyses | None = None,
) -> MissionRobustness:
    """Core, borderline and exterior candidates of the call, on the problems of the mission (as ``run_call``).

    ``opinions``: what is said of the weights; without any, the order of the mission's own. When they
    contradict each other the result says so, and has no analysis.
    """
    admitted = admit(entries, envelope=envelope, builder=builder, shared=shared, reading=reading, solved=solved)
    candidates = admitted.candidates
    whole = joint_problem(
        candidates, envelope=envelope.amount, de_minimis_room=shared.de_minimis_room, budgets=shared.budgets
    )
    scores = {entry.project.id: entry.score for entry in entries}
    known = solved if solved is not None else SolvedParts()
    needs: dict[str, Euros] = {}
    never: list[str] = []
    for project in whole.projects:
        least = least_envelope(project, whole, solved=solved)
        if least is None:
            never.append(project.id)
        else:
            needs[project.id] = most_given(project, whole, envelope.amount, known) or least
    kept = {name: scores[name] for name in needs}
    failure = ""
    payers = payers_of(envelope.contributions, {entry.project.id: entry.facts for entry in entries})
    paid = tuple(paid_rows({name: int(needs[name]) for name in kept}, payers, unit=CENTS)) if payers.binding else ()
    given = weights_of(list(kept.values()))
    names = [c.criterion for c in next(iter(kept.values())).criteria] if kept else []
    said = tuple(each.only(names) for each in opinions) or (
        Opinion(who="", information=WeightInformation.order_of(given)),
    )
    try:
        problem, members = robust_problem(kept, needs, envelope.amount, said, top_score, paid=paid)
    except SolverError as error:
        failure, members = str(error), {}
        problem, _ = robust_problem(kept, needs, envelope.amount, (), top_score, paid=paid)
    found = None
    if needs and not failure:
        reference = {name: Fraction(weight) for name, weight in given.items()}
        asked = (replace(problem, rows=()), *map(str, problem.rows), definition, *members.items(), *reference.items())
        found = kept_analyses.get(asked) if kept_analyses else None
        if found is None:
            try:
                found = analyse(problem, seconds=seconds, definition=definition, members=members, reference=reference)
            except SolverError as error:
                failure = str(error)
            if kept_analyses and found:
                kept_analyses.keep(asked, found)
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
        analysis=found,
        failure=failure,
        statuses={p: f.status for p, f in zip(problem.projects, found.result.findings, strict=True)} if found else {},
        sentences=_sentences(found) if found else (),
        opinions=said,
        remarks=(
            *_remarks(never, linked, [c.project.id for c in candidates if c.perhaps], problem),
            *_uncounted(payers, envelope),
        ),
    )


def robust_problem(
    scores: Mapping[str, Score],
    needs: Mapping[str, Euros],
    envelope: Euros,
    opinions: Sequence[Opinion],
    top: int,
    *,
    paid: Sequence[Row] = (),
) -> tuple[RobustProblem, dict[str, tuple[Ray, ...]]]:
    """The candidates as projects under one budget, the envelope; unknown marks anywhere from 0 to the top.

    With the rows of weights of each person who says something of them. ``paid``: the contributors' rules.
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
        rows=(
            Row("enveloppe", {rank: cost for rank, cost in cents.items() if cost}, high=int(envelope * CENTS)),
            *paid,
        ),
        weight_rows=(*agreed, *together),
        weight_names=(*names, *["les compromis entre les membres"] * len(together)),
        unit=Fraction(1, grain),
    )
    return problem, members


def weights_of(scores: Sequence[Score]) -> dict[str, Decimal]:
    """The weights that the mission's scores were computed with."""
    return {c.criterion: c.weight for c in scores[0].criteria} if scores else {}


def _sentences(found: RobustAnalysis) -> tuple[str, ...]:
    return found.result.sentence, f"Définition : {found.result.definition.sentence}."


def _uncounted(payers: Payers, envelope: Envelope) -> Iterator[Remark]:
    """What the envelope's own rules ask beyond what the analysis counts."""
    if payers.binding and any(allowance.low for mine in payers.of.values() for allowance in mine):
        yield Remark(words="le minimum qu'un contributeur donne à chaque projet qu'il paie n'est pas compté ici")
    if envelope.pays_part:
        words = "l'appel paie une part du besoin : chaque candidat est compté servi au plus, ou pas du tout"
        yield Remark(words=words)


def _remarks(
    never: Sequence[str], linked: Sequence[str], perhaps: Sequence[str], problem: RobustProblem
) -> Iterator[Remark]:
    if never:
        words = f"{PROJECTS} : l'enveloppe ne peut légalement les financer entiers, quels que soient les poids"
        yield Remark(words=words, projects=tuple(never))
    if linked:
        count = len(linked)
        words = (
            f"{count} {agreed('candidats', count)} se partagent un compte de minimis ou un budget et sont comptés ici "
            f"chacun pour soi ({PROJECTS})"
        )
        yield Remark(words=words, projects=tuple(linked))
    after = [name for name in perhaps if name in problem.projects]
    if after:
        words = (
            f"{PROJECTS} : un prêt pourrait payer une part de ce qui manque ; la proposition sert les autres "
            "d'abord, cette analyse les compare à égalité"
        )
        yield Remark(words=words, projects=tuple(after))
    unknown = sum(low != high for low, high in zip(problem.low, problem.high, strict=True))
    if unknown:
        has = "ont" if unknown > 1 else "a"
        words = f"{unknown} {agreed('candidats', unknown)} {has} une note inconnue, comptée n'importe où sur l'échelle"
        yield Remark(words=words)
