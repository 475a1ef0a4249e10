"""Plausibility: what is well written and yet cannot be, or seldom is.

The rules are data (``referentiels/vraisemblance.yaml``); the checks are here, one module a subject. Nothing is dropped
or mended: a fault refuses the census, a question waits for someone's answer, a remark is told.
"""

from rebond.plausibility.examine import alerts, examine
from rebond.plausibility.model import ANSWER_COLUMN, Examination, Finding, Severity, SubjectKind, as_faults
from rebond.plausibility.rules import THEMES, PlausibilityRules, Theme, load_plausibility

__all__ = [
    "ANSWER_COLUMN",
    "THEMES",
    "Examination",
    "Finding",
    "PlausibilityRules",
    "Severity",
    "SubjectKind",
    "Theme",
    "alerts",
    "as_faults",
    "examine",
    "load_plausibility",
]
