"""From sound rows to a ``Census``: which column is which field."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, TypeAlias, TypeVar

from rebond.adapters.workbook.asked import asked_of
from rebond.adapters.workbook.call import decisions_in, envelope_in
from rebond.adapters.workbook.consistency import codes_of, proofs_of
from rebond.adapters.workbook.layout import Column, ColumnType, Layout, Sheet
from rebond.adapters.workbook.naming import AID_NAMES, ENTRY_NAMES, cost_names, marked
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
    Descent,
    DescentAct,
    Establishment,
    Evidence,
    FactValue,
    Firm,
    FirmLink,
    FunderRequest,
    Interview,
    LinkAnswer,
    LinkDecision,
    LinkKind,
    Mark,
    Maybe,
    MissionSettings,
    Need,
    PartnerEntry,
    Project,
    Recusal,
    Siren,
)
from rebond.identifiers import SIREN_LENGTH, read_siren, read_siret
from rebond.plausibility import SubjectKind

Tables: TypeAlias = Mapping[str, Table]
T = TypeVar("T")

MATURITY, SCORE, SCORE_REASON = "maturite_", "note_", "motif_note_"
"""Prefixes of the columns that hold a criterion: of the maturity grid, of the assessors, and why they say so."""
ASIDE, BACK = "deport", "levee"
"""What a line of the sheet of recusals says: the assessor stands aside, or no longer does."""
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
        link_decisions=tuple(_link_decision(row) for row in tables["rapprochements"].rows),
        lineage=tuple(_descent(row) for row in tables["filiations"].rows),
        marks=tuple(_mark(row) for row in tables["notes"].rows),
        recusals=tuple(_recusal(row) for row in tables["deports"].rows),
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
        territory_article=_value(row, "article_territoire"),
        epcis=codes_of(row.text("epci")),
        committee_on=_value(row, "date_comite"),
        envelope=envelope_in(tables),
        zone_assumptions=tuple(assumptions_in(tables, layout)),
        weights=tuple(_weights(row, layout.sheet("mission"))),
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
    siret = _value(row, "siret")
    siren = _value(row, "siren")
    return Firm(
        id=row.text("id"),
        name=row.text("nom"),
        siren=Siren(siret[:SIREN_LENGTH]) if siren is UNKNOWN and siret is not UNKNOWN else siren,
        establishment=Establishment(siret=siret, commune=_value(row, "commune")),
        legal_form=_value(row, "forme_juridique"),
        code_naf=_value(row, "code_naf"),
        trade=row.text("metier"),
        created_on=_value(row, "date_creation"),
        accounts=tuple(sorted((*_accounts_of_firm(row), *map(_accounts, years)), key=lambda each: -each.year)),
        links=tuple(_links(links)),
        own_funds=_value(row, "capitaux_propres"),
        in_difficulty=_value(row, "en_difficulte"),
        up_to_date=_value(row, "a_jour_obligations"),
        aid_declared=_value(row, "aides_declarees"),
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
        figures = [_value(row, f"{name}_{suffix}") for name in ("effectif", "ca", "bilan")]
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
        year=_value(row, "annee"),
        staff=_value(row, "effectif"),
        turnover=_value(row, "ca"),
        balance_sheet=_value(row, "bilan"),
    )


def _interview(row: Row, sheet: Sheet) -> Interview:
    needs = (Need(axis=column.axis, text=row.text(column.key)) for column in sheet.columns if column.axis)
    return Interview(
        id=row.text("id"),
        firm_id=row.text("entreprise"),
        held_on=_value(row, "date"),
        interviewer=row.text("conduit_par"),
        needs=tuple(need for need in needs if need.text),
        minutes=row.text("notes"),
        callback_on=_value(row, "rappel_le"),
        callback_by=row.text("rappel_par"),
        callback_why=row.text("rappel_motif"),
    )


def _project(
    row: Row, costs: Iterable[Row], requests: Iterable[Row], layout: Layout, communes: Mapping[str, Maybe[str]]
) -> Project:
    identifier = row.text("id")
    commune = _value(row, "commune")
    return Project(
        id=identifier,
        firm_id=row.text("entreprise"),
        title=row.text("intitule"),
        description=row.text("description"),
        commune=communes.get(row.text("entreprise"), UNKNOWN) if commune is UNKNOWN else commune,
        kind=_value(row, "type_projet"),
        costs=tuple(_cost(name, line) for name, line in marked(costs, cost_names(identifier))),
        jobs_created=_value(row, "emplois_crees"),
        jobs_kept=_value(row, "emplois_maintenus"),
        starts_on=_value(row, "debut"),
        ends_on=_value(row, "fin"),
        works_started=_value(row, "travaux_commences"),
        first_order_on=_value(row, "date_premiere_commande"),
        first_order_document=row.text("piece_premiere_commande"),
        applied_on=_value(row, "date_demande"),
        requests=tuple(_request(each) for each in requests),
        own_financing=_value(row, "financement_acquis"),
        borrowing_capacity=_value(row, "capacite_emprunt"),
        objectives=frozenset() if row.get("objectifs") is UNKNOWN else _value(row, "objectifs"),
        declared=_declared(row, declared_columns(layout.sheet("projets"), PROJECT_FIELDS)),
        asked=asked_of(row, layout.sheet("projets")),
        evidence=tuple(_evidence(row, layout)),
        maturity_override=_value(row, "niveau_impose"),
        maturity_reason=row.text("motif_niveau"),
        scores=tuple(_scores(row, layout.sheet("projets"))),
    )


def _request(row: Row) -> FunderRequest:
    return FunderRequest(
        funder=row.text("financeur"), letter_on=_value(row, "date_lettre"), applied_on=_value(row, "date_demande")
    )


def _cost(identifier: str, row: Row) -> CostLine:
    return CostLine(
        id=identifier,
        nature=row.text("nature"),
        amount=_value(row, "montant"),
        year=_value(row, "annee"),
        label=row.text("intitule"),
    )


def _evidence(row: Row, layout: Layout) -> Iterator[Evidence]:
    proofs = proofs_of(row.text("preuve_maturite"), layout)
    for criterion in layout.criteria:
        level, proof = _value(row, f"{MATURITY}{criterion.code}"), proofs.get(criterion.code, "")
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
        granted_on=_value(row, "date_octroi"),
        amount=_value(row, "montant"),
        recovered=Decimal(0) if row.get("rembourse") is UNKNOWN else _value(row, "rembourse"),
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
        amount=_value(row, "montant"),
        dated=_value(row, "date"),
        amount_is=_value(row, "nature_montant"),
        siret=_readable(read_siret, row.text("siren")),
        source=row.text("source"),
    )


def _link_decision(row: Row) -> LinkDecision:
    return LinkDecision(
        entry_id=row.text("ligne"),
        firm_id=row.text("entreprise"),
        project_id=row.text("projet"),
        answer=LinkAnswer(row.text("reponse")),
        by=row.text("par"),
        on=_value(row, "date"),
        reason=row.text("motif"),
    )


def _descent(row: Row) -> Descent:
    return Descent(
        act=DescentAct(row.text("geste")),
        origin=row.text("origine"),
        became=row.text("devient"),
        on=_value(row, "date"),
        by=row.text("par"),
        reason=row.text("motif"),
    )


def _mark(row: Row) -> Mark:
    return Mark(
        project_id=row.text("projet"),
        criterion=row.text("critere"),
        assessor=row.text("evaluateur"),
        number=_value(row, "numero"),
        score=_value(row, "note"),
        reason=row.text("motif"),
        on=_value(row, "date"),
    )


def _recusal(row: Row) -> Recusal:
    return Recusal(
        firm_id=row.text("entreprise"),
        assessor=row.text("evaluateur"),
        number=_value(row, "numero"),
        aside=row.text("position") == ASIDE,
        reason=row.text("motif"),
        by=row.text("par"),
        on=_value(row, "date"),
    )


def _readable(read: Callable[[object], tuple[T, str]], text: str) -> Maybe[T]:
    """A partner's list is as messy as real ones: what cannot be read is unknown, not a fault."""
    try:
        return read(text)[0]
    except ValueError:
        return UNKNOWN


def _declared(row: Row, columns: Iterable[Column]) -> tuple[tuple[str, FactValue], ...]:
    facts = ((column.fact.name, _value(row, column.key)) for column in columns if column.fact)
    return tuple((name, value) for name, value in facts if value is not UNKNOWN)


def _first(rows: Iterable[Row], key: str) -> Any:
    return next((row.get(key) for row in rows if row.get(key) is not UNKNOWN), UNKNOWN)


def _value(row: Row, key: str) -> Any:
    """A value whose type the column's type guarantees, see ``CellReader.read``."""
    return row.get(key)
