"""Sacs à dos tirés comme mknapcb (Chu et Beasley 1998) : `solve-mkp` et HiGHS tel quel, à temps égal.

Uses are drawn from 0 to 1 000, rooms are a share of their sum, values follow the uses: what makes the published
instances hard. One line an instance: value and bound of both engines, in the same seconds of the clock.
"""

from __future__ import annotations

import argparse
import random
import time
from decimal import Decimal

import highspy

from rebond.portfolio.choosing.binary import programme
from rebond.portfolio.choosing.instance import Instance, Limit, select
from rebond.portfolio.choosing.row import Row
from rebond.units import format_number

_SIZES = tuple((items, limits) for items in (100, 250, 500) for limits in (5, 10, 30))
_TIGHTNESS = (0.25, 0.5, 0.75)


def options(group: argparse._ArgumentGroup) -> None:
    """Seconds an instance and engine."""
    group.add_argument("--sac-secondes", type=float, default=30.0, help="secondes par instance et par moteur")


def generated(items: int, limits: int, tightness: float, seed: int) -> Instance:
    """An instance after Chu and Beasley, « A genetic algorithm for the multidimensional knapsack problem »."""
    draw = random.Random(f"{items}.{limits}.{tightness}.{seed}")
    uses = [[draw.randint(0, 1000) for _ in range(items)] for _ in range(limits)]
    values = [sum(column) // limits + draw.randint(0, 500) for column in zip(*uses, strict=True)]
    return Instance(
        name=f"{limits}.{items}, {tightness:g}",
        items=tuple(str(rank) for rank in range(items)),
        values=tuple(map(Decimal, values)),
        limits=tuple(
            Limit(name=f"limite {k}", used=tuple(map(Decimal, row)), room=Decimal(int(tightness * sum(row))))
            for k, row in enumerate(uses)
        ),
    )


def plain(instance: Instance, seconds: float) -> tuple[float, float, float]:
    """Value, bound and seconds of HiGHS with its own settings, one thread."""
    rows = [
        Row(limit.name, {i: int(used) for i, used in enumerate(limit.used) if used}, high=int(limit.room))
        for limit in instance.limits
    ]
    highs = highspy.Highs()  # type: ignore[no-untyped-call]  # highspy ships partial types
    lp = programme(len(instance.items), rows)
    lp.col_cost_ = [-float(value) for value in instance.values]
    for option, value in (("output_flag", False), ("threads", 1), ("time_limit", seconds)):
        highs.setOptionValue(option, value)
    highs.passModel(lp)
    began = time.monotonic()
    highs.run()
    info = highs.getInfo()
    return -info.objective_function_value, -info.mip_dual_bound, time.monotonic() - began


def main(*, rapide: bool, asked: argparse.Namespace) -> None:
    """Print one line an instance."""
    seconds = 2.0 if rapide else asked.sac_secondes
    print(f"{'instance':18} {'solve-mkp':>10} {'borne':>10} {'s':>6}   {'HiGHS':>10} {'borne':>10} {'s':>6}")
    for items, limits in _SIZES[:1] if rapide else _SIZES:
        for tightness in _TIGHTNESS:
            instance = generated(items, limits, tightness, 1)
            mine = select(instance, seconds=seconds)
            value, bound, took = plain(instance, seconds)
            print(
                f"{instance.name:18} {mine.value:>10} {'–' if mine.bound is None else mine.bound:>10} "
                f"{format_number(mine.seconds, 1):>6}   {value:>10.0f} {bound:>10.1f} {format_number(took, 1):>6}"
                f"  {'=' if mine.value == round(value) else '>' if mine.value > value else '<'}",
                flush=True,
            )
