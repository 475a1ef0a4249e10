"""What changed since the last frozen sitting: from the journal, and from its study beside that of today."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rebond.errors import RebondError
from rebond.facts import UNKNOWN, ActionProgress, CallStage, CallStep, ReferralState
from rebond.history import Kind
from rebond.records import FACTS
from rebond.restitution.confidences import confidences
from rebond.restitution.editions import Recipient
from rebond.restitution.typography import french_date, typeset
from rebond.units import agreed, format_euros, format_measure
from rebond.web.committee.models import FrozenSitting, Sitting
from rebond.web.disclosure.disclosed import band_of, discreet_words
from rebond.web.journal.models import Act, Entry
from rebond.web.missions.models import Mission
from rebond.web.projects.models import Project
from rebond.web.roadmap.models import RoadmapAction
from rebond.web.studies.comparing import ProjectChange, compare_studies
from rebond.web.studies.models import Study

if TYPE_CHECKING:
    from rebond.web.accounts.models import User

_OF_NOTHING = (Act.READ, Act.EXPORTED)
_MOST = 2_000
"""Lines of the journal that are read; past it, the page says so."""
_KINDS = (
    Kind.DECISION,
    Kind.SETTINGS,
    Kind.REFERRAL,
    Kind.REFERRAL_STEP,
    Kind.PROGRESS,
    Kind.ACTION,
)
_SENT = ReferralState.SENT.label.lower()
_AGAIN = f"{_SENT} de nouveau"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One subject, line by line."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """All that changed; without a frozen sitting, nothing can be said."""

    last: FrozenSitting | None
    sections: tuple[Section, ...] = ()
    notes: tuple[str, ...] = ()
    """What could not be looked at, and why."""

    @property
    def lines(self) -> list[str]:
        """One line a thing, each with its subject: for the minutes."""
        return [f"{each.title} : {line}" for each in self.sections for line in each.lines]


def last_frozen(mission: Mission) -> FrozenSitting | None:
    """The last frozen sitting that decides, whatever technical one followed it; one query."""
    technical = Sitting.objects.of(mission).filter(kind=Sitting.Kind.TECHNICAL, number__isnull=False)
    return FrozenSitting.objects.of(mission).exclude(number__in=technical.values("number")).first()


def since_last(mission: Mission, user: User, committee: Recipient | None = None, *, with_studies: bool = True) -> Since:
    """What changed; ``committee``: as it reads it, by code and in ranges of what was not put before it.

    ``with_studies``: the projects and amounts of two studies too, which are many to read.
    """
    last = last_frozen(mission)
    if last is None:
        return Since(last=None)
    rows = Entry.objects.of(mission).filter(position__gt=last.journal_position).exclude(act__in=_OF_NOTHING)
    told = rows.filter(kind__in=[kind.value for kind in _KINDS])
    entries = list(told.order_by("position")[: _MOST + 1])
    names = _Names(mission, committee)
    notes = [f"plus de {_MOST} changements : les premiers seuls sont lus"] if len(entries) > _MOST else []
    sections: list[Section] = []
    if with_studies:
        before = Study.objects.of(mission).filter(number=last.study_number or 0).first()
        if before is None or mission.current_study is None:
            notes.append("l’étude de ce comité n’est plus gardée : montants et projets ne sont pas comparés")
        elif before.pk != mission.current_study.pk:
            sections += _of_studies(mission, user, before, mission.current_study, names)
    sections += [
        Section(title="Décisions nationales et suites", lines=tuple(_steps(entries[:_MOST], names))),
        Section(title="Orientations", lines=tuple(_referrals(entries[:_MOST]))),
        Section(title="Feuille de route", lines=tuple(_roadmap(mission, entries[:_MOST], names))),
    ]
    return Since(last=last, sections=tuple(each for each in sections if each.lines), notes=tuple(notes))


class _Names:
    """How projects are called for a reader."""

    def __init__(self, mission: Mission, committee: Recipient | None) -> None:
        self.committee = committee
        self._titles = dict(Project.ever.of(mission).values_list("ref", "title"))

    def seen(self, ref: str) -> bool:
        """Whether the reader may know which project it is."""
        return self.committee is None or ref in (self.committee.presented or ())

    def of(self, ref: str) -> str:
        """A title, or a code."""
        title = self._titles.get(ref, ref)
        if self.committee is None:
            return title
        if self.seen(ref):
            return discreet_words(title, "")[0]
        return f"Projet {self.committee.codes[ref]}" if ref in self.committee.codes else "un projet"

    def hides(self, words: str) -> bool:
        """Whether words give away a confidence that the reader is not told."""
        return self.committee is not None and confidences().tells(words)

    def words(self, title: str) -> str:
        """The title of an action, as the reader may read it."""
        return confidences().title if self.hides(title) else title

    def amount(self, ref: str, amount: Decimal) -> str:
        """An amount, or its range."""
        return format_euros(amount) if self.seen(ref) else band_of(amount)


def _of_studies(mission: Mission, user: User, before: Study, after: Study, names: _Names) -> Iterator[Section]:
    found = compare_studies(mission, before, after, user)
    for title, projects in (("Projets entrés", found.came), ("Projets sortis", found.went)):
        yield Section(title=title, lines=tuple(_named(projects, names)))
    moved = [line for change in found.projects if (line := _moved(change, names))]
    hidden = sum(not names.seen(change.project.ref) for change in found.projects if change.amounts or change.proposal)
    if hidden:
        moved.append(f"{hidden} {agreed('autres', hidden)} {agreed('projets', hidden)} {agreed('changés', hidden)}")
    yield Section(title="Montants et proposition", lines=tuple(moved))


def _named(projects: Iterable[Project], names: _Names) -> Iterator[str]:
    hidden = 0
    for each in projects:
        if names.seen(each.ref):
            yield names.of(each.ref)
        else:
            hidden += 1
    if hidden:
        yield f"{hidden} {agreed('projets', hidden)} non {agreed('présentés', hidden)} au comité"


def _moved(change: ProjectChange, names: _Names) -> str:
    """Amounts of a project before and after; empty of one that the reader is not told by name."""
    ref = change.project.ref
    if not names.seen(ref) or not (change.amounts or change.proposal):
        return ""
    told = [f"{each.label.lower()} {format_euros(each.before)} → {format_euros(each.after)}" for each in change.amounts]
    if change.proposal:
        told.append(f"proposition « {change.proposal[0].lower()} » → « {change.proposal[1].lower()} »")
    return f"{names.of(ref)} : {', '.join(told)}"


def _steps(entries: Iterable[Entry], names: _Names) -> Iterable[str]:
    """What came of decisions, of each project and of the whole call, but for what was taken back since."""
    told: dict[tuple[str, str, CallStep], str] = {}
    for entry in entries:
        if entry.kind not in {Kind.DECISION, Kind.SETTINGS} or (
            "steps" not in entry.path and "calendar" not in entry.path
        ):
            continue
        before, after = _read(entry.before), _read(entry.after)
        for step in _steps_in(before, after):
            told.pop((entry.kind, entry.ref, step), None)
        for step in _steps_in(after, before):
            told[entry.kind, entry.ref, step] = _step_words(entry, step, names)
    return told.values()


def _step_words(entry: Entry, step: CallStep, names: _Names) -> str:
    what = CallStage(step.stage).label
    outcome = "" if step.outcome is UNKNOWN else f", {step.outcome.label.lower()}"
    day = "" if step.on is UNKNOWN else f", le {french_date(step.on)}"
    whole = entry.kind == Kind.SETTINGS
    amount = ""
    if step.amount is not UNKNOWN:
        amount = f", {format_euros(step.amount) if whole else names.amount(entry.ref, step.amount)}"
    return typeset(f"{'tout l’appel' if whole else names.of(entry.ref)} : {what.lower()}{outcome}{amount}{day}")


def _steps_in(after: Any, before: Any) -> Iterator[CallStep]:
    """The steps that a change added, whether the journal holds one or the whole list."""
    held = before if isinstance(before, (tuple, list)) else (before,)
    for each in after if isinstance(after, (tuple, list)) else (after,):
        if isinstance(each, CallStep) and each not in held:
            yield each


def _referrals(entries: Iterable[Entry]) -> Iterator[str]:
    """How many steps of each state, but for what was taken back: a count names no project."""
    states: Counter[str] = Counter()
    for entry in entries:
        if entry.path or entry.kind not in (Kind.REFERRAL, Kind.REFERRAL_STEP):
            continue
        # What was undone since is counted no more.
        for data, one in ((entry.after, 1), (entry.before, -1)):
            row = _read(data)
            if entry.kind == Kind.REFERRAL and row is not None:
                states[_SENT] += one
            elif (state := getattr(row, "state", None)) is not None:
                states[_AGAIN if state is ReferralState.SENT else str(state.label).lower()] += one
    yield from (f"{label} : {count}" for label, count in sorted(states.items()) if count > 0)


def _roadmap(mission: Mission, entries: Iterable[Entry], names: _Names) -> Iterable[str]:
    """What was said of actions, and the state of those that changed, but for what was taken back since."""
    found = [
        entry for entry in entries if entry.kind in {Kind.PROGRESS, Kind.ACTION} and entry.path in ([], ["status"])
    ]
    rows = {row.ref: row for row in RoadmapAction.ever.of(mission)} if found else {}
    told: dict[tuple[str, str], str] = {}
    for entry in found:
        key, after = (entry.kind, entry.ref), _read(entry.after)
        told.pop(key, None)
        if isinstance(after, ActionProgress):
            told[key] = _progress_words(after, rows.get(after.action_id), names)
        elif after is not None:
            row, status = rows.get(entry.ref), getattr(after, "status", after)
            told[key] = typeset(f"{names.words(row.title if row else entry.label)} : {status.label.lower()}")
    return told.values()


def _progress_words(said: ActionProgress, row: RoadmapAction | None, names: _Names) -> str:
    unit = f" {row.unit}" if row and row.unit else ""
    value = "" if said.value is UNKNOWN else f"{format_measure(said.value)}{unit}"
    words = "" if names.hides(said.words) else said.words
    title = names.words(row.title) if row else said.action_id
    return typeset(f"{title} : {', '.join(filter(None, (value, words))) or 'avancement noté'}")


def _read(data: Any) -> Any:
    """A value of the journal; ``None`` for one that this version does not know."""
    try:
        return None if data is None else FACTS.read(data)
    except (RebondError, LookupError, TypeError, ValueError):
        return None
