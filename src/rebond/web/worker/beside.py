"""The worker that a site keeps beside it: started with it, started again when it dies, stopped with it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from contextlib import suppress

_LOOK = 0.5
_LEAST, _MOST = 1.0, 60.0
"""Seconds before a worker that died is started again: each time longer when it dies young."""
_OLD = 60.0
_END = 10.0


class Beside:
    """One worker, watched from a thread. Should the site be killed, the worker sees it and ends."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._watch, name="calcul", daemon=True)

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """Stop the worker; what it was doing is begun again by the next one."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=_END)

    def _watch(self) -> None:
        wait = _LEAST
        while not self._stop.is_set():
            began = time.monotonic()
            process = self._process = self._started()
            # The server may learn of the death first, and leave nothing to be waited for: ``poll`` knows both.
            while process.poll() is None and not self._stop.wait(_LOOK):
                pass
            if process.poll() is None:
                _end(process)
            elif not self._stop.is_set():
                wait = _LEAST if time.monotonic() - began > _OLD else min(2 * wait, _MOST)
                self._stop.wait(wait)

    def _started(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "rebond.web.worker", "etudes", str(os.getpid())]
        return subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603 - our own module


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    deadline = time.monotonic() + _END / 2
    while process.poll() is None and time.monotonic() < deadline:
        time.sleep(_LOOK / 10)
    with suppress(ProcessLookupError):
        if process.poll() is None:
            process.kill()
