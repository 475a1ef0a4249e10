"""Whole missions as people may hold them, dense, from a seed: every table filled or not, and texts that hurt files.

Each cell is one that its entry accepts (``drawn_cells``). Then comes what no workbook has room for.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from random import Random

from rebond.adapters.workbook import Layout
from rebond.adapters.workbook.cells import CellReader
from rebond.eligibility.places import Gazetteer
from rebond.facts import (
    UNKNOWN,
    Accompaniment,
    AccompanimentOutcome,
    ActionPriority,
    ActionProgress,
    ActionStatus,
    AdviceMeeting,
    Announcement,
    CallCriterion,
    Census,
    CommitteeDecision,
    Confirmation,
    Contribution,
    DecisionOutcome,
    Envelope,
    LinkAnswer,
    LinkDecision,
    Mark,
    MissionSettings,
    Project,
    PromisedEvidence,
    Promiser,
    Recusal,
    ReferralState,
    ReferralStep,
    RoadmapAction,
    SentReferral,
    ZoneAssumption,
)
from rebond.reading.communes import CommuneFinder
from rebond.reading.naf import NafReader
from tests.drawn_cells import COMMITTEE, COMMUNES
from tests.whole_firms import FirmCells


class Missions:
    """Draws missions that the entries of a catalogue accept."""

    def __init__(self, layout: Layout, gazetteer: Gazetteer) -> None:
        self._layout = layout
        self._reader = CellReader(communes=CommuneFinder(gazetteer), activities=NafReader(layout.activities))

    def draw(self, seed: int, *, sober: bool = False) -> Census:
        """A mission; ``sober``: its dates and amounts can be, so that it is studied."""
        return _Draw(Random(seed), self._layout, self._reader, sober=sober).census()


class _Draw(FirmCells):
    def census(self) -> Census:
        firms = tuple(self.firm(rank) for rank in range(1, self.one(1, 2, 4) + 1))
        projects = tuple(
            self.project(self.one(f"P{rank:03d}", f"{rank:03d}", f"Projet-{rank}.a_b"), self.one(*firms).id)
            for rank in range(1, self.one(1, 2, 5) + 1)
        )
        aids = tuple(self.aid(rank, firms, projects) for rank in self.some(4))
        entries = tuple(self.entry(rank, firms) for rank in self.some(5))
        sent = tuple(self.referral(rank, self.one(*projects)) for rank in self.some(3))
        interviews = tuple(self.interview(f"I{rank:03d}", self.one(*firms).id) for rank in self.some(3))
        accompanied = tuple(
            self.accompaniment(rank, project) for rank, project in enumerate(projects[: self.one(0, 2)])
        )
        return Census(
            settings=self.settings(),
            firms=firms,
            interviews=interviews,
            projects=projects,
            aids=aids,
            partner_entries=entries,
            confirmations=tuple(
                Confirmation(
                    kind=kind, subject=subject, marks=("K7F3Q", "ABCDE")[: self.one(1, 2)], by=by, on=COMMITTEE
                )
                for kind, subject in (("mission", ""), ("entreprise", firms[0].id), ("projet", projects[-1].id))
                for by in [self.one("P. Martin", "L’équipe", "A.-M. d’Été")][: self.one(0, 1)]
            ),
            decisions=tuple(self.decision(project) for project in projects[: self.one(0, 1, 9)]),
            marks=tuple(
                self.mark(project, assessor, number)
                for project in projects[: self.one(0, 1)]
                for assessor in ("consultante", "M. d’Été")
                for number in (1, 2)
            ),
            recusals=tuple(
                Recusal(
                    firm_id=firm.id,
                    assessor="consultante",
                    number=1,
                    aside=self.one(True, False),
                    reason=self.text("deports", "motif") or "parent",
                    by=self.text("deports", "par") or "elle-même",
                    on=self.maybe(COMMITTEE),
                )
                for firm in firms[: self.one(0, 1)]
            ),
            referrals=sent,
            referral_steps=tuple(step for each in sent for step in self.steps(each)),
            actions=tuple(self.action(f"F{rank:03d}", projects) for rank in (1, 2)),
            progress=tuple(
                ActionProgress(
                    action_id="F001",
                    number=number,
                    on=self.maybe(COMMITTEE),
                    value=self.maybe(Decimal(number)),
                    words=self.text("avancements", "mots"),
                    by=self.text("avancements", "par"),
                )
                for number in range(1, self.one(1, 3))
            ),
            accompaniments=accompanied,
            meetings=tuple(self.meeting(each, number) for each in accompanied for number in (1, 2)[: self.one(0, 2)]),
            link_decisions=tuple(
                LinkDecision(
                    entry_id=entry.id,
                    firm_id=firm.id,
                    project_id=self.one("", projects[0].id) if firm.id == projects[0].firm_id else "",
                    answer=self.one(*LinkAnswer),
                    by=self.text("rapprochements", "par"),
                    on=self.maybe(COMMITTEE),
                    reason=self.text("rapprochements", "motif"),
                )
                for entry, firm in zip(entries, firms, strict=False)
            ),
        )

    def action(self, name: str, projects: tuple[Project, ...]) -> RoadmapAction:
        return RoadmapAction(
            id=name,
            proposal=self.one("", "C1"),
            axis=self.one("foncier", "competences"),
            title=self.text("actions", "intitule") or "Former",
            why=self.text("actions", "pourquoi"),
            owner=self.one("", "ademe", "Club d’entreprises"),
            owner_person=self.text("actions", "personne"),
            partners=self.one((), ("bpifrance", "Lycée d’Été")),
            budget=self.maybe(Decimal(self.one(0, 12_500))),
            paid_by=self.one((), ("Région",)),
            starts_on=self.maybe(COMMITTEE),
            ends_on=self.maybe(COMMITTEE),
            status=self.one(*ActionStatus),
            status_reason=self.text("actions", "motif_etat"),
            priority=self.maybe(self.one(*ActionPriority)),
            indicator=self.text("actions", "indicateur"),
            unit=self.text("actions", "unite"),
            baseline=self.maybe(Decimal(0)),
            target=self.maybe(Decimal("12.5")),
            target_on=self.maybe(COMMITTEE),
            needs=self.one((), ("I001/foncier", "I009/competences")),
            projects=self.one((), (projects[0].id, "P999")),
            adopted_on=self.maybe(COMMITTEE),
            adopted_by=self.text("actions", "par"),
        )

    def settings(self) -> MissionSettings:
        criteria = [column.criterion for column in self.layout.sheet("mission").columns if column.criterion]
        places = self.random.sample(("200068658", "200072999"), self.one(1, 2))
        zones = (
            ZoneAssumption(zone="afr", value=self.one("a", "c"), source="hypothèse d’essai"),
            ZoneAssumption(zone="frr", value="frr_plus", source="arrêté ; annexe", communes=frozenset(COMMUNES[:2])),
            ZoneAssumption(zone="afr", value="aucune", source="carte", communes=frozenset({"52140"})),
        )
        made = MissionSettings(
            name=self.text("mission", "nom"),
            territory=self.text("mission", "territoire"),
            territory_article=self.cell("mission", "article_territoire"),
            epcis=tuple(places),
            committee_on=COMMITTEE,
            announcement=Announcement(
                issued_at=self.maybe("Chaumont"),
                programme=self.maybe("Un programme ; « d’ensemble »\net ses suites"),
                quote=self.maybe("Nous avançons"),
                quoted=self.maybe("Une préfète"),
                press_contact=self.maybe("presse@exemple.fr ; 03 25 00 00 00"),
                embargo_until=self.maybe(COMMITTEE),
                embargo_hour=self.maybe("18 h"),
                logos=self.one((), ("etat.png", "region.jpg")),
            ),
            envelope=Envelope(
                contributions=tuple(
                    Contribution(contributor=name, amount=Decimal(3_000_000)) for name in ("État", "Région ; « Est »")
                )[: self.one(0, 1, 2)],
                max_rate=self.cell("mission", "taux_max_enveloppe"),
                max_per_project=self.maybe(Decimal("350000.5")),
                min_spend=self.maybe(Decimal(10_000)),
                min_aid=self.maybe(Decimal(5000)),
                grant_share=self.cell("mission", "part_subvention"),
                max_months=self.maybe(24),
                operator=self.one("bpifrance", "region-grand-est"),
            ),
            zone_assumptions=tuple(self.random.sample(zones, self.one(0, 1, 3))),
            weights=self.one((), tuple((code, Decimal(self.one(1, 10, "2.5"))) for code in criteria)),
            fictitious=self.one(True, False),
        )
        own = (
            CallCriterion(code="emplois", label="Emplois", weight=Decimal(2), computed="emplois_crees"),
            CallCriterion(
                code="eau", label="Eau ; « sobriété »", weight=Decimal("1.5"), anchors=("non", "un peu", "oui")
            ),
        )
        return replace(made, criteria=own) if made.fictitious and not made.weights else made

    def mark(self, project: Project, assessor: str, number: int) -> Mark:
        return Mark(
            project_id=project.id,
            criterion=self.one("decarbonation", "ancrage", "innovation"),
            assessor=assessor,
            number=number,
            score=self.one(UNKNOWN, 0, 5),
            reason=self.text("notes", "motif") or "vu",
            on=self.maybe(COMMITTEE),
        )

    def referral(self, rank: int, project: Project) -> SentReferral:
        return SentReferral(
            id=f"O{rank:03d}",
            project_id=project.id,
            organisation=self.cell("listes", "partenaire"),
            dispositifs=self.one((), ("region-x/aide", "bpifrance/prêt")),
            asked=self.one(UNKNOWN, self.euros()),
            why=self.text("orientations", "pourquoi"),
            expected=self.text("orientations", "attendu"),
            sent_on=self.maybe(COMMITTEE),
            answer_by=self.maybe(COMMITTEE),
            sent_by=self.text("orientations", "par"),
            words=self.text("orientations", "message"),
        )

    def steps(self, sent: SentReferral) -> tuple[ReferralStep, ...]:
        """The beginning of a story that the rules allow."""
        story = (ReferralState.ASKED, ReferralState.SENT, ReferralState.FILED, ReferralState.GRANTED)
        return tuple(
            ReferralStep(
                referral_id=sent.id,
                number=number,
                state=state,
                on=self.maybe(COMMITTEE),
                dispositif=self.one("", *sent.dispositifs[:1]),
                asked=self.one(UNKNOWN, self.euros()),
                granted=self.one(UNKNOWN, self.euros()) if state is ReferralState.GRANTED else UNKNOWN,
                jobs=self.one(UNKNOWN, 0, 3),
                by=self.text("suites", "par"),
                reason=self.text("suites", "motif") or "le bilan",
                answer_by=self.maybe(COMMITTEE),
            )
            for number, state in enumerate(story[: self.one(0, 2, 4)], start=1)
        )

    def accompaniment(self, rank: int, project: Project) -> Accompaniment:
        outcome = self.maybe(self.one(*AccompanimentOutcome))
        return Accompaniment(
            id=f"C{rank:03d}",
            project_id=project.id,
            adviser=self.one("cci-meuse-haute-marne", "business-sud-champagne"),
            contact=self.text("accompagnements", "interlocuteur"),
            opened_on=self.maybe(COMMITTEE),
            review_on=self.maybe(COMMITTEE),
            promises=tuple(
                PromisedEvidence(
                    criterion=criterion, level=self.one(UNKNOWN, 0, 3), by=self.one(*Promiser), before=COMMITTEE
                )
                for criterion in ("chiffrage", "foncier")[: self.one(0, 1, 2)]
            ),
            outcome=outcome,
            closed_on=UNKNOWN if outcome is UNKNOWN else self.maybe(COMMITTEE),
            reason=self.text("accompagnements", "motif"),
        )

    def meeting(self, accompaniment: Accompaniment, number: int) -> AdviceMeeting:
        return AdviceMeeting(
            accompaniment_id=accompaniment.id,
            number=number,
            on=self.maybe(COMMITTEE),
            who=self.text("rendez_vous", "presents"),
            agreed=self.text("rendez_vous", "convenu") or "vu",
            next=self.text("rendez_vous", "suite"),
            organisation=self.one("", "cci-meuse-haute-marne"),
            by=self.text("rendez_vous", "par"),
        )

    def decision(self, project: Project) -> CommitteeDecision:
        outcome = self.one(*DecisionOutcome)
        return CommitteeDecision(
            project_id=project.id,
            outcome=outcome,
            amount=UNKNOWN,
            decided_on=self.maybe(COMMITTEE),
            reason=self.text("decisions", "motif"),
            by=self.text("decisions", "par"),
        )
