"""An archive loaded in an instance: one new mission with all that the other one held, or nothing at all.

The journal comes whole, in its order; its chain is checked as it was, then made anew, for the people of the other
instance are not accounts of this one. Studies are made again: the journal keeps the digests of those that were.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from rebond.errors import CensusError, Fault
from rebond.facts import Census
from rebond.records import FACTS, digest
from rebond.web.accounts.models import User
from rebond.web.editing import life
from rebond.web.editing.gestures import FACTS_ACTS, save_census
from rebond.web.exchange.archive_file import UNREADABLE, Archive
from rebond.web.exchange.archive_rows import STUDIES
from rebond.web.exchange.placing import MOST_FAULTS, Placing, Row, clean
from rebond.web.exchange.workbook import read_file
from rebond.web.files.returning import bring_back
from rebond.web.journal.models import Act, Entry
from rebond.web.journal.writing import Author, Note, digest_of, record
from rebond.web.missions.facts import census_of
from rebond.web.missions.models import Membership, Mission, Role
from rebond.web.readings.keeping import SEAL

WORKBOOK, CENSUS, JOURNAL, PEOPLE = "recensement.xlsx", "recensement.json", "journal.jsonl", "participants.jsonl"
ORIGIN = "origine"
"""Kind of the rows of the journal that seal readings of the other instance, which stay there."""
_BATCH = 200
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What came of an archive."""

    mission: Mission
    entries: int
    tables: Mapping[str, int]
    attached: int
    people: tuple[str, ...]
    """Who had a part in the mission over there: their accounts are to be made here."""
    left: tuple[str, ...]
    """What did not come, in words."""
    consents: int = 0
    """Agreements of firms that stood over there: they ended in coming."""


def load(archive: Archive, path: Path, *, by: Author, slug: str = "", pilot: User | None = None) -> Loaded:
    """A new mission from an archive; raises ``DataError`` with every fault, nothing is then written."""
    try:
        with transaction.atomic():
            return _loaded(archive, path, by=by, slug=slug, pilot=pilot)
    except (ValidationError, DatabaseError, *UNREADABLE) as error:
        # Whatever somebody wrote in it, the archive is refused and not the site; the log says where.
        _LOG.exception("archive refused")
        words = "une valeur ne se garde pas en base"
        raise CensusError([archive.fault(type(error).__name__, words)]) from error


def _loaded(archive: Archive, path: Path, *, by: Author, slug: str, pilot: User | None) -> Loaded:
    census, entries = _census(archive), _journal(archive)
    mission = _made(census, slug)
    chained = _chain(mission, entries)
    origin = {
        "archive": hashlib.sha256(path.read_bytes()).hexdigest(),
        "mission": archive.manifest["mission"],
        "journal": {"lignes": len(entries), "empreinte": entries[-1]["digest"] if entries else ""},
        "etudes": archive.rows(STUDIES),
    }
    note = Note(kind=life.KIND, label="Mission reprise d’une archive", path=("archive",), after=origin)
    record(mission, [note], by=by, act=Act.MANAGED, reason=f"Archive {archive.name}")
    save_census(mission, census, by=by, act=Act.IMPORTED, reason=f"Archive {archive.name}")
    if FACTS.write(census_of(mission)) != FACTS.write(census):
        raise CensusError([archive.fault(CENSUS, "le recensement ne se relit pas tel qu'il est écrit")])
    placing = Placing(archive, mission, chained)
    placing.place_all()
    if placing.faults:
        raise CensusError(placing.faults[:MOST_FAULTS])
    if pilot is not None:
        Membership.objects.create(user=pilot, mission=mission, role=Role.PILOT)
    files = bring_back(mission, path, by=by)
    placing.join_files()
    parts = [row for row in archive.rows(PEOPLE) if not row.get("left_at")]
    people = [f"{row.get('user__username')} ({row.get('role')})" for row in parts]
    return Loaded(
        mission=mission,
        entries=len(entries),
        tables=placing.counts,
        attached=files.attached,
        people=tuple(people),
        left=(*files.left, *placing.left),
        consents=placing.consents,
    )


def _made(census: Census, slug: str) -> Mission:
    """The mission, before anything is in it."""
    settings = census.settings
    name = slug or life.slug_of(settings.territory)
    if refusal := life.slug_refusal(name):
        raise CensusError([Fault(where="identifiant", found=name, problem=refusal, mend="en choisir un autre")])
    return Mission.objects.create(
        slug=name,
        name=settings.name,
        territory=settings.territory,
        committee_on=settings.committee_on,
        # Its people were written to from over there, and may still be.
        letters_held=True,
    )


