"""Where projects go, what their plans ask of whom and bring, what their firms said: beside what projects are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from functools import lru_cache

from rebond.dispositifs.organisations import named_by
from rebond.referrals.orient import load_orientation_rules
from rebond.restitution.typography import french_date, typeset
from rebond.units import format_euros
from rebond.web.advice.told import states_of as advice_states
from rebond.web.catalogue.reading import current_catalogue, organisation_name, referentials
from rebond.web.interviews.models import Interview
from rebond.web.missions.models import Mission
from rebond.web.projects.models import Project
from rebond.web.referrals.standing import states_of
from rebond.web.studies.models import PlanLine, Referral

Asked = Mapping[int, tuple[tuple[str, str], ...]]
"""By project: dispositif and amount."""


def ways_out(mission: Mission, projects: Collection[int], *, every: bool = False) -> dict[int, list[tuple[str, str]]]:
    """Where projects go; prevention of difficulty (``every``) is nobody's business but the firm's and the team's.

    Of what was sent, its state and nothing else; the rest is a proposal, and says so.
    """
    rows = list(Referral.objects.found_by(mission.current_study).filter(project__in=projects))
    sent = states_of(mission, projects)
    hidden = {(row.project_id, row.organisation) for row in rows if row.kind == Referral.Kind.DIFFICULTY and not every}
    # A later study may say of the same firm that it is out of trouble: whom it was sent to would still tell.
    hidden |= set() if every else {pair for pair in sent if pair[1] in _helpers()}
    found: dict[int, list[tuple[str, str]]] = {}
    advised = advice_states(mission, projects)
    for (project, code), state in sent.items():
        if (project, code) not in hidden:
            found.setdefault(project, []).append((organisation_name(code), state.label))
    for row in rows:
        # Once someone chose its adviser, what a study proposes is said no more.
        settled = row.kind == Referral.Kind.ADVISER and row.project_id in advised
        if not settled and (row.project_id, row.organisation) not in {*sent, *hidden}:
            found.setdefault(row.project_id, []).append((row.organisation_name, f"{row.get_kind_display()} (proposé)"))
    for pk, told in advised.items():
        found.setdefault(pk, []).append(told)
    return found


@lru_cache(maxsize=1)
def _helpers() -> frozenset[str]:
    """Who helps firms in difficulty: its name alone tells what a firm is sent there for."""
    rules, known = load_orientation_rules(referentials() / "orientation.yaml"), current_catalogue().organisations
    return frozenset(code for name in rules.difficulty for code in named_by(name, known))


def minutes_of(mission: Mission, firm: int | None) -> tuple[tuple[str, str], ...]:
    """What a firm was heard saying: its own minutes, with their dates."""
    rows = Interview.objects.of(mission).filter(firm=firm)
    return tuple((french_date(row.held_on), typeset(row.minutes)) for row in rows if row.minutes)


def support_of(project: Project) -> tuple[str, ...]:
    """What its plan brings, by certainty, the surest first; a project of which the study found nothing has none."""
    if project.finding is None:
        return ()
    levels = project.finding.stack.levels()
    return tuple(f"{state.label} : {format_euros(amount)}" for state, amount in levels) or (format_euros(0),)


def asked_of(projects: Iterable[Project], code: str | None) -> Asked:
    """What each plan asks, by dispositif; one query.

    ``code``: of one organisation alone, so nothing for one that the catalogue does not have; ``None``: of all.
    """
    known = current_catalogue().dispositifs
    of = {project.finding.pk: project.pk for project in projects if project.finding is not None}
    amounts: dict[int, dict[str, Decimal]] = {}
    for line in PlanLine.objects.filter(finding__in=of).order_by("finding", "position"):
        found = known.get(line.dispositif)
        funder = found.funder if found else line.dispositif.partition("/")[0]
        if code is None or funder == code:
            mine = amounts.setdefault(of[line.finding_id], {})
            title = typeset(found.title) if found else line.dispositif
            mine[title] = mine.get(title, Decimal(0)) + line.amount
    return {
        project: tuple((title, format_euros(amount)) for title, amount in mine.items())
        for project, mine in amounts.items()
    }
