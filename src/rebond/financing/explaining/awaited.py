"""What decides each support, condition by condition: met, to prove, supposed, to ask its funder, to read in a text.

And who answers each, when the decision is expected, and what hangs on a text that may be over by then.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from rebond.eligibility.truth import Truth
from rebond.facts import UNKNOWN
from rebond.financing.context import Study
from rebond.financing.plan.certainty import TO_REREAD
from rebond.financing.plan.face_value import unborne_advance
from rebond.financing.plan.model import PlanLine
from rebond.regimes.model import RegimeKind
from rebond.regimes.readings import Award
from rebond.units import NO_BREAK_SPACE, format_euros

FIRM = "l'entreprise"
TEAM = "l'équipe de la mission"
_ASK_FUNDER, _TO_FILL, _TO_SETTLE = "à demander au financeur — ", "à renseigner — ", "à établir — "
_TO_CONFIRM, _RIPENESS = "à confirmer — ", "la maturité"


class State(enum.StrEnum):
    """Where a condition stands."""

    MET = "remplie"
    TO_PROVE = "a_prouver"
    SUPPOSED = "supposee"
    TO_ASK = "a_demander"
    TO_READ = "a_relire"

    @property
    def label(self) -> str:
        """The words shown to people."""
        return {
            "remplie": "Remplies",
            "a_prouver": "À prouver ou à confirmer",
            "supposee": "Supposées",
            "a_demander": "À demander au financeur",
            "a_relire": "À relire dans un texte",
        }[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One condition or question, and who answers it."""

    state: State
    words: str
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EndingText:
    """A text that ends, perhaps before the decision, and the euros that hang on it."""

    article: str
    last_day: date
    amount: int
    surely: bool
    """Whether the decision surely comes after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Awaited:
    """All that decides one support."""

    dispositif: str
    conditions: tuple[Condition, ...]
    awards: tuple[tuple[str, tuple[str, ...]], ...]
    """When the decision is expected, in French → the cost lines that it pays."""
    ending: tuple[EndingText, ...]

    def of(self, state: State) -> tuple[Condition, ...]:
        """The conditions that stand so."""
        return tuple(each for each in self.conditions if each.state is state)

    @property
    def questions(self) -> tuple[Condition, ...]:
        """All that is still to be answered."""
        return tuple(each for each in self.conditions if each.state not in {State.MET, State.SUPPOSED})


def awaited_of(found: Study) -> tuple[Awaited, ...]:
    """What each support of a plan waits for, in its order."""
    return tuple(_awaited(found, key) for key in found.plan.files)


def _awaited(found: Study, key: str) -> Awaited:
    mine = [line for line in found.plan.lines if line.dispositif == key]
    organisations = found.context.catalogue.organisations
    funder = organisations[mine[0].funder].name if mine[0].funder in organisations else mine[0].funder
    conditions = [*_met(found, key), *_asked(mine, funder), *_supposed(found, mine)]
    if advance := unborne_advance(found.context.project, found.plan, key):
        words = (
            f"de quoi rembourser {format_euros(advance)} d'avance : la capacité d'emprunt déclarée ne les porte pas "
            "avec les prêts du plan"
        )
        conditions.append(Condition(state=State.TO_PROVE, words=words, who=f"{FIRM}, avec sa banque"))
    awards: dict[str, list[str]] = {}
    for line in mine:
        if line.award:
            awards.setdefault(line.award, []).append(line.line)
    return Awaited(
        dispositif=key,
        conditions=tuple(dict.fromkeys(conditions)),
        awards=tuple((words, tuple(lines)) for words, lines in awards.items()),
        ending=tuple(_ending(found, mine)),
    )


def _met(found: Study, key: str) -> Iterable[Condition]:
    """What the facts already settle for the support; the envelope of a call is judged with its own dispositif."""
    for verdict in found.verdicts:
        if verdict.dispositif == key:
            for reason in verdict.reasons:
                if reason.truth is Truth.YES:
                    words = f"{reason.expected} ({reason.observed})" if reason.observed else reason.expected
                    yield Condition(state=State.MET, words=words, who="")


def _asked(lines: Sequence[PlanLine], funder: str) -> Iterable[Condition]:
    """The questions of the lines, each once."""
    laws = {line.law_question for line in lines} - {""}
    envelope = lines[0].is_envelope
    for question in dict.fromkeys(question for line in lines for question in line.questions):
        yield _condition(question, funder, about_law=question in laws, envelope=envelope)


def _condition(question: str, funder: str, *, about_law: bool, envelope: bool) -> Condition:
    """A question as a condition: how it begins says who answers."""
    if about_law:
        return Condition(state=State.TO_READ, words=question, who=f"{TEAM}, au texte publié ; à défaut {funder}")
    begins = (
        (_ASK_FUNDER, State.TO_ASK, funder),
        (TO_REREAD, State.TO_READ, f"{TEAM}, dans le texte"),
        (_TO_CONFIRM, State.TO_ASK, funder),
        (_TO_FILL, State.TO_PROVE, FIRM),
        (_TO_SETTLE, State.TO_ASK, funder),
    )
    for start, state, who in begins:
        if question.startswith(start):
            words = question.removeprefix(start)
            if words.startswith(_RIPENESS):
                return Condition(state=State.TO_PROVE, words=words, who=f"{FIRM}, avec {TEAM}")
            return Condition(state=state, words=words, who=who)
    who = f"le comité de pilotage, puis {funder}" if envelope else f"{FIRM}, et {funder} l'apprécie"
    return Condition(state=State.TO_PROVE, words=question, who=who)


def _supposed(found: Study, lines: Sequence[PlanLine]) -> Iterable[Condition]:
    """What the plan takes for granted and nobody said."""
    context = found.context
    item = context.catalogue.dispositifs.get(lines[0].dispositif)
    if context.project.borrowing_capacity is UNKNOWN and any(line.to_pay_back for line in lines):
        words = "une capacité d'emprunt, que personne n'a dite et que le plan tient à une lecture prudente"
        yield Condition(state=State.SUPPOSED, words=words, who=FIRM)
    if item is not None:
        delay = context.catalogue.delays.of(item.id, item.instructor or item.funder)
        if delay is not UNKNOWN and delay.assumed:
            words = f"un délai d'instruction de {delay.months}{NO_BREAK_SPACE}mois ({delay.source})"
            organisations, desk = context.catalogue.organisations, item.instructor or item.funder
            yield Condition(
                state=State.SUPPOSED, words=words, who=organisations[desk].name if desk in organisations else desk
            )
    regimes = context.catalogue.regimes
    if any(line.regime in regimes and regimes[line.regime].kind is RegimeKind.EXEMPTION for line in lines):
        for assumption in context.zone_assumptions:
            words = f"zonage {assumption.zone.upper()} : « {assumption.value} » ({assumption.source})"
            yield Condition(state=State.SUPPOSED, words=words, who=TEAM)


def _ending(found: Study, lines: Sequence[PlanLine]) -> Iterable[EndingText]:
    """The texts that a decision may come after."""
    context = found.context
    catalogue = context.catalogue
    item = catalogue.dispositifs.get(lines[0].dispositif)
    if item is None:
        return
    award: Award = catalogue.award(context.project, item, context.on)
    for key in dict.fromkeys(line.regime for line in lines):
        regime = catalogue.regimes.get(key)
        last = None if regime is None else catalogue.readings.last_day(regime)
        if regime is not None and last is not None and last < award.latest:
            amount = sum(line.amount for line in lines if line.regime == key)
            yield EndingText(article=regime.article, last_day=last, amount=amount, surely=last < award.earliest)


def ending_sentences(awaited: Iterable[Awaited]) -> Iterable[str]:
    """For the first page: the day on which texts end, the articles, and the euros that then wait."""
    found: dict[tuple[date, bool], dict[str, int]] = {}
    for support in awaited:
        for text in support.ending:
            articles = found.setdefault((text.last_day, text.surely), {})
            articles[text.article] = articles.get(text.article, 0) + text.amount
    for (last, surely), articles in sorted(found.items()):
        amount, named = format_euros(sum(articles.values())), ", ".join(sorted(articles))
        ends = "finit" if len(articles) == 1 else "finissent"
        if surely:
            then = f"la décision est attendue après : {amount} du plan en dépendent, tant que rien n'est prorogé"
        else:
            then = f"{amount} du plan en dépendent si la décision vient après, tant que rien n'est prorogé"
        yield f"{named} {ends} le {last:%d/%m/%Y} ; {then}."
