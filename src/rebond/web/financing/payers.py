"""Who pays what of a plan, one row a dispositif: nature, base and rate, what caps it, what it waits for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from rebond.financing.explaining.dossier import PlanDossier
from rebond.financing.plan.model import PlanLine, forms_in_words
from rebond.restitution.typography import typeset
from rebond.units import format_euros
from rebond.web.catalogue.reading import organisation_name
from rebond.web.financing.answers import PROPOSED
from rebond.web.missions.truth import Answer
from rebond.web.studies.models import OpenQuestion
from rebond.web.studies.records import ProjectRecord
from rebond.web.studies.storing.questions import told
from rebond.web.wording import set_once

_MOST_CAPS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What the euros of a support wait for, and who can answer."""

    text: str
    asked_of: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Payer:
    """One dispositif of the plan."""

    dispositif: str
    title: str
    funder: str
    forms: str
    amount: int
    to_pay_back: int
    bases: tuple[str, ...]
    """Rate × base, once each."""
    caps: tuple[str, ...]
    """The ceilings that stop it."""
    state: str
    met: int
    """Conditions that known facts meet."""
    to_prove: tuple[Condition, ...]
    to_reread: int
    """Figures of the law that nobody read in a text."""
    stage: str = PROPOSED
    """Where its request stands: only proposed, or asked of its funder."""


def payers(dossier: PlanDossier, found: ProjectRecord, stages: Mapping[str, str]) -> tuple[Payer, ...]:
    """Those of the plan, in its order. ``stages``: dispositif → where its request stands."""
    groups: dict[str, list[PlanLine]] = {}
    for line in dossier.plan.lines:
        groups.setdefault(line.dispositif, []).append(line)
    return tuple(
        replace(_payer(lines, dossier, found), stage=stages.get(key, PROPOSED)) for key, lines in groups.items()
    )


def _payer(lines: list[PlanLine], dossier: PlanDossier, found: ProjectRecord) -> Payer:
    first = lines[0]
    questions = [told(each) for each in dict.fromkeys(each for line in lines for each in line.questions)]
    states: Mapping[str, None] = dict.fromkeys(line.state.label for line in lines)
    return Payer(
        dispositif=first.dispositif,
        title=set_once(first.title, capital=False),
        funder=organisation_name(first.funder),
        forms=typeset(forms_in_words(form for line in lines for form in line.forms)),
        amount=sum(line.amount for line in lines),
        to_pay_back=sum(line.to_pay_back for line in lines),
        bases=tuple(dict.fromkeys(set_once(line.formula) for line in lines if line.formula)),
        caps=_caps(lines, dossier),
        state=" · ".join(states),
        met=sum(reason.truth == Answer.YES for reason in found.reasons(first.dispositif)),
        to_prove=tuple(
            Condition(text=text, asked_of=str(asked_of.label))
            for asked_of, text in questions
            if asked_of is not OpenQuestion.AskedOf.TEXT
        ),
        to_reread=sum(asked_of is OpenQuestion.AskedOf.TEXT for asked_of, _ in questions),
    )


def _caps(lines: list[PlanLine], dossier: PlanDossier) -> tuple[str, ...]:
    """The limits that bind on one of the lines: the first two, in the order of the rules; costs are no ceiling."""
    binding = [limit for limit in dossier.explanation.limits if limit.binds and limit.rule != "cost"]
    reached = [limit for limit in binding if any(limit.concerns(line) for line in lines)]
    words = dict.fromkeys(typeset(f"{limit.label} : {format_euros(limit.allowed)}") for limit in reached)
    return tuple(words)[:_MOST_CAPS]
