"""Where a search stands, in a file that a second run takes up: columns, bound, prices and the best choice so far.

Written whole or not at all. It holds arrays and nothing that could run; a file of another problem is refused.
"""

from __future__ import annotations

import os
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from rebond.errors import DataError, Fault
from rebond.portfolio.joint.allocate import Reached
from rebond.portfolio.joint.bounding import Bound
from rebond.portfolio.joint.ways import Way

_VERSION = 2
_Arrays = dict[str, np.ndarray]


def write_state(path: Path, reached: Reached, *, problem: str) -> None:
    """Put the state in the file, which is replaced at once; ``problem``: what tells its problem from another."""
    bound = reached.bound
    arrays: _Arrays = {
        "version": np.array(_VERSION),
        "problem": np.array(problem),
        "bound": np.array(bound.value),
        "passes": np.array(bound.passes),
        "prices": bound.prices,
        "of_block": bound.of_block,
        "promised": bound.promised,
        **_pack("ways", reached.ways),
        **_pack("chosen", reached.chosen),
    }
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with beside.open("wb") as file:
            np.savez_compressed(file, allow_pickle=False, **arrays)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def read_state(path: Path, *, problem: str, budgets: int, blocks: int) -> Reached:
    """The state that a file holds. Raises ``DataError`` when it is none, or is that of another problem."""
    try:
        with path.open("rb") as file, zipfile.ZipFile(file):
            file.seek(0)
            with np.load(file, allow_pickle=False) as found:
                arrays: _Arrays = {name: found[name] for name in found.files}
        if int(arrays["version"]) != _VERSION or str(arrays["problem"]) != problem:
            raise DataError([_other(path)])
        reached = Reached(
            bound=Bound(
                value=float(arrays["bound"]),
                prices=arrays["prices"],
                of_block=arrays["of_block"],
                promised=arrays["promised"],
                passes=int(arrays["passes"]),
            ),
            ways=_unpack("ways", arrays),
            chosen=_unpack("chosen", arrays),
        )
    except (OSError, ValueError, KeyError, IndexError, TypeError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise DataError([_unreadable(path, error)]) from error
    if len(reached.bound.prices) != budgets or len(reached.bound.of_block) != blocks:
        raise DataError([_other(path)])
    return reached


def _other(path: Path) -> Fault:
    problem = (
        "cet état est celui d'un autre problème (projets, budgets, valeurs, règles) ou d'une autre version de Rebond"
    )
    return Fault(where=path.name, problem=problem, mend="donner le même problème qu'à l'origine, ou un autre fichier")


def _unreadable(path: Path, error: Exception) -> Fault:
    if isinstance(error, PermissionError):
        return Fault(where=path.name, problem="lecture refusée par le système", mend="vérifier les droits du fichier")
    return Fault(
        where=path.name, problem="ce n'est pas un état d'allocation lisible", mend="l'effacer pour repartir de zéro"
    )


def _pack(name: str, ways: Sequence[Way]) -> _Arrays:
    empty: Any = np.zeros(0)
    columns = [empty if way.columns is None else way.columns for way in ways]
    amounts = [empty if way.amounts is None else way.amounts for way in ways]
    return {
        f"{name}_block": np.array([way.block for way in ways], dtype=np.int32),
        f"{name}_value": np.array([way.value for way in ways], dtype=float),
        f"{name}_projects": np.array([len(way.financed) for way in ways], dtype=np.int32),
        f"{name}_financed": np.array([each for way in ways for each in way.financed], dtype=bool),
        f"{name}_budgets": np.array([len(way.spent) for way in ways], dtype=np.int32),
        f"{name}_ranks": np.array([rank for way in ways for rank, _ in way.spent], dtype=np.int32),
        f"{name}_spent": np.array([amount for way in ways for _, amount in way.spent], dtype=float),
        f"{name}_widths": np.array([len(each) for each in columns], dtype=np.int32),
        f"{name}_columns": np.concatenate([empty, *columns]).astype(np.int32),
        f"{name}_amounts": np.concatenate([empty, *amounts]).astype(float),
    }


def _unpack(name: str, arrays: _Arrays) -> list[Way]:
    def cut(what: str, lengths: str) -> list[np.ndarray]:
        return np.split(arrays[f"{name}_{what}"], np.cumsum(arrays[f"{name}_{lengths}"]))[:-1]

    rows = zip(
        arrays[f"{name}_block"],
        arrays[f"{name}_value"],
        cut("financed", "projects"),
        cut("ranks", "budgets"),
        cut("spent", "budgets"),
        cut("columns", "widths"),
        cut("amounts", "widths"),
        strict=True,
    )
    return [
        Way(
            block=int(block),
            value=float(value),
            financed=tuple(bool(each) for each in financed),
            spent=tuple((int(rank), float(amount)) for rank, amount in zip(ranks, spent, strict=True)),
            columns=columns.copy() if len(columns) else None,
            amounts=amounts.copy() if len(columns) else None,
        )
        for block, value, financed, ranks, spent, columns, amounts in rows
    ]
