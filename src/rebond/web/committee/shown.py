"""What the committee's screen shows: its rows, the choice that the address tells, what is moved in and out of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode

from rebond.portfolio.committee.choice import Contender, Standing
from rebond.portfolio.committee.rules import Best, Conflict, Rule, Unsettled
from rebond.portfolio.contributors import Payers
from rebond.portfolio.parts import PartRange
from rebond.web.portfolio.calls import ASKED, ONE, CallShown
from rebond.web.portfolio.models import CommitteeDecision
from rebond.web.portfolio.session import EnvelopeBar, Line
from rebond.web.studies.models import ProjectFinding

PLUS, MINUS = "plus", "moins"


def is_proposed(line: Line) -> bool:
    """Whether its study proposes it to the committee."""
    return line.finding is not None and line.finding.status == ProjectFinding.Status.RETAINED


def begins_with(line: Line) -> bool:
    """Whether the choice begins with it: what is decided, and what is proposed where nothing is."""
    if line.decision is not None:
        return bool(line.decision.outcome == CommitteeDecision.Outcome.RETAINED)
    return is_proposed(line)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A candidate on the screen."""

    line: Line
    contender: Contender
    proposed: bool
    chosen: bool
    moved: bool
    falls: bool
    why: str
    """Why the envelope cannot finance it, when that was asked."""
    late: bool
    """Somebody stands aside for its firm, or no longer does, since the study: no mark of an assessor is told of it."""
    elsewhere: str
    """The title of another call that is proposed to finance it; empty for none."""
    awaited: bool
    """Whether it is a candidate of another call that has not decided anything yet."""
    beside: tuple[tuple[str, bool], ...]
    """The other candidates of its firm, and whether the choice retains each: they are read together."""
    akin: tuple[tuple[str, str, bool], ...]
    """The candidates of other firms of its single undertaking, each with its firm; told to the team alone."""
    move: str
    """The address of the screen once it is moved, as a query."""

    @property
    def ref(self) -> str:
        """Its reference."""
        return self.line.project.ref

    @property
    def decided(self) -> CommitteeDecision | None:
        """What the committee decided of it."""
        return self.line.decision

    @property
    def call(self) -> str:
        """The call whose decision it is, by its name."""
        return self.decided.call if self.decided is not None else ""

    @property
    def value(self) -> Decimal:
        """Its value out of 100."""
        return self.contender.value

    @property
    def amount(self) -> Decimal | None:
        """What the envelope gives it in the choice."""
        return self.contender.asks if self.chosen else None

    @property
    def part(self) -> PartRange | None:
        """What the call may give it, when it pays parts and the choice retains it."""
        return self.contender.part if self.chosen and self.amount is not None else None

    @property
    def worth(self) -> Decimal:
        """What it brings with what it gets."""
        return self.contender.worth

    @property
    def was(self) -> Decimal | None:
        """What the study gave it, where the choice gives it another amount."""
        proposed = self.line.finding.envelope if self.proposed and self.line.finding else None
        return proposed if self.part and proposed != self.amount and not self.decided else None

    @property
    def missing(self) -> Decimal | None:
        """What nothing else pays."""
        return self.line.finding.uncovered if self.line.finding else None

    @property
    def is_granted(self) -> bool:
        """Whether the committee decided to retain it."""
        return self.decided is not None and self.decided.outcome == CommitteeDecision.Outcome.RETAINED

    @property
    def granted(self) -> Decimal | None:
        """The amount that it decided."""
        return self.decided.amount if self.decided is not None else None

    @property
    def differs(self) -> bool:
        """Whether the choice is not what is proposed: a decision of it needs its reason."""
        return self.proposed is not self.chosen


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """What the screen shows."""

    rows: tuple[Row, ...]
    standing: Standing
    bar: EnvelopeBar
    unmet: tuple[tuple[Rule, str], ...]
    best: Best | Conflict | Unsettled | None = None
    plus: tuple[str, ...] = ()
    minus: tuple[str, ...] = ()
    payers: Payers | None = None
    """The contributors of the envelope, when rules of their own bind who they may pay."""
    call: CallShown = ONE
    """Whose envelope it is."""
    failed: str = ""
    """Why the choice of the address could not be computed: the screen then shows the one that it begins with."""

    @property
    def titles(self) -> Mapping[str, str]:
        """How each candidate is called, by reference."""
        return {row.ref: row.line.project.title for row in self.rows}

    @property
    def chosen(self) -> list[Row]:
        """What the choice retains, the best value first."""
        return [row for row in self.rows if row.chosen]

    @property
    def left_out(self) -> list[Row]:
        """What it does not."""
        return [row for row in self.rows if not row.chosen]

    @property
    def different(self) -> list[Row]:
        """What is not decided and differs from the proposal."""
        return [row for row in self.rows if row.differs and self.to_record(row)]

    def to_record(self, row: Row) -> bool:
        """Whether recording the choice writes a decision on it: not on what another call may still finance."""
        if row.awaited and row.decided is None and not row.chosen and not row.proposed:
            return False
        retained = row.decided is not None and row.decided.outcome == CommitteeDecision.Outcome.RETAINED
        return row.decided is None or retained is not row.chosen

    @property
    def recorded(self) -> list[Row]:
        """What recording the choice would write."""
        return [row for row in self.rows if self.to_record(row)]

    @property
    def awaiting(self) -> list[Row]:
        """What recording the choice leaves to another call."""
        return [row for row in self.rows if row.awaited and row.decided is None and not self.to_record(row)]

    @property
    def late(self) -> list[Row]:
        """Those whose marks the study counts with someone who now stands aside, or without someone who may mark."""
        return [row for row in self.rows if row.late]

    @property
    def falling(self) -> list[Row]:
        """What no longer fits."""
        return [row for row in self.rows if row.falls]

    @property
    def falling_value(self) -> Decimal:
        """What it is worth."""
        return sum((row.contender.worth for row in self.falling), Decimal(0))

    @property
    def lost(self) -> Decimal:
        """Value lost against the proposal, once what no longer fits is out."""
        return self.standing.lost_after

    @property
    def pays_parts(self) -> bool:
        """Whether what each gets is shared out again at each move."""
        return any(row.contender.part is not None for row in self.rows)

    @property
    def without_what_falls(self) -> str:
        """The address of the choice without what no longer fits."""
        gone = {row.ref for row in self.falling}
        chosen = {row.ref for row in self.rows if row.chosen} - gone
        return address_of(self.rows, chosen, self.call)

    @property
    def query(self) -> str:
        """The choice, as a query."""
        return query_of(self.plus, self.minus)

    @property
    def address(self) -> str:
        """The choice and its call, as the query of an address."""
        return query_of(self.plus, self.minus, self.call)


def query_of(plus: Iterable[str], minus: Iterable[str], call: CallShown = ONE) -> str:
    """What was moved in and out, as the query of an address."""
    told = {ASKED: call.name, PLUS: ",".join(sorted(plus)), MINUS: ",".join(sorted(minus))}
    return urlencode({name: value for name, value in told.items() if value}, safe=",/")


def address_of(rows: Sequence[Row], chosen: Collection[str], call: CallShown) -> str:
    """A choice as the query of an address."""
    based = {row.ref for row in rows if begins_with(row.line)}
    return query_of(set(chosen) - based, based - set(chosen), call)
