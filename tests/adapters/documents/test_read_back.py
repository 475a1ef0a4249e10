"""Every number printed in every document is a figure of the snapshot, or somebody's own words."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest

from rebond.restitution.editions import COMMITTEE, PRESS, Recipient, edition_of
from rebond.results import MissionResult
from tests.printed import Snapshot, numbers, numbers_of_cells, printed, strangers, words_of

_MANY = 10
_READ = {
    "communique.md": PRESS,
    "communique.docx": PRESS,
    "communique.odt": PRESS,
    "feuille-de-route.docx": PRESS,
    "restitution.pdf": COMMITTEE,
    "restitution.docx": COMMITTEE,
}


@pytest.mark.parametrize("name", _READ)
def test_every_number_printed_is_in_the_snapshot(folder: Path, result: MissionResult, name: str) -> None:
    recipient: Recipient = _READ[name]
    told = edition_of(result, recipient)
    snapshot = Snapshot(told, quoted=_quoted(told, result))
    text = re.sub(r"\d+ / \d+", "", printed(folder / name))
    assert len(list(numbers(text))) > _MANY
    assert strangers(text, snapshot) == []
    assert strangers(f"{text} 98 765 431 €", snapshot), "a number of nobody would be found"


def test_every_number_of_the_workbook_is_in_the_snapshot(folder: Path, result: MissionResult) -> None:
    snapshot = Snapshot(result, quoted=_quoted(result, result))
    told = {Decimal(each.amount) for p in result.projects for each in p.plan.lines}
    told |= {Decimal(value) for p in result.projects for line in p.plan.lines for value in (line.aid, line.to_pay_back)}
    told |= {value for p in result.projects for value in (p.project.total_cost, p.score.value, p.plan.benefit)}
    told |= {Decimal(p.plan.need - p.stack.useful) for p in result.projects}
    most = max(*(len(each.rows) for each in result.indicators), *(len(p.verdicts) for p in result.projects))
    counts = set(map(Decimal, range(most + 1)))
    found = list(numbers_of_cells(folder / "projets.xlsx"))
    assert len(found) > _MANY
    totals = {"Projets", "Plans"}
    last = {
        name: max(int(re.sub(r"\D", "", where.split("!")[1])) for where, _ in found if where.startswith(name))
        for name in totals
    }
    strange = [
        (where, value)
        for where, value in found
        if not (snapshot.holds(value) or value in told | counts or round(value, 2) in {round(each, 2) for each in told})
        and int(re.sub(r"\D", "", where.split("!")[1])) != last.get(where.split("!")[0])
    ]
    assert strange == []


def _quoted(told: MissionResult, result: MissionResult) -> list[str]:
    """Words that documents take as they are: of the census, of the catalogue, of alerts and of reasons."""
    return [
        *words_of(told.census),
        *words_of(result.census),
        *told.alerts,
        *told.labels.dispositifs.values(),
        *told.labels.organisations.values(),
        *told.labels.axes.values(),
        *(action.title for action in told.roadmap),
        *(action.from_what for action in told.roadmap),
        *(reading.sentence for reading in told.readings),
        *told.veiled.values(),
        told.uncovered,
        "France 2030",
    ]
