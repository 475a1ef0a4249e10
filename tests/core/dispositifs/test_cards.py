"""Cards for people and JSON for machines say the same, on a published schema."""

import json
import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from rich.console import Console

from rebond.cli._cards import print_screening
from rebond.dispositifs.cards import Screening, screen_cards, screening_as_data
from rebond.dispositifs.catalogue import Catalogue
from rebond.dispositifs.facts_file import complete_facts
from tests.core.dispositifs.firms import FIRMS, ON

SCHEMA = Path(__file__).parents[3] / "docs" / "schemas" / "verdict-v1.json"
SIGNS = {"oui": "✓", "inconnu": "?", "non": "✗"}


@pytest.fixture(params=FIRMS)
def screening(request: pytest.FixtureRequest, catalogue: Catalogue) -> Screening:
    return screen_cards(complete_facts(FIRMS[request.param], catalogue, ON), catalogue, ON)


def squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def shown(screening: Screening) -> str:
    """The cards as printed, on lines as long as needed."""
    out = StringIO()
    print_screening(screening, Console(file=out, width=20_000, highlight=False))
    return squeezed(out.getvalue())


def card_texts(card: dict[str, Any]) -> Iterator[str]:
    """All that the JSON says in words about a dispositif."""
    yield f"{SIGNS[card['verdict']]} {card['intitule']} — {card['financeur']}"
    yield from (card["forme"], card["dispositif"], card["url"], card["aide"]["texte"])
    for reason in card["criteres"]:
        source = f" [{reason['source']}]" if reason["source"] else ""
        yield f"{SIGNS[reason['verdict']]} {reason['attendu']} — {reason['constate']}{source}"
    yield from (asked["question"] for asked in card["questions"])
    yield from card["obstacles"]
    for found in card["changements"]:
        yield " ; ".join(change["texte"] for change in found["changements"])


def test_the_json_follows_its_published_schema(screening: Screening) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    data = json.loads(json.dumps(screening_as_data(screening)))
    assert [error.message for error in Draft202012Validator(schema).iter_errors(data)] == []


def test_people_read_all_that_machines_read(screening: Screening) -> None:
    data, text = screening_as_data(screening), shown(screening)
    lacking = [said for card in data["dispositifs"] for said in card_texts(card) if squeezed(said).strip() not in text]
    lacking += [q[key] for q in data["questions"] for key in ("question", "motif") if squeezed(q[key]) not in text]
    assert lacking == []


def test_machines_read_all_that_people_read(screening: Screening) -> None:
    data, text = screening_as_data(screening), shown(screening)
    counted = dict.fromkeys(SIGNS.values(), 0)
    for card in data["dispositifs"]:
        counted[SIGNS[card["verdict"]]] += 1
        for reason in card["criteres"]:
            counted[SIGNS[reason["verdict"]]] += 1
    for sign, number in counted.items():
        if sign != "?":
            assert text.count(f"{sign} ") == number
    changes = sum(len(card["changements"]) for card in data["dispositifs"])
    asked = sum(len(card["questions"]) for card in data["dispositifs"])
    assert text.count("• ") == changes + asked


def test_the_three_groups_hold_every_dispositif_once(screening: Screening, catalogue: Catalogue) -> None:
    data = screening_as_data(screening)
    assert sum(data["resume"].values()) == len(catalogue.dispositifs) == len(data["dispositifs"])
    for card in data["dispositifs"]:
        assert (card["modifiable"] is None) is (card["verdict"] != "non")
        assert bool(card["changements"]) is (card["verdict"] == "non")
        assert bool(card["questions"]) is (card["verdict"] == "inconnu")
        assert bool(card["obstacles"]) is (card["modifiable"] is False)


def test_one_dispositif_can_be_looked_at_alone(catalogue: Catalogue) -> None:
    screening = screen_cards({}, catalogue, ON, only=["ademe/decarb-flash"])
    assert [card.dispositif.id for card in screening.cards] == ["ademe/decarb-flash"]
    assert {stake.dispositif for q in screening.questions for stake in q.stakes} == {"ademe/decarb-flash"}
