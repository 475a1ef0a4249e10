"""Writing that is never seen half done: a folder of files, or one file, is the old one or the new one.

A run writes in a draft of its own, beside; then the draft takes the place of the folder in one gesture of the system
where it can, and otherwise file by file in an order that never mixes two runs: the old ones leave, then the new ones
come, and a run that died between is finished by the next. A draft is locked by its process: what a dead one left is
swept. See docs/adr/0021.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import shutil
import stat
import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from rebond.errors import DataError, Fault

DRAFT, _READY, _GONE = ".brouillon", ".complet", ".retire"
_AT_CWD, _EXCHANGE = -100, 2
_SHORT = 40
"""Letters of a name kept in that of its draft: a letter takes up to four of the 255 bytes of a name."""


@contextmanager
def written_folder(out: Path, *, owned: Collection[str] = ()) -> Iterator[Path]:
    """A draft to write the files of a run in; they take their place in ``out`` together at the end, or none does.

    ``owned``: names that belong to the runs; those that this run does not write leave with the earlier one. Other
    files of the folder are left alone. Raises ``DataError`` when another run writes in the same folder.
    """
    out = Path(os.path.realpath(out))
    made = _make(out)
    try:
        with locked(out):
            _settle(out)
            draft = _new_draft(out, owned)
            try:
                with locked(draft):
                    yield draft
                    _publish(draft, out, owned)
            finally:
                shutil.rmtree(draft, ignore_errors=True)
    finally:
        if made:
            # A folder made for results that did not come is not left behind; one that holds them cannot be removed.
            with suppress(OSError):
                out.rmdir()


@contextmanager
def written_file(path: Path) -> Iterator[Path]:
    """A draft of one file, beside it; it takes the place of the file at the end, or the file stays as it was."""
    path = Path(os.path.realpath(path))
    if path.exists() and not path.is_file():
        # A device, such as /dev/stdout, has no place to be replaced in.
        yield path
        return
    _sweep_files(path)
    handle, name = tempfile.mkstemp(prefix=f".{path.stem[:_SHORT]}-", suffix=f"{DRAFT}{path.suffix}", dir=path.parent)
    draft = Path(name)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        draft.chmod(stat.S_IMODE(path.stat().st_mode) if path.exists() else 0o666 & ~_umask())
        yield draft
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
        os.close(handle)


def settle_folder(out: Path) -> None:
    """Finish what a run that died had begun, and sweep its drafts; nothing while another run writes there."""
    out = Path(os.path.realpath(out))
    if out.is_dir():
        with suppress(DataError, OSError), locked(out):
            _settle(out)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """The folder is this process's to write in; the system frees it when the process ends, however it ends."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            where = f"dossier « {folder.name} »"
            mend = "attendre qu'il finisse, ou choisir un autre dossier"
            raise DataError([Fault(where=where, problem="un autre calcul y écrit déjà", mend=mend)]) from error
        except OSError:
            # A network disk without locks: the order of the gestures alone protects.
            pass
        yield
    finally:
        os.close(handle)


def _make(out: Path) -> bool:
    if out.is_dir():
        return False
    out.mkdir(parents=True)
    return True


def _new_draft(out: Path, owned: Collection[str]) -> Path:
    """Beside the folder when the two can be exchanged; else within it, as it may be the only place to write."""
    beside = _may_exchange(out, owned) and not os.path.ismount(out) and os.access(out.parent, os.W_OK)
    if beside and out.parent.stat().st_dev == out.stat().st_dev:
        home, prefix = out.parent, f".{out.name[:_SHORT]}-"
    else:
        home, prefix = out, "."
    draft = Path(tempfile.mkdtemp(prefix=prefix, suffix=DRAFT, dir=home))
    draft.chmod(stat.S_IMODE(out.stat().st_mode))
    return draft


def _may_exchange(out: Path, owned: Collection[str]) -> bool:
    """Whether the folder holds only files of runs: another, such as an open database, must not move."""
    return all(path.name in owned and path.is_file() for path in out.iterdir())


def _publish(draft: Path, out: Path, owned: Collection[str]) -> None:
    names = sorted(path.name for path in draft.iterdir())
    for name in names:
        if (out / name).is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(out / name))
    if draft.parent != out and _may_exchange(out, {*owned, *names}) and exchange(draft, out):
        for path in draft.iterdir():
            # What someone put there meanwhile is no part of the earlier run.
            if path.name not in owned and not (out / path.name).exists():
                path.replace(out / path.name)
        return
    if draft.parent != out:
        inside = Path(tempfile.mkdtemp(prefix=".", suffix=DRAFT, dir=out))
        for name in names:
            shutil.move(draft / name, inside / name)
        draft = inside
    leaving = sorted(name for name in {*owned, *names} if (out / name).is_file())
    (draft / _GONE).write_text("\n".join(leaving), encoding="utf-8", errors="surrogateescape")
    ready = draft.with_name(draft.name.removesuffix(DRAFT) + _READY)
    draft.rename(ready)
    # From here the new run is whole on the disk: it will be finished even by another process.
    _finish(ready, out)


def _finish(ready: Path, out: Path) -> None:
    """The old files leave, then the new ones come; begun again from any point, it ends the same."""
    listed = ready / _GONE
    if listed.is_file():
        for name in listed.read_text(encoding="utf-8", errors="surrogateescape").split("\n"):
            if name:
                (out / name).unlink(missing_ok=True)
        listed.unlink()
    for path in sorted(ready.iterdir()):
        path.replace(out / path.name)
    ready.rmdir()


def _settle(out: Path) -> None:
    for ready in sorted(out.glob(f".*{_READY}")):
        _finish(ready, out)
    _sweep(out, f".*{DRAFT}")
    sweep_beside(out)


def sweep_beside(folder: Path) -> None:
    """Remove the drafts that dead runs left beside a folder."""
    _sweep(folder.parent, f".{_escaped(folder.name[:_SHORT])}-*{DRAFT}")


def _sweep(home: Path, pattern: str) -> None:
    for draft in home.glob(pattern):
        if draft.is_dir() and not draft.is_symlink() and _is_free(draft):
            shutil.rmtree(draft, ignore_errors=True)


def _sweep_files(path: Path) -> None:
    for draft in path.parent.glob(f".{_escaped(path.stem[:_SHORT])}-*{DRAFT}{_escaped(path.suffix)}"):
        if draft.is_file() and not draft.is_symlink() and _is_free(draft):
            draft.unlink(missing_ok=True)


def _escaped(name: str) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in name)


def _is_free(path: Path) -> bool:
    """Whether no living process holds a draft."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(handle)
    return True


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def exchange(one: Path, other: Path) -> bool:
    """Exchange two folders in one gesture; ``False`` where the system or the disk cannot."""
    rename: Callable[..., int] | None = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    return rename(_AT_CWD, os.fsencode(one), _AT_CWD, os.fsencode(other), _EXCHANGE) == 0
