"""How good the links are against the planted truth, before and after a person who is never wrong settles the queue."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from bench._linkage_world import Mission
from rebond.eligibility.truth import Truth
from rebond.linkage import Link, LinkageResult, LinkageRules, Outcome, link_census

Pairs = Collection[tuple[str, str]]
Decisions = Mapping[tuple[str, str], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Precision and recall of links, and what becomes of the projects."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        """Share of the links that are true."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """Share of the true pairs that are linked."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0


def score(linked: Pairs, truth: Pairs) -> Score:
    """Count pairs."""
    found, true = set(linked), set(truth)
    return Score(right=len(found & true), wrong=len(found - true), missed=len(true - found))


def linked_pairs(links: Collection[Link]) -> set[tuple[str, str]]:
    """The pairs that the engine holds for certain."""
    return {link.pair for link in links if link.outcome is Outcome.LINKED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One mission measured."""

    firms: Score
    projects: Score
    known_wrongly: int
    """Projects published as known that no partner has."""
    unknown_wrongly: int
    """Projects published as certainly unknown that a partner has."""
    unknown_low: int
    unknown_high: int
    unknown_true: int
    queue: int
    """Questions put to people."""

    @property
    def holds_truth(self) -> bool:
        """The published range contains the truth."""
        return self.unknown_low <= self.unknown_true <= self.unknown_high


def report(mission: Mission, result: LinkageResult) -> Report:
    """Measure a result."""
    really_known = {project for project, _ in mission.true_projects}
    known = {status.subject_id for status in result.projects if status.known is Truth.YES}
    unknown = {status.subject_id for status in result.projects if status.known is Truth.NO}
    counts = result.project_counts
    return Report(
        firms=score(linked_pairs(result.firm_links), mission.true_firms),
        projects=score(linked_pairs(result.project_links), mission.true_projects),
        known_wrongly=len(known - really_known),
        unknown_wrongly=len(unknown & really_known),
        unknown_low=counts.unknown,
        unknown_high=counts.unknown + counts.uncertain,
        unknown_true=len(mission.census.projects) - len(really_known),
        queue=len(result.queue),
    )


def settled(
    mission: Mission, link: Callable[[Decisions], LinkageResult], *, rounds: int = 3
) -> tuple[LinkageResult, int]:
    """The result once a perfect person has answered the questions shown, and how many were answered.

    A question is answered whole: which firm its lines name, and which of its projects each line speaks of.
    """
    decisions: dict[tuple[str, str], bool] = {}
    answered = 0
    result = link(decisions)
    for _ in range(rounds):
        if not result.queue:
            break
        for question in result.queue:
            answered += 1
            for entry in question.entries:
                for firm in question.firms:
                    decisions[firm, entry] = (firm, entry) in mission.true_firms
                for project in question.projects:
                    decisions[project, entry] = (project, entry) in mission.true_projects
        result = link(decisions)
    return result, answered


def linker(mission: Mission, rules: LinkageRules) -> Callable[[Decisions], LinkageResult]:
    """The engine on a mission, with a person's decisions."""
    return lambda decisions: link_census(
        mission.census,
        rules=rules,
        gazetteer=mission.gazetteer,
        decisions=decisions,
    )
