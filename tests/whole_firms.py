"""Firms of whole missions, their projects, interviews, aid and entries of lists: each cell as its entry accepts it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from rebond.adapters.sample.identifiers import fictitious_siren, fictitious_siret
from rebond.adapters.workbook import Column
from rebond.adapters.workbook.census import FIRM_FIELDS, PROJECT_FIELDS, declared_columns
from rebond.facts import (
    UNKNOWN,
    Accounts,
    AidObtained,
    AssessorScore,
    Band,
    CostLine,
    Establishment,
    Evidence,
    Firm,
    FirmLink,
    FunderRequest,
    Interview,
    LinkKind,
    Need,
    PartnerEntry,
    Project,
    Siren,
    Siret,
)
from tests.drawn_cells import COMMITTEE, COMMUNES, Cells


class FirmCells(Cells):
    """Draws firms and what is told of each."""

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
