"""Every published figure: its definition, its unit, its value and the rows behind it.

A document may only print a figure that is one of these; each opens on its rows in ``indicateurs.json``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from rebond.eligibility.truth import Truth
from rebond.facts import UNKNOWN
from rebond.indicators.breakdowns import breakdowns, project_row, slug, summed
from rebond.indicators.model import Indicator, Row, write_value
from rebond.portfolio.call import CallStatus
from rebond.referrals.orient import ReferralKind

if TYPE_CHECKING:
    from rebond.results import MissionResult, ProjectResult

__all__ = ["Indicator", "Row", "compute_indicators"]

Rows = Callable[["MissionResult"], Iterable[Row]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Definition:
    code: str
    label: str
    definition: str
    unit: str
    rows: Rows


def compute_indicators(result: MissionResult) -> tuple[Indicator, ...]:
    """Every indicator of a mission, the main figures first; the value is the sum of its rows, except for shares."""
    main = [
        summed(
            code=definition.code,
            label=definition.label,
            definition=definition.definition,
            unit=definition.unit,
            rows=definition.rows(result),
            note=_note(definition.code, result),
        )
        for definition in _DEFINITIONS
    ]
    return (*main, _unknown_share(result), *breakdowns(result))


def _note(code: str, result: MissionResult) -> str:
    """What must be said beside a figure that unknown answers leave open; empty when nothing does."""
    if code == "projets_inconnus":
        uncertain = result.linkage.project_counts.uncertain
        verb = "restent" if uncertain > 1 else "reste"
        return f"{write_value(Decimal(uncertain), 'projets')} {verb} à rapprocher par une personne" if uncertain else ""
    if code == "emplois_crees":
        silent = sum(p.project.jobs_created is UNKNOWN for p in result.projects)
        return f"emplois non renseignés pour {write_value(Decimal(silent), 'projets')}" if silent else ""
    return ""


def _projects(result: MissionResult, keep: Callable[[ProjectResult], bool]) -> Iterable[Row]:
    return (project_row(project) for project in result.projects if keep(project))


def _amounts(result: MissionResult, amount: Callable[[ProjectResult], Decimal]) -> Iterable[Row]:
    """What each project adds, those that add nothing left out."""
    return (project_row(project, amount(project)) for project in result.projects if amount(project))


def _met_firms(result: MissionResult) -> Iterable[Row]:
    met = {interview.firm_id for interview in result.census.interviews}
    return (Row(id=firm.id, label=firm.name) for firm in result.census.firms if firm.id in met)


def _interviews(result: MissionResult) -> Iterable[Row]:
    names = {firm.id: firm.name for firm in result.census.firms}
    return (
        Row(id=interview.id, label=f"{names[interview.firm_id]} — {interview.held_on:%d/%m/%Y}")
        for interview in result.census.interviews
    )


def _jobs(project: ProjectResult) -> Decimal:
    jobs = project.project.jobs_created
    return Decimal(0) if jobs is UNKNOWN else Decimal(jobs)


def _has_way_out(project: ProjectResult) -> bool:
    return any(referral.next_step and referral.owner and referral.due_on for referral in project.referrals)


def _firms_with_unknown_projects(result: MissionResult) -> Iterable[Row]:
    firms = {p.firm.id: p.firm.name for p in result.projects if p.known.known is Truth.NO}
    return (Row(id=key, label=name) for key, name in firms.items())


def _envelope(result: MissionResult) -> Iterable[Row]:
    contributions = result.census.settings.envelope.contributions
    return (Row(id=slug(part.contributor), label=part.contributor, value=part.amount) for part in contributions)


def _retained_investment(result: MissionResult) -> Iterable[Row]:
    return _amounts(result, lambda p: p.project.total_cost if _is_retained(p) else Decimal(0))


def _envelope_spent(project: ProjectResult) -> Decimal:
    return Decimal(project.plan.envelope) if _is_retained(project) else Decimal(0)


def _envelope_left(result: MissionResult) -> Iterable[Row]:
    yield from _envelope(result)
    yield from _amounts(result, lambda p: -_envelope_spent(p))


def _planned_dispositifs(result: MissionResult) -> Iterable[Row]:
    found = {line.dispositif: line.title for project in result.projects for line in project.plan.lines}
    return (Row(id=key, label=found[key]) for key in sorted(found))


def _partners(result: MissionResult) -> Iterable[Row]:
    codes = sorted({entry.partner for entry in result.census.partner_entries})
    return (Row(id=code, label=result.organisation_name(code)) for code in codes)


def _is_retained(project: ProjectResult) -> bool:
    return project.decision.status is CallStatus.RETAINED


def _is_referred_to(project: ProjectResult, kind: ReferralKind) -> bool:
    return any(referral.kind is kind for referral in project.referrals)


def _is_for_funders(project: ProjectResult) -> bool:
    return not _is_retained(project) and _is_referred_to(project, ReferralKind.FUNDERS)


def _is_in_difficulty_only(project: ProjectResult) -> bool:
    return {referral.kind for referral in project.referrals} == {ReferralKind.DIFFICULTY}


_DEFINITIONS: tuple[_Definition, ...] = (
    _Definition(
        code="entreprises_recensees",
        label="Entreprises recensées",
        definition="Entreprises du classeur de recensement.",
        unit="entreprises",
        rows=lambda r: (Row(id=f.id, label=f.name) for f in r.census.firms),
    ),
    _Definition(
        code="entreprises_rencontrees",
        label="Entreprises rencontrées",
        definition="Entreprises avec au moins un entretien.",
        unit="entreprises",
        rows=_met_firms,
    ),
    _Definition(
        code="entretiens_menes",
        label="Entretiens menés",
        definition="Entretiens datés du recensement.",
        unit="entretiens",
        rows=_interviews,
    ),
    _Definition(
        code="projets_recenses",
        label="Projets recensés",
        definition="Projets d'investissement du recensement.",
        unit="projets",
        rows=lambda r: map(project_row, r.projects),
    ),
    _Definition(
        code="projets_connus",
        label="Projets connus d'un partenaire",
        definition="Projets qu'une liste de partenaire au moins contient, rapprochement fait.",
        unit="projets",
        rows=lambda r: _projects(r, lambda p: p.known.known is Truth.YES),
    ),
    _Definition(
        code="projets_inconnus",
        label="Projets inconnus des pouvoirs publics",
        definition="Projets qu'aucune liste de partenaire ne contient ; les cas à confirmer n'y comptent pas.",
        unit="projets",
        rows=lambda r: _projects(r, lambda p: p.known.known is Truth.NO),
    ),
    _Definition(
        code="projets_a_rapprocher",
        label="Projets à rapprocher",
        definition="Projets dont le rapprochement avec une liste de partenaire attend la décision d'une personne.",
        unit="projets",
        rows=lambda r: _projects(r, lambda p: p.known.known is Truth.UNKNOWN),
    ),
    _Definition(
        code="entreprises_projet_inconnu",
        label="Entreprises avec un projet inconnu",
        definition="Entreprises dont au moins un projet n'était connu d'aucun partenaire.",
        unit="entreprises",
        rows=_firms_with_unknown_projects,
    ),
    _Definition(
        code="partenaires_consultes",
        label="Partenaires consultés",
        definition="Organisations dont la liste a été rapprochée du recensement.",
        unit="partenaires",
        rows=_partners,
    ),
    _Definition(
        code="investissement_eur",
        label="Investissement recherché",
        definition="Somme des postes de dépense hors taxes de tous les projets.",
        unit="€",
        rows=lambda r: _amounts(r, lambda p: p.project.total_cost),
    ),
    _Definition(
        code="besoin_eur",
        label="Besoin de financement",
        definition="Somme, par projet, de ce que le financement déjà acquis ne couvre pas.",
        unit="€",
        rows=lambda r: _amounts(r, lambda p: p.plan.need),
    ),
    _Definition(
        code="emplois_crees",
        label="Emplois à créer",
        definition="Somme des créations d'emplois déclarées par les entreprises.",
        unit="emplois",
        rows=lambda r: _amounts(r, _jobs),
    ),
    _Definition(
        code="projets_murs",
        label="Projets mûrs",
        definition="Projets dont le niveau de maturité permet une demande de financement.",
        unit="projets",
        rows=lambda r: _projects(r, lambda p: p.maturity.ripe is Truth.YES),
    ),
    _Definition(
        code="projets_a_murir",
        label="Projets à mûrir",
        definition="Projets dont la maturité ne permet pas encore une demande de financement, ou reste à établir.",
        unit="projets",
        rows=lambda r: _projects(r, lambda p: p.maturity.ripe is not Truth.YES),
    ),
    _Definition(
        code="projets_retenus",
        label="Projets retenus",
        definition="Projets que l'enveloppe de l'appel finance en dernier recours (proposition au comité).",
        unit="projets",
        rows=lambda r: _projects(r, _is_retained),
    ),
    _Definition(
        code="investissement_retenu_eur",
        label="Investissement des projets retenus",
        definition="Somme des postes de dépense hors taxes des projets retenus.",
        unit="€",
        rows=_retained_investment,
    ),
    _Definition(
        code="emplois_retenus",
        label="Emplois des projets retenus",
        definition="Somme des créations d'emplois déclarées pour les projets retenus.",
        unit="emplois",
        rows=lambda r: _amounts(r, lambda p: _jobs(p) if _is_retained(p) else Decimal(0)),
    ),
    _Definition(
        code="enveloppe_eur",
        label="Enveloppe de l'appel",
        definition="Somme des contributions à l'enveloppe.",
        unit="€",
        rows=_envelope,
    ),
    _Definition(
        code="enveloppe_engagee_eur",
        label="Enveloppe engagée",
        definition="Somme des aides proposées sur l'enveloppe aux projets retenus.",
        unit="€",
        rows=lambda r: _amounts(r, _envelope_spent),
    ),
    _Definition(
        code="enveloppe_disponible_eur",
        label="Enveloppe disponible",
        definition="Contributions à l'enveloppe, moins les aides proposées sur elle.",
        unit="€",
        rows=_envelope_left,
    ),
    _Definition(
        code="projets_orientes_financeurs",
        label="Projets orientés vers des financeurs",
        definition="Projets non retenus, mûrs, envoyés vers au moins un dispositif existant.",
        unit="projets",
        rows=lambda r: _projects(r, _is_for_funders),
    ),
    _Definition(
        code="projets_accompagnes",
        label="Projets confiés à un conseil",
        definition="Projets envoyés vers un conseil pour être mûris ou repris.",
        unit="projets",
        rows=lambda r: _projects(r, lambda p: _is_referred_to(p, ReferralKind.ADVISER)),
    ),
    _Definition(
        code="projets_prevention",
        label="Projets en prévention des difficultés",
        definition="Projets dont la seule suite est la prévention des difficultés de l'entreprise, avant toute aide.",
        unit="projets",
        rows=lambda r: _projects(r, _is_in_difficulty_only),
    ),
    _Definition(
        code="projets_sans_suite",
        label="Projets sans suite",
        definition="Projets sans prochaine étape, responsable et date : l'objectif est zéro.",
        unit="projets",
        rows=lambda r: _projects(r, lambda p: not _has_way_out(p)),
    ),
    _Definition(
        code="aides_planifiees_eur",
        label="Aides au plan de financement",
        definition="Somme des aides des plans, en équivalent-subvention brut, enveloppe comprise.",
        unit="€",
        rows=lambda r: _amounts(r, lambda p: p.plan.benefit),
    ),
    _Definition(
        code="soutiens_planifies_eur",
        label="Soutiens au plan de financement",
        definition="Somme des soutiens des plans, prêts et avances à leur montant nominal.",
        unit="€",
        rows=lambda r: _amounts(r, lambda p: Decimal(p.plan.support)),
    ),
    _Definition(
        code="reste_a_financer_eur",
        label="Reste à financer",
        definition="Somme, par projet, de ce qu'aucun soutien chiffré du plan ne couvre.",
        unit="€",
        rows=lambda r: _amounts(r, lambda p: p.plan.gap),
    ),
    _Definition(
        code="dispositifs_au_plan",
        label="Dispositifs mobilisés",
        definition="Dispositifs qui figurent dans au moins un plan de financement.",
        unit="dispositifs",
        rows=_planned_dispositifs,
    ),
    _Definition(
        code="actions_feuille_de_route",
        label="Actions de la feuille de route",
        definition="Actions qui répondent à au moins un besoin entendu en entretien.",
        unit="actions",
        rows=lambda r: (Row(id=a.code, label=a.title) for a in r.roadmap),
    ),
)


def _unknown_share(result: MissionResult) -> Indicator:
    counts = result.linkage.project_counts
    rows = tuple(project_row(p) for p in result.projects if p.known.known is Truth.NO)
    share = Decimal(counts.unknown) / counts.total if counts.total else Decimal(0)
    return Indicator(
        code="part_projets_inconnus",
        label="Part des projets inconnus",
        definition="Projets inconnus de tous les partenaires, rapportés aux projets recensés.",
        unit="%",
        value=share.quantize(Decimal("0.001")),
        rows=rows,
        note=_note("projets_inconnus", result),
    )
