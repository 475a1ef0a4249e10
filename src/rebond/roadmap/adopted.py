"""What a study finds of the actions that a mission adopted: it never changes them, it says what changed under them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from rebond.facts import UNKNOWN, ActionProgress, ActionStatus, Census, RoadmapAction
from rebond.facts.roadmap import last_progress, last_values
from rebond.roadmap.build import HeardNeed, ProposedAction, told_needs

_LAST_PRIORITY = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptedAction:
    """An action of the roadmap beside what the interviews say today."""

    action: RoadmapAction
    needs: tuple[HeardNeed, ...]
    """Of the needs that it is linked to, those that are still in an interview."""
    asked_by: int
    """Firms that said them."""
    added: tuple[HeardNeed, ...]
    """Needs that its proposal answers today, and that no adopted action is linked to."""
    gone: tuple[str, ...]
    """Needs that it is linked to, and that no interview holds any more."""
    lost_projects: tuple[str, ...]
    """Projects that it is linked to, and that left the census."""
    last: ActionProgress | None
    value: ActionProgress | None
    """The last progress that gives the value of its indicator."""

    @property
    def from_what(self) -> str:
        """For how many firms, from which needs, in the words of nobody."""
        return told_needs(self.needs, self.asked_by)

    @property
    def is_as_it_was(self) -> bool:
        """Whether nothing changed under it."""
        return not (self.added or self.gone or self.lost_projects)


def follow(census: Census, proposals: Sequence[ProposedAction]) -> tuple[AdoptedAction, ...]:
    """Every adopted action of a census: by axis in the order of the proposals, what comes first first."""
    heard = {need.ref: need for proposal in proposals for need in proposal.needs}
    linked = {ref for action in census.actions if action.is_adopted for ref in action.needs}
    by_key = {proposal.key: proposal for proposal in proposals if proposal.answers}
    projects = {project.id for project in census.projects}
    last, values = last_progress(census.progress), last_values(census.progress)
    found = []
    for action in census.actions:
        if not action.is_adopted:
            continue
        needs = tuple(heard[ref] for ref in action.needs if ref in heard)
        proposal = by_key.get(action.proposal) if action.status.is_open else None
        found.append(
            AdoptedAction(
                action=action,
                needs=needs,
                asked_by=len({need.firm for need in needs}),
                added=tuple(need for need in proposal.needs if need.ref not in linked) if proposal else (),
                gone=tuple(ref for ref in action.needs if ref not in heard),
                lost_projects=tuple(ref for ref in action.projects if ref not in projects),
                last=last.get(action.id),
                value=values.get(action.id),
            )
        )
    return tuple(found)


def in_order(adopted: Iterable[AdoptedAction]) -> tuple[AdoptedAction, ...]:
    """What comes first first: by priority, then by end; what nobody said comes last, what was dropped after all."""
    return tuple(sorted(adopted, key=_order))


def _order(found: AdoptedAction) -> tuple[bool, int, date, str]:
    action = found.action
    rank = _LAST_PRIORITY if action.priority is UNKNOWN else action.priority.rank
    end = action.ends_on if isinstance(action.ends_on, date) else date.max
    return action.status is ActionStatus.DROPPED, rank, end, action.id
