"""Participatory budgets in the format of Pabulib (``.pb``): the set of projects that voters approve most, affordable.

Stolicki, Szufa and Talmon, « Pabulib: A Participatory Budgeting Library », arXiv:2012.06539. The value of a project is
the number of ballots that name it, or the points that they give it; a selection is worth the sum over its projects.
"""

from __future__ import annotations

import csv
import enum
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path

from rebond.data.limits import is_sane_number
from rebond.data.texts import read_text
from rebond.errors import DataError, Fault
from rebond.portfolio.choosing.instance import Instance, Limit
from rebond.units import agreed

MOST_BYTES = 300_000_000
_SECTIONS = ("META", "PROJECTS", "VOTES")
_HEADS = {"META": ("key", "value"), "PROJECTS": ("project_id", "cost"), "VOTES": ("voter_id", "vote")}
_FORMAT = "format Pabulib : les sections META, PROJECTS et VOTES, chacune avec sa ligne d'en-tête, séparées par « ; »"
_APPROVAL = "approval"
_WITHOUT_POINTS = ("approval", "choose-1")
_ORDINAL = "ordinal"


class Utility(enum.StrEnum):
    """What a project is worth to a ballot that names it."""

    APPROVAL = "approbation"
    POINTS = "points"


@dataclass(slots=True)
class _Section:
    head: list[str] = field(default_factory=list)
    line: int = 0
    rows: list[tuple[int, list[str]]] = field(default_factory=list)


def load_pabulib(path: Path, *, utility: Utility = Utility.APPROVAL) -> Instance:
    """The projects, votes and budget of a file; raises ``DataError`` with every fault, each with its line."""
    return parse_pabulib(read_text(path, most=MOST_BYTES), name=path.name, utility=utility)


def parse_pabulib(text: str, *, name: str, utility: Utility = Utility.APPROVAL) -> Instance:
    """What a text holds."""
    faults: list[Fault] = []
    sections = _sections(text, name, faults)
    if faults:
        raise DataError(faults)
    meta = {row[0].strip().lower(): (line, row[1].strip()) for line, row in sections["META"].rows if len(row) > 1}
    budget = _budget(meta, sections["META"], name, faults)
    costs, told = _projects(sections["PROJECTS"], name, faults)
    ballots = list(_ballots(sections["VOTES"], costs, name, faults))
    votes = Counter(project for _, _, ballot in ballots for project in ballot)
    kind = meta.get("vote_type", (0, _APPROVAL))[1].lower()
    values = {project: Decimal(votes[project]) for project in costs}
    if utility is Utility.POINTS and kind not in _WITHOUT_POINTS:
        values = _points(sections["VOTES"], ballots, costs, kind, meta, name, faults)
    if faults:
        raise DataError(faults)
    return Instance(
        name=meta.get("description", (0, name))[1],
        items=tuple(costs),
        values=tuple(values[project] for project in costs),
        limits=(Limit(name="budget", used=tuple(costs.values()), room=budget),),
        remarks=tuple(_remarks(kind, votes, told, utility)),
    )


def _sections(text: str, name: str, faults: list[Fault]) -> dict[str, _Section]:
    found: dict[str, _Section] = {}
    current: _Section | None = None
    for line, raw in enumerate(text.splitlines(), start=1):
        row = _cells(raw, name, line)
        word = row[0].strip().upper() if row else ""
        if word in _SECTIONS and not any(cell.strip() for cell in row[1:]):
            if word in found:
                faults.append(_fault(name, line, word, "section en double", "garder une seule section de ce nom"))
            current = found.setdefault(word, _Section())
        elif any(cell.strip() for cell in row):
            if current is None:
                faults.append(_fault(name, line, row[0], "ligne avant la première section", _FORMAT))
                break
            if not current.head:
                current.head, current.line = [cell.strip().lower() for cell in row], line
            else:
                current.rows.append((line, row))
    for section, heads in _HEADS.items():
        if section not in found:
            faults.append(Fault(where=name, problem=f"section {section} absente", mend=_FORMAT))
            continue
        for head in heads:
            if head not in found[section].head and not (section == "META" and found[section].head):
                where = max(1, found[section].line)
                faults.append(_fault(name, where, "", f"section {section} : colonne « {head} » absente", _FORMAT))
    return found


def _cells(raw: str, name: str, line: int) -> list[str]:
    """The cells of a line, read on its own: a quotation mark that nothing closes swallows no other line."""
    try:
        return next(csv.reader([raw], delimiter=";"), [])
    except csv.Error as error:
        mend = "corriger la ligne ; " + _FORMAT
        raise DataError([_fault(name, line, "", "ligne illisible, ou cellule trop longue", mend)]) from error


def _budget(meta: Mapping[str, tuple[int, str]], section: _Section, name: str, faults: list[Fault]) -> Decimal:
    if "budget" not in meta:
        faults.append(
            _fault(name, section.line, "", "META : clé « budget » absente", "ajouter la ligne budget;montant")
        )
        return Decimal(0)
    line, raw = meta["budget"]
    return _amount(raw, name, line, "budget", faults)


