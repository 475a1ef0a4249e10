"""An archive of a mission that comes back: its workbook, then its files, each checked as if someone sent it again."""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rebond.errors import CensusError, DataError, Fault
from rebond.web.exchange.uploads import safe_name
from rebond.web.files.models import LONGEST_NOTE, Attachment
from rebond.web.files.storing import ATTACHED_LIST, attach, proofs, rules
from rebond.web.firms.models import Firm
from rebond.web.journal.writing import Author
from rebond.web.missions.models import Mission
from rebond.web.projects.models import Project

WORKBOOK = "recensement.xlsx"
_MOST_WORKBOOK = 50_000_000
_MOST_LIST = 10_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """What came back of the files of an archive."""

    attached: int
    left: tuple[str, ...]
    """Why each of the others did not, in words."""


def is_archive(path: Path) -> bool:
    """Whether a file is an archive by its name."""
    return path.suffix.lower() == ".zip"


@contextmanager
def workbook_in(path: Path) -> Iterator[Path]:
    """The workbook of an archive, in a folder that goes with it; raises ``CensusError`` when there is none."""
    with _opened(path) as archive, TemporaryDirectory(prefix="rebond-") as folder:
        target = Path(folder) / WORKBOOK
        target.write_bytes(_member(path, archive, WORKBOOK, most=_MOST_WORKBOOK))
        yield target


def bring_back(mission: Mission, path: Path, *, by: Author) -> Returned:
    """Attach to a mission the files that an archive holds, those that were withdrawn left out.

    A file that is not what the list says, that may not be attached, or whose sheet is not there is left, and told.
    """
    with _opened(path) as archive:
        if ATTACHED_LIST not in archive.namelist():
            return Returned(attached=0, left=())  # An archive of before files were kept.
        text = _member(path, archive, ATTACHED_LIST, most=_MOST_LIST).decode("utf-8", "replace")
        attached, left = 0, []
        for line in filter(None, text.splitlines()):
            try:
                row = json.loads(line)
                attached += _brought(mission, path, archive, row, by)
            except DataError as error:
                left += [str(fault) for fault in error.faults]
            except (ValueError, KeyError, TypeError, AttributeError):
                left.append(f"{ATTACHED_LIST} : ligne illisible")
    return Returned(attached=attached, left=tuple(left))


def _brought(mission: Mission, path: Path, archive: zipfile.ZipFile, row: dict[str, Any], by: Author) -> bool:
    """Attach one file; false for one that was withdrawn."""
    if row["retiree_le"]:
        return False
    owner, ref, name = str(row["fiche"]), str(row["reference"]), safe_name(str(row["nom"]))
    model: Any = {Attachment.Owner.FIRM: Firm, Attachment.Owner.PROJECT: Project}.get(owner)  # type: ignore[call-overload]  # a str is its value
    if model is None or not model.objects.of(mission).filter(ref=ref).exists():
        raise _left(name, f"la fiche {ref} n'est pas dans la mission", "la joindre à une autre fiche")
    content = _member(path, archive, str(row["fichier"]), most=rules().most_bytes)
    if hashlib.sha256(content).hexdigest() != row["empreinte"]:
        raise _left(name, "ce n'est plus le fichier qui fut archivé", "reprendre une autre copie de l'archive")
    proves = row["prouve"] if row["prouve"] in proofs(owner) else "autre"
    made = attach(
        mission,
        content,
        name=name,
        owner=owner,
        ref=ref,
        proves=proves,
        note=str(row["precision"])[:LONGEST_NOTE],
        by=by,
    )
    made.by_name, made.at = str(row["par"])[:200], datetime.fromisoformat(str(row["jointe_le"]))
    made.save(update_fields=["by_name", "at"])
    return True


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError):
        raise _left(path.name, "ce n'est pas une archive lisible", "reprendre celle que le site a faite") from None
    with archive:
        yield archive


def _member(path: Path, archive: zipfile.ZipFile, name: str, *, most: int) -> bytes:
    """A file of an archive, of at most so many bytes whatever the archive says of it."""
    try:
        with archive.open(name) as stream:
            content = stream.read(most + 1)
    except (KeyError, zipfile.BadZipFile, zlib.error, OSError, RuntimeError, NotImplementedError, EOFError):
        mend = "reprendre l'archive que le site a faite"
        raise _left(path.name, f"« {name[:80]} » n'y est pas, ou est abîmé", mend) from None
    if len(content) > most:
        raise _left(path.name, f"« {name[:80]} » est démesuré", "reprendre l'archive que le site a faite")
    return content


def _left(name: str, problem: str, mend: str) -> CensusError:
    return CensusError([Fault(where=f"fichier « {name} »", problem=problem, mend=mend)])
