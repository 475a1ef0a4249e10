"""A workbook decides no more than the pages do: those who came to the sitting of the day must be able to."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib.auth.models import AnonymousUser

from rebond.errors import Fault
from rebond.history import ABSENT, Kind, Rows
from rebond.web.accounts.models import User
from rebond.web.committee.deciding import undecidable
from rebond.web.missions.models import Mission
from rebond.web.projects.models import Project


def undecidable_in(mission: Mission, rows: Rows, wanted: Rows, *, by: User | None) -> list[Fault]:
    """Why decisions that a workbook brings cannot be taken; ``rows``: as they are, ``wanted``: as it wants them.

    What comes of a decision afterwards (its steps) is no decision. No query when it brings none.
    """
    decided = {
        key[1]: row
        for key, row in wanted.items()
        if key[0] is Kind.DECISION and row is not ABSENT and _decision(row) != _decision(rows.get(key))
    }
    if not decided:
        return []
    projects = Project.objects.of(mission).filter(ref__in=decided).order_by("ref")
    pairs = [(each, decided[each.ref].by) for each in projects]
    return [
        Fault(
            where=f"décision du comité, projet {project.ref}",
            problem=said.rstrip("."),
            mend="noter qui est venu et les déports, ou retirer cette décision du classeur",
        )
        for project, said in undecidable(mission, pairs, by=by or AnonymousUser())
    ]


def _decision(row: Any) -> Any:
    return replace(row, steps=()) if row is not None else None
