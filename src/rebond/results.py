"""What a mission found: of its firms, of its projects, as a whole. Values only: ``rebond.mission`` makes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from rebond.data.referentials import Labels
from rebond.eligibility.places import Commune, Zone
from rebond.eligibility.verdict import Verdict
from rebond.facts import AwardedAid, Census, Envelope, FactValue, Firm, Project
from rebond.facts.answered import NO_ANSWER, Answers
from rebond.financing.building.build import BuiltProject
from rebond.financing.law_readings import ReadingOutcome
from rebond.financing.plan.certainty import SupportStack, sum_of
from rebond.financing.plan.model import FinancingPlan
from rebond.financing.solving.proof import SolverReport
from rebond.indicators.model import Indicator
from rebond.linkage import KnownStatus, LinkageResult
from rebond.maturity import Maturity
from rebond.portfolio.call import CallDecision, CallStatus
from rebond.portfolio.first_come import Comparison
from rebond.portfolio.prices import Price
from rebond.portfolio.robust.mission import MissionRobustness
from rebond.portfolio.scoring import Score
from rebond.referrals.orient import Referral
from rebond.regimes.de_minimis import DeMinimisAccount
from rebond.regimes.sme import SizeResult
from rebond.roadmap.adopted import AdoptedAction
from rebond.roadmap.build import ProposedAction
from rebond.study.project import ProjectStudy
from rebond.units import Euros


@dataclass(frozen=True, kw_only=True)
class FirmResult:
    """What the mission found of a firm."""

    firm: Firm
    size: SizeResult
    account: DeMinimisAccount
    commune: Commune | None


@dataclass(frozen=True, kw_only=True)
class ProjectResult:
    """What the mission found of a project, step by step."""

    project: Project
    firm: Firm
    commune: Commune | None
    zones: Mapping[str, Zone]
    facts: Mapping[str, FactValue]
    known: KnownStatus
    maturity: Maturity
    score: Score
    verdicts: tuple[Verdict, ...]
    built: BuiltProject
    plan: FinancingPlan
    decision: CallDecision
    referrals: tuple[Referral, ...]
    awards: tuple[AwardedAid, ...] = ()
    """What the mission's referrals brought."""
    scores: Mapping[str, Score] = field(default_factory=dict)
    """Call that has criteria of its own, by its name → what the project is worth for it."""
    answers: Answers = NO_ANSWER
    """What was asked of funders, and what they answered, the call apart."""
    calls: Mapping[str, CallDecision] = field(default_factory=dict)
    """Of a mission with several calls: call by its name → what it proposes; ``decision`` is what they do together."""

    @property
    def stack(self) -> SupportStack:
        """The support of its plan by certainty: what may be published of it."""
        return self.plan.stack


