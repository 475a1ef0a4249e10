"""What is found of a robust choice as JSON, and its witnesses in words."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from rebond.portfolio.robust.model import RobustProblem, RobustResult, Witness
from rebond.units import NO_BREAK_SPACE, format_number

SCHEMA = "robustesse-resultat/v1"
_LEAST_TOLD = Fraction(1, 200)
"""A weight that would be told as 0 % is left out of the words; JSON has them all."""


def result_as_data(result: RobustResult, problem: RobustProblem, *, title: str) -> dict[str, Any]:
    """Every project with its status and witnesses, the portfolios, the least regret."""
    regret = result.regret
    return {
        "schema": SCHEMA,
        "intitule": title,
        "definition": result.definition.value,
        "definition_en_mots": result.definition.sentence,
        "complet": result.complete,
        "nombre_non_dominees": len(result.portfolios) if result.counted else None,
        "poids_extremes": result.extreme_weights,
        "projets": [
            {
                "id": project,
                "statut": finding.status.value,
                "part_des_selections": None if finding.share is None else float(finding.share),
                "dedans": _witness(finding.inside, problem),
                "dehors": _witness(finding.outside, problem),
            }
            for project, finding in zip(problem.projects, result.findings, strict=True)
        ],
        "selections": [[problem.projects[p] for p in portfolio] for portfolio in result.portfolios],
        "moindre_regret": None
        if regret is None
        else {
            "selection": [problem.projects[p] for p in regret.portfolio],
            "regret": float(regret.most),
            "borne": regret.bound,
            "prouve": regret.proven,
        },
        "secondes": round(result.seconds, 3),
    }


def shares(weights: Sequence[int]) -> list[Fraction]:
    """Weights that add up to 1."""
    total = sum(weights)
    return [Fraction(weight, total) for weight in weights]


def _witness(witness: Witness | None, problem: RobustProblem) -> dict[str, Any] | None:
    if witness is None:
        return None
    found: dict[str, Any] = {
        "poids": None
        if witness.weights is None
        else {name: float(share) for name, share in zip(problem.criteria, shares(witness.weights), strict=True)},
        "selection": [problem.projects[p] for p in witness.portfolio],
    }
    if not problem.exact:
        marks = problem.best_marks_of(witness.portfolio)
        found["notes"] = {
            problem.projects[p]: {
                problem.criteria[c]: float(marks[p][c] * problem.unit)
                for c in range(len(problem.criteria))
                if problem.low[p][c] != problem.high[p][c]
            }
            for p in range(len(problem.projects))
            if problem.low[p] != problem.high[p]
        }
    return found


def witness_words(witness: Witness | None, problem: RobustProblem, names: Sequence[str], *, settled: bool) -> str:
    """The weights of a witness, the heaviest first; what is said of the marks when they are intervals."""
    if witness is None:
        return "jamais" if settled else "non établi"
    if witness.weights is None:
        return "sélection non dominée, sans poids trouvés qui la rendent la meilleure"
    told = sorted(zip(shares(witness.weights), names, strict=True), key=lambda pair: -pair[0])
    words = ", ".join(
        f"{name} {format_number(float(share) * 100)}{NO_BREAK_SPACE}%" for share, name in told if share >= _LEAST_TOLD
    )
    return words if problem.exact else f"{words} ; notes inconnues au plus haut pour les choisis, au plus bas ailleurs"


def completeness(result: RobustResult) -> str:
    """Whether all is settled, in one sentence."""
    if result.complete:
        return "Résultat complet : chaque statut est établi."
    return (
        "Résultat inachevé, temps écoulé : « limite » est établi par deux témoins ; « non établi » ne dit rien encore. "
        "Donner plus de temps (--time)."
    )
