"""The letter on paper to an organisation: the projects that wait for its answer, as it may know them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.utils import timezone

from rebond.restitution.letters import NO_AMOUNT, NO_DAY, Grid, Value, letter_models
from rebond.restitution.typography import french_date, sentence_case, typeset
from rebond.units import agreed
from rebond.web.committee.letters import FICTITIOUS, text_of
from rebond.web.journal.writing import Author
from rebond.web.missions.models import Mission
from rebond.web.referrals.reading import ANSWER_AWAITED, Line
from rebond.web.stationery.keeping import on_template, template_of

KIND = "lettre_organisme"
_NAMED = "Chaque entreprise a donné son accord pour être nommée."
_ONE_NAMED = "L'entreprise a donné son accord pour être nommée."
_VEILED = (
    "Un projet porte un nom de code tant que l'entreprise n'a pas donné son accord pour être nommée ; un montant est "
    "alors une tranche."
)


def paper_letter(mission: Mission, lines: Sequence[Line], *, by: Author) -> bytes:
    """The letter, as a Word file. ``lines``: of one organisation, as its people are told them."""
    model = letter_models()[KIND]
    return on_template(
        template_of(mission, KIND),
        text_of(mission, KIND),
        model,
        paper_values(mission, lines, by=by),
        title=model.title,
        place=mission.dated_from,
        dated=timezone.localdate(),
        notices=(FICTITIOUS,) if mission.fictitious else (),
        headed=False,
    )


def paper_values(mission: Mission, lines: Sequence[Line], *, by: Author) -> dict[str, Value]:
    """What the letter may say."""
    return {
        "mission": mission.name,
        "territoire": mission.territory,
        "organisme": lines[0].organisation,
        "nombre": f"{len(lines)} {agreed('projets', len(lines))}" if len(lines) > 1 else "un projet",
        "orientations": Grid(
            ("Projet", "Entreprise", "Dispositifs", "Montant envisagé", "Réponse avant le"),
            tuple(
                (
                    each.named.name,
                    each.named.firm or "nom de code",
                    ", ".join(each.dispositifs) or "accompagnement",
                    each.amount or NO_AMOUNT,
                    french_date(each.answer_by) if each.answer_by else NO_DAY,
                )
                for each in lines
            ),
        ),
        "attendu": tuple(_awaited(lines)),
        "anonymat": _anonymity(lines),
        "emetteur": f"{by.said}, pour la mission « {mission.name} »",
    }


def _anonymity(lines: Sequence[Line]) -> str:
    if not all(each.named.firm for each in lines):
        return _VEILED
    return _NAMED if len(lines) > 1 else _ONE_NAMED


def _awaited(lines: Sequence[Line]) -> Iterator[str]:
    """What is asked and what the mission wrote, each sentence once: the same one forty times took two pages."""
    asked: dict[str, list[str]] = {}
    for each in lines:
        for words in filter(None, (_sentence(each.expected), _sentence(each.words))):
            asked.setdefault(words, []).append(each.named.name)
    for words, names in asked.items():
        if len(lines) == 1:
            yield words
        elif len(names) == len(lines):
            yield f"Pour chaque projet : {_after_a_colon(words)}"
        else:
            yield f"{', '.join(names)} : {_after_a_colon(words)}"


def _after_a_colon(words: str) -> str:
    """Our own sentence goes on in lower case; what people wrote may begin by a name."""
    return f"{words[:1].lower()}{words[1:]}" if typeset(words) == typeset(_sentence(ANSWER_AWAITED)) else words


def _sentence(words: str) -> str:
    """Words that people wrote, as a sentence of its own."""
    return f"{sentence_case(words).rstrip('. ')}." if words.strip() else ""
