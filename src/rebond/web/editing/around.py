"""The facts that a sheet's questions depend on: its own and those of its undertaking whole, of others what names them.

A question about a row compares it with the others of its firm and of its undertaking (doubles, accounts), and with
what tells one row of the mission from another (identifiers, SIREN, SIRET, name and commune): nothing else is read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

from rebond.facts import Census, Establishment, Firm, Interview, Project
from rebond.history import Kind
from rebond.web.firms import models as firms
from rebond.web.interviews import models as interviews
from rebond.web.missions.columns import field
from rebond.web.missions.extract import Extract
from rebond.web.missions.facts import census_of
from rebond.web.missions.models import Mission
from rebond.web.projects import models as projects

T = TypeVar("T", Firm, Interview, Project)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Names:
    """What names the rows of a mission, in the order of its census."""

    firms: list[Firm]
    interviews: list[Interview]
    projects: list[Project]


def census_around(mission: Mission, kind: Kind, ref: str) -> Census:
    """The census as the sheet of a firm or project must know it; as many queries for one project as for a thousand."""
    names = _names(mission)
    owner = ref if kind is Kind.FIRM else next((each.firm_id for each in names.projects if each.id == ref), "")
    undertaking = {each.undertaking for each in names.firms if each.id == owner}
    kin = frozenset(each.id for each in names.firms if each.undertaking in undertaking)
    whole = census_of(
        mission,
        Extract(
            refs={
                Kind.FIRM: kin,
                Kind.INTERVIEW: frozenset(each.id for each in names.interviews if each.firm_id in kin),
                Kind.PROJECT: frozenset(each.id for each in names.projects if each.firm_id in kin),
                Kind.AID: _aids(mission, kin),
                Kind.CONFIRMATION: frozenset(),
            }
        ),
    )
    return replace(
        whole,
        firms=_filled(names.firms, whole.firms),
        interviews=_filled(names.interviews, whole.interviews),
        projects=_filled(names.projects, whole.projects),
    )


def _filled(names: Iterable[T], whole: Iterable[T]) -> tuple[T, ...]:
    """Every row, in the order of the census: whole when it was read."""
    known = {each.id: each for each in whole}
    return tuple(known.get(each.id, each) for each in names)


def _names(mission: Mission) -> _Names:
    sites = {
        firm: Establishment(siret=field(siret), commune=field(commune))
        for firm, siret, commune in firms.Establishment.objects.of(mission).values_list(
            "firm_id", "siret", "insee_code"
        )
    }
    found = firms.Firm.objects.of(mission).order_by("position", "pk")
    met = interviews.Interview.objects.of(mission).order_by("position", "pk")
    planned = projects.Project.objects.of(mission).order_by("position", "pk")
    return _Names(
        firms=[
            Firm(
                id=ref,
                name=name,
                siren=field(siren),
                establishment=sites.get(pk, Establishment()),
                single_undertaking=undertaking,
            )
            for pk, ref, name, siren, undertaking in found.values_list(
                "pk", "ref", "name", "siren", "single_undertaking"
            )
        ],
        interviews=[
            Interview(id=ref, firm_id=firm, held_on=held_on)
            for ref, firm, held_on in met.values_list("ref", "firm__ref", "held_on")
        ],
        # Titles are compared within a firm: those of other firms need none, and theirs would be a double of nothing.
        projects=[Project(id=ref, firm_id=firm, title=ref) for ref, firm in planned.values_list("ref", "firm__ref")],
    )


def _aids(mission: Mission, kin: Collection[str]) -> frozenset[str]:
    rows = firms.AidObtained.objects.of(mission).filter(firm__ref__in=kin)
    return frozenset(rows.values_list("ref", flat=True))
