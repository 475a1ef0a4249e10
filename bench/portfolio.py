"""Allocation conjointe : valeur, borne, écart, temps et mémoire, à côté du programme unique par HiGHS et par CBC.

Generated territories: 77 x 40 and 1 000 x 100 (five seeds), 10 000 x 300 (one). Each engine runs in its own process,
whose memory is that of its whole tree at its highest, and is stopped when it does not stop by itself. PuLP gives no
bound of CBC, and calls optimal what a time limit stopped. The allocation counts in whole euros, every plan audited; the
single programmes (``_portfolio_one``) count their own point. A whole run takes 75 minutes.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
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


def main(*, rapide: bool) -> None:
    """Print one line an engine and a territory."""
    print(f"{'territoire':>14} {'graine':>6}  {'moteur':<12} {'valeur':>12} {'borne':>12} {'écart':>9}", end="")
    print(f" {'temps':>8} {'proc.':>8} {'mémoire':>9}")
    for size in _QUICK if rapide else _SIZES:
        for seed in size.seeds:
            for name, engine in (("Rebond", allocation), ("HiGHS", highs_alone), ("PuLP et CBC", cbc_alone)):
                _report(size, seed, name, engine)
        if size.goal is not None:
            print(f"  but : écart sous {size.goal} % en {size.seconds:.0f} s sur {_PROCESSES} processeurs")


def allocation(projects: int, schemes: int, seed: int, seconds: float) -> Found:
    """Rebond's own, to the same gap as the others seek: none."""
    drawn = territory(projects, schemes, seed=seed)
    outcome = run_allocation(drawn, seconds=seconds, target=1e-6, processes=_PROCESSES)
    return {"value": outcome.value, "bound": outcome.bound, "given_up": len(outcome.given_up)}


def _report(size: Size, seed: int, name: str, engine: Engine) -> None:
    began = time.monotonic()
    found, memory = _apart(engine, size, seed)
    took = time.monotonic() - began
    value, bound, busy = (found.get(key) for key in ("value", "bound", "busy"))
    gap = None if value is None or bound is None or value <= 0 else 100 * max(0.0, bound - value) / value
    cells = (_cell(value, 12, 1), _cell(bound, 12, 1), _cell(gap, 8, 3) + "%", _cell(took, 7, 1) + "s")
    print(f"{size.projects:>8} x {size.schemes:<3} {seed:>6}  {name:<12}", *cells, _cell(busy, 7, 1) + "s", end="")
    print(
        f" {memory / 1e6:>6.0f} Mo", "" if not found.get("given_up") else f"{found['given_up']} sans plan", flush=True
    )


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
