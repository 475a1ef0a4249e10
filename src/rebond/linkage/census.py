"""The whole census against every partner's list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from rebond.eligibility.places import Gazetteer
from rebond.eligibility.truth import Truth, any_of
from rebond.facts import UNKNOWN, Census, LinkAnswer, PartnerEntry, Project
from rebond.linkage.amounts import AmountKind
from rebond.linkage.firms import CERTAIN, FirmMatch, FirmMatcher
from rebond.linkage.model import KnownStatus, Link, LinkageResult, Outcome
from rebond.linkage.places import Places, place_words
from rebond.linkage.projects import ProjectMatch, in_doubt, match_projects
from rebond.linkage.questions import ask
from rebond.linkage.rules import LinkageRules
from rebond.linkage.titles import TitleReader
from rebond.linkage.works import WorkIndex

Decisions = Mapping[tuple[str, str], bool]
DECIDED = {
    True: "décidé par une personne : c'est le même",
    False: "décidé par une personne : ce n'est pas le même",
}
_OUTCOME = {True: Outcome.LINKED, False: Outcome.REJECTED}
UNDECIDED = "une personne a regardé, et ne peut pas dire si c'est le même"


def link_census(
    census: Census,
    *,
    rules: LinkageRules,
    gazetteer: Gazetteer,
    decisions: Decisions | None = None,
) -> LinkageResult:
    """Who is already known, and to whom.

    ``decisions`` are those of people, by (project or firm id, line id), those of the census when not given; they
    win over the comparison and are kept apart from it. A line that names a firm without a project
    makes the firm known and none of its projects; a line that speaks of a project and fits none of them leaves them all
    to be confirmed. Each line is judged on its own: one more line never makes anything unknown. The result
    depends on nothing but the arguments.
    """
    decided = decisions_of(census) if decisions is None else decisions
    looked_at = frozenset(each.pair for each in census.link_decisions if each.answer is LinkAnswer.UNDECIDED)
    projects = _projects_by_firm(census.projects)
    matcher = FirmMatcher(
        census.firms,
        {firm.id: _communes_of(firm.establishment.commune, projects[firm.id]) for firm in census.firms},
        Places(gazetteer, same_from=rules.same_commune),
        rules,
        around=_words_around(census, gazetteer),
    )
    reader = TitleReader(rules)
    linker = _Linker(matcher, projects, rules, decided, reader, WorkIndex(census, rules, reader))
    firm_links: list[Link] = []
    project_links: list[Link] = []
    for entry, matches in zip(census.partner_entries, matcher.match(census.partner_entries), strict=True):
        for_firms, for_projects = linker.link(entry, matches)
        firm_links += _looked_at(for_firms, looked_at)
        project_links += _looked_at(for_projects, looked_at)
    named = {link.entry_id for link in firm_links if link.outcome is not Outcome.REJECTED}
    subjects = {project.id for project in census.projects} | {firm.id for firm in census.firms}
    entries = {entry.id for entry in census.partner_entries}
    known_projects = statuses((project.id for project in census.projects), project_links, compared=bool(entries))
    known_firms = statuses((firm.id for firm in census.firms), firm_links, compared=bool(entries))
    return LinkageResult(
        projects=known_projects,
        firms=known_firms,
        firm_links=tuple(firm_links),
        project_links=tuple(project_links),
        unmatched_entries=tuple(entry.id for entry in census.partner_entries if entry.id not in named),
        questions=ask(
            firm_links,
            project_links,
            (*known_projects, *known_firms),
            {firm_id: [project.id for project in owned] for firm_id, owned in projects.items()},
        ),
        queue_size=rules.queue_size,
        unused_decisions=tuple(
            pair for pair in sorted({*decided, *looked_at}) if pair[0] not in subjects or pair[1] not in entries
        ),
    )


def decisions_of(census: Census) -> Decisions:
    """What people settled; a person who cannot tell settles nothing."""
    told = (each for each in census.link_decisions if each.answer is not LinkAnswer.UNDECIDED)
    return {each.pair: each.answer is LinkAnswer.SAME for each in told}


def _looked_at(links: Iterable[Link], pairs: Collection[tuple[str, str]]) -> Iterable[Link]:
    for link in links:
        yield replace(link, reasons=(*link.reasons, UNDECIDED)) if link.pair in pairs and not link.decided else link


def _projects_by_firm(projects: Iterable[Project]) -> Mapping[str, list[Project]]:
    grouped: dict[str, list[Project]] = defaultdict(list)
    for project in projects:
        grouped[project.firm_id].append(project)
    return grouped


def _communes_of(seat: object, projects: Sequence[Project]) -> frozenset[str]:
    """A firm may be written at its seat or at the site of one of its projects."""
    codes = [seat, *(project.commune for project in projects)]
    return frozenset(str(code) for code in codes if code is not UNKNOWN)


def _words_around(census: Census, gazetteer: Gazetteer) -> frozenset[str]:
    """Words of the communes of the départements where the firms and projects are: they distinguish no firm."""
    codes = [firm.establishment.commune for firm in census.firms] + [project.commune for project in census.projects]
    found = [commune for code in codes if (commune := gazetteer.commune(code)) is not None]
    departements = {commune.departement for commune in found}
    return place_words(commune.name for commune in gazetteer.communes.values() if commune.departement in departements)


class _Linker:
    """Links of one line at a time: firms, then their projects, then what people decided."""

    def __init__(
        self,
        matcher: FirmMatcher,
        projects: Mapping[str, list[Project]],
        rules: LinkageRules,
        decisions: Decisions,
        reader: TitleReader,
        works: WorkIndex,
    ) -> None:
        self._matcher = matcher
        self._projects = projects
        self._rules = rules
        self._reader = reader
        self._works = works
        self._by_entry: dict[str, dict[str, bool]] = defaultdict(dict)
        for (subject, entry_id), same in decisions.items():
            self._by_entry[entry_id][subject] = same
        self._firm_of = {project.id: firm_id for firm_id, owned in projects.items() for project in owned}

    def link(self, entry: PartnerEntry, matches: Sequence[FirmMatch]) -> tuple[list[Link], list[Link]]:
        decided = self._by_entry.get(entry.id, {})
        found = self._with_same_works(entry, self._confirmed_by_project(entry, matches))
        firms = self._with_decisions(found, decided)
        for_firms = [
            Link(
                entry_id=entry.id,
                partner=entry.partner,
                firm_id=match.firm_id,
                outcome=match.outcome,
                score=match.score,
                reasons=match.reasons,
                decided=match.decided,
            )
            for match in firms
        ]
        return for_firms, self._project_links(entry, firms, decided)

    def _with_decisions(self, matches: Sequence[FirmMatch], decided: Mapping[str, bool]) -> list[FirmMatch]:
        """A project said to be the same makes its firm the same; a firm that is chosen leaves no other."""
        choices = {subject: same for subject, same in decided.items() if self._matcher.knows(subject)}
        for subject, same in decided.items():
            if same and subject in self._firm_of:
                choices[self._firm_of[subject]] = True
        chosen = any(choices.values())
        kept = []
        for match in matches:
            if match.firm_id in choices:
                kept.append(_decide(match, same=choices[match.firm_id]))
            elif chosen and match.outcome is not Outcome.REJECTED:
                reasons = (*match.reasons, "une personne a choisi une autre entreprise")
                kept.append(replace(match, outcome=Outcome.REJECTED, reasons=reasons))
            else:
                kept.append(match)
        seen = {match.firm_id for match in matches}
        added = [
            _decide(FirmMatch(firm_id=firm_id, outcome=Outcome.REJECTED, score=0, reasons=()), same=same)
            for firm_id, same in sorted(choices.items())
            if firm_id not in seen
        ]
        return kept + added

    def _confirmed_by_project(self, entry: PartnerEntry, matches: Sequence[FirmMatch]) -> Sequence[FirmMatch]:
        """The very name of one firm, no commune to compare: a project at the same price makes it certain."""
        possible = [match for match in matches if match.outcome is not Outcome.REJECTED]
        if len(possible) != 1 or not possible[0].awaits_project:
            return matches
        (match,) = possible
        fitting = [
            found
            for found in self._matched(entry, [match])
            if found.outcome is Outcome.LINKED and found.amount is AmountKind.SAME
        ]
        if not fitting:
            return matches
        reasons = (*match.reasons, "le titre et le montant d'un de ses projets le confirment")
        sure = replace(match, outcome=Outcome.LINKED, reasons=reasons, awaits_project=False)
        return [sure if other is match else other for other in matches]

    def _with_same_works(self, entry: PartnerEntry, matches: Sequence[FirmMatch]) -> Sequence[FirmMatch]:
        """No firm is certain, and one of the commune has that very project at that price: a person looks."""
        if any(match.outcome is Outcome.LINKED for match in matches):
            return matches
        firms = self._works.firms(entry, self._matcher.at(entry.commune))
        if not firms:
            return matches
        kept = [match for match in matches if match.firm_id not in firms or match.outcome is not Outcome.REJECTED]
        seen = {match.firm_id for match in kept}
        reason = "le titre, le montant et la commune sont ceux d'un de ses projets, malgré un autre nom"
        added = [
            FirmMatch(firm_id=firm_id, outcome=Outcome.TO_CONFIRM, score=self._rules.names.prefilter, reasons=(reason,))
            for firm_id in firms
            if firm_id not in seen
        ]
        return [*kept, *added]

    def _project_links(
        self, entry: PartnerEntry, firms: Sequence[FirmMatch], decided: Mapping[str, bool]
    ) -> list[Link]:
        links: list[Link] = []
        possible = sorted(
            (match for match in firms if match.outcome is not Outcome.REJECTED),
            key=lambda match: match.outcome,
        )
        for outcome, group in groupby(possible, key=lambda match: match.outcome):
            links += self._compared(entry, list(group), decided, sure=outcome is Outcome.LINKED)
        return self._with_project_decisions(entry, links, decided)

    def _matched(self, entry: PartnerEntry, firms: Sequence[FirmMatch]) -> tuple[ProjectMatch, ...]:
        own = self._matcher.own_words(entry.firm_name)
        words = own.union(*(self._matcher.distinguishing_words(match.firm_id) for match in firms))
        owned = [project for match in firms for project in self._projects.get(match.firm_id, [])]
        return match_projects(entry, owned, self._rules, self._reader, firm_words=words)

    def _compared(
        self, entry: PartnerEntry, firms: Sequence[FirmMatch], decided: Mapping[str, bool], *, sure: bool
    ) -> list[Link]:
        """Automatic links with the projects of these firms; doubtful at most when the firms are.

        A line that fits none of them leaves them all in doubt, when its firm is certain or likely.
        """
        likely = {match.firm_id for match in firms if sure or match.close}
        matches = [
            _refused(match) if decided.get(match.project_id) is False else match
            for match in self._matched(entry, firms)
        ]
        if not any(decided.get(match.project_id) for match in matches):
            doubted = in_doubt(matches)
            matches = [
                after if self._firm_of[after.project_id] in likely else before
                for before, after in zip(matches, doubted, strict=True)
            ]
        links = []
        for match in matches:
            outcome, reasons = match.outcome, match.reasons
            if not sure and outcome is not Outcome.REJECTED:
                outcome, reasons = Outcome.TO_CONFIRM, (*reasons, "l'entreprise elle-même est à confirmer")
            links.append(self._link(entry, match.project_id, outcome, match.score, reasons))
        return links

    def _link(
        self, entry: PartnerEntry, project_id: str, outcome: Outcome, score: int, reasons: tuple[str, ...]
    ) -> Link:
        return Link(
            entry_id=entry.id,
            partner=entry.partner,
            firm_id=self._firm_of[project_id],
            project_id=project_id,
            outcome=outcome,
            score=score,
            reasons=reasons,
        )

    def _with_project_decisions(
        self, entry: PartnerEntry, links: Sequence[Link], decided: Mapping[str, bool]
    ) -> list[Link]:
        choices = {subject: same for subject, same in decided.items() if subject in self._firm_of}
        chosen = any(choices.values())
        kept = []
        for link in links:
            if link.project_id in choices:
                kept.append(_decided(link, same=choices[link.project_id]))
            elif chosen and link.outcome is not Outcome.REJECTED:
                reasons = (*link.reasons, "une personne a choisi un autre projet")
                kept.append(replace(link, outcome=Outcome.REJECTED, reasons=reasons))
            else:
                kept.append(link)
        seen = {link.project_id for link in links}
        kept += [
            _decided(self._link(entry, project_id, Outcome.REJECTED, 0, ()), same=same)
            for project_id, same in sorted(choices.items())
            if project_id not in seen
        ]
        return kept


def _refused(match: ProjectMatch) -> ProjectMatch:
    """A person said no: the line must find another project."""
    return replace(match, outcome=Outcome.REJECTED, excluded=True)


def _decide(match: FirmMatch, *, same: bool) -> FirmMatch:
    score = CERTAIN if same else match.score
    reasons = (*match.reasons, DECIDED[same])
    return replace(match, outcome=_OUTCOME[same], score=score, reasons=reasons, decided=True)


def _decided(link: Link, *, same: bool) -> Link:
    score = CERTAIN if same else link.score
    return replace(link, outcome=_OUTCOME[same], score=score, reasons=(*link.reasons, DECIDED[same]), decided=True)


def statuses(subjects: Iterable[str], links: Iterable[Link], *, compared: bool = True) -> tuple[KnownStatus, ...]:
    """Who is known, from the links of each; ``compared``: whether there was any list to compare with."""
    by_subject: dict[str, list[Link]] = defaultdict(list)
    for link in links:
        by_subject[link.pair[0]].append(link)
    return tuple(_status(subject, by_subject[subject], compared=compared) for subject in subjects)


def _status(subject: str, links: Sequence[Link], *, compared: bool) -> KnownStatus:
    sure = {link.partner for link in links if link.outcome is Outcome.LINKED}
    maybe = {link.partner for link in links if link.outcome is Outcome.TO_CONFIRM}
    return KnownStatus(
        subject_id=subject,
        known=any_of(link.outcome.truth for link in links) if compared else Truth.UNKNOWN,
        by=tuple(sorted(sure)),
        maybe_by=tuple(sorted(maybe - sure)),
        links=tuple(links),
        compared=compared,
    )
