"""The long results of a study, typed: what views and templates read of a record, without parsing JSON by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from rebond.financing.plan.model import FinancingPlan, Form
from rebond.web.financing.records_json import from_record
from rebond.web.missions.truth import Answer
from rebond.web.studies.packing import Packer, Unpacker


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredReason:
    """One criterion of a verdict."""

    truth: str
    expected: str
    observed: str
    source: str
    to_confirm: bool
    change: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredVerdict:
    """Whether a project can apply for a dispositif; the dispositif is named as it was on that day."""

    dispositif: str
    title: str
    funder: str
    instrument: str
    truth: str
    summary: str
    missing: tuple[str, ...]
    unquantified: str

    @property
    def truth_label(self) -> str:
        """Oui, Non or Inconnu."""
        return str(Answer(self.truth).label)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredLine:
    """A line of a plan with all that explains it."""

    cost_ref: str
    cost_line: str
    dispositif: str
    title: str
    funder: str
    instrument: str
    regime: str
    article: str
    amount: Decimal
    aid: Decimal
    formula: str
    ceiling: str
    sources: tuple[str, ...]
    reserves: tuple[str, ...]
    verified: bool
    is_envelope: bool
    by_form: tuple[Form, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCriterion:
    """One line of the maturity grid of a project, with its proof."""

    label: str
    best: int
    level: int | None
    level_label: str
    proof: str
    remark: str
    next_step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredScore:
    """The score of a project on one criterion of the call."""

    label: str
    weight: Decimal
    score: Decimal
    explanation: str
    known: bool
    criterion: str = ""
    margin: Decimal = Decimal(0)
    """What is not known could still add."""
    marks: int = 0
    """Assessors whose marks make it."""
    spread: int = 0
    diverges: bool = False
    by_hand: bool = False

    @property
    def is_marked(self) -> bool:
        """Whether it comes from assessors, or may: a study of before did not say."""
        return self.by_hand or not self.criterion

    @property
    def high(self) -> Decimal:
        """The most that it may be."""
        return self.score + self.margin


def told_of_score(score: StoredScore) -> dict[str, Any]:
    """A score as JSON holds it."""
    told = {each.name: getattr(score, each.name) for each in fields(score)}
    return {name: str(value) if isinstance(value, Decimal) else value for name, value in told.items()}


def score_told(told: Mapping[str, Any]) -> StoredScore:
    """The score that ``told_of_score`` wrote."""
    amounts = {name: Decimal(told[name]) for name in ("weight", "score", "margin")}
    return StoredScore(**{**told, **amounts})


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredZone:
    """A zonage of the place of a project."""

    name: str
    value: str
    source: str
    assumed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCost:
    """How much aid the plan puts on a cost line, and the most that it may."""

    ref: str
    aid: Decimal
    ceiling: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredMaturity:
    """What the grid says beside the level that lists show."""

    derived_label: str
    reason: str
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAward:
    """What a referral brought: the plan of the rest was made on it."""

    dispositif: str
    title: str
    funder: str
    instrument: str
    referral: str
    granted_on: str
    amount: Decimal | None
    """Euros of the support; ``None`` when nobody said."""
    most: Decimal
    paid: Decimal | None
    regime: str
    article: str
    aid_words: str
    breach: str

    @property
    def day(self) -> date:
        """When it was granted."""
        return date.fromisoformat(self.granted_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRefusal:
    """A no, and why."""

    dispositif: str
    """Empty: an adviser's."""
    title: str
    organisation: str
    state_label: str
    said_on: str
    reason: str

    @property
    def day(self) -> date | None:
        """When it was said; ``None`` when nobody dated it."""
        return date.fromisoformat(self.said_on) if self.said_on else None


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorRow:
    """A row behind a figure: what it adds; ``kind`` is ``projet``, ``entreprise`` or empty."""

    ref: str
    label: str
    value: Decimal
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredChart:
    """A drawing and the table that says the same."""

    description: str
    svg: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


_SECTIONS: dict[str, type[Any]] = {
    "verdicts": StoredVerdict,
    "lignes": StoredLine,
    "grille": StoredCriterion,
    "maturite": StoredMaturity,
    "notes": StoredScore,
    "zonages": StoredZone,
    "postes": StoredCost,
    "obtenus": StoredAward,
    "refus": StoredRefusal,
}


