"""Choix robuste : 77 candidats classés, poids par intervalles et par ordre, jusqu'au résultat complet.

Generated candidates: six criteria, costs of 20 to 300 k€ under an envelope of 2 M€, alone or with a ceiling in each of
four sectors; the hardest of the first twenty seeds (11) is among those run. The statuses, the witnesses and the least
regret are timed together (goal: 5 s of processor with intervals of weights, 15 s with an order), then what would settle
the projects on the edge, in the time that the worker gives. Five limits that overlap on half of the candidates each,
and marks by intervals beyond some thirty candidates, may not end: the result says so.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from decimal import Decimal
from fractions import Fraction

from rebond.portfolio.choosing.row import Row
from rebond.portfolio.robust.classify import Classification
from rebond.portfolio.robust.model import RobustProblem
from rebond.portfolio.robust.settle import what_would_settle
from rebond.portfolio.robust.weights import WeightInformation
from rebond.units import format_number

_GOALS = {"intervalles": 5.0, "ordre": 15.0}
_CRITERIA = tuple(f"c{rank}" for rank in range(6))
_WEIGHTS = dict(zip(_CRITERIA, map(Decimal, (25, 20, 15, 15, 15, 10)), strict=True))
_TOP, _GRAIN = 5, 10_000
_ENVELOPE = 2_000_000
_SECTORS, _OF_A_SECTOR = 4, 700_000
_SECONDS = 300.0
"""On the clock: a machine shared with others takes several times the processor's."""
_WORKER_SECONDS = 4.0


def generated(
    count: int, seed: int, *, kind: str, unknown: float = 0.0, limits: int = 1, sectors: int = 0
) -> RobustProblem:
    """Candidates of a call: three computed marks and three given ones, of which a share is unknown."""
    draw = random.Random(seed)
    low, high = [], []
    for _ in range(count):
        marks = [draw.randint(0, 50) * _GRAIN // 10 for _ in range(3)] + [draw.randint(0, 5) * _GRAIN for _ in range(3)]
        lacking = [draw.random() < unknown for _ in marks]
        low.append(tuple(0 if out else mark for out, mark in zip(lacking, marks, strict=True)))
        high.append(tuple(_TOP * _GRAIN if out else mark for out, mark in zip(lacking, marks, strict=True)))
    costs = [draw.randint(20, 300) * 1000 for _ in range(count)]
    rows = [Row("enveloppe", dict(enumerate(costs)), high=_ENVELOPE)]
    for rank in range(1, limits):
        part = {item: draw.randint(1, 20) for item in range(count) if draw.random() < 0.5}
        rows.append(Row(f"limite {rank}", part, high=sum(part.values()) // 4))
    of = [draw.randrange(sectors) for _ in range(count)] if sectors else []
    for sector in range(sectors):
        mine = {item: costs[item] for item in range(count) if of[item] == sector}
        rows.append(Row(f"filière {sector}", mine, high=_OF_A_SECTOR))
    said = {
        "intervalles": WeightInformation.around(_WEIGHTS, Decimal("0.5")),
        "ordre": WeightInformation(ranks=[[name] for name in _CRITERIA]),
    }[kind]
    return RobustProblem(
        projects=tuple(f"P{rank:03}" for rank in range(count)),
        criteria=_CRITERIA,
        low=tuple(low),
        high=tuple(high),
        rows=tuple(rows),
        weight_rows=tuple(said.rows(_CRITERIA)),
        unit=Fraction(1, _GRAIN),
    )


def main(*, rapide: bool) -> None:
    """Print one line an instance."""
    count, seeds = (20, (1,)) if rapide else (77, (1, 2, 3, 8, 11))
    print(f"{'instance':44} {'UC':>6} {'horloge':>8}  complet  statuts ; questions examinées, laissées")
    for kind, goal in _GOALS.items():
        for sectors in (0, _SECTORS):
            for seed in seeds:
                name = f"{kind}, {sectors} plafonds de filière, graine {seed}"
                _run(name, generated(count, seed, kind=kind, sectors=sectors), goal)
    if not rapide:
        _run("intervalles, 5 limites croisées", generated(count, 1, kind="intervalles", limits=6), None)
    for some in (14, 24) if not rapide else (10,):
        problem = generated(some, 1, kind="ordre", unknown=0.1)
        _run(f"{some} candidats, notes inconnues 10 %", problem, None)


def _run(name: str, problem: RobustProblem, goal: float | None) -> None:
    cpu, clock = time.process_time(), time.monotonic()
    known = Classification(problem, seconds=_SECONDS)
    spent, waited = time.process_time() - cpu, time.monotonic() - clock
    settling = what_would_settle(known, seconds=_WORKER_SECONDS)
    count = Counter(finding.status.label for finding in known.result.findings)
    told = ", ".join(f"{label} {number}" for label, number in sorted(count.items()))
    verdict = "" if goal is None else f" {'tenu' if spent <= goal else 'PASSÉ'} ({goal:g} s)"
    print(
        f"{name:44} {format_number(spent, 1):>6} {format_number(waited, 1):>8}  "
        f"{'oui' if known.result.complete else 'non':7}  {told} ; {len(settling.examined)}, {settling.left}{verdict}",
        flush=True,
    )
