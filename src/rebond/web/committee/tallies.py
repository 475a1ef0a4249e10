"""How the votes went on a decision, when the committee counts them: optional, and never a voice that could not vote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from rebond.portfolio.committee.seats import voters
from rebond.restitution.typography import typeset
from rebond.web.accounts.models import User
from rebond.web.committee.attending import Presence, presence_of
from rebond.web.committee.models import Sitting, Tally
from rebond.web.committee.recounting import words_of
from rebond.web.committee.sittings import tell, touched
from rebond.web.portfolio.session import lines_on_the_table
from rebond.web.portfolio.standing import Standing, standings

COLUMNS = {"pour": "in_favour", "contre": "against", "abstention": "abstained"}
_MOST = 3
"""Digits of a count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A decision on the page where votes are counted."""

    ref: str
    title: str
    outcome: str
    able: int
    """How many may vote on it: here, voting, and not standing aside."""
    typed: Mapping[str, str]
    error: str = ""


def tallies_of(sitting: Sitting) -> dict[str, Tally]:
    """Project → the votes counted at a sitting; one query."""
    if not sitting.pk:
        return {}
    return {row.project_ref: row for row in Tally.objects.of(sitting.mission).filter(sitting_key=sitting.pk)}


def able(presence: Presence, firm: int, standing: Mapping[int, Standing]) -> int:
    """How many may vote on a firm's project."""
    return len(voters(presence.seats, standing[firm].people if firm in standing else ()))


def fault_of(tally: Tally, title: str, most: int) -> str:
    """Why a count cannot be; empty when it can."""
    if tally.total > most:
        said = (
            f"{tally.total} voix comptées pour {most} qui pouvaient voter (présents ou représentés, sans les déports)"
        )
        return typeset(f"{title} : {said}.")
    return ""


def counting_of(
    user: User,
    sitting: Sitting,
    sent: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> list[Counted]:
    """Every decision taken, with what was counted or typed."""
    presence, standing, held = presence_of(sitting), standings(user, sitting.mission), tallies_of(sitting)
    found = []
    for line in lines_on_the_table(user, sitting.mission):
        if line.decision is None:
            continue
        ref = line.project.ref
        typed = {
            name: (sent.get(f"{name}_{ref}", "") if sent is not None else _shown(held.get(ref), column))
            for name, column in COLUMNS.items()
        }
        found.append(
            Counted(
                ref=ref,
                title=line.project.title,
                outcome=line.decision.get_outcome_display(),
                able=able(presence, line.project.firm_id, standing),
                typed=typed,
                error=(errors or {}).get(f"pour_{ref}", ""),
            )
        )
    return found


@transaction.atomic
def count_votes(sitting: Sitting, sent: Mapping[str, str], *, by: User) -> dict[str, str]:
    """Keep the votes of each decision; empty boxes take a count back. What is wrong by field, nothing is then kept."""
    row = touched(sitting, sent)
    row.mission = sitting.mission
    if row.number is None or row.frozen_at is not None or not row.decides:
        return {"voix": "Les voix se comptent à une séance de pilotage ouverte."}
    held, errors, new, gone = tallies_of(row), dict[str, str](), list[Tally](), list[Tally]()
    for each in counting_of(by, row, sent):
        numbers, fault = _read(each)
        if fault:
            errors[f"pour_{each.ref}"] = fault
        elif numbers is None:
            gone += [held[each.ref]] if each.ref in held else []
        else:
            tally = held.get(each.ref) or Tally(mission=row.mission, sitting_key=row.pk, project_ref=each.ref)
            tally.in_favour, tally.against, tally.abstained = numbers
            new.append(tally)
            if fault := fault_of(tally, each.title, each.able):
                errors[f"pour_{each.ref}"] = fault
    if errors:
        return errors
    before = words_of(held.values())
    for tally in new:
        tally.save()
    for tally in gone:
        tally.delete()
    after = words_of(tallies_of(row).values())
    if before != after:
        tell(row, "voix", before, after, by=by)
    return {}


def _shown(tally: Tally | None, column: str) -> str:
    return "" if tally is None else str(getattr(tally, column))


def _read(row: Counted) -> tuple[tuple[int, int, int] | None, str]:
    """The three counts, ``None`` when nothing was typed; what is wrong with them."""
    typed = [row.typed[name].strip() for name in COLUMNS]
    if not any(typed):
        return None, ""
    if any(text and not (text.isascii() and text.isdecimal() and len(text) <= _MOST) for text in typed):
        return None, typeset(f"{row.title} : écrivez des nombres entiers, ou rien.")
    first, second, third = (int(text or 0) for text in typed)
    return (first, second, third), ""
