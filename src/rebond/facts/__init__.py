"""What is known of a firm, a site, a project and a mission; what is not known is ``UNKNOWN``.

Every value here is frozen. ``UNKNOWN`` is a value like another: it is passed on, never replaced by a default,
and has no truth value (``if UNKNOWN`` raises).
"""

from rebond.facts.accompanied import (
    Accompaniment,
    AccompanimentOutcome,
    AdviceMeeting,
    PromisedEvidence,
    Promiser,
)
from rebond.facts.aids import FEASIBILITY_DONE, STUDY, AidObtained, AwardedAid, Band, PaidShare
from rebond.facts.call import CallStage, CallStep, Contribution, Envelope, StageOutcome
from rebond.facts.census import Census
from rebond.facts.firms import Accounts, Establishment, Firm, FirmLink, LinkKind
from rebond.facts.interviews import Interview, Need
from rebond.facts.marks import Mark, Recusal
from rebond.facts.partners import LinkAnswer, LinkDecision, PartnerEntry
from rebond.facts.projects import AssessorScore, CostLine, Evidence, FunderRequest, Project
from rebond.facts.referred import ReferralState, ReferralStep, SentReferral
from rebond.facts.roadmap import ActionPriority, ActionProgress, ActionStatus, RoadmapAction
from rebond.facts.settings import Announcement, CallCriterion, MissionSettings, ZoneAssumption
from rebond.facts.settled import CommitteeDecision, Confirmation, DecisionOutcome, Descent, DescentAct
from rebond.facts.values import NOTHING, UNKNOWN, FactValue, Maybe, Siren, Siret, Unknown
from rebond.facts.weights import WeightStatement

__all__ = [
    "FEASIBILITY_DONE",
    "NOTHING",
    "STUDY",
    "UNKNOWN",
    "Accompaniment",
    "AccompanimentOutcome",
    "Accounts",
    "ActionPriority",
    "ActionProgress",
    "ActionStatus",
    "AdviceMeeting",
    "AidObtained",
    "Announcement",
    "AssessorScore",
    "AwardedAid",
    "Band",
    "CallCriterion",
    "CallStage",
    "CallStep",
    "Census",
    "CommitteeDecision",
    "Confirmation",
    "Contribution",
    "CostLine",
    "DecisionOutcome",
    "Descent",
    "DescentAct",
    "Envelope",
    "Establishment",
    "Evidence",
    "FactValue",
    "Firm",
    "FirmLink",
    "FunderRequest",
    "Interview",
    "LinkAnswer",
    "LinkDecision",
    "LinkKind",
    "Mark",
    "Maybe",
    "MissionSettings",
    "Need",
    "PaidShare",
    "PartnerEntry",
    "Project",
    "PromisedEvidence",
    "Promiser",
    "Recusal",
    "ReferralState",
    "ReferralStep",
    "RoadmapAction",
    "SentReferral",
    "Siren",
    "Siret",
    "StageOutcome",
    "Unknown",
    "WeightStatement",
    "ZoneAssumption",
]
