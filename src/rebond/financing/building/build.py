"""From a project, its verdicts and the catalogue to the problem of its plan: every figure of the law, at the date."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import partial

from rebond.dispositifs.catalogue import Catalogue
from rebond.dispositifs.model import Dispositif
from rebond.eligibility.choice import DatedValue, choose
from rebond.eligibility.criteria import Facts
from rebond.eligibility.incentive import facts_for_funders
from rebond.eligibility.truth import Truth
from rebond.eligibility.verdict import Verdict
from rebond.facts import UNKNOWN, AidObtained, AwardedAid, Project
from rebond.financing.building.allowances import Allowance, Allowances
from rebond.financing.building.asking import to_fill_in
from rebond.financing.building.awarded import beside_awards, own_left
from rebond.financing.building.bases import Bases
from rebond.financing.building.equivalents import Equivalents
from rebond.financing.building.figures import ALL_NATURES, Weighing, unread_of_dispositif
from rebond.financing.building.kept_offers import KeptOffers
from rebond.financing.building.past_aid import granted_aids, obtained_support
from rebond.financing.problem.model import Basis, Line, Offer, ProjectProblem
from rebond.regimes.gross_grant_equivalent import ReferenceRates
from rebond.regimes.model import RegimeKind
from rebond.regimes.readings import Award
from rebond.units import Euros, format_euros, format_rate

ZERO = Decimal(0)
OWN_FUNDS = "capitaux_propres"


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
    kept: KeptOffers | None = None
    """The offers already built for the same project on other facts."""

    @property
    def equivalents(self) -> Equivalents:
        """Gross grant equivalents at the builder's date."""
        return Equivalents(rates=self.rates, on=self.on)

    @property
    def bases(self) -> Bases:
        """Legal bases of the catalogue at the builder's date."""
        return Bases(catalogue=self.catalogue, rates=self.rates, on=self.on)

    @property
    def allowances(self) -> Allowances:
        """What dispositifs give at the builder's date."""
        return Allowances(catalogue=self.catalogue, rates=self.rates, on=self.on)

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
        awards = [aid for aid in aids if isinstance(aid, AwardedAid)]
        had, obtained = {aid.dispositif for aid in awards}, obtained_support(aids, project)
        offers: list[Offer] = []
        unquantified: list[Unquantified] = []
        for verdict in verdicts:
            if verdict.truth is Truth.NO or verdict.dispositif in had:
                continue
            dispositif = self.catalogue.dispositifs[verdict.dispositif]
            seen = facts_for_funders(facts, project, dispositif.desks)
            award = self.catalogue.award(project, dispositif, self.on)
            question = (dispositif, verdict, lines, award, need, own)
            if self.kept is None:
                offer = self._funded(question, seen)
            else:
                offer = self.kept.offer(dispositif.id, question, seen, partial(self._funded, question))
            if isinstance(offer, Offer):
                offers.append(offer)
            elif offer:
                unquantified.append(Unquantified(dispositif=dispositif.id, reason=offer))
        offers = list(beside_awards(offers, awards, self.catalogue))
        offers.extend(extra_offers)
        capacity = self._prudent_capacity(project, facts) if own.capacity is None else own.capacity
        secured, capacity = own_left(own.financing or ZERO, capacity, awards, self.catalogue)
        problem = ProjectProblem(
            id=project.id,
            undertaking=undertaking,
            lines=lines,
            offers=tuple(offers),
            need=max(ZERO, need - obtained),
            loan_cap=capacity,
            capacity_note="" if own.capacity is not None else self._capacity_note(project, facts),
            match_secured=secured,
            ripe=ripe,
            granted=tuple(granted_aids(aids, lines, facts, self.catalogue.regimes, self.on)),
            obtained=min(obtained, project.total_cost),
            exclusions=self._exclusions(offers),
        )
        return BuiltProject(problem=problem, unquantified=tuple(unquantified))

    def _prudent_capacity(self, project: Project, facts: Facts) -> Euros:
        """What a possible plan may borrow while nobody said what the firm can: unknown is never unlimited."""
        settings = self.catalogue.plan_settings
        most = settings.unknown_capacity_share * project.total_cost
        funds = facts.get(OWN_FUNDS, UNKNOWN)
        if settings.within_own_funds and isinstance(funds, Decimal | int):
            return max(ZERO, min(most, Decimal(funds)))
        return most

    def _capacity_note(self, project: Project, facts: Facts) -> str:
        """How the capacity is read while nobody declared it."""
        share = self.catalogue.plan_settings.unknown_capacity_share
        if self._prudent_capacity(project, facts) < share * project.total_cost:
            return "au plus les fonds propres, lecture prudente"
        part = "la moitié" if share == Decimal("0.5") else format_rate(share)
        return f"{part} du coût, lecture prudente"

    def _own_funds(self, facts: Facts, base_lines: Sequence[Line]) -> tuple[Euros, list[str]]:
        """What own funds let a loan be, and what to ask: while nobody said them, the prudent share of the assiette."""
        funds = facts.get(OWN_FUNDS, UNKNOWN)
        if isinstance(funds, Decimal | int):
            return max(ZERO, Decimal(funds)), []
        spend = sum((line.amount for line in base_lines), ZERO)
        share = self.catalogue.plan_settings.unknown_capacity_share
        return share * spend, list(to_fill_in([OWN_FUNDS], self.catalogue))

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
            unknown_money=offer.unknown_money or bool(asked),
            least_useful=self.catalogue.plan_settings.least_useful(offer.instrument, need, borrowed=offer.borrowed),
        )

    def _funded(
        self, question: tuple[Dispositif, Verdict, Sequence[Line], Award, Euros, _Own], facts: Facts
    ) -> Offer | str:
        """The offer of a dispositif with the project's money, or why there is none."""
        dispositif, verdict, lines, award, need, own = question
        offer = self._offer(dispositif, verdict, facts, lines, award, need)
        return self._with_money(offer, need, own) if isinstance(offer, Offer) else offer

    def _offer(
        self,
        dispositif: Dispositif,
        verdict: Verdict,
        facts: Facts,
        lines: Sequence[Line],
        award: Award,
        need: Euros,
    ) -> Offer | str:
        """The offer, or the reason in French why no amount can be computed (empty: nothing to finance)."""
        if reason := self.allowances.why_none(dispositif, facts):
            return reason
        natures = dispositif.advantage.natures
        base_lines = [line for line in lines if line.amount > 0 and (ALL_NATURES in natures or line.nature in natures)]
        if not base_lines:
            return ""
        spend = sum((line.amount for line in base_lines), ZERO)
        floor = choose(dispositif.advantage.base_floor, facts, self.on)
        if floor.high is not None and spend < floor.high:
            return f"dépense éligible de {format_euros(spend)} sous le plancher de {format_euros(floor.high)}"
        limit = self.allowances.of(dispositif, facts, spend)
        if isinstance(limit, str):
            return limit
        bases = self.bases.of(dispositif, facts, base_lines, lines, award)
        if not bases:
            return self.bases.why_none(dispositif, award)
        unread = self._unread(dispositif, facts, spend, min(limit.amount, need))
        return self._offer_of(dispositif, verdict, facts, base_lines, bases, limit, unread)

    def _offer_of(
        self,
        dispositif: Dispositif,
        verdict: Verdict,
        facts: Facts,
        base_lines: Sequence[Line],
        bases: tuple[Basis, ...],
        limit: Allowance,
        unread: tuple[str, ...],
    ) -> Offer | str:
        advantage = dispositif.advantage
        loan = advantage.loan
        own_funds: Euros | None = None
        unsaid: list[str] = []
        if loan is not None and loan.capped_by_own_funds:
            own_funds, unsaid = self._own_funds(facts, base_lines)
        cap = choose(advantage.aid_cap, facts, self.on)
        floor = choose(advantage.aid_floor, facts, self.on)
        used = [self._used(rows, facts) for rows in (advantage.rate, advantage.aid_cap, advantage.base_cap)]
        sources = tuple(dict.fromkeys(row.source for rows in used for row in rows if row.source))
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
            sole_aid=bool(dispositif.sole_aid),
            private_match=loan is not None and loan.private_match,
            own_funds_cap=own_funds,
            unknown_money=bool(unsaid),
            budget=dispositif.id if dispositif.budget is not None else "",
            formula=limit.words + (f", au plus {format_euros(cap.least)}" if cap.least is not None else ""),
            reserves=tuple(self._reserves(verdict)),
            questions=(
                *self._reserves(verdict),
                *self.allowances.questions(dispositif, facts),
                *unsaid,
                *(f"à demander au financeur — {question}" for question in dispositif.unsourced_rules),
            ),
            sources=sources or dispositif.sources,
            verified=not unread,
            unread=unread,
            parts=advantage.parts,
        )

    def _used(self, rows: tuple[DatedValue, ...], facts: Facts) -> Iterable[DatedValue]:
        """The row that the facts choose; while they leave several, all of them: a source is that of a figure used."""
        choice = choose(rows, facts, self.on)
        return (choice.row,) if choice.settled and choice.row is not None else rows

    def _unread(self, dispositif: Dispositif, facts: Facts, spend: Euros, most: Euros) -> tuple[str, ...]:
        """The figures of its file to re-read before its euros are firm."""
        share = self.catalogue.plan_settings.unread_no_effect_below
        weighing = Weighing(facts=facts, on=self.on, no_effect_below=share)
        found = unread_of_dispositif(dispositif, spend, most, weighing)
        if not self.equivalents.is_unverified(dispositif):
            return found
        return (*found, f"« {dispositif.title} » : marge ou prime de l'équivalent-subvention")

    def _reserves(self, verdict: Verdict) -> Iterable[str]:
        for reason in verdict.reasons:
            if reason.truth is Truth.UNKNOWN:
                yield reason.expected if reason.to_confirm else f"à renseigner — {reason.expected}"

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


def with_offer(problem: ProjectProblem, offer: Offer) -> ProjectProblem:
    """The same project with one more offer."""
    return replace(problem, offers=(*problem.offers, offer))
