"""What people are asked: few questions, each about one doubt, those that change most first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from rebond.eligibility.truth import Truth
from rebond.linkage.model import KnownStatus, Link, Outcome, Question


def ask(
    firm_links: Iterable[Link],
    project_links: Iterable[Link],
    statuses: Iterable[KnownStatus],
    projects_of: Mapping[str, Sequence[str]],
) -> tuple[Question, ...]:
    """The open doubts, one question for all the lines that hesitate among the same firms.

    A doubt that changes no status is left out: a project that another line already makes known needs nobody.
    """
    open_subjects = {status.subject_id for status in statuses if status.known is Truth.UNKNOWN}
    firms_of: dict[str, set[str]] = defaultdict(set)
    doubts: dict[str, list[Link]] = defaultdict(list)
    for link in firm_links:
        if link.outcome is not Outcome.REJECTED:
            firms_of[link.entry_id].add(link.firm_id)
        if link.outcome is Outcome.TO_CONFIRM:
            doubts[link.entry_id].append(link)
    for link in project_links:
        if link.outcome is Outcome.TO_CONFIRM:
            doubts[link.entry_id].append(link)
    grouped: dict[tuple[str, ...], list[Link]] = defaultdict(list)
    for entry_id, links in doubts.items():
        if any(link.pair[0] in open_subjects for link in links):
            grouped[tuple(sorted(firms_of[entry_id]))] += links
    questions = [_question(firms, links, open_subjects, projects_of) for firms, links in grouped.items()]
    return tuple(sorted(questions, key=_rank))


def _question(
    firms: tuple[str, ...], links: list[Link], open_subjects: set[str], projects_of: Mapping[str, Sequence[str]]
) -> Question:
    ordered = tuple(sorted(links, key=lambda link: (-link.score, link.pair)))
    subjects = {link.pair[0] for link in links} & open_subjects
    projects = dict.fromkeys(link.project_id for link in ordered if link.project_id)
    rest = (project_id for firm_id in firms for project_id in projects_of.get(firm_id, ()))
    return Question(
        firms=firms,
        entries=tuple(sorted({link.entry_id for link in links})),
        projects=tuple(dict.fromkeys((*projects, *rest))),
        links=ordered,
        changes=len(subjects.intersection(projects)),
        firm_changes=len(subjects.intersection(firms)),
    )


def _rank(question: Question) -> tuple[int, int, int, tuple[str, ...]]:
    best = max(link.score for link in question.links)
    return -question.changes, -question.firm_changes, -best, question.firms
