"""A screening as people read it: what is open, what is to check, what is refused, with every reason."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.padding import Padding
from rich.rule import Rule
from rich.text import Text

from rebond.dispositifs.cards import Card, Screening
from rebond.dispositifs.questions import Question
from rebond.eligibility.truth import Truth
from rebond.eligibility.verdict import Reason

_GROUPS = {Truth.YES: "Oui", Truth.UNKNOWN: "À vérifier", Truth.NO: "Non"}
_SIGNS = {Truth.YES: ("✓", "green"), Truth.UNKNOWN: ("?", "yellow"), Truth.NO: ("✗", "red")}


def print_screening(screening: Screening, console: Console) -> None:
    """Every card, grouped by verdict, after the questions that would settle most."""
    counts = ", ".join(f"{label.lower()} : {len(screening.having(truth))}" for truth, label in _GROUPS.items())
    console.print(Text(f"{len(screening.cards)} dispositifs au {screening.on:%d/%m/%Y} ({counts})", style="bold"))
    console.print(Text(f"Catalogue {screening.catalogue}", style="dim"))
    if screening.questions:
        console.print(Rule("Questions à poser d'abord", align="left"))
        for rank, question in enumerate(screening.questions, start=1):
            _print_question(rank, question, console)
    for truth, label in _GROUPS.items():
        cards = screening.having(truth)
        if cards:
            console.print(Rule(f"{label} ({len(cards)})", align="left", style=_SIGNS[truth][1]))
        # Among refusals, those that something can lift come first.
        for card in sorted(cards, key=lambda card: not card.changeable):
            _print_card(card, console)


def _print_question(rank: int, question: Question, console: Console) -> None:
    console.print(Text(f"{rank}. {question.text}", style="bold"))
    _indented(console, Text(question.reason, style="dim"))


def _print_card(card: Card, console: Console) -> None:
    sign, colour = _SIGNS[card.verdict.truth]
    dispositif = card.dispositif
    console.print()
    console.print(Text.assemble((f"{sign} ", colour), (dispositif.title, "bold"), f" — {card.funder}"))
    about = filter(None, (dispositif.instrument.label, dispositif.id, dispositif.url))
    _indented(console, Text(" · ".join(about), style="dim"))
    _indented(console, Text(f"Aide : {card.aid.sentence}"))
    for reason in card.verdict.reasons:
        _indented(console, _criterion(reason))
    _print_list("À demander :", (asked.text for asked in card.asked), console)
    _print_list(
        "Ce qui changerait la réponse :" if card.changeable else "Rien ne peut changer la réponse ; il faudrait :",
        (found.words for found in card.ways),
        console,
    )
    said = " ".join(found.words for found in card.ways)
    for obstacle in card.obstacles:
        if obstacle not in said:
            _indented(console, Text(f"Obstacle : {obstacle}", style="dim"))


def _criterion(reason: Reason) -> Text:
    sign, colour = _SIGNS[reason.truth]
    text = Text.assemble((f"{sign} ", colour), reason.expected, " — ", (reason.observed, colour))
    return text.append(f" [{reason.source}]", style="dim") if reason.source else text


def _print_list(title: str, items: Iterable[str], console: Console) -> None:
    texts = list(items)
    if texts:
        _indented(console, Text(title, style="bold"))
    for text in texts:
        _indented(console, Text(f"• {text}"))


def _indented(console: Console, text: Text) -> None:
    console.print(Padding.indent(text, 2))
