"""The study of one project: every step of the mission that needs no other project."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from rebond.eligibility.places import ZONE_FACTS, Commune, Zone
from rebond.eligibility.verdict import Verdict
from rebond.facts import AidObtained, AwardedAid, FactValue, Firm, Project
from rebond.facts.answered import NO_ANSWER, Answers
from rebond.facts.marks import aside_of
from rebond.financing.building.build import BuiltProject
from rebond.financing.context import account_of, built_of, screened, still_open
from rebond.maturity import Maturity, assess
from rebond.portfolio.criteria import call_grids, mission_grid
from rebond.portfolio.offered import CallEntry
from rebond.portfolio.scoring import Score, score_project
from rebond.regimes.de_minimis import DeMinimisAccount
from rebond.regimes.sme import SizeResult, size_class
from rebond.study.inputs import ProjectInputs
from rebond.study.rulebook import Rulebook


@dataclass(frozen=True, kw_only=True)
class ProjectStudy:
    """What was found of a project, with the inputs that it was found on. Plain values: it can be pickled."""

    inputs: ProjectInputs = field(repr=False)
    project: Project
    firm: Firm
    size: SizeResult
    account: DeMinimisAccount
    commune: Commune | None
    zones: Mapping[str, Zone]
    facts: Mapping[str, FactValue]
    maturity: Maturity
    score: Score
    verdicts: tuple[Verdict, ...]
    built: BuiltProject
    scores: Mapping[str, Score] = field(default_factory=dict)
    """Call that has criteria of its own, by its name → what the project is worth for it."""
    answers: Answers = NO_ANSWER
    """What funders refused or granted."""

    @property
    def digest(self) -> str:
        """The digest of what it read: with the same one, the study would be the same."""
        return self.inputs.digest

    @property
    def aids(self) -> tuple[AidObtained, ...]:
        """The aid already obtained that it read: of the undertaking, and for the project."""
        return self.inputs.census.aids

    @property
    def open_verdicts(self) -> tuple[Verdict, ...]:
        """Those on what may still be asked."""
        return still_open(self.verdicts, self.answers)

    @property
    def awards(self) -> tuple[AwardedAid, ...]:
        """What the project's referrals brought."""
        return tuple(aid for aid in self.aids if isinstance(aid, AwardedAid) and aid.project_id == self.project.id)

    @property
    def entry(self) -> CallEntry:
        """The project as it comes before the call."""
        return CallEntry(
            project=self.project,
            built=self.built,
            facts=self.facts,
            verdicts=self.open_verdicts,
            ripe=self.maturity.ripe,
            score=self.score,
            scores=self.scores,
        )


def study_project(inputs: ProjectInputs, rulebook: Rulebook) -> ProjectStudy:
    """Facts, size, account, zones, maturity, value, verdicts, problem: from the inputs and the rules alone."""
    context = inputs.context(rulebook)
    catalogue, project, firm, settings = rulebook.catalogue, context.project, context.firm, inputs.census.settings
    facts, verdicts = screened(context)
    zonages = catalogue.zonages.assuming(settings.zone_assumptions)
    commune = catalogue.gazetteer.commune(project.place(firm))
    maturity = assess(project, rulebook.maturity)
    aside = aside_of(inputs.census.recusals).get(firm.id, frozenset())
    scored = partial(score_project, project, maturity=maturity, marks=inputs.census.marks, aside=aside)
    return ProjectStudy(
        inputs=inputs,
        project=project,
        firm=firm,
        size=size_class(firm, thresholds=rulebook.sizes, on=inputs.on),
        account=account_of(firm, inputs.census, catalogue=catalogue, on=inputs.on),
        commune=commune,
        zones={name: zonages.zone_of(name, commune, inputs.on) for name in ZONE_FACTS} if commune else {},
        facts=facts,
        maturity=maturity,
        score=scored(mission_grid(rulebook.selection, settings)),
        scores={name: scored(grid) for name, grid in call_grids(rulebook.selection, settings).items()},
        verdicts=verdicts,
        built=built_of(context, facts, verdicts),
        answers=context.answers,
    )
