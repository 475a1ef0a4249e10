"""The questions of plausibility as a list: what the address keeps of them, and the file that it asks for."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest

from rebond.plausibility import THEMES, SubjectKind
from rebond.web.desk.filters import Filter, counted
from rebond.web.desk.lists import Column, Listing
from rebond.web.editing.checks import Check
from rebond.web.search_text import plain, words_sought

_SHEETS = {
    SubjectKind.MISSION: "Mission",
    SubjectKind.FIRM: "Entreprise",
    SubjectKind.INTERVIEW: "Entretien",
    SubjectKind.PROJECT: "Projet",
    SubjectKind.AID: "Aide obtenue",
}
LISTING = Listing(
    name="vraisemblance",
    title="Vraisemblance",
    view="editing:checks",
    default_sort="fiche",
    sorts={"fiche": "fiche"},
    columns=(
        Column(key="fiche", label="Fiche", value=lambda row: row.where, fixed=True),
        Column(key="genre", label="Genre de fiche", value=lambda row: _SHEETS[row.finding.kind], default=False),
        Column(key="reference", label="Référence", value=lambda row: row.finding.subject, default=False),
        Column(key="sujet", label="Sujet", value=lambda row: THEMES[row.finding.code].label),
        Column(key="question", label="Question", value=lambda row: row.sentence, fixed=True),
        Column(key="corriger", label="Sinon, corriger", value=lambda row: row.mend),
        Column(key="motif", label="Motif de la réponse", value=lambda row: row.reason),
        Column(key="par", label="Dit exact par", value=lambda row: row.finding.answer.by if row.finding.answer else ""),
        Column(key="le", label="Dit exact le", value=lambda row: row.finding.answer.on if row.finding.answer else ""),
    ),
)


def filters_of(request: HttpRequest, rows: Sequence[Check]) -> tuple[Filter, ...]:
    """By kind of sheet and by what is asked, counted over a whole list."""
    sheets = ((row.finding.kind.value, _SHEETS[row.finding.kind]) for row in rows)
    themes = ((theme.value, theme.label) for theme in (THEMES[row.finding.code] for row in rows))
    return (
        counted("fiche", "Genre de fiche", sheets, request.GET.get("fiche", "")),
        counted("sujet", "Sujet de la question", themes, request.GET.get("sujet", "")),
    )


def kept_of(request: HttpRequest, rows: Sequence[Check]) -> list[Check]:
    """Those that the filters and the words of the address keep."""
    sheet, theme = request.GET.get("fiche", ""), request.GET.get("sujet", "")
    words = words_sought(request.GET.get("q", ""))
    return [
        row
        for row in rows
        if sheet in {"", row.finding.kind.value}
        and theme in {"", THEMES[row.finding.code].value}
        and (not words or _holds(row, words))
    ]


def _holds(row: Check, words: Sequence[str]) -> bool:
    text = plain(f"{row.where} {row.sentence} {row.reason}")
    return all(word in text for word in words)
