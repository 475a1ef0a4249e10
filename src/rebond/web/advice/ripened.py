"""Projects that became ripe from one study to the next, or no longer are: told to the pilot until it is read.

Nothing that was sent or decided changes: the next study sends the project to funders by itself, or to an adviser again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from rebond.web.advice.models import Ripening
from rebond.web.catalogue.reading import maturity_grid
from rebond.web.journal.models import Act, Entry
from rebond.web.journal.reading import Line, line_of
from rebond.web.journal.writing import Note, author_of, record
from rebond.web.missions.models import Mission
from rebond.web.missions.truth import Answer
from rebond.web.projects.models import Project
from rebond.web.studies.models import ProjectFinding, Study

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from rebond.web.accounts.models import User

KIND = "maturite"
"""Of the rows of the journal that say that a change was read."""
_EVIDENCE = frozenset({"evidence", "maturity_override"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A change of maturity with the evidence that did it; none: the rules changed, not the project."""

    row: Ripening
    causes: tuple[Line, ...]


def note_ripened(before: Study | None, after: Study, findings: Iterable[ProjectFinding]) -> None:
    """Keep which projects of both studies ripened or no longer are ripe; one query when none did."""
    if before is None:
        return
    was = dict(ProjectFinding.objects.found_by(before).values_list("project", "ripe"))
    now = timezone.now()
    Ripening.ever.bulk_create(
        Ripening(
            project_id=each.project_id,
            ripe=each.ripe == Answer.YES,
            at=now,
            study_number=after.number,
            after=before.journal_position,
            until=after.journal_position,
        )
        for each in findings
        if each.project_id in was and (was[each.project_id] == Answer.YES) is not (each.ripe == Answer.YES)
    )


def unread(user: User | AnonymousUser, mission: Mission) -> list[Ripening]:
    """The last change of each project that the pilot did not say to have read."""
    rows = Ripening.objects.visible_to(user).of(mission).filter(seen_at=None)
    last: dict[int, Ripening] = {}
    for row in rows.select_related("project__firm").order_by("at", "pk"):
        last[row.project_id] = row
    return list(last.values())


def told(user: User | AnonymousUser, mission: Mission, rows: Iterable[Ripening]) -> list[Told]:
    """Changes with their causes; one query."""
    listed = list(rows)
    if not listed:
        return []
    since = min(row.after for row in listed)
    entries = Entry.objects.visible_to(user).of(mission).filter(kind="projet", position__gt=since)
    entries = entries.filter(ref__in={row.project.ref for row in listed}).order_by("position")
    of_project: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.path and entry.path[0] in _EVIDENCE:
            of_project.setdefault(entry.ref, []).append(entry)
    return [Told(row=row, causes=tuple(_causes(row, of_project))) for row in listed]


def _causes(row: Ripening, entries: Mapping[str, list[Entry]]) -> Iterable[Line]:
    for entry in entries.get(row.project.ref, ()):
        if row.after < entry.position <= row.until:
            yield replace(line_of(entry), field=_words(entry.path))


def _words(path: Sequence[str]) -> str:
    """The criterion by its name, and what of it."""
    if path[0] != "evidence":
        return "Niveau fixé par une personne"
    if len(path) == 1:
        return "Preuves"
    labels = {each.code: each.label for each in maturity_grid().criteria}
    what = {"proof": ", preuve", "level": ", niveau"}.get(path[-1], "")
    return f"{labels.get(path[1], path[1])}{what}"


@transaction.atomic
def say_read(mission: Mission, project: Project, *, by: User) -> bool:
    """The pilot read every change of a project; ``False``: there was none to read."""
    rows = Ripening.objects.may_change(by).of(mission).filter(project=project, seen_at=None)
    seen = list(rows.order_by("at", "pk"))
    if not seen:
        return False
    rows.update(seen_at=timezone.now(), seen_by=by)
    words = "mûr" if seen[-1].ripe else "n’est plus mûr"
    said = Note(kind=KIND, ref=project.ref, label=project.title, path=("lu",), after=words)
    record(mission, [said], by=author_of(by), act=Act.MANAGED)
    return True
