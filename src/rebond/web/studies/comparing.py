"""Two studies of a mission side by side: figures, plans and verdicts that changed, and what people changed between."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from rebond.restitution.charts import Chart
from rebond.restitution.flows import Pair, before_after
from rebond.units import agreed
from rebond.web.financing.comparison import Compared
from rebond.web.firms.models import AidObtained
from rebond.web.journal.models import Entry
from rebond.web.journal.reading import OF_NO_FACT, Gesture, Line, gestures_of, line_of
from rebond.web.missions.models import Mission
from rebond.web.missions.querysets import MissionDataQuerySet
from rebond.web.projects.models import Project
from rebond.web.referrals.models import SentReferral
from rebond.web.restitution.groups import HEADLINES
from rebond.web.studies.models import Indicator, ProjectFinding, Study
from rebond.web.studies.records import ProjectRecord

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from rebond.web.accounts.models import User

AMOUNTS = (("support", "Soutiens au plan"), ("gap", "Reste à trouver"), ("envelope", "Proposé sur l’enveloppe"))
"""Columns of a finding that are compared as amounts, with their words."""
_MOST_LINES = 2_000
"""Rows of the journal read to say why; past it, the page says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureChange:
    """A published figure that changed; empty: it was not published."""

    label: str
    before: str
    after: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictChange:
    """What a project may ask that it might not, or the other way."""

    title: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectChange:
    """What changed of a project, and the changes of its own sheet or firm that people made between."""

    project: Project
    amounts: tuple[Compared, ...]
    proposal: tuple[str, str] | None
    known: tuple[str, str] | None
    lines: tuple[Compared, ...]
    verdicts: tuple[VerdictChange, ...]
    causes: tuple[Line, ...]
    """What people changed of it: its sheet, its firm and that firm's aid, its decision, its links."""
    shared: tuple[Line, ...]
    """Without a cause of its own: what changed of what all projects share, and of the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyComparison:
    """All that changed between two studies."""

    before: Study
    after: Study
    figures: tuple[FigureChange, ...]
    projects: tuple[ProjectChange, ...]
    came: tuple[Project, ...]
    went: tuple[Project, ...]
    gestures: tuple[Gesture, ...]
    rules: tuple[tuple[str, str, str], ...]
    """What the studies were made with that is not the same: catalogue, engine, date, reading."""
    is_cut: bool
    drawing: Chart | None = None
    """Before and after of the figures that a committee quotes; ``None`` when none of them changes."""


def compare_studies(
    mission: Mission, before: Study, after: Study, reader: User | AnonymousUser | None = None
) -> StudyComparison:
    """Both are done, and of the mission. Withdrawn projects are compared too: the study saw them.

    ``reader``: whoever stands aside for a firm is told of no mark of its projects.
    """
    between = _between(mission, before, after)
    entries = list((between if reader is None else between.visible_to(reader))[: _MOST_LINES + 1])
    is_cut, entries = len(entries) > _MOST_LINES, entries[:_MOST_LINES]
    old, new = _findings(before), _findings(after)
    both = [ref for ref in new if ref in old]
    aided = dict(AidObtained.ever.of(mission).values_list("ref", "firm__ref")) if entries else {}
    if any(entry.kind in _SENT for entry in entries):
        sent = SentReferral.ever.of(mission).values_list("ref", "project__ref")
        aided |= {f"orientation/{ref}": project for ref, project in sent}
    changes = (_project_change(old[ref], new[ref], entries, aided) for ref in both)
    return StudyComparison(
        before=before,
        after=after,
        figures=tuple(_figures(before, after)),
        projects=tuple(change for change in changes if change is not None),
        came=tuple(found.project for ref, found in new.items() if ref not in old),
        went=tuple(found.project for ref, found in old.items() if ref not in new),
        gestures=gestures_of(entries),
        rules=tuple(_rules(before, after)),
        is_cut=is_cut,
        drawing=_drawing(before, after),
    )


def _drawing(before: Study, after: Study) -> Chart | None:
    old, new = (
        {row.code: row for row in Indicator.objects.found_by(study).filter(code__in=HEADLINES).defer("record")}
        for study in (before, after)
    )
    pairs = [
        Pair(
            label=new[code].label,
            before=old[code].value,
            after=new[code].value,
            told=(old[code].brief or old[code].text, new[code].brief or new[code].text),
        )
        for code in HEADLINES
        if code in old and code in new and old[code].text != new[code].text
    ]
    if not pairs:
        return None
    names = (f"Étude n° {before.number}", f"Étude n° {after.number}")
    moved = f"{len(pairs)} {agreed('chiffres', len(pairs))} du comité sur {len(HEADLINES)}"
    verb = "change" if len(pairs) == 1 else "changent"
    title = f"{moved} {verb} entre les études n° {before.number} et {after.number}"
    return before_after(pairs, key="avant-apres", title=title, header=("Chiffre", *names))


def _between(mission: Mission, before: Study, after: Study) -> MissionDataQuerySet[Entry]:
    """The latest first; the same whichever study is the earlier one."""
    first, last = sorted((before.journal_position, after.journal_position))
    rows = Entry.objects.of(mission).filter(position__gt=first, position__lte=last).exclude(act__in=OF_NO_FACT)
    return rows.order_by("-position")


def _findings(study: Study) -> dict[str, ProjectFinding]:
    rows = ProjectFinding.objects.found_by(study).select_related("project__firm").order_by("project__ref")
    return {found.project.ref: found for found in rows}


def _figures(before: Study, after: Study) -> Iterable[FigureChange]:
    old = {row.code: row for row in Indicator.objects.found_by(before).defer("record")}
    new = {row.code: row for row in Indicator.objects.found_by(after).defer("record")}
    for code in dict.fromkeys([*new, *old]):
        was, now = old.get(code), new.get(code)
        if was is None or now is None or (was.value, was.text) != (now.value, now.text):
            labels = [row.label for row in (now, was) if row]
            yield FigureChange(
                label=labels[0], before=was.text if was else "", after=now.text if now else "", code=code
            )


def _rules(before: Study, after: Study) -> Iterable[tuple[str, str, str]]:
    for label, name in (
        ("Date du droit", "examined_on"),
        ("Lecture du droit", "reading_title"),
        ("Catalogue", "catalogue_version"),
        ("Moteur", "engine_version"),
    ):
        was, now = _said(getattr(before, name)), _said(getattr(after, name))
        if was != now:
            yield label, was, now


def _said(value: date | str) -> str:
    return value.strftime("%d/%m/%Y") if isinstance(value, date) else value


def _project_change(
    was: ProjectFinding, now: ProjectFinding, entries: Sequence[Entry], aided: Mapping[str, str]
) -> ProjectChange | None:
    """``None`` when nothing that is shown changed; the details are read only when they are not the same."""
    amounts = tuple(
        Compared(label, getattr(was, name), getattr(now, name))
        for name, label in AMOUNTS
        if getattr(was, name) != getattr(now, name)
    )
    proposal = _words(was.get_status_display(), now.get_status_display())
    known = _words(was.get_known_display(), now.get_known_display())
    same = was.record_id == now.record_id
    lines = () if same else tuple(_lines(was.found, now.found))
    amounts += () if same else tuple(_obtained(was.found, now.found))
    verdicts = () if same else tuple(_verdicts(was.found, now.found))
    if not (amounts or proposal or known or lines or verdicts):
        return None
    own = [entry for entry in entries if _is_about(entry, now.project, aided)]
    others = () if own else sorted((e for e in entries if e.kind in _SHARED), key=lambda e: _SHARED.index(e.kind))
    return ProjectChange(
        project=now.project,
        amounts=amounts,
        proposal=proposal,
        known=known,
        lines=lines,
        verdicts=verdicts,
        causes=tuple(line_of(entry) for entry in own),
        shared=tuple(line_of(entry) for entry in others[:_SHOWN_SHARED]),
    )


_SENT = ("suite_orientation", "orientation")
_SHARED = ("reglages", "decision", "aide", *_SENT, "ligne_de_liste", "rapprochement", "projet", "entreprise")
"""Kinds of rows that move the plans of projects that they do not name: those that all share, then the others'."""
_SHOWN_SHARED = 10


