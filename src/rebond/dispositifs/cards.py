"""The screening of a project as cards: one per dispositif, the same content for people and for machines.

``screening_as_data`` is the published JSON (``docs/schemas/verdict-v1.json``); the command line and the site show the
cards themselves. Neither adds nor hides anything that the other has.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from rebond.dispositifs.amounts import AidBounds, aid_bounds
from rebond.dispositifs.catalogue import Catalogue
from rebond.dispositifs.model import Dispositif
from rebond.dispositifs.questions import Question, facts_to_ask, next_questions, question_of, sentences_of
from rebond.dispositifs.screening import screen, ways_in
from rebond.eligibility.changes import Change, ChangeSet
from rebond.eligibility.criteria import Facts
from rebond.eligibility.plain import plain
from rebond.eligibility.truth import Truth
from rebond.eligibility.verdict import Reason, Verdict
from rebond.facts import UNKNOWN, FactValue

SCHEMA = "verdict/v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A missing fact, as a question."""

    fact: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Card:
    """One dispositif for one project: the verdict, each criterion, and what comes next."""

    dispositif: Dispositif
    funder: str
    verdict: Verdict
    aid: AidBounds
    ways: tuple[ChangeSet, ...]
    """For a NO: the sets of changes that would open it, or the one that says why nothing does."""
    asked: tuple[Asked, ...]
    """For an UNKNOWN: what to ask."""

    @property
    def changeable(self) -> bool:
        """Whether a refused dispositif could still be opened by the firm, the project or time."""
        return any(found.changeable for found in self.ways)

    @property
    def obstacles(self) -> tuple[str, ...]:
        """Why nothing can be done; empty when something can."""
        found = (change.obstacle for ways in self.ways for change in ways.changes if change.obstacle)
        return () if self.changeable else tuple(dict.fromkeys(found))


@dataclass(frozen=True, kw_only=True)
class Screening:
    """The cards of a project at a date, in the order of their ids, and the questions worth asking next."""

    on: date
    catalogue: str
    facts: Mapping[str, FactValue]
    cards: tuple[Card, ...]
    questions: tuple[Question, ...]

    def having(self, truth: Truth) -> tuple[Card, ...]:
        """The cards of one verdict."""
        return tuple(card for card in self.cards if card.verdict.truth is truth)


def screen_cards(
    facts: Facts, catalogue: Catalogue, on: date, *, only: Iterable[str] | None = None, questions: int = 5
) -> Screening:
    """The screening of a project; ``only`` keeps some dispositifs, by id."""
    kept = catalogue.dispositifs if only is None else {name: catalogue.dispositifs[name] for name in only}
    return Screening(
        on=on,
        catalogue=catalogue.version,
        facts={name: value for name, value in facts.items() if value is not UNKNOWN},
        cards=tuple(_card(dispositif, facts, catalogue, on) for dispositif in kept.values()),
        questions=next_questions(facts, catalogue, on, limit=questions, only=kept),
    )


def _card(dispositif: Dispositif, facts: Facts, catalogue: Catalogue, on: date) -> Card:
    verdict = screen(dispositif, facts, on)
    sentences = sentences_of([dispositif])
    funder = catalogue.organisations.get(dispositif.funder)
    return Card(
        dispositif=dispositif,
        funder=funder.name if funder else dispositif.funder,
        verdict=verdict,
        aid=aid_bounds(dispositif, facts, on),
        ways=ways_in(dispositif, facts, on) if verdict.truth is Truth.NO else (),
        asked=tuple(
            Asked(fact=name, text=question_of(name, catalogue.dictionary, sentences))
            for name in facts_to_ask(verdict.missing, facts)
        ),
    )


def screening_as_data(screening: Screening) -> dict[str, Any]:
    """The published JSON of a screening."""
    return {
        "schema": SCHEMA,
        "date": screening.on.isoformat(),
        "catalogue": screening.catalogue,
        "faits": {name: plain(value) for name, value in sorted(screening.facts.items())},
        "resume": {truth.value: len(screening.having(truth)) for truth in Truth},
        "dispositifs": [_card_as_data(card) for card in screening.cards],
        "questions": [_question_as_data(question) for question in screening.questions],
    }


def _card_as_data(card: Card) -> dict[str, Any]:
    dispositif = card.dispositif
    return {
        "dispositif": dispositif.id,
        "intitule": dispositif.title,
        "financeur": card.funder,
        "forme": dispositif.instrument.label,
        "verdict": card.verdict.truth.value,
        "libelle": card.verdict.truth.label,
        "aide": _bounds_as_data(card.aid),
        "criteres": [_reason_as_data(reason) for reason in card.verdict.reasons],
        "questions": [{"fait": asked.fact, "question": asked.text} for asked in card.asked],
        "modifiable": card.changeable if card.verdict.truth is Truth.NO else None,
        "obstacles": list(card.obstacles),
        "changements": [_set_as_data(found) for found in card.ways],
        "url": dispositif.url,
    }


def _reason_as_data(reason: Reason) -> dict[str, Any]:
    return {
        "verdict": reason.truth.value,
        "attendu": reason.expected,
        "constate": reason.observed,
        "source": reason.source,
        "a_confirmer": reason.to_confirm,
        "manque": list(reason.missing),
    }


def _set_as_data(found: ChangeSet) -> dict[str, Any]:
    return {"modifiable": found.changeable, "changements": [_change_as_data(change) for change in found.changes]}


def _change_as_data(change: Change) -> dict[str, Any]:
    return {
        "faits": list(change.facts),
        "de": plain(change.before),
        "vers": plain(change.after),
        "choix": list(change.options),
        "texte": change.words,
        "obstacle": change.obstacle,
    }


def _bounds_as_data(bounds: AidBounds) -> dict[str, Any]:
    return {"min": plain(bounds.low), "max": plain(bounds.high), "texte": bounds.words}


def _question_as_data(question: Question) -> dict[str, Any]:
    return {
        "fait": question.fact,
        "question": question.text,
        "min": plain(question.low),
        "max": plain(question.high),
        "motif": question.reason,
        "decide": list(question.settles),
        "dispositifs": [
            {"dispositif": stake.dispositif, "aide": _bounds_as_data(stake.bounds)} for stake in question.stakes
        ],
    }
