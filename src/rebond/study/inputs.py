"""What the study of one project reads of a mission, and nothing more: the project sees no other part of the census.

So the digest of these inputs is the digest of all that the study depends on.

- the project, whole: its facts, costs, dates, evidence, marks;
- its firm, whole: its facts, its size;
- of each firm of its single undertaking, its key, name, commune, whether its aid is declared: the de minimis account;
- of each other project of that undertaking, the cost, place and start: one investment in several (RGEC art. 14(13));
- the aid that those firms obtained, or that the project did: the account, the ceilings already used, the waits;
- the zone assumptions and the weights of the mission: the zones, the score;
- the marks of the project that count, and who stands aside for its firm: the score;
- what funders refused to the project or granted to that undertaking: the offers left, the aid obtained;
- the communes of these places, for an official list may change;
- the dispositifs of elsewhere, that the territory of the mission leaves out: the verdicts;
- the date, the facts put in the place of others, the versions of the catalogue and of the engine.

Not read: partners' lists, requests without an answer, the envelope, the committee's decisions, interviews, the other
firms; nor the reading of the law, which chooses among the legal bases that a study holds. Two rulebooks of one version
are taken to be the same.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from threading import Lock
from typing import TypeVar

from rebond import __version__
from rebond.eligibility.places import Commune
from rebond.facts import (
    UNKNOWN,
    AidObtained,
    AwardedAid,
    Census,
    CostLine,
    Envelope,
    FactValue,
    Firm,
    Maybe,
    MissionSettings,
    Project,
    Recusal,
    ReferralStep,
    SentReferral,
)
from rebond.facts.aids import is_told_twice
from rebond.facts.answered import NO_ANSWER, Granted, answers_of
from rebond.facts.marks import aside_of
from rebond.financing.awards import awarded_aids, budgets_left
from rebond.financing.context import ProjectContext, context_from_census
from rebond.financing.solving.solved import SolvedParts
from rebond.portfolio.assessors import counted
from rebond.portfolio.offered import call_dispositif
from rebond.regimes.readings import Reading
from rebond.study.canonical import digest
from rebond.study.rulebook import Rulebook
from rebond.territory import Territory, territory_of
from rebond.units import Euros

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, kw_only=True)
class ProjectInputs:
    """All that the study of one project reads. ``census`` is its part of the mission's."""

    project_id: str
    census: Census = field(repr=False)
    on: date
    communes: tuple[Commune, ...] = ()
    """Of the project, then of the firms and projects of its undertaking."""
    away: frozenset[str] = frozenset()
    """Dispositifs of elsewhere, that the mission's territory leaves out."""
    overrides: tuple[tuple[str, FactValue], ...] = ()
    """Facts put in the place of those that the project and firm give."""
    catalogue_version: str
    engine_version: str = __version__

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the inputs: the same for the same study, on any machine."""
        return digest(self)

    @property
    def project(self) -> Project:
        """The project itself."""
        return next(project for project in self.census.projects if project.id == self.project_id)

    def context(self, rulebook: Rulebook, *, reading: Maybe[Reading] = UNKNOWN) -> ProjectContext:
        """The inputs with the rules, ready for every step of the study."""
        context = context_from_census(
            self.census,
            self.project_id,
            catalogue=rulebook.catalogue,
            rates=rulebook.rates,
            sizes=rulebook.sizes,
            grid=rulebook.maturity,
            on=self.on,
            reading=reading,
        )
        return replace(context, away=self.away, overrides=dict(self.overrides))


class KeptAwards:
    """The awards of projects by the digest of all that they rest on: the last ``most``."""

    def __init__(self, most: int = 1500) -> None:
        self._most = most
        self._found: OrderedDict[str, tuple[AwardedAid, ...]] = OrderedDict()
        self._lock = Lock()
        self.solved = SolvedParts(most)

    def get(self, key: str, find: Callable[[], tuple[AwardedAid, ...]]) -> tuple[AwardedAid, ...]:
        """The awards of a digest, found the first time."""
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
                return self._found[key]
        found = find()
        with self._lock:
            self._found[key] = found
            while len(self._found) > self._most:
                self._found.popitem(last=False)
        return found


class CensusParts:
    """A census laid out by project: the part that each study reads, found without going through the whole again.

    ``awards``: those that other studies found already; the result is the same without.
    """

    def __init__(self, census: Census, rulebook: Rulebook, *, on: date, awards: KeptAwards | None = None) -> None:
        self._census, self._rulebook, self._on = census, rulebook, on
        self._kept = awards or KeptAwards()
        self._firms = {firm.id: firm for firm in census.firms}
        self._projects = {project.id: project for project in census.projects}
        self._kin = _grouped((firm.undertaking, firm) for firm in census.firms)
        self._works = _grouped((self._firms[each.firm_id].undertaking, each) for each in census.projects)
        self._aids = _grouped(
            (key, aid) for aid in census.aids for key in {("firm", aid.firm_id), ("project", aid.project_id)}
        )
        self._ranks = {id(aid): rank for rank, aid in enumerate(census.aids)}
        self._decided = frozenset(call_dispositif(call, rulebook.catalogue) for call in census.settings.every_call)
        self.answers = answers_of(census.referrals, census.referral_steps, without=self._decided)
        self._referrals = _grouped((each.project_id, each) for each in sorted(census.referrals, key=lambda r: r.id))
        self._steps = _grouped(
            (each.referral_id, each) for each in sorted(census.referral_steps, key=lambda step: step.number)
        )
        self._awards: dict[str, tuple[AwardedAid, ...]] = {}
        self._twice = frozenset(
            id(aid)
            for key, answers in self.answers.items()
            for aid in self._aids.get(("project", key), ())
            # What the catalogue does not hold brings no award: what was declared of it is its only trace.
            if any(
                each.dispositif in rulebook.catalogue.dispositifs
                and is_told_twice(aid, project_id=key, on=each.on, support=each.amount)
                for each in answers.granted
            )
        )
        self._aside = aside_of(census.recusals)
        self._marks = _grouped((mark.project_id, mark) for mark in census.marks)
        settings = census.settings
        self._settings = MissionSettings(
            name="",
            territory="",
            epcis=(),
            committee_on=on,
            envelope=Envelope(contributions=()),
            # Who else has criteria of its own is read by name; nothing else of a call touches one project's study.
            calls=tuple(
                Envelope(contributions=(), dispositif=name)
                for name in settings.call_names[1:]
                if any(each.call == name for each in settings.criteria)
            ),
            zone_assumptions=settings.zone_assumptions,
            weights=settings.weights,
            criteria=settings.criteria,
        )

    @property
    def calls(self) -> frozenset[str]:
        """The dispositifs of the calls of the mission."""
        return self._decided

    @cached_property
    def place(self) -> Territory:
        """Where the mission is, at the date of the studies."""
        return territory_of(self._census, self._rulebook.catalogue, self._on)

    def context(self, project_id: str, rulebook: Rulebook, *, reading: Maybe[Reading] = UNKNOWN) -> ProjectContext:
        """A project ready to be planned alone, on what the mission's grants leave of the shared budgets."""
        return replace(self.inputs(project_id).context(rulebook, reading=reading), budgets=self.budgets)

    @property
    def budgets(self) -> Mapping[str, Euros]:
        """What the mission's grants leave of the shared budgets."""
        return budgets_left(self._rulebook.catalogue.budgets, self._grants)

    @property
    def aids(self) -> tuple[AidObtained, ...]:
        """All aid: what was declared, and what referrals brought, each once."""
        return (*(aid for aid in self._census.aids if id(aid) not in self._twice), *self.awards)

    @property
    def _grants(self) -> tuple[Granted, ...]:
        """Everything that the mission's referrals brought, in the order of projects."""
        return tuple(
            grant for key in sorted(self.answers.keys() & self._projects) for grant in self.answers[key].granted
        )

    @property
    def awards(self) -> tuple[AwardedAid, ...]:
        """The aid that the mission's referrals brought, undertaking by undertaking."""
        granted = (self._projects[key] for key, each in self.answers.items() if each.granted and key in self._projects)
        undertakings = sorted({self._firms[project.firm_id].undertaking for project in granted})
        return tuple(award for undertaking in undertakings for award in self.awards_of(undertaking))

    def awards_of(self, undertaking: str) -> tuple[AwardedAid, ...]:
        """The aid that referrals brought to the projects of an undertaking, the first granted first."""
        if undertaking not in self._awards:
            granted = [
                (min((self._on if each.on is UNKNOWN else each.on for each in answers.granted), default=self._on), key)
                for key in {project.id for project in self._works[undertaking]}
                if (answers := self.answers.get(key, NO_ANSWER)).granted
            ]
            found: tuple[AwardedAid, ...] = ()
            for _, key in sorted(granted):
                found += self._found_for(self._inputs(key, found), self.answers[key].granted)
            self._awards[undertaking] = found
        return self._awards[undertaking]

    def _found_for(self, inputs: ProjectInputs, grants: tuple[Granted, ...]) -> tuple[AwardedAid, ...]:
        def find() -> tuple[AwardedAid, ...]:
            return awarded_aids(inputs.context(self._rulebook), grants, self._kept.solved)

        return self._kept.get(digest((inputs.digest, grants)), find)

    def inputs(self, project_id: str, overrides: Mapping[str, FactValue] | None = None) -> ProjectInputs:
        """What the study of a project reads; ``KeyError`` when the census has no such project."""
        firm = self._firms[self._projects[project_id].firm_id]
        return self._inputs(project_id, self.awards_of(firm.undertaking), overrides)

    def _inputs(
        self, project_id: str, awards: tuple[AwardedAid, ...], overrides: Mapping[str, FactValue] | None = None
    ) -> ProjectInputs:
        project = self._projects[project_id]
        firm = self._firms[project.firm_id]
        kin, works = self._kin[firm.undertaking], self._works[firm.undertaking]
        gazetteer = self._rulebook.catalogue.gazetteer
        aside = self._aside.get(firm.id, frozenset())
        codes = dict.fromkeys(
            [project.place(firm), *(each.establishment.commune for each in kin), *(each.commune for each in works)]
        )
        return ProjectInputs(
            project_id=project_id,
            census=Census(
                settings=self._settings,
                firms=tuple(replace(each, asked=()) if each.id == firm.id else _as_kin(each) for each in kin),
                interviews=(),
                projects=tuple(
                    replace(each, asked=()) if each.id == project_id else _as_linked(each) for each in works
                ),
                aids=(*self._aids_of(project_id, kin), *awards),
                referrals=(told := self._answered(project_id))[0],
                referral_steps=told[1],
                marks=counted(self._marks.get(project_id, ()), aside),
                recusals=tuple(_said_aside(firm.id, who) for who in sorted(aside)),
            ),
            on=self._on,
            communes=tuple(commune for code in codes if (commune := gazetteer.commune(code)) is not None),
            away=self.place.away,
            overrides=tuple(sorted((overrides or {}).items())),
            catalogue_version=self._rulebook.catalogue.version,
        )

    def _answered(self, project_id: str) -> tuple[tuple[SentReferral, ...], tuple[ReferralStep, ...]]:
        """The project's referrals once one is answered by a no or a grant, without what a study does not read."""
        answers = self.answers.get(project_id, NO_ANSWER)
        if not answers.closed and not answers.granted:
            return (), ()
        referrals = [
            SentReferral(id=each.id, project_id=project_id, organisation=each.organisation, dispositifs=left)
            for each in self._referrals.get(project_id, ())
            if (left := tuple(sorted(set(each.dispositifs) - self._decided))) or not each.dispositifs
        ]
        steps = [
            ReferralStep(
                referral_id=step.referral_id,
                number=step.number,
                state=step.state,
                on=step.on,
                dispositif=step.dispositif,
                granted=step.granted,
                reason=step.reason if step.state.is_no else "",
            )
            for referral in referrals
            for step in self._steps.get(referral.id, ())
            if step.dispositif not in self._decided
        ]
        return tuple(referrals), tuple(steps)

    def _aids_of(self, project_id: str, kin: Iterable[Firm]) -> tuple[AidObtained, ...]:
        """In the order of the census, each once."""
        keys = [("project", project_id), *(("firm", firm.id) for firm in kin)]
        found = {
            self._ranks[id(aid)]: aid for key in keys for aid in self._aids.get(key, ()) if id(aid) not in self._twice
        }
        return tuple(found[rank] for rank in sorted(found))


def _said_aside(firm_id: str, who: str) -> Recusal:
    """That someone stands aside, whatever was said before, by whom and why."""
    return Recusal(firm_id=firm_id, assessor=who, number=1, aside=True, reason="", by="")


def _as_kin(firm: Firm) -> Firm:
    """A firm of the undertaking, as the account and its projects' places see it."""
    return Firm(
        id=firm.id,
        name=firm.name,
        establishment=replace(firm.establishment, siret=UNKNOWN),
        aid_declared=firm.aid_declared,
        single_undertaking=firm.single_undertaking,
    )


def _as_linked(project: Project) -> Project:
    """Another project of the undertaking, as a single investment project counts it."""
    total = CostLine(id="", nature="", amount=project.total_cost, year=0)
    return Project(
        id=project.id,
        firm_id=project.firm_id,
        title="",
        commune=project.commune,
        costs=(total,) if project.costs else (),
        starts_on=project.starts_on,
    )


def _grouped(pairs: Iterable[tuple[K, V]]) -> Mapping[K, list[V]]:
    groups: dict[K, list[V]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return groups
