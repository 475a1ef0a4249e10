"""What a screening of a table found, in figures, with what produced it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rebond import __version__
from rebond.bulk.cells import Undetermined
from rebond.bulk.kernel import VERDICTS
from rebond.bulk.program import Program
from rebond.bulk.shapes import Shape
from rebond.data.jsonfile import parse_json
from rebond.data.outfolder import written_file
from rebond.data.texts import read_text
from rebond.errors import DataError
from rebond.units import format_number

SUMMARY_FILE, DIGEST = "resume.json", "empreinte_verdicts"
_MOST_SUMMARY = 4_000_000
_MOST_NAMED = 5
"""Codes that the warning names; the summary lists them all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The figures of a screening."""

    table: str
    on: date
    catalogue_version: str
    engine: str
    file: str
    shape: Shape
    rows: int
    columns: tuple[str, ...]
    unread: tuple[str, ...]
    """Columns that no condition reads, at this date and in this catalogue: their cells were not looked at."""
    derived: tuple[str, ...]
    unplaced: int
    undetermined: Mapping[Undetermined, int]
    """Rows by code of activity that was read and stays UNKNOWN, with the reason."""
    program: Program
    counts: NDArray[np.int64]
    """By rule: how many rows are YES, NO, UNKNOWN."""

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a reader of the figures must know, in French."""
        found = []
        if self.unplaced:
            found.append(
                f"{_lines(self.unplaced)} une commune absente du code officiel géographique : "
                "zones et territoires y sont inconnus."
            )
        if self.undetermined:
            named = [f"{code} ({reason})" for (code, reason), _ in self._activities[:_MOST_NAMED]]
            others = len(self.undetermined) - len(named)
            more = f" et {others} autre{'s' if others > 1 else ''}" if others else ""
            rows = sum(self.undetermined.values())
            found.append(f"{_lines(rows)} un code d’activité qui reste inconnu : {' ; '.join(named)}{more}.")
        if self.unread:
            found.append(f"Colonnes qu’aucune condition ne lit, laissées de côté : {', '.join(self.unread)}.")
        return tuple(found)

    @property
    def _activities(self) -> list[tuple[Undetermined, int]]:
        return sorted(self.undetermined.items(), key=lambda found: (-found[1], found[0]))

    def as_json(self) -> Mapping[str, object]:
        """The summary as it is written."""
        words = [truth.value for truth in VERDICTS]
        return {
            "table": self.table,
            "date": self.on.isoformat(),
            "catalogue": self.catalogue_version,
            "version_rebond": __version__,
            "calcul": self.engine,
            "fichier": self.file,
            "forme": self.shape.value,
            "lignes": self.rows,
            "couples": self.rows * len(self.program.rules),
            "criteres_distincts": len(self.program.leaves),
            "colonnes": list(self.columns),
            "colonnes_sans_condition": list(self.unread),
            "faits_deduits": list(self.derived),
            "avertissements": list(self.warnings),
            "activites_inconnues": [
                {"code": code, "motif": reason, "lignes": rows} for (code, reason), rows in self._activities
            ],
            "total": dict(zip(words, self.counts.sum(axis=0).tolist(), strict=True)),
            "dispositifs": [
                {
                    "dispositif": rule.dispositif,
                    "intitule": rule.title,
                    "guichet_ouvert": rule.is_open,
                    **dict(zip(words, counts.tolist(), strict=True)),
                }
                for rule, counts in zip(self.program.rules, self.counts, strict=True)
            ],
        }

    def write(self, folder: Path) -> Path:
        """Write the summary beside the verdicts, whose digest it bears; where it was written.

        Verdicts and summary are two files, switched one after the other: the digest tells whether they are a pair.
        """
        path = summary_place(folder / self.file)
        with written_file(path) as draft:
            data = {**self.as_json(), DIGEST: digest_of(folder / self.file)}
            text = json.dumps(data, ensure_ascii=False, indent=2) + "\n"
            draft.write_text(text, encoding="utf-8", errors="replace")
        return path


def digest_of(verdicts: Path) -> str:
    """SHA-256 of a file of verdicts; of its parts one after the other, in the order of their names, for a folder."""
    if verdicts.is_file():
        with verdicts.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    whole = hashlib.sha256()
    for part in sorted(verdicts.glob("part-*")):
        with part.open("rb") as stream:
            whole.update(hashlib.file_digest(stream, "sha256").digest())
    return whole.hexdigest()


def is_of(summary: Path, verdicts: Path) -> bool:
    """Whether a summary is that of a file of verdicts: of the same run, both whole."""
    try:
        told = parse_json(read_text(summary, most=_MOST_SUMMARY), name=summary.name)
    except DataError:
        return False
    whole = isinstance(told, dict) and told.get("fichier") == verdicts.name and verdicts.exists()
    return whole and told.get(DIGEST) == digest_of(verdicts)


def forget_summary(verdicts: Path) -> None:
    """Remove the summary of earlier verdicts: it would contradict those that are about to take their place."""
    summary_place(verdicts).unlink(missing_ok=True)
    if (former := former_summary(verdicts)) is not None:
        former.unlink(missing_ok=True)


def summary_place(verdicts: Path) -> Path:
    """``<fichier>.resume.json``: each output has its own, however many a folder holds."""
    return verdicts.with_name(f"{verdicts.name}.{SUMMARY_FILE}")


def former_summary(verdicts: Path) -> Path | None:
    """The ``resume.json`` of an earlier version of Rebond, when it tells of these verdicts and of no other."""
    path = verdicts.with_name(SUMMARY_FILE)
    try:
        told = parse_json(read_text(path, most=_MOST_SUMMARY), name=SUMMARY_FILE)
    except DataError:
        return None
    is_ours = isinstance(told, dict) and {"fichier", "couples"} <= told.keys()
    return path if is_ours and told["fichier"] == verdicts.name else None


def _lines(rows: int) -> str:
    return "Une ligne a" if rows == 1 else f"{format_number(rows)} lignes ont"
