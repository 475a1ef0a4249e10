"""Records of a study on their way to the database: the same content is written once, whatever study wrote it first."""

from __future__ import annotations

from typing import Any

from rebond.web.studies.models import Record

_BATCH = 500


class Records:
    """Contents to store, then the rows that hold them."""

    def __init__(self) -> None:
        self._waiting: dict[str, Record] = {}
        self._stored: dict[str, Record] = {}

    def add(self, data: Any) -> str:
        """Take a content; its digest, to ask for its row once it is stored."""
        record = Record.of(data)
        if record.digest not in self._stored:
            self._waiting[record.digest] = record
        return record.digest

    def stored(self, digest: str) -> Record:
        """The row of a content, writing all those that wait."""
        if digest not in self._stored:
            self._write()
        return self._stored[digest]

    def _write(self) -> None:
        """Those that another study wrote are locked, so that they are not forgotten meanwhile."""
        digests = list(self._waiting)
        for start in range(0, len(digests), _BATCH):
            batch = digests[start : start + _BATCH]
            known = {row.digest for row in self._found(batch)}
            new = [self._waiting[digest] for digest in batch if digest not in known]
            Record.objects.bulk_create(new, ignore_conflicts=True)
            self._stored |= {row.digest: row for row in self._found(batch)}
        self._waiting.clear()

    def _found(self, digests: list[str]) -> list[Record]:
        return list(Record.objects.select_for_update().filter(digest__in=digests).defer("payload"))