def _is_about(entry: Entry, project: Project, aided: Mapping[str, str]) -> bool:  # noqa: PLR0911 - one way out a kind
    """Whether a change is of the project itself, of its firm, or of what names one of them."""
    match entry.kind:
        case "projet" | "decision":
            return bool(entry.ref == project.ref)
        case "entreprise":
            return bool(entry.ref == project.firm.ref)
        case "note" | "deport":
            return bool(entry.ref.split("/")[0] in {project.ref, project.firm.ref})
        case "aide":
            return aided.get(entry.ref) == project.firm.ref
        case "orientation" | "suite_orientation":
            # What a funder answered of it: a refusal, a grant.
            sent = entry.ref if entry.kind == "orientation" else entry.ref.rpartition("/")[0]
            return aided.get(f"orientation/{sent}") == project.ref
        case "rapprochement":
            return not {project.ref, project.firm.ref}.isdisjoint(entry.ref.split("/"))
        case _:
            return False


def _words(before: str, after: str) -> tuple[str, str] | None:
    return None if before == after else (before, after)


def _lines(was: ProjectRecord, now: ProjectRecord) -> Iterable[Compared]:
    titles: dict[str, str] = {}
    sums: dict[str, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for rank, record in enumerate((was, now)):
        for line in record.lines:
            titles[line.dispositif] = f"{line.title} ({line.funder})"
            sums[line.dispositif][rank] += line.amount
    for key, (before, after) in sums.items():
        if before != after:
            yield Compared(titles[key], before, after)


def _obtained(was: ProjectRecord, now: ProjectRecord) -> Iterable[Compared]:
    """What funders granted to it, an unknown amount being the most that it may be."""
    before, after = (sum((award.most for award in record.awards), Decimal(0)) for record in (was, now))
    if before != after:
        yield Compared("Obtenu des financeurs", before, after)


def _verdicts(was: ProjectRecord, now: ProjectRecord) -> Iterable[VerdictChange]:
    old = {verdict.dispositif: verdict for verdict in was.verdicts}
    new = {verdict.dispositif: verdict for verdict in now.verdicts}
    for key in dict.fromkeys([*new, *old]):
        before, after = old.get(key), new.get(key)
        said = [verdict.truth_label if verdict else "non examiné" for verdict in (before, after)]
        named = after or before
        if said[0] != said[1] and named:
            yield VerdictChange(title=f"{named.title} ({named.funder})", before=said[0], after=said[1])
