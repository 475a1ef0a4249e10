"""The table that a banker reads: the debt that the plan adds, what guarantees it, how the firm could bear it.

No threshold is written here: a bank has its own. What nobody gave is unknown and is to be asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from rebond.dispositifs.model import GuaranteeTerms
from rebond.eligibility.secured_financing import LEASING, LOANS, secured_financing
from rebond.facts import UNKNOWN, FactValue, Maybe, Project
from rebond.financing.plan.schedule import CashFlow, CreditTerms, FinancingTable, RowKind
from rebond.units import Euros, Rate

ZERO = Decimal(0)
BANK_CREDIT = "Crédit bancaire à demander"
WORKING_CAPITAL_NATURE = "bfr"
"""The nature of the costs that are working capital (``natures.csv``)."""
WORKING_CAPITAL, CASH_FLOW, EXISTING_DEBT, OWN_FUNDS = (
    "bfr_projet",
    "capacite_autofinancement",
    "dettes_financieres",
    "capitaux_propres",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Debt:
    """A credit or advance that the plan adds."""

    label: str
    nature: str
    amount: Euros
    years: int | None = None
    """Length, grace included; ``None``: nobody says."""
    grace_years: int = 0
    guaranteed: Euros = ZERO
    """What a public guarantee covers of it."""

    @property
    def by_year(self) -> Maybe[Euros]:
        """Capital paid back in a year once the grace is over, in equal parts; UNKNOWN without a length."""
        paying = 0 if self.years is None else self.years - self.grace_years
        return self.amount / paying if paying > 0 else UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class BankTable:
    """The whole table."""

    debts: tuple[Debt, ...]
    """What the plan adds, and the bank credit still to ask for."""
    secured_loans: Maybe[Euros]
    leasing: Maybe[Euros]
    working_capital: Maybe[Euros]
    in_costs: Euros
    """Working capital among the cost lines."""
    cash_flow: Maybe[Euros]
    """Yearly, of the last accounts."""
    existing: Maybe[Euros]
    """Debt of the last accounts, before the project."""
    own_funds: Maybe[Euros]

    @property
    def new_debt(self) -> Euros:
        """What the plan makes the firm borrow."""
        return sum((debt.amount for debt in self.debts), ZERO)

    @property
    def guaranteed(self) -> Euros:
        """What of it a public guarantee covers."""
        return sum((debt.guaranteed for debt in self.debts), ZERO)

    @property
    def project_debt(self) -> Maybe[Euros]:
        """The debt of the project: what is secured and what the plan adds."""
        if self.secured_loans is UNKNOWN or self.leasing is UNKNOWN:
            return UNKNOWN
        return self.new_debt + self.secured_loans + self.leasing

    @property
    def debt_after(self) -> Maybe[Euros]:
        """The firm's debt with the project."""
        project = self.project_debt
        return UNKNOWN if project is UNKNOWN or self.existing is UNKNOWN else self.existing + project

    @property
    def by_year(self) -> Euros:
        """Capital to pay back in a year, of the new debts whose length is known."""
        return sum((debt.by_year for debt in self.debts if debt.by_year is not UNKNOWN), ZERO)

    @property
    def without_length(self) -> Euros:
        """New debts whose length nobody gave."""
        return sum((debt.amount for debt in self.debts if debt.by_year is UNKNOWN), ZERO)

    @property
    def by_year_known(self) -> Maybe[Euros]:
        """The same; UNKNOWN while a new debt has no length."""
        return UNKNOWN if self.without_length else self.by_year

    @property
    def new_service(self) -> Maybe[Rate]:
        """Capital of the new debts to pay back in a year, over the yearly cash-flow."""
        return _ratio(self.by_year_known, self.cash_flow)

    @property
    def on_own_funds(self) -> Maybe[Rate]:
        """Debt with the project over own funds; UNKNOWN too where there are none."""
        return _ratio(self.debt_after, self.own_funds)

    @property
    def years_of_cash_flow(self) -> Maybe[Rate]:
        """Debt with the project over the yearly cash-flow; UNKNOWN too where there is none."""
        return _ratio(self.debt_after, self.cash_flow)

    @property
    def lacking(self) -> tuple[str, ...]:
        """The facts that a bank will ask for and that nobody gave."""
        facts = {
            WORKING_CAPITAL: self.working_capital,
            CASH_FLOW: self.cash_flow,
            EXISTING_DEBT: self.existing,
            OWN_FUNDS: self.own_funds,
        }
        return tuple(name for name, value in facts.items() if value is UNKNOWN)


def bank_table(
    project: Project,
    facts: Mapping[str, FactValue],
    table: FinancingTable,
    flow: CashFlow,
    terms: Mapping[str, CreditTerms],
) -> BankTable:
    """The table of a plan. ``terms``: dispositif → terms of its credit, for those that say them."""
    secured = secured_financing(project)
    in_costs = sum((cost.amount for cost in project.costs if cost.nature == WORKING_CAPITAL_NATURE), ZERO)
    said = _euros(facts, WORKING_CAPITAL)
    return BankTable(
        debts=tuple(_debts(table, flow, terms)),
        secured_loans=secured.amount(LOANS),
        leasing=secured.amount(LEASING),
        working_capital=in_costs if said is UNKNOWN and in_costs else said,
        in_costs=in_costs,
        cash_flow=_euros(facts, CASH_FLOW),
        existing=_euros(facts, EXISTING_DEBT),
        own_funds=_euros(facts, OWN_FUNDS),
    )


def _debts(table: FinancingTable, flow: CashFlow, terms: Mapping[str, CreditTerms]) -> Iterable[Debt]:
    forms = {(receipt.dispositif, receipt.label): receipt.form.label for receipt in flow.receipts}
    for row in flow.repayments:
        term = terms.get(row.dispositif)
        covered = term.covered if isinstance(term, GuaranteeTerms) else ZERO
        nature = "Crédit bancaire garanti" if covered else forms[row.dispositif, row.label]
        yield Debt(
            label=row.label,
            nature=nature,
            amount=row.amount,
            years=row.years,
            grace_years=row.grace_years,
            guaranteed=covered * row.amount,
        )
    for asked in table.resources:
        if asked.kind is RowKind.BANK:
            yield Debt(label=BANK_CREDIT, nature="Crédit bancaire", amount=asked.total)


def _euros(facts: Mapping[str, FactValue], name: str) -> Maybe[Euros]:
    value = facts.get(name, UNKNOWN)
    return Decimal(value) if isinstance(value, Decimal | int) and not isinstance(value, bool) else UNKNOWN


def _ratio(part: Maybe[Euros], whole: Maybe[Euros]) -> Maybe[Rate]:
    if part is UNKNOWN or whole is UNKNOWN or whole <= 0:
        return UNKNOWN
    return part / whole
