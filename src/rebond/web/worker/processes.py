"""Which process this is, and whether another one still lives: only for those of the same machine."""

from __future__ import annotations

import hashlib
import socket
from functools import lru_cache
from pathlib import Path

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_PIDS = Path("/proc/self/ns/pid")
_AFTER_NAME = ")"
_START = 19
"""Rank of the start time among what follows the name in ``/proc/PID/stat``."""


@lru_cache(maxsize=1)
def machine() -> str:
    """Where the numbers of processes mean something: this machine since it started, in this container."""
    parts = [socket.gethostname()]
    try:
        parts += [_BOOT.read_text(encoding="ascii").strip(), str(_PIDS.readlink())]
    except OSError:
        return ""
    return hashlib.sha256("|".join(parts).encode()).hexdigest()


def started(pid: int) -> str:
    """When a process began: a later one that took its number began at another time. Empty: none, or not told here."""
    try:
        told = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    fields = told.rpartition(_AFTER_NAME)[2].split()
    return "" if fields[0] in {"Z", "X"} else fields[_START]


def is_gone(where: str, pid: int, since: str) -> bool:
    """Whether a process has certainly ended: of another machine, that cannot be known."""
    return bool(machine()) and where == machine() and started(pid) != since
