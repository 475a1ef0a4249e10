"""The worked examples of a dispositif, in words: the tests run them, people check them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from rebond.dispositifs.model import Dispositif, WorkedCase
from rebond.restitution.typography import typeset
from rebond.web.catalogue.reading import CONFIRMATION, current_catalogue, fact_label
from rebond.web.wording import sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A worked example: its facts, the answer expected at its date, what lacks."""

    name: str
    on: date
    facts: tuple[tuple[str, str], ...]
    expected: str
    missing: tuple[str, ...]


def examples(dispositif: Dispositif) -> tuple[Example, ...]:
    """Every worked example of a dispositif."""
    return tuple(_example(case) for case in dispositif.cases)


def _example(case: WorkedCase) -> Example:
    dictionary = current_catalogue().dictionary
    facts = tuple(
        (
            typeset(fact_label(name)),
            _confirmed(value) if name.startswith(CONFIRMATION) else typeset(dictionary[name].show(value)),
        )
        for name, value in case.facts.items()
    )
    return Example(
        name=sentence(case.name),
        on=case.on,
        facts=facts,
        expected=case.expected,
        missing=tuple(typeset(fact_label(name)) for name in case.missing),
    )


def _confirmed(value: object) -> str:
    return "confirmé" if value is True else "infirmé"
