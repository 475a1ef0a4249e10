"""The page « Robustesse de la sélection », from what the study stored: nothing is computed while someone waits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rebond.portfolio.robust.mission import PROJECTS
from rebond.units import NO_BREAK_SPACE, format_euros, format_number
from rebond.web.disclosure.disclosed import code_of
from rebond.web.missions.models import Mission
from rebond.web.portfolio.calls import CallShown, before
from rebond.web.projects.models import Project
from rebond.web.studies.models import ProjectFinding, Study

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from rebond.web.accounts.models import User

_LEAST_TOLD = 0.005
_STATUS = dict(ProjectFinding.Robustness.choices)


@dataclass(slots=True)
class Candidate:
    """A candidate of the call, with what is found of it in words."""

    finding: ProjectFinding
    share: str
    inside: str
    outside: str
    entry: str
    members: list[str]
    questions: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deciding:
    """A question, with the projects that one of its answers settles."""

    words: str
    answers: Sequence[tuple[str, str]]
    """Answer, and what it makes of the projects it settles."""


def counts_of(findings: Iterable[ProjectFinding]) -> list[tuple[str, str, int]]:
    """How many candidates stand where: code, words, number; those that are none are left out."""
    held = [finding.robustness for finding in findings if finding.robustness]
    return [(code, label, held.count(code)) for code, label in _STATUS.items() if code in held]


def candidates_of(
    user: User | AnonymousUser, mission: Mission, study: Study | None, data: Mapping[str, Any], call: CallShown
) -> list[Candidate]:
    """Each candidate of a call that the person may see, the safest first; one query. ``data``: its analysis."""
    rows = {row["id"]: row for row in data.get("projets", ())}
    findings = ProjectFinding.objects.visible_to(user).found_by(study).filter(project__ref__in=rows)
    order = list(_STATUS)
    found = [
        _candidate(before(finding, call) or finding, rows[finding.project.ref], data)
        for finding in findings.select_related("project__firm", "project__mission")
    ]
    return sorted(
        found,
        key=lambda each: (order.index(each.finding.robustness or order[-1]), -each.finding.score, each.finding.pk),
    )


def _candidate(finding: ProjectFinding, row: Mapping[str, Any], data: Mapping[str, Any]) -> Candidate:
    ref, share = finding.project.ref, row["part_des_selections"]
    settled = row["statut"] != ProjectFinding.Robustness.OPEN
    return Candidate(
        finding=finding,
        share="" if share is None else _percent(share),
        inside=_witness(row["dedans"], data, settled=settled),
        outside=_witness(row["dehors"], data, settled=settled),
        entry=_entry(row["entree"]),
        members=[_STATUS[member["statuts"][ref]] for member in data.get("par_membre", ())],
        questions=[
            (each["question"], " ; ".join(f"{a['si']} : {_STATUS[a['statut']].lower()}" for a in each["reponses"]))
            for each in data.get("pour_trancher", ())
            if each["projet"] == ref
        ],
    )


def _witness(witness: Mapping[str, Any] | None, data: Mapping[str, Any], *, settled: bool) -> str:
    """Weights under which it is so, the heaviest first."""
    if witness is None:
        return "jamais, quels que soient les poids" if settled else "non établi"
    if witness["poids"] is None:
        return "sélection non dominée, sans poids trouvés qui la rendent la meilleure"
    told = sorted(witness["poids"].items(), key=lambda pair: -pair[1])
    words = ", ".join(f"{data['criteres'].get(code, code)} {_percent(w)}" for code, w in told if w >= _LEAST_TOLD)
    return f"{words} ; notes inconnues au plus favorable" if "notes" in witness else words


def _entry(entry: Mapping[str, Any] | None) -> str:
    """From which amounts of the envelope it is in the best selection."""
    if entry is None:
        return "non calculé"
    if entry["des"] is None:
        return "jamais"
    first = format_euros(Decimal(str(entry["des"])))
    if entry["toujours_des"] is None:
        return f"dès {first}"
    steady = format_euros(Decimal(str(entry["toujours_des"])))
    return f"toujours dès {first}" if steady == first else f"dès {first}, toujours dès {steady}"


def deciding(data: Mapping[str, Any], titles: Mapping[str, str]) -> list[Deciding]:
    """The questions, those that settle most projects first."""
    asked: dict[str, dict[str, dict[str, list[str]]]] = {}
    for each in data.get("pour_trancher", ()):
        if each["projet"] not in titles:
            continue
        for answer in each["reponses"]:
            by_status = asked.setdefault(each["question"], {}).setdefault(answer["si"], {})
            if answer["statut"] in (ProjectFinding.Robustness.CORE, ProjectFinding.Robustness.EXTERIOR):
                by_status.setdefault(_STATUS[answer["statut"]].lower(), []).append(titles[each["projet"]])
    found = [
        (
            sum(len(names) for answers in by_answer.values() for names in answers.values()),
            Deciding(
                words=f"{question[0].upper()}{question[1:]}",
                answers=[
                    (answer, " ; ".join(f"{', '.join(names)} : {status}" for status, names in by_status.items()))
                    for answer, by_status in by_answer.items()
                ],
            ),
        )
        for question, by_answer in asked.items()
    ]
    return [each for _, each in sorted(found, key=lambda pair: -pair[0])]


def remarks_of(
    user: User | AnonymousUser, mission: Mission, data: Mapping[str, Any], candidates: Iterable[Candidate]
) -> list[list[tuple[str, str]]]:
    """The remarks as pieces of text, each with where it leads: a project is called by its title and leads to its sheet.

    One that the person may not read is called by its code. A study of before kept whole sentences only. One query for
    the projects that are no candidates.
    """
    kept = data.get("remarques_par_projet")
    if kept is None:
        return [[(each, "")] for each in data.get("remarques", ())]
    named = {ref for each in kept for ref in each["projets"]}
    seen = {each.finding.project.ref: each.finding.project for each in candidates}
    others = named - seen.keys()
    if others:
        readable = Project.objects.visible_to(user).of(mission).filter(ref__in=others)
        seen |= {project.ref: project for project in readable.select_related("mission")}
    called = {ref: (project.title, project.get_absolute_url()) for ref, project in seen.items()}
    if veiled := named - called.keys():
        rows = Project.ever.of(mission).filter(ref__in=veiled)
        called |= {project.ref: (f"projet {code_of(project).upper()}", "") for project in rows}
    return [list(_pieces(each["texte"], [called.get(ref, (ref, "")) for ref in each["projets"]])) for each in kept]


def _pieces(words: str, projects: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    before, _, after = words.partition(PROJECTS)
    yield before, ""
    for rank, project in enumerate(projects):
        if rank:
            yield ", ", ""
        yield project
    yield after, ""


def regret_words(data: Mapping[str, Any], titles: Mapping[str, str]) -> tuple[list[tuple[str, str]], str]:
    """The portfolio of least regret, reference and title of each project, and how sure it is."""
    regret = data.get("moindre_regret")
    if not regret:
        return [], ""
    most = format_number(regret["regret"], 2)
    proof = "prouvé" if regret["prouve"] else f"non prouvé, au mieux {format_number(regret['borne'], 2)}"
    words = f"Au pire, elle perd {most} sur la note pondérée (somme des projets) face à la meilleure ({proof})."
    return [(ref, titles[ref]) for ref in regret["selection"] if ref in titles], words


def _percent(share: float) -> str:
    return f"{format_number(share * 100)}{NO_BREAK_SPACE}%"
