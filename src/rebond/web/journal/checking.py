"""Whether the journal of a mission is whole: each row's digest follows from its content and from the row before."""

from __future__ import annotations

from dataclasses import dataclass

from rebond.web.journal.models import Entry
from rebond.web.journal.writing import digest_of
from rebond.web.missions.models import Mission

_CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainCheck:
    """What a check of the chain found."""

    length: int
    head: str
    """Digest of the last row: kept elsewhere, it shows later that no row was taken from the end."""
    broken_at: int = 0
    """Position of the first row that is not what it was; 0: none."""
    problem: str = ""


def check_chain(mission: Mission, *, expected_head: str = "") -> ChainCheck:
    """Compute the chain again. ``expected_head``: a digest noted earlier, that the chain must still hold."""
    previous, position, seen = "", 0, not expected_head
    for entry in Entry.objects.of(mission).order_by("position").iterator(chunk_size=_CHUNK):
        problem = ""
        if entry.position != position + 1:
            problem = f"il manque des lignes entre {position} et {entry.position}"
        elif entry.previous != previous:
            problem = "elle ne suit pas la ligne d'avant"
        elif digest_of(entry) != entry.digest:
            problem = "son contenu n'est plus celui qui a été écrit"
        if problem:
            return ChainCheck(length=position, head=previous, broken_at=position + 1, problem=problem)
        previous, position = entry.digest, entry.position
        seen = seen or entry.digest == expected_head
    if not seen:
        problem = "l'empreinte attendue n'y est pas : des lignes ont été retirées à la fin"
        return ChainCheck(length=position, head=previous, broken_at=position + 1, problem=problem)
    return ChainCheck(length=position, head=previous)


def deleted_missions() -> tuple[Mission, ...]:
    """Missions that are no longer there and whose journal is: their key and their identifier, nothing else."""
    there = Mission.objects.values("pk")
    rows = Entry.objects.exclude(mission_id__in=there).order_by("mission_id", "position")
    return tuple(
        Mission(pk=pk, slug=slug) for pk, slug in rows.values_list("mission_id", "mission_slug").distinct().order_by()
    )
