"""Put a template in the place of Rebond's, give it back, write on it; one that fails leaves the others alone."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date

from django.db import transaction

from rebond.adapters.documents.letters import letter_bytes
from rebond.adapters.templates import filled_template
from rebond.restitution.letters import LetterModel, Value, filled
from rebond.web.accounts.models import User
from rebond.web.editing.gestures import lock
from rebond.web.journal.models import Act
from rebond.web.journal.writing import Note, author_of, record
from rebond.web.missions.models import Mission
from rebond.web.stationery.kinds import kinds
from rebond.web.stationery.models import TemplateFile

KIND = "modele_fichier"
"""Of the rows of the journal that tell what happened to a template."""


def _own(mission: Mission, kind: str) -> TemplateFile | None:
    return TemplateFile.objects.of(mission).filter(kind=kind).first()


def template_of(mission: Mission, kind: str) -> bytes | None:
    """Its bytes alone; one query."""
    found = TemplateFile.objects.of(mission).filter(kind=kind).values_list("content", flat=True).first()
    return None if found is None else bytes(found)


@transaction.atomic
def put(mission: Mission, kind: str, content: bytes, *, name: str, by: User) -> list[str]:
    """Put a file in the place of the template, or what is wrong with it; ``ArchivedError`` for a mission only read."""
    lock(mission)
    found = kinds()[kind]
    if faults := found.faults(content):
        return faults
    before = _own(mission, kind)
    digest = hashlib.sha256(content).hexdigest()
    if before is not None and before.digest == digest:
        return []
    TemplateFile.objects.update_or_create(
        mission=mission,
        kind=kind,
        defaults={
            "name": name,
            "content": content,
            "size": len(content),
            "digest": digest,
            "by_name": author_of(by).said,
        },
    )
    _tell(mission, kind, _said(before), f"{name}, empreinte {digest}", by=by)
    return []


@transaction.atomic
def give_back(mission: Mission, kind: str, *, by: User) -> None:
    """Rebond's template again; ``ArchivedError`` for a mission only read."""
    lock(mission)
    before = _own(mission, kind)
    if before is not None:
        before.delete()
        _tell(mission, kind, _said(before), None, by=by)


def _said(row: TemplateFile | None) -> str | None:
    return f"{row.name}, empreinte {row.digest}" if row else None


def _tell(mission: Mission, kind: str, before: str | None, after: str | None, *, by: User) -> None:
    title = kinds()[kind].title
    said = after or "le modèle de Rebond"
    note = Note(kind=KIND, ref=kind, label=title, path=("fichier",), before=before, after=said)
    record(mission, [note], by=author_of(by), act=Act.MANAGED)


def on_template(  # noqa: PLR0913 - what every letter says of itself
    template: bytes | None,
    text: str,
    model: LetterModel,
    values: Mapping[str, Value],
    *,
    title: str,
    place: str,
    dated: date,
    notices: Sequence[str],
    headed: bool,
) -> bytes:
    """A letter on the mission's template, else on Rebond's with the text: a template that fails stops no letter."""
    if template is not None:
        try:
            return filled_template(template, model, values, title=title, place=place, dated=dated, notices=notices)
        except ValueError:
            # It was sound when it came: a field has gone since. Its page says so, and the letter still leaves.
            pass
    return letter_bytes(
        filled(text, model, values), title=title, place=place, dated=dated, notices=notices, headed=headed
    )


def usable_template(mission: Mission, kind: str) -> bytes | None:
    """The template of a kind when the mission has one that may serve; one query."""
    content = template_of(mission, kind)
    return None if content is None or kinds()[kind].faults(content) else content


def contents(mission: Mission) -> dict[str, bytes]:
    """Every template of a mission, by kind; one query."""
    rows = TemplateFile.objects.of(mission).values_list("kind", "content")
    return {kind: bytes(content) for kind, content in rows}
