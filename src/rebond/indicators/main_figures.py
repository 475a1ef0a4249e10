"""The main figures of a mission: code, words, definition, unit, and the rows that each adds up."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from rebond.eligibility.truth import Truth
from rebond.indicators.breakdowns import project_row
from rebond.indicators.counted import (
    PREVENTION,
    amount_rows,
    envelope_left,
    envelope_rows,
    envelope_spent,
    firms_with_unknown_projects,
    granted_rows,
    has_way_out,
    interview_rows,
    is_for_funders,
    is_in_difficulty_only,
    is_proposed,
    is_referred_to,
    job_rows,
    met_firms,
    open_questions,
    partner_rows,
    planned_dispositifs,
    questions_of,
    retained,
)
from rebond.indicators.model import Row
from rebond.referrals.orient import ReferralKind

if TYPE_CHECKING:
    from rebond.results import MissionResult, ProjectResult


@dataclass(frozen=True, slots=True)
class Definition:
    """A main figure before it is counted: its rows add up to its value."""

    code: str
    label: str
    definition: str
    unit: str
    rows: Callable[[MissionResult], Iterable[Row]]


def _count(code: str, label: str, definition: str, keep: Callable[[ProjectResult], bool]) -> Definition:
    """A number of projects."""
    return Definition(
        code, label, definition, "projets", lambda result: (project_row(p) for p in result.projects if keep(p))
    )


def _total(code: str, label: str, definition: str, unit: str, amount: Callable[[ProjectResult], Decimal]) -> Definition:
    """What the projects add up to; those that add nothing have no row."""
    return Definition(code, label, definition, unit, lambda result: amount_rows(result, amount))


DEFINITIONS: tuple[Definition, ...] = (
    Definition(
        "entreprises_recensees",
        "Entreprises recensées",
        "Entreprises du classeur de recensement.",
        "entreprises",
        lambda r: (Row(id=f.id, label=f.name) for f in r.census.firms),
    ),
    Definition(
        "entreprises_rencontrees",
        "Entreprises rencontrées",
        "Entreprises avec au moins un entretien, au jour de l'étude.",
        "entreprises",
        met_firms,
    ),
    Definition(
        "entretiens_menes",
        "Entretiens menés",
        "Entretiens du recensement datés du jour de l'étude ou d'avant ; un entretien daté d'après n'est que prévu.",
        "entretiens",
        interview_rows,
    ),
    Definition(
        "projets_recenses",
        "Projets recensés",
        "Projets d'investissement du recensement.",
        "projets",
        lambda r: map(project_row, r.projects),
    ),
    _count(
        "projets_connus",
        "Projets connus d'un partenaire",
        "Projets qu'une liste de partenaire au moins contient, rapprochement fait.",
        lambda p: p.known.known is Truth.YES,
    ),
    _count(
        "projets_inconnus",
        "Projets inconnus des pouvoirs publics",
        "Projets qu'aucune liste de partenaire ne contient : au moins ceux qui le sont sûrement, au plus ceux-là et "
        "ceux qui restent à confirmer.",
        lambda p: p.known.known is Truth.NO,
    ),
    _count(
        "projets_a_rapprocher",
        "Projets à rapprocher",
        "Projets dont le rapprochement avec une liste de partenaire attend la décision d'une personne.",
        lambda p: p.known.known is Truth.UNKNOWN,
    ),
    Definition(
        "rapprochements_a_trancher",
        "Rapprochements à trancher",
        "Questions posées à une personne, dont dépend la part des projets inconnus : de quelle entreprise ou de quel "
        "projet parlent ces lignes d'un partenaire ?",
        "rapprochements",
        open_questions,
    ),
    Definition(
        "entreprises_projet_inconnu",
        "Entreprises avec un projet inconnu",
        "Entreprises dont au moins un projet n'était connu d'aucun partenaire.",
        "entreprises",
        firms_with_unknown_projects,
    ),
    Definition(
        "partenaires_consultes",
        "Partenaires consultés",
        "Organisations dont la liste a été rapprochée du recensement.",
        "partenaires",
        partner_rows,
    ),
    _total(
        "investissement_eur",
        "Investissement recherché",
        "Somme des postes de dépense hors taxes de tous les projets.",
        "€",
        lambda p: p.project.total_cost,
    ),
    _total(
        "besoin_eur",
        "Besoin de financement",
        "Somme, par projet, de ce que le financement déjà acquis ou obtenu ne couvre pas.",
        "€",
        lambda p: p.plan.need,
    ),
    Definition(
        "emplois_crees",
        "Emplois à créer",
        "Somme des créations d'emplois déclarées par les entreprises ; une entreprise qui n'a pas répondu n'est pas "
        "comptée pour zéro : le chiffre est alors un minimum.",
        "emplois",
        lambda r: job_rows(r.projects),
    ),
    _count(
        "projets_murs",
        "Projets mûrs",
        "Projets dont le niveau de maturité permet une demande de financement.",
        lambda p: p.maturity.ripe is Truth.YES,
    ),
    _count(
        "projets_a_murir",
        "Projets à mûrir",
        "Projets dont la maturité ne permet pas encore une demande de financement, ou reste à établir.",
        lambda p: p.maturity.ripe is not Truth.YES,
    ),
    _count(
        "projets_proposes",
        "Projets proposés au comité",
        "Projets que l'enveloppe de l'appel financerait en dernier recours : une proposition, le comité décide.",
        is_proposed,
    ),
    _total(
        "investissement_propose_eur",
        "Investissement des projets proposés",
        "Somme des postes de dépense hors taxes des projets proposés sur l'enveloppe.",
        "€",
        lambda p: p.project.total_cost if is_proposed(p) else Decimal(0),
    ),
    Definition(
        "emplois_proposes",
        "Emplois des projets proposés",
        "Somme des créations d'emplois déclarées pour les projets proposés sur l'enveloppe.",
        "emplois",
        lambda r: job_rows(p for p in r.projects if is_proposed(p)),
    ),
    Definition(
        "projets_retenus",
        "Projets retenus par le comité",
        "Projets que le comité de pilotage a retenus : ses décisions enregistrées, jamais une proposition.",
        "projets",
        lambda r: (project_row(p) for p, _ in retained(r)),
    ),
    Definition(
        "emplois_retenus",
        "Emplois des projets retenus",
        "Somme des créations d'emplois déclarées pour les projets que le comité a retenus.",
        "emplois",
        lambda r: job_rows(p for p, _ in retained(r)),
    ),
    Definition(
        "enveloppe_eur",
        "Enveloppe de l'appel",
        "Somme des contributions à l'enveloppe.",
        "€",
        envelope_rows,
    ),
    _total(
        "enveloppe_proposee_eur",
        "Proposé sur l'enveloppe",
        "Somme des aides proposées sur l'enveloppe : le comité décide.",
        "€",
        envelope_spent,
    ),
    Definition(
        "enveloppe_engagee_eur",
        "Décidé sur l'enveloppe",
        "Somme des montants que le comité de pilotage a décidés sur l'enveloppe.",
        "€",
        granted_rows,
    ),
    Definition(
        "enveloppe_disponible_eur",
        "Reste de l'enveloppe après la proposition",
        "Contributions à l'enveloppe, moins les aides proposées sur elle.",
        "€",
        envelope_left,
    ),
    _count(
        "projets_orientes_financeurs",
        "Projets orientés vers des financeurs",
        "Projets mûrs, non proposés sur l'enveloppe, envoyés vers au moins un dispositif existant.",
        is_for_funders,
    ),
    _count(
        "projets_accompagnes",
        "Projets confiés à un conseil",
        "Projets confiés à un conseil, pour mûrir ou être repris.",
        lambda p: is_referred_to(p, ReferralKind.ADVISER),
    ),
    _count(
        PREVENTION,
        "Projets en prévention des difficultés",
        "Projets dont la seule suite est la prévention des difficultés de l'entreprise, avant toute aide.",
        is_in_difficulty_only,
    ),
    _count(
        "projets_sans_suite",
        "Projets sans suite",
        "Projets sans prochaine étape, responsable et date : l'objectif est zéro.",
        lambda p: not has_way_out(p),
    ),
    _total(
        "aides_planifiees_eur",
        "Aides des plans, tous niveaux de certitude",
        "Somme des aides des plans, en équivalent-subvention brut, enveloppe comprise ; peu en est ferme : voir le "
        "soutien ferme et les autres niveaux.",
        "€",
        lambda p: p.plan.benefit,
    ),
    _total(
        "soutiens_planifies_eur",
        "Soutiens des plans, tous niveaux de certitude",
        "Somme des soutiens des plans, prêts et avances à leur montant nominal, ce qui passerait le besoin compris ; "
        "peu en est ferme : voir le soutien ferme et les autres niveaux.",
        "€",
        lambda p: Decimal(p.plan.support),
    ),
    _total(
        "soutien_utile_eur",
        "Soutien utile",
        "Somme, par projet, de ce que le plan apporte dans la limite du besoin : la somme du soutien ferme, sous "
        "conditions, dont le droit est à relire, et à des projets non mûrs.",
        "€",
        lambda p: Decimal(p.stack.useful),
    ),
    _total(
        "soutien_ferme_eur",
        "Soutien ferme",
        "Soutien utile de dispositifs ouverts au projet sur des faits connus, aux chiffres connus et lus dans un "
        "texte, pour un projet mûr : toutes les conditions connues sont remplies, aucun financeur ne s'est prononcé.",
        "€",
        lambda p: Decimal(p.stack.firm),
    ),
    _total(
        "soutien_sous_conditions_eur",
        "Soutien sous conditions",
        "Soutien utile d'un projet mûr qui attend une réponse : un fait à renseigner, une phrase à confirmer, une "
        "décision.",
        "€",
        lambda p: Decimal(p.stack.conditional),
    ),
    Definition(
        "questions_ouvertes",
        "Questions dont dépend le soutien sous conditions",
        "Par projet mûr, les faits à renseigner, phrases à confirmer et décisions qu'attend le soutien sous "
        "conditions, chacun compté une fois.",
        "questions",
        lambda r: (project_row(p, Decimal(questions_of(p))) for p in r.projects if questions_of(p)),
    ),
    _total(
        "soutien_droit_non_relu_eur",
        "Soutien dont le droit est à relire",
        "Soutien utile d'un projet mûr dont un chiffre ou le régime n'a pas été relu dans un texte.",
        "€",
        lambda p: Decimal(p.stack.unverified),
    ),
    _total(
        "soutien_projets_non_murs_eur",
        "Soutien à des projets non mûrs",
        "Soutien utile de projets qui ne peuvent pas encore déposer de demande.",
        "€",
        lambda p: Decimal(p.stack.not_ripe),
    ),
    _total(
        "soutien_au_dela_eur",
        "Soutien au-delà du besoin",
        "Ce que les plans apporteraient de plus que le besoin : il n'est pas compté dans le soutien utile.",
        "€",
        lambda p: Decimal(p.stack.beyond_need),
    ),
    _total(
        "reste_a_financer_eur",
        "Reste à financer",
        "Besoin, moins le soutien utile : ce qu'aucun soutien chiffré des plans ne couvre.",
        "€",
        lambda p: p.plan.need - p.stack.useful,
    ),
    Definition(
        "dispositifs_au_plan",
        "Dispositifs mobilisés",
        "Dispositifs qui figurent dans au moins un plan de financement.",
        "dispositifs",
        planned_dispositifs,
    ),
    Definition(
        "actions_feuille_de_route",
        "Actions de la feuille de route",
        "Actions qui répondent à au moins un besoin entendu en entretien.",
        "actions",
        lambda r: (Row(id=a.code, label=a.title) for a in r.roadmap if a.answers),
    ),
)
