"""Which project of a firm a partner's line speaks of: titles, then amounts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from rebond.eligibility.truth import Truth
from rebond.facts import UNKNOWN, Maybe, PartnerEntry, Project
from rebond.linkage.model import Outcome
from rebond.linkage.rules import LinkageRules
from rebond.linkage.text import fold_title, singular
from rebond.reading.words import says_nothing
from rebond.units import Euros, format_euros, format_rate

_AMOUNT_SHIFT = 10
"""How much a close or a distant amount moves the order of candidates, never a threshold."""
_ENOUGH_WORDS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectMatch:
    """A project that a line may speak of."""

    project_id: str
    outcome: Outcome
    score: int
    amount: Truth
    """Whether the amounts are close."""
    reasons: tuple[str, ...]

    @property
    def order(self) -> int:
        """Place among candidates: the title, moved a little by the amount."""
        return self.score + {Truth.YES: _AMOUNT_SHIFT, Truth.NO: -_AMOUNT_SHIFT}.get(self.amount, 0)


class _Reader:
    """Reads titles: abbreviations in full, no general word, no firm's name, in the singular."""

    def __init__(self, rules: LinkageRules, firm_words: frozenset[str], *, hyphens_split: bool) -> None:
        dropped = rules.words.title_stop_words | firm_words
        self._dropped = dropped | {singular(word) for word in dropped}
        self._abbreviations = rules.words.title_abbreviations
        self._hyphens_split = hyphens_split
        self._read: dict[str, tuple[str, ...]] = {}

    def words(self, text: str) -> tuple[str, ...]:
        """Words that tell one project from another."""
        if text not in self._read:
            folded = fold_title(text, hyphens_split=self._hyphens_split).split()
            expanded = [part for word in folded for part in self._abbreviations.get(word, (word,))]
            kept = (singular(word) for word in expanded if word not in self._dropped)
            self._read[text] = tuple(dict.fromkeys(word for word in kept if word not in self._dropped))
        return self._read[text]


def match_projects(
    entry: PartnerEntry, projects: Sequence[Project], rules: LinkageRules, *, firm_words: frozenset[str]
) -> tuple[ProjectMatch, ...]:
    """The projects of a firm that a line speaks of, or may; nothing when the line names no project."""
    if says_nothing(entry.project_title):
        return ()
    readers = [_Reader(rules, firm_words, hyphens_split=split) for split in (True, False)]
    titled = [project for project in projects if not says_nothing(project.title)]
    matches = [_compare(entry, project, rules, readers) for project in titled]
    return _settle(matches, rules)


def _compare(entry: PartnerEntry, project: Project, rules: LinkageRules, readers: Sequence[_Reader]) -> ProjectMatch:
    wanted, found = readers[0].words(entry.project_title), readers[0].words(project.title)
    amount, amount_reason = _amounts(entry.amount, project.total_cost, rules)
    if not wanted:
        outcome = Outcome.REJECTED if amount is Truth.NO else Outcome.TO_CONFIRM
        vague = f"titre trop général : « {entry.project_title.strip()} »"
        return ProjectMatch(
            project_id=project.id, outcome=outcome, score=0, amount=amount, reasons=(vague, amount_reason)
        )
    score = max(_title_score(entry, project, reader, rules) for reader in readers)
    identical = amount is Truth.YES and _identical(entry, project, rules)
    outcome = _outcome(score, amount, rules, identical=identical)
    word = "titres identiques" if wanted == found else "titres"
    titles = f"{word} : « {entry.project_title.strip()} » ~ « {project.title.strip()} » ({score}/100)"
    reasons = [titles, amount_reason]
    if outcome is Outcome.REJECTED and identical:
        outcome = Outcome.TO_CONFIRM
        reasons.append("montants presque identiques malgré des titres différents")
    if outcome is Outcome.LINKED and _numbers_differ(wanted, found):
        outcome = Outcome.TO_CONFIRM
        reasons.append("les titres portent des nombres différents")
    return ProjectMatch(project_id=project.id, outcome=outcome, score=score, amount=amount, reasons=tuple(reasons))


