"""From a ``Census`` back to the rows of the workbook: what is written so is read back equal."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from rebond.adapters.workbook.accompanied import accompaniment_row, meeting_row, promise_rows
from rebond.adapters.workbook.announced import announcement_parameters
from rebond.adapters.workbook.asked import with_asked
from rebond.adapters.workbook.call import call_parameters, call_rows, contribution_rows, step_rows
from rebond.adapters.workbook.census import ANSWERED_SHEETS, MATURITY, SCORE, SCORE_REASON
from rebond.adapters.workbook.criteria import criterion_rows
from rebond.adapters.workbook.layout import ColumnType, Layout, Sheet
from rebond.adapters.workbook.naming import MARK
from rebond.adapters.workbook.opinions import opinion_rows
from rebond.adapters.workbook.referred import referral_row, step_row
from rebond.adapters.workbook.roadmap import action_row, progress_row
from rebond.adapters.workbook.said import descent_row, link_decision_row, mark_row, recusal_row
from rebond.adapters.workbook.template import Row
from rebond.adapters.workbook.zonages import zone_rows
from rebond.facts import (
    UNKNOWN,
    Accounts,
    ActionProgress,
    AidObtained,
    Census,
    CommitteeDecision,
    Firm,
    Interview,
    Maybe,
    MissionSettings,
    PartnerEntry,
    Project,
)
from rebond.plausibility import SubjectKind
from rebond.reading.confirmation import Answer


def census_rows(census: Census, layout: Layout) -> Mapping[str, list[Row] | Row]:
    """The rows of every sheet, for ``write_workbook``.

    What has no column is left out: whatever answers an axis, a criterion or a fact that the catalogue no longer has.
    """
    axes = {column.axis: column.key for column in layout.sheet("entretiens").columns if column.axis}
    criteria = frozenset(criterion.code for criterion in layout.criteria)
    of_mission, zonages = zone_rows(census.settings)
    rows: dict[str, list[Row] | Row] = {
        "mission": {**_mission(census.settings), **of_mission, **_weights(census.settings, layout)},
        "appels": list(call_rows(census.settings)),
        "enveloppe": list(contribution_rows(census.settings)),
        "etapes": list(step_rows(census)),
        "criteres": list(criterion_rows(census.settings)),
        "zonages": zonages,
        "entreprises": [with_asked(_firm(firm), layout.sheet("entreprises"), firm.asked) for firm in census.firms],
        "exercices": [row for firm in census.firms for row in _older_years(firm)],
        "groupes": [row for firm in census.firms for row in _links(firm)],
        "entretiens": [_interview(interview, axes) for interview in census.interviews],
        "projets": [
            with_asked(_project(project, criteria), layout.sheet("projets"), project.asked)
            for project in census.projects
        ],
        "depenses": [row for project in census.projects for row in _costs(project)],
        "aides": [_aid(aid) for aid in census.aids],
        "demandes": [row for project in census.projects for row in _requests(project)],
        "listes": [_entry(entry) for entry in census.partner_entries],
        "decisions": [_decision(decision) for decision in census.decisions],
        "rapprochements": [link_decision_row(decision) for decision in census.link_decisions],
        "filiations": [descent_row(each) for each in census.lineage],
        "notes": [mark_row(each) for each in census.marks],
        "deports": [recusal_row(each) for each in census.recusals],
        "orientations": [referral_row(each) for each in census.referrals],
        "suites": [step_row(each) for each in census.referral_steps],
        "actions": [
            action_row(each) for each in census.actions if layout.sheet("actions").column("axe").choice(each.axis)
        ],
        "avancements": [progress_row(each) for each in _progress(census, layout)],
        "accompagnements": [accompaniment_row(each) for each in census.accompaniments],
        "promesses": [row for each in census.accompaniments for row in promise_rows(each, criteria)],
        "rendez_vous": [meeting_row(each) for each in census.meetings],
        "avis": list(opinion_rows(census.opinions)),
    }
    rows |= _answered(rows, census, layout)
    return {key: _with_columns(content, layout.sheet(key)) for key, content in rows.items()}


def _progress(census: Census, layout: Layout) -> Iterator[ActionProgress]:
    """Of the actions that the workbook writes: those of an axis that the catalogue still has."""
    axes = layout.sheet("actions").column("axe")
    kept = {each.id for each in census.actions if axes.choice(each.axis)}
    yield from (each for each in census.progress if each.action_id in kept)


def _with_columns(content: list[Row] | Row, sheet: Sheet) -> list[Row] | Row:
    keys = {column.key for column in sheet.columns}
    if isinstance(content, Mapping):
        return {key: value for key, value in content.items() if key in keys}
    return [{key: value for key, value in row.items() if key in keys} for row in content]


def _answered(rows: Mapping[str, list[Row] | Row], census: Census, layout: Layout) -> dict[str, list[Row] | Row]:
    """The rows of the sheets where questions are answered, with the answers."""
    written: dict[tuple[str, str], list[str]] = {}
    for each in census.confirmations:
        answer = Answer(marks=each.marks, by=each.by, on=each.on)
        written.setdefault((each.kind, each.subject), []).append(str(answer))
    aids = [aid.id for aid in census.aids]
    found: dict[str, list[Row] | Row] = {}
    for key, kind in ANSWERED_SHEETS.items():
        columns = [each.key for each in layout.sheet(key).columns if each.type is ColumnType.CONFIRMATION]
        content = rows[key]
        listed = [content] if isinstance(content, Mapping) else content
        ids = aids if kind is SubjectKind.AID else [str(row.get("id", "")) for row in listed]
        told = [
            row | {name: " ; ".join(written[kind.value, subject]) for name in columns}
            if (kind.value, subject) in written
            else row
            for row, subject in zip((dict(row) for row in listed), ids, strict=True)
        ]
        found[key] = told[0] if isinstance(content, Mapping) else [*told]
    return found


def _mission(settings: MissionSettings) -> Row:
    return {
        "nom": settings.name,
        "territoire": settings.territory,
        "article_territoire": settings.territory_article,
        "epci": ", ".join(settings.epcis),
        "date_comite": settings.committee_on,
        **announcement_parameters(settings.announcement),
        **call_parameters(settings.envelope),
        "donnees_fictives": settings.fictitious,
    }


def _commune(code: Maybe[str]) -> Maybe[str]:
    """A code that says it is one: alone, the reader could not tell it from a postcode."""
    return code if code is UNKNOWN else f"INSEE {code}"


def _weights(settings: MissionSettings, layout: Layout) -> dict[str, object]:
    keys = {column.criterion: column.key for column in layout.sheet("mission").columns if column.criterion}
    return {keys[criterion]: weight for criterion, weight in settings.weights if criterion in keys}


def _firm(firm: Firm) -> Row:
    figures: dict[str, object] = {}
    last = _last_year(firm)
    for accounts in firm.accounts:
        suffix = _YEARS.get((last or 0) - accounts.year)
        if suffix:
            figures |= {f"{name}_{suffix}": value for name, value in _figures(accounts).items()}
    return {
        "id": firm.id,
        "nom": firm.name,
        "anciens_noms": "; ".join(firm.former_names),
        "siren": firm.siren,
        "siret": firm.establishment.siret,
        "commune": _commune(firm.establishment.commune),
        "forme_juridique": firm.legal_form,
        "code_naf": firm.code_naf,
        "metier": firm.trade,
        "date_creation": firm.created_on,
        "annee_n": last,
        **figures,
        "capitaux_propres": firm.own_funds,
        "en_difficulte": firm.in_difficulty,
        "a_jour_obligations": firm.up_to_date,
        "aides_declarees": firm.aid_declared,
        "entreprise_unique": firm.single_undertaking,
        **dict(firm.declared),
    }


_YEARS = {0: "n", 1: "n1"}
"""Closed years that a firm's own row holds, by their age."""


