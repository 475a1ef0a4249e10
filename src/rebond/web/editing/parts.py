"""How the columns of ``classeur.yaml`` are laid out on pages; what a column is, is said there and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from rebond.adapters.workbook import Column, ColumnType, Layout
from rebond.history import Kind

NEEDS = "besoin_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A group of fields of one sheet; ``repeated``: one line of a table for each row."""

    key: str
    title: str
    sheet: str
    columns: tuple[str, ...]
    repeated: bool = False
    folded: bool = False
    optional: bool = False
    """Whether the form may go without it: nothing in it is then required."""
    note: str = ""


GRID_NOTE = "Une ligne vidée est retirée. Une colonne vide n’est pas zéro : elle est inconnue."
COSTS = Part(
    key="depenses",
    title="Postes de dépense",
    sheet="depenses",
    columns=("intitule", "nature", "annee", "montant"),
    repeated=True,
    note="Montants hors taxes. Une ligne vidée est retirée.",
)
PROJECT = (
    Part(
        key="identite",
        title="Identité",
        sheet="projets",
        columns=("intitule", "description", "commune", "type_projet", "activite_nouvelle", "demandeur"),
    ),
    Part(
        key="dates",
        title="Dates et commandes",
        sheet="projets",
        columns=(
            "debut",
            "fin",
            "travaux_commences",
            "date_premiere_commande",
            "piece_premiere_commande",
            "date_demande",
        ),
    ),
    Part(
        key="financement",
        title="Financement",
        sheet="projets",
        columns=(
            "financement_acquis",
            "capacite_emprunt",
            "credit_bancaire",
            "duree_credit_bancaire",
            "mode_acquisition",
            "mode_reprise",
            "dette_reprise",
        ),
    ),
    Part(
        key="demandes",
        title="Demandes aux financeurs",
        sheet="demandes",
        columns=("financeur", "date_lettre", "date_demande"),
        repeated=True,
        note="Pour une date propre à un financeur. Une ligne vidée est retirée.",
    ),
    Part(
        key="effets",
        title="Effets et objectifs",
        sheet="projets",
        columns=(
            "emplois_crees",
            "emplois_maintenus",
            "objectifs",
            "tco2_evitees_an",
            "chaleur_recuperee_mwh",
            "chaleur_renouvelable_mwh",
            "eau_economisee_m3",
            "temps_retour_annees",
        ),
    ),
    Part(key="conditions", title="Conditions des dispositifs", sheet="projets", columns=(), folded=True),
    Part(key="maturite", title="Maturité et preuves", sheet="projets", columns=(), folded=True),
)
FIRM = (
    Part(
        key="identite",
        title="Identité et site",
        sheet="entreprises",
        columns=(
            "nom",
            "anciens_noms",
            "siren",
            "siret",
            "commune",
            "forme_juridique",
            "code_naf",
            "metier",
            "date_creation",
        ),
    ),
    Part(
        key="comptes",
        title="Comptes",
        sheet="entreprises",
        columns=(
            "annee_n",
            "effectif_n",
            "ca_n",
            "bilan_n",
            "effectif_n1",
            "ca_n1",
            "bilan_n1",
            "capitaux_propres",
        ),
        note="Dernier exercice clos, puis le précédent. Une année nouvelle garde celles d’avant.",
    ),
    Part(
        key="exercices",
        title="Exercices antérieurs",
        sheet="exercices",
        columns=("annee", "effectif", "ca", "bilan"),
        repeated=True,
        folded=True,
        note="La taille européenne se suit depuis le premier exercice connu. Une ligne vidée est retirée.",
    ),
    Part(
        key="situation",
        title="Situation",
        sheet="entreprises",
        columns=("en_difficulte", "a_jour_obligations", "entreprise_unique", "aides_declarees"),
    ),
    Part(
        key="groupe",
        title="Groupe",
        sheet="groupes",
        columns=("nom", "siren", "lien", "part", "organisme_public", "annee", "effectif", "ca", "bilan"),
        repeated=True,
        folded=True,
        note="Une ligne par exercice de chaque société liée ou partenaire. Une ligne vidée est retirée.",
    ),
    Part(key="declare", title="Faits déclarés", sheet="entreprises", columns=(), folded=True),
)
AID = (
    Part(
        key="aide",
        title="Aide obtenue",
        sheet="aides",
        columns=("financeur", "intitule", "regime", "date_octroi", "montant", "rembourse", "projet", "nature"),
    ),
)
SETTINGS = (
    Part(
        key="mission",
        title="Mission",
        sheet="mission",
        columns=("nom", "territoire", "article_territoire", "epci", "date_comite"),
    ),
    Part(
        key="communique",
        title="Communiqué de presse",
        sheet="mission",
        columns=(
            "lieu_communique",
            "contexte_programme",
            "citation",
            "citation_auteur",
            "citation_2",
            "citation_2_auteur",
            "contact_presse",
            "embargo",
            "embargo_heure",
            "logos",
        ),
        folded=True,
        note="Ce que seules des personnes peuvent dire ; le projet de communiqué montre ce qui manque.",
    ),
    Part(
        key="contributeurs",
        title="Enveloppe : contributeurs",
        sheet="enveloppe",
        columns=(
            "contributeur",
            "montant",
            "epci",
            "regions",
            "tailles",
            "naf",
            "minimum_projet",
            "plafond_projet",
            "part_max",
        ),
        repeated=True,
        note="Ce que chacun met, et ce qu’il paie ; une règle vide n’écarte rien. Une ligne vidée est retirée.",
    ),
    Part(
        key="enveloppe",
        title="Enveloppe : règles",
        sheet="mission",
        columns=(
            "nom_appel",
            "dispositif_appel",
            "operateur_enveloppe",
            "finance_en_partie",
            "taux_max_enveloppe",
            "plafond_par_projet",
            "depense_min",
            "aide_min",
            "part_subvention",
            "duree_max_mois",
            "apres_releve",
        ),
    ),
    Part(
        key="etapes",
        title="Relèves et étapes de l’appel",
        sheet="etapes",
        columns=("etape", "date", "issue", "par", "motif"),
        repeated=True,
        folded=True,
        note="Les étapes d’un projet s’écrivent avec sa décision. Une ligne vidée est retirée.",
    ),
    Part(key="poids", title="Poids de l’appel", sheet="mission", columns=()),
    Part(
        key="criteres",
        title="Critères de l’appel",
        sheet="criteres",
        columns=("code", "libelle", "poids", "calcul", "reperes"),
        repeated=True,
        folded=True,
        note="Sans ligne : les critères du catalogue. Avec une ligne ou plus : ceux de la mission, et eux seuls. Les "
        "notes d’un critère ôté sont gardées et ne comptent pas. Repères : un par ligne, du sens de la note 0 à celui "
        "de la plus haute, autant pour chaque critère noté. Une ligne vidée est retirée.",
    ),
    Part(key="zonage", title="Hypothèse de zonage", sheet="mission", columns=("zonage_afr", "source_zonage_afr")),
    Part(
        key="zonages",
        title="Autres zonages supposés",
        sheet="zonages",
        columns=("zonage", "valeur", "source", "communes"),
        repeated=True,
        folded=True,
        note="Un autre zonage, ou une partie du territoire. Une ligne vidée est retirée.",
    ),
)
CALLS = Part(
    key="appels",
    title="Autres appels",
    sheet="appels",
    columns=(
        "dispositif",
        "nom",
        "operateur",
        "finance_en_partie",
        "taux_max",
        "plafond_par_projet",
        "depense_min",
        "aide_min",
        "part_subvention",
        "duree_max_mois",
        "apres_releve",
    ),
    repeated=True,
    note="Un appel par ligne, en plus du premier ; son dispositif le nomme dans la colonne « Appel » des contributeurs "
    "et des étapes. Un projet reçoit l’argent d’un appel au plus. Une ligne vidée est retirée.",
)


