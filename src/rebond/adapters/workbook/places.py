"""Where a fact of the census is in the workbook: its sheet, its column, the line of its row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from rebond.adapters.workbook.census import ANSWERED_SHEETS, MATURITY, SCORE, SCORE_REASON, Tables
from rebond.adapters.workbook.layout import Column, ColumnType, Layout, Sheet
from rebond.adapters.workbook.naming import AID_NAMES, ENTRY_NAMES, cost_names, marked
from rebond.adapters.workbook.tables import Row
from rebond.history import Kind
from rebond.history.changes import (
    descent_ref,
    link_ref,
    mark_ref,
    meeting_ref,
    progress_ref,
    recusal_ref,
    referral_step_ref,
)

SHEETS: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.SETTINGS: "mission",
        Kind.FIRM: "entreprises",
        Kind.INTERVIEW: "entretiens",
        Kind.PROJECT: "projets",
        Kind.AID: "aides",
        Kind.PARTNER_ENTRY: "listes",
        Kind.DECISION: "decisions",
        Kind.LINK: "rapprochements",
        Kind.DESCENT: "filiations",
        Kind.MARK: "notes",
        Kind.RECUSAL: "deports",
        Kind.REFERRAL: "orientations",
        Kind.REFERRAL_STEP: "suites",
        Kind.ACTION: "actions",
        Kind.PROGRESS: "avancements",
        Kind.ACCOMPANIMENT: "accompagnements",
        Kind.MEETING: "rendez_vous",
        Kind.OPINION: "avis",
    }
)
"""The sheet whose rows are those of a kind."""
_ITEM_SHEETS: Mapping[tuple[Kind, tuple[str, ...]], str] = MappingProxyType(
    {
        (Kind.SETTINGS, ("envelope", "contributions")): "enveloppe",
        (Kind.SETTINGS, ("criteria",)): "criteres",
        (Kind.FIRM, ("links",)): "groupes",
        (Kind.PROJECT, ("costs",)): "depenses",
        (Kind.PROJECT, ("requests",)): "demandes",
        (Kind.ACCOMPANIMENT, ("promises",)): "promesses",
    }
)
"""Items of a record that are rows of a sheet of their own."""
_COLUMNS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "mission": {
            "name": "nom",
            "territory": "territoire",
            "territory_article": "article_territoire",
            "epcis": "epci",
            "committee_on": "date_comite",
            "issued_at": "lieu_communique",
            "programme": "contexte_programme",
            "quote": "citation",
            "quoted": "citation_auteur",
            "second_quote": "citation_2",
            "second_quoted": "citation_2_auteur",
            "press_contact": "contact_presse",
            "embargo_until": "embargo",
            "embargo_hour": "embargo_heure",
            "logos": "logos",
            "zone_assumptions": "zonage_afr",
            "fictitious": "donnees_fictives",
            "title": "nom_appel",
            "dispositif": "dispositif_appel",
            "funds_part": "finance_en_partie",
            "operator": "operateur_enveloppe",
            "max_rate": "taux_max_enveloppe",
            "max_per_project": "plafond_par_projet",
            "min_spend": "depense_min",
            "min_aid": "aide_min",
            "grant_share": "part_subvention",
            "max_months": "duree_max_mois",
            "after_cutoff": "apres_releve",
        },
        "enveloppe": {
            "contributor": "contributeur",
            "amount": "montant",
            "epcis": "epci",
            "regions": "regions",
            "sizes": "tailles",
            "activities": "naf",
            "min_per_project": "minimum_projet",
            "max_per_project": "plafond_projet",
            "max_share": "part_max",
        },
        "criteres": {
            "label": "libelle",
            "weight": "poids",
            "computed": "calcul",
            "anchors": "reperes",
            "call": "appel",
        },
        "entreprises": {
            "name": "nom",
            "former_names": "anciens_noms",
            "siren": "siren",
            "siret": "siret",
            "commune": "commune",
            "legal_form": "forme_juridique",
            "code_naf": "code_naf",
            "trade": "metier",
            "created_on": "date_creation",
            "own_funds": "capitaux_propres",
            "in_difficulty": "en_difficulte",
            "up_to_date": "a_jour_obligations",
            "aid_declared": "aides_declarees",
            "single_undertaking": "entreprise_unique",
        },
        "groupes": {
            "name": "nom",
            "kind": "lien",
            "siren": "siren",
            "share": "part",
            "public_body": "organisme_public",
        },
        "entretiens": {
            "firm_id": "entreprise",
            "held_on": "date",
            "interviewer": "conduit_par",
            "minutes": "notes",
            "callback_on": "rappel_le",
            "callback_by": "rappel_par",
            "callback_why": "rappel_motif",
        },
        "projets": {
            "firm_id": "entreprise",
            "title": "intitule",
            "description": "description",
            "commune": "commune",
            "kind": "type_projet",
            "starts_on": "debut",
            "ends_on": "fin",
            "works_started": "travaux_commences",
            "first_order_on": "date_premiere_commande",
            "first_order_document": "piece_premiere_commande",
            "applied_on": "date_demande",
            "jobs_created": "emplois_crees",
            "jobs_kept": "emplois_maintenus",
            "own_financing": "financement_acquis",
            "borrowing_capacity": "capacite_emprunt",
            "objectives": "objectifs",
            "maturity_override": "niveau_impose",
            "maturity_reason": "motif_niveau",
        },
        "depenses": {"label": "intitule", "nature": "nature", "year": "annee", "amount": "montant"},
        "demandes": {"funder": "financeur", "letter_on": "date_lettre", "applied_on": "date_demande"},
        "aides": {
            "firm_id": "entreprise",
            "project_id": "projet",
            "funder": "financeur",
            "label": "intitule",
            "regime": "regime",
            "granted_on": "date_octroi",
            "amount": "montant",
            "recovered": "rembourse",
            "nature": "nature",
        },
        "listes": {
            "partner": "partenaire",
            "firm_name": "entreprise",
            "siren": "siren",
            "siret": "siren",
            "commune": "commune",
            "project_title": "projet",
            "amount": "montant",
            "dated": "date",
            "amount_is": "nature_montant",
            "source": "source",
        },
        "decisions": {
            "outcome": "decision",
            "amount": "montant",
            "decided_on": "date",
            "reason": "motif",
            "by": "par",
        },
        "rapprochements": {"answer": "reponse", "by": "par", "on": "date", "reason": "motif"},
        "filiations": {"by": "par", "on": "date", "reason": "motif"},
        "notes": {"score": "note", "reason": "motif", "on": "date"},
        "avis": {"by": "par", "on": "date"},
        "deports": {"aside": "position", "reason": "motif", "by": "par", "on": "date"},
        "orientations": {
            "project_id": "projet",
            "organisation": "organisation",
            "dispositifs": "dispositifs",
            "asked": "montant",
            "why": "pourquoi",
            "expected": "attendu",
            "sent_on": "envoyee_le",
            "answer_by": "reponse_avant",
            "sent_by": "par",
            "words": "message",
        },
        "suites": {
            "state": "etat",
            "on": "date",
            "dispositif": "dispositif",
            "asked": "demande",
            "granted": "accorde",
            "paid": "verse",
            "jobs": "emplois",
            "by": "par",
            "reason": "motif",
            "answer_by": "reponse_avant",
        },
        "actions": {
            "proposal": "proposition",
            "axis": "axe",
            "title": "intitule",
            "why": "pourquoi",
            "owner": "pilote",
            "owner_person": "personne",
            "partners": "partenaires",
            "budget": "budget",
            "paid_by": "payeurs",
            "starts_on": "debut",
            "ends_on": "fin",
            "status": "etat",
            "status_reason": "motif_etat",
            "priority": "priorite",
            "indicator": "indicateur",
            "unit": "unite",
            "baseline": "depart",
            "target": "cible",
            "target_on": "date_cible",
            "needs": "besoins",
            "projects": "projets",
            "adopted_on": "date_decision",
            "adopted_by": "par",
        },
        "avancements": {"on": "date", "value": "valeur", "words": "mots", "by": "par"},
        "accompagnements": {
            "project_id": "projet",
            "adviser": "conseil",
            "contact": "interlocuteur",
            "opened_on": "ouvert_le",
            "review_on": "point_le",
            "outcome": "issue",
            "closed_on": "clos_le",
            "reason": "motif",
        },
        "promesses": {"level": "niveau", "by": "par", "before": "avant_le"},
        "rendez_vous": {
            "on": "date",
            "who": "presents",
            "agreed": "convenu",
            "next": "suite",
            "organisation": "organisme",
            "by": "par",
        },
    }
)
"""Sheet → field of the census → column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a value is: ``row`` names the row of the sheet, ``column`` is the title that people see."""

    sheet: str
    """Key of the sheet."""
    title: str
    """Title of the sheet."""
    row: str
    column: str
    """Empty: the whole row, or a value that several cells make."""
    choices: Mapping[str, str]
    """Code → label of the values that the column takes."""

    def words(self, code: str) -> str:
        """A code as the workbook writes it."""
        return self.choices.get(code, code)


def place_of(layout: Layout, kind: Kind, ref: str, path: tuple[str, ...]) -> Place:
    """Where a value of the census is in the workbook."""
    if kind is Kind.CONFIRMATION:
        subject, _, rest = ref.partition("/")
        key = next((key for key, each in ANSWERED_SHEETS.items() if each.value == subject), "mission")
        sheet, row = layout.sheet(key), rest.partition("/")[0]
        column = next((each for each in sheet.columns if each.type is ColumnType.CONFIRMATION), None)
        return _place(sheet, row, column)
    for (owner, home), key in _ITEM_SHEETS.items():
        size = len(home)
        if owner is kind and path[:size] == home and len(path) > size:
            sheet, item = layout.sheet(key), path[size]
            row = f"{ref}, {item}" if ref and not item.startswith(ref) else item
            return _place(sheet, row, _column(sheet, path[size + 1 :]))
    sheet = layout.sheet(SHEETS[kind])
    return _place(sheet, ref, _column(sheet, path))


def is_row(kind: Kind, path: tuple[str, ...]) -> bool:
    """Whether a change at this path is that of a whole row of a sheet, and not of some of its cells."""
    if kind is Kind.CONFIRMATION:
        return False
    if not path:
        return True
    if kind is Kind.FIRM and len(path) == _YEAR_OF_A_LINK and path[0] == "links":
        return path[2] == "accounts"
    return (kind, path[:-1]) in _ITEM_SHEETS


_YEAR_OF_A_LINK = 4


def _place(sheet: Sheet, row: str, column: Column | None) -> Place:
    choices = {each.code: each.label for each in column.choices} if column else {}
    return Place(sheet=sheet.key, title=sheet.title, row=row, column=column.title if column else "", choices=choices)


def _column(sheet: Sheet, path: tuple[str, ...]) -> Column | None:
    """The column of a path inside a row; ``None`` when several cells make it, or none."""
    if not path:
        return None
    own = _COLUMNS.get(sheet.key, {})
    chosen = None if path[0] in own else _BY_CRITERION.get(path[0])
    key = own.get(path[-1], "")
    return next((each for each in sheet.columns if (chosen(each, path) if chosen else each.key == key)), None)


def _evidence(column: Column, path: tuple[str, ...]) -> bool:
    return column.key == ("preuve_maturite" if path[-1] == "proof" else f"{MATURITY}{path[1]}")


def _score(column: Column, path: tuple[str, ...]) -> bool:
    return column.key == f"{SCORE_REASON if path[-1] == 'reason' else SCORE}{path[1]}"


def column_at(layout: Layout, kind: Kind, path: tuple[str, ...]) -> Column | None:
    """The column of a value of a row; ``None`` when several cells make it, or none."""
    return _column(layout.sheet(SHEETS[kind]), path)


def field_of(layout: Layout, kind: Kind, key: str) -> tuple[str, ...]:
    """Where a record holds what a column of its sheet says, as far as one name tells it apart; empty for none."""
    sheet = layout.sheet(SHEETS[kind])
    column = sheet.column(key)
    if column.fact is not None and key not in _COLUMNS[sheet.key].values():
        return ("declared", column.fact.name)
    if key.startswith(MATURITY):
        return ("evidence", key.removeprefix(MATURITY))
    name = next((name for name, own in _COLUMNS[sheet.key].items() if own == key), "")
    return _INSIDE.get((kind, name), (name,) if name else ())


_INSIDE: Mapping[tuple[Kind, str], tuple[str, ...]] = MappingProxyType(
    {(Kind.FIRM, name): ("establishment", name) for name in ("siret", "commune")}
)
"""Fields of a record that are a record's own part."""
_BY_CRITERION: Mapping[str, Callable[[Column, tuple[str, ...]], bool]] = MappingProxyType(
    {
        "accounts": lambda *_: False,
        "asked": lambda column, path: len(path) > 1 and column.key == path[1],
        "declared": lambda column, path: column.fact is not None and column.fact.name == path[-1],
        "evidence": lambda column, path: len(path) > 1 and _evidence(column, path),
        "needs": lambda column, path: len(path) > 1 and column.axis == path[1],
        "scores": lambda column, path: len(path) > 1 and _score(column, path),
        "weights": lambda column, path: bool(column.criterion) and column.criterion == path[-1],
    }
)
"""Fields that several columns share, one for each of their items. Accounts have a column for each of two years."""


