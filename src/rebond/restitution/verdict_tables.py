"""The verdicts of a mission with each text said once: a table of criteria and answers by dispositif.

A mission judges every project on every dispositif: the same criteria come back for each project, and most of their
answers too. A verdict names its answers by their rank in the table of its dispositif.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias

from rebond.eligibility.verdict import Verdict
from rebond.results import MissionResult, ProjectResult

_Criterion: TypeAlias = tuple[str, str, bool]
"""What is expected, its source, whether a person has to confirm it."""
_Answer: TypeAlias = tuple[int, str, str, str]
"""Rank of the criterion, truth, what was observed, what would change a refusal."""


@dataclass(frozen=True, slots=True)
class _Table:
    """Criteria and answers of one dispositif → their rank, in the order in which the projects meet them."""

    criteria: dict[_Criterion, int] = field(default_factory=dict)
    answers: dict[_Answer, int] = field(default_factory=dict)

    def ranks(self, verdict: Verdict) -> list[int]:
        """The ranks of the answers of a verdict, criterion by criterion; new ones take the next rank."""
        found: list[int] = []
        for reason in verdict.reasons:
            criterion = (reason.expected, reason.source, reason.to_confirm)
            rank = self.criteria.setdefault(criterion, len(self.criteria))
            answer = (rank, reason.truth.value, reason.observed, reason.change)
            found.append(self.answers.setdefault(answer, len(self.answers)))
        return found


class VerdictTables:
    """Every verdict of a mission, and what the verdicts say in common."""

    def __init__(self, result: MissionResult) -> None:
        self._titles = result.labels.dispositifs
        self._tables: dict[str, _Table] = {}
        self._verdicts = {project.project.id: self._verdicts_of(project) for project in result.projects}

    def _verdicts_of(self, project: ProjectResult) -> list[dict[str, Any]]:
        return [
            {
                "dispositif": verdict.dispositif,
                "verdict": verdict.truth.value,
                "manque": list(verdict.missing),
                "raisons": self._tables.setdefault(verdict.dispositif, _Table()).ranks(verdict),
            }
            for verdict in project.verdicts
        ]

    def verdicts_as_data(self, project: ProjectResult) -> list[dict[str, Any]]:
        """The verdicts of one project; ``raisons`` are ranks among the answers of the dispositif."""
        return self._verdicts[project.project.id]

    def as_data(self) -> dict[str, Any]:
        """Dispositif → its title, its criteria, the answers that the projects of the mission gave to them."""
        return {
            dispositif: {
                "intitule": self._titles.get(dispositif, dispositif),
                "criteres": [
                    {"attendu": expected, "source": source, "a_confirmer": to_confirm}
                    for expected, source, to_confirm in table.criteria
                ],
                "reponses": [
                    {"critere": rank, "verdict": truth, "constate": observed, "changer": change}
                    for rank, truth, observed, change in table.answers
                ],
            }
            for dispositif, table in sorted(self._tables.items())
        }
