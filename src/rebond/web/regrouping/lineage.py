"""What a project or a firm came from and what it became, on both sheets; and where one that left has gone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from django.db.models import Q
from django.http import Http404
from django.urls import reverse

from rebond.facts import DescentAct
from rebond.web.firms.models import Firm
from rebond.web.missions.models import Descent, Mission
from rebond.web.projects.models import Project

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from rebond.web.accounts.models import User

Noun = Literal["projet", "entreprise"]
_ACTS = {"projet": (DescentAct.SPLIT, DescentAct.MERGED), "entreprise": (DescentAct.FIRMS_MERGED,)}
_MODELS: dict[str, tuple[type[Any], str]] = {
    "projet": (Project, "projects:sheet"),
    "entreprise": (Firm, "firms:sheet"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kin:
    """A row that another came from, or became."""

    ref: str
    name: str
    url: str
    gone: bool
    """Whether it is no longer in the census."""
    act: str
    on: date | None
    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lineage:
    """Both sides of a row."""

    came_from: tuple[Kin, ...]
    became: tuple[Kin, ...]

    @property
    def is_nothing(self) -> bool:
        """Whether there is nothing to tell."""
        return not (self.came_from or self.became)


class BecameError(Http404):
    """A row that is no longer in the census: it was put into another one, which is told."""

    def __init__(self, mission: Mission, row: Any, became: tuple[Kin, ...], history: str) -> None:
        super().__init__(str(row))
        self.mission, self.row, self.became, self.history = mission, row, became, history


def lineage_of(user: User | AnonymousUser, mission: Mission, noun: Noun, ref: str) -> Lineage:
    """What a row came from and became; one query when there is nothing."""
    rows = Descent.objects.visible_to(user).of(mission).filter(act__in=_ACTS[noun])
    found = list(rows.filter(Q(origin=ref) | Q(became=ref)).order_by("position", "pk"))
    if not found:
        return Lineage(came_from=(), became=())
    model, view = _MODELS[noun]
    refs = {each.origin for each in found} | {each.became for each in found}
    named = {row.ref: row for row in model.ever.visible_to(user).of(mission).filter(ref__in=refs)}

    def kin(descent: Descent, other: str) -> Kin:
        row = named.get(other)
        return Kin(
            ref=other,
            name=str(row) if row is not None else other,
            url=reverse(view, args=[mission.slug, other]) if row is not None else "",
            gone=row is None or row.withdrawn_at is not None,
            act=DescentAct(descent.act).label,
            on=descent.on,
            by=descent.by,
            reason=descent.reason,
        )

    return Lineage(
        came_from=tuple(kin(each, each.origin) for each in found if each.became == ref),
        became=tuple(kin(each, each.became) for each in found if each.origin == ref),
    )


def raise_what_it_became(user: User | AnonymousUser, mission: Mission, noun: Noun, ref: str) -> None:
    """Raise ``BecameError`` for a row that was put into another; nothing for any other that is not there."""
    model, _ = _MODELS[noun]
    row = model.ever.visible_to(user).of(mission).filter(ref=ref, withdrawn_at__isnull=False).first()
    became = lineage_of(user, mission, noun, ref).became if row is not None else ()
    if became:
        name = "editing:project_history" if noun == "projet" else "editing:firm_history"
        raise BecameError(mission, row, became, reverse(name, args=[mission.slug, ref]))
