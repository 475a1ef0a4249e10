"""The projects of a mission as sheets for one reader: what the declaration gives of each, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from rebond.facts import UNKNOWN
from rebond.restitution.audiences import audiences
from rebond.restitution.code_names import UNNAMED
from rebond.restitution.contents import Document, Paragraph, Quote, Section, Table, plain
from rebond.restitution.editions import Edition, Recipient, edition_of
from rebond.restitution.typography import french_date
from rebond.results import MissionResult, ProjectResult
from rebond.units import format_euros

_ESSENTIALS = "L'essentiel"
_SECOND = {"minutes": "Notes de l'entretien", "ways_out": "Suite"}
"""Datum in several lines → the head of its second column; the others are amounts."""

Told: TypeAlias = str | tuple[tuple[str, str], ...]
"""A text, or labels with texts."""
VEILED = "Nom de code : ce qui ferait reconnaître l'entreprise n'est pas communiqué."
NOTHING = "Aucun projet ne vous est adressé."
_TOGETHER = "Projets sous un nom de code"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectSheet:
    """A project as a reader is given it; ``told`` by datum, in the order of the declaration."""

    name: str
    named: bool
    told: Mapping[str, Told]

    @property
    def lines(self) -> tuple[tuple[str, str, str], ...]:
        """Datum, label and text, one line each."""
        data = audiences().data
        return tuple(
            (data[key].title, label, text)
            for key, told in self.told.items()
            if key != "name"
            for label, text in (told if isinstance(told, tuple) else (("", told),))
        )


def project_sheets(result: MissionResult, recipient: Recipient) -> tuple[ProjectSheet, ...]:
    """The sheets of every project that a reader is given at all."""
    given = edition_of(result, recipient)
    found = [
        _sheet(given, p, recipient)
        for p in given.projects
        # An accompaniment that is confidential is counted in the report; it has no sheet.
        if p.project.id not in given.veiled or p.firm.name == UNNAMED
    ]
    return tuple(found) if recipient.edition is not Edition.PRESS else ()


def _sheet(result: MissionResult, p: ProjectResult, recipient: Recipient) -> ProjectSheet:
    named = p.project.id not in result.veiled
    told = _named(result, p) if named else {"name": p.project.title, "cost": result.veiled[p.project.id]}
    if recipient.edition is not Edition.TEAM:
        given = audiences().given(told, recipient.reader, named=named)
        told = {"name": told["name"], **given}
    ordered = {key: told[key] for key in audiences().data if told.get(key)}
    return ProjectSheet(name=p.project.title, named=named, told=ordered)


def _named(result: MissionResult, p: ProjectResult) -> dict[str, Any]:
    """All that there is to tell of a project."""
    project, labels = p.project, result.labels
    decisions = {each.project_id: each for each in result.census.decisions}
    decided = decisions.get(project.id)
    asked: dict[str, int] = {}
    for line in p.plan.lines:
        title = labels.dispositifs.get(line.dispositif, line.dispositif)
        asked[title] = asked.get(title, 0) + line.amount
    return {
        "name": project.title,
        "firm": p.firm.name,
        "place": p.commune.name if p.commune else "",
        "kind": "" if project.kind is UNKNOWN else audiences().kinds.get(project.kind, project.kind),
        "cost": format_euros(project.total_cost) if project.costs else "inconnu",
        "description": project.description,
        "jobs": "inconnu" if project.jobs_created is UNKNOWN else str(project.jobs_created),
        "lines": tuple(
            (line.label or labels.natures.get(line.nature, line.nature), format_euros(line.amount))
            for line in project.costs
        ),
        "support": tuple((state.label, format_euros(amount)) for state, amount in p.stack.levels()),
        "asked": tuple((title, format_euros(amount)) for title, amount in asked.items()),
        "decision": decided.outcome.label if decided else "",
        "minutes": tuple(
            (french_date(each.held_on), each.minutes)
            for each in result.census.interviews
            if each.firm_id == p.firm.id and each.minutes
        ),
        "ways_out": tuple((result.organisation_name(r.organisation), r.kind.label) for r in p.referrals),
    }


def collect_sheets(
    sheets: Sequence[ProjectSheet],
    *,
    title: str,
    subtitle: str,
    place: str,
    dated: date,
    fictitious: bool,
    front: Sequence[Section] = (),
) -> Document:
    """The sheets as a document, one section each; ``front``: what comes before them, such as what is sent with them."""
    return Document(
        title=title,
        subtitle=subtitle,
        place=place,
        dated=dated,
        fictitious=fictitious,
        draft=False,
        sections=(*front, *_sections(sheets)),
    )


def _sections(sheets: Sequence[ProjectSheet]) -> Iterable[Section]:
    if not sheets:
        yield Section(title="Projets", anchor="projets", blocks=(Paragraph(text=plain(NOTHING)),))
    veiled = [sheet for sheet in sheets if not sheet.named]
    # A page each for the two lines that are told of them: eleven pages that nobody turns.
    apart = veiled if len(veiled) > 1 else []
    for rank, sheet in enumerate((each for each in sheets if each not in apart), start=1):
        note = () if sheet.named else (Paragraph(text=plain(VEILED)),)
        blocks = (*note, *_essentials(sheet), *_lists(sheet))
        yield Section(title=sheet.name, anchor=f"fiche-{rank}", blocks=blocks, in_columns=True)
    if apart:
        rows = tuple(((Quote(text=each.name),), (Quote(text=_in_short(each)),)) for each in apart)
        table = Table(caption=_TOGETHER, header=("Projet", "Ce qui est communiqué"), rows=rows, shares=(0.3, 0.7))
        yield Section(title=_TOGETHER, anchor="noms-de-code", blocks=(Paragraph(text=plain(VEILED)), table))


def _in_short(sheet: ProjectSheet) -> str:
    """All that is told of a project under a code name, a line a datum."""
    data = audiences().data
    told = [
        f"{label or data[key].title} : {text}"
        for key, value in sheet.told.items()
        if key != "name"
        for label, text in (value if isinstance(value, tuple) else (("", value),))
    ]
    return "\n".join(told) or "rien d'autre"


def _essentials(sheet: ProjectSheet) -> Iterable[Table]:
    """What is told in a few words: one line a datum."""
    data = audiences().data
    rows = tuple(
        ((Quote(text=data[key].title),), (Quote(text=told),))
        for key, told in sheet.told.items()
        if key != "name" and isinstance(told, str)
    )
    if rows:
        header = (_ESSENTIALS, "Ce qui est communiqué")
        yield Table(caption=_ESSENTIALS, header=header, rows=rows, shares=(0.34, 0.66))


def _lists(sheet: ProjectSheet) -> Iterable[Table]:
    """What is told in several lines: a table a datum."""
    data = audiences().data
    for key, told in sheet.told.items():
        if not isinstance(told, str) and told:
            title = data[key].title
            yield Table(
                caption=title,
                header=(title, _SECOND.get(key, "Montant")),
                rows=tuple(((Quote(text=label),), (Quote(text=text),)) for label, text in told),
                shares=(0.34, 0.66) if key == "minutes" else (0.6, 0.4),
            )
