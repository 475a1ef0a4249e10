"""The archive of a mission as a file: what its manifest says of it, and whether all of it is there and whole.

Nothing is believed: a member is read up to what the manifest says of it, and its digest is computed again. Whoever
wrote the archive could have written anything; what it holds is checked again when it is loaded.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from rebond.errors import CensusError, Fault

MANIFEST, SCHEMA = "manifeste.json", "archive-mission/v1"
_MOST_MANIFEST, _MOST_MEMBER, _MOST_ALL, _MOST_MEMBERS = 5_000_000, 400_000_000, 2_000_000_000, 20_000
_MOST_FAULTS = 50
MEND = "reprendre l'archive que le site a faite, sans y toucher"
UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError)
"""What data that nobody of ours wrote makes of a reader."""


class ExactEncoder(DjangoJSONEncoder):
    """Moments to the microsecond: a digest was made of them."""

    def default(self, o: Any) -> Any:
        """Any value of a row."""
        return o.isoformat() if isinstance(o, datetime) else super().default(o)


def lines_of(rows: Iterable[Mapping[str, Any]]) -> str:
    """One JSON line a row."""
    return "".join(f"{json.dumps(row, ensure_ascii=False, cls=ExactEncoder)}\n" for row in rows)


def write_manifest(draft: Path, *, mission: str, engine: str) -> None:
    """Add to a finished archive the list of what it holds."""
    files = {}
    with zipfile.ZipFile(draft, "a", zipfile.ZIP_DEFLATED) as archive:
        for name in archive.namelist():
            mark = hashlib.sha256()
            with archive.open(name) as stream:
                while block := stream.read(1 << 20):
                    mark.update(block)
            files[name] = {"octets": archive.getinfo(name).file_size, "sha256": mark.hexdigest()}
        told = {"schema": SCHEMA, "mission": mission, "moteur": engine, "fichiers": files}
        archive.writestr(MANIFEST, json.dumps(told, ensure_ascii=False, indent=1))


class Archive:
    """An archive whose every member was found whole."""

    def __init__(self, path: Path, opened: zipfile.ZipFile, manifest: Mapping[str, Any]) -> None:
        self.name = path.name
        self.manifest = manifest
        self._opened = opened

    def has(self, name: str) -> bool:
        """Whether it holds a member."""
        return name in self.manifest["fichiers"]

    def read(self, name: str) -> bytes:
        """A member; raises ``CensusError`` for one that is not there."""
        if not self.has(name):
            raise CensusError([self.fault(name, "absent")])
        return self._opened.read(name)

    def data(self, name: str) -> Any:
        """A JSON member."""
        try:
            return _json(self.read(name).decode("utf-8"))
        except UNREADABLE:
            raise CensusError([self.fault(name, "illisible")]) from None

    def rows(self, name: str) -> list[dict[str, Any]]:
        """The rows of a member of one JSON line a row; none where it is not there."""
        if not self.has(name):
            return []
        found, faults = [], []
        for number, line in enumerate(self.read(name).decode("utf-8", "replace").splitlines(), start=1):
            try:
                row = _json(line)
            except (ValueError, RecursionError):
                row = None
            if isinstance(row, dict):
                found.append(row)
            else:
                faults.append(self.fault(f"{name}, ligne {number}", "illisible"))
        if faults:
            raise CensusError(faults[:_MOST_FAULTS])
        return found

    def fault(self, where: str, problem: str) -> Fault:
        """Something wrong in it."""
        return Fault(where=f"archive « {self.name} », {where}", problem=problem, mend=MEND)


def has_manifest(path: Path) -> bool:
    """Whether a file is an archive that says what it holds: those of before did not."""
    try:
        with zipfile.ZipFile(path) as archive:
            return MANIFEST in archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError):
        return False


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """An archive, every member checked; raises ``CensusError`` with every fault."""
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError):
        raise _refused(path, "ce n'est pas une archive lisible") from None
    with archive:
        manifest = _manifest(path, archive)
        faults = list(_faults(path, archive, manifest["fichiers"]))
        if faults:
            raise CensusError(faults[:_MOST_FAULTS])
        yield Archive(path, archive, manifest)


def _json(text: str) -> Any:
    """JSON alone: what Python reads beside it (``NaN``) no database keeps."""
    return json.loads(text, parse_constant=_no_number)


def _no_number(word: str) -> float:
    raise ValueError(word)


def _manifest(path: Path, archive: zipfile.ZipFile) -> Mapping[str, Any]:
    try:
        with archive.open(MANIFEST) as stream:
            told = _json(stream.read(_MOST_MANIFEST + 1)[:_MOST_MANIFEST].decode("utf-8"))
        known = told["schema"] == SCHEMA and isinstance(told["mission"], str)
        sizes = [(name, each["octets"], each["sha256"]) for name, each in told["fichiers"].items()]
        sound = all(isinstance(size, int) and size >= 0 and isinstance(mark, str) for _, size, mark in sizes)
    except (*UNREADABLE, *_BROKEN):
        raise _refused(path, f"« {MANIFEST} » n'y est pas, ou est abîmé") from None
    if not known or not sound:
        raise _refused(path, "elle vient d'un autre logiciel, ou d'une version de Rebond que celle-ci ne lit pas")
    return dict(told)


_BROKEN = (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError)


def _faults(path: Path, archive: zipfile.ZipFile, listed: Mapping[str, Mapping[str, Any]]) -> Iterator[Fault]:
    names = archive.namelist()
    if len(names) > _MOST_MEMBERS or sum(each["octets"] for each in listed.values()) > _MOST_ALL:
        yield _fault(path, "", "elle est démesurée")
        return
    if len(set(names)) < len(names):
        yield _fault(path, "", "un même fichier y est deux fois")
    for name in sorted(set(names) - listed.keys() - {MANIFEST}):
        yield _fault(path, name, "le manifeste ne le connaît pas")
    for name, told in listed.items():
        if name not in names:
            yield _fault(path, name, "absent")
        elif problem := _problem(archive, name, told):
            yield _fault(path, name, problem)


def _problem(archive: zipfile.ZipFile, name: str, told: Mapping[str, Any]) -> str:
    """What is wrong with a member, whatever the archive says of its size."""
    if told["octets"] > _MOST_MEMBER:
        return "démesuré"
    mark, left = hashlib.sha256(), told["octets"]
    try:
        with archive.open(name) as stream:
            while left >= 0 and (block := stream.read(min(1 << 20, left + 1))):
                mark.update(block)
                left -= len(block)
    except _BROKEN:
        return "abîmé"
    return "" if not left and mark.hexdigest() == told["sha256"] else "ce n'est plus le fichier qui fut archivé"


def _fault(path: Path, name: str, problem: str) -> Fault:
    where = f"archive « {path.name} »{f', {name[:80]}' if name else ''}"
    return Fault(where=where, problem=problem, mend=MEND)


def _refused(path: Path, problem: str) -> CensusError:
    return CensusError([_fault(path, "", problem)])
