"""A process killed at every step of writing: a folder is the old one or the new one, never a mixture."""

from __future__ import annotations

import errno
import fcntl
import os
import signal
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from rebond.data import outfolder
from rebond.data.outfolder import settle_folder, written_file, written_folder
from rebond.errors import DataError
from rebond.web.instance import settle_documents

OWNED = ("a.txt", "b.txt", "c.txt", "d.txt")
OLD = dict.fromkeys(("a.txt", "b.txt", "c.txt"), "ancien")
NEW = dict.fromkeys(("a.txt", "b.txt", "d.txt"), "nouveau")
_STEPS = {
    "open",
    "os.rename",
    "os.remove",
    "os.rmdir",
    "os.mkdir",
    "os.link",
    "os.symlink",
    "os.chmod",
    "shutil.move",
    "shutil.rmtree",
    "ctypes.get_errno",
    "ctypes.dlsym",
    "tempfile.mkdtemp",
    "os.listdir",
    "os.scandir",
    "pathlib.Path.glob",
}


def write(folder: Path, files: dict[str, str]) -> None:
    with written_folder(folder, owned=OWNED) as draft:
        for name, text in files.items():
            (draft / name).write_text(text, encoding="utf-8")


def content(folder: Path) -> dict[str, str]:
    """The files of runs that people see."""
    return {name: (folder / name).read_text(encoding="utf-8") for name in OWNED if (folder / name).is_file()}


def killed_at(step: int, work: Callable[[], None]) -> bool:
    """Run in a fork that kills itself before its nth gesture on the disk; whether it lived to be killed."""
    child = os.fork()
    if child == 0:
        left = [step]

        def count(event: str, _: object) -> None:
            if event in _STEPS:
                left[0] -= 1
                if left[0] < 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(count)
        work()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


@pytest.mark.parametrize("foreign", [False, True], ids=["dossier à soi", "dossier partagé"])
@pytest.mark.parametrize("exchange", [True, False], ids=["échange", "un à un"])
def test_a_kill_at_any_step_leaves_one_run_and_the_next_run_is_whole(
    tmp_path: Path, foreign: bool, exchange: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not exchange:
        monkeypatch.setattr(outfolder, "exchange", lambda *_: False)
    seen: set[str] = set()
    for step in range(200):
        home = tmp_path / str(step)
        out = home / "resultats"
        write(out, OLD)
        if foreign:
            (out / "notes.txt").write_text("à garder", encoding="utf-8")
        was_killed = killed_at(step, partial(write, out, NEW))
        found = content(out)
        assert len(set(found.values())) <= 1, (step, found)
        if exchange and not foreign:
            assert found in (OLD, NEW), (step, found)
        settle_folder(out)
        after = content(out)
        assert after in (OLD, NEW), (step, after)
        seen.update(after.values())
        write(out, NEW)
        assert content(out) == NEW
        kept = {"notes.txt"} if foreign else set()
        assert {path.name for path in out.iterdir()} == {*NEW, *kept}
        assert [path.name for path in home.iterdir()] == ["resultats"]
        if not was_killed:
            break
    assert not was_killed
    assert step > 10
    assert seen == {"ancien", "nouveau"}


def test_a_site_that_opens_finishes_what_a_killed_run_had_begun(tmp_path: Path) -> None:
    """Documents of two runs were offered side by side until somebody ran the mission again."""
    mixed = 0
    for step in range(200):
        root = tmp_path / str(step)
        out = root / "mission"
        write(out, OLD)
        (out / "notes.txt").write_text("à garder", encoding="utf-8")
        was_killed = killed_at(step, partial(write, out, NEW))
        mixed += content(out) not in (OLD, NEW)
        settle_documents(root)
        assert content(out) in (OLD, NEW), step
        if not was_killed:
            break
    assert not was_killed
    assert mixed, "no kill left anything to finish: the test shows nothing"


def test_a_kill_at_any_step_leaves_the_old_file_or_the_new_one(tmp_path: Path) -> None:
    path = tmp_path / "plan.csv"

    def rewrite() -> None:
        with written_file(path) as draft:
            draft.write_text("nouveau", encoding="utf-8")

    for step in range(50):
        path.write_text("ancien", encoding="utf-8")
        was_killed = killed_at(step, rewrite)
        assert path.read_text(encoding="utf-8") in {"ancien", "nouveau"}
        rewrite()
        assert [each.name for each in tmp_path.iterdir()] == ["plan.csv"]
        if not was_killed:
            break
    assert not was_killed
    assert step > 3


def test_two_runs_in_one_folder_refuse_and_a_dead_one_does_not(tmp_path: Path) -> None:
    out = tmp_path / "resultats"
    write(out, OLD)
    handle = os.open(out, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    with pytest.raises(DataError, match="un autre calcul y écrit déjà"):
        write(out, NEW)
    os.close(handle)
    write(out, NEW)
    assert content(out) == NEW


def test_a_failure_leaves_the_earlier_run_and_no_draft(tmp_path: Path) -> None:
    out = tmp_path / "resultats"
    write(out, OLD)

    def fail() -> None:
        with written_folder(out, owned=OWNED) as draft:
            (draft / "a.txt").write_text("nouveau", encoding="utf-8")
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        fail()
    assert content(out) == OLD
    assert [path.name for path in tmp_path.iterdir()] == ["resultats"]


def test_a_folder_that_only_the_run_made_is_not_left_behind(tmp_path: Path) -> None:
    def fail() -> None:
        with written_folder(tmp_path / "resultats"):
            raise RuntimeError("panne")

    with pytest.raises(RuntimeError, match="panne"):
        fail()
    assert not list(tmp_path.iterdir())
