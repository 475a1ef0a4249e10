"""The screening as the page shows it: three groups of cards, the next question, what the last answer changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

from django.urls import reverse

from rebond.dispositifs.cards import Card, Screening, screen_cards
from rebond.dispositifs.catalogue import Catalogue
from rebond.dispositifs.questions import Question
from rebond.dispositifs.screening import screen
from rebond.eligibility.parse import COST_PREFIX
from rebond.eligibility.truth import Truth
from rebond.facts import UNKNOWN
from rebond.web.catalogue.reading import organisation_name
from rebond.web.screening.answers import ALL_COSTS, TOTAL, Answers, parameters
from rebond.web.screening.fields import Field, answer_shown, field_of
from rebond.web.search_text import plain
from rebond.web.wording import sentence

_QUESTIONS = 4
"""One to answer now, the others to choose from."""
COSTS_ANCHOR = "depenses"
GROUPS = {Truth.YES: "Éligible", Truth.UNKNOWN: "À vérifier", Truth.NO: "Non éligible"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A dispositif of a group."""

    card: Card
    funder: str
    aid: str
    criteria: str
    """The page of its criteria."""
    failed: tuple[str, ...]
    """What is expected and not met, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The dispositifs of one verdict."""

    truth: str
    title: str
    rows: tuple[Row, ...]
    open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The question to answer now, and the others worth asking."""

    field: Field
    reason: str
    skip: str
    """The address without this question."""
    others: tuple[tuple[str, str], ...]
    """(text, address) of the other questions."""
    all_costs: str
    """For a cost: the address of the form where all of them are given at once; empty for another question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """An answer, and the address without it."""

    name: str
    label: str
    value: str
    without: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """Dispositifs that the last answer took from one verdict to another."""

    count: int
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What the last answer brought."""

    moved: tuple[Moved, ...]
    nearer: int
    """Dispositifs still to check, on fewer points than before."""


def groups_of(screening: Screening) -> tuple[Group, ...]:
    """The cards by verdict; the largest aid first, among refusals those that something can lift."""
    return tuple(
        Group(
            truth=truth.value,
            title=title,
            rows=tuple(_row(card) for card in sorted(screening.having(truth), key=_rank)),
            open=truth is not Truth.NO,
        )
        for truth, title in GROUPS.items()
    )


def _rank(card: Card) -> tuple[bool, int, Decimal, str]:
    refused = card.verdict.truth is Truth.NO and not card.changeable
    amount = Decimal(0) if card.aid.high is UNKNOWN else Decimal(card.aid.high)
    return refused, len(card.asked), -amount, plain(card.dispositif.title)


def _row(card: Card) -> Row:
    failed = (f"{reason.expected} : {reason.observed}" for reason in card.verdict.refusals)
    return Row(
        card=card,
        funder=organisation_name(card.dispositif.funder),
        aid=sentence(card.aid.sentence),
        criteria=reverse("screening:criteria", args=card.dispositif.id.split("/", 1)),
        failed=tuple(sentence(text) for text in failed),
    )


def screened(answers: Answers, catalogue: Catalogue, on: date, *, funder: str, skipped: Iterable[str]) -> Screening:
    """The screening of the answers, on one funder's dispositifs when it is named; questions skipped are left out."""
    only = [d.id for d in catalogue.dispositifs.values() if d.funder == funder] if funder else None
    passed = set(skipped)
    found = screen_cards(answers.facts, catalogue, on, only=only, questions=_QUESTIONS + len(passed))
    questions = tuple(question for question in found.questions if question.fact not in passed)[:_QUESTIONS]
    return Screening(on=on, catalogue=found.catalogue, facts=found.facts, cards=found.cards, questions=questions)


def asked_of(
    screening: Screening, answers: Answers, catalogue: Catalogue, *, wanted: str, page: Mapping[str, list[str]]
) -> Asked | None:
    """The question to answer now: the one wanted if it is among the best, else the best; ``None`` when none is left."""
    if not screening.questions:
        return None
    now = next((question for question in screening.questions if question.fact == wanted), screening.questions[0])
    return Asked(
        field=_question_field(now, answers, catalogue),
        reason=sentence(now.reason),
        skip=_address(answers, page, passe=[*page.get("passe", []), now.fact]),
        others=tuple(
            (sentence(question.text), _address(answers, page, question=[question.fact]))
            for question in screening.questions
            if question is not now
        ),
        all_costs=_costs_form(answers) if now.fact.startswith(COST_PREFIX) and now.fact != TOTAL else "",
    )


def _costs_form(answers: Answers) -> str:
    return f"{reverse('screening:start')}?{urlencode(list(parameters(answers)))}#{COSTS_ANCHOR}"


def _question_field(question: Question, answers: Answers, catalogue: Catalogue) -> Field:
    definition = catalogue.dictionary.get(question.fact)
    return field_of(
        question.fact, answers, catalogue, label=sentence(question.text), hint=None if definition is not None else ""
    )


def given_of(answers: Answers, catalogue: Catalogue, page: Mapping[str, list[str]]) -> tuple[Given, ...]:
    """Every answer, in the order of the address."""
    rows = [(name, *answer_shown(name, answers, catalogue)) for name in answers.written if name in answers.given]
    if ALL_COSTS in answers.written:
        rows.append((ALL_COSTS, "Toutes les dépenses sont indiquées", "oui"))
    return tuple(
        Given(name=name, label=label, value=value, without=_address(answers, page, without=name))
        for name, label, value in rows
    )


def _address(answers: Answers, page: Mapping[str, list[str]], *, without: str = "", **changes: list[str]) -> str:
    own = {name: values for name, values in page.items() if name in {"financeur", "passe"}} | changes
    pairs = [*parameters(answers, without=without), *((name, value) for name in own for value in own[name])]
    return f"?{urlencode(pairs)}"


def progress_since(before: Answers, screening: Screening) -> Progress:
    """What differs from the verdicts of earlier answers."""
    moves: Counter[tuple[Truth, Truth]] = Counter()
    nearer = 0
    for card in screening.cards:
        was, now = screen(card.dispositif, before.facts, screening.on), card.verdict
        if was.truth is not now.truth:
            moves[(was.truth, now.truth)] += 1
        elif len(now.missing) < len(was.missing):
            nearer += 1
    return Progress(
        moved=tuple(
            Moved(count=count, before=was.label.lower(), after=now.label.lower()) for (was, now), count in moves.items()
        ),
        nearer=nearer,
    )
