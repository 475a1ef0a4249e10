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
from rebond.portfolio.call import CallStatus
from rebond.referrals.orient import ReferralKind
from rebond.units import format_euros, format_number, format_rate

if TYPE_CHECKING:
    from rebond.mission import MissionResult, ProjectResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row behind a figure: whose it is, what it adds."""

    id: str
    label: str
    value: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """A figure with what it means and where it comes from."""

    code: str
    label: str
    definition: str
    unit: str
    value: Decimal
    rows: tuple[Row, ...]
    note: str = ""

    @property
    def text(self) -> str:
        """The value as French text with its unit."""
        match self.unit:
            case "€":
                return format_euros(self.value)
            case "%":
                return format_rate(self.value)
            case _:
                return f"{format_number(self.value)} {self.unit}"


Rows = Callable[["MissionResult"], Iterable[Row]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Definition:
    code: str
    label: str
    definition: str
    unit: str
    rows: Rows


def compute_indicators(result: MissionResult) -> tuple[Indicator, ...]:
    """Every indicator of a mission; the value is the sum of its rows, except for shares."""
    found = [_indicator(definition, result) for definition in _DEFINITIONS]
    return (*found, _unknown_share(result), *_by_organisation(result))


def _indicator(definition: _Definition, result: MissionResult) -> Indicator:
    rows = tuple(definition.rows(result))
    return Indicator(
        code=definition.code,
        label=definition.label,
        definition=definition.definition,
        unit=definition.unit,
        value=sum((row.value for row in rows), Decimal(0)),
        rows=rows,
        note=_note(definition.code, result),
    )


def _note(code: str, result: MissionResult) -> str:
    if code == "projets_inconnus":
        uncertain = result.linkage.project_counts.uncertain
        return f"{uncertain} rapprochements restent à confirmer par une personne" if uncertain else ""
    if code == "emplois_crees":
        unknown = sum(p.project.jobs_created is UNKNOWN for p in result.projects)
        return f"emplois inconnus pour {unknown} projets" if unknown else ""
    return ""


def _projects(result: MissionResult, keep: Callable[[ProjectResult], bool]) -> Iterable[ProjectResult]:
    return (project for project in result.projects if keep(project))


def _row(project: ProjectResult, value: Decimal = Decimal(1)) -> Row:
    return Row(id=project.project.id, label=f"{project.firm.name} — {project.project.title}", value=value)


def _met_firms(result: MissionResult) -> Iterable[Row]:
    met = {interview.firm_id for interview in result.census.interviews}
    return (Row(id=firm.id, label=firm.name) for firm in result.census.firms if firm.id in met)


def _jobs(result: MissionResult) -> Iterable[Row]:
    for project in result.projects:
        jobs = project.project.jobs_created
        if jobs is not UNKNOWN and jobs:
            yield _row(project, Decimal(jobs))


def _without_way_out(result: MissionResult) -> Iterable[Row]:
    for project in result.projects:
        if not any(referral.next_step and referral.owner and referral.due_on for referral in project.referrals):
            yield _row(project)


def _firms_with_unknown_projects(result: MissionResult) -> Iterable[Row]:
    firms = {p.firm.id: p.firm.name for p in result.projects if p.known.known is Truth.NO}
    return (Row(id=key, label=name) for key, name in firms.items())


def _is_retained(project: ProjectResult) -> bool:
    return project.decision.status is CallStatus.RETAINED


def _is_referred_to(project: ProjectResult, kind: ReferralKind) -> bool:
    return any(referral.kind is kind for referral in project.referrals)


_DEFINITIONS: tuple[_Definition, ...] = (
    _Definition(code="entreprises_recensees", label="Entreprises recensées", definition="Entreprises du classeur de recensement.", unit="entreprises", rows=lambda r: (Row(id=f.id, label=f.name) for f in r.census.firms)),
    _Definition(code="entreprises_rencontrees", label="Entreprises rencontrées", definition="Entreprises avec au moins un entretien.", unit="entreprises", rows=_met_firms),
    _Definition(code="projets_recenses", label="Projets recensés", definition="Projets d'investissement du recensement.", unit="projets", rows=lambda r: map(_row, r.projects)),
    _Definition(code="projets_inconnus", label="Projets inconnus des pouvoirs publics", definition="Projets qu'aucune liste de partenaire ne contient, rapprochement fait ; les cas à confirmer n'y comptent pas.", unit="projets", rows=lambda r: map(_row, _projects(r, lambda p: p.known.known is Truth.NO))),
    _Definition(code="entreprises_projet_inconnu", label="Entreprises avec un projet inconnu", definition="Entreprises dont au moins un projet n'était connu d'aucun partenaire.", unit="entreprises", rows=_firms_with_unknown_projects),
    _Definition(code="investissement_eur", label="Investissement recherché", definition="Somme des postes de dépense hors taxes de tous les projets.", unit="€", rows=lambda r: (_row(p, p.project.total_cost) for p in r.projects)),
    _Definition(code="emplois_crees", label="Emplois à créer", definition="Somme des créations d'emplois déclarées par les entreprises.", unit="emplois", rows=_jobs),
    _Definition(code="projets_murs", label="Projets mûrs", definition="Projets dont le niveau de maturité permet une demande de financement.", unit="projets", rows=lambda r: map(_row, _projects(r, lambda p: p.maturity.ripe is Truth.YES))),
    _Definition(code="projets_retenus", label="Projets retenus", definition="Projets que l'enveloppe de l'appel finance en dernier recours (proposition au comité).", unit="projets", rows=lambda r: map(_row, _projects(r, _is_retained))),
    _Definition(code="enveloppe_eur", label="Enveloppe de l'appel", definition="Somme des contributions à l'enveloppe.", unit="€", rows=lambda r: (Row(id=c.contributor, label=c.contributor, value=c.amount) for c in r.census.settings.envelope.contributions)),
    _Definition(code="enveloppe_engagee_eur", label="Enveloppe engagée", definition="Somme des aides proposées sur l'enveloppe aux projets retenus.", unit="€", rows=lambda r: (_row(p, Decimal(p.plan.envelope)) for p in _projects(r, _is_retained))),
    _Definition(code="projets_orientes_financeurs", label="Projets orientés vers des financeurs", definition="Projets non retenus, mûrs, envoyés vers au moins un dispositif existant.", unit="projets", rows=lambda r: map(_row, _projects(r, lambda p: not _is_retained(p) and _is_referred_to(p, ReferralKind.FUNDERS)))),
    _Definition(code="projets_accompagnes", label="Projets confiés à un conseil", definition="Projets envoyés vers un conseil pour être mûris ou repris.", unit="projets", rows=lambda r: map(_row, _projects(r, lambda p: _is_referred_to(p, ReferralKind.ADVISER)))),
    _Definition(code="projets_sans_suite", label="Projets sans suite", definition="Projets sans prochaine étape, responsable et date : l'objectif est zéro.", unit="projets", rows=_without_way_out),
    _Definition(code="aides_planifiees_eur", label="Aides au plan de financement", definition="Somme des aides des plans, en équivalent-subvention brut, enveloppe comprise.", unit="€", rows=lambda r: (_row(p, p.plan.benefit) for p in _projects(r, lambda p: p.plan.benefit > 0))),
    _Definition(code="soutiens_planifies_eur", label="Soutiens au plan de financement", definition="Somme des soutiens des plans, prêts et avances à leur montant nominal.", unit="€", rows=lambda r: (_row(p, Decimal(p.plan.support)) for p in _projects(r, lambda p: p.plan.support > 0))),
    _Definition(code="actions_feuille_de_route", label="Actions de la feuille de route", definition="Actions qui répondent à au moins un besoin entendu en entretien.", unit="actions", rows=lambda r: (Row(id=a.code, label=a.title) for a in r.roadmap)),
)  # fmt: skip


def _unknown_share(result: MissionResult) -> Indicator:
    counts = result.linkage.project_counts
    rows = tuple(_row(p) for p in result.projects if p.known.known is Truth.NO)
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


def _by_organisation(result: MissionResult) -> Iterable[Indicator]:
    """How many projects go to each organisation: the press release names them."""
    groups: dict[str, dict[str, Row]] = {}
    for project in result.projects:
        for referral in project.referrals:
            groups.setdefault(referral.organisation, {})[project.project.id] = _row(project)
    for organisation in sorted(groups, key=lambda code: (-len(groups[code]), code)):
        rows = tuple(groups[organisation].values())
        name = result.organisation_name(organisation)
        yield Indicator(
            code=f"orientes_{organisation.replace('-', '_')}",
            label=f"Projets orientés vers {name}",
            definition=f"Projets dont une orientation au moins va vers {name}.",
            unit="projets",
            value=Decimal(len(rows)),
            rows=rows,
        )
