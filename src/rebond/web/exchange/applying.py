"""Apply a workbook to a mission in one gesture, all of it or nothing; undo it in one gesture."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from rebond.errors import FactsError
from rebond.history import ABSENT, apply_to_rows, rows_of
from rebond.web.accounts.models import User
from rebond.web.editing.gestures import Done, save, undo
from rebond.web.exchange.bringing import Brought
from rebond.web.exchange.deciding import undecidable_in
from rebond.web.exchange.figures import token_of
from rebond.web.exchange.keeping import packed, unpacked
from rebond.web.exchange.models import ImportDraft
from rebond.web.exchange.preview import Preview, preview
from rebond.web.exchange.workbook import workbook_layout
from rebond.web.journal.models import Act
from rebond.web.journal.writing import Author
from rebond.web.missions.facts import census_of
from rebond.web.missions.models import Mission

KEPT_FOR = timedelta(days=3)
"""A preview that nobody applied is forgotten after that."""


class NotChosenError(Exception):
    """Conflicts have no choice: nothing is written."""

    def __init__(self, found: Preview, missing: tuple[str, ...]) -> None:
        super().__init__(f"{len(missing)} conflits sans choix")
        self.preview = found
        self.missing = missing
        """Keys of the lines that wait for a choice."""


def keep(mission: Mission, brought: Brought, *, file_name: str, by: Author) -> ImportDraft:
    """Keep what a workbook brings until someone applies it; old previews leave."""
    ImportDraft.objects.filter(state=ImportDraft.State.WAITING, at__lt=timezone.now() - KEPT_FOR).delete()
    return ImportDraft.objects.create(
        mission=mission,
        export=brought.export,
        file_name=file_name,
        by=by.user,
        by_name=by.said,
        known=packed(brought.known),
        brought=packed(brought.census),
        lines=brought.lines,
        repairs=list(brought.census.repairs),
        figures_asked=token_of(mission, {}, ()),
    )


def choose(draft: ImportDraft, choices: Mapping[str, str], withdrawn: Collection[str]) -> None:
    """Keep choices, and have the figures computed for them."""
    draft.choices, draft.withdrawn = dict(choices), sorted(withdrawn)
    draft.figures_asked = token_of(draft.mission, draft.choices, draft.withdrawn)
    draft.save(update_fields=["choices", "withdrawn", "figures_asked"])


def preview_of(draft: ImportDraft, reader: User | None = None) -> Preview:
    """What applying it would do today, as ``reader`` may see and do it; ``None``: the machine that hosts the site."""
    found = preview(
        draft.mission,
        known=unpacked(draft.known),
        brought=unpacked(draft.brought),
        now=census_of(draft.mission),
        lines=draft.lines,
        layout=workbook_layout(),
        reader=reader,
    )
    rows = rows_of(found.now)
    after = apply_to_rows(rows, found.free)
    wanted = {key: after.get(key, ABSENT) for key in ((change.kind, change.ref) for change in found.free)}
    return replace(found, faults=(*found.faults, *undecidable_in(draft.mission, rows, wanted, by=reader)))


@transaction.atomic
def apply_draft(
    draft: ImportDraft, choices: Mapping[str, str], withdrawn: Collection[str], *, by: Author, reason: str
) -> Done:
    """Make what a workbook brings, with the choices made; one gesture, told under one reason.

    Raises ``NotChosenError`` when a conflict has no choice, ``FactsError`` when the mission would no longer hold
    together; nothing is then written.
    """
    mission = Mission.objects.select_for_update().get(pk=draft.mission_id)
    found = preview_of(draft, by.user)
    missing = tuple(line.key for line in found.conflicts if line.key not in choices)
    if missing:
        raise NotChosenError(found, missing)
    changes = found.made(choices, withdrawn)
    rows = rows_of(found.now)
    after = apply_to_rows(rows, changes)
    wanted = {key: after.get(key, ABSENT) for key in ((change.kind, change.ref) for change in changes)}
    if faults := undecidable_in(mission, rows, wanted, by=by.user):
        raise FactsError(faults)
    done = save(mission, wanted, by=by, act=Act.IMPORTED, reason=reason)
    draft.state, draft.gesture, draft.changes = ImportDraft.State.APPLIED, done.gesture, len(done.changes)
    draft.applied_at, draft.applied_by, draft.reason = timezone.now(), by.said, reason
    draft.known = draft.brought = b""
    draft.lines, draft.repairs, draft.choices, draft.withdrawn = {}, [], {}, []
    draft.figures_asked = draft.figures_for = ""
    draft.figures = None
    draft.save()
    return done


@transaction.atomic
def undo_import(draft: ImportDraft, *, by: Author) -> Done:
    """Undo an import; ``ClashError`` when someone changed since what it changed."""
    if draft.gesture is None:
        raise KeyError(draft.pk)
    done = undo(draft.mission, draft.gesture, by=by, reason=f"Annulation de l’import de {draft.file_name}")
    draft.state = ImportDraft.State.UNDONE
    draft.save(update_fields=["state"])
    return done
