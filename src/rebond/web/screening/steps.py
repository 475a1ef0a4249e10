"""The form, step by step: what is asked first of every visitor; everything else is asked only when it matters."""

from __future__ import annotations

from dataclasses import dataclass

from rebond.dispositifs.catalogue import Catalogue
from rebond.eligibility.parse import COST_PREFIX
from rebond.web.screening.answers import ALL_COSTS, COMMUNE, SIREN, TOTAL, Answers
from rebond.web.screening.fields import Field, field_of

FIRM = (
    SIREN,
    "code_naf",
    "effectif",
    "taille_ue",
    "date_creation",
    "forme_juridique",
    "en_difficulte",
    "a_jour_obligations",
)
PROJECT = (COMMUNE, "type_projet", "travaux_commences", TOTAL)
OBJECTIVES = "objectifs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """The fields of the form, and the answers that it does not show but keeps."""

    firm: tuple[Field, ...]
    project: tuple[Field, ...]
    objectives: Field
    costs: tuple[Field, ...]
    all_costs: bool
    kept: tuple[tuple[str, str], ...]

    @property
    def faults(self) -> tuple[Field, ...]:
        """The fields that are wrong, in the order of the page."""
        return tuple(field for field in (*self.firm, *self.project, self.objectives, *self.costs) if field.error)

    @property
    def costs_open(self) -> bool:
        """Whether the costs are unfolded: something is written there."""
        return any(field.value or field.error for field in self.costs)

    @property
    def objectives_open(self) -> bool:
        """Whether the objectives are unfolded: one is ticked."""
        return any(choice.checked for choice in self.objectives.choices)


def steps_of(answers: Answers, catalogue: Catalogue) -> Steps:
    """The form with the answers already given; a wrong answer that has no place in it gets one under the project."""
    costs = tuple(COST_PREFIX + nature for nature in catalogue.natures)
    shown = {*FIRM, *PROJECT, OBJECTIVES, ALL_COSTS, *costs}
    wrong = tuple(name for name in answers.errors if name not in shown)
    return Steps(
        firm=tuple(field_of(name, answers, catalogue) for name in FIRM),
        project=tuple(field_of(name, answers, catalogue) for name in (*PROJECT, *wrong)),
        objectives=field_of(OBJECTIVES, answers, catalogue),
        costs=tuple(field_of(name, answers, catalogue) for name in costs),
        all_costs=ALL_COSTS in answers.written,
        kept=tuple(
            (name, value)
            for name, values in answers.written.items()
            if name not in shown and name not in wrong
            for value in values
        ),
    )
