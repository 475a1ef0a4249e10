"""The same plan as its readers want it: what may be expected, the table of a Région, the table of a bank."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rebond.dispositifs.model import Instrument
from rebond.financing.context import Study
from rebond.financing.plan.schedule import CashFlow, CreditTerms, FinancingTable
from rebond.financing.tables.bank import BankTable, bank_table
from rebond.financing.tables.expected import ExpectedSupport, ExpectedTotal, expected_supports, expected_total
from rebond.financing.tables.leasing import Leasing, leasing_of
from rebond.financing.tables.limits import Limit
from rebond.financing.tables.region import RegionTable, region_table


@dataclass(frozen=True, slots=True, kw_only=True)
class FundingTables:
    """The tables of one plan."""

    expected: tuple[ExpectedSupport, ...]
    region: RegionTable
    bank: BankTable
    leasing: Leasing | None
    """``None``: nothing is known to be leased."""

    @property
    def expected_total(self) -> ExpectedTotal:
        """The expected total where it is known, and for how much it is not."""
        return expected_total(self.expected)


def funding_tables(
    found: Study,
    table: FinancingTable,
    flow: CashFlow,
    limits: tuple[Limit, ...],
    terms: Mapping[str, CreditTerms],
) -> FundingTables:
    """The tables of a study whose financing table, cash-flow and limits are at hand."""
    (project,) = found.problem.projects
    guarantees = {line.dispositif for line in found.plan.lines if line.instrument is Instrument.GUARANTEE}
    return FundingTables(
        expected=expected_supports(found),
        region=region_table(
            project,
            found.plan,
            table,
            limits,
            articles={key: regime.article for key, regime in found.context.catalogue.regimes.items()},
            private=frozenset(guarantees),
        ),
        bank=bank_table(found.context.project, found.facts, table, flow, terms),
        leasing=leasing_of(found),
    )
