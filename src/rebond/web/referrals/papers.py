"""The letter on paper to an organisation: the projects that wait for its answer, as it may know them."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone

from rebond.restitution.letters import Grid, Value, letter_models
from rebond.restitution.typography import french_date, sentence_case
from rebond.units import agreed
from rebond.web.committee.letters import FICTITIOUS, text_of
from rebond.web.journal.writing import Author
from rebond.web.missions.models import Mission
from rebond.web.referrals.reading import Line
from rebond.web.stationery.keeping import on_template, template_of

KIND = "lettre_organisme"
_NAMED = "Chaque entreprise a donné son accord pour être nommée."
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
                    each.amount or "sans montant",
                    french_date(each.answer_by) if each.answer_by else "sans date",
                )
                for each in lines
            ),
        ),
        "attendu": tuple(
            f"{each.named.name} : {' '.join(filter(None, (_sentence(each.expected), _sentence(each.words))))}"
            for each in lines
            if each.expected or each.words
        ),
        "anonymat": _NAMED if all(each.named.firm for each in lines) else _VEILED,
        "emetteur": f"{by.said}, pour la mission « {mission.name} »",
    }


def _sentence(words: str) -> str:
    """Words that people wrote, as a sentence of its own."""
    return f"{sentence_case(words).rstrip('. ')}." if words.strip() else ""