def row_lines(tables: Tables) -> dict[tuple[str, str], int]:
    """Sheet key and name of a row, as ``Place`` has it → its line in the file."""
    return {(key, name): row.number for key, name, row in _named(tables)}


def _named(tables: Tables) -> Iterator[tuple[str, str, Row]]:
    for key in ("entreprises", "entretiens", "projets", "orientations", "actions", "accompagnements"):
        yield from ((key, row.text("id"), row) for row in tables[key].rows)
    yield from (("decisions", row.text("projet"), row) for row in tables["decisions"].rows)
    for row in tables["rapprochements"].rows:
        ref = link_ref(row.text("ligne"), row.text("entreprise"), row.text("projet"))
        yield "rapprochements", ref, row
    for row in tables["filiations"].rows:
        yield "filiations", descent_ref(row.text("geste"), row.text("origine"), row.text("devient")), row
    for row in tables["notes"].rows:
        number = int(row.text("numero"))
        yield "notes", mark_ref(row.text("projet"), row.text("critere"), row.text("evaluateur"), number), row
    for row in tables["deports"].rows:
        yield "deports", recusal_ref(row.text("entreprise"), row.text("evaluateur"), int(row.text("numero"))), row
    for row in tables["suites"].rows:
        yield "suites", referral_step_ref(row.text("orientation"), int(row.text("numero"))), row
    for row in tables["avancements"].rows:
        yield "avancements", progress_ref(row.text("action"), int(row.text("numero"))), row
    for row in tables["rendez_vous"].rows:
        yield "rendez_vous", meeting_ref(row.text("accompagnement"), int(row.text("numero"))), row
    yield from (("aides", name, row) for name, row in marked(tables["aides"].rows, AID_NAMES))
    yield from (("listes", name, row) for name, row in marked(tables["listes"].rows, ENTRY_NAMES))
    projects: dict[str, list[Row]] = {}
    for row in tables["depenses"].rows:
        projects.setdefault(row.text("projet"), []).append(row)
    for project, rows in projects.items():
        yield from (("depenses", name, row) for name, row in marked(rows, cost_names(project)))
