"""The legal bases of a dispositif for a project: what the law lets it give on each line, on the day of its award."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from rebond.dispositifs.catalogue import Catalogue
from rebond.dispositifs.model import Dispositif, Instrument
from rebond.eligibility.choice import choose
from rebond.eligibility.criteria import Facts, Outcome
from rebond.eligibility.incentive import APPLIED_FIRST, STARTED
from rebond.eligibility.truth import Truth
from rebond.eligibility.watched import supposed
from rebond.facts import UNKNOWN
from rebond.financing.building.asking import to_fill_in
from rebond.financing.building.equivalents import Equivalents
from rebond.financing.building.figures import ALL_NATURES, Weighing, unread_of_regime
from rebond.financing.problem.model import Basis, Line
from rebond.regimes.ceilings import (
    INCENTIVE_EFFECT,
    THRESHOLDS,
    Refusal,
    adjusted_large_project_aid,
    aid_ceiling,
    applicability,
    as_one_investment,
    asked_of,
    describe_ceiling,
    notification_threshold,
)
from rebond.regimes.gross_grant_equivalent import ReferenceRates
from rebond.regimes.model import Regime, RegimeKind
from rebond.regimes.readings import Award, Reading, Standing
from rebond.units import Euros, Rate

ZERO = Decimal(0)


@dataclass(frozen=True, kw_only=True)
class Bases:
    """The legal bases that one catalogue gives at one date."""

    catalogue: Catalogue
    rates: ReferenceRates
    on: date

    def of(
        self,
        dispositif: Dispositif,
        facts: Facts,
        base_lines: Sequence[Line],
        lines: Sequence[Line],
        award: Award,
    ) -> tuple[Basis, ...]:
        """The legal bases of a dispositif that admit at least one of its lines, the law read when it is granted."""
        found = (
            self._basis(regime, dispositif, facts, base_lines, lines, award)
            for regime in self.catalogue.regimes_of(dispositif)
        )
        return tuple(basis for basis in found if basis is not None)

    def _basis(
        self,
        regime: Regime,
        dispositif: Dispositif,
        facts: Facts,
        base_lines: Sequence[Line],
        lines: Sequence[Line],
        award: Award,
    ) -> Basis | None:
        """A legal basis for a dispositif on its lines; ``None`` when it admits no line at all."""
        admitted = [line for line in base_lines if ALL_NATURES in regime.natures or line.nature in regime.natures]
        standing = self.catalogue.readings.standing(regime, award)
        if not admitted or standing.truth is Truth.NO:
            return None
        on, law = award.earliest, _law_questions(regime, dispositif, standing)
        facts = as_one_investment(regime, facts)
        regime, by_right = _by_right(regime, dispositif)
        use = applicability(regime, facts)
        aid, plain, bonus = Equivalents(rates=self.rates, on=self.on).per_euro(regime, dispositif, facts)
        ceilings: dict[str, Rate] = {}
        missing: list[str] = []
        words: dict[str, str] = {}
        asked = {line.id: asked_of(regime, facts, line.nature) for line in admitted}
        denied = {key for key, outcomes in asked.items() if any(each.truth is Truth.NO for each in outcomes)}
        for line in admitted:
            if line.id in denied and len(denied) < len(admitted):
                continue  # What the article refuses to this nature it may admit for the others.
            ceiling = aid_ceiling(regime, supposed(facts, {"nature": line.nature}), on)
            if ceiling.low > 0:
                ceilings[line.id] = ceiling.low
                words[line.id] = describe_ceiling(regime, ceiling, line.amount, bonus)
            missing.extend(ceiling.missing)
        if not ceilings:
            return None
        contribution = choose(regime.own_contribution, facts, on)
        sentences = () if is_no_aid_by_its_file(regime, dispositif) else regime.to_confirm
        judged = [(sentence.text, sentence.truth(facts)) for sentence in sentences]
        kept = [outcome for key in ceilings for outcome in asked[key]]
        missing += [name for outcome in kept if outcome.truth is Truth.UNKNOWN for name in outcome.missing]
        open_ones = [f"{regime.article} : {text}" for text, truth in judged if truth is Truth.UNKNOWN]
        reserves = [*(f"{regime.article} : {sentence}" for sentence in by_right), *open_ones]
        missing += [*contribution.missing, *notification_threshold(regime, facts, on).missing]
        if use.truth is Truth.UNKNOWN:
            missing = [*use.missing, *missing]
        if dispositif.before_works and facts.get(APPLIED_FIRST, UNKNOWN) is UNKNOWN:
            missing.append(APPLIED_FIRST)
        asks_first = regime.incentive_effect or dispositif.before_works
        refusals = (
            *use.refusals,
            *(Refusal(family=THRESHOLDS, text=f"infirmé — {text}") for text, truth in judged if truth is Truth.NO),
            *_denied(regime, kept),
            *_own_delay(regime, dispositif, facts),
            *(_begun_without_a_request(regime, facts) if asks_first else ()),
        )
        weighing = Weighing(facts=facts, on=on, no_effect_below=self.catalogue.plan_settings.unread_no_effect_below)
        unread = unread_of_regime(regime, [line for line in admitted if line.id in ceilings], lines, weighing)
        return Basis(
            regime=regime.id,
            article=regime.article,
            kind=regime.kind,
            ceilings=ceilings,
            aid_per_euro=aid,
            plain_per_euro=plain,
            advance_bonus=bonus,
            project_cap=self._project_cap(regime, facts, ceilings, lines, on),
            own_contribution=contribution.high or ZERO,
            per_project=regime.per_project,
            refused_by=frozenset(refusal.family for refusal in refusals),
            refusals=tuple(refusal.text for refusal in refusals),
            doubtful=use.truth is Truth.UNKNOWN or (asks_first and facts.get(APPLIED_FIRST, UNKNOWN) is UNKNOWN),
            reserves=tuple(reserves),
            questions=(*open_ones, *to_fill_in(missing, self.catalogue), *law),
            # A text in force says nothing of a dispositif that its funder has not moved to it.
            readings=standing.readings if regime.id in dispositif.regimes else standing.readings - {Reading.TEXTS},
            law_question=standing.condition if standing.about_law else "",
            award=award.words,
            object=regime.object,
            verified=not unread,
            unread=unread,
            ceiling_words=words,
        )

    def _project_cap(
        self, regime: Regime, facts: Facts, ceilings: Mapping[str, Rate], lines: Sequence[Line], on: date
    ) -> Euros | None:
        """The lower of the notification threshold and the adjusted amount of a large project."""
        caps = [notification_threshold(regime, facts, on).least]
        own = sum((line.amount for line in lines if line.id in ceilings), ZERO)
        whole = sum((line.amount for line in lines), ZERO)
        # The other parts of a single investment project count in the brackets; this project has its share of the aid.
        costs = own + max(ZERO, Decimal(str(facts["cout_total"])) - whole) if "cout_total" in facts else own
        if regime.large_project is not None and ceilings:
            large = supposed(facts, {"taille_ue": "grande", "activite_nouvelle": True})
            natures = {line.nature for line in lines if line.id in ceilings}
            plain = max(aid_ceiling(regime, supposed(large, {"nature": nature}), on).low for nature in natures)
            adjusted = adjusted_large_project_aid(regime, plain, costs, facts, on)
            caps.append(None if adjusted is None else adjusted * own / costs)
        return min((cap for cap in caps if cap is not None), default=None)

    def why_none(self, dispositif: Dispositif, award: Award) -> str:
        """Why no legal basis admits a line: the texts that are over on that date, when they are the reason."""
        regimes = self.catalogue.regimes_of(dispositif)
        open_ones = (self.catalogue.readings.standing(regime, award).truth is not Truth.NO for regime in regimes)
        if not regimes:
            return "la fiche ne dit pas sous quel texte l'aide est donnée : à demander au financeur"
        if any(open_ones):
            return NO_TEXT
        articles = ", ".join(dict.fromkeys(regime.article for regime in regimes))
        return f"base légale hors de sa période de validité ({award.words}) : {articles}"


NO_TEXT = "aucun des textes de la fiche n'admet ces dépenses : à demander au financeur"


def _by_right(regime: Regime, dispositif: Dispositif) -> tuple[Regime, tuple[str, ...]]:
    """The regime as a tax measure meets it, and what is left to confirm.

    RGEC art. 6(4): a right that the law gives without discretion has its incentive effect without any application, when
    it is in force before works start.
    """
    if not regime.incentive_effect or dispositif.instrument not in {Instrument.TAX_CREDIT, Instrument.EXEMPTION}:
        return regime, ()
    reserve = (
        "la mesure fiscale est de droit et en vigueur avant le début des travaux (art. 6 §4), sans demande préalable."
    )
    return replace(regime, incentive_effect=False), (reserve,)


def is_no_aid_by_its_file(regime: Regime, dispositif: Dispositif) -> bool:
    """Whether the file of the dispositif says, with a source, why its support is no State aid: nothing to confirm."""
    return regime.kind is RegimeKind.NO_AID and bool(dispositif.no_aid_because)


def _denied(regime: Regime, outcomes: Iterable[Outcome]) -> Iterable[Refusal]:
    """The conditions of a regime that the facts deny."""
    for text in dict.fromkeys(each.change or each.expected for each in outcomes if each.truth is Truth.NO):
        yield Refusal(family=THRESHOLDS, text=f"{regime.article} : {text}")


def _law_questions(regime: Regime, dispositif: Dispositif, standing: Standing) -> tuple[str, ...]:
    """What keeps a basis from being firm at the date of the award: the day, the text, or whose text it is."""
    found = [standing.condition] if standing.condition else []
    if regime.id not in dispositif.regimes:
        found.append(f"à confirmer — le financeur a rattaché son dispositif à {regime.article}")
    return tuple(found)


def _own_delay(regime: Regime, dispositif: Dispositif, facts: Facts) -> Iterable[Refusal]:
    """A funder that wants the request before any commitment refuses a late one, even where the regime does not ask."""
    if not regime.incentive_effect and dispositif.before_works and facts.get(APPLIED_FIRST, UNKNOWN) is False:
        text = "le financeur demande une lettre ou une demande avant tout engagement"
        yield Refusal(family=INCENTIVE_EFFECT, text=text)


def _begun_without_a_request(regime: Regime, facts: Facts) -> Iterable[Refusal]:
    """Works that began before any request that is known: a new one would come too late, only an old one can open it."""
    if facts.get(APPLIED_FIRST, UNKNOWN) is UNKNOWN and facts.get(STARTED, UNKNOWN) is True:
        text = f"{regime.article} : travaux commencés, à établir d'abord, une demande datée d'avant"
        yield Refusal(family=INCENTIVE_EFFECT, text=text)
