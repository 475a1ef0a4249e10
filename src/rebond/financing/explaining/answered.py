"""What a project obtained, aid by aid, and what was refused to it: as the documents of its plan tell them.

The reasons that funders gave stay with the mission: these documents go to firms, to banks and to other funders.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from rebond.facts import UNKNOWN, Maybe
from rebond.facts.aids import AwardedAid, Band, is_told_twice
from rebond.financing.context import ProjectContext
from rebond.units import Euros


@dataclass(frozen=True, slots=True, kw_only=True)
class Obtained:
    """An aid that the project has: of a referral, in euros of its support; declared by the firm, in equivalent."""

    label: str
    organisation: str
    amount: Maybe[Euros | Band]
    on: Maybe[date] = UNKNOWN
    paid: Maybe[Euros] = UNKNOWN
    referral: str = ""
    """Empty: declared by the firm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A dispositif that an organisation will not give to the project."""

    label: str
    organisation: str
    answer: str
    on: Maybe[date]
    referral: str


def obtained_of(context: ProjectContext) -> tuple[Obtained, ...]:
    """What the referrals brought, then what the firm declared for this project and that they do not already tell."""
    granted = context.answers.granted
    told = tuple(
        Obtained(
            label=_title(context, each.dispositif),
            organisation=_name(context, each.organisation),
            amount=each.amount,
            on=each.on,
            paid=each.paid,
            referral=each.referral_id,
        )
        for each in granted
    )
    declared = tuple(
        Obtained(
            label=aid.label or aid.regime, organisation=_name(context, aid.funder), amount=aid.amount, on=aid.granted_on
        )
        for aid in context.aids
        if not isinstance(aid, AwardedAid)
        and aid.pays(context.project)
        and not any(is_told_twice(aid, project_id=aid.project_id, on=g.on, support=g.amount) for g in granted)
    )
    return (*told, *declared)


def refused_of(context: ProjectContext) -> tuple[Refused, ...]:
    """The noes that hold: what was won on appeal is no longer one."""
    return tuple(_refusals(context))


def _refusals(context: ProjectContext) -> Iterator[Refused]:
    for each in context.answers.closed:
        if each.dispositif and each.dispositif not in context.answers.obtained:
            yield Refused(
                label=_title(context, each.dispositif),
                organisation=_name(context, each.organisation),
                answer=each.state.label,
                on=each.on,
                referral=each.referral_id,
            )


def _title(context: ProjectContext, dispositif: str) -> str:
    known = context.catalogue.dispositifs.get(dispositif)
    return known.title if known else dispositif


def _name(context: ProjectContext, code: str) -> str:
    known = context.catalogue.organisations.get(code)
    return known.name if known else code
