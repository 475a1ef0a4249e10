"""The problem of the legal financing plan: what is to be paid, what could pay, and the law's figures for it.

A problem is plain data. It holds one project or several that share budgets and de minimis accounts; it can be read
from and written to JSON, so that anyone can check the engine on a case of their own.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from rebond.dispositifs.model import SUBSIDIES, Instrument, Part
from rebond.regimes.model import RegimeKind
from rebond.regimes.readings import ALL_READINGS, Reading
from rebond.units import Euros, Rate, floor_euros

ZERO = Euros(0)
NONE, WHOLE = Rate(0), Rate(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A cost line: euros before recoverable VAT."""

    id: str
    nature: str
    amount: Euros
    year: int
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """One legal basis under which an offer may be granted.

    ``aid_per_euro`` is the gross grant equivalent that counts towards ceilings, per euro of support;
    ``plain_per_euro`` the part of it that is not a repayable advance compared at its nominal amount (art. 7(5)).
    """

    regime: str
    article: str
    kind: RegimeKind
    ceilings: Mapping[str, Rate] = field(default_factory=dict)
    """Line → intensity ceiling; a line absent here is not eligible under this basis."""
    aid_per_euro: Rate = WHOLE
    plain_per_euro: Rate = WHOLE
    advance_bonus: Rate = NONE
    project_cap: Euros | None = None
    """Most aid in euros for the project under this regime: notification threshold, adjusted large-project amount."""
    own_contribution: Rate = NONE
    """Share of the eligible costs that must stay free of any public support."""
    per_project: bool = False
    refused_by: frozenset[str] = frozenset()
    """Families of rules that forbid this basis: ``incentive_effect``, ``thresholds``."""
    refusals: tuple[str, ...] = ()
    doubtful: bool = False
    """Whether a fact that nobody gave may still close it: possible, and no money that a call can count on."""
    reserves: tuple[str, ...] = ()
    """What remains to be confirmed for the basis to hold."""
    questions: tuple[str, ...] = ()
    """What keeps its euros from being firm: facts that lack, sentences to confirm."""
    readings: frozenset[Reading] = ALL_READINGS
    """The readings of the law under which its aid may be granted on the expected date of its award."""
    law_question: str = ""
    """What of the law itself is to be established at that date (text prolonged or replaced); empty: nothing."""
    award: str = ""
    """When the decision is expected, in French."""
    object: str = ""
    """What the article pays for; two regimes whose objects differ never meet on a line. Empty: any (RGEC art. 8)."""
    verified: bool = True
    unread: tuple[str, ...] = ()
    """The figures of its regime that nobody read in a text and that can decide, in French; named when known."""
    ceiling_words: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """An advance escapes the plain ceiling only where the regime gives advances points of their own."""
        if self.plain_per_euro != self.aid_per_euro and not self.advance_bonus:
            raise ValueError(f"{self.regime} : une avance au nominal exige une majoration (RGEC art. 7 §5)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What a dispositif could give to the project. The euros of a guarantee are those of the credit guaranteed."""

    id: str
    title: str
    funder: str
    instrument: Instrument
    lines: frozenset[str]
    """Lines of its assiette."""
    bases: tuple[Basis, ...]
    max_support: Euros
    """Rate × base, after the cap of base: the assiette rule."""
    uncapped_support: Euros | None = None
    """Rate × base before the cap of base; ``None`` when no cap of base bites."""
    subsidy_deduction: Rate = NONE
    """What each euro of subsidy on its lines takes from it: the rate of a tax credit whose base is net of subsidies."""
    aid_cap: Euros | None = None
    """The cap of aid, a rule of its own."""
    min_support: Euros = ZERO
    benefit_per_euro: Rate = WHOLE
    """What one euro of this support is worth to the firm (1 for a grant, its gross grant equivalent for a loan)."""
    sole_aid: bool = False
    """Whether no other aid may pay the lines that it pays."""
    private_match: bool = False
    own_funds_cap: Euros | None = None
    unknown_money: bool = False
    """Whether it counts on money that nobody said: a capacity to borrow, the euro opposite each of its euros."""
    least_useful: Euros = ZERO
    """Below this a file is not worth its trouble: a setting, not a rule of the dispositif."""
    budget: str = ""
    """Key of the shared budget that pays it; empty when it has none of known amount."""
    formula: str = ""
    reserves: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    """What keeps its euros from being firm: facts that lack, sentences to confirm, a decision to come."""
    sources: tuple[str, ...] = ()
    verified: bool = True
    unread: tuple[str, ...] = ()
    """The figures of its file that nobody read in a text and that can decide, in French; named when known."""
    is_envelope: bool = False
    pays_part: bool = False
    """Of an envelope: whether a project that it helps may go on seeking the rest of its need."""
    parts: tuple[Part, ...] = ()
    """Its forms and their shares when they are several: 60 % grant, 40 % repayable advance."""
    other_forms: frozenset[Instrument] = frozenset()
    """Forms that a problem file names without their share."""

    @property
    def forms(self) -> frozenset[Instrument]:
        """Every form that the support takes."""
        return self.other_forms | {part.instrument for part in self.parts} | {self.instrument}

    @property
    def least_award(self) -> int:
        """Its floor in whole euros: an award is one, so that a floor in cents asks for the euro above."""
        return math.ceil(max(self.min_support, self.least_useful))

    @property
    def gross_support(self) -> Euros:
        """Rate × base before any cap of base and any deduction."""
        return self.max_support if self.uncapped_support is None else self.uncapped_support

    @property
    def is_subsidy(self) -> bool:
        """Whether a base net of subsidies is net of it."""
        return bool(self.forms & SUBSIDIES)

    @property
    def borrowed(self) -> Rate:
        """The part of each of its euros that has to be paid back."""
        if not self.parts:
            return WHOLE if self.instrument.is_borrowed else NONE
        return sum((part.share for part in self.parts if part.instrument.is_borrowed), NONE)

    @property
    def given(self) -> Rate:
        """What one of its euros gives for good: what has to be paid back is lent, however soft its terms."""
        return min(self.benefit_per_euro, WHOLE - self.borrowed)

    def is_aid_under(self, basis: Basis) -> bool:
        """Whether it is an aid to who forbids any other: State aid, or anything worth more than its price."""
        counted = basis.kind is not RegimeKind.NO_AID and basis.aid_per_euro > 0
        return counted or self.benefit_per_euro > 0

    @property
    def is_public_money(self) -> bool:
        """Whether its euros come from the funder: those of a guarantee are a bank's."""
        return self.instrument is not Instrument.GUARANTEE


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantedAid:
    """An aid already obtained on a line of the project: it takes its place under the ceilings."""

    line: str
    regime: str
    kind: RegimeKind
    aid: Euros
    ceiling: Rate
    own_contribution: Rate = NONE
    """Share of the line that this aid wants free of any public support, the new one included."""
    support: Euros | None = None
    """Euros of the support on the line, when they are not its equivalent: the principal of a loan."""

    @property
    def euros(self) -> Euros:
        """What it pays of the line."""
        return self.aid if self.support is None else self.support


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectProblem:
    """One project: its lines, what could pay it, what it still needs."""

    id: str
    undertaking: str
    lines: tuple[Line, ...]
    offers: tuple[Offer, ...]
    need: Euros
    """Cost less what is already secured or obtained, in euros."""
    loan_cap: Euros | None = None
    """What the firm can still borrow, whoever lends; ``None`` when nobody said."""
    capacity_note: str = ""
    """How ``loan_cap`` was read where nobody declared it, in French; empty: it was declared."""
    match_secured: Euros | None = None
    """Private money already secured, which a firm 1:1 loan may count on; ``None`` when the problem does not look."""
    ripe: bool = True
    """Whether a funder could be asked today."""
    granted: tuple[GrantedAid, ...] = ()
    obtained: Euros = ZERO
    """Support that referrals brought, the most that it may be: it is no more in the need."""
    exclusions: frozenset[tuple[str, str]] = frozenset()
    """Pairs of offers that may not go together, in the order of their ids."""

    def __post_init__(self) -> None:
        """Art. 7(5) gives one bonus for advances; two different ones would have no ceiling in common."""
        bonuses = {basis.advance_bonus for offer in self.offers for basis in offer.bases if basis.advance_bonus}
        if len(bonuses) > 1:
            raise ValueError(f"{self.id} : majorations d'avance différentes (RGEC art. 7 §5 n'en donne qu'une)")

    @property
    def cost(self) -> Euros:
        """Sum of the lines."""
        return sum((line.amount for line in self.lines), ZERO)

    @property
    def capacity_words(self) -> str:
        """« déclarée », or the prudent reading that stands for what nobody declared."""
        return f"non déclarée : {self.capacity_note}" if self.capacity_note else "déclarée"

    @property
    def payable_need(self) -> Euros:
        """The need in whole euros: supports pay no cents, so the last ones never are a missing support."""
        return Euros(floor_euros(self.need))

    def share_within(self, subsidy: Offer, credit: Offer) -> Rate:
        """The part of a subsidy that pays a credit's expenses: pro rata of amounts (BOI-BIC-RICI-10-10-30-20 §10)."""
        paid = [line for line in self.lines if line.id in subsidy.lines]
        total = sum((line.amount for line in paid), ZERO)
        common = sum((line.amount for line in paid if line.id in credit.lines), ZERO)
        return common / total if total else NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class FinancingProblem:
    """Projects planned together, with what they share."""

    projects: tuple[ProjectProblem, ...]
    de_minimis_room: Mapping[str, Euros] = field(default_factory=dict)
    """Single undertaking → euros still free in its account; absent: not known, no de minimis aid may be used."""
    budgets: Mapping[str, Euros] = field(default_factory=dict)
