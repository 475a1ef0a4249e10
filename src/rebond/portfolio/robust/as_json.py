"""What is found of a robust choice as JSON, and its witnesses in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from rebond.portfolio.robust.analysis import Entries, NoEntries, RobustAnalysis
from rebond.portfolio.robust.entries import Entry
from rebond.portfolio.robust.mission import CENTS, MissionRobustness
from rebond.portfolio.robust.model import RobustProblem, RobustResult, Status, Witness
from rebond.portfolio.robust.settle import MarkQuestion, OrderQuestion, Question
from rebond.units import NO_BREAK_SPACE, format_number

SCHEMA = "robustesse-resultat/v1"
MOST_SPANS = 20
"""Spans of amounts told for a project; their number is told in any case."""
_LEAST_TOLD = Fraction(1, 200)
"""A weight that would be told as 0 % is left out of the words; JSON has them all."""


def analysis_as_data(
    found: RobustAnalysis, *, title: str, names: Sequence[str], criteria: Sequence[str], grain: int = 1
) -> dict[str, Any]:
    """All that was found; ``names`` and ``criteria`` are their words, ``grain`` the units in one of the resource."""
    problem, result, regret, amounts = found.problem, found.result, found.result.regret, found.amounts
    edge = [p for p, finding in enumerate(result.findings) if finding.status is Status.BORDERLINE]
    return {
        "schema": SCHEMA,
        "intitule": title,
        "definition": result.definition.value,
        "definition_en_mots": result.definition.sentence,
        "complet": result.complete,
        "phrase": result.sentence,
        "nombre_non_dominees": len(result.portfolios) if result.counted else None,
        "poids_extremes": result.extreme_weights,
        "projets": [
            {
                "id": project,
                "statut": finding.status.value,
                "part_des_selections": None if finding.share is None else float(finding.share),
                "dedans": _witness(finding.inside, problem),
                "dehors": _witness(finding.outside, problem),
                "entree": None if amounts is None else _entry(amounts.projects[rank], grain),
            }
            for rank, (project, finding) in enumerate(zip(problem.projects, result.findings, strict=True))
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
        "par_membre": [
            {
                "nom": who,
                "statuts": {p: status.value for p, status in zip(problem.projects, statuses, strict=True)},
            }
            for who, statuses in found.members.items()
        ],
        "pour_trancher": [
            {
                "projet": problem.projects[project],
                "question": question_words(question, names, criteria),
                "reponses": [
                    {"si": answer, "statut": status.value}
                    for answer, status in zip(answer_words(question, problem), statuses, strict=True)
                ],
            }
            for project in edge
            for question, *statuses in found.settling.of(project)
        ],
        "questions_examinees": len(found.settling.examined),
        "questions_non_examinees": found.settling.left,
        "entrees": None
        if amounts is None
        else {
            "ressource": amounts.resource,
            "poids": {
                name: float(share) for name, share in zip(problem.criteria, shares(amounts.weights), strict=True)
            },
            "poids_donnes": amounts.agreed,
            "jusqu_a": None if amounts.up_to is None else amounts.up_to / grain,
        },
        "secondes": round(result.seconds, 3),
    }


def _entry(entry: Entry, grain: int) -> dict[str, Any]:
    return {
        "des": None if entry.first is None else entry.first / grain,
        "toujours_des": None if entry.steady is None else entry.steady / grain,
        "plages": [[low / grain, None if high is None else high / grain] for low, high in entry.spans[:MOST_SPANS]],
        "nombre_de_plages": len(entry.spans),
    }


def entries_words(found: Entries | NoEntries, criteria: Sequence[str]) -> str:
    """What the entry amounts rest on, in words; or why there are none."""
    if isinstance(found, NoEntries):
        return f"non calculés, {found.value}"
    if found.agreed:
        weights = "sous les poids de la mission"
    else:
        told = ", ".join(
            f"{name} {_percent(share)}" for name, share in zip(criteria, shares(found.weights), strict=True)
        )
        weights = f"sous les poids du milieu ({told})"
    return (
        f"le plus petit montant avec lequel le projet est dans la meilleure sélection, {weights}, notes inconnues au "
        "plus bas ; un projet peut sortir de nouveau quand un montant plus grand en fait tenir de meilleurs"
    )


def question_words(question: Question, names: Sequence[str], criteria: Sequence[str]) -> str:
    """What is to be asked, in words."""
    if isinstance(question, MarkQuestion):
        return f"la note « {criteria[question.criterion]} » de « {names[question.project]} »"
    if isinstance(question, OrderQuestion):
        return f"« {criteria[question.higher]} » pèse-t-il au moins autant que « {criteria[question.lower]} » ?"
    return f"« {criteria[question.criterion]} » pèse-t-il au moins {_percent(question.share)} ?"


def answer_words(question: Question, problem: RobustProblem) -> tuple[str, str]:
    """Its two answers, in words."""
    if isinstance(question, MarkQuestion):
        ends = (row[question.project][question.criterion] * problem.unit for row in (problem.low, problem.high))
        low, high = (format_number(float(end), 0 if end.denominator == 1 else 2) for end in ends)
        return low, high
    return "oui", "non"


def _percent(share: Fraction) -> str:
    decimals = 0 if (share * 100).denominator == 1 else 1
    return f"{format_number(float(share) * 100, decimals)}{NO_BREAK_SPACE}%"


def robustness_as_data(
    found: MissionRobustness, *, title: str, names: Sequence[str], called: Mapping[str, str]
) -> dict[str, Any]:
    """What is found of the candidates of a mission, with what each needs, who said what of the weights, remarks.

    ``called``: what the remarks call each project.
    """
    if found.analysis is None:
        empty = {"schema": SCHEMA, "intitule": title, "projets": [], **_remarks(found, called)}
        return {**empty, "echec": found.failure, "poids_dits": _said(found, {})}
    data = analysis_as_data(found.analysis, title=title, names=names, criteria=found.criterion_names, grain=CENTS)
    for row in data["projets"]:
        row["enveloppe_au_moins"] = float(found.needs[row["id"]])
    labels = dict(zip(found.problem.criteria, found.criterion_names, strict=True))
    return {
        **data,
        "criteres": labels,
        "poids_dits": _said(found, labels),
        "entrees_en_mots": entries_words(found.analysis.entries, found.criterion_names),
        **_remarks(found, called),
    }


def _remarks(found: MissionRobustness, called: Mapping[str, str]) -> dict[str, Any]:
    """In whole sentences, and with the references of their projects for who would call them otherwise."""
    return {
        "remarques": [each.told(called) for each in found.remarks],
        "remarques_par_projet": [{"texte": each.words, "projets": list(each.projects)} for each in found.remarks],
    }


def _said(found: MissionRobustness, labels: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"qui": each.who, "quoi": each.information.words(labels)} for each in found.opinions]


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
    """Whether all is settled, in one sentence, for who may give more time."""
    return result.sentence if result.complete else f"{result.sentence} Donner plus de temps (--time)."
