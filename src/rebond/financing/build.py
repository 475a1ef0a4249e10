"""From a project, its verdicts and the catalogue to the problem of its plan: every figure of the law, at the date."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from rebond.dispositifs.catalogue import Catalogue
from rebond.dispositifs.model import Dispositif, Instrument
from rebond.eligibility.choice import Choice, choose
from rebond.eligibility.criteria import Facts, Outcome
from rebond.eligibility.incentive import APPLIED_FIRST, facts_for_funders
from rebond.eligibility.truth import Truth
from rebond.eligibility.verdict import Verdict
from rebond.facts import UNKNOWN, AidObtained, Project
from rebond.financing.equivalents import Equivalents
from rebond.financing.problem import Basis, GrantedAid, Line, Offer, ProjectProblem
from rebond.regimes.ceilings import (
    INCENTIVE_EFFECT,
    THRESHOLDS,
    Applicability,
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
from rebond.units import Euros, Rate, format_euros, format_rate

ZERO = Decimal(0)
ALL_NATURES = "tous"
NATURE = "nature"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unquantified:
    """A dispositif that is not refused but whose amount cannot be computed, and why."""

    dispositif: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltProject:
    """The problem of a project, and the dispositifs that could not enter it."""

    problem: ProjectProblem
    unquantified: tuple[Unquantified, ...]

    def has_basis(self, kind: RegimeKind) -> bool:
        """Whether the law leaves a legal basis of that kind open to one of the offers."""
        return any(
            basis.kind is kind and not basis.refused_by for offer in self.problem.offers for basis in offer.bases
        )


@dataclass(frozen=True, kw_only=True)
class ProblemBuilder:
    """Builds the problems of one mission: one catalogue, one date."""

    catalogue: Catalogue
    rates: ReferenceRates
    on: date

    @property
    def equivalents(self) -> Equivalents:
        """Gross grant equivalents at the builder's date."""
        return Equivalents(rates=self.rates, on=self.on)

    def project(
        self,
        project: Project,
        undertaking: str,
        facts: Facts,
        verdicts: Iterable[Verdict],
        aids: Sequence[AidObtained] = (),
        extra_offers: Iterable[Offer] = (),
        *,
        ripe: bool = True,
        questions: Iterable[str] = (),
    ) -> BuiltProject:
        """The problem of one project; ``aids`` are those already obtained for it.

        ``questions``: what keeps any support of it from being firm, besides its own financing.
        """
        lines = tuple(
            Line(id=c.id, nature=c.nature, amount=c.amount, year=c.year, label=c.label) for c in project.costs
        )
        own = _Own(
            financing=None if project.own_financing is UNKNOWN else project.own_financing,
            capacity=None if project.borrowing_capacity is UNKNOWN else project.borrowing_capacity,
            questions=tuple(questions),
        )
        need = max(ZERO, project.total_cost - (own.financing or ZERO))
        offers: list[Offer] = []
        unquantified: list[Unquantified] = []
        for verdict in verdicts:
            if verdict.truth is Truth.NO:
                continue
            dispositif = self.catalogue.dispositifs[verdict.dispositif]
            seen = facts_for_funders(facts, project, dispositif.desks)
            award = self.catalogue.award(project, dispositif, self.on)
            offer = self._offer(dispositif, verdict, seen, lines, award)
            if isinstance(offer, Offer):
                offers.append(self._with_money(offer, need, own))
            elif offer:
                unquantified.append(Unquantified(dispositif=dispositif.id, reason=offer))
        offers.extend(extra_offers)
        problem = ProjectProblem(
            id=project.id,
            undertaking=undertaking,
            lines=lines,
            offers=tuple(offers),
            need=need,
            loan_cap=self._prudent_capacity(project, facts) if own.capacity is None else own.capacity,
            match_secured=own.financing or ZERO,
            ripe=ripe,
            granted=tuple(self._granted(aids, lines, facts)),
            exclusions=self._exclusions(offers),
        )
        return BuiltProject(problem=problem, unquantified=tuple(unquantified))

    def _prudent_capacity(self, project: Project, facts: Facts) -> Euros:
        """What a possible plan may borrow while nobody said what the firm can: unknown is never unlimited."""
        settings = self.catalogue.plan_settings
        most = settings.unknown_capacity_share * project.total_cost
        funds = facts.get("capitaux_propres", UNKNOWN)
        if settings.within_own_funds and isinstance(funds, Decimal | int):
            return max(ZERO, min(most, Decimal(funds)))
        return most

    def _with_money(self, offer: Offer, need: Euros, own: _Own) -> Offer:
        """The offer with what the project's money leaves to ask before its euros are firm."""
        asked: list[str] = []
        if offer.borrowed and own.capacity is None:
            asked.append("à renseigner — capacité d'emprunt restante de l'entreprise")
        if offer.private_match:
            caps = (offer.max_support, offer.aid_cap, offer.own_funds_cap, need)
            wanted = min(cap for cap in caps if cap is not None)
            if (own.financing or ZERO) < wanted:
                secured = format_euros(own.financing or ZERO)
                asked.append(f"à renseigner — un euro privé pour un euro prêté : {secured} acquis, le reste à trouver")
        money = own.questions
        if own.financing is None:
            money = (*money, "à renseigner — financement déjà acquis (fonds propres et prêts) : le besoin en dépend")
        return replace(
            offer,
            questions=(*offer.questions, *asked, *money),
            unknown_money=bool(asked),
            least_useful=self.catalogue.plan_settings.least_useful(offer.instrument, need),
        )

    def _offer(
        self, dispositif: Dispositif, verdict: Verdict, facts: Facts, lines: Sequence[Line], award: Award
    ) -> Offer | str:
        """The offer, or the reason in French why no amount can be computed (empty: nothing to finance)."""
        if reason := self._no_amount(dispositif, facts):
            return reason
        natures = dispositif.advantage.natures
        base_lines = [line for line in lines if line.amount > 0 and (ALL_NATURES in natures or line.nature in natures)]
        if not base_lines:
            return ""
        spend = sum((line.amount for line in base_lines), ZERO)
        floor = choose(dispositif.advantage.base_floor, facts, self.on)
        if floor.high is not None and spend < floor.high:
            return f"dépense éligible de {format_euros(spend)} sous le plancher de {format_euros(floor.high)}"
        limit = self._limit(dispositif, facts, spend)
        if isinstance(limit, str):
            return limit
        bases = self.bases(dispositif, facts, base_lines, lines, award)
        if not bases:
            return self._no_basis(dispositif, award)
        return self._offer_of(dispositif, verdict, facts, base_lines, bases, limit)

    def _no_basis(self, dispositif: Dispositif, award: Award) -> str:
        """Why no legal basis admits a line: the texts that are over on that date, when they are the reason."""
        regimes = self.catalogue.regimes_of(dispositif)
        open_ones = (self.catalogue.readings.standing(regime, award).truth is not Truth.NO for regime in regimes)
        if any(open_ones) or not regimes:
            return "aucune base légale utilisable"
        articles = ", ".join(dict.fromkeys(regime.article for regime in regimes))
        return f"base légale hors de sa période de validité ({award.words}) : {articles}"

    def _no_amount(self, dispositif: Dispositif, facts: Facts) -> str:
        """Why no amount can be computed, whatever the costs; empty when one can."""
        guarantee = dispositif.advantage.guarantee
        if not dispositif.is_quantified:
            gaps = [gap.question for gap in dispositif.gaps if gap.field in {"taux", "assiette", "plafond_aide"}]
            if dispositif.instrument is Instrument.GUARANTEE:
                gaps.append("une garantie appuie un crédit bancaire ; le garant en déclare la part d'aide")
            return gaps[0] if gaps else "montant au cas par cas"
        return "" if guarantee is None else self.equivalents.unusable_guarantee(guarantee, facts)

    def _offer_of(
        self,
        dispositif: Dispositif,
        verdict: Verdict,
        facts: Facts,
        base_lines: Sequence[Line],
        bases: tuple[Basis, ...],
        limit: _Limit,
    ) -> Offer | str:
        advantage = dispositif.advantage
        loan = advantage.loan
        own_funds: Euros | None = None
        if loan is not None and loan.capped_by_own_funds:
            amount = facts.get("capitaux_propres", UNKNOWN)
            if not isinstance(amount, Decimal | int):
                return "plafond égal aux fonds propres, qui sont inconnus"
            own_funds = max(ZERO, Decimal(amount))
        cap = choose(advantage.aid_cap, facts, self.on)
        floor = choose(advantage.aid_floor, facts, self.on)
        rows = (*advantage.rate, *advantage.aid_cap, *advantage.base_cap)
        return Offer(
            id=dispositif.id,
            title=dispositif.title,
            funder=dispositif.funder,
            instrument=dispositif.instrument,
            lines=frozenset(line.id for line in base_lines),
            bases=bases,
            max_support=limit.amount,
            uncapped_support=limit.uncapped,
            subsidy_deduction=limit.deduction,
            aid_cap=cap.least,
            min_support=floor.high or ZERO,
            benefit_per_euro=self.equivalents.benefit(dispositif),
            private_match=loan is not None and loan.private_match,
            own_funds_cap=own_funds,
            budget=dispositif.id if dispositif.budget is not None else "",
            formula=limit.words + (f", au plus {format_euros(cap.least)}" if cap.least is not None else ""),
            reserves=tuple(self._reserves(verdict)),
            questions=(*self._reserves(verdict), *self._to_fill_in(dispositif, facts)),
            sources=tuple(dict.fromkeys(row.source for row in rows if row.source)) or dispositif.sources,
            verified=all(row.verified for row in rows)
            and dispositif.reliability != "M"
            and not self.equivalents.is_unverified(dispositif),
            parts=advantage.parts,
        )

    def _limit(self, dispositif: Dispositif, facts: Facts, spend: Euros) -> _Limit | str:
        """Rate × base (after its cap), or the amount by unit; a reason when a figure is unknown."""
        advantage = dispositif.advantage
        base_cap = choose(advantage.base_cap, facts, self.on)
        base = min(spend, base_cap.least) if base_cap.least is not None else spend
        limits: list[_Limit] = []
        if advantage.rate:
            rate = choose(advantage.rate, facts, self.on)
            if rate.low is None:
                return self._no_rate(rate)
            capped = f" (assiette plafonnée à {format_euros(base)})" if base < spend else ""
            words = f"{format_rate(rate.low)} de {format_euros(base)}{capped}"
            uncapped = rate.low * spend if capped else None
            deduction = rate.low if advantage.net_of_subsidies else ZERO
            words += ", moins les subventions et avances reçues pour ces dépenses" if deduction else ""
            limits.append(_Limit(amount=rate.low * base, words=words, uncapped=uncapped, deduction=deduction))
        if advantage.per_unit is not None:
            quantity = facts.get(advantage.per_unit.fact, UNKNOWN)
            price = choose(advantage.per_unit.amount, facts, self.on)
            label = self.catalogue.dictionary[advantage.per_unit.fact].label.lower()
            if not isinstance(quantity, Decimal | int) or price.low is None:
                return f"montant calculé sur « {label} », qui est inconnu"
            amount = price.low * Decimal(quantity) * advantage.per_unit.years
            words = f"{format_euros(price.low)} × {quantity} × {advantage.per_unit.years} ans ({label})"
            limits.append(_Limit(amount=min(amount, base), words=words))
        return (
            min(limits, key=lambda limit: limit.amount)
            if limits
            else _Limit(amount=base, words=f"jusqu'à {format_euros(base)}")
        )

    def _no_rate(self, rate: Choice) -> str:
        if rate.missing:
            return f"taux selon : {', '.join(self._label(name) for name in rate.missing)}"
        return f"aucun taux en vigueur au {self.on:%d/%m/%Y} pour ces faits"

    def _label(self, name: str) -> str:
        return self.catalogue.dictionary[name].label.lower() if name in self.catalogue.dictionary else name

    def bases(
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
        aid, plain, bonus = self.equivalents.per_euro(regime, dispositif, facts)
        ceilings: dict[str, Rate] = {}
        missing: list[str] = []
        words: dict[str, str] = {}
        verified = True
        asked = {line.id: asked_of(regime, facts, line.nature) for line in admitted}
        denied = {key for key, outcomes in asked.items() if any(each.truth is Truth.NO for each in outcomes)}
        for line in admitted:
            if line.id in denied and len(denied) < len(admitted):
                continue  # What the article refuses to this nature it may admit for the others.
            ceiling = aid_ceiling(regime, {**facts, "nature": line.nature}, on)
            if ceiling.low > 0:
                ceilings[line.id] = ceiling.low
                words[line.id] = describe_ceiling(regime, ceiling, line.amount, bonus)
                verified = verified and ceiling.verified
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
        refusals = (
            *use.refusals,
            *(Refusal(family=THRESHOLDS, text=f"infirmé — {text}") for text, truth in judged if truth is Truth.NO),
            *_denied(regime, kept),
            *self._open_questions(regime, use),
            *_own_delay(regime, dispositif, facts),
        )
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
            reserves=tuple(reserves),
            questions=(*open_ones, *self._questions(missing), *law),
            # A text in force says nothing of a dispositif that its funder has not moved to it.
            readings=standing.readings if regime.id in dispositif.regimes else standing.readings - {Reading.TEXTS},
            law_question=standing.condition if standing.about_law else "",
            award=award.words,
            object=regime.object,
            verified=verified and regime.verified,
            ceiling_words=words,
        )

    def _open_questions(self, regime: Regime, use: Applicability) -> Iterable[Refusal]:
        """An unknown fact closes a legal basis until it is given: a plan is legal whatever the answer."""
        if use.truth is not Truth.UNKNOWN:
            return
        for name in use.missing:
            family = INCENTIVE_EFFECT if name == APPLIED_FIRST else THRESHOLDS
            yield Refusal(family=family, text=f"{regime.article} : à établir d'abord, {self._label(name)}")

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
            large = {**facts, "taille_ue": "grande", "activite_nouvelle": True}
            natures = {line.nature for line in lines if line.id in ceilings}
            plain = max(aid_ceiling(regime, {**large, "nature": nature}, on).low for nature in natures)
            adjusted = adjusted_large_project_aid(regime, plain, costs, facts, on)
            caps.append(None if adjusted is None else adjusted * own / costs)
        return min((cap for cap in caps if cap is not None), default=None)

    def _to_fill_in(self, dispositif: Dispositif, facts: Facts) -> Iterable[str]:
        """The facts that a figure of the dispositif still waits for, though a cautious value is used meanwhile."""
        advantage = dispositif.advantage
        rows = [advantage.rate, advantage.base_cap, advantage.base_floor, advantage.aid_cap, advantage.aid_floor]
        if advantage.per_unit is not None:
            rows.append(advantage.per_unit.amount)
        yield from self._questions(name for each in rows for name in choose(each, facts, self.on).missing)

    def _questions(self, names: Iterable[str]) -> Iterable[str]:
        for name in dict.fromkeys(names):
            if name == NATURE:
                continue  # Not a fact that lacks: the lines have several, and the least favourable one is used.
            yield f"à renseigner — {self._label(name)}"

    def _reserves(self, verdict: Verdict) -> Iterable[str]:
        for reason in verdict.reasons:
            if reason.truth is Truth.UNKNOWN:
                yield reason.expected if reason.to_confirm else f"à renseigner — {reason.expected}"

    def _granted(self, aids: Iterable[AidObtained], lines: Sequence[Line], facts: Facts) -> Iterable[GrantedAid]:
        """Aid already obtained, spread over the lines it pays in proportion to their amounts, to the cent.

        A band counts for its top. An aid that nothing bounds is the most that it can be, the whole of its lines, so
        that no ceiling is held for firm while nobody knows it (adr/0018).
        """
        for aid in aids:
            regime = self.catalogue.regimes.get(aid.regime)
            paid = [line for line in lines if line.amount and (not aid.nature or line.nature == aid.nature)]
            if regime is None or not paid:
                continue
            total = sum((line.amount for line in paid), ZERO)
            amount = left = total if aid.at_most is UNKNOWN else aid.at_most
            for rank, line in enumerate(paid):
                share = left if rank == len(paid) - 1 else (amount * line.amount / total).quantize(Decimal("0.01"))
                left -= share
                on = min(self.on, aid.granted_on)
                yield GrantedAid(
                    line=line.id,
                    regime=regime.id,
                    kind=regime.kind,
                    aid=share,
                    ceiling=aid_ceiling(regime, {**as_one_investment(regime, facts), "nature": line.nature}, on).low,
                    own_contribution=choose(regime.own_contribution, facts, on).high or ZERO,
                )

    def _exclusions(self, offers: Iterable[Offer]) -> frozenset[tuple[str, str]]:
        present = {offer.id for offer in offers}
        pairs: set[tuple[str, str]] = set()
        for identifier in present & self.catalogue.dispositifs.keys():
            for exclusion in self.catalogue.dispositifs[identifier].exclusions:
                if exclusion.dispositif in present:
                    first, second = sorted((identifier, exclusion.dispositif))
                    pairs.add((first, second))
        return frozenset(pairs)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Own:
    """The project's own money: ``None`` where nobody said it."""

    financing: Euros | None
    capacity: Euros | None
    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Limit:
    amount: Euros
    words: str
    uncapped: Euros | None = None
    deduction: Rate = ZERO


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
    first = facts.get(APPLIED_FIRST, UNKNOWN)
    if regime.incentive_effect or not dispositif.before_works or first is True:
        return
    text = "le financeur demande une lettre ou une demande avant tout engagement"
    if first is UNKNOWN:
        text += " : à établir d'abord, l'ordre de la demande et de la première commande"
    yield Refusal(family=INCENTIVE_EFFECT, text=text)


def with_offer(problem: ProjectProblem, offer: Offer) -> ProjectProblem:
    """The same project with one more offer."""
    return replace(problem, offers=(*problem.offers, offer))
