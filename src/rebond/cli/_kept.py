"""The rules of a catalogue kept from one command to the next: reading its files takes longer than a plan.

They are kept in the user's own cache folder, in a file that others cannot write, under a name that says all that they
come from. Nothing rests on them: a file that is absent, of another version, cut short or changed is read anew.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import rebond
from rebond.cli._home import home, is_ours
from rebond.data import data_folder
from rebond.study.rulebook import Rulebook, load_rulebook

_PARTS = ("dispositifs", "regimes", "zonages", "referentiels", "schemas")
_NOT_READ = ("bulk", "cli", "web")
"""Parts of Rebond that make nothing of a rulebook."""
_MOST_FILES, _MOST_BYTES = 5_000, 64_000_000
"""Beyond, it is no catalogue: nothing is kept of it."""
_MOST_KEPT = 4
_ENDING = ".regles"
_DIGEST = hashlib.sha256


def kept_rulebook(folder: Path) -> Rulebook:
    """The rules of a catalogue, as ``load_rulebook`` reads them; raises ``CatalogueError`` as it does."""
    try:
        file = home() / f"{_name(folder)}{_ENDING}"
        kept = _read(file)
    except (OSError, RuntimeError):  # no home of the user, a file that cannot be read: its faults are said elsewhere
        return load_rulebook(folder)
    if kept is not None:
        return kept
    rulebook = load_rulebook(folder)
    with suppress(OSError, pickle.PicklingError):
        _write(file, rulebook)
    return rulebook


def _name(folder: Path) -> str:
    """The digest of all that the rules come from: the files of the catalogue, the code that reads them."""
    told = _DIGEST(f"{rebond.__version__} {sys.version} {folder} {folder.resolve()}".encode())
    for path in _code():
        told.update(f"{path} {path.stat().st_mtime_ns} {path.stat().st_size}".encode())
    files = bytes_read = 0
    for read in dict.fromkeys((data_folder(), folder)):
        for path in _files(read):
            text = path.read_bytes() if bytes_read + path.stat().st_size <= _MOST_BYTES else b""
            files, bytes_read = files + 1, bytes_read + len(text)
            if files > _MOST_FILES or len(text) != path.stat().st_size:
                raise OSError("too much to be a catalogue")
            told.update(f"{path.relative_to(read)} {len(text)} ".encode() + text)
    return told.hexdigest()


def _code() -> Iterator[Path]:
    package = Path(rebond.__file__).parent
    for part in sorted(package.iterdir()):
        if part.suffix == ".py":
            yield part
        elif part.is_dir() and part.name not in _NOT_READ:
            yield from sorted(part.rglob("*.py"))


def _files(catalogue: Path) -> Iterator[Path]:
    yield from sorted(path for path in catalogue.iterdir() if path.is_file() and path.suffix in {".csv", ".yaml"})
    for part in _PARTS:
        yield from sorted(path for path in (catalogue / part).rglob("*") if path.is_file())


def _read(file: Path) -> Rulebook | None:
    """What was kept; ``None`` when there is nothing, or nothing that this user wrote whole."""
    if not (file.is_file() and is_ours(file.parent) and is_ours(file)):
        return None
    written, _, packed = file.read_bytes().partition(b"\n")
    if written != _DIGEST(packed).hexdigest().encode():
        return None
    kept = pickle.loads(packed)  # noqa: S301 – our own file, in a folder where only this user writes, checked above
    return kept if isinstance(kept, Rulebook) else None


def _write(file: Path, rulebook: Rulebook) -> None:
    """Keep the rules, whole or not at all; the oldest kept give way."""
    packed = pickle.dumps(rulebook, protocol=pickle.HIGHEST_PROTOCOL)
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not is_ours(file.parent):
        return
    handle, temporary = tempfile.mkstemp(dir=file.parent)
    try:
        with os.fdopen(handle, "wb") as written:
            written.write(_DIGEST(packed).hexdigest().encode() + b"\n" + packed)
        Path(temporary).replace(file)
    finally:
        Path(temporary).unlink(missing_ok=True)
    kept = sorted(file.parent.glob(f"*{_ENDING}"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    for old in kept[_MOST_KEPT:]:
        old.unlink(missing_ok=True)
