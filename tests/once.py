"""What is long to make and the same for all is made by one process of a run, and read by the others."""

import fcntl
import pickle
import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
_OF_A_RUN = re.compile(r"pytest-\d+")


def once(name: str, make: Callable[[Path], object], *, near: Path) -> Path:
    """A folder that the first test process to ask for it makes, and that those of the same run share.

    ``near``: any temporary path of the run; pytest removes it all.
    """
    root = next((folder for folder in near.parents if _OF_A_RUN.fullmatch(folder.name)), near.parent)
    with (root / f"{name}.verrou").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (root / name).exists():
            draft = root / f"{name}.brouillon"
            draft.mkdir()
            make(draft)
            draft.rename(root / name)
    return root / name


def found_once(kind: type[T], name: str, find: Callable[[], T], *, near: Path) -> T:
    """The same of a value: the first process finds it, and keeps it for the others."""

    def make(folder: Path) -> None:
        (folder / "trouve.pickle").write_bytes(pickle.dumps(find()))

    found = pickle.loads((once(name, make, near=near) / "trouve.pickle").read_bytes())
    assert isinstance(found, kind)
    return found
