"""The mission's projects told apart by activity, type, theme and year of spending; and by who knew of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from rebond.facts import UNKNOWN
from rebond.indicators.breakdowns import project_row, projects_and_money, slug, summed
from rebond.indicators.model import Indicator, Row

if TYPE_CHECKING:
    from rebond.results import MissionResult, ProjectResult

NOT_SAID = "inconnu"
_DIVISION = 2
"""The first digits of an activity are its division."""


def told_apart(result: MissionResult) -> Iterable[Indicator]:
    """Every family of groups, one after the other."""
    labels = result.labels
    by_division: dict[str, list[ProjectResult]] = {}
    by_kind: dict[str, list[ProjectResult]] = {}
    by_theme: dict[str, list[ProjectResult]] = {}
    for project in result.projects:
        code, kind = project.firm.code_naf, project.project.kind
        by_division.setdefault(NOT_SAID if code is UNKNOWN else str(code)[:_DIVISION], []).append(project)
        by_kind.setdefault(NOT_SAID if kind is UNKNOWN else kind, []).append(project)
        for theme in project.project.objectives or (NOT_SAID,):
            by_theme.setdefault(theme, []).append(project)
    named = {code: f"{code} {words}" for code, words in labels.sectors.items()}
    yield from _groups("secteur", by_division, named, "activité non renseignée", "de l'activité")
    yield from _groups("type", by_kind, labels.kinds, "type non renseigné", "du type")
    also = " Un projet qui a plusieurs thèmes compte dans chacun : ces chiffres ne s'additionnent pas."
    yield from _groups("theme", by_theme, labels.themes, "thème non renseigné", "du thème", also)
    yield from _by_year(result)
    yield from _by_authority(result)


def _groups(
    family: str,
    groups: Mapping[str, list[ProjectResult]],
    names: Mapping[str, str],
    nobody: str,
    of: str,
    also: str = "",
) -> Iterable[Indicator]:
    def invested(code: str) -> Decimal:
        return sum((p.project.total_cost for p in groups[code]), Decimal(0))

    for code in sorted(groups, key=lambda code: (code == NOT_SAID, -invested(code), code)):
        name = nobody if code == NOT_SAID else names.get(code, code)
        yield from projects_and_money(family, code, name, groups[code], of=of, also=also)


def _by_year(result: MissionResult) -> Iterable[Indicator]:
    spent: dict[int, dict[str, Decimal]] = {}
    for project in result.projects:
        for line in project.project.costs:
            mine = spent.setdefault(line.year, {})
            mine[project.project.id] = mine.get(project.project.id, Decimal(0)) + line.amount
    for year in sorted(spent):
        yield summed(
            code=f"investissement_annee_{year}_eur",
            label=f"Investissement — {year}",
            definition=f"Somme des postes de dépense hors taxes dont l'année est {year}.",
            unit="€",
            rows=(project_row(p, spent[year][p.project.id]) for p in result.projects if p.project.id in spent[year]),
            family="annee",
        )


def _by_authority(result: MissionResult) -> Iterable[Indicator]:
    """What each partner whose list was compared knew, and did not: a line that waits for a person makes a range."""
    for partner in sorted({entry.partner for entry in result.census.partner_entries}):
        name = result.organisation_name(partner)
        known = [p for p in result.projects if partner in p.known.by]
        maybe = [p for p in result.projects if partner in p.known.maybe_by and partner not in p.known.by]
        unknown = [p for p in result.projects if p not in known and p not in maybe]
        note = f"{len(maybe)} à confirmer" if maybe else ""
        for code, label, definition, rows in (
            ("connus_de", "Projets connus", "Projets que contient la liste", known),
            ("inconnus_de", "Projets inconnus", "Projets que ne contient pas la liste", unknown),
        ):
            found = summed(
                code=f"projets_{code}_{slug(partner)}",
                label=f"{label} — {name}",
                definition=f"{definition} « {name} », rapprochement fait : au moins ceux qui le sont sûrement, au "
                "plus ceux-là et ceux qui restent à confirmer.",
                unit="projets",
                rows=_rows(rows),
                family="autorite",
                note=note,
            )
            yield replace(found, high=found.value + len(maybe)) if maybe else found


def _rows(projects: Iterable[ProjectResult]) -> Iterable[Row]:
    return map(project_row, projects)
