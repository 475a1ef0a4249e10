"""Which question to ask next: the missing facts, ranked by the aid that hangs on them.

For every dispositif that is neither YES nor NO, the aid it can give at most (``aid_bounds``) is shared equally among
the questions it still asks; a question is worth the sum of its shares. A sentence to confirm takes someone's time and
decides one dispositif only: it is asked once the facts that could refuse the dispositif are known. The euros shown are
those that remain possible after the worst and after the best answer, other facts staying unknown: each answer that
conditions can tell apart is tried on every dispositif that waits for it. Of equal stakes, what nobody can change (the
trade, what the project is) is asked before what the firm decides (a commitment, a purchase).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from rebond.dispositifs.amounts import AidBounds, aid_bounds
from rebond.dispositifs.catalogue import Catalogue
from rebond.dispositifs.model import Dispositif
from rebond.dispositifs.screening import screen, truth_of, whole_criterion
from rebond.eligibility.criteria import Facts
from rebond.eligibility.dictionary import FactDictionary
from rebond.eligibility.reading import CONFIRM_PREFIX
from rebond.eligibility.truth import Truth
from rebond.eligibility.values import AnyLeaf, leaves_of, telling_values
from rebond.facts import UNKNOWN, FactValue, Maybe
from rebond.units import Euros, format_euros

_TOTAL, _PLACE = "cout_total", ("code_commune",)
ASKED_THROUGH: Mapping[str, tuple[str, ...]] = {
    "age_annees": ("date_creation",),
    "section_naf": ("code_naf",),
    "duree_mois": ("date_debut", "date_fin"),
    "demande_avant_travaux": ("travaux_commences",),
    "departement": _PLACE,
    "region": _PLACE,
    "epci": _PLACE,
    "zone_afr": _PLACE,
    "zone_frr": _PLACE,
    "zone_ftj": _PLACE,
    "territoire_industrie": _PLACE,
    "agence_eau": _PLACE,
    "forme_societe": ("forme_juridique",),
}
"""A fact that follows from others → those to ask for instead, while they are unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stake:
    """The aid of one dispositif that waits for an answer."""

    dispositif: str
    bounds: AidBounds


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question to ask, what hangs on it, and why it is worth asking."""

    fact: str
    """A fact of the dictionary, or the key of a sentence to confirm."""
    text: str
    stakes: tuple[Stake, ...]
    """Every dispositif that waits for this answer."""
    settles: tuple[str, ...]
    """Dispositifs that one answer at least decides by itself."""
    low: Maybe[Euros]
    """Aid still possible after the worst answer, UNKNOWN when no amount is known."""
    high: Maybe[Euros]
    """Aid still possible after the best answer."""
    reason: str


@dataclass(frozen=True, kw_only=True)
class _Open:
    """An undecided dispositif and what it asks now."""

    dispositif: Dispositif
    missing: tuple[str, ...]
    bounds: AidBounds
    leaves: tuple[AnyLeaf, ...]
    questions: frozenset[str]

    @property
    def amount(self) -> Euros:
        return Decimal(0) if self.bounds.high is UNKNOWN else self.bounds.high


def next_questions(
    facts: Facts, catalogue: Catalogue, on: date, *, limit: int = 5, only: Iterable[str] | None = None
) -> tuple[Question, ...]:
    """The questions worth asking first, at most ``limit``; what is known is never asked. Same input, same answer.

    ``only`` looks at some dispositifs, by id.
    """
    waiting: dict[str, list[_Open]] = {}
    looked_at = [catalogue.dispositifs[name] for name in (catalogue.dispositifs if only is None else only)]
    for item in _undecided(facts, looked_at, on):
        for question in item.questions:
            waiting.setdefault(question, []).append(item)
    rank = {name: index for index, name in enumerate(catalogue.dictionary)}
    # Without costs an aid is bounded by its cap alone, which can be national: one sentence would pass before all facts.
    costs_known = facts.get(_TOTAL, UNKNOWN) is not UNKNOWN
    asked = sorted(
        waiting,
        key=lambda name: (
            name.startswith(CONFIRM_PREFIX) and not costs_known,
            -_share(waiting[name]),
            not (name in catalogue.dictionary and catalogue.dictionary[name].fixed),
            -len(waiting[name]),
            rank.get(name, len(rank)),
            name,
        ),
    )
    return tuple(_question(name, waiting[name], facts, catalogue, on) for name in asked[:limit])


def question_of(fact: str, dictionary: FactDictionary, sentences: Mapping[str, str]) -> str:
    """How to ask for a fact, or for a sentence to confirm (key → text)."""
    if fact in sentences:
        return f"À confirmer : {sentences[fact]}"
    definition = dictionary[fact]
    return definition.question or f"{definition.label} : que faut-il retenir ?"


def facts_to_ask(missing: Iterable[str], facts: Facts) -> tuple[str, ...]:
    """What to ask so that missing facts become known: themselves, or the unknown facts that they follow from."""
    asked: list[str] = []
    for name in missing:
        through = [origin for origin in ASKED_THROUGH.get(name, ()) if facts.get(origin, UNKNOWN) is UNKNOWN]
        asked.extend(through or [name])
    return tuple(dict.fromkeys(asked))


def sentences_of(dispositifs: Iterable[Dispositif]) -> dict[str, str]:
    """The sentences to confirm, by key."""
    return {sentence.key: sentence.text for dispositif in dispositifs for sentence in dispositif.to_confirm}


def _undecided(facts: Facts, dispositifs: Iterable[Dispositif], on: date) -> Iterator[_Open]:
    for dispositif in dispositifs:
        if truth_of(dispositif, facts, on) is not Truth.UNKNOWN:
            continue
        missing = screen(dispositif, facts, on).missing
        typed = tuple(name for name in missing if not name.startswith(CONFIRM_PREFIX))
        yield _Open(
            dispositif=dispositif,
            missing=typed or missing,
            bounds=aid_bounds(dispositif, facts, on),
            leaves=tuple(leaves_of(whole_criterion(dispositif))),
            questions=frozenset(facts_to_ask(typed or missing, facts)),
        )


def _share(items: Iterable[_Open]) -> Euros:
    return sum((item.amount / len(item.questions) for item in items), Decimal(0))


def _question(name: str, items: Sequence[_Open], facts: Facts, catalogue: Catalogue, on: date) -> Question:
    worst, best, settled = _either_way(name, items, facts, on)
    known = [item for item in items if item.bounds.high is not UNKNOWN]
    limit = facts.get(_TOTAL, UNKNOWN)
    low, high = (_within(amount, limit) if known else UNKNOWN for amount in (worst, best))
    return Question(
        fact=name,
        text=question_of(name, catalogue.dictionary, sentences_of(item.dispositif for item in items)),
        stakes=tuple(Stake(dispositif=item.dispositif.id, bounds=item.bounds) for item in items),
        settles=settled,
        low=low,
        high=high,
        reason=_reason(name, items, settled, low, high),
    )


def _either_way(name: str, items: Sequence[_Open], facts: Facts, on: date) -> tuple[Euros, Euros, tuple[str, ...]]:
    """Aid still possible after the worst and the best answer, and what an answer can settle by itself."""
    sums: list[Euros] = []
    settled: set[str] = set()
    for answer in _answers(name, items, facts):
        answered = {**facts, **answer}
        possible = Decimal(0)
        for item in items:
            truth = truth_of(item.dispositif, answered, on)
            possible += Decimal(0) if truth is Truth.NO else item.amount
            if truth is not Truth.UNKNOWN:
                settled.add(item.dispositif.id)
        sums.append(possible)
    ids = tuple(item.dispositif.id for item in items if item.dispositif.id in settled)
    return min(sums), max(sums), ids


def _answers(name: str, items: Sequence[_Open], facts: Facts) -> Iterator[dict[str, FactValue]]:
    """The answers that the conditions tell apart, for the fact itself or for the facts that follow from it."""
    followers = dict.fromkeys(fact for item in items for fact in item.missing if name in facts_to_ask((fact,), facts))
    for fact in followers:
        leaves = [leaf for item in items for leaf in item.leaves if fact in leaf.names]
        for value in telling_values(leaves):
            yield {fact: value}


def _within(amount: Euros, cost: FactValue) -> Euros:
    """Support never exceeds the cost of the project."""
    return min(amount, Decimal(cost)) if isinstance(cost, Decimal | int) else amount


def _reason(name: str, items: Sequence[_Open], settled: Sequence[str], low: Maybe[Euros], high: Maybe[Euros]) -> str:
    count = f"{len(items)} dispositifs attendent" if len(items) > 1 else "1 dispositif attend"
    parts = [f"{count} cette {'confirmation' if name.startswith(CONFIRM_PREFIX) else 'réponse'}"]
    if settled:
        parts.append(f"elle peut en décider {len(settled)} à elle seule")
    unknown = sum(1 for item in items if item.bounds.high is UNKNOWN)
    if low is UNKNOWN or high is UNKNOWN:
        parts.append("aucun montant connu")
    else:
        span = f"selon la réponse, de {format_euros(low)} à {format_euros(high)} d'aide restent possibles"
        if low == high:
            span = f"quelle que soit la réponse, jusqu'à {format_euros(high)} d'aide restent possibles"
        parts.append(f"{span} (somme des taux et plafonds, avant cumul)")
        if unknown:
            parts.append(f"sans compter {unknown} dispositif{'s' if unknown > 1 else ''} au montant inconnu")
    return " ; ".join(parts)
