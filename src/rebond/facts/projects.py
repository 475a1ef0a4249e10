"""What is known of a project."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from rebond.facts.firms import Firm
from rebond.facts.values import UNKNOWN, FactValue, Maybe
from rebond.units import Euros


@dataclass(frozen=True, slots=True, kw_only=True)
class CostLine:
    """A cost item: ``amount`` in euros before recoverable VAT (GBER art. 7), by nature and year."""

    id: str
    nature: str
    amount: Euros
    year: int
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One criterion of the maturity grid, as declared with its proof."""

    criterion: str
    level: Maybe[int]
    proof: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FunderRequest:
    """What a firm sent to one funder for a project, and when: a letter of intent, an application."""

    funder: str
    """Code of the organisation (``referentiels/organisations.csv``)."""
    letter_on: Maybe[date] = UNKNOWN
    applied_on: Maybe[date] = UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessorScore:
    """What the assessors give a project on one criterion of the selection, 0 to 5, and why."""

    criterion: str
    score: int
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """An investment project as recorded in the census."""

    id: str
    firm_id: str
    title: str
    description: str = ""
    commune: Maybe[str] = UNKNOWN
    kind: Maybe[str] = UNKNOWN
    """Key of ``referentiels/types_projet.csv`` (creation, extension, diversification, procede…)."""
    costs: tuple[CostLine, ...] = ()
    jobs_created: Maybe[int] = UNKNOWN
    jobs_kept: Maybe[int] = UNKNOWN
    starts_on: Maybe[date] = UNKNOWN
    ends_on: Maybe[date] = UNKNOWN
    works_started: Maybe[bool] = UNKNOWN
    """A first irrevocable order was signed, or works began (GBER art. 2(23))."""
    first_order_on: Maybe[date] = UNKNOWN
    applied_on: Maybe[date] = UNKNOWN
    """Date of the letter of intent or application sent to the funders, when it is the same for all."""
    first_order_document: str = ""
    """The order, quote or contract that was signed first."""
    requests: tuple[FunderRequest, ...] = ()
    """Letters and applications, funder by funder: they take the place of ``applied_on`` for these funders."""
    own_financing: Maybe[Euros] = UNKNOWN
    """Own funds and bank loans already secured for the project."""
    borrowing_capacity: Maybe[Euros] = UNKNOWN
    """What the firm can still borrow for the project, beyond the loans already secured."""
    objectives: frozenset[str] = frozenset()
    declared: tuple[tuple[str, FactValue], ...] = ()
    """Further facts of the dictionary (``faits.csv``) given for this project."""
    asked: tuple[tuple[str, Maybe[date]], ...] = ()
    """As for ``Firm``."""
    evidence: tuple[Evidence, ...] = ()
    maturity_override: Maybe[str] = UNKNOWN
    maturity_reason: str = ""
    scores: tuple[AssessorScore, ...] = ()
    """Assessors' scores, one by selection criterion at most."""

    @property
    def total_cost(self) -> Euros:
        """Sum of the cost lines, in euros before recoverable VAT."""
        return sum((line.amount for line in self.costs), Euros(0))

    def place(self, firm: Firm) -> Maybe[str]:
        """INSEE code of the commune of the works: the project's own, else that of its firm's site."""
        return firm.establishment.commune if self.commune is UNKNOWN else self.commune
