"""What such missions publish beside their main figures: who was solicited, jobs kept, carbon, what leverage."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from rebond.facts import UNKNOWN
from rebond.indicators.breakdowns import project_row
from rebond.indicators.counted import (
    envelope_rows,
    envelope_spent,
    granted_rows,
    is_proposed,
    met_firms,
    retained,
)
from rebond.indicators.gaps import carbon_of
from rebond.indicators.main_figures import Definition
from rebond.indicators.model import Indicator, Row
from rebond.portfolio.call import CallStatus

if TYPE_CHECKING:
    from rebond.results import MissionResult, ProjectResult

CARBON = "tCO₂e par an"


def solicited_firms(result: MissionResult) -> Iterable[Row]:
    """The firms that were met, and those whose interview is planned."""
    asked = {interview.firm_id for interview in result.census.interviews}
    return (Row(id=firm.id, label=firm.name) for firm in result.census.firms if firm.id in asked)


def _firms_with_projects(result: MissionResult) -> Iterable[Row]:
    having = {project.firm.id for project in result.projects}
    return (Row(id=firm.id, label=firm.name) for firm in result.census.firms if firm.id in having)


def _kept(projects: Iterable[ProjectResult]) -> Iterable[Row]:
    """One row for each firm that answered, a zero included: no row is no answer."""
    for project in projects:
        if (jobs := project.project.jobs_kept) is not UNKNOWN:
            yield project_row(project, Decimal(jobs))


def _carbon(projects: Iterable[ProjectResult]) -> Iterable[Row]:
    for project in projects:
        if (tonnes := carbon_of(project)) is not None:
            yield project_row(project, tonnes)


def _sought(result: MissionResult) -> Iterable[Row]:
    """What each candidate asks of the envelope: what it would be given, else what it lacks."""
    for project in result.projects:
        decision = project.decision
        if decision.status in {CallStatus.RETAINED, CallStatus.NOT_RETAINED}:
            amount = Decimal(decision.envelope or decision.uncovered)
            if amount:
                yield project_row(project, amount)


def _left(result: MissionResult) -> Iterable[Row]:
    yield from envelope_rows(result)
    for row in granted_rows(result):
        yield Row(id=row.id, label=row.label, value=-row.value)


FURTHER: tuple[Definition, ...] = (
    Definition(
        "entreprises_sollicitees",
        "Entreprises sollicitées",
        "Entreprises avec au moins un entretien, mené ou prévu. Une entreprise qui a décliné sans qu'un entretien soit "
        "prévu n'y est pas : le recensement ne la distingue pas de celles que personne n'a contactées.",
        "entreprises",
        solicited_firms,
    ),
    Definition(
        "entreprises_avec_projet",
        "Entreprises avec un projet",
        "Entreprises dont au moins un projet d'investissement est recensé.",
        "entreprises",
        _firms_with_projects,
    ),
    Definition(
        "emplois_maintenus",
        "Emplois maintenus",
        "Somme des emplois que les entreprises disent maintenus par leurs projets ; une entreprise qui n'a pas répondu "
        "n'est pas comptée pour zéro : le chiffre est alors un minimum. Un emploi cité par deux projets d'une même "
        "entreprise compte deux fois.",
        "emplois",
        lambda r: _kept(r.projects),
    ),
    Definition(
        "tco2_evitees_an",
        "Émissions évitées",
        "Somme des tonnes équivalent CO₂ que les entreprises disent éviter chaque année par leurs projets ; une "
        "entreprise qui n'a pas répondu n'est pas comptée pour zéro.",
        CARBON,
        lambda r: _carbon(r.projects),
    ),
    Definition(
        "investissement_retenu_eur",
        "Investissement des projets retenus",
        "Somme des postes de dépense hors taxes des projets que le comité a retenus.",
        "€",
        lambda r: (project_row(p, p.project.total_cost) for p, _ in retained(r) if p.project.costs),
    ),
    Definition(
        "enveloppe_demandee_eur",
        "Demandé à l'enveloppe",
        "Somme, par candidat à l'appel, de ce que l'enveloppe lui donnerait ou, s'il n'est pas proposé, de ce qu'il ne "
        "trouve nulle part ailleurs.",
        "€",
        _sought,
    ),
    Definition(
        "enveloppe_reste_eur",
        "Reste de l'enveloppe après décision",
        "Contributions à l'enveloppe, moins les montants que le comité de pilotage a décidés.",
        "€",
        _left,
    ),
)


def ratios(result: MissionResult) -> Iterable[Indicator]:
    """Shares and leverages: a figure over another; none where there is nothing to divide by."""
    met = tuple(met_firms(result))
    firms = len(result.census.firms)
    yield Indicator(
        code="part_entreprises_rencontrees",
        label="Part des entreprises rencontrées",
        definition="Entreprises rencontrées, rapportées aux entreprises recensées.",
        formula="entreprises rencontrées ÷ entreprises recensées ; les lignes sont les entreprises rencontrées",
        unit="%",
        value=Decimal(len(met)) / firms if firms else Decimal(0),
        rows=met,
        absent=not firms,
    )
    proposed = [p for p in result.projects if is_proposed(p)]
    yield _leverage(
        "levier_enveloppe",
        "Investissement pour 100 € proposés sur l'enveloppe",
        "Effet de levier de l'enveloppe : investissement des projets proposés, pour cent euros proposés sur elle.",
        "montant proposé sur l'enveloppe",
        proposed,
        sum((envelope_spent(p) for p in proposed), Decimal(0)),
    )
    helped = [p for p in result.projects if p.stack.useful]
    yield _leverage(
        "levier_soutien",
        "Investissement pour 100 € de soutien",
        "Effet de levier des plans : investissement des projets à qui un plan apporte un soutien, pour cent euros de "
        "soutien utile, tous niveaux de certitude.",
        "soutien utile",
        helped,
        sum((Decimal(p.stack.useful) for p in helped), Decimal(0)),
    )


def _leverage(
    code: str, label: str, definition: str, over: str, projects: Iterable[ProjectResult], support: Decimal
) -> Indicator:
    rows = tuple(project_row(p, p.project.total_cost) for p in projects)
    invested = sum((row.value for row in rows), Decimal(0))
    return Indicator(
        code=code,
        label=label,
        definition=definition,
        formula=f"100 × investissement ÷ {over}, arrondi à l'euro ; les lignes donnent l'investissement",
        unit="€",
        value=(100 * invested / support).quantize(Decimal(1), ROUND_HALF_UP) if support else Decimal(0),
        rows=rows,
        note="" if support else "aucun soutien à rapporter à l'investissement",
        absent=not support,
    )
