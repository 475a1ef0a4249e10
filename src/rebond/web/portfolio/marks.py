"""The assessors' marks of a project with their reasons, and the level of maturity that people impose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from rebond import facts as core
from rebond.facts import UNKNOWN, AssessorScore
from rebond.web.catalogue.reading import maturity_grid, selection_grid
from rebond.web.editing.decided import fault_of_reason

LONGEST_REASON = 2000
MARK, REASON, LEVEL, LEVEL_REASON = "note_", "motif_note_", "niveau_impose", "motif_niveau"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One criterion of the form."""

    code: str
    label: str
    mark: str
    reason: str
    mark_error: str = ""
    reason_error: str = ""


@dataclass(slots=True)
class Sent:
    """What the form shows and what is wrong in it; ``project`` once nothing is."""

    typed: Mapping[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    project: core.Project | None = None

    @property
    def rows(self) -> list[Row]:
        """The criteria that people mark."""
        return [
            Row(
                code=code,
                label=label,
                mark=self.typed.get(f"{MARK}{code}", ""),
                reason=self.typed.get(f"{REASON}{code}", ""),
                mark_error=self.errors.get(f"{MARK}{code}", ""),
                reason_error=self.errors.get(f"{REASON}{code}", ""),
            )
            for code, label in marked_criteria()
        ]


def marked_criteria() -> list[tuple[str, str]]:
    """Code and label of the criteria that assessors mark: the others are computed."""
    return [(each.code, each.label) for each in selection_grid().criteria if each.computed == "note"]


def shown(project: core.Project) -> Sent:
    """The form of what is held."""
    marks = {each.criterion: each for each in project.scores}
    typed = {f"{MARK}{code}": str(mark.score) for code, mark in marks.items()}
    typed |= {f"{REASON}{code}": mark.reason for code, mark in marks.items()}
    if project.maturity_override is not UNKNOWN:
        typed[LEVEL] = project.maturity_override
    return Sent(typed=typed | {LEVEL_REASON: project.maturity_reason})


def read_marks(sent: Mapping[str, str], held: core.Project) -> Sent:
    """The project with the marks and level of a form, or every fault at once.

    A mark that changes needs its reason; one recorded before reasons were asked for may stay as it is.
    """
    found = Sent(typed=dict(sent))
    before = {each.criterion: each for each in held.scores}
    criteria = [code for code, _ in marked_criteria()]
    given = {code: mark for code in criteria if (mark := _mark(code, sent, before.get(code), found)) is not None}
    order = [each.criterion for each in held.scores] + [code for code in criteria if code not in before]
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
    if not found.errors:
        kept = {**{code: mark for code, mark in before.items() if code not in criteria}, **given}
        found.project = replace(
            held,
            scores=tuple(kept[code] for code in order if code in kept),
            maturity_override=level or UNKNOWN,
            maturity_reason=reason,
        )
    return found


def _mark(code: str, sent: Mapping[str, str], before: AssessorScore | None, found: Sent) -> AssessorScore | None:
    text, reason = sent.get(f"{MARK}{code}", "").strip(), sent.get(f"{REASON}{code}", "").strip()
    if not text:
        if reason:
            found.errors[f"{MARK}{code}"] = "Un motif sans note : donnez la note, ou effacez le motif."
        return None
    top = selection_grid().top_score
    if text not in {str(mark) for mark in range(top + 1)}:
        found.errors[f"{MARK}{code}"] = f"Choisissez une note de 0 à {top}, ou « pas de note »."
        return None
    mark = AssessorScore(criterion=code, score=int(text), reason=reason)
    if mark != before and not reason:
        found.errors[f"{REASON}{code}"] = "Écrivez pourquoi cette note."
    elif fault := fault_of_reason(reason, most=LONGEST_REASON):
        found.errors[f"{REASON}{code}"] = fault
    return mark
