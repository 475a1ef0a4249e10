"""Records of a study on their way to the database: the same content is written once, whatever study wrote it first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rebond.web.studies.models import Record

_BATCH = 100
"""Contents in one writing: other people's gestures pass between two."""


class Records:
    """Contents to store, then the rows that hold them."""

    def __init__(self) -> None:
        self._contents: dict[str, Record] = {}
        self._rows: dict[str, int] = {}

    def add(self, data: Any) -> str:
        """Take a content; its digest, to ask for its row once it is stored."""
        return self.take(Record.of(data))

    def take(self, record: Record) -> str:
        """Take a content that is ready."""
        self._contents[record.digest] = record
        return record.digest

    def write(self) -> None:
        """Write those that are not there, few at a time: a content that no study holds shows nothing to anyone."""
        for batch in self._batches():
            self._write(batch, dict(Record.objects.filter(digest__in=batch).values_list("digest", "pk")))

    def hold(self) -> None:
        """Within the transaction that stores: keep others from forgetting them, and write those that they forgot."""
        for batch in self._batches():
            held = _held(batch)
            if self._write(batch, held):
                held = _held(batch)
            self._rows |= held

    def row(self, digest: str) -> int:
        """The primary key of a content that is held; ``KeyError`` before."""
        return self._rows[digest]

    def _batches(self) -> Iterator[list[str]]:
        digests = list(self._contents)
        for start in range(0, len(digests), _BATCH):
            yield digests[start : start + _BATCH]

    def _write(self, batch: Sequence[str], there: dict[str, int]) -> bool:
        new = [self._contents[digest] for digest in batch if digest not in there]
        if new:
            Record.objects.bulk_create(new, ignore_conflicts=True)
        return bool(new)


def _held(digests: Sequence[str]) -> dict[str, int]:
    """In one order for everyone: two studies that share contents never wait for each other in a circle."""
    rows = Record.objects.select_for_update().filter(digest__in=digests).order_by("digest")
    return dict(rows.values_list("digest", "pk"))
