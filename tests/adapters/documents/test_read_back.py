"""Every number printed in every document is a figure of the snapshot, or somebody's own words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rebond.restitution.editions import COMMITTEE, PRESS, Recipient, edition_of
from rebond.results import MissionResult
from tests.printed import Snapshot, numbers, printed, words_of

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
    found = list(numbers(text))
    assert len(found) > 10
    assert [around for around, value in found if not snapshot.holds(value)] == []


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
