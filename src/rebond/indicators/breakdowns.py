"""The mission's figures told apart: by territory, nature, maturity, outcome, instrument, organisation and axis.

A group that holds nothing has no indicator; the groups of one family come in the order documents show them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from rebond.dispositifs.model import Instrument
from rebond.facts import UNKNOWN, Envelope
from rebond.indicators.gaps import uncosted
from rebond.indicators.model import Indicator, Row
from rebond.portfolio.call import CallStatus

if TYPE_CHECKING:
    from rebond.results import MissionResult, ProjectResult

__all__ = ["breakdowns", "contributor_rows", "every_contributor", "project_row", "slug", "summed"]

UNPLACED = "non_situe"
UNSETTLED = "a_etablir"


def breakdowns(result: MissionResult) -> Iterable[Indicator]:
    """Every family of groups, one after the other."""
    yield from _by_epci(result)
    yield from _by_commune(result)
    yield from _by_nature(result)
    yield from _by_maturity(result)
    yield from _by_call_status(result)
    yield from _by_instrument(result)
    yield from _by_contributor(result)
    yield from _by_call(result)
    yield from by_organisation(result)
    yield from _by_axis(result)


def summed(
    *, code: str, label: str, definition: str, unit: str, rows: Iterable[Row], family: str = "", note: str = ""
) -> Indicator:
    """An indicator whose value is the sum of its rows."""
    kept = tuple(rows)
    return Indicator(
        code=code,
        label=label,
        definition=definition,
        unit=unit,
        value=sum((row.value for row in kept), Decimal(0)),
        rows=kept,
        note=note,
        family=family,
    )


def project_row(project: ProjectResult, value: Decimal = Decimal(1)) -> Row:
    """A project as a row: one of a count, or an amount."""
    return Row(id=project.project.id, label=f"{project.firm.name} — {project.project.title}", value=value)


def every_contributor(result: MissionResult) -> Iterator[Row]:
    """The rows of the only call; of several, one row for each call that a contributor pays."""
    if not result.calls:
        yield from contributor_rows(result.census.settings.envelope)
    for share in result.calls:
        yield from contributor_rows(share.call, share.title)


def contributor_rows(envelope: Envelope, title: str = "") -> Iterable[Row]:
    """What each contributor puts into the envelope: one row each, in however many lines the census writes it.

    ``title``: of the call, where there are several.
    """
    rows: dict[str, Row] = {}
    for part in envelope.contributions:
        label = f"{part.contributor}, « {title} »" if title else part.contributor
        key = slug(label)
        before = rows.get(key, Row(id=key, label=label, value=Decimal(0)))
        rows[key] = replace(before, value=before.value + part.amount)
    return rows.values()


def slug(text: str) -> str:
    """Lower-case ASCII letters, digits and underscores, for the code of an indicator.

    >>> slug("État (France 2030)")
    'etat_france_2030'
    """
    plain = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")


def _grouped(result: MissionResult, key: Callable[[ProjectResult], str]) -> dict[str, list[ProjectResult]]:
    groups: dict[str, list[ProjectResult]] = {}
    for project in result.projects:
        groups.setdefault(key(project), []).append(project)
    return groups


def _invested(projects: Iterable[ProjectResult]) -> Decimal:
    return sum((project.project.total_cost for project in projects), Decimal(0))


def _by_epci(result: MissionResult) -> Iterable[Indicator]:
    groups = _grouped(result, lambda p: p.commune.epci if p.commune else UNPLACED)
    for code in sorted(groups, key=lambda code: (code == UNPLACED, -_invested(groups[code]), code)):
        name = result.labels.epcis.get(code, "territoire non situé")
        yield from projects_and_money("epci", code, name, groups[code], of=_PLACED)


def _by_commune(result: MissionResult) -> Iterable[Indicator]:
    groups = _grouped(result, lambda p: p.commune.code if p.commune else UNPLACED)
    names = {p.commune.code: p.commune.name for p in result.projects if p.commune}
    for code in sorted(groups, key=lambda code: (code == UNPLACED, -_invested(groups[code]), code)):
        name = names.get(code, "commune à préciser")
        yield from projects_and_money("commune", code, name, groups[code], of=_PLACED)


_PLACED = "situés dans le territoire"


def projects_and_money(
    family: str, code: str, name: str, projects: Iterable[ProjectResult], *, of: str, also: str = ""
) -> Iterable[Indicator]:
    """How many projects a group has, and what they invest; ``of``: what makes them its own, in words."""
    mine = list(projects)
    yield summed(
        code=f"projets_{family}_{slug(code)}",
        label=f"Projets — {name}",
        definition=f"Projets recensés {of} « {name} ».{also}",
        unit="projets",
        rows=map(project_row, mine),
        family=family,
    )
    invested = summed(
        code=f"investissement_{family}_{slug(code)}_eur",
        label=f"Investissement — {name}",
        definition=f"Somme des postes de dépense hors taxes des projets {of} « {name} ».{also}",
        unit="€",
        rows=(project_row(p, p.project.total_cost) for p in mine if p.project.costs),
        family=family,
    )
    gaps = uncosted(mine)
    yield replace(invested, bound=gaps.bound, note=gaps.note, absent=not invested.value) if gaps else invested


def _by_nature(result: MissionResult) -> Iterable[Indicator]:
    spent: dict[str, list[Row]] = {}
    for project in result.projects:
        totals: dict[str, Decimal] = {}
        for line in project.project.costs:
            totals[line.nature] = totals.get(line.nature, Decimal(0)) + line.amount
        for nature, amount in totals.items():
            spent.setdefault(nature, []).append(project_row(project, amount))
    found = [
        summed(
            code=f"investissement_nature_{slug(nature)}_eur",
            label=f"Investissement — {result.labels.natures.get(nature, nature)}",
            definition=f"Somme des postes de dépense de nature « {result.labels.natures.get(nature, nature)} ».",
            unit="€",
            rows=rows,
            family="nature",
        )
        for nature, rows in spent.items()
    ]
    yield from sorted(found, key=lambda indicator: (-indicator.value, indicator.code))


def _by_maturity(result: MissionResult) -> Iterable[Indicator]:
    groups = _grouped(result, lambda p: UNSETTLED if p.maturity.level is UNKNOWN else p.maturity.level)
    labels: Mapping[str, str] = {**result.labels.maturity_levels, UNSETTLED: "Maturité à établir"}
    for level, label in labels.items():
        if level in groups:
            yield summed(
                code=f"projets_maturite_{slug(level)}",
                label=f"Projets — {label}",
                definition=f"Projets dont le niveau de maturité est « {label} » sur la grille de la mission.",
                unit="projets",
                rows=map(project_row, groups[level]),
                family="maturite",
            )


def _by_call_status(result: MissionResult) -> Iterable[Indicator]:
    groups = _grouped(result, lambda p: p.decision.status.value)
    for status in CallStatus:
        if status is not CallStatus.RETAINED and status.value in groups:
            yield summed(
                code=f"projets_appel_{status.value}",
                label=f"Projets — {status.label}",
                definition=f"Projets dont la place dans l'appel est « {status.label} ».",
                unit="projets",
                rows=map(project_row, groups[status.value]),
                family="appel",
            )


def _by_instrument(result: MissionResult) -> Iterable[Indicator]:
    for instrument in Instrument:
        amounts = (
            (p, sum(form.amount for line in p.plan.lines for form in line.forms if form.instrument is instrument))
            for p in result.projects
        )
        rows = tuple(project_row(p, Decimal(amount)) for p, amount in amounts if amount)
        if rows:
            yield summed(
                code=f"soutiens_{instrument.value}_eur",
                label=f"Soutiens — {instrument.label}",
                definition=(
                    f"Ce que les plans apportent sous la forme « {instrument.label} », au montant nominal ; un soutien "
                    "mixte compte dans chacune de ses formes, pour sa part."
                ),
                unit="€",
                rows=rows,
                family="instrument",
            )
            yield summed(
                code=f"soutiens_{instrument.value}_ferme_eur",
                label=f"Soutiens fermes — {instrument.label}",
                definition=f"Part ferme de ce que les plans apportent sous la forme « {instrument.label} ».",
                unit="€",
                rows=_firm_rows(result, instrument),
                family="instrument_ferme",
            )


def _firm_rows(result: MissionResult, instrument: Instrument) -> Iterable[Row]:
    for project in result.projects:
        lines = project.plan.firm.lines
        amount = sum(form.amount for line in lines for form in line.forms if form.instrument is instrument)
        if amount:
            yield project_row(project, Decimal(amount))


def _by_contributor(result: MissionResult) -> Iterable[Indicator]:
    for row in every_contributor(result):
        yield summed(
            code=f"enveloppe_{row.id}_eur",
            label=f"Enveloppe — {row.label}",
            definition=f"Contribution de « {row.label} » à l'enveloppe de l'appel.",
            unit="€",
            rows=(row,),
            family="enveloppe",
        )


def _by_call(result: MissionResult) -> Iterable[Indicator]:
    """What each call has and what is proposed of it, where there are several: the main figures are their sums."""
    for rank, share in enumerate(result.calls, start=1):
        mine = [p for p in result.projects if result.financing_call(p) == share]
        amounts = [project_row(p, Decimal(p.decision.envelope)) for p in mine]
        held = Row(id=slug(share.title), label=share.title, value=share.call.amount)
        spent = [replace(row, value=-row.value) for row in amounts]
        for code, label, definition, unit, rows in (
            ("enveloppe_eur", "Enveloppe", "Somme des contributions à l'enveloppe de", "€", [held]),
            (
                "projets",
                "Projets proposés",
                "Projets que la proposition finance par",
                "projets",
                [project_row(p) for p in mine],
            ),
            ("propose_eur", "Proposé", "Somme des aides proposées sur l'enveloppe de", "€", amounts),
            ("reste_eur", "Reste", "Contributions, moins les aides proposées, de", "€", [held, *spent]),
        ):
            yield summed(
                code=f"appel_{rank}_{code}",
                label=f"{label} — {share.title}",
                definition=f"{definition} « {share.title} ».",
                unit=unit,
                rows=rows,
                family=f"appel_{code}",
            )


def by_organisation(result: MissionResult) -> Iterable[Indicator]:
    """How many projects go to each organisation: the press release names them."""
    groups: dict[str, dict[str, Row]] = {}
    for project in result.projects:
        for referral in project.referrals:
            groups.setdefault(referral.organisation, {})[project.project.id] = project_row(project)
    for organisation in sorted(groups, key=lambda code: (-len(groups[code]), code)):
        name = result.organisation_name(organisation)
        yield summed(
            code=f"orientes_{slug(organisation)}",
            label=f"Projets orientés vers {name}",
            definition=f"Projets dont une orientation au moins va vers {name}.",
            unit="projets",
            rows=groups[organisation].values(),
            family="organisation",
        )


def _by_axis(result: MissionResult) -> Iterable[Indicator]:
    firms = {firm.id: firm.name for firm in result.census.firms}
    for axis in dict.fromkeys(action.axis for action in result.roadmap):
        label = result.labels.axes.get(axis, axis)
        needs = [need for action in result.roadmap if action.axis == axis for need in action.needs]
        yield summed(
            code=f"besoins_axe_{slug(axis)}",
            label=f"Besoins entendus — {label}",
            definition=f"Besoins de l'axe « {label} » entendus en entretien.",
            unit="besoins",
            rows=(Row(id=need.interview, label=f"{firms[need.firm]} — {need.text}") for need in needs),
            family="axe",
        )