def with_calls(parts: Iterable[Part]) -> tuple[Part, ...]:
    """The settings of a mission with several calls: each contributor, step and criterion says of which."""
    found: list[Part] = []
    for part in parts:
        named = part.key in {"contributeurs", "etapes", "criteres"}
        first, *others = part.columns or ("",)
        found.append(replace(part, columns=(first, "appel", *others)) if named else part)
        if part.key == "enveloppe":
            found.append(CALLS)
    return tuple(found)


INTERVIEW = (
    Part(key="rencontre", title="Rencontre", sheet="entretiens", columns=("date", "conduit_par")),
    Part(key="besoins", title="Besoins, par axe", sheet="entretiens", columns=()),
    Part(key="notes", title="Notes", sheet="entretiens", columns=("notes",)),
    Part(
        key="rappel",
        title="À rappeler",
        sheet="entretiens",
        columns=("rappel_le", "rappel_par", "rappel_motif"),
        note="L’appel est proposé dans l’agenda et sur « Aujourd’hui ». Vider la date : il n’y a plus à rappeler.",
    ),
)
NEW_FIRM = Part(
    key="nouvelle",
    title="Ou une entreprise nouvelle",
    sheet="entreprises",
    columns=("nom", "commune", "siren"),
    optional=True,
)
SEVERAL_PROJECTS = Part(
    key="projets",
    title="Projets",
    sheet="projets",
    columns=("intitule", "debut", "emplois_crees", "travaux_commences"),
    repeated=True,
    optional=True,
)
COST_OF_PROJECT = ("montant", "nature", "annee")
"""The first cost line of a project heard in an interview."""
_REST = {"projets": "conditions", "entreprises": "declare"}
"""The part that takes the columns that no other part of the sheet names."""
_WITHOUT_FIELD = frozenset({"id", "entreprise", "verifie", "repere", "donnees_fictives"})


