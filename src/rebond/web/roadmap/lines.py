"""The roadmap as pages show it: what was adopted or set aside, and what the study proposes and nobody settled."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from rebond import facts as core
from rebond.facts import ActionPriority
from rebond.restitution.charts import Chart
from rebond.restitution.confidences import confidences
from rebond.restitution.timeline import NARROW, span_of, timeline
from rebond.restitution.typography import french_date, typeset
from rebond.roadmap.build import NO_ACTION
from rebond.units import format_euros, format_measure
from rebond.web.accounts.models import User
from rebond.web.catalogue.reading import axes, axis_label, organisation_name
from rebond.web.committee.models import Sitting
from rebond.web.missions.access import TEAM, roles_in
from rebond.web.missions.models import Mission
from rebond.web.roadmap.facts import action_of
from rebond.web.roadmap.models import ActionProgress, RoadmapAction
from rebond.web.studies.models import Action, ActionFollowed

PROPOSED = "proposee"
STATES = {PROPOSED: "Proposée", **dict(RoadmapAction.Status.choices)}
_LAST = 9
Person = User | AnonymousUser


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One action: settled by people, or proposed by the study."""

    state: str
    axis: str
    title: str
    owner: str
    """Code or name; empty: nobody yet."""
    due: date | None
    row: RoadmapAction | None = None
    proposal: Action | None = None
    followed: ActionFollowed | None = None
    last: ActionProgress | None = None
    value: ActionProgress | None = None
    on: date = date.max

    @property
    def label(self) -> str:
        """Where it is, in words."""
        return STATES[self.state]

    @property
    def axis_label(self) -> str:
        """Its axis in words."""
        return self.proposal.axis_label if self.proposal else axis_label(self.axis)

    @property
    def owner_name(self) -> str:
        """Who answers for it; empty: nobody yet."""
        return organisation_name(self.owner) if self.owner else ""

    @property
    def partners(self) -> list[str]:
        """Those who help, by name."""
        if self.row:
            return [organisation_name(code) for code in self.row.partners]
        return self.proposal.partners if self.proposal else []

    @property
    def payers(self) -> list[str]:
        """Who pays, by name."""
        return [organisation_name(code) for code in self.row.paid_by] if self.row else []

    @property
    def action(self) -> core.RoadmapAction | None:
        """What people settled, as the core has it."""
        return action_of(self.row) if self.row else None

    @property
    def is_adopted(self) -> bool:
        """Whether it is of the roadmap."""
        return self.row is not None and self.row.status != RoadmapAction.Status.SET_ASIDE

    @property
    def is_late(self) -> bool:
        """Whether its end is past while something is still to be done."""
        return self.row is not None and action_of(self.row).is_late(self.on)

    @property
    def rank(self) -> tuple[bool, int, date, str]:
        """What comes first first; what was dropped comes after all."""
        priority = ActionPriority(self.row.priority).rank if self.row and self.row.priority else _LAST
        dropped = self.state == RoadmapAction.Status.DROPPED
        return dropped, priority, self.due or date.max, self.row.ref if self.row else ""

    @property
    def partners_words(self) -> str:
        """Those who help, in a row."""
        return ", ".join(self.partners)

    @property
    def payers_words(self) -> str:
        """Who pays, in a row."""
        return ", ".join(self.payers)

    @property
    def budget_words(self) -> str:
        """What it costs; empty when nobody knows."""
        return "" if self.row is None or self.row.budget is None else format_euros(self.row.budget)

    @property
    def starts_words(self) -> str:
        """Its first day; empty when nobody knows."""
        return _day_words(self.row.starts_on if self.row else None)

    @property
    def ends_words(self) -> str:
        """Its last day; empty when nobody knows."""
        return _day_words(self.due)

    @property
    def target_day_words(self) -> str:
        """The day of its target; empty when nobody knows."""
        return _day_words(self.row.target_on if self.row else None)

    @property
    def state_words(self) -> str:
        """Where it is, with why."""
        reason = self.row.status_reason if self.row else ""
        return f"{self.label} : {reason}" if reason else self.label

    @property
    def baseline_words(self) -> str:
        """Where its indicator starts; empty when nobody knows."""
        return value_words(self.row.baseline if self.row else None)

    @property
    def target_words(self) -> str:
        """Where its indicator should go; empty when nobody said."""
        return value_words(self.row.target if self.row else None)

    @property
    def changed(self) -> str:
        """What changed under it since it was adopted, in words; empty when nothing did."""
        if self.followed is None:
            return ""
        told = [
            _counted(self.followed.added, "besoin entendu à rattacher", "besoins entendus à rattacher"),
            _counted(self.followed.gone, "besoin disparu", "besoins disparus"),
            _counted(self.followed.lost_projects, "projet retiré", "projets retirés"),
        ]
        return ", ".join(filter(None, told))

    @property
    def measured(self) -> str:
        """From where to where, and where it is: « 0 → 40 salariés, 12 relevés »; empty without any value."""
        if self.row is None:
            return ""
        start, goal = (value_words(value) for value in (self.row.baseline, self.row.target))
        if not (start or goal or self.value):
            return ""
        unit = f" {self.row.unit}" if self.row.unit else ""
        now = f", dernière valeur {value_words(self.value.value)}" if self.value else ""
        return typeset(f"{start or 'inconnu'} → {goal or 'cible inconnue'}{unit}{now}")


