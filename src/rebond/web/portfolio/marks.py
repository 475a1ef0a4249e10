"""One assessor's marks of a project with their reasons, and the level of maturity that the pilot imposes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from rebond import facts as core
from rebond.facts import UNKNOWN
from rebond.history import Kind
from rebond.history.changes import reference_of
from rebond.web.catalogue.reading import maturity_grid
from rebond.web.editing.decided import fault_of_reason
from rebond.web.portfolio.given import Given
from rebond.web.projects.models import Project

LONGEST_REASON = 2000
MARK, REASON, LEVEL, LEVEL_REASON = "note_", "motif_note_", "niveau_impose", "motif_niveau"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One criterion of the form."""

    given: Given
    mark: str
    reason: str
    mark_error: str = ""
    reason_error: str = ""

    @property
    def code(self) -> str:
        """Code of the criterion."""
        return self.given.criterion.code

    @property
    def choices(self) -> list[tuple[str, str]]:
        """Each mark with what it means."""
        return [(str(mark), anchor) for mark, anchor in enumerate(self.given.criterion.anchors)]


@dataclass(slots=True)
class Sent:
    """What the form shows and what is wrong in it; ``rows`` once nothing is."""

    typed: Mapping[str, str]
    given: Sequence[Given]
    errors: dict[str, str] = field(default_factory=dict)
    wanted: dict[tuple[Kind, str], core.Mark | core.Project] | None = None

    @property
    def rows(self) -> list[Row]:
        """The criteria that people mark."""
        return [
            Row(
                given=each,
                mark=self.typed.get(f"{MARK}{each.criterion.code}", ""),
                reason=self.typed.get(f"{REASON}{each.criterion.code}", ""),
                mark_error=self.errors.get(f"{MARK}{each.criterion.code}", ""),
                reason_error=self.errors.get(f"{REASON}{each.criterion.code}", ""),
            )
            for each in self.given
        ]


def shown(project: Project, given: Sequence[Given]) -> Sent:
    """The form of what this person gave, and of the level that is imposed."""
    typed = {}
    for each in given:
        if each.mine is not None:
            typed[f"{MARK}{each.criterion.code}"] = "" if each.mine.score is None else str(each.mine.score)
            typed[f"{REASON}{each.criterion.code}"] = each.mine.reason
    if project.imposed_maturity is not None:
        typed[LEVEL] = project.imposed_maturity
    return Sent(typed=typed | {LEVEL_REASON: project.imposed_reason}, given=given)


def read_marks(  # what was sent, on what, by whom and when
    sent: Mapping[str, str],
    held: core.Project,
    given: Sequence[Given],
    *,
    assessor: str,
    on: date,
    numbers: Mapping[str, int],
    levels: bool,
) -> Sent:
    """The marks that a form adds, with the level it imposes, or every fault at once.

    A mark that stays as it was is none. ``numbers``: criterion → how far this assessor's marks are numbered;
    ``levels``: whether this person imposes the level too.
    """
    found = Sent(typed=dict(sent), given=given)
    marks = []
    for each in given:
        said = _mark(each, sent, found)
        if said is not None:
            score, reason = said
            code = each.criterion.code
            number = numbers.get(code, 0) + 1
            marks.append(
                core.Mark(
                    project_id=held.id,
                    criterion=code,
                    assessor=assessor,
                    number=number,
                    score=score,
                    reason=reason,
                    on=on,
                )
            )
    project = _with_level(sent, held, found) if levels else held
    if not found.errors:
        found.wanted = {(Kind.MARK, reference_of(Kind.MARK, mark)): mark for mark in marks}
        if project != held:
            found.wanted[Kind.PROJECT, held.id] = project
    return found


def _mark(each: Given, sent: Mapping[str, str], found: Sent) -> tuple[core.Maybe[int], str] | None:
    """The mark and the reason that a form adds on a criterion; ``None`` for none."""
    code, top = each.criterion.code, each.top
    text, reason = sent.get(f"{MARK}{code}", "").strip(), sent.get(f"{REASON}{code}", "").strip()
    score: core.Maybe[int] = int(text) if text in {str(mark) for mark in range(top + 1)} else UNKNOWN
    if text and score is UNKNOWN:
        found.errors[f"{MARK}{code}"] = f"Choisissez une note de 0 à {top}, ou « pas de note »."
        return None
    before = each.mine
    if before is None:
        if score is UNKNOWN:
            if reason:
                found.errors[f"{MARK}{code}"] = "Un motif sans note : donnez la note, ou effacez le motif."
            return None
    elif (score, reason) == (UNKNOWN if before.score is None else before.score, before.reason):
        return None
    if fault := fault_of_reason(reason, "Écrivez pourquoi cette note.", most=LONGEST_REASON):
        found.errors[f"{REASON}{code}"] = fault
        return None
    if before is not None and score is UNKNOWN and reason == before.reason:
        found.errors[f"{REASON}{code}"] = "Écrivez pourquoi vous reprenez cette note."
        return None
    return score, reason


def _with_level(sent: Mapping[str, str], held: core.Project, found: Sent) -> core.Project:
    level = sent.get(LEVEL, "").strip()
    reason = sent.get(LEVEL_REASON, "").strip()
    if level and level not in {each.code for each in maturity_grid().levels}:
        found.errors[LEVEL] = "Choisissez un niveau de la grille, ou « niveau calculé »."
    elif level and not reason:
        found.errors[LEVEL_REASON] = "Écrivez pourquoi le niveau calculé ne convient pas."
    elif reason and not level:
        found.errors[LEVEL_REASON] = "Aucun niveau n’est imposé : choisissez-en un, ou effacez le motif."
    elif fault := fault_of_reason(reason, most=LONGEST_REASON):
        found.errors[LEVEL_REASON] = fault
    return replace(held, maturity_override=level or UNKNOWN, maturity_reason=reason)
