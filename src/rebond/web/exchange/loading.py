"""An archive loaded in an instance: one new mission with all that the other one held, or nothing at all.

The journal comes whole, in its order; its chain is checked as it was, then made anew, for the people of the other
instance are not accounts of this one. Studies are made again: the journal keeps the digests of those that were.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.utils import timezone

from rebond.errors import CensusError, DataError, Fault
from rebond.facts import Census
from rebond.records import FACTS, digest
from rebond.web.accounts.models import User
from rebond.web.advice.models import Accompaniment, BroughtEvidence
from rebond.web.answering.models import AnswerLink
from rebond.web.committee.models import (
    AgendaPoint,
    Attendance,
    ConvocationSent,
    FrozenDecision,
    FrozenSitting,
    Member,
    SessionDocument,
    Sitting,
    Tally,
)
from rebond.web.disclosure.models import Consent, ConsentRequest
from rebond.web.editing import life
from rebond.web.editing.gestures import FACTS_ACTS, save_census
from rebond.web.exchange.archive_file import UNREADABLE, Archive
from rebond.web.exchange.archive_rows import KEPT, STUDIES, TABLES, TEMPLATES
from rebond.web.exchange.workbook import read_file
from rebond.web.files.returning import bring_back
from rebond.web.financing.models import FrozenPlan
from rebond.web.firms.models import Firm
from rebond.web.interviews.models import Interview
from rebond.web.journal.models import Act, Entry
from rebond.web.journal.writing import Author, Note, digest_of, record
from rebond.web.missions.facts import census_of
from rebond.web.missions.models import Membership, Mission, Role
from rebond.web.organisations.models import Organisation
from rebond.web.projects.models import Project
from rebond.web.readings.keeping import SEAL
from rebond.web.referrals.models import Audience, DeskAddress, Message, SentReferral
from rebond.web.stationery.kinds import kinds
from rebond.web.stationery.models import TemplateFile

WORKBOOK, CENSUS, JOURNAL = "recensement.xlsx", "recensement.json", "journal.jsonl"
FROZEN, PEOPLE, DOCUMENTS = "plans-figes.jsonl", "participants.jsonl", "documents"
SITTINGS, DECISIONS = "seances-gelees.jsonl", "decisions-gelees.jsonl"
SESSIONS, THREADS = "seances.jsonl", "orientations.jsonl"
ORIGIN = "origine"
"""Kind of the rows of the journal that seal readings of the other instance, which stay there."""
NOT_TAKEN = "[Message que l’organisation s’était réservé : l’archive ne le reprend pas.]"
_MOST_FAULTS, _BATCH = 50, 200
_LOG = logging.getLogger(__name__)
_SESSION_TABLES = ("sitting", "member", "agendapoint", "attendance", "sessiondocument", "tally", "convocationsent")
_THREAD_TABLES = ("message", "deskaddress", "answerlink", "broughtevidence")
CONSENT_ENDED = "Reprise d’une archive : à demander ou à noter de nouveau"
Row = dict[str, Any]


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
    placing = _Placing(archive, mission, chained)
    placing.place_all()
    if placing.faults:
        raise CensusError(placing.faults[:_MOST_FAULTS])
    if pilot is not None:
        Membership.objects.create(user=pilot, mission=mission, role=Role.PILOT)
    files = bring_back(mission, path, by=by)
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
        raise CensusError(faults[:_MOST_FAULTS])
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
        _clean(entry)
        entry.digest = previous = digest_of(entry)
        made.append(entry)
    Entry.objects.bulk_create(made, batch_size=_BATCH)
    return {entry.position: entry.digest for entry in made}


def _clean(row: Any) -> None:
    """Each value in the type of its column; raises ``ValidationError``. Relations are ours already."""
    empty = {
        f.name
        for f in row._meta.concrete_fields
        if f.is_relation or f.primary_key or (getattr(row, f.attname) in f.empty_values and not _is_null(row, f))
    }
    row.clean_fields(exclude=empty | {"digest", "stored"})


def _is_null(row: Any, column: Any) -> bool:
    return getattr(row, column.attname) is None and not column.null


@dataclass
class _Placing:
    """The rows of the tables of an archive, each put where it belongs."""

    archive: Archive
    mission: Mission
    chained: Mapping[int, str]
    faults: list[Fault] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)
    consents: int = 0
    """How many stood over there."""

    def __post_init__(self) -> None:
        here = self.mission
        self._sittings: dict[Any, Any] = {}
        self._requests: dict[Any, Any] = {}
        self._documents: dict[Any, Any] = {}
        self._found: Mapping[str, Mapping[str, Any]] = {
            "project": dict(Project.ever.of(here).values_list("ref", "pk")),
            "firm": dict(Firm.ever.of(here).values_list("ref", "pk")),
            "interview": dict(Interview.ever.of(here).values_list("ref", "pk")),
            "accompaniment": dict(Accompaniment.ever.of(here).values_list("ref", "pk")),
            "referral": dict(SentReferral.ever.of(here).values_list("ref", "pk")),
            "organisation": dict(Organisation.objects.values_list("name", "pk")),
        }

    def place_all(self) -> None:
        """Each file in its turn: what belongs to something comes after it."""
        self._each(FROZEN, {None: self._frozen_plan})
        self._each(SESSIONS, {each: getattr(self, f"_{each}") for each in _SESSION_TABLES})
        self._each(SITTINGS, {None: self._frozen_sitting})
        self._each(DECISIONS, {None: self._frozen_decision})
        self._close_sittings()
        self._each(THREADS, {each: getattr(self, f"_{each}") for each in _THREAD_TABLES})
        self._each(KEPT, {each.name: self._of_table(each) for each in TABLES})

    def _each(self, name: str, places: Mapping[str | None, Callable[[Row], Any]]) -> None:
        """The rows of a file, table by table in the order of ``places``; a row of no table of ours is a fault."""
        numbered = list(enumerate(self.archive.rows(name), start=1))
        for number, row in numbered:
            if row.get("table") not in places:
                self.faults.append(self.archive.fault(f"{name}, ligne {number}", "ligne d'une table inconnue"))
        for table, place in places.items():
            for number, row in numbered:
                if row.get("table") == table:
                    self._one(f"{name}, ligne {number}", place, row)

    def _one(self, where: str, place: Callable[[Row], Any], row: Row) -> None:
        try:
            with transaction.atomic():
                made = place(row)
        except ValidationError as error:
            words = " ".join(error.messages)[:200]
            self.faults.append(self.archive.fault(where, f"valeur refusée : {words}"))
        except (DatabaseError, *UNREADABLE):
            self.faults.append(self.archive.fault(where, "ligne que rien ne permet de placer"))
        except DataError as error:
            self.faults.extend(error.faults)
        else:
            if made is not None:
                key = str(made._meta.verbose_name_plural)
                self.counts[key] = self.counts.get(key, 0) + 1

    def _put(self, model: Any, row: Row, *leave: str, **more: Any) -> Any:
        """A row of a table with the values of its columns; times are those of the archive, not of today."""
        relations = {f.attname for f in model._meta.concrete_fields if f.is_relation}
        names = {f.attname for f in model._meta.concrete_fields if not f.primary_key} - relations - set(leave)
        made = model(**{name: row[name] for name in names if name not in more and name in row}, **more)
        _clean(made)
        made.save_base(raw=True, force_insert=True)
        return made

    def _named(self, kind: str, ref: Any) -> Any:
        return None if ref is None else self._found[kind][ref]

    def _frozen_plan(self, row: Row) -> Any:
        return self._put(FrozenPlan, row, mission=self.mission)

    def _sitting(self, row: Row) -> Any:
        made = self._put(Sitting, row, mission=self.mission, frozen_at=None)
        self._sittings[row["id"]] = (made.pk, row["frozen_at"])
        return made

    def _member(self, row: Row) -> Any:
        # The accounts of the other instance are nobody here: a name that exists here is someone else.
        return self._put(Member, row, mission=self.mission, username="")

    def _agendapoint(self, row: Row) -> Any:
        return self._put(AgendaPoint, row, sitting_id=self._sittings[row["sitting_id"]][0])

    def _attendance(self, row: Row) -> Any:
        return self._put(Attendance, row, sitting_id=self._sittings[row["sitting_id"]][0])

    def _sessiondocument(self, row: Row) -> Any:
        content = self.archive.read(f"{DOCUMENTS}/seances/{row['pk']}-{row['name']}")
        if hashlib.sha256(content).hexdigest() != row["digest"]:
            raise ValueError(row["name"])
        mine = {"sitting_key": self._sittings[row["sitting_key"]][0], "content": content, "size": len(content)}
        made = self._put(SessionDocument, row, mission=self.mission, mission_slug=self.mission.slug, **mine)
        self._documents[row["pk"]] = made.pk
        return made

    def _tally(self, row: Row) -> Any:
        return self._put(Tally, row, mission=self.mission, sitting_key=self._sittings[row["sitting_key"]][0])

    def _convocationsent(self, row: Row) -> Any:
        mine = {"sitting_key": self._sittings[row["sitting_key"]][0]}
        return self._put(
            ConvocationSent, row, mission=self.mission, document_key=self._documents[row["document_key"]], **mine
        )

    def _frozen_sitting(self, row: Row) -> Any:
        mark = self.chained[row["journal_position"]]
        here = {"mission": self.mission, "mission_slug": self.mission.slug, "journal_digest": mark}
        return self._put(FrozenSitting, row, **here)

    def _frozen_decision(self, row: Row) -> Any:
        here = {"mission": self.mission, "mission_slug": self.mission.slug}
        return self._put(FrozenDecision, row, project_number=self._named("project", row["project_ref"]), **here)

    def _close_sittings(self) -> None:
        """Last: nothing enters a sitting that is frozen."""
        for key, frozen_at in self._sittings.values():
            if frozen_at is not None:
                Sitting.objects.filter(pk=key).update(frozen_at=datetime.fromisoformat(frozen_at))

    def _message(self, row: Row) -> Any:
        text = NOT_TAKEN if row["audience"] == Audience.ORGANISATION else row["text"]
        return self._put(Message, row, referral_id=self._named("referral", row["referral__ref"]), text=text)

    def _deskaddress(self, row: Row) -> Any:
        return self._put(DeskAddress, row, mission=self.mission)

    def _answerlink(self, row: Row) -> Any:
        """What a link brought is kept; one that waits opens nothing here."""
        closed = row["revoked_at"] or (None if row["answered_at"] else timezone.now().isoformat())
        mine = {"nonce": secrets.token_hex(16), "revoked_at": closed}
        return self._put(AnswerLink, row, referral_id=self._named("referral", row["referral__ref"]), **mine)

    def _broughtevidence(self, row: Row) -> Any:
        held = self._named("accompaniment", row["accompaniment__ref"])
        return self._put(BroughtEvidence, row, accompaniment_id=held)

    def _template(self, row: Row) -> Row:
        """The file of a template, looked at as if someone put it here; raises ``CensusError``."""
        name = f"{TEMPLATES}/{row['kind']}"
        content, kind = self.archive.read(name), kinds()[row["kind"]]
        if hashlib.sha256(content).hexdigest() != row["digest"]:
            raise ValueError(name)
        if faults := kind.faults(content):
            raise CensusError([self.archive.fault(name, each.rstrip(".")) for each in faults[:_MOST_FAULTS]])
        return {"content": content, "size": len(content)}

    def _of_table(self, table: Any) -> Callable[[Row], Any]:
        def place(row: Row) -> Any:
            more: Row = {}
            if any(f.name == "mission" for f in table.model._meta.concrete_fields):
                more["mission"] = self.mission
            for relation, path in table.refs.items():
                if relation == "request":
                    more["request_id"] = None if row[path] is None else self._requests[row[path]]
                elif row[path] is not None and row[path] not in self._found[relation]:
                    self.left.append(f"{table.model._meta.verbose_name} : « {str(row[path])[:80]} » n'est pas ici")
                    return None
                else:
                    more[f"{relation}_id"] = self._named(relation, row[path])
            if table.model is ConsentRequest:
                # A link of the other instance opens nothing here: what was not answered is asked again.
                closed = row["closed_at"] or (None if row["answer"] else timezone.now().isoformat())
                more |= {"nonce": secrets.token_hex(16), "closed_at": closed}
            if table.model is Consent and row["ended_at"] is None:
                # The firm agreed over there, and would take it back over there: here it is asked anew.
                more |= {"ended_at": timezone.now().isoformat(), "ended_by": CONSENT_ENDED}
                self.consents += 1
            if table.model is TemplateFile:
                more |= self._template(row)
            made = self._put(table.model, row, **more)
            if table.model is ConsentRequest:
                self._requests[row["pk"]] = made.pk
            return made

        return place


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
