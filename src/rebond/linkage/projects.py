"""Which project of a firm a partner's line speaks of: titles, amounts and years together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rebond.facts import UNKNOWN, PartnerEntry, Project
from rebond.linkage.amounts import AmountKind, Amounts, compare_amounts
from rebond.linkage.model import Outcome
from rebond.linkage.rules import LinkageRules
from rebond.linkage.text import singular
from rebond.linkage.titles import Title, TitleLikeness, TitleReader, title_likeness
from rebond.reading.words import says_nothing

_AMOUNT_SHIFT = {
    AmountKind.SAME: 10,
    AmountKind.INDIRECT: 8,
    AmountKind.CLOSE: 5,
    AmountKind.AGAINST: -10,
}
"""How much an amount moves the order of candidates, never a threshold."""
NO_FIT = "une ligne de ce partenaire parle d'un projet de l'entreprise sans dire lequel"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectMatch:
    """A project that a line may speak of."""

    project_id: str
    outcome: Outcome
    score: int
    amount: AmountKind
    reasons: tuple[str, ...]
    excluded: bool = False
    """The line cannot be about it: too old, or another object at another price."""

    @property
    def order(self) -> int:
        """Place among candidates: the title, moved a little by the amount."""
        return self.score + _AMOUNT_SHIFT.get(self.amount, 0)


def speaks_of_project(entry: PartnerEntry) -> bool:
    """Whether a line is about a project at all: it has a title or an amount, else it only knows the firm."""
    return not says_nothing(entry.project_title) or entry.amount is not UNKNOWN


def match_projects(
    entry: PartnerEntry,
    projects: Sequence[Project],
    rules: LinkageRules,
    reader: TitleReader,
    *,
    firm_words: frozenset[str],
) -> tuple[ProjectMatch, ...]:
    """The projects of a firm that a line speaks of, or may; nothing when the line speaks of no project."""
    if not speaks_of_project(entry):
        return ()
    words = firm_words | {singular(word) for word in firm_words}
    return _settle([_compare(entry, project, rules, reader, words) for project in projects], rules)


def in_doubt(matches: Sequence[ProjectMatch]) -> tuple[ProjectMatch, ...]:
    """A line that fits no project may be about any of them, so none may be said unknown."""
    if any(match.outcome is not Outcome.REJECTED for match in matches):
        return tuple(matches)
    return tuple(
        match if match.excluded else replace(match, outcome=Outcome.TO_CONFIRM, reasons=(*match.reasons, NO_FIT))
        for match in matches
    )


def same_work(entry: PartnerEntry, project: Project, rules: LinkageRules, reader: TitleReader) -> bool:
    """Whether title and amount say the same project, whoever the firm is said to be."""
    if compare_amounts(entry, project, rules).kind < AmountKind.INDIRECT:
        return False
    wanted, found = reader.read(entry.project_title), reader.read(project.title)
    if not wanted.words or _doubts(wanted, found):
        return False
    return title_likeness(wanted, found, reader.read(""), rules).score >= rules.projects.title_to_confirm


def _compare(
    entry: PartnerEntry, project: Project, rules: LinkageRules, reader: TitleReader, firm_words: frozenset[str]
) -> ProjectMatch:
    wanted, found, described = (
        reader.read(text, firm_words) for text in (entry.project_title, project.title, project.description)
    )
    amounts = compare_amounts(entry, project, rules)
    if not wanted.words:
        return _vague(wanted, project, amounts)
    alike = title_likeness(wanted, found, described, rules)
    outcome = _outcome(alike, amounts.kind, wanted, found, rules)
    word = "titres identiques" if wanted.same_as(found) else "titres"
    reasons = [f"{word} : « {wanted.written} » ~ « {found.written} » ({alike.score}/100)", amounts.reason]
    if outcome is Outcome.LINKED:
        doubts = _doubts(wanted, found)
        if doubts:
            outcome = Outcome.TO_CONFIRM
            reasons += doubts
    elif outcome is Outcome.REJECTED and amounts.kind >= AmountKind.INDIRECT:
        outcome = Outcome.TO_CONFIRM
        reasons.append("le montant concorde malgré des titres différents")
    excluded = _excluded(wanted, found, amounts.kind)
    if excluded and outcome is Outcome.REJECTED:
        reasons.append("la ligne parle d'une autre opération que ce projet")
    if _too_old(entry, wanted, project, rules):
        outcome, excluded = Outcome.REJECTED, True
        reasons.append("la ligne est bien plus ancienne que la première dépense du projet")
    return ProjectMatch(
        project_id=project.id,
        outcome=outcome,
        score=alike.score,
        amount=amounts.kind,
        reasons=tuple(reasons),
        excluded=excluded and outcome is Outcome.REJECTED,
    )


def _vague(wanted: Title, project: Project, amounts: Amounts) -> ProjectMatch:
    """Nothing in the title: the amount may point at a project, never link it."""
    said = f"titre trop général : « {wanted.written} »" if wanted.written else "aucun titre de projet"
    outcome = Outcome.TO_CONFIRM if amounts.kind >= AmountKind.INDIRECT else Outcome.REJECTED
    return ProjectMatch(
        project_id=project.id, outcome=outcome, score=0, amount=amounts.kind, reasons=(said, amounts.reason)
    )


def _outcome(alike: TitleLikeness, amount: AmountKind, wanted: Title, found: Title, rules: LinkageRules) -> Outcome:
    """What may be said without a person: the less the amount says, the more the title must."""
    limits = rules.projects
    linked = {
        AmountKind.SAME: alike.score >= limits.title_same_amount,
        AmountKind.INDIRECT: alike.score >= limits.title_indirect_amount,
        AmountKind.CLOSE: alike.score >= limits.title_close_amount and wanted.says_enough,
        AmountKind.UNKNOWN: alike.whole >= limits.title_alone and wanted.says_enough and found.says_enough,
    }
    if linked.get(amount, False):
        return Outcome.LINKED
    close = amount in {AmountKind.CLOSE, AmountKind.INDIRECT, AmountKind.SAME}
    confirm = limits.title_to_confirm_close_amount if close else limits.title_to_confirm
    return Outcome.TO_CONFIRM if alike.score >= confirm else Outcome.REJECTED


def _doubts(wanted: Title, found: Title) -> list[str]:
    """What keeps two like titles from being one project."""
    doubts = []
    if wanted.numbers and found.numbers and not wanted.numbers & found.numbers:
        doubts.append("les titres portent des nombres différents")
    if _other_objects(wanted, found):
        doubts.append("les titres nomment des objets différents")
    if wanted.years ^ found.years:
        doubts.append("un seul des deux titres porte une année")
    if wanted.other_operation != found.other_operation:
        words = ", ".join(sorted(word.lower() for word in wanted.other_operation ^ found.other_operation))
        doubts.append(f"un seul des deux parle d'une autre opération ({words})")
    return doubts


def _excluded(wanted: Title, found: Title, amount: AmountKind) -> bool:
    """Another operation (a rent, a study), or another object at a price that is no part of this one's."""
    if wanted.other_operation - found.other_operation and not wanted.objects & found.objects:
        return amount < AmountKind.CLOSE
    return amount is AmountKind.AGAINST and _other_objects(wanted, found)


def _other_objects(wanted: Title, found: Title) -> bool:
    return bool(wanted.objects and found.objects and not wanted.objects & found.objects)


def _too_old(entry: PartnerEntry, wanted: Title, project: Project, rules: LinkageRules) -> bool:
    """Dated, or with a year in its title, long before the project's first expense."""
    first = min((line.year for line in project.costs), default=None)
    if first is None:
        return False
    limits = rules.projects
    written = max((int(year) for year in wanted.years), default=first)
    listed = first if entry.dated is UNKNOWN else entry.dated.year
    return written < first - limits.title_years_before or listed < first - limits.years_before


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
