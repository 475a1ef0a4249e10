"""Runs an entry on a file in a process of its own, under a watch: its time, its memory, and how it ends."""

from __future__ import annotations

import multiprocessing
import os
import resource
import shutil
import signal
import tempfile
import traceback
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from time import monotonic, process_time

from rebond.errors import DataError, RebondError
from tests.hostile.entries import ENTRIES, NotFrenchError, check_faults, prepare

MOST_SECONDS = 10.0
"""Of the processor: another program that is busy is no fault of ours."""
_MOST_WAIT = 300.0
MOST_MEMORY = 512 * 2**20
_ROOM = 6 * 2**30
"""Address space that a worker may take beyond what it has: libraries map far more than they use."""
_TIRED = 230 * 2**20
_FORK = multiprocessing.get_context("fork")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How one file ended: ``accepté``, ``refusé``, or what must never be."""

    name: str
    end: str
    detail: str = ""
    seconds: float = 0.0
    memory: int = 0

    @property
    def is_wrong(self) -> bool:
        return self.end not in {"accepté", "refusé"}


class Worker:
    """A forked process that runs one file after another; a new one takes its place when it dies or hangs."""

    def __init__(self) -> None:
        prepare()
        self._home = Path(tempfile.mkdtemp(prefix="hostile-"))
        self._start()

    def _start(self) -> None:
        self._pipe, child = _FORK.Pipe()
        self._process = _FORK.Process(target=_serve, args=(child, self._home), daemon=True)
        self._process.start()
        child.close()

    def run(self, entry: str, name: str, content: bytes) -> Outcome:
        """Give a file to an entry."""
        path = self._home / name
        path.write_bytes(content)
        started = monotonic()
        self._pipe.send((entry, name))
        try:
            answered = self._pipe.poll(_MOST_WAIT)
            end, detail, seconds, memory = self._pipe.recv() if answered else ("bloqué", "", _MOST_WAIT, 0)
        except EOFError:
            answered = False
            self._process.join()
            end, detail, seconds, memory = "mort", f"signal {self._process.exitcode}", monotonic() - started, 0
        if not answered:
            self._process.kill()
            self._process.join()
            self._start()
        path.unlink(missing_ok=True)
        if answered and memory > _TIRED:
            # What an allocator keeps of one file must not count against the next.
            self._process.kill()
            self._process.join()
            self._start()
        if end in {"accepté", "refusé"} and seconds > MOST_SECONDS:
            end = "trop long"
        if end in {"accepté", "refusé"} and memory > MOST_MEMORY:
            end, detail = "trop de mémoire", f"{memory >> 20} Mo"
        return Outcome(name=f"{entry}/{name}", end=end, detail=detail, seconds=seconds, memory=memory)

    def close(self) -> None:
        """End the process and remove its files."""
        self._process.kill()
        self._process.join()
        shutil.rmtree(self._home, ignore_errors=True)


def run_all(cases: Iterable[tuple[str, str, bytes]]) -> Iterator[Outcome]:
    """Every case, one after another."""
    worker = Worker()
    try:
        for case in cases:
            yield worker.run(*case)
    finally:
        worker.close()


_OWN = 150 << 20
"""What the code of the product takes by itself, counted with each file."""


def _serve(pipe: Connection, home: Path) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with open(os.devnull, "wb") as nowhere:  # noqa: PTH123 - a descriptor, not a path
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)
    taken, resident = (
        int(pages) * resource.getpagesize()
        for pages in Path("/proc/self/statm").read_text(encoding="ascii").split()[:2]
    )
    # A process that forks late hands down what its other tests hold: that is not the file's.
    inherited = max(0, resident - _OWN)
    resource.setrlimit(resource.RLIMIT_AS, (taken + _ROOM, taken + _ROOM))
    while True:
        try:
            entry, name = pipe.recv()
        except EOFError:
            return
        out = home / "sortie"
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir()
        _forget_peak()
        started = process_time()
        end, detail = _end_of(entry, home / name, out)
        pipe.send((end, detail, process_time() - started, max(0, _peak() - inherited)))


def _end_of(entry: str, path: Path, out: Path) -> tuple[str, str]:
    try:
        ENTRIES[entry](path, out)
    except DataError as error:
        try:
            check_faults(error.faults)
        except NotFrenchError as wrong:
            return "phrase", str(wrong)
        left = sorted(each.name for each in out.iterdir())
        return ("reste", ", ".join(left)) if left else ("refusé", str(error)[:300])
    except RebondError as error:
        return "échec", f"{type(error).__name__} : {error}"[:300]
    except BaseException:  # noqa: BLE001 - whatever ends an entry is what is sought
        return "trace", traceback.format_exc()[-1500:]
    return "accepté", ""


def _forget_peak() -> None:
    try:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    except OSError:
        return


def _peak() -> int:
    for line in Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return 0