def _title_score(entry: PartnerEntry, project: Project, reader: _Reader, rules: LinkageRules) -> int:
    """0 to 100; what only the description says brings near, but never links by itself."""
    limits = rules.projects
    wanted, found = reader.words(entry.project_title), reader.words(project.title)
    described = reader.words(project.description)
    first, second = " ".join(wanted), " ".join(found)
    weight = float(limits.inclusion_weight)
    title = weight * fuzz.token_set_ratio(first, second) + (1 - weight) * fuzz.token_sort_ratio(first, second)
    if len(wanted) < _ENOUGH_WORDS or not described:
        return round(title)
    whole = fuzz.token_set_ratio(first, " ".join((*found, *described)))
    return round(max(title, min(whole, limits.title_linked - 1)))


def _outcome(score: int, amount: Truth, rules: LinkageRules, *, identical: bool) -> Outcome:
    """The table of thresholds: linked, to confirm or rejected by what is known of the amounts."""
    limits = rules.projects
    close = limits.title_linked_same_amount if identical else limits.title_linked_close_amount
    linked, confirm = {
        Truth.YES: (close, limits.title_to_confirm_close_amount),
        Truth.UNKNOWN: (limits.title_linked, limits.title_to_confirm),
        Truth.NO: (101, limits.title_linked),
    }[amount]
    if score >= linked:
        return Outcome.LINKED
    return Outcome.TO_CONFIRM if score >= confirm else Outcome.REJECTED


def _amounts(written: Maybe[Euros], cost: Euros, rules: LinkageRules) -> tuple[Truth, str]:
    """Whether two amounts are close, in the share of the larger one; UNKNOWN when one is missing."""
    if written is UNKNOWN or not written or not cost:
        return Truth.UNKNOWN, "montants non comparables"
    pair = f"{format_euros(written)} / {format_euros(cost)}"
    if _apart(written, cost) <= rules.projects.close_amount:
        return Truth.YES, f"montants proches : {pair}"
    limit = format_rate(rules.projects.close_amount)
    return Truth.NO, f"montants différents (écart de plus de {limit}) : {pair}"


def _apart(first: Euros, second: Euros) -> Euros:
    return abs(first - second) / max(abs(first), abs(second))


def _identical(entry: PartnerEntry, project: Project, rules: LinkageRules) -> bool:
    if entry.amount is UNKNOWN:
        return False
    return _apart(entry.amount, project.total_cost) <= rules.projects.same_amount


def _numbers_differ(first: Iterable[str], second: Iterable[str]) -> bool:
    """Both titles carry numbers and share none: two presses of different tonnage."""
    left, right = ({number for word in words for number in re.findall(r"\d+", word)} for words in (first, second))
    return bool(left and right and not left & right)


def _settle(matches: Sequence[ProjectMatch], rules: LinkageRules) -> tuple[ProjectMatch, ...]:
    """A line speaks of one project: it is linked only when no other is as likely."""
    order = sorted(matches, key=lambda match: (-match.order, match.project_id))
    winner = next((match for match in order if match.outcome is Outcome.LINKED), None)
    if winner is None:
        return tuple(order)
    settled = []
    doubtful = any(_rivals(match, winner, rules) for match in order if match is not winner)
    for match in order:
        if match is winner and not doubtful:
            settled.append(match)
        elif match is winner or _rivals(match, winner, rules):
            reasons = (*match.reasons, "plusieurs projets se ressemblent : à départager")
            settled.append(replace(match, outcome=Outcome.TO_CONFIRM, reasons=reasons))
        elif match.outcome is Outcome.REJECTED:
            settled.append(match)
        else:
            reasons = (*match.reasons, "un autre projet correspond mieux")
            settled.append(replace(match, outcome=Outcome.REJECTED, reasons=reasons))
    return tuple(settled)


def _rivals(match: ProjectMatch, winner: ProjectMatch, rules: LinkageRules) -> bool:
    return match.outcome is not Outcome.REJECTED and match.order > winner.order - rules.projects.gap