def _amount(raw: str, name: str, line: int, what: str, faults: list[Fault]) -> Decimal:
    try:
        value = Decimal(raw.strip().replace(",", "."))
    except InvalidOperation:
        value = Decimal("nan")
    if value.is_finite() and value >= 0 and is_sane_number(value):
        return value
    faults.append(_fault(name, line, raw, f"{what} : ce n'est pas un montant", "donner un nombre positif ou nul"))
    return Decimal(0)


def _projects(section: _Section, name: str, faults: list[Fault]) -> tuple[dict[str, Decimal], dict[str, str]]:
    """Costs, and the number of votes that the file gives, by project."""
    at = {head: rank for rank, head in enumerate(section.head)}
    costs: dict[str, Decimal] = {}
    told: dict[str, str] = {}
    for line, row in section.rows:
        if len(row) <= max(at["project_id"], at["cost"]):
            faults.append(_fault(name, line, ";".join(row), "projet sans identifiant ou sans coût", _FORMAT))
            continue
        project = row[at["project_id"]].strip()
        if not project:
            faults.append(_fault(name, line, "", "projet sans identifiant", "lui en donner un"))
        elif project in costs:
            faults.append(_fault(name, line, project, "projet en double", "garder une seule ligne par projet"))
        costs[project] = _amount(row[at["cost"]], name, line, f"coût du projet {project}", faults)
        if "votes" in at and len(row) > at["votes"]:
            told[project] = row[at["votes"]].strip()
    if not section.rows:
        faults.append(_fault(name, section.line, "", "aucun projet", "donner au moins un projet"))
    return costs, told


_Ballot = tuple[int, list[str], list[str]]
"""Line, its cells, the projects that it names, each once."""


def _ballots(section: _Section, costs: Mapping[str, Decimal], name: str, faults: list[Fault]) -> Iterator[_Ballot]:
    """A ballot counts once for a project, however often it names it."""
    at = section.head.index("vote")
    for line, row in section.rows:
        words = (word.strip() for word in row[at].split(",")) if len(row) > at else ()
        ballot = list(dict.fromkeys(word for word in words if word))
        for project in ballot:
            if project not in costs:
                mend = "corriger l'identifiant, ou ajouter le projet"
                faults.append(_fault(name, line, project, "bulletin pour un projet absent de PROJECTS", mend))
        yield line, row, ballot


def _points(
    section: _Section,
    ballots: list[_Ballot],
    costs: Mapping[str, Decimal],
    kind: str,
    meta: Mapping[str, tuple[int, str]],
    name: str,
    faults: list[Fault],
) -> dict[str, Decimal]:
    """The points that ballots give each project; by Borda for ranks: as many as places left, of the longest ballot."""
    worth = dict.fromkeys(costs, Decimal(0))
    if "points" not in section.head:
        if kind != _ORDINAL:
            mend = "ajouter la colonne, ou demander « --utilite approbation »"
            faults.append(_fault(name, section.line, "", f"scrutin « {kind} » sans colonne « points »", mend))
            return worth
        longest = max((len(ballot) for _, _, ballot in ballots), default=0)
        said = meta.get("max_length", (0, ""))[1]
        places = max(longest, int(said)) if said.isdecimal() and int(said) <= len(costs) else longest
        for _, _, ballot in ballots:
            for rank, project in enumerate(ballot):
                worth[project] = worth.get(project, Decimal(0)) + places - rank
        return worth
    at = section.head.index("points")
    given_to_others = _number(meta.get("default_score", (0, "0"))[1]) or Decimal(0)
    for line, row, ballot in ballots:
        given = [_number(cell) for cell in row[at].split(",") if cell.strip()] if len(row) > at else []
        if len(given) != len(ballot) or None in given:
            told = row[at] if len(row) > at else ""
            problem = "les points ne sont pas un nombre par projet nommé"
            faults.append(_fault(name, line, told, problem, f"{len(ballot)} attendus, séparés par des virgules"))
            continue
        for project, points in zip(ballot, given, strict=True):
            worth[project] = worth.get(project, Decimal(0)) + (points or Decimal(0)) - given_to_others
    return {project: points + given_to_others * len(ballots) for project, points in worth.items()}


def _number(raw: str) -> Decimal | None:
    """Points may be negative, and lacking where a file says nothing."""
    try:
        value = Decimal(raw.strip())
    except InvalidOperation:
        return None
    return value if value.is_finite() and is_sane_number(value) else None


def _remarks(kind: str, votes: Counter[str], told: Mapping[str, str], utility: Utility) -> Iterator[str]:
    if kind not in _WITHOUT_POINTS:
        if utility is Utility.APPROVAL:
            yield f"scrutin « {kind} » : chaque projet nommé dans un bulletin compte comme approuvé"
        else:
            yield "utilité : les points des bulletins" if kind != _ORDINAL else "utilité : points de Borda des rangs"
    differ = sum(1 for project, number in told.items() if number.isdigit() and int(number) != votes[project])
    if differ:
        words = f"{differ} {agreed('projets', differ)}"
        yield f"{words} : la colonne « votes » ne dit pas le nombre de bulletins, ce sont les bulletins qui comptent"


def _fault(name: str, line: int, found: str, problem: str, mend: str) -> Fault:
    return Fault(where=f"{name}, ligne {line}", found=found, problem=problem, mend=mend)
