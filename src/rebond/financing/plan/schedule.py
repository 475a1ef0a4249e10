"""The classic French table: emplois and ressources by year, balanced; when the aid comes, and the bridge needed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from enum import StrEnum
from typing import TypeAlias

from rebond.dispositifs.model import GuaranteeTerms, Instrument, LoanTerms
from rebond.eligibility.secured_financing import UNSPLIT, SecuredPart
from rebond.facts import UNKNOWN
from rebond.financing.plan.delays import Delays, PaymentTerms
from rebond.financing.plan.model import FinancingPlan
from rebond.financing.problem.model import ProjectProblem
from rebond.units import Euros, Rate, floor_euros, format_euros, format_rate

ZERO = Euros(0)
TENTH = Rate("0.001")
"""A tenth of a percent: how finely a share is shown."""
CreditTerms: TypeAlias = LoanTerms | GuaranteeTerms
"""What says how long a credit runs: the loan's own terms, or those of the credit that a guarantee backs."""


class RowKind(StrEnum):
    """What a row of the table is."""

    COST = "emploi"
    OWN = "autofinancement"
    GRANTED = "aide_obtenue"
    SUPPORT = "soutien"
    BANK = "banque"
    LEFT = "reste"


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """A row: euros by year, before recoverable VAT."""

    kind: RowKind
    key: str
    label: str
    by_year: Mapping[int, Euros]
    note: str = ""

    @property
    def total(self) -> Euros:
        """Sum of the years."""
        return sum(self.by_year.values(), ZERO)


@dataclass(frozen=True, slots=True, kw_only=True)
class FinancingTable:
    """Emplois and ressources of one project; both sides are equal every year."""

    years: tuple[int, ...]
    uses: tuple[TableRow, ...]
    resources: tuple[TableRow, ...]

    @property
    def total(self) -> Euros:
        """The cost, hence also the sum of the resources."""
        return sum((row.total for row in self.uses), ZERO)

    @property
    def to_find(self) -> Euros:
        """What nobody pays yet: a bank credit that is still to be asked for is to be found."""
        return sum((row.total for row in self.resources if row.kind in {RowKind.BANK, RowKind.LEFT}), ZERO)

    def share(self, row: TableRow) -> Rate:
        """The part of the total that a row is; 0 for a project without costs."""
        return row.total / self.total if self.total else ZERO

    def shown_shares(self, rows: Sequence[TableRow]) -> tuple[Rate, ...]:
        """The shares of a side to a tenth of a percent, so rounded that they add up to the whole."""
        return rounded_shares([self.share(row) for row in rows])

    def year_total(self, rows: Iterable[TableRow], year: int) -> Euros:
        """Sum of a side in a year."""
        return sum((row.by_year.get(year, ZERO) for row in rows), ZERO)


def rounded_shares(shares: Sequence[Rate]) -> tuple[Rate, ...]:
    """Shares to a tenth of a percent, so rounded that they add up to the whole."""
    exact = [share / TENTH for share in shares]
    shown = [share.to_integral_value(rounding=ROUND_FLOOR) for share in exact]
    lacking = int(sum(exact, ZERO).to_integral_value() - sum(shown, ZERO))
    ranks = sorted(range(len(shares)), key=lambda rank: shown[rank] - exact[rank])
    for rank in ranks[:lacking]:
        shown[rank] += 1
    return tuple(share * TENTH for share in shown)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """When a support of the plan is paid, by year, and on which terms; one receipt for each of its forms."""

    dispositif: str
    form: Instrument
    label: str
    by_year: Mapping[int, Euros]
    terms: PaymentTerms | None
    """``None``: nobody gave terms, the whole support is counted on final proof."""

    @property
    def total(self) -> Euros:
        """What is paid in all."""
        return sum(self.by_year.values(), ZERO)


@dataclass(frozen=True, slots=True, kw_only=True)
class Repayment:
    """A credit or an advance that the firm pays back later, capital alone."""

    dispositif: str
    label: str
    amount: Euros
    years: int | None = None
    """Length in years, grace included; ``None``: no source says it, the agreement will."""
    grace_years: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CashFlow:
    """Aid received against aid planned, year by year."""

    years: tuple[int, ...]
    receipts: tuple[Receipt, ...]
    spent: Mapping[int, Euros]
    """Costs that the supports pay, in the year of the cost."""
    repayments: tuple[Repayment, ...] = ()

    def received(self, year: int) -> Euros:
        """Aid paid in a year."""
        return sum((receipt.by_year.get(year, ZERO) for receipt in self.receipts), ZERO)

    def position(self, year: int) -> Euros:
        """Aid received up to the end of the year, less the costs it was to pay; negative: the firm fronts the money."""
        past = [candidate for candidate in self.years if candidate <= year]
        return sum((self.received(y) - self.spent.get(y, ZERO) for y in past), ZERO)

    @property
    def bridge(self) -> Euros:
        """The most that has to be fronted at the end of a year."""
        return max((-self.position(year) for year in self.years), default=ZERO).max(ZERO)

    @property
    def to_pay_back(self) -> Euros:
        """The loans and advances received, which the firm pays back later: money in advance, not aid kept."""
        return sum((repayment.amount for repayment in self.repayments), ZERO)

    @property
    def assumed(self) -> bool:
        """Whether a term of payment is an assumption."""
        return any(receipt.terms is None or receipt.terms.assumed for receipt in self.receipts)


