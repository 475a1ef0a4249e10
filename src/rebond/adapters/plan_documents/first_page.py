"""The first page, which stands alone: amounts are above; here, what decides them, and what to do before which date."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from rebond.adapters.plan_documents import wording
from rebond.adapters.plan_documents.blocks import Row, Section, Table
from rebond.adapters.plan_documents.deciding import award_words, steps_section
from rebond.financing.explaining.awaited import Awaited
from rebond.financing.explaining.dossier import PlanDossier
from rebond.financing.explaining.explain import SupportExplanation
from rebond.units import format_euros

DECIDES = "Ce qui décide"
ALL_STEPS = "Toutes les démarches"
_SUPPORTS, _STEPS, _QUESTIONS = 5, 4, 2
"""What a page holds."""
_LONGEST = 150


def first_page(dossier: PlanDossier) -> Iterable[Section]:
    """What decides each support, then the first steps; whatever does not hold is in the annexes."""
    found = dossier.explanation.supports
    awaited = {each.dispositif: each for each in dossier.awaited}
    rows = [_decided_by(dossier, each, awaited.get(each.dispositif)) for each in found[:_SUPPORTS]]
    more = len(found) - len(rows)
    if rows:
        yield Section(
            title=DECIDES,
            table=Table(
                heads=("Soutien", "Montant", "Certitude", "Réponses qui décident", "Décision attendue"),
                rows=tuple(rows),
                widths=(28, 11, 15, 30, 16),
                figures=frozenset({1}),
            ),
            after=(f"{more} autre{'s' if more > 1 else ''} en annexe.",) if more > 0 else (),
        )
    for section in steps_section(dossier):
        if section.table is not None and len(section.table.rows) > _STEPS:
            kept = replace(section.table, rows=section.table.rows[:_STEPS])
            yield replace(section, table=kept, after=("Les démarches suivantes sont en annexe.",))
        else:
            yield section


def other_steps(dossier: PlanDossier) -> Iterable[Section]:
    """The whole table of the steps, when the first page holds a part of it."""
    for section in steps_section(dossier):
        if section.table is not None and len(section.table.rows) > _STEPS:
            yield replace(section, title=ALL_STEPS, before=())


def _decided_by(dossier: PlanDossier, support: SupportExplanation, awaited: Awaited | None) -> Row:
    questions = awaited.questions if awaited else ()
    said = [_short(each.words) for each in questions[:_QUESTIONS]]
    more = len(questions) - len(said)
    if more > 0:
        said.append(f"et {more} autre{'s' if more > 1 else ''}, en annexe")
    award = award_words(awaited, dossier.line_labels).split("\n")[0] if awaited else ""
    return Row(
        cells=(
            support.title,
            format_euros(support.after),
            wording.states_of(dossier.plan, support.dispositif),
            "\n".join(said) or "aucune : à demander",
            _short(award) or "inconnue : à demander",
        )
    )


def _short(words: str) -> str:
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST].rsplit(' ', 1)[0]}…"