def _census(archive: Archive) -> Census:
    """The census, as its workbook is checked too: every fault that a workbook would be refused for."""
    try:
        census = FACTS.read(archive.data(CENSUS)["recensement"])
        whole = isinstance(census, Census) and FACTS.read(FACTS.write(census)) == census
    except UNREADABLE:
        census, whole = None, False
    if not whole or not isinstance(census, Census):
        raise CensusError([archive.fault(CENSUS, "ce n'est pas le recensement d'une mission de cette version")])
    with TemporaryDirectory(prefix="rebond-") as folder:
        workbook = Path(folder) / WORKBOOK
        workbook.write_bytes(archive.read(WORKBOOK))
        told = read_file(workbook).census
    kinds = ("firms", "interviews", "projects", "aids", "partner_entries", "decisions", "marks")
    apart = [kind for kind in kinds if _ids(getattr(told, kind)) != _ids(getattr(census, kind))]
    if apart:
        raise CensusError([archive.fault(CENSUS, f"il ne dit pas ce que dit {WORKBOOK} ({', '.join(apart)})")])
    return census


def _ids(rows: Iterable[Any]) -> list[str]:
    return sorted(str(getattr(row, "id", "") or getattr(row, "project_id", "")) for row in rows)


def _journal(archive: Archive) -> list[Row]:
    """The rows of the journal, whose chain is the one that was written."""
    rows, previous, faults = archive.rows(JOURNAL), "", []
    for number, row in enumerate(rows, start=1):
        where = f"{JOURNAL}, ligne {number}"
        try:
            said = {name: row[name] for name in Entry.DIGESTED}
            sound = row["position"] == number and row["previous"] == previous and digest(said) == row["digest"]
            readable = _is_readable(row)
            previous = row["digest"]
        except UNREADABLE:
            sound = readable = False
            previous = ""
        if not sound:
            faults.append(archive.fault(where, "le journal a été modifié, ou des lignes en manquent"))
            break
        if not readable:
            faults.append(archive.fault(where, "valeur illisible"))
    if faults:
        raise CensusError(faults[:MOST_FAULTS])
    return rows


def _is_readable(row: Mapping[str, Any]) -> bool:
    """Whether the pages of the history could show it."""
    if row["act"] in FACTS_ACTS:
        for side in ("before", "after"):
            if row[side] is not None:
                FACTS.read(row[side])
    texts = [row[name] for name in ("by_name", "on_behalf", "act", "kind", "ref", "label", "reason")]
    return all(isinstance(each, str) for each in (*texts, *row["path"])) and isinstance(row["path"], list)


def _chain(mission: Mission, rows: Iterable[Mapping[str, Any]]) -> dict[int, str]:
    """The same rows in a chain of this instance; position → digest."""
    made, previous = [], ""
    for row in rows:
        entry = Entry(
            mission=mission,
            mission_slug=mission.slug,
            **{name: row[name] for name in ("position", "by_name", "on_behalf", "act", "gesture", "ref", "label")},
            **{name: row[name] for name in ("path", "before", "after", "reason")},
            at=datetime.fromisoformat(row["at"]),
            # What seals readings would be looked for in this instance, where they are not.
            kind=ORIGIN if row["kind"] == SEAL else row["kind"],
            previous=previous,
        )
        clean(entry)
        entry.digest = previous = digest_of(entry)
        made.append(entry)
    Entry.objects.bulk_create(made, batch_size=_BATCH)
    return {entry.position: entry.digest for entry in made}


def told_of(found: Loaded) -> list[str]:
    """What came, in words."""
    lines = [f"Journal : {found.entries} lignes, chaîne vérifiée puis refaite ici."]
    lines += [f"{words[:1].upper()}{words[1:]} : {count}." for words, count in found.tables.items()]
    lines.append(f"Pièces jointes reprises de l'archive : {found.attached}.")
    if found.consents:
        lines.append(f"Accords d’entreprises à demander ou à noter de nouveau : {found.consents}.")
    lines.append("Courriels retenus jusqu’à ce que le pilote les active (Importer, exporter).")
    if found.people:
        lines.append(f"Participants à inviter de nouveau : {', '.join(found.people)}.")
    return lines
