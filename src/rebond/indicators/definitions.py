"""Every published figure: its definition, its unit, its value and the rows behind it.

A document may only print a figure that is one of these; each opens on its rows in ``indicateurs.json``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from rebond.eligibility.truth import Truth
from rebond.indicators.breakdowns import breakdowns, project_row, summed
from rebond.indicators.counted import (
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
from rebond.indicators.gaps import answers_lacking, no_list
from rebond.indicators.model import Indicator, Row
from rebond.indicators.readings import by_reading
from rebond.referrals.orient import ReferralKind

if TYPE_CHECKING:
    from rebond.results import MissionResult, ProjectResult

__all__ = ["Indicator", "Row", "compute_indicators"]


@dataclass(frozen=True, slots=True)
class _Definition:
    """A main figure before it is counted: its rows add up to its value."""

    code: str
    label: str
    definition: str
    unit: str
    rows: Callable[[MissionResult], Iterable[Row]]


def _count(code: str, label: str, definition: str, keep: Callable[[ProjectResult], bool]) -> _Definition:
    """A number of projects."""
    return _Definition(
        code, label, definition, "projets", lambda result: (project_row(p) for p in result.projects if keep(p))
    )


def _total(
    code: str, label: str, definition: str, unit: str, amount: Callable[[ProjectResult], Decimal]
) -> _Definition:
    """What the projects add up to; those that add nothing have no row."""
    return _Definition(code, label, definition, unit, lambda result: amount_rows(result, amount))


def compute_indicators(result: MissionResult) -> tuple[Indicator, ...]:
    """Every indicator of a mission, the main figures first; the value is the sum of its rows, except for shares."""
    main = [_counted(definition, result) for definition in _DEFINITIONS]
    return (*main, _unknown_share(result), *breakdowns(result), *by_reading(result))


def _counted(definition: _Definition, result: MissionResult) -> Indicator:
    """A main figure with its rows, and what is not known of it."""
    found = summed(
        code=definition.code,
        label=definition.label,
        definition=definition.definition,
        unit=definition.unit,
        rows=definition.rows(result),
        note=_queue_note(definition.code, result),
    )
    gaps = answers_lacking(definition.code, result)
    if gaps is None:
        return replace(found, high=_most(definition.code, result))
    return replace(found, bound=gaps.bound, note=gaps.note, absent=gaps.nothing or not found.value)


def _queue_note(code: str, result: MissionResult) -> str:
    """How many questions keep a figure open; empty when none does."""
    share = result.linkage.unknown_share
    return "" if code not in _OPEN or share.settled else share.queue_text


_OPEN = frozenset({"projets_inconnus", "entreprises_projet_inconnu"})
"""Figures that stay a range as long as lines of partners wait for a person."""


def _most(code: str, result: MissionResult) -> Decimal | None:
    """The most that a figure may be once people have settled what waits; ``None`` when nothing waits."""
    share = result.linkage.unknown_share
    if code not in _OPEN or share.settled:
        return None
    if code == "projets_inconnus":
        return Decimal(share.high)
    return Decimal(len({p.firm.id for p in result.projects if p.known.known is not Truth.YES}))


_DEFINITIONS: tuple[_Definition, ...] = (
    _Definition(
        "entreprises_recensees",
        "Entreprises recensées",
        "Entreprises du classeur de recensement.",
        "entreprises",
        lambda r: (Row(id=f.id, label=f.name) for f in r.census.firms),
    ),
    _Definition(
        "entreprises_rencontrees",
        "Entreprises rencontrées",
        "Entreprises avec au moins un entretien.",
        "entreprises",
        met_firms,
    ),
    _Definition(
        "entretiens_menes",
        "Entretiens menés",
        "Entretiens datés du recensement.",
        "entretiens",
        interview_rows,
    ),
    _Definition(
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
    _Definition(
        "rapprochements_a_trancher",
        "Rapprochements à trancher",
        "Questions posées à une personne, dont dépend la part des projets inconnus : de quelle entreprise ou de quel "
        "projet parlent ces lignes d'un partenaire ?",
        "rapprochements",
        open_questions,
    ),
    _Definition(
        "entreprises_projet_inconnu",
        "Entreprises avec un projet inconnu",
        "Entreprises dont au moins un projet n'était connu d'aucun partenaire.",
        "entreprises",
        firms_with_unknown_projects,
    ),
    _Definition(
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
        "Somme, par projet, de ce que le financement déjà acquis ne couvre pas.",
        "€",
        lambda p: p.plan.need,
    ),
    _Definition(
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
    _Definition(
        "emplois_proposes",
        "Emplois des projets proposés",
        "Somme des créations d'emplois déclarées pour les projets proposés sur l'enveloppe.",
        "emplois",
        lambda r: job_rows(p for p in r.projects if is_proposed(p)),
    ),
    _Definition(
        "projets_retenus",
        "Projets retenus par le comité",
        "Projets que le comité de pilotage a retenus : ses décisions enregistrées, jamais une proposition.",
        "projets",
        lambda r: (project_row(p) for p, _ in retained(r)),
    ),
    _Definition(
        "emplois_retenus",
        "Emplois des projets retenus",
        "Somme des créations d'emplois déclarées pour les projets que le comité a retenus.",
        "emplois",
        lambda r: job_rows(p for p, _ in retained(r)),
    ),
    _Definition(
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
    _Definition(
        "enveloppe_engagee_eur",
        "Décidé sur l'enveloppe",
        "Somme des montants que le comité de pilotage a décidés sur l'enveloppe.",
        "€",
        granted_rows,
    ),
    _Definition(
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
        "Projets envoyés vers un conseil pour être mûris ou repris.",
        lambda p: is_referred_to(p, ReferralKind.ADVISER),
    ),
    _count(
        "projets_prevention",
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
        "Somme des aides des plans, en équivalent-subvention brut, enveloppe comprise ; peu en est sûr : voir le "
        "soutien ferme et les autres niveaux.",
        "€",
        lambda p: p.plan.benefit,
    ),
    _total(
        "soutiens_planifies_eur",
        "Soutiens des plans, tous niveaux de certitude",
        "Somme des soutiens des plans, prêts et avances à leur montant nominal, ce qui passerait le besoin compris ; "
        "peu en est sûr : voir le soutien ferme et les autres niveaux.",
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
        "texte, pour un projet mûr : ce qui peut se signer.",
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
    _Definition(
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
    _Definition(
        "dispositifs_au_plan",
        "Dispositifs mobilisés",
        "Dispositifs qui figurent dans au moins un plan de financement.",
        "dispositifs",
        planned_dispositifs,
    ),
    _Definition(
        "actions_feuille_de_route",
        "Actions de la feuille de route",
        "Actions qui répondent à au moins un besoin entendu en entretien.",
        "actions",
        lambda r: (Row(id=a.code, label=a.title) for a in r.roadmap),
    ),
)


def _unknown_share(result: MissionResult) -> Indicator:
    share = result.linkage.unknown_share
    blank = no_list(result)
    return Indicator(
        code="part_projets_inconnus",
        label="Part des projets inconnus",
        definition="Projets inconnus de tous les partenaires, rapportés aux projets recensés : au moins ceux qui le "
        "sont sûrement, au plus ceux-là et ceux qui restent à confirmer.",
        unit="%",
        value=share.low_rate,
        rows=tuple(project_row(p) for p in result.projects if p.known.known is Truth.NO),
        note=blank.note if blank else _queue_note("projets_inconnus", result),
        absent=blank is not None,
        high=None if share.settled else share.high_rate,
    )