def value_words(value: Decimal | None) -> str:
    """A value of an indicator; empty when nobody gave it."""
    return "" if value is None else format_measure(Decimal(value))


def as_read(mission: Mission, row: RoadmapAction) -> RoadmapAction:
    """The action with the words that the person who was given the mission may read. It is not to be saved."""
    if roles_in(mission).isdisjoint(TEAM):
        words = confidences()
        row.title, row.owner_person = words.discreet(row.title), ""
        for name in ("why", "status_reason", "indicator"):
            if words.tells(getattr(row, name)):
                setattr(row, name, "")
    return row


def progress_read(mission: Mission, rows: Iterable[ActionProgress]) -> list[ActionProgress]:
    """The same of what was said: no words that give a confidence away leave the team."""
    found = list(rows)
    if roles_in(mission).isdisjoint(TEAM):
        for row in found:
            row.words = "" if confidences().tells(row.words) else row.words
    return found


def lines_of(user: Person, mission: Mission, on: date, *, proposals: bool) -> list[Line]:
    """Every action that a person reads, in the order of the axes; four queries, one less without the proposals."""
    rows = [as_read(mission, row) for row in RoadmapAction.objects.visible_to(user).of(mission)]
    told = ActionProgress.objects.visible_to(user).of(mission).order_by("number")
    last, values = latest(progress_read(mission, told))
    followed = {row.action_ref: row for row in ActionFollowed.objects.visible_to(user).found_by(mission.current_study)}
    found = [
        Line(
            state=row.status,
            axis=row.axis,
            title=row.title,
            owner=row.owner,
            due=row.ends_on,
            row=row,
            followed=followed.get(row.ref),
            last=last.get(row.pk),
            value=values.get(row.pk),
            on=on,
        )
        for row in rows
    ]
    if proposals:
        found += [
            Line(
                state=PROPOSED,
                axis=row.axis,
                title=row.title,
                owner=row.owner or row.owner_name,
                due=row.due_on,
                proposal=row,
                on=on,
            )
            for row in left_to_settle(user, mission)
        ]
    order = list(axes())
    return sorted(found, key=lambda line: (order.index(line.axis) if line.axis in order else len(order), line.rank))


def left_to_settle(user: Person, mission: Mission) -> QuerySet[Action]:
    """What the current study proposes and nobody settled, with the needs and firms: two queries more."""
    settled = RoadmapAction.objects.of(mission).values("proposal")
    rows = Action.objects.visible_to(user).found_by(mission.current_study).exclude(code__in=settled)
    return rows.order_by("position").prefetch_related("needs__interview__firm")


def is_orphan(line: Line) -> bool:
    """Whether it only lists needs that no action answers."""
    return line.axis == NO_ACTION


def latest(rows: Iterable[ActionProgress]) -> tuple[dict[int, ActionProgress], dict[int, ActionProgress]]:
    """Key of an action → what was said last, and the last that gives a value; rows in the order of their numbers."""
    last: dict[int, ActionProgress] = {}
    values: dict[int, ActionProgress] = {}
    for row in rows:
        last[row.action_id] = row
        if row.value is not None:
            values[row.action_id] = row
    return last, values


def calendar_of(lines: Sequence[Line], on: date) -> tuple[Chart, Chart] | None:
    """The picture of what was adopted, for a page and for a telephone; ``None`` when no day is known."""
    spans = [span_of(line.action, on) for line in sorted(lines, key=lambda each: each.rank) if line.action]
    title = "Calendrier des actions adoptées"
    wide = timeline(spans, key="calendrier", title=title, on=on)
    return (wide, timeline(spans, key="calendrier-etroit", title=title, on=on, width=NARROW)) if wide.svg else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """What was done of the roadmap since the last committee."""

    day: date | None
    """Of the last frozen sitting, else of the mission's committee once it is past; ``None``: none was held yet."""
    adopted: Sequence[Line]
    ended: Sequence[Line]
    progress: Sequence[ActionProgress]

    @property
    def is_empty(self) -> bool:
        """Whether nothing was done."""
        return not (self.adopted or self.ended or self.progress)


def since_committee(user: Person, mission: Mission, lines: Sequence[Line], on: date) -> Since:
    """The actions adopted and the progress said since the last committee; two queries."""
    sittings = Sitting.objects.visible_to(user).of(mission).filter(frozen_at__isnull=False, kind=Sitting.Kind.STEERING)
    day = sittings.order_by("-number").values_list("held_on", flat=True).first()
    if day is None and mission.committee_on <= on:
        day = mission.committee_on
    progress = ActionProgress.objects.visible_to(user).of(mission).select_related("action").order_by("-on", "-pk")
    if day is not None:
        progress = progress.filter(on__gte=day)
    said = progress_read(mission, progress[:_SHOWN])
    for each in said:
        as_read(mission, each.action)
    new = [line for line in lines if line.row and (day is None or (line.row.adopted_on or date.min) >= day)]
    return Since(
        day=day,
        adopted=[line for line in new if line.is_adopted],
        ended=[line for line in new if not line.is_adopted],
        progress=said,
    )


_SHOWN = 20


def _day_words(day: date | None) -> str:
    return french_date(day) if day else ""


def _counted(refs: Sequence[str], one: str, many: str) -> str:
    return f"{len(refs)} {one if len(refs) == 1 else many}" if refs else ""
