"""Allocation conjointe : valeur, borne, écart, temps et mémoire, à côté du programme unique par HiGHS et par CBC.

Generated territories: 77 x 40 and 1 000 x 100 (five seeds), 10 000 x 300 (one); ``--taille``, ``--graines``,
``--secondes`` and ``--moteurs`` run a part of it. Each engine runs in its own process, whose memory is that of its
whole tree at its highest, and is stopped when it does not stop by itself: half as much again of the time given, plus a
minute. What each finds and proves is told, its time on the clock and on the processors, the load of the machine when
it began. PuLP calls optimal what a time limit stopped: CBC's bound is read in its own log. The allocation counts in
whole euros, every plan audited; the single programmes (``_portfolio_one``) count their own point. A whole run takes 75
minutes.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path

from bench._portfolio_one import cbc_alone, highs_alone
from rebond.portfolio.joint.generated import territory
from rebond.portfolio.joint.outcome import run_allocation

Found = Mapping[str, float | None]
Engine = Callable[[int, int, int, float], Found]
_PROCESSES = 2
_GRACE = 60.0
"""Seconds beyond half as much again of its time after which an engine is stopped."""
_PAUSE = 0.25
_NOTHING = 1e-6
"""A value that is none: what a solver's tolerance leaves of the empty choice."""


@dataclass(frozen=True)
class Size:
    """A territory's size, its seeds, the time given, the gap wanted in per cent."""

    projects: int
    schemes: int
    seeds: tuple[int, ...]
    seconds: float
    goal: float | None = None


_SIZES = (
    Size(77, 40, (1, 2, 3, 4, 5), 60),
    Size(1000, 100, (1, 2, 3, 4, 5), 120, 0.2),
    Size(10000, 300, (1,), 600, 0.5),
)
_QUICK = (Size(24, 8, (1,), 4), Size(220, 20, (1,), 8))


def options(group: argparse._ArgumentGroup) -> None:
    """What part of it to run."""
    group.add_argument("--taille", action="append", metavar="PROJETSxDISPOSITIFS", help="77x40, 1000x100, 10000x300…")
    group.add_argument("--graines", metavar="1,2…", help="par défaut : toutes celles de la taille")
    group.add_argument("--secondes", type=float, help="temps donné à chaque moteur")
    group.add_argument("--moteurs", metavar="rebond,highs,cbc", help="par défaut : les trois")


def main(*, rapide: bool, asked: argparse.Namespace) -> None:
    """Print one line an engine and a territory."""
    print(f"{'territoire':>14} {'graine':>6}  {'moteur':<12} {'valeur':>12} {'borne':>12} {'écart':>9}", end="")
    print(f" {'temps':>8} {'proc.':>8} {'mémoire':>9} {'charge':>7}")
    names = (asked.moteurs or ",".join(_ENGINES)).split(",")
    for size in _sizes(_QUICK if rapide else _SIZES, asked):
        for seed in size.seeds:
            for name in names:
                _report(size, seed, *_ENGINES[name])
        if size.goal is not None:
            print(f"  but : écart sous {size.goal} % en {size.seconds:.0f} s sur {_PROCESSES} processeurs")


def _sizes(usual: Sequence[Size], asked: argparse.Namespace) -> Iterator[Size]:
    known = {f"{size.projects}x{size.schemes}": size for size in usual}
    for name in asked.taille or known:
        projects, _, schemes = name.partition("x")
        size = known.get(name) or Size(int(projects), int(schemes), (1,), 60)
        seeds = tuple(map(int, asked.graines.split(","))) if asked.graines else size.seeds
        yield replace(size, seeds=seeds, seconds=asked.secondes or size.seconds)


def allocation(projects: int, schemes: int, seed: int, seconds: float) -> Found:
    """Rebond's own, to the same gap as the others seek: none."""
    drawn = territory(projects, schemes, seed=seed)
    outcome = run_allocation(drawn, seconds=seconds, target=1e-6, processes=_PROCESSES)
    return {"value": outcome.value, "bound": outcome.bound, "given_up": len(outcome.given_up)}


_ENGINES: dict[str, tuple[str, Engine]] = {
    "rebond": ("Rebond", allocation),
    "highs": ("HiGHS", highs_alone),
    "cbc": ("PuLP et CBC", cbc_alone),
}


def _report(size: Size, seed: int, name: str, engine: Engine) -> None:
    began, load = time.monotonic(), os.getloadavg()[0]
    found, memory = _apart(engine, size, seed)
    took = time.monotonic() - began
    value, bound, busy = (found.get(key) for key in ("value", "bound", "busy"))
    gap = None if value is None or bound is None or value <= _NOTHING else 100 * max(0.0, bound - value) / value
    cells = (_cell(value, 12, 1), _cell(bound, 12, 1), _cell(gap, 8, 3) + "%", _cell(took, 7, 1) + "s")
    print(f"{size.projects:>8} x {size.schemes:<3} {seed:>6}  {name:<12}", *cells, _cell(busy, 7, 1) + "s", end="")
    given_up = f" {found['given_up']:.0f} sans plan" if found.get("given_up") else ""
    print(f" {memory / 1e6:>6.0f} Mo {load:>7.1f}{given_up}", flush=True)


def _cell(number: float | None, width: int, decimals: int) -> str:
    return f"{'—' if number is None else format(number, f'.{decimals}f'):>{width}}"


def _apart(engine: Engine, size: Size, seed: int) -> tuple[Found, int]:
    """What an engine finds in a process of its own, and the most memory of that process and of those that it starts."""
    context = multiprocessing.get_context("spawn")
    line, other = context.Pipe()
    process = context.Process(target=_run, args=(other, engine, size, seed))
    process.start()
    other.close()
    memory, deadline = 0, time.monotonic() + 1.5 * size.seconds + _GRACE
    while not line.poll(_PAUSE) and process.is_alive() and time.monotonic() < deadline:
        memory = max(memory, sum(_resident(each) for each in _tree(process.pid or 0)))
    found: Found = {}
    if line.poll():
        with suppress(EOFError):
            found = line.recv()
    process.join(1.0)
    if process.is_alive() and process.pid:
        os.killpg(process.pid, signal.SIGKILL)
        process.join()
    return found, memory


def _run(line: Connection, engine: Engine, size: Size, seed: int) -> None:
    os.setsid()
    found = engine(size.projects, size.schemes, seed, size.seconds)
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    line.send({**found, "busy": sum(each.ru_utime + each.ru_stime for each in used)})


def _tree(process: int) -> Iterator[int]:
    yield process
    with suppress(OSError):
        for task in Path(f"/proc/{process}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield from _tree(int(child))


def _resident(process: int) -> int:
    with suppress(OSError):
        pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")
    return 0
