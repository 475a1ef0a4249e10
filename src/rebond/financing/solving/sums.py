"""What several families of rules compare with a limit: aid of the past, the room that it leaves, aid by regime."""

from __future__ import annotations

from rebond.financing.problem.model import Line, ProjectProblem
from rebond.financing.solving.variables import Use, Variables, is_aid
from rebond.regimes.model import RegimeKind


def by_regime(variables: Variables, project: ProjectProblem) -> dict[str, list[Use]]:
    """The project's aid by exempted regime."""
    groups: dict[str, list[Use]] = {}
    for use in variables.of_project(project):
        if use.basis.kind is RegimeKind.EXEMPTION and is_aid(use):
            groups.setdefault(use.basis.regime, []).append(use)
    return groups


def already_granted(project: ProjectProblem, line: str, *, regime: str = "", aid_only: bool = False) -> float:
    """What is already obtained on a line: euros of support; or the equivalent of State aid, or of one regime's."""
    return sum(
        float(granted.aid if regime or aid_only else granted.euros)
        for granted in project.granted
        if granted.line == line
        and (not regime or granted.regime == regime)
        and (not aid_only or granted.kind is not RegimeKind.NO_AID)
    )


def room_left(rate: float, line: Line, already: float) -> float:
    """Euros that a rate of a line leaves after what it already received; never below zero."""
    return max(0.0, rate * float(line.amount) - already)
