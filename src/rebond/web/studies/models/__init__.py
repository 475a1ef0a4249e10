"""Everything computed: the study, what it found of firms and projects, what it proposes, what it publishes."""

from rebond.web.studies.models.follow_up import Action, ActionFollowed, Referral
from rebond.web.studies.models.found import NOT_COMPARED, FirmFinding, KnownLink, PlanLine, ProjectFinding
from rebond.web.studies.models.published import Document, DocumentSet, Figure, Indicator, PublicationBasis
from rebond.web.studies.models.questions import OpenQuestion
from rebond.web.studies.models.record import Record
from rebond.web.studies.models.study import Study

__all__ = [
    "NOT_COMPARED",
    "Action",
    "ActionFollowed",
    "Document",
    "DocumentSet",
    "Figure",
    "FirmFinding",
    "Indicator",
    "KnownLink",
    "OpenQuestion",
    "PlanLine",
    "ProjectFinding",
    "PublicationBasis",
    "Record",
    "Referral",
    "Study",
]
