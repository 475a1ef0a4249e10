"""Decisions about partners' lines as people read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rebond.history.changes import link_ref
from rebond.web.firms.models import Firm
from rebond.web.linkage.models import LinkDecision
from rebond.web.missions.models import Mission
from rebond.web.projects.models import PartnerEntry, Project


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A decision with the names of what it is about, and whether all of it is still there."""

    decision: LinkDecision
    line: str
    subject: str
    is_whole: bool

    @property
    def key(self) -> str:
        """Names its pair in a form where several are ticked, and in the journal."""
        return link_ref(self.decision.entry_ref, self.decision.firm_ref, self.decision.project_ref)

    def is_about(self, key: Mapping[str, str]) -> bool:
        """Whether it answers the pair of that key."""
        held = {
            "ligne": self.decision.entry_ref,
            "entreprise": self.decision.firm_ref,
            "projet": self.decision.project_ref,
        }
        return held == key


def told_of(user: Any, mission: Mission, decisions: Sequence[LinkDecision]) -> list[Told]:
    """Decisions with names, in three queries whatever their number."""
    entries = _by_ref(PartnerEntry.ever.visible_to(user).of(mission), [each.entry_ref for each in decisions])
    firms = _by_ref(Firm.ever.visible_to(user).of(mission), [each.firm_ref for each in decisions])
    projects = _by_ref(Project.ever.visible_to(user).of(mission), [each.project_ref for each in decisions])
    found = []
    for each in decisions:
        entry, firm, project = entries.get(each.entry_ref), firms.get(each.firm_ref), projects.get(each.project_ref)
        rows = (entry, project if each.project_ref else firm)
        named = project.title if project else "" if each.project_ref else firm.name if firm else ""
        found.append(
            Told(
                decision=each,
                line=f"{entry.partner_name} : {entry.firm_name}, {entry.project_title}".rstrip(", ")
                if entry
                else f"ligne {each.entry_ref}",
                subject=named or each.project_ref or each.firm_ref,
                is_whole=all(row is not None and row.withdrawn_at is None for row in rows),
            )
        )
    return found


def _by_ref(rows: Any, refs: Sequence[str]) -> dict[str, Any]:
    return {row.ref: row for row in rows.filter(ref__in=refs)}
