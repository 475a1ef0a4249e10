"""The answer: a legal financing plan, line by line, with how sure it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from rebond.dispositifs.model import Instrument, Part
from rebond.financing.plan.certainty import Certainty, SupportStack, stack_of
from rebond.financing.solving.proof import SolverReport
from rebond.units import Euros, Rate, floor_euros, format_euros, format_rate


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What a support brings in one form: its share, and whole euros."""

    instrument: Instrument
    share: Rate
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLine:
    """Euros of one dispositif, under one regime, on one cost line."""

    dispositif: str
    title: str
    funder: str
    instrument: Instrument
    regime: str
    article: str
    line: str
    amount: int
    """Whole euros of support."""
    aid: Decimal
    """Its gross grant equivalent that counts under the ceilings, in euros."""
    exact: Decimal | None = None
    """The part of the award that the line takes exactly, within a euro of ``amount``; ``None``: ``amount`` itself."""
    benefit: Decimal = Decimal(0)
    """What it is worth to the firm, in euros."""
    formula: str = ""
    ceiling: str = ""
    sources: tuple[str, ...] = ()
    reserves: tuple[str, ...] = ()
    verified: bool = True
    """Whether every figure that can decide its euros was read in a text."""
    unread: tuple[str, ...] = ()
    """The figures to re-read in a text, in French."""
    state: Certainty = Certainty.FIRM
    """How sure its euros are."""
    questions: tuple[str, ...] = ()
    """What its euros wait for, when they are not firm."""
    award: str = ""
    """When the decision is expected, in French: the day on which the law is read."""
    law_question: str = ""
    """What of the law is to be established at that date; empty: nothing."""
    is_envelope: bool = False
    parts: tuple[Part, ...] = ()
    """Its forms and their shares when they are several; empty: ``instrument`` alone."""

    @property
    def share(self) -> Decimal:
        """The euros of the award that the law is checked on: the award is whole, the shares of its lines may not be."""
        return Decimal(self.amount) if self.exact is None else self.exact

    @property
    def forms(self) -> tuple[Form, ...]:
        """What each form brings; the last takes the rounding, so that the forms make the amount."""
        if not self.parts:
            return (Form(instrument=self.instrument, share=Rate(1), amount=self.amount),)
        amounts = [floor_euros(part.share * self.amount) for part in self.parts[:-1]]
        amounts.append(self.amount - sum(amounts))
        return tuple(
            Form(instrument=part.instrument, share=part.share, amount=amount)
            for part, amount in zip(self.parts, amounts, strict=True)
        )

    @property
    def to_pay_back(self) -> int:
        """Whole euros that the firm will pay back: its loan, its advance, or that part of it."""
        return sum(form.amount for form in self.forms if form.instrument.is_borrowed)

    @property
    def borrowed(self) -> Decimal:
        """What of its exact euros is to be paid back: no rounding of a line in it, so that plans can be compared."""
        if not self.parts:
            return self.share if self.instrument.is_borrowed else Decimal(0)
        return sum((part.share * self.share for part in self.parts if part.instrument.is_borrowed), Decimal(0))

    @property
    def given(self) -> Decimal:
        """What it gives for good: what has to be paid back is lent, however soft its terms."""
        return min(self.benefit, self.share - self.borrowed)


def forms_in_words(forms: Iterable[Form]) -> str:
    """The form of a support, or the share and euros of each: « 60 % en subvention (60 000 €) et 40 % en avance… »."""
    found: dict[Instrument, Form] = {}
    for form in forms:
        known = found.get(form.instrument)
        found[form.instrument] = replace(form, amount=form.amount + known.amount) if known else form
    if len(found) == 1:
        return next(iter(found)).label
    named = [
        f"{format_rate(form.share)} en {form.instrument.label.lower()} ({format_euros(form.amount)})"
        for form in found.values()
    ]
    return " et ".join(filter(None, (", ".join(named[:-1]), *named[-1:])))


@dataclass(frozen=True, slots=True, kw_only=True)
class FinancingPlan:
    """The plan of one project. Empty ``lines``: nothing quantified can support it, ``remarks`` says why."""

    project: str
    cost: Euros
    need: Euros
    lines: tuple[PlanLine, ...]
    benefit: Decimal
    """Gross grant equivalent obtained, in euros."""
    reports: tuple[SolverReport, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def firm(self) -> FinancingPlan:
        """The plan that one can sign: its firm lines alone, a legal plan by themselves."""
        lines = tuple(line for line in self.lines if line.state is Certainty.FIRM)
        return replace(self, lines=lines, benefit=sum((line.benefit for line in lines), Decimal(0)))

    @property
    def stack(self) -> SupportStack:
        """Its support by certainty: what may be published of it."""
        return stack_of(self.lines, self.need)

    @property
    def questions(self) -> tuple[str, ...]:
        """Everything that its euros wait for, each said once."""
        return tuple(dict.fromkeys(question for line in self.lines for question in line.questions))

    @property
    def support(self) -> int:
        """All support in whole euros, loans at their nominal amount."""
        return sum(line.amount for line in self.lines)

    @property
    def aid(self) -> Decimal:
        """State aid in gross grant equivalent."""
        return sum((line.aid for line in self.lines), Decimal(0))

    @property
    def covered(self) -> Euros:
        """What of the need is met."""
        return min(self.need, Euros(self.support))

    @property
    def gap(self) -> Euros:
        """What of the need is not met."""
        return self.need - self.covered

    @property
    def envelope(self) -> int:
        """What the call's envelope pays."""
        return sum(line.amount for line in self.lines if line.is_envelope)

    @property
    def to_pay_back(self) -> int:
        """What the firm will pay back of its supports: credits and repayable advances, in whole euros."""
        return sum(line.to_pay_back for line in self.lines)

    @property
    def files(self) -> tuple[str, ...]:
        """Dispositifs to apply for, in order."""
        return tuple(dict.fromkeys(line.dispositif for line in self.lines))

    @property
    def proven(self) -> bool:
        """Whether every objective was proven best."""
        return all(report.proven for report in self.reports)

    @property
    def gap_to_bound(self) -> float:
        """The widest relative gap between what was found and what could exist."""
        return max((report.gap for report in self.reports), default=0.0)