def project_data(
    sections: dict[str, Sequence[Any]],
    *,
    reasons: Sequence[Sequence[StoredReason]],
    remarks: Sequence[str],
    plan: Any,
) -> dict[str, Any]:
    """The content of a project's record. ``reasons``: those of each verdict, in the order of the verdicts."""
    packer = Packer()
    packed = {name: [packer.pack(kind, row) for row in sections[name]] for name, kind in _SECTIONS.items()}
    told = [[packer.pack(StoredReason, reason) for reason in verdict] for verdict in reasons]
    return {**packer.head(), **packed, "raisons": told, "remarques": list(remarks), "plan": plan}


class ProjectRecord:
    """What a study found of a project, part by part: a page unpacks only the parts that it shows."""

    def __init__(self, data: dict[str, Any]) -> None:
        self._data = data
        self._unpacker = Unpacker(data)

    def _section(self, name: str) -> tuple[Any, ...]:
        # A study of before wrote no part that came since.
        return self._unpacker.rows(_SECTIONS[name], self._data.get(name, ()))

    @cached_property
    def verdicts(self) -> tuple[StoredVerdict, ...]:
        """Every verdict, by funder and title, without its reasons."""
        return self._section("verdicts")

    def reasons(self, dispositif: str) -> tuple[StoredReason, ...]:
        """The criteria of one verdict; empty for a dispositif that was not examined."""
        for verdict, packed in zip(self.verdicts, self._data["raisons"], strict=True):
            if verdict.dispositif == dispositif:
                return self._unpacker.rows(StoredReason, packed)
        return ()

    @cached_property
    def lines(self) -> tuple[StoredLine, ...]:
        """The plan, line by line."""
        return self._section("lignes")

    @cached_property
    def grid(self) -> tuple[StoredCriterion, ...]:
        """The maturity grid."""
        return self._section("grille")

    @cached_property
    def maturity(self) -> StoredMaturity:
        """What the grid says beside the level."""
        found: StoredMaturity = self._section("maturite")[0]
        return found

    @cached_property
    def scores(self) -> tuple[StoredScore, ...]:
        """The value for the call, criterion by criterion."""
        return self._section("notes")

    @cached_property
    def zones(self) -> tuple[StoredZone, ...]:
        """Zonages of the place."""
        return self._section("zonages")

    @cached_property
    def costs(self) -> dict[str, StoredCost]:
        """Aid and ceiling by cost line."""
        return {row.ref: row for row in self._section("postes")}

    @cached_property
    def awards(self) -> tuple[StoredAward, ...]:
        """What the project's referrals brought."""
        return self._section("obtenus")

    @cached_property
    def refusals(self) -> tuple[StoredRefusal, ...]:
        """What was refused to it."""
        return self._section("refus")

    @property
    def remarks(self) -> tuple[str, ...]:
        """What must be known of the plan."""
        return tuple(self._data["remarques"])

    @cached_property
    def plan(self) -> FinancingPlan:
        """The plan as the engine made it. ``TypeError`` or ``KeyError``: by an engine whose plans were others."""
        plan: FinancingPlan = from_record(self._data["plan"])
        return plan


def rows_data(rows: Sequence[IndicatorRow]) -> dict[str, Any]:
    """The content of an indicator's record."""
    packer = Packer()
    packed = [packer.pack(IndicatorRow, row) for row in rows]
    return {**packer.head(), "lignes": packed}


def read_rows(data: dict[str, Any]) -> tuple[IndicatorRow, ...]:
    """What ``rows_data`` wrote."""
    return Unpacker(data).rows(IndicatorRow, data["lignes"])


def chart_data(chart: StoredChart) -> dict[str, Any]:
    """The content of a chart's record."""
    return {
        "description": chart.description,
        "svg": chart.svg,
        "entetes": list(chart.header),
        "lignes": [list(row) for row in chart.rows],
    }


def read_chart(data: dict[str, Any]) -> StoredChart:
    """What ``chart_data`` wrote."""
    return StoredChart(
        description=data["description"],
        svg=data["svg"],
        header=tuple(data["entetes"]),
        rows=tuple(tuple(row) for row in data["lignes"]),
    )