@dataclass(frozen=True, slots=True, kw_only=True)
class CallShare:
    """What one call of several makes of its money."""

    call: Envelope
    name: str
    """How decisions and addresses name it: by its dispositif, but the first, by nothing."""
    title: str
    """What people call it."""
    spent: int
    prices: tuple[Price, ...]
    """Of its money alone."""

    @property
    def left(self) -> Euros:
        """What the proposal leaves of it."""
        return self.call.amount - self.spent


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What is worth saying of the selection as a whole."""

    prices: tuple[Price, ...]
    """Of the envelope and of the budgets and accounts that run out."""
    comparison: Comparison


@dataclass(frozen=True, kw_only=True)
class MissionResult:
    """The result of a mission, with what produced it."""

    census: Census
    on: date
    catalogue_version: str
    engine_version: str
    firms: tuple[FirmResult, ...]
    projects: tuple[ProjectResult, ...]
    linkage: LinkageResult
    envelope_spent: int
    roadmap: tuple[ProposedAction, ...]
    """What the study proposes, also of what was adopted or set aside."""
    alerts: tuple[str, ...]
    """What a reader must know of the law and data used: assumptions, unverified figures, values missing at the date."""
    organisations: Mapping[str, str]
    labels: Labels
    """The words for the codes of the result, as the catalogue and grids had them that day."""
    adopted: tuple[AdoptedAction, ...] = ()
    """The actions that the mission adopted, beside what the interviews say today."""
    readings: tuple[ReadingOutcome, ...] = ()
    """What each reading of the law gives; the proposal is computed on the one that is chosen."""
    law_end: date | None = None
    """The last day of the text whose end is near, or past without a successor; ``None``: none is."""
    indicators: tuple[Indicator, ...] = field(default=())
    studies: tuple[ProjectStudy, ...] = field(default=(), repr=False)
    """The study of each project, with the digest of what it read: to be kept for the next run."""
    selection_reports: tuple[SolverReport, ...] = ()
    """How sure the selection is; empty when no choice had to be made."""
    selection: Selection | None = None
    """``None`` in a result made for a reader who does not see all projects."""
    calls: tuple[CallShare, ...] = ()
    """What each call proposes, where there are several: ``selection`` is of them all."""
    robustness: MissionRobustness | None = field(default=None, repr=False)
    """How robust the selection is; ``None`` when nobody asked, and where there are several calls."""
    robustness_by_call: Mapping[str, MissionRobustness] = field(default_factory=dict, repr=False)
    """The same of each of several calls, by its name: for the team alone."""
    veiled: Mapping[str, str] = field(default_factory=dict)
    """Of a result made for a reader (``restitution.editions``): what is told of the cost of each project not named."""
    settled: bool = True
    """Whether the decisions recorded stand: where the committee holds sittings, those of a frozen one."""
    uncovered: str = ""
    """What the catalogue lacks in the whole territory, said before anything else; empty when it covers it."""

    @property
    def reading(self) -> ReadingOutcome | None:
        """The reading of the law that the proposal is computed on."""
        return next((found for found in self.readings if found.chosen), None)

    @property
    def readings_differ(self) -> bool:
        """Whether what is proposed depends on the reading."""
        told = {(found.stack, found.after_end, found.files) for found in self.readings if found.published}
        return len(told) > 1

    @property
    def stack(self) -> SupportStack:
        """The support of all plans by certainty."""
        return sum_of(project.stack for project in self.projects)

    @property
    def decided(self) -> bool:
        """Whether the committee's decision is recorded for every project that is proposed to it, and for one at least.

        Only then may a document write « retenus »; and only once they are ``settled``. Of several calls: of them all.
        """
        decided = {decision.project_id for decision in self.census.decisions}
        proposed = {p.project.id for p in self.projects if p.decision.status is CallStatus.RETAINED}
        return self.settled and bool(decided) and proposed <= decided

    @property
    def every_robustness(self) -> tuple[tuple[str, MissionRobustness], ...]:
        """How robust the selection of each call is, with what people call it; no name where there is one call."""
        if self.robustness is not None:
            return (("", self.robustness),)
        titled = ((share.title, self.robustness_by_call.get(share.name)) for share in self.calls)
        return tuple((title, found) for title, found in titled if found is not None)

    def financing_call(self, project: ProjectResult) -> CallShare | None:
        """Which of several calls is proposed to finance a project; ``None`` for none, and where there is one call."""
        return next(
            (c for c in self.calls if c.name in project.calls and project.calls[c.name].status is CallStatus.RETAINED),
            None,
        )

    def call_title(self, name: str) -> str:
        """What people call one of several calls; empty where there is one."""
        return next((each.title for each in self.calls if each.name == name), "")

    def project(self, project_id: str) -> ProjectResult:
        """The project of that id; ``KeyError`` when there is none."""
        return {result.project.id: result for result in self.projects}[project_id]

    def organisation_name(self, code: str) -> str:
        """The short name of an organisation, its code when the catalogue does not know it."""
        return self.organisations.get(code, code)
