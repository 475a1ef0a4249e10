"""Whole missions as people may hold them, dense, from a seed: every table filled or not, and texts that hurt files.

Each cell is one that its entry accepts (``drawn_cells``). Then comes what no workbook has room for.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from rebond.adapters.sample.identifiers import fictitious_siren, fictitious_siret
from rebond.adapters.workbook import Column, Layout
from rebond.adapters.workbook.cells import CellReader
from rebond.adapters.workbook.census import FIRM_FIELDS, PROJECT_FIELDS, declared_columns
from rebond.eligibility.places import Gazetteer
from rebond.facts import (
    UNKNOWN,
    Accompaniment,
    AccompanimentOutcome,
    Accounts,
    ActionPriority,
    ActionProgress,
    ActionStatus,
    AdviceMeeting,
    AidObtained,
    Announcement,
    AssessorScore,
    Band,
    CallCriterion,
    Census,
    CommitteeDecision,
    Confirmation,
    Contribution,
    CostLine,
    DecisionOutcome,
    Envelope,
    Establishment,
    Evidence,
    Firm,
    FirmLink,
    FunderRequest,
    Interview,
    LinkAnswer,
    LinkDecision,
    LinkKind,
    Mark,
    MissionSettings,
    Need,
    PartnerEntry,
    Project,
    PromisedEvidence,
    Promiser,
    Recusal,
    ReferralState,
    ReferralStep,
    RoadmapAction,
    SentReferral,
    Siren,
    Siret,
    ZoneAssumption,
)
from rebond.reading.communes import CommuneFinder
from rebond.reading.naf import NafReader
from tests.drawn_cells import COMMITTEE, COMMUNES, Cells


class Missions:
    """Draws missions that the entries of a catalogue accept."""

    def __init__(self, layout: Layout, gazetteer: Gazetteer) -> None:
        self._layout = layout
        self._reader = CellReader(communes=CommuneFinder(gazetteer), activities=NafReader(layout.activities))

    def draw(self, seed: int, *, sober: bool = False) -> Census:
        """A mission; ``sober``: its dates and amounts can be, so that it is studied."""
        return _Draw(Random(seed), self._layout, self._reader, sober=sober).census()


class _Draw(Cells):
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

    def firm(self, rank: int) -> Firm:
        key = f"E{rank:03d}"
        known = self.one("siren", "both", "both" if self.sober else "siret", "none")
        year = self.one(2025, 2024)
        years = self.one((), (year,), (year, year - 1), (year, year - 1, year - 2), (year, year - 2))
        columns = declared_columns(self.layout.sheet("entreprises"), FIRM_FIELDS)
        former = tuple(dict.fromkeys(name for name in ("Forge & Cie", "=AncienNom") if self.one(True, False)))
        return Firm(
            id=self.one(key, f"{rank:03d}", f"Forge-{rank}.a_b"),
            name=self.text("entreprises", "nom"),
            siren=Siren(fictitious_siren(key)) if known in {"siren", "both"} else UNKNOWN,
            establishment=Establishment(
                siret=Siret(fictitious_siret(key)) if known in {"siret", "both"} else UNKNOWN,
                commune=self.one(*COMMUNES),
            ),
            legal_form=self.cell("entreprises", "forme_juridique"),
            code_naf=self.cell("entreprises", "code_naf"),
            trade=self.text("entreprises", "metier"),
            created_on=self.maybe(date(1987, 3, 2)),
            accounts=tuple(self.accounts(each) for each in years),
            links=tuple(
                FirmLink(
                    name=f"{self.text('groupes', 'nom')[:150]} {number}",
                    kind=self.one(*LinkKind),
                    siren=self.maybe(fictitious_siren(f"G{rank * 10 + number:02d}")),
                    share=self.cell("groupes", "part"),
                    public_body=self.one(True, False),
                    accounts=tuple(self.accounts(each) for each in (2025, 2024, 2023)[: self.one(0, 1, 3)]),
                )
                for number in self.some(2)
            ),
            own_funds=self.one(UNKNOWN, Decimal("-12000.5"), Decimal(400_000)),
            in_difficulty=self.cell("entreprises", "en_difficulte"),
            up_to_date=self.cell("entreprises", "a_jour_obligations"),
            aid_declared=self.cell("entreprises", "aides_declarees"),
            single_undertaking=self.one("", "", "groupe-1", "Groupe n° 2"),
            former_names=former,
            declared=self.declared(columns),
        )

    def accounts(self, year: int) -> Accounts:
        return Accounts(
            year=year,
            staff=self.one(*(Decimal(12),) if self.sober else (UNKNOWN,), Decimal("48.5"), Decimal(47), Decimal(260)),
            turnover=self.one(UNKNOWN, Decimal(7_400_000), Decimal("60000000.25")),
            balance_sheet=self.one(UNKNOWN, Decimal(5_000_000), Decimal(44_000_000)),
        )

    def declared(self, columns: tuple[Column, ...]) -> tuple[tuple[str, Any], ...]:
        """Most facts unknown, one of them said to be."""
        share = self.one(0, 5, len(columns))
        chosen = self.random.sample(columns, min(share, len(columns)))
        names = [column for column in columns if column in chosen and column.fact]
        told = ((column.fact.name, self.accepted(column)) for column in names if column.fact)
        return tuple((name, value) for name, value in told if value is not UNKNOWN or self.one(True, False))

    def interview(self, key: str, firm: str) -> Interview:
        axes = [column for column in self.layout.sheet("entretiens").columns if column.axis]
        needs = ((column.axis, self.accepted(column)) for column in axes if self.one(True, False))
        unseen = (Need(axis="international", text="un axe que le classeur n’a pas"),)
        return Interview(
            id=key,
            firm_id=firm,
            held_on=COMMITTEE - timedelta(days=self.random.randrange(300)),
            interviewer=self.text("entretiens", "conduit_par"),
            needs=(
                *(Need(axis=a, text=t) for a, t in needs if t is not UNKNOWN),
                *unseen[: 0 if self.sober else self.one(0, 1)],
            ),
            minutes=self.text("entretiens", "notes"),
            callback_on=self.one(UNKNOWN, COMMITTEE + timedelta(days=self.random.randrange(90))),
            callback_by=self.text("entretiens", "rappel_par"),
            callback_why=self.text("entretiens", "rappel_motif"),
        )

    def project(self, key: str, firm: str) -> Project:
        criteria = self.layout.criteria
        columns = declared_columns(self.layout.sheet("projets"), PROJECT_FIELDS)
        scored = [
            c.key.removeprefix("note_") for c in self.layout.sheet("projets").columns if c.key.startswith("note_")
        ]
        start = COMMITTEE + timedelta(days=self.random.randrange(30, 300))
        proofs = ("", "devis signé", "=lien", "permis : déposé", "courrier ; et annexe", "« oui », dit-il")
        override = self.one(UNKNOWN, UNKNOWN, "montage")
        scores = ((code, self.random.randrange(6)) for code in scored[: self.one(0, 1, 3)])
        return Project(
            id=key,
            firm_id=firm,
            title=f"{self.text('projets', 'intitule')[:280]} {key}",
            description=self.text("projets", "description"),
            commune=self.one(*COMMUNES[:1] if self.sober else (UNKNOWN,), *COMMUNES),
            kind=self.cell("projets", "type_projet"),
            costs=tuple(self.cost(f"{key}-{number + self.one(0, 10 * number)}", number) for number in self.some(6)),
            jobs_created=self.cell("projets", "emplois_crees"),
            jobs_kept=self.cell("projets", "emplois_maintenus"),
            starts_on=self.maybe(start),
            ends_on=self.maybe(start + timedelta(days=500)),
            works_started=self.one(UNKNOWN, False, False),
            first_order_on=self.one(UNKNOWN, start + timedelta(days=5)),
            first_order_document=self.text("projets", "piece_premiere_commande"),
            applied_on=self.one(UNKNOWN, COMMITTEE - timedelta(days=9)),
            requests=tuple(
                FunderRequest(funder=code, letter_on=self.maybe(COMMITTEE), applied_on=self.maybe(COMMITTEE))
                for code in ("bpifrance", "ademe")[: self.one(0, 1, 2)]
            ),
            own_financing=self.maybe(Decimal("500000.01")),
            borrowing_capacity=self.maybe(Decimal(160_000)),
            objectives=self.random_objectives(),
            declared=self.declared(columns),
            evidence=tuple(
                found
                for found in (
                    Evidence(criterion=c.code, level=self.one(UNKNOWN, 0, 1, 3), proof=self.one(*proofs))
                    for c in criteria[: self.one(0, 2, len(criteria))]
                )
                if found.level is not UNKNOWN or found.proof
            ),
            maturity_override=override,
            maturity_reason="décision du comité ; « oui »" if override is not UNKNOWN else "",
            scores=tuple(
                AssessorScore(criterion=c, score=n, reason=self.text("projets", f"motif_note_{c}")) for c, n in scores
            ),
        )

    def random_objectives(self) -> frozenset[str]:
        found = self.cell("projets", "objectifs")
        return frozenset() if found is UNKNOWN else found

    def cost(self, key: str, number: int) -> CostLine:
        return CostLine(
            id=key,
            nature=self.one("batiment", "materiel", "immateriel", "terrain"),
            amount=self.euros(),
            year=self.one(2027, 2028),
            label=self.text("depenses", "intitule") if number else "",
        )

    def aid(self, rank: int, firms: tuple[Firm, ...], projects: tuple[Project, ...]) -> AidObtained:
        firm = self.one(*firms)
        own = [project.id for project in projects if project.firm_id == firm.id]
        band = Band(least=Decimal(100_000), most=self.maybe(Decimal(500_000)))
        return AidObtained(
            id=f"A{rank + self.one(1, 1, 7):03d}-{rank}",
            firm_id=firm.id,
            funder=self.text("aides", "financeur"),
            label=self.text("aides", "intitule"),
            regime=self.one("de_minimis_2023", "de_minimis_2013", "rgec_17_investissement_pme"),
            granted_on=date(2024, 2, 29) + timedelta(days=self.random.randrange(500)),
            amount=self.one(UNKNOWN, Decimal(20_000), Decimal("99.9"), band),
            recovered=self.one(Decimal(0), Decimal(0), Decimal("12.5")),
            project_id=self.one("", *own),
            nature=self.one("", "materiel"),
        )

    def entry(self, rank: int, firms: tuple[Firm, ...]) -> PartnerEntry:
        number = f"X{rank + 1:03d}"
        siren, siret = fictitious_siren(number), fictitious_siret(number)
        with_siret, with_siren = self.one((siret, siren), (UNKNOWN, siren), (UNKNOWN, UNKNOWN))
        return PartnerEntry(
            id=f"L{rank * self.one(1, 4):03d}-{rank}",
            partner=self.one("bpifrance", "ademe"),
            firm_name=self.one(self.one(*firms).name, self.text("listes", "entreprise")),
            siren=with_siren,
            commune=self.text("listes", "commune"),
            project_title=self.text("listes", "projet"),
            amount=self.one(UNKNOWN, self.euros()),
            dated=self.cell("listes", "date"),
            amount_is=self.cell("listes", "nature_montant"),
            siret=with_siret,
            source=self.text("listes", "source"),
        )

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
