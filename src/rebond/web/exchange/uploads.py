"""A file that a person sends: limited in size, under a name that is ours, read and forgotten."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.files.uploadedfile import UploadedFile

from rebond.errors import CensusError, Fault

MOST_UPLOAD = 10_000_000
"""Bytes: a census weighs less than 5 MB."""
_LONGEST_NAME = 80
_ODD = re.compile(r"[^\w .()’'-]+")


@contextmanager
def received(file: UploadedFile | None) -> Iterator[Path]:
    """The file, in a folder of its own that goes with it; raises ``CensusError`` when there is none, or too much."""
    if file is None or not file.name:
        raise CensusError(
            [Fault(where="classeur", problem="aucun fichier choisi", mend="choisir un fichier .xlsx ou .ods")]
        )
    name = safe_name(file.name)
    if file.size is None or file.size > MOST_UPLOAD:
        problem = f"le fichier dépasse {MOST_UPLOAD // 1_000_000} Mo"
        mend = "ôter les images, supprimer les feuilles inutiles"
        raise CensusError([Fault(where=f"fichier « {name} »", problem=problem, mend=mend)])
    with TemporaryDirectory(prefix="rebond-") as folder:
        path = Path(folder) / name
        with path.open("wb") as target:
            for chunk in file.chunks():
                target.write(chunk)
        yield path


def safe_name(name: str) -> str:
    """The name of a file as it may be shown and written: without folders, marks nor length."""
    plain = _ODD.sub("_", Path(name.replace("\\", "/")).name).strip(" .") or "classeur"
    stem, dot, suffix = plain.rpartition(".")
    return f"{stem[:_LONGEST_NAME]}{dot}{suffix[:10]}" if stem else plain[:_LONGEST_NAME]
