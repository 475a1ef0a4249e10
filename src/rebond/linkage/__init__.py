"""Who is already known, and to whom: the census against the partners' own lists."""

from rebond.linkage.census import link_census
from rebond.linkage.decided import unused_decision_alerts
from rebond.linkage.model import Counts, KnownStatus, Link, LinkageResult, Outcome, Question, UnknownShare
from rebond.linkage.names import normalise_name
from rebond.linkage.queue import Queue, queue_of
from rebond.linkage.rules import LinkageRules, load_rules

__all__ = [
    "Counts",
    "KnownStatus",
    "Link",
    "LinkageResult",
    "LinkageRules",
    "Outcome",
    "Question",
    "Queue",
    "UnknownShare",
    "link_census",
    "load_rules",
    "normalise_name",
    "queue_of",
    "unused_decision_alerts",
]
