"""What an archive keeps beside the census, table by table, and how each row finds its place in another instance.

A row names what it belongs to by reference, never by the key that it had: projects, firms, referrals, interviews and
organisations are found again by what people call them. Accounts are the instance's own: who did a thing stays by name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models

from rebond.web.committee.models import LetterText
from rebond.web.disclosure.models import Consent, ConsentRequest, Shared
from rebond.web.interviews.models import MinutesReply
from rebond.web.missions.models import Mission
from rebond.web.publishing.models import Edition
from rebond.web.stationery.models import TemplateFile
from rebond.web.studies.models import Study

STUDIES, KEPT, TEMPLATES = "etudes.jsonl", "tables.jsonl", "modeles"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A table that an archive keeps whole, past rows too."""

    model: Any
    refs: Mapping[str, str]
    """Relation → the path of what names it, from the row: ``firm`` → ``firm__ref``."""
    left: frozenset[str] = frozenset()
    """Columns that stay: accounts, keys of links."""

    @property
    def name(self) -> str:
        """Of the table, in the archive."""
        return str(self.model._meta.model_name)

    @property
    def columns(self) -> list[str]:
        """The columns that are kept as they are."""
        relations = (models.ForeignKey, models.ManyToManyField)
        every = self.model._meta.concrete_fields
        return [f.name for f in every if not isinstance(f, relations) and not f.primary_key and f.name not in self.left]

    def rows(self, mission: Mission) -> Iterator[dict[str, Any]]:
        """Its rows, in the order that they were made."""
        manager = getattr(self.model, "ever", self.model.objects)
        for row in manager.of(mission).order_by("pk").values("pk", *self.columns, *self.refs.values()):
            yield {"table": self.name, **row}


_ORGANISATION = "organisation__name"
TABLES = (
    Kept(model=LetterText, refs={}),
    # Its file is a member of the archive, under its kind.
    Kept(model=TemplateFile, refs={}, left=frozenset({"content"})),
    Kept(model=Edition, refs={}, left=frozenset({"published_by"})),
    Kept(model=Shared, refs={"project": "project__ref", "organisation": _ORGANISATION}),
    Kept(model=ConsentRequest, refs={"firm": "firm__ref"}, left=frozenset({"nonce"})),
    Kept(model=Consent, refs={"firm": "firm__ref", "organisation": _ORGANISATION, "request": "request__pk"}),
    Kept(model=MinutesReply, refs={"interview": "interview__ref"}),
)
"""In the order in which they are loaded."""


def kept_rows(mission: Mission) -> Iterator[dict[str, Any]]:
    """Every row of every table."""
    for table in TABLES:
        yield from table.rows(mission)


def studies_of(mission: Mission) -> Iterator[Mapping[str, Any]]:
    """What each study was made on, by its digests: its results are computed again from facts and law."""
    columns = ("number", "status", "why", "created_at", "facts_digest", "examined_on", "reading")
    yield from Study.objects.of(mission).order_by("number").values(*columns, "catalogue_version", "engine_version")
