"""From sound rows to a ``Census``: which column is which field."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, TypeAlias, TypeVar

from rebond.adapters.workbook.accompanied import accompaniment, meeting
from rebond.adapters.workbook.announced import announcement_in
from rebond.adapters.workbook.asked import asked_of
from rebond.adapters.workbook.call import calls_in, decisions_in, envelope_in
from rebond.adapters.workbook.consistency import codes_of, proofs_of
from rebond.adapters.workbook.criteria import criteria_in
from rebond.adapters.workbook.layout import Column, ColumnType, Layout, Sheet
from rebond.adapters.workbook.naming import AID_NAMES, ENTRY_NAMES, cost_names, marked
from rebond.adapters.workbook.opinions import opinions_in
from rebond.adapters.workbook.referred import referral, step
from rebond.adapters.workbook.roadmap import action, progress
from rebond.adapters.workbook.said import descent, link_decision, mark, recusal
from rebond.adapters.workbook.tables import Row, Table
from rebond.adapters.workbook.wording import fold
from rebond.adapters.workbook.zonages import assumptions_in
from rebond.facts import (
    UNKNOWN,
    Accounts,
    AidObtained,
    AssessorScore,
    Census,
    Confirmation,
    CostLine,
    Establishment,
    Evidence,
    FactValue,
    Firm,
    FirmLink,
    FunderRequest,
    Interview,
    LinkKind,
    Maybe,
    MissionSettings,
    Need,
    PartnerEntry,
    Project,
    Siren,
)
from rebond.identifiers import SIREN_LENGTH, read_siren, read_siret
from rebond.plausibility import SubjectKind

Tables: TypeAlias = Mapping[str, Table]
T = TypeVar("T")

MATURITY, SCORE, SCORE_REASON = "maturite_", "note_", "motif_note_"
"""Prefixes of the columns that hold a criterion: of the maturity grid, of the assessors, and why they say so."""
ANSWERED_SHEETS: Mapping[str, SubjectKind] = MappingProxyType(
    {
        "mission": SubjectKind.MISSION,
        "entreprises": SubjectKind.FIRM,
        "entretiens": SubjectKind.INTERVIEW,
        "projets": SubjectKind.PROJECT,
        "aides": SubjectKind.AID,
    }
)
"""Sheet → what the questions of plausibility of its rows are about."""
FIRM_FIELDS = frozenset(
    {
        "code_naf",
        "forme_juridique",
        "date_creation",
        "capitaux_propres",
        "en_difficulte",
        "a_jour_obligations",
    }
)
"""Facts of the dictionary that ``Firm`` has a field for."""
PROJECT_FIELDS = frozenset(
    {"type_projet", "objectifs", "niveau_impose", "travaux_commences", "emplois_crees", "emplois_maintenus"}
)
"""Facts of the dictionary that ``Project`` has a field for."""


def build_census(tables: Tables, layout: Layout, repairs: Iterable[str]) -> Census:
    """The census of rows that have no fault."""
    links = _grouped(tables["groupes"], "entreprise")
    years = _grouped(tables["exercices"], "entreprise")
    costs = _grouped(tables["depenses"], "projet")
    requests = _grouped(tables["demandes"], "projet")
    promises = _grouped(tables["promesses"], "accompagnement")
    firms = tuple(
        _firm(row, links.get(row.text("id"), ()), years.get(row.text("id"), ()), layout)
        for row in tables["entreprises"].rows
    )
    communes = {firm.id: firm.establishment.commune for firm in firms}
    return Census(
        settings=_settings(tables, layout),
        firms=firms,
        interviews=tuple(_interview(row, layout.sheet("entretiens")) for row in tables["entretiens"].rows),
        projects=tuple(
            _project(row, costs.get(row.text("id"), ()), requests.get(row.text("id"), ()), layout, communes)
            for row in tables["projets"].rows
        ),
        aids=tuple(_aid(name, row) for name, row in marked(tables["aides"].rows, AID_NAMES)),
        partner_entries=tuple(_entry(name, row) for name, row in marked(tables["listes"].rows, ENTRY_NAMES)),
        confirmations=tuple(_confirmations(tables, layout)),
        decisions=tuple(decisions_in(tables)),
        link_decisions=tuple(link_decision(row) for row in tables["rapprochements"].rows),
        lineage=tuple(descent(row) for row in tables["filiations"].rows),
        marks=tuple(mark(row) for row in tables["notes"].rows),
        recusals=tuple(recusal(row) for row in tables["deports"].rows),
        referrals=tuple(referral(row) for row in tables["orientations"].rows),
        referral_steps=tuple(step(row) for row in tables["suites"].rows),
        actions=tuple(action(row) for row in tables["actions"].rows),
        progress=tuple(progress(row) for row in tables["avancements"].rows),
        accompaniments=tuple(
            accompaniment(row, promises.get(row.text("id"), ())) for row in tables["accompagnements"].rows
        ),
        meetings=tuple(meeting(row) for row in tables["rendez_vous"].rows),
        opinions=tuple(opinions_in(tables)),
        repairs=tuple(repairs),
    )


def _confirmations(tables: Tables, layout: Layout) -> Iterator[Confirmation]:
    """The answers to questions of plausibility, by the row that they are written on."""
    for key, kind in ANSWERED_SHEETS.items():
        columns = [column for column in layout.sheet(key).columns if column.type is ColumnType.CONFIRMATION]
        aids = kind is SubjectKind.AID
        rows = marked(tables[key].rows, AID_NAMES) if aids else ((row.text("id"), row) for row in tables[key].rows)
        for subject, row in rows:
            for column in columns:
                answers = row.get(column.key)
                for answer in answers if isinstance(answers, tuple) else ():
                    yield Confirmation(kind=kind.value, subject=subject, marks=answer.marks, by=answer.by, on=answer.on)


def declared_columns(sheet: Sheet, fields: frozenset[str]) -> tuple[Column, ...]:
    """The columns that hold a fact of the dictionary for which the core has no field of its own."""
    return tuple(column for column in sheet.columns if column.fact and column.key not in fields)


def _settings(tables: Tables, layout: Layout) -> MissionSettings:
    row = tables["mission"].rows[0]
    return MissionSettings(
        name=row.text("nom"),
        territory=row.text("territoire"),
        territory_article=row.value("article_territoire"),
        epcis=codes_of(row.text("epci")),
        committee_on=row.value("date_comite"),
        announcement=announcement_in(row),
        envelope=envelope_in(tables),
        calls=tuple(calls_in(tables)),
        zone_assumptions=tuple(assumptions_in(tables, layout)),
        weights=tuple(_weights(row, layout.sheet("mission"))),
        criteria=tuple(criteria_in(tables)),
        fictitious=row.get("donnees_fictives") is True,
    )


def _weights(row: Row, sheet: Sheet) -> Iterator[tuple[str, Decimal]]:
    for column in sheet.columns:
        weight = row.get(column.key)
        if column.criterion and isinstance(weight, Decimal | int):
            yield column.criterion, Decimal(weight)


def _grouped(table: Table, key: str) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = {}
    for row in table.rows:
        groups.setdefault(row.text(key), []).append(row)
    return groups


def _firm(row: Row, links: Iterable[Row], years: Iterable[Row], layout: Layout) -> Firm:
    siret = row.value("siret")
    siren = row.value("siren")
    return Firm(
        id=row.text("id"),
        name=row.text("nom"),
        siren=Siren(siret[:SIREN_LENGTH]) if siren is UNKNOWN and siret is not UNKNOWN else siren,
        establishment=Establishment(siret=siret, commune=row.value("commune")),
        legal_form=row.value("forme_juridique"),
        code_naf=row.value("code_naf"),
        trade=row.text("metier"),
        created_on=row.value("date_creation"),
        accounts=tuple(sorted((*_accounts_of_firm(row), *map(_accounts, years)), key=lambda each: -each.year)),
        links=tuple(_links(links)),
        own_funds=row.value("capitaux_propres"),
        in_difficulty=row.value("en_difficulte"),
        up_to_date=row.value("a_jour_obligations"),
        aid_declared=row.value("aides_declarees"),
        single_undertaking=row.text("entreprise_unique"),
        former_names=tuple(name.strip() for name in row.text("anciens_noms").split(";") if name.strip()),
        declared=_declared(row, declared_columns(layout.sheet("entreprises"), FIRM_FIELDS)),
        asked=asked_of(row, layout.sheet("entreprises")),
    )


def _accounts_of_firm(row: Row) -> Iterator[Accounts]:
    """The last closed year, then the one before when something is known of it."""
    year = row.get("annee_n")
    if not isinstance(year, int):
        return
    for age, suffix in enumerate(("n", "n1")):
        figures = [row.value(f"{name}_{suffix}") for name in ("effectif", "ca", "bilan")]
        if age == 0 or any(figure is not UNKNOWN for figure in figures):
            yield Accounts(year=year - age, staff=figures[0], turnover=figures[1], balance_sheet=figures[2])


def _links(lines: Iterable[Row]) -> Iterator[FirmLink]:
    """One link per linked firm; its lines are its accounting years, the latest first."""
    groups: dict[str, list[Row]] = {}
    for row in lines:
        groups.setdefault(fold(row.text("nom")), []).append(row)
    for rows in groups.values():
        years = (_accounts(row) for row in rows if row.get("annee") is not UNKNOWN)
        yield FirmLink(
            name=rows[0].text("nom"),
            kind=LinkKind(rows[0].text("lien")),
            siren=_first(rows, "siren"),
            share=_first(rows, "part"),
            public_body=any(row.get("organisme_public") is True for row in rows),
            accounts=tuple(sorted(years, key=lambda accounts: -accounts.year)),
        )


def _accounts(row: Row) -> Accounts:
    return Accounts(
        year=row.value("annee"),
        staff=row.value("effectif"),
        turnover=row.value("ca"),
        balance_sheet=row.value("bilan"),
    )


def _interview(row: Row, sheet: Sheet) -> Interview:
    needs = (Need(axis=column.axis, text=row.text(column.key)) for column in sheet.columns if column.axis)
    return Interview(
        id=row.text("id"),
        firm_id=row.text("entreprise"),
        held_on=row.value("date"),
        interviewer=row.text("conduit_par"),
        needs=tuple(need for need in needs if need.text),
        minutes=row.text("notes"),
        callback_on=row.value("rappel_le"),
        callback_by=row.text("rappel_par"),
        callback_why=row.text("rappel_motif"),
    )


def _project(
    row: Row, costs: Iterable[Row], requests: Iterable[Row], layout: Layout, communes: Mapping[str, Maybe[str]]
) -> Project:
    identifier = row.text("id")
    commune = row.value("commune")
    return Project(
        id=identifier,
        firm_id=row.text("entreprise"),
        title=row.text("intitule"),
        description=row.text("description"),
        commune=communes.get(row.text("entreprise"), UNKNOWN) if commune is UNKNOWN else commune,
        kind=row.value("type_projet"),
        costs=tuple(_cost(name, line) for name, line in marked(costs, cost_names(identifier))),
        jobs_created=row.value("emplois_crees"),
        jobs_kept=row.value("emplois_maintenus"),
        starts_on=row.value("debut"),
        ends_on=row.value("fin"),
        works_started=row.value("travaux_commences"),
        first_order_on=row.value("date_premiere_commande"),
        first_order_document=row.text("piece_premiere_commande"),
        applied_on=row.value("date_demande"),
        requests=tuple(_request(each) for each in requests),
        own_financing=row.value("financement_acquis"),
        borrowing_capacity=row.value("capacite_emprunt"),
        objectives=frozenset() if row.get("objectifs") is UNKNOWN else row.value("objectifs"),
        declared=_declared(row, declared_columns(layout.sheet("projets"), PROJECT_FIELDS)),
        asked=asked_of(row, layout.sheet("projets")),
        evidence=tuple(_evidence(row, layout)),
        maturity_override=row.value("niveau_impose"),
        maturity_reason=row.text("motif_niveau"),
        scores=tuple(_scores(row, layout.sheet("projets"))),
    )


def _request(row: Row) -> FunderRequest:
    return FunderRequest(
        funder=row.text("financeur"), letter_on=row.value("date_lettre"), applied_on=row.value("date_demande")
    )


def _cost(identifier: str, row: Row) -> CostLine:
    return CostLine(
        id=identifier,
        nature=row.text("nature"),
        amount=row.value("montant"),
        year=row.value("annee"),
        label=row.text("intitule"),
    )


def _evidence(row: Row, layout: Layout) -> Iterator[Evidence]:
    proofs = proofs_of(row.text("preuve_maturite"), layout)
    for criterion in layout.criteria:
        level, proof = row.value(f"{MATURITY}{criterion.code}"), proofs.get(criterion.code, "")
        if level is not UNKNOWN or proof:
            yield Evidence(criterion=criterion.code, level=level, proof=proof)


def _scores(row: Row, sheet: Sheet) -> Iterator[AssessorScore]:
    for column in sheet.columns:
        score = row.get(column.key)
        if column.key.startswith(SCORE) and isinstance(score, int):
            criterion = column.key.removeprefix(SCORE)
            yield AssessorScore(criterion=criterion, score=score, reason=row.text(f"{SCORE_REASON}{criterion}"))


def _aid(name: str, row: Row) -> AidObtained:
    return AidObtained(
        id=name,
        firm_id=row.text("entreprise"),
        funder=row.text("financeur"),
        label=row.text("intitule"),
        regime=row.text("regime"),
        granted_on=row.value("date_octroi"),
        amount=row.value("montant"),
        recovered=Decimal(0) if row.get("rembourse") is UNKNOWN else row.value("rembourse"),
        project_id=row.text("projet"),
        nature=row.text("nature"),
    )


def _entry(name: str, row: Row) -> PartnerEntry:
    return PartnerEntry(
        id=name,
        partner=row.text("partenaire"),
        firm_name=row.text("entreprise"),
        siren=_readable(read_siren, row.text("siren")),
        commune=row.text("commune"),
        project_title=row.text("projet"),
        amount=row.value("montant"),
        dated=row.value("date"),
        amount_is=row.value("nature_montant"),
        siret=_readable(read_siret, row.text("siren")),
        source=row.text("source"),
    )


def _readable(read: Callable[[object], tuple[T, str]], text: str) -> Maybe[T]:
    """A partner's list is as messy as real ones: what cannot be read is unknown, not a fault."""
    try:
        return read(text)[0]
    except ValueError:
        return UNKNOWN


def _declared(row: Row, columns: Iterable[Column]) -> tuple[tuple[str, FactValue], ...]:
    facts = ((column.fact.name, row.value(column.key)) for column in columns if column.fact)
    return tuple((name, value) for name, value in facts if value is not UNKNOWN)


def _first(rows: Iterable[Row], key: str) -> Any:
    return next((row.get(key) for row in rows if row.get(key) is not UNKNOWN), UNKNOWN)