PARTS_OF: Mapping[Kind, tuple[Part, ...]] = MappingProxyType(
    {Kind.FIRM: FIRM, Kind.PROJECT: PROJECT, Kind.INTERVIEW: INTERVIEW}
)
"""The form of a whole sheet."""


def single_columns(kind: Kind, layout: Layout) -> tuple[Column, ...]:
    """The fields that the form of a sheet shows once: those that may be changed one by one."""
    parts = PARTS_OF[kind]
    return tuple(column for part in parts if not part.repeated for column in columns_of(part, parts, layout))


def columns_of(part: Part, parts: Iterable[Part], layout: Layout) -> tuple[Column, ...]:
    """The columns of a part, in the order of the page."""
    sheet = layout.sheet(part.sheet)
    if part.columns:
        return tuple(sheet.column(key) for key in part.columns)
    if part.key == "maturite":
        return tuple(column for column in sheet.columns if _is_assessed(column))
    if part.key == "besoins":
        return tuple(column for column in sheet.columns if column.axis)
    if part.key == "poids":
        return tuple(column for column in sheet.columns if column.criterion)
    taken = {key for each in parts if each.sheet == part.sheet for key in each.columns}
    return tuple(
        column
        for column in sheet.columns
        if column.key not in taken | _WITHOUT_FIELD
        and not column.hidden
        and column.type is not ColumnType.CONFIRMATION
        and not _is_assessed(column)
    )


def without_marks(parts: Iterable[Part], layout: Layout) -> tuple[Part, ...]:
    """The parts of a form for whoever stands aside: what it does not show stays as it is."""
    every = tuple(parts)
    kept = {
        part.key: tuple(column.key for column in columns_of(part, every, layout) if not is_mark(column))
        for part in every
        if part.key == "maturite"
    }
    return tuple(replace(part, columns=kept[part.key]) if part.key in kept else part for part in every)


def is_mark(column: Column) -> bool:
    """Whether a column is a mark that nobody signed, or its reason."""
    return column.key.startswith(("note_", "motif_note_"))


def _is_assessed(column: Column) -> bool:
    """Whether a column is of the maturity grid or a mark of the assessors."""
    return (
        is_mark(column)
        or column.key.startswith("maturite_")
        or column.key
        in {
            "preuve_maturite",
            "niveau_impose",
            "motif_niveau",
        }
    )
