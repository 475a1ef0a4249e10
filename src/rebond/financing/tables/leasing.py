"""Leased equipment: which supports of a plan take it as a cost, by what their texts say; else, whom to ask."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rebond.eligibility.criteria import Criterion, Facts
from rebond.eligibility.secured_financing import LEASING, secured_financing
from rebond.eligibility.truth import Truth, all_of
from rebond.eligibility.values import leaves_of
from rebond.facts import UNKNOWN
from rebond.financing.context import Study
from rebond.units import format_euros

ACQUIRED_BY, LEASED = "mode_acquisition", "credit_bail"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeasingNote:
    """What the texts of a support say of leased equipment; UNKNOWN: nothing."""

    title: str
    truth: Truth
    sources: tuple[str, ...]

    @property
    def words(self) -> str:
        """In French, with the source or with what to ask."""
        said = " ; ".join(self.sources)
        return {
            Truth.YES: f"un bien en crédit-bail est admis dans l'assiette ({said})",
            Truth.NO: f"un bien en crédit-bail n'est pas admis dans l'assiette : l'en retirer ({said})",
            Truth.UNKNOWN: "les textes lus n'en disent rien : demander au financeur si l'assiette admet le crédit-bail",
        }[self.truth]


@dataclass(frozen=True, slots=True, kw_only=True)
class Leasing:
    """What of the project is leased, and what each support makes of it."""

    sentence: str
    notes: tuple[LeasingNote, ...]
    refused: tuple[str, ...]
    """Dispositifs that refuse the project because its equipment is leased."""


def leasing_of(found: Study) -> Leasing | None:
    """``None`` when nothing of the project is known to be leased."""
    amount = secured_financing(found.context.project).amount(LEASING)
    is_leased = found.facts.get(ACQUIRED_BY, UNKNOWN) == LEASED
    if not is_leased and (amount is UNKNOWN or not amount):
        return None
    said = "des équipements sont pris en crédit-bail" if amount is UNKNOWN else f"{format_euros(amount)} en crédit-bail"
    return Leasing(
        sentence=f"Déclaré : {said}.",
        notes=tuple(_note(found, dispositif) for dispositif in found.plan.files),
        refused=tuple(_refused(found)),
    )


def _note(found: Study, dispositif: str) -> LeasingNote:
    catalogue = found.context.catalogue
    mine = [line for line in found.plan.lines if line.dispositif == dispositif]
    texts: list[Criterion] = []
    if (item := catalogue.dispositifs.get(dispositif)) is not None:
        texts += [item.conditions] if item.conditions is not None else []
    for regime in dict.fromkeys(line.regime for line in mine):
        if (basis := catalogue.regimes.get(regime)) is not None:
            texts += [*([basis.conditions] if basis.conditions is not None else []), *basis.asked]
    told = [said for text in texts for said in said_of_leasing(text, found.facts)]
    truth = all_of(each for each, _ in told) if told else Truth.UNKNOWN
    return LeasingNote(title=mine[0].title, truth=truth, sources=tuple(dict.fromkeys(source for _, source in told)))


def said_of_leasing(text: Criterion, facts: Facts) -> Iterator[tuple[Truth, str]]:
    """What the conditions on how equipment is acquired say of it when it is leased, each with its source."""
    for found in text.judge({**facts, ACQUIRED_BY: LEASED}).leaves():
        inside = [leaf for leaf in leaves_of(found.criterion) if ACQUIRED_BY in leaf.names]
        if inside:
            yield found.truth, found.criterion.source or inside[0].source


def _refused(found: Study) -> Iterable[str]:
    catalogue = found.context.catalogue
    for verdict in found.verdicts:
        item = catalogue.dispositifs[verdict.dispositif]
        if verdict.truth is not Truth.NO or item.conditions is None:
            continue
        bought = item.conditions.truth({**found.facts, ACQUIRED_BY: "achat"})
        if bought is not Truth.NO and item.conditions.truth(found.facts) is Truth.NO:
            yield item.title
