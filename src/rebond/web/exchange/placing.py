"""The rows of the tables of an archive, each put where it belongs in another instance: no link of it opens anything."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.utils import timezone

from rebond.errors import CensusError, DataError, Fault
from rebond.restitution.letters import faults_of, letter_models
from rebond.web.advice.models import Accompaniment, BroughtEvidence
from rebond.web.answering.models import AnswerLink
from rebond.web.committee.models import (
    AgendaPoint,
    Attendance,
    ConvocationSent,
    FrozenDecision,
    FrozenSitting,
    LetterText,
    Member,
    SessionDocument,
    Sitting,
    Tally,
)
from rebond.web.disclosure.models import Consent, ConsentRequest
from rebond.web.exchange.archive_file import UNREADABLE, Archive
from rebond.web.exchange.archive_rows import KEPT, TABLES, TEMPLATES
from rebond.web.files.models import Attachment
from rebond.web.financing.models import FrozenPlan
from rebond.web.firms.models import Firm
from rebond.web.interviews.models import Interview
from rebond.web.missions.models import Mission
from rebond.web.organisations.models import Organisation
from rebond.web.projects.models import Project
from rebond.web.referrals.models import Audience, DeskAddress, Message, SentReferral
from rebond.web.stationery.kinds import kinds
from rebond.web.stationery.models import TemplateFile

FROZEN, DOCUMENTS = "plans-figes.jsonl", "documents"
SITTINGS, DECISIONS = "seances-gelees.jsonl", "decisions-gelees.jsonl"
SESSIONS, THREADS = "seances.jsonl", "orientations.jsonl"
NOT_TAKEN = "[Message que l’organisation s’était réservé : l’archive ne le reprend pas.]"
CONSENT_ENDED = "Reprise d’une archive : à demander ou à noter de nouveau"
MOST_FAULTS = 50
SESSION_TABLES = ("sitting", "member", "agendapoint", "attendance", "sessiondocument", "tally", "convocationsent")
THREAD_TABLES = ("message", "deskaddress", "answerlink", "broughtevidence")
Row = dict[str, Any]


def clean(row: Any) -> None:
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
class Placing:
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
        self._pieces: list[tuple[BroughtEvidence, str]] = []
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
        self._each(SESSIONS, {each: getattr(self, f"_{each}") for each in SESSION_TABLES})
        self._each(SITTINGS, {None: self._frozen_sitting})
        self._each(DECISIONS, {None: self._frozen_decision})
        self._close_sittings()
        self._each(THREADS, {each: getattr(self, f"_{each}") for each in THREAD_TABLES})
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
        clean(made)
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
        made = self._put(BroughtEvidence, row, accompaniment_id=held)
        # An archive of before says only the name of the file.
        if file := row.get("attachment__digest"):
            self._pieces.append((made, str(file)))
        return made

    def join_files(self) -> None:
        """Each piece of evidence with its file, once the files are back; that of a file withdrawn keeps its name."""
        for made, file in self._pieces:
            sheet = Attachment.objects.of(self.mission).filter(owner=Attachment.Owner.PROJECT, digest=file)
            made.attachment = sheet.filter(ref=made.accompaniment.project.ref).order_by("pk").first()
            made.save(update_fields=["attachment"])

    def _letter(self, row: Row) -> None:
        """The text of a letter, looked at as if someone typed it here; raises ``CensusError``."""
        model = letter_models().get(str(row["kind"]))
        said = ["ce modèle de courrier n'existe pas ici"] if model is None else faults_of(str(row["text"]), model)
        if said:
            where = f"courrier « {str(row['kind'])[:20]} »"
            raise CensusError(
                [self.archive.fault(where, f"valeur refusée : {each.rstrip('.')}") for each in said[:MOST_FAULTS]]
            )

    def _template(self, row: Row) -> Row:
        """The file of a template, looked at as if someone put it here; raises ``CensusError``."""
        name = f"{TEMPLATES}/{row['kind']}"
        content, kind = self.archive.read(name), kinds()[row["kind"]]
        if hashlib.sha256(content).hexdigest() != row["digest"]:
            raise ValueError(name)
        if faults := kind.faults(content):
            raise CensusError([self.archive.fault(name, each.rstrip(".")) for each in faults[:MOST_FAULTS]])
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
            if table.model is LetterText:
                self._letter(row)
            if table.model is TemplateFile:
                more |= self._template(row)
            made = self._put(table.model, row, **more)
            if table.model is ConsentRequest:
                self._requests[row["pk"]] = made.pk
            return made

        return place
