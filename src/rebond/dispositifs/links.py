"""What a link checker saw of the pages of the dispositifs: ``dispositifs/liens.csv``, one line a dispositif.

The core never fetches anything. A page that does not answer asks for a review; it never closes a scheme.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rebond.data.csvfile import csv_rows, inert
from rebond.data.outfolder import written_file
from rebond.errors import CatalogueError, Fault

FILE = "liens.csv"
COLUMNS = ("id", "url", "dernier_succes", "dernier_echec")


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRecord:
    """The last time that a page answered, and the last time that it did not."""

    dispositif: str
    url: str
    last_success: date | None = None
    last_failure: date | None = None

    @property
    def seen_alive(self) -> bool:
        """Whether the page answered at the last attempt."""
        if self.last_success is None:
            return False
        return self.last_failure is None or self.last_failure <= self.last_success


def load_links(folder: Path, known: Collection[str]) -> dict[str, LinkRecord]:
    """The records by dispositif, none without a file; raises ``CatalogueError`` with every fault."""
    path = folder / FILE
    if not path.exists():
        return {}
    records: dict[str, LinkRecord] = {}
    faults: list[Fault] = []
    for number, row in enumerate(csv_rows(path, *COLUMNS), start=2):
        where = f"{FILE}, ligne {number}"
        try:
            record = _record(row)
        except ValueError:
            mend = f"colonnes : {', '.join(COLUMNS)} ; dates AAAA-MM-JJ"
            faults.append(Fault(where=where, problem="ligne illisible", mend=mend))
            continue
        if record.dispositif not in known:
            mend = "retirer la ligne, ou corriger l'id"
            faults.append(Fault(where=where, found=record.dispositif, problem="dispositif inconnu", mend=mend))
        records[record.dispositif] = record
    if faults:
        raise CatalogueError(faults)
    return records


def save_links(folder: Path, records: Mapping[str, LinkRecord]) -> None:
    """Write the records, in the order of their ids."""
    with written_file(folder / FILE) as draft, draft.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS)
        for key, record in sorted(records.items()):
            days = (day.isoformat() if day else "" for day in (record.last_success, record.last_failure))
            writer.writerow([inert(key), inert(record.url), *days])


def _record(row: Mapping[str, str]) -> LinkRecord:
    success, failure = (
        date.fromisoformat(row[column]) if row[column] else None for column in ("dernier_succes", "dernier_echec")
    )
    return LinkRecord(dispositif=row["id"], url=row["url"], last_success=success, last_failure=failure)