def financing_table(
    project: ProjectProblem,
    plan: FinancingPlan,
    natures: Mapping[str, str],
    *,
    own_note: str = "",
    secured: Sequence[SecuredPart] = (),
) -> FinancingTable:
    """The table of a plan. ``natures``: code → label. ``own_note``: what is to be said of own money.

    Own money pays what no support pays, within what is secured, the first years first, and one of its parts after the
    other where ``secured`` gives them; then the bank, within what the firm said it can borrow; what is left has to be
    found.
    """
    years = tuple(sorted({line.year for line in project.lines}))
    uses = tuple(_use_rows(project, years, natures))
    granted = _granted_row(project, years)
    supports = tuple(_support_rows(project, plan, years))
    costs = {year: sum((row.by_year[year] for row in uses), ZERO) for year in years}
    paid = [row for row in (*supports, granted) if row is not None]
    left = {year: costs[year] - sum((row.by_year[year] for row in paid), ZERO) for year in years}
    resources = list(_own_rows(left, max(ZERO, project.cost - project.need - project.obtained), secured, own_note))
    bank = _take(left, _bank_room(project, plan))
    if granted is not None:
        resources.append(granted)
    resources.extend(supports)
    if any(bank.values()):
        note = f"capacité d'emprunt {project.capacity_words} ; accord de la banque à obtenir"
        label = "Reste à trouver : crédit bancaire à demander"
        resources.append(TableRow(kind=RowKind.BANK, key="banque", label=label, by_year=bank, note=note))
    label = "Reste à trouver : sans piste" if any(bank.values()) else "Reste à trouver"
    resources.append(TableRow(kind=RowKind.LEFT, key="reste", label=label, by_year=left))
    return FinancingTable(years=years, uses=uses, resources=tuple(resources))


def _own_rows(left: dict[int, Euros], room: Euros, secured: Sequence[SecuredPart], note: str) -> Iterable[TableRow]:
    """A row for each part of what is secured, in its order: what is no longer needed is that of the last ones."""
    whole = SecuredPart(key="", label=UNSPLIT if room else "Financement acquis", amount=room)
    for part in secured or (whole,):
        most = min(part.amount, room)
        room -= most
        taken = _take(left, most)
        freed = part.amount - sum(taken.values(), ZERO)
        yield TableRow(
            kind=RowKind.OWN,
            key=part.key or "autofinancement",
            label=part.label,
            by_year=taken,
            note=f"{format_euros(freed)} acquis ne sont plus nécessaires" if freed else note,
        )


def _use_rows(project: ProjectProblem, years: Iterable[int], natures: Mapping[str, str]) -> Iterable[TableRow]:
    """A row for each cost item, the items of a nature together; costs without a name are summed by nature."""
    for nature in dict.fromkeys(line.nature for line in project.lines):
        kin = [line for line in project.lines if line.nature == nature]
        words = natures.get(nature, nature)
        for label in dict.fromkeys(line.label for line in kin):
            mine = [line for line in kin if line.label == label]
            yield TableRow(
                kind=RowKind.COST,
                key=mine[0].id if label else nature,
                label=label or words,
                by_year={year: sum((line.amount for line in mine if line.year == year), ZERO) for year in years},
                note=words if label else "",
            )


EQUIVALENT = "en équivalent-subvention"


def _granted_row(project: ProjectProblem, years: Iterable[int]) -> TableRow | None:
    if not project.granted:
        return None
    year_of = {line.id: line.year for line in project.lines}
    by_year = {
        year: sum((granted.euros for granted in project.granted if year_of[granted.line] == year), ZERO)
        for year in years
    }
    return TableRow(
        kind=RowKind.GRANTED,
        key="aides_obtenues",
        label="Aides déjà obtenues",
        by_year=by_year,
        note="accordées pendant la mission : un prêt pour son capital" if project.obtained else EQUIVALENT,
    )


