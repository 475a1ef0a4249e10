"""What is left to decide on the links of a study, once the answers given since are taken into account.

Answers show at once; a new study then compares again, and may open or close more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from rebond.eligibility.truth import Truth
from rebond.facts import LinkAnswer, LinkDecision
from rebond.linkage.census import DECIDED, statuses
from rebond.linkage.model import Link, Outcome, UnknownShare, share_of
from rebond.linkage.questions import ask

_TAKEN_BACK = "la décision a été reprise"
_OTHER_FIRM, _OTHER_PROJECT = "une personne a choisi une autre entreprise", "une personne a choisi un autre projet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """Pairs that wait for a person, the most telling first, and what the answers may still change."""

    pairs: tuple[Link, ...]
    aside: tuple[Link, ...]
    """Still in doubt: a person looked and could not tell."""
    share: UnknownShare


def queue_of(
    firm_links: Iterable[Link],
    project_links: Iterable[Link],
    decisions: Sequence[LinkDecision],
    projects_of: Mapping[str, Sequence[str]],
) -> Queue:
    """The queue of a study's links. ``projects_of``: the projects of every firm of the study, none left out.

    A line is asked about a project before its firm: one « yes » then settles both. A firm or project that another line
    makes known is not asked about: the answer would change nothing.
    """
    on_firms, on_projects = settled(firm_links, project_links, decisions)
    projects = statuses((project for owned in projects_of.values() for project in owned), on_projects)
    everyone = (*projects, *statuses(projects_of, on_firms))
    questions = ask(on_firms, on_projects, everyone, projects_of)
    in_doubt = {status.subject_id for status in everyone if status.known is Truth.UNKNOWN}
    undecided = {each.pair for each in decisions if each.answer is LinkAnswer.UNDECIDED}
    asked = (link for question in questions for link in _by_line(question.links))
    waiting = [link for link in asked if link.pair[0] in in_doubt]
    return Queue(
        pairs=tuple(link for link in waiting if link.pair not in undecided),
        aside=tuple(link for link in waiting if link.pair in undecided),
        share=share_of(projects, questions),
    )


def settled(
    firm_links: Iterable[Link], project_links: Iterable[Link], decisions: Iterable[LinkDecision]
) -> tuple[list[Link], list[Link]]:
    """Links of a study as the decisions of today leave them; one that was taken back is in doubt again."""
    told = {each.pair: each.answer is LinkAnswer.SAME for each in decisions if each.answer is not LinkAnswer.UNDECIDED}
    named = {each.project_id: each.firm_id for each in decisions if each.project_id}
    whole = {
        **{(named[subject], entry): True for (subject, entry), same in told.items() if same and subject in named},
        **told,
    }
    linked_firms = {entry for (subject, entry), same in whole.items() if same and subject not in named}
    linked_projects = {entry for (subject, entry), same in told.items() if same and subject in named}
    on_firms = [_settled(link, whole, linked_firms, _OTHER_FIRM) for link in firm_links]
    refused = {link.pair for link in on_firms if link.outcome is Outcome.REJECTED}
    on_projects = [
        _rejected(link, "l'entreprise n'est pas celle de la ligne")
        if (link.firm_id, link.entry_id) in refused and link.outcome is not Outcome.REJECTED and link.pair not in told
        else _settled(link, told, linked_projects, _OTHER_PROJECT)
        for link in project_links
    ]
    return on_firms, on_projects


def _settled(link: Link, told: Mapping[tuple[str, str], bool], linked: Iterable[str], other: str) -> Link:
    if link.pair in told:
        same = told[link.pair]
        outcome = Outcome.LINKED if same else Outcome.REJECTED
        reasons = link.reasons if link.decided else (*link.reasons, DECIDED[same])
        return replace(link, outcome=outcome, reasons=reasons, decided=True)
    if link.entry_id in linked:
        return link if link.outcome is Outcome.REJECTED else _rejected(link, other)
    if link.decided:
        return replace(link, outcome=Outcome.TO_CONFIRM, reasons=(*link.reasons, _TAKEN_BACK), decided=False)
    return link


def _rejected(link: Link, reason: str) -> Link:
    return replace(link, outcome=Outcome.REJECTED, reasons=(*link.reasons, reason))


def _by_line(links: Sequence[Link]) -> list[Link]:
    """The pairs of a question line by line, its projects before its firm, the most alike first."""
    best = {link.entry_id: -1 for link in links}
    for link in links:
        best[link.entry_id] = max(best[link.entry_id], link.score)
    return sorted(
        links, key=lambda link: (-best[link.entry_id], link.entry_id, not link.project_id, -link.score, link.pair)
    )
