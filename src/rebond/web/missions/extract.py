"""A part of a mission: the rows that a gesture touches, with all that they lean on; the rest is not read nor written.

What is checked and written of a part is what would be checked and written of the whole: a property test says so.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from django.db import models
from django.db.models import F

from rebond.facts import (
    Accompaniment,
    AdviceMeeting,
    AidObtained,
    Census,
    Interview,
    Mark,
    Project,
    Recusal,
    ReferralStep,
    SentReferral,
)
from rebond.history import Kind, rows_of
from rebond.web.advice import models as advice
from rebond.web.firms import models as firms
from rebond.web.interviews import models as interviews
from rebond.web.missions.models import Mission
from rebond.web.portfolio import models as portfolio
from rebond.web.projects import models as projects
from rebond.web.referrals import models as referrals

Q = TypeVar("Q", bound="models.QuerySet[Any]")
Rows = Mapping[tuple[Kind, str], Any]
_MODELS: Final[Mapping[Kind, tuple[Any, str]]] = {
    Kind.FIRM: (firms.Firm, "ref"),
    Kind.INTERVIEW: (interviews.Interview, "ref"),
    Kind.PROJECT: (projects.Project, "ref"),
    Kind.AID: (firms.AidObtained, "ref"),
    Kind.PARTNER_ENTRY: (projects.PartnerEntry, "ref"),
    Kind.DECISION: (portfolio.CommitteeDecision, "project__ref"),
    Kind.MARK: (portfolio.Mark, "ref"),
    Kind.RECUSAL: (portfolio.Recusal, "ref"),
    Kind.REFERRAL: (referrals.SentReferral, "ref"),
    Kind.REFERRAL_STEP: (referrals.ReferralStep, "ref"),
    Kind.ACCOMPANIMENT: (advice.Accompaniment, "ref"),
    Kind.MEETING: (advice.AdviceMeeting, "ref"),
}
"""Kinds whose rows are looked at one by one, by their reference; of the others, all or none: they are few or short."""
_ROADMAP: Final = (Kind.ACTION, Kind.PROGRESS)
"""An action and its progress: read and written together."""
_MOST: Final = 300
"""Rows past which the whole mission is read instead: one long query costs less than long lists of references."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """The rows looked at, by kind; a kind that is absent is not looked at."""

    refs: Mapping[Kind, frozenset[str]]
    places: Mapping[Kind, Mapping[str, int]] = field(default_factory=dict)
    """The rank of each row in the whole mission, once it is about to be written."""


def within(rows: Q, extract: Extract | None, kind: Kind, path: str = "ref") -> Q:
    """Those of the rows that are in the part; all for the whole mission (``None``)."""
    if extract is None:
        return rows
    if kind in _MODELS:
        return rows.filter(**{f"{path}__in": extract.refs.get(kind, frozenset())})
    return rows if kind in extract.refs else rows.none()


def holds(extract: Extract | None, kind: Kind) -> bool:
    """Whether rows of a kind are looked at."""
    return extract is None or kind in extract.refs


def place(extract: Extract | None, kind: Kind, ref: str, rank: int) -> int:
    """The rank of a row in the mission, from its rank among the rows looked at."""
    return rank if extract is None else extract.places[kind][ref]


def extract_of(mission: Mission, keys: Collection[tuple[Kind, str]], after: Rows) -> Extract | None:
    """All that must be read to check and write some rows; ``None``: the whole mission.

    ``after``: the rows as they will be, without those that go. It holds the firm and the project that a row names
    before and after, and whatever names a firm or a project that goes.
    """
    refs: dict[Kind, set[str]] = {}
    for kind, ref in keys:
        refs.setdefault(kind, set()).add(ref)
        row = after.get((kind, ref))
        if row is not None and getattr(row, "id", ref) != ref:
            # A row that takes the name of another: only the whole tells.
            return None
    for kind in _MODELS:
        refs.setdefault(kind, set())
    if not refs.keys().isdisjoint(_ROADMAP):
        for kind in _ROADMAP:
            refs.setdefault(kind, set())
    _add_named(refs, after.values())
    if accompanied := {row.project_id for row in after.values() if isinstance(row, Accompaniment)}:
        # A project has one adviser at a time: the others are looked at too.
        refs[Kind.ACCOMPANIMENT] |= _refs(mission, Kind.ACCOMPANIMENT, project__ref__in=accompanied)
    if Kind.SETTINGS in refs:
        # A call that goes from the settings leaves its decisions without one.
        refs[Kind.DECISION] |= set(
            portfolio.CommitteeDecision.objects.of(mission).exclude(call="").values_list("project__ref", flat=True)
        )
    _add_dependents(mission, refs, {key for key in keys if key not in after})
    _add_owners(mission, refs)
    if sum(map(len, refs.values())) > _MOST:
        return None
    return Extract(refs={kind: frozenset(found) for kind, found in refs.items()})


def _add_named(refs: dict[Kind, set[str]], rows: Iterable[Any]) -> None:
    for row in rows:
        if isinstance(row, Project | Interview | AidObtained | Recusal):
            refs[Kind.FIRM].add(row.firm_id)
        if isinstance(row, AidObtained) and row.project_id:
            refs[Kind.PROJECT].add(row.project_id)
        if isinstance(row, Mark | SentReferral | Accompaniment):
            refs[Kind.PROJECT].add(row.project_id)
        if isinstance(row, ReferralStep):
            refs[Kind.REFERRAL].add(row.referral_id)
        if isinstance(row, AdviceMeeting):
            refs[Kind.ACCOMPANIMENT].add(row.accompaniment_id)


def _add_dependents(mission: Mission, refs: dict[Kind, set[str]], gone: Collection[tuple[Kind, str]]) -> None:
    """What would be left without its firm or its project."""
    lost_firms = [ref for kind, ref in gone if kind is Kind.FIRM]
    lost_projects = [ref for kind, ref in gone if kind is Kind.PROJECT]
    if lost_firms:
        for kind in (Kind.PROJECT, Kind.INTERVIEW, Kind.AID, Kind.RECUSAL):
            refs[kind] |= _refs(mission, kind, firm__ref__in=lost_firms)
    if lost_projects:
        refs[Kind.AID] |= _refs(mission, Kind.AID, project__ref__in=lost_projects)
        refs[Kind.DECISION] |= _refs(mission, Kind.DECISION, project__ref__in=lost_projects)
        refs[Kind.MARK] |= _refs(mission, Kind.MARK, project__ref__in=lost_projects)
        refs[Kind.REFERRAL] |= _refs(mission, Kind.REFERRAL, project__ref__in=lost_projects)
        refs[Kind.ACCOMPANIMENT] |= _refs(mission, Kind.ACCOMPANIMENT, project__ref__in=lost_projects)
    lost_referrals = [ref for kind, ref in gone if kind is Kind.REFERRAL]
    if lost_referrals:
        refs[Kind.REFERRAL_STEP] |= _refs(mission, Kind.REFERRAL_STEP, referral__ref__in=lost_referrals)
    if lost := [ref for kind, ref in gone if kind is Kind.ACCOMPANIMENT]:
        refs[Kind.MEETING] |= _refs(mission, Kind.MEETING, accompaniment__ref__in=lost)


def _add_owners(mission: Mission, refs: dict[Kind, set[str]]) -> None:
    """The firm and the project that the rows held name, withdrawn rows too: they may come back."""
    aids = firms.AidObtained.ever.of(mission).filter(ref__in=refs[Kind.AID])
    for firm, project in aids.values_list("firm__ref", "project__ref"):
        refs[Kind.FIRM].add(firm)
        if project:
            refs[Kind.PROJECT].add(project)
    refs[Kind.PROJECT] |= refs[Kind.DECISION]
    steps = referrals.ReferralStep.ever.of(mission).filter(ref__in=refs[Kind.REFERRAL_STEP])
    refs[Kind.REFERRAL].update(steps.values_list("referral__ref", flat=True))
    # A step is judged by those before it.
    beside = referrals.ReferralStep.ever.of(mission).filter(referral__ref__in=refs[Kind.REFERRAL])
    refs[Kind.REFERRAL_STEP].update(beside.values_list("ref", flat=True))
    sent = referrals.SentReferral.ever.of(mission).filter(ref__in=refs[Kind.REFERRAL])
    refs[Kind.PROJECT].update(sent.values_list("project__ref", flat=True))
    meetings = advice.AdviceMeeting.ever.of(mission).filter(ref__in=refs[Kind.MEETING])
    refs[Kind.ACCOMPANIMENT].update(meetings.values_list("accompaniment__ref", flat=True))
    accompanied = advice.Accompaniment.ever.of(mission).filter(ref__in=refs[Kind.ACCOMPANIMENT])
    refs[Kind.PROJECT].update(accompanied.values_list("project__ref", flat=True))
    marks = portfolio.Mark.ever.of(mission).filter(ref__in=refs[Kind.MARK])
    refs[Kind.PROJECT].update(marks.values_list("project__ref", flat=True))
    recusals = portfolio.Recusal.ever.of(mission).filter(ref__in=refs[Kind.RECUSAL])
    refs[Kind.FIRM].update(recusals.values_list("firm__ref", flat=True))
    for kind in (Kind.PROJECT, Kind.INTERVIEW):
        rows = _MODELS[kind][0].ever.of(mission).filter(ref__in=refs[kind])
        refs[Kind.FIRM].update(rows.values_list("firm__ref", flat=True))


def _refs(mission: Mission, kind: Kind, **asked: Any) -> set[str]:
    model, path = _MODELS[kind]
    return set(model.objects.of(mission).filter(**asked).values_list(path, flat=True))


def placed(mission: Mission, extract: Extract, census: Census) -> Extract:
    """The part with the rank of each row: those after a row that goes come one up, a new row comes last."""
    named: dict[Kind, list[str]] = {}
    for kind, ref in rows_of(census):
        named.setdefault(kind, []).append(ref)
    places = {
        kind: _places(mission, kind, extract.refs.get(kind, frozenset()), named.get(kind, ())) for kind in _MODELS
    }
    return Extract(refs=extract.refs, places=places)


def _places(mission: Mission, kind: Kind, refs: Collection[str], named: Collection[str]) -> dict[str, int]:
    if not refs:
        return {}
    model, path = _MODELS[kind]
    present = model.objects.of(mission)

    def held() -> dict[str, int]:
        return dict(present.filter(**{f"{path}__in": refs}).values_list(path, "position"))

    places = held()
    gone = {ref: places[ref] for ref in places.keys() - set(named)}
    staying = present.exclude(**{f"{path}__in": list(gone)})
    for rank in sorted(gone.values(), reverse=True):
        staying.filter(position__gt=rank).update(position=F("position") - 1)
    if gone:
        places = held()
    new = [ref for ref in named if ref not in places]
    if new:
        last = present.count() - len(gone)
        places |= {ref: last + rank for rank, ref in enumerate(new)}
    return places
