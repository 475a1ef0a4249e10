"""A dispositif: one funding scheme of one funder, as its YAML file states it."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from rebond.eligibility.choice import DatedValue
from rebond.eligibility.criteria import Confirm, Criterion
from rebond.facts import FactValue
from rebond.units import Euros, Rate


class Instrument(enum.StrEnum):
    """The form of a support."""

    GRANT = "subvention"
    REPAYABLE_ADVANCE = "avance_remboursable"
    LOAN = "pret"
    GUARANTEE = "garantie"
    TAX_CREDIT = "credit_impot"
    EXEMPTION = "exoneration"
    EQUITY = "fonds_propres"
    BONUS = "prime"
    ADVICE = "accompagnement"
    TRAINING = "formation"

    @property
    def label(self) -> str:
        """The word shown to people."""
        return _LABELS[self]

    @property
    def is_borrowed(self) -> bool:
        """Whether the money has to be paid back, by the firm, to whoever lends it: it takes up borrowing capacity."""
        return self in {Instrument.LOAN, Instrument.REPAYABLE_ADVANCE, Instrument.GUARANTEE}


_LABELS = {
    Instrument.GRANT: "Subvention",
    Instrument.REPAYABLE_ADVANCE: "Avance remboursable",
    Instrument.LOAN: "Prêt",
    Instrument.GUARANTEE: "Garantie",
    Instrument.TAX_CREDIT: "Crédit d'impôt",
    Instrument.EXEMPTION: "Exonération",
    Instrument.EQUITY: "Fonds propres",
    Instrument.BONUS: "Prime",
    Instrument.ADVICE: "Accompagnement",
    Instrument.TRAINING: "Formation",
}


SUBSIDIES = frozenset({Instrument.GRANT, Instrument.REPAYABLE_ADVANCE})
"""Public money that a tax credit's base is net of, whether or not it is paid back (CGI art. 244 quater B, III)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Validity:
    """When a dispositif takes applications; ``None`` where no date is set."""

    opens_on: date | None = None
    closes_on: date | None = None
    cutoffs: tuple[date, ...] = ()
    suspended: bool = False
    recurs: bool = False
    """Whether it comes back each year: closed, its next edition is expected."""
    source: str = ""

    def is_open(self, on: date) -> bool:
        """Whether an application can be made at that date."""
        began = self.opens_on is None or self.opens_on <= on
        ended = self.closes_on is not None and self.closes_on < on
        return began and not ended and not self.suspended

    def is_awaited(self, on: date) -> bool:
        """Whether it is closed that day and its next edition expected."""
        return self.recurs and not self.suspended and self.closes_on is not None and self.closes_on < on

    def next_cutoff(self, on: date) -> date | None:
        """The next session, or the closing date."""
        coming = [day for day in (*self.cutoffs, *([self.closes_on] if self.closes_on else [])) if day >= on]
        return min(coming, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class PerUnit:
    """A cap that follows a quantity: 80 € per tonne of CO₂ avoided over 20 years."""

    fact: str
    years: int
    amount: tuple[DatedValue, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a support in one form: 70 % grant, 30 % repayable advance."""

    instrument: Instrument
    share: Rate


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanTerms:
    """What a loan or repayable advance asks for, and how its gross grant equivalent is known."""

    capped_by_own_funds: bool = False
    private_match: bool = False
    """One euro of bank credit or equity beside each euro lent."""
    years: int | None = None
    grace_years: int = 0
    rate: Rate | None = None
    gge_method: str = "nominal"
    """``declare`` (by the lender: ``gge_share``), ``marche`` (market terms: none), ``taux_reference``, ``nominal``."""
    gge_share: Rate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GuaranteeTerms:
    """What a guarantee covers of a bank credit, and how its gross grant equivalent is known.

    A guarantee brings no money: the amounts of such a dispositif are those of the credit that it makes possible.
    """

    covered: Rate
    """Share of the credit that is guaranteed (quotité)."""
    years: int | None = None
    grace_years: int = 0
    premium: Rate | None = None
    """Yearly, of what is guaranteed."""
    gge_method: str = ""
    """``declare`` (by the guarantor: ``gge_share``), ``marche`` (market premium: none), ``prime_refuge``; empty:
    unknown."""
    gge_share: Rate | None = None
    """Per euro of credit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Advantage:
    """What a dispositif gives; an empty tuple means that it has no such rule."""

    natures: frozenset[str] = frozenset()
    base_cap: tuple[DatedValue, ...] = ()
    base_floor: tuple[DatedValue, ...] = ()
    net_of_subsidies: bool = False
    """Whether the subsidies received for the same expenses are taken off the base."""
    rate: tuple[DatedValue, ...] = ()
    """The highest rate."""
    expected_rate: tuple[DatedValue, ...] = ()
    """The rate that a source gives as usual, apart from the highest; empty when none does."""
    aid_cap: tuple[DatedValue, ...] = ()
    aid_floor: tuple[DatedValue, ...] = ()
    per_unit: PerUnit | None = None
    parts: tuple[Part, ...] = ()
    loan: LoanTerms | None = None
    guarantee: GuaranteeTerms | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """Another dispositif that may not support the same project."""

    dispositif: str
    reason: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkedCase:
    """An example that the tests run: facts at a date, the verdict expected, the facts that lack."""

    name: str
    on: date
    facts: Mapping[str, FactValue]
    expected: str
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A figure that the sources do not give: shown, listed by ``rebond catalogue gaps``, never guessed."""

    field: str
    question: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispositif:
    """One funding scheme. ``id`` is ``<financeur>/<slug>`` and comes from the file's path."""

    id: str
    title: str
    funder: str
    instructor: str
    instrument: Instrument
    summary: str
    validity: Validity
    conditions: Criterion | None
    to_confirm: tuple[Confirm, ...]
    advantage: Advantage
    regimes: tuple[str, ...]
    no_aid_because: str = ""
    """Why its support is no State aid, as a source says (market terms, general measure); empty: to be confirmed."""
    exclusions: tuple[Exclusion, ...] = ()
    sole_aid: str = ""
    """The source that forbids any other aid on the expenses it pays; empty: none does."""
    budget: Euros | None = None
    before_works: bool = False
    """A letter or application must precede any commitment."""
    fields: tuple[str, ...] = ()
    """Subjects (champs) that route a referral: investissement, transition, innovation…"""
    contact: str = ""
    url: str = ""
    sources: tuple[str, ...] = ()
    reliability: str = ""
    gaps: tuple[Gap, ...] = ()
    contradictions: tuple[str, ...] = ()
    verified_on: date | None = None
    verified_by: str = ""
    review_on: date | None = None
    cases: tuple[WorkedCase, ...] = ()

    @property
    def desks(self) -> frozenset[str]:
        """The organisations to which a request can be sent: who pays and who examines."""
        return frozenset({self.funder, self.instructor})

    @property
    def unknown_fields(self) -> frozenset[str]:
        """The rules that exist but whose value no source gives."""
        return frozenset(gap.field for gap in self.gaps)

    @property
    def unsourced_rules(self) -> tuple[str, ...]:
        """The questions on rules that no source gives and that can change the right or the amount.

        Whether it is still open is asked here only when the file gives no date and no sentence asks it of a person.
        """
        asked_elsewhere = {"autre", "contact"}
        dated = self.validity.opens_on is not None or self.validity.closes_on is not None
        if dated or self.to_confirm:
            asked_elsewhere.add("dates")
        return tuple(gap.question for gap in self.gaps if gap.field not in asked_elsewhere)

    @property
    def is_quantified(self) -> bool:
        """Whether the sources let an amount be computed."""
        if self.instrument is Instrument.GUARANTEE:
            return self.advantage.guarantee is not None and bool(self.advantage.guarantee.gge_method)
        money = self.instrument not in {Instrument.ADVICE, Instrument.EQUITY, Instrument.EXEMPTION}
        bounded = bool(self.advantage.rate or self.advantage.aid_cap or self.advantage.per_unit)
        return money and bounded and not self.unknown_fields & {"taux", "assiette"}