def _last_year(firm: Firm) -> int | None:
    return firm.accounts[0].year if firm.accounts else None


def _older_years(firm: Firm) -> Iterator[Row]:
    """The years that the row of the firm has no room for: its European size is followed from the first one known."""
    last = _last_year(firm) or 0
    for accounts in firm.accounts:
        if last - accounts.year not in _YEARS:
            yield {"entreprise": firm.id, "annee": accounts.year, **_figures(accounts)}


def _figures(accounts: Accounts) -> dict[str, object]:
    return {"effectif": accounts.staff, "ca": accounts.turnover, "bilan": accounts.balance_sheet}


def _links(firm: Firm) -> Iterator[Row]:
    for link in firm.links:
        shared = {
            "entreprise": firm.id,
            "nom": link.name,
            "siren": link.siren,
            "lien": link.kind.value,
            "part": link.share,
            "organisme_public": link.public_body,
        }
        years: list[dict[str, object]] = [{"annee": year.year, **_figures(year)} for year in link.accounts]
        for year in years or [{}]:
            yield shared | year


def _interview(interview: Interview, axes: Mapping[str, str]) -> Row:
    return {
        "id": interview.id,
        "entreprise": interview.firm_id,
        "date": interview.held_on,
        "conduit_par": interview.interviewer,
        **{axes[need.axis]: need.text for need in interview.needs if need.axis in axes},
        "notes": interview.minutes,
        "rappel_le": interview.callback_on,
        "rappel_par": interview.callback_by,
        "rappel_motif": interview.callback_why,
    }


