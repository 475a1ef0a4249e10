"""Everything that a mission recorded."""

from __future__ import annotations

from dataclasses import dataclass, field

from rebond.facts.accompanied import Accompaniment, AdviceMeeting
from rebond.facts.aids import AidObtained
from rebond.facts.firms import Firm
from rebond.facts.interviews import Interview
from rebond.facts.marks import Mark, Recusal
from rebond.facts.partners import LinkDecision, PartnerEntry
from rebond.facts.projects import Project
from rebond.facts.referred import ReferralStep, SentReferral
from rebond.facts.roadmap import ActionProgress, RoadmapAction
from rebond.facts.settings import MissionSettings
from rebond.facts.settled import CommitteeDecision, Confirmation, Descent
from rebond.facts.weights import WeightStatement


@dataclass(frozen=True, slots=True, kw_only=True)
class Census:
    """Everything that a mission recorded: the input of ``rebond.mission.run_mission``."""

    settings: MissionSettings
    firms: tuple[Firm, ...]
    interviews: tuple[Interview, ...]
    projects: tuple[Project, ...]
    aids: tuple[AidObtained, ...] = ()
    partner_entries: tuple[PartnerEntry, ...] = ()
    confirmations: tuple[Confirmation, ...] = ()
    """Answers to questions of plausibility, with who and when."""
    decisions: tuple[CommitteeDecision, ...] = ()
    """What the committee settled, at most one for a project; empty as long as nothing is recorded."""
    link_decisions: tuple[LinkDecision, ...] = ()
    """What people settled about partners' lines, at most one for a line with a firm or a project."""
    lineage: tuple[Descent, ...] = ()
    """Which projects and firms came from which others, at most once by the same act."""
    marks: tuple[Mark, ...] = ()
    """What each assessor gave each project, those corrected since too."""
    recusals: tuple[Recusal, ...] = ()
    """Where assessors said that they stand aside, and that they no longer do."""
    referrals: tuple[SentReferral, ...] = ()
    """Which projects were sent to which organisations: what people sent, never what a study proposes."""
    referral_steps: tuple[ReferralStep, ...] = ()
    """What became of them, every step ever recorded."""
    actions: tuple[RoadmapAction, ...] = ()
    """What the mission adopted of its roadmap, or set aside."""
    progress: tuple[ActionProgress, ...] = ()
    """How these actions advance, in the order in which it was said for each."""
    accompaniments: tuple[Accompaniment, ...] = ()
    """Which adviser each project is with, until it is ripe; those that ended too."""
    meetings: tuple[AdviceMeeting, ...] = ()
    """What was agreed with the advisers, meeting after meeting."""
    opinions: tuple[WeightStatement, ...] = ()
    """What is said of the weights of the call, at most once by a person."""
    repairs: tuple[str, ...] = field(default=())
    """What was repaired while reading, in French."""

    def firm(self, firm_id: str) -> Firm:
        """The firm of that id; ``KeyError`` when there is none."""
        for firm in self.firms:
            if firm.id == firm_id:
                return firm
        raise KeyError(firm_id)