@dataclass(frozen=True, slots=True)
class _Strand:
    """What one dispositif brings in one form: cost line → whole euros."""

    dispositif: str
    form: Instrument
    share: Rate
    """Of the support; 1 when it has no other form."""
    title: str
    amounts: Mapping[str, int]

    @property
    def label(self) -> str:
        """The title, with the form where the support has several."""
        return self.title if self.share == 1 else f"{self.title} — {self.form.label.lower()}"

    @property
    def note(self) -> str:
        """What the row is, beside its label."""
        if self.form is Instrument.GUARANTEE:
            return "crédit bancaire garanti ; accord de la banque à obtenir"
        what = self.form.label if self.share == 1 else f"{format_rate(self.share)} du soutien"
        return f"{what}, à rembourser" if self.form.is_borrowed else what

    def of_year(self, year: int, year_of: Mapping[str, int]) -> Euros:
        return sum((Euros(amount) for line, amount in self.amounts.items() if year_of[line] == year), ZERO)


def _strands(plan: FinancingPlan) -> Iterable[_Strand]:
    """The plan by dispositif, in its order, then by form."""
    for dispositif in plan.files:
        mine = [line for line in plan.lines if line.dispositif == dispositif]
        for form in mine[0].forms:
            amounts: dict[str, int] = {}
            for line in mine:
                amount = sum(each.amount for each in line.forms if each.instrument is form.instrument)
                amounts[line.line] = amounts.get(line.line, 0) + amount
            yield _Strand(dispositif, form.instrument, form.share, mine[0].title, amounts)


def _support_rows(project: ProjectProblem, plan: FinancingPlan, years: Iterable[int]) -> Iterable[TableRow]:
    year_of = {line.id: line.year for line in project.lines}
    years = tuple(years)
    for strand in _strands(plan):
        yield TableRow(
            kind=RowKind.SUPPORT,
            key=strand.dispositif,
            label=strand.label,
            by_year={year: strand.of_year(year, year_of) for year in years},
            note=strand.note,
        )


def _bank_room(project: ProjectProblem, plan: FinancingPlan) -> Euros:
    """What the firm can still borrow, beside what the plan makes it pay back."""
    if project.loan_cap is None:
        return ZERO
    return max(ZERO, project.loan_cap - plan.to_pay_back)


def _take(left: dict[int, Euros], room: Euros) -> dict[int, Euros]:
    """Take what is left to pay, year after year, within ``room``; ``left`` is lowered."""
    taken: dict[int, Euros] = {}
    for year, amount in left.items():
        taken[year] = min(amount, room)
        left[year] -= taken[year]
        room -= taken[year]
    return taken


def cash_flow(
    project: ProjectProblem, plan: FinancingPlan, delays: Delays, loans: Mapping[str, CreditTerms] | None = None
) -> CashFlow:
    """When the supports of a plan are paid, what has to be fronted meanwhile, what is paid back after.

    The advance comes the first year of the project, instalments the year of each cost, the balance the year after the
    last cost that the support pays. Whole euros; the balance takes the rounding. ``loans``: dispositif → terms of its
    credit, for those that say them.
    """
    year_of = {line.id: line.year for line in project.lines}
    receipts: list[Receipt] = []
    repayments: list[Repayment] = []
    for strand in _strands(plan):
        found = delays.terms(strand.dispositif, strand.form)
        terms = None if found is UNKNOWN else found
        receipts.append(
            Receipt(
                dispositif=strand.dispositif,
                form=strand.form,
                label=strand.label,
                by_year=_paid(strand, year_of, terms),
                terms=terms,
            )
        )
        if strand.form.is_borrowed:
            repayments.append(_repayment(strand, (loans or {}).get(strand.dispositif)))
    spent: dict[int, Euros] = {}
    for line in plan.lines:
        spent[year_of[line.line]] = spent.get(year_of[line.line], ZERO) + line.amount
    years = sorted({*year_of.values(), *(year for receipt in receipts for year in receipt.by_year)})
    return CashFlow(years=tuple(years), receipts=tuple(receipts), spent=spent, repayments=tuple(repayments))


def _repayment(strand: _Strand, loan: CreditTerms | None) -> Repayment:
    return Repayment(
        dispositif=strand.dispositif,
        label=strand.label,
        amount=Euros(sum(strand.amounts.values())),
        years=loan.years if loan else None,
        grace_years=loan.grace_years if loan else 0,
    )


def _paid(strand: _Strand, year_of: Mapping[str, int], terms: PaymentTerms | None) -> dict[int, Euros]:
    total = sum(strand.amounts.values())
    last = max(year_of[line] for line in strand.amounts)
    paid: dict[int, Euros] = {}
    if terms is not None:
        first = min(year_of.values())
        _add(paid, first, floor_euros(terms.advance * total))
        for line, amount in strand.amounts.items():
            _add(paid, year_of[line], floor_euros(terms.instalments * amount))
    # Without a balance to wait for, the rounding comes with the last payment.
    settled = last + 1 if terms is None or terms.balance else max(paid)
    _add(paid, settled, Decimal(total) - sum(paid.values(), ZERO))
    return {year: amount for year, amount in sorted(paid.items()) if amount}


def _add(paid: dict[int, Euros], year: int, amount: Euros | int) -> None:
    paid[year] = paid.get(year, ZERO) + amount