def _project(project: Project, criteria: Collection[str]) -> Row:
    told = (each for each in project.evidence if each.proof and each.criterion in criteria)
    proofs = (f"{each.criterion} : {each.proof}" for each in told)
    return {
        "id": project.id,
        "entreprise": project.firm_id,
        "intitule": project.title,
        "description": project.description,
        "commune": _commune(project.commune),
        "type_projet": project.kind,
        "debut": project.starts_on,
        "fin": project.ends_on,
        "travaux_commences": project.works_started,
        "date_premiere_commande": project.first_order_on,
        "piece_premiere_commande": project.first_order_document,
        "date_demande": project.applied_on,
        "emplois_crees": project.jobs_created,
        "emplois_maintenus": project.jobs_kept,
        "financement_acquis": project.own_financing,
        "capacite_emprunt": project.borrowing_capacity,
        "objectifs": project.objectives,
        **dict(project.declared),
        **{f"{MATURITY}{each.criterion}": each.level for each in project.evidence},
        "preuve_maturite": " ; ".join(proofs),
        "niveau_impose": project.maturity_override,
        "motif_niveau": project.maturity_reason,
        **{f"{SCORE}{each.criterion}": each.score for each in project.scores},
        **{f"{SCORE_REASON}{each.criterion}": each.reason for each in project.scores},
    }


def _costs(project: Project) -> Iterator[Row]:
    for line in project.costs:
        yield {
            "projet": project.id,
            "intitule": line.label,
            "nature": line.nature,
            "annee": line.year,
            "montant": line.amount,
            MARK: line.id,
        }


def _requests(project: Project) -> Iterator[Row]:
    for request in project.requests:
        yield {
            "projet": project.id,
            "financeur": request.funder,
            "date_lettre": request.letter_on,
            "date_demande": request.applied_on,
        }


def _aid(aid: AidObtained) -> Row:
    return {
        "entreprise": aid.firm_id,
        "projet": aid.project_id,
        "financeur": aid.funder,
        "intitule": aid.label,
        "regime": aid.regime,
        "date_octroi": aid.granted_on,
        "montant": aid.amount,
        "rembourse": aid.recovered or UNKNOWN,
        "nature": aid.nature,
        MARK: aid.id,
    }


def _entry(entry: PartnerEntry) -> Row:
    return {
        "partenaire": entry.partner,
        "entreprise": entry.firm_name,
        "siren": entry.siren if entry.siret is UNKNOWN else entry.siret,
        "commune": entry.commune,
        "projet": entry.project_title,
        "montant": entry.amount,
        "date": entry.dated,
        "nature_montant": entry.amount_is,
        "source": entry.source,
        MARK: entry.id,
    }


def _decision(decision: CommitteeDecision) -> Row:
    return {
        "projet": decision.project_id,
        "decision": decision.outcome.value,
        "montant": decision.amount,
        "date": decision.decided_on,
        "motif": decision.reason,
        "par": decision.by,
        "appel": decision.call,
    }
