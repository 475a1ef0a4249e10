"""Who stands aside, as a sitting tells it, and what the study on the screen does not know of it yet."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from rebond.history import Kind
from rebond.restitution.editions import Recipient
from rebond.web.committee.marks import scores_of
from rebond.web.disclosure.disclosed import discreet_words
from rebond.web.journal.models import Entry
from rebond.web.missions.models import Mission
from rebond.web.portfolio.calls import ONE, CallShown
from rebond.web.portfolio.grids import call_grid
from rebond.web.portfolio.session import Line, lines_on_the_table
from rebond.web.portfolio.standing import Standing, standings

if TYPE_CHECKING:
    from rebond.web.accounts.models import User

_ELSEWHERE = "un projet qui n’est pas présenté au comité"
_CENT = Decimal("0.01")


def declared(
    lines: Iterable[Line], standing: Mapping[int, Standing], *, committee: Recipient | None = None
) -> list[str]:
    """Who stands aside for the firms on the table, and for which projects: one line a person and firm.

    ``committee``: as it reads it. A firm none of whose projects is put before it is not named, nor are they, code
    included: who stands aside would tell whose they are.
    """
    by_firm: dict[int, list[Line]] = {}
    for line in lines:
        if line.project.firm_id in standing:
            by_firm.setdefault(line.project.firm_id, []).append(line)
    told = []
    for firm, rows in by_firm.items():
        seen = [row.project for row in rows if committee is None or row.project.ref in (committee.presented or ())]
        titles = [project.title if committee is None else discreet_words(project.title, "")[0] for project in seen]
        what = f"{seen[0].firm.name} ({', '.join(titles)})" if seen else _ELSEWHERE
        told += [f"{name}, pour {what}" for name in standing[firm].names]
    return list(dict.fromkeys(told))


def declared_today(user: User, mission: Mission) -> list[str]:
    """The same, for the pilot who writes the sitting."""
    return declared(lines_on_the_table(user, mission), standings(user, mission))


def besides(typed: Sequence[str], told: Collection[str]) -> list[str]:
    """What was typed that is not declared already: what is declared is never kept twice, and can be lifted."""
    known = {_flat(each) for each in told}
    return [each for each in typed if _flat(each) not in known]


def _flat(text: str) -> str:
    return " ".join(text.split())


def left_since(mission: Mission) -> frozenset[str]:
    """References of the firms for which somebody stands aside, or no longer does, since the study; one query."""
    study = mission.current_study
    if study is None:
        return frozenset()
    since = Entry.objects.of(mission).filter(kind=Kind.RECUSAL.value, position__gt=study.journal_position)
    # Firm, assessor, number: neither of the last two holds a slash.
    return frozenset(ref.rsplit("/", 2)[0] for ref in since.order_by().values_list("ref", flat=True).distinct())


def values_without_marks(mission: Mission, lines: Sequence[Line], call: CallShown = ONE) -> Mapping[str, Decimal]:
    """What projects are worth by data alone, by reference: all that holds while who may mark them has changed."""
    top = call_grid(mission, call.name).top_score
    found = {}
    scores = scores_of(lines, call)
    for line in lines:
        if line.finding is not None:
            marked = sum(
                (each.weight * each.score for each in scores.get(line.project.ref, ()) if each.is_marked), Decimal(0)
            )
            found[line.project.ref] = max(Decimal(0), line.finding.score - (marked / top * 100)).quantize(_CENT)
    return found
