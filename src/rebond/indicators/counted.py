"""The rows behind the main figures: what of a result each of them counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import TYPE_CHECKING

from rebond.eligibility.truth import Truth
from rebond.facts import UNKNOWN, CommitteeDecision
from rebond.financing.plan.certainty import Certainty
from rebond.indicators.breakdowns import every_contributor, project_row
from rebond.indicators.model import Row
from rebond.portfolio.call import CallStatus
from rebond.portfolio.standing import granted_amount, standing
from rebond.referrals.orient import ReferralKind

if TYPE_CHECKING:
    from rebond.facts import Interview
    from rebond.results import MissionResult, ProjectResult


def open_questions(result: MissionResult) -> Iterable[Row]:
    """The doubts that keep the share of unknown projects open, the most telling first."""
    names = {firm.id: firm.name for firm in result.census.firms}
    for question in result.linkage.questions:
        if question.changes:
            who = " ou ".join(names[firm_id] for firm_id in question.firms)
            yield Row(id=question.entries[0], label=f"{who} — {', '.join(question.entries)}")


def amount_rows(result: MissionResult, amount: Callable[[ProjectResult], Decimal]) -> Iterable[Row]:
    """What the projects add up to; those that add nothing have no row."""
    return (project_row(project, amount(project)) for project in result.projects if amount(project))


def held_interviews(result: MissionResult) -> Iterable[Interview]:
    """The interviews of the study's day and before: one that is dated later is planned, and met nobody yet."""
    return (interview for interview in result.census.interviews if interview.held_on <= result.on)


def met_firms(result: MissionResult) -> Iterable[Row]:
    """The firms that were met."""
    met = {interview.firm_id for interview in held_interviews(result)}
    return (Row(id=firm.id, label=firm.name) for firm in result.census.firms if firm.id in met)


def interview_rows(result: MissionResult) -> Iterable[Row]:
    """The interviews that took place."""
    names = {firm.id: firm.name for firm in result.census.firms}
    return (
        Row(id=interview.id, label=f"{names[interview.firm_id]} — {interview.held_on:%d/%m/%Y}")
        for interview in held_interviews(result)
    )


def job_rows(projects: Iterable[ProjectResult]) -> Iterable[Row]:
    """One row for each firm that answered, a zero included: no row is no answer."""
    for project in projects:
        jobs = project.project.jobs_created
        if jobs is not UNKNOWN:
            yield project_row(project, Decimal(jobs))


def has_way_out(project: ProjectResult) -> bool:
    """Whether a project has a next step, with an owner and a date."""
    return any(referral.next_step and referral.owner and referral.due_on for referral in project.referrals)


def firms_with_unknown_projects(result: MissionResult) -> Iterable[Row]:
    """The firms with a project that no partner knows."""
    firms = {p.firm.id: p.firm.name for p in result.projects if p.known.known is Truth.NO}
    return (Row(id=key, label=name) for key, name in firms.items())


def envelope_rows(result: MissionResult) -> Iterable[Row]:
    """The parts of the envelope."""
    return every_contributor(result)


def envelope_spent(project: ProjectResult) -> Decimal:
    """What the proposal takes of the envelope for a project."""
    return Decimal(project.plan.envelope) if is_proposed(project) else Decimal(0)


def questions_of(project: ProjectResult) -> int:
    """The questions that its conditional euros wait for, each once."""
    return len({q for line in project.plan.lines if line.state is Certainty.CONDITIONAL for q in line.questions})


def retained(result: MissionResult) -> Iterable[tuple[ProjectResult, CommitteeDecision]]:
    """What the committee retained, whatever was proposed; not whom a later step refused, nor who withdrew."""
    settings = result.census.settings
    calendars = {name: settings.call(name).calendar for name in settings.call_names}
    decided = {each.project_id: each for each in result.census.decisions}
    for project in result.projects:
        decision = decided.get(project.project.id)
        where = standing(decision, calendars[decision.call]) if decision else None
        if decision and where is not None and where.holds:
            yield project, decision


def granted_rows(result: MissionResult) -> Iterable[Row]:
    """What the committee granted."""
    for project, decision in retained(result):
        amount = granted_amount(decision)
        if amount is not UNKNOWN:
            yield project_row(project, amount)


def envelope_left(result: MissionResult) -> Iterable[Row]:
    """The envelope, less what is proposed of it."""
    yield from envelope_rows(result)
    yield from amount_rows(result, lambda p: -envelope_spent(p))


def planned_dispositifs(result: MissionResult) -> Iterable[Row]:
    """The dispositifs of the plans."""
    found = {line.dispositif: line.title for project in result.projects for line in project.plan.lines}
    return (Row(id=key, label=found[key]) for key in sorted(found))


def partner_rows(result: MissionResult) -> Iterable[Row]:
    """The partners whose list is known."""
    codes = sorted({entry.partner for entry in result.census.partner_entries})
    return (Row(id=code, label=result.organisation_name(code)) for code in codes)


def is_proposed(project: ProjectResult) -> bool:
    """Whether a project is proposed on the envelope."""
    return project.decision.status is CallStatus.RETAINED


def is_referred_to(project: ProjectResult, kind: ReferralKind) -> bool:
    """Whether a project is sent to someone of that kind."""
    return any(referral.kind is kind for referral in project.referrals)


def is_for_funders(project: ProjectResult) -> bool:
    """Whether a project goes to funders and not to the envelope."""
    return not is_proposed(project) and is_referred_to(project, ReferralKind.FUNDERS)


PREVENTION = "projets_prevention"
"""The figure of what is told to the team alone: its words leave nothing else."""


def is_in_difficulty_only(project: ProjectResult) -> bool:
    """Whether a project is only sent to those who help firms in difficulty."""
    return {referral.kind for referral in project.referrals} == {ReferralKind.DIFFICULTY}
