"""The committee's screen: for each candidate what is proposed, what the choice on the screen does, what is decided.

The choice begins from the decisions, and from the proposal where nothing is decided; the address says what was moved.
Nothing of it is kept.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from rebond.errors import IllegalPlanError, SolverError
from rebond.facts import UNKNOWN, Maybe
from rebond.portfolio.committee.choice import Contender, Standing, stand
from rebond.portfolio.committee.rules import Best, Conflict, Rule, Unsettled, best_choice, unmet
from rebond.portfolio.contributors import Payers
from rebond.portfolio.parts import PartRange
from rebond.restitution.typography import listed, typeset
from rebond.study.moved_in import Asked
from rebond.units import format_euros
from rebond.web.committee.amounts import account_takers, asked_by, payers_in, ready, unsure_in
from rebond.web.committee.aside import left_since, values_without_marks
from rebond.web.missions.models import Mission
from rebond.web.missions.truth import Answer
from rebond.web.portfolio.calls import ASKED, ONE, CallShown, candidacies, part_of, proposed_elsewhere
from rebond.web.portfolio.models import CommitteeDecision
from rebond.web.portfolio.session import EnvelopeBar, Line, envelope_bar, lines_on_the_table
from rebond.web.projects.models import Project
from rebond.web.studies.models import FirmFinding, ProjectFinding

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from rebond.web.accounts.models import User

PLUS, MINUS, BEST = "plus", "moins", "meilleure"
_LOGGER = logging.getLogger("rebond.incidents")
UNSOLVED = "Le calcul des plans n’a pas abouti"


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
    based = {row.ref for row in rows if _based(row.line)}
    return query_of(set(chosen) - based, based - set(chosen), call)


def screen(
    user: User | AnonymousUser,
    mission: Mission,
    sent: Mapping[str, str],
    *,
    rules: Sequence[Rule] = (),
    call: CallShown = ONE,
) -> Screen:
    """The candidates of a call that a person reads, and the choice that the address tells.

    What the address names and is no candidate is left out.
    """
    table = lines_on_the_table(user, mission, call)
    refs = {line.project.ref for line in table}
    plus, minus = (frozenset(_refs(sent.get(name, ""))) & refs for name in (PLUS, MINUS))
    based = {line.project.ref for line in table if _based(line)}
    bar = envelope_bar(user, mission, call=call)
    late = left_since(mission)
    worth = values_without_marks(mission, [line for line in table if line.project.firm.ref in late], call)
    sizes = _sizes(mission)
    chosen, failed = (based | plus) - minus, ""
    best: Best | Conflict | Unsettled | None = None
    asked: Mapping[str, Asked] = {}
    takers: Mapping[str, Sequence[tuple[str, Decimal]]] = {}
    held = {line.project.ref for line in table if line.decision and _based(line)}
    payers = payers_in(mission, table, bar.parts)
    try:
        if sent.get(BEST):
            asked = asked_by(mission, [line for line in table if _known(line) is None], call)
            unsure = unsure_in(mission, [line for line in table if _known(line) is not None], call)
            unsure |= {ref for ref, each in asked.items() if each.unsure}
            found = (_contender(line, sizes, asked, worth) for line in table)
            contenders = [replace(each, unsure=each.id in unsure) for each in found]
            out = {line.project.ref for line in table if line.decision} - held
            # What another call is proposed to finance is not proposed here: who decides may still add it.
            out |= {line.project.ref for line in table if _elsewhere(line, call)} - held
            best = best_choice(contenders, envelope=bar.amount, rules=rules, held=held, out=out, payers=payers)
            if isinstance(best, Best):
                chosen = set(best.chosen)
        else:
            ready(mission)
            moving = [line for line in table if line.project.ref in chosen and _known(line) is None]
            asked = asked_by(mission, moving, call)
        takers = account_takers(mission, [line for line in table if _is_stuck(asked.get(line.project.ref))])
    except (SolverError, IllegalPlanError) as error:
        _LOGGER.warning("comité, mission %s : %s", mission.slug, error)
        chosen, asked, takers = based, {}, {}
        failed = f"{UNSOLVED} ({error}) : l’écran montre les décisions et la proposition. Recommencez."
    contenders = [_contender(line, sizes, asked, worth) for line in table]
    proposal = {line.project.ref for line in table if _proposed(line)}
    standing = stand(
        contenders,
        chosen,
        envelope=bar.amount,
        proposal=proposal,
        held=(held | (plus - proposal)) & chosen,
        payers=payers,
    )
    titles = (
        {row.ref: row.title for row in Project.objects.visible_to(user).of(mission).filter(ref__in=named)}
        if (named := {ref for each in takers.values() for ref, _ in each})
        else {}
    )
    silent = _silent(mission, call)
    now_plus, now_minus = chosen - based, based - chosen
    rows = []
    of_firm: dict[int, list[Line]] = {}
    for line in table:
        of_firm.setdefault(line.project.firm_id, []).append(line)
    for line, contender in zip(table, contenders, strict=True):
        ref = line.project.ref
        after = chosen ^ {ref}
        rows.append(
            Row(
                line=line,
                contender=_shared(contender, standing),
                proposed=ref in proposal,
                chosen=ref in chosen,
                moved=(ref in chosen) is not (ref in based),
                falls=ref in standing.falls,
                late=ref in worth,
                elsewhere=_elsewhere(line, call),
                awaited=bool(silent & candidacies(line.finding)) and ref not in proposal,
                why=_why(asked.get(ref), takers.get(ref, ()), titles),
                beside=tuple(
                    (each.project.title, each.project.ref in chosen)
                    for each in of_firm[line.project.firm_id]
                    if each is not line
                ),
                move=query_of(after - based, based - after, call),
            )
        )
    return Screen(
        rows=tuple(rows),
        standing=standing,
        bar=bar,
        unmet=tuple(unmet(rules, [_shared(each, standing) for each in contenders], chosen)),
        best=best,
        payers=payers,
        call=call,
        plus=tuple(sorted(now_plus)),
        minus=tuple(sorted(now_minus)),
        failed=failed,
    )


def _shared(contender: Contender, standing: Standing) -> Contender:
    """With what it gets of a call that pays parts, shared out among the whole choice."""
    amount = standing.amounts.get(contender.id)
    return contender if amount is None else replace(contender, asks=amount)


def _elsewhere(line: Line, call: CallShown) -> str:
    return "" if line.decision is not None else proposed_elsewhere(line.finding, call)


def _silent(mission: Mission, call: CallShown) -> set[str]:
    """The other calls that have not decided anything yet; one query where there are several."""
    if not call.several:
        return set()
    decided = set(CommitteeDecision.objects.of(mission).values_list("call", flat=True))
    return {name for name, _ in call.calls if name != call.name} - decided


def _refs(text: str) -> list[str]:
    return [ref for ref in text.split(",") if ref]


def _proposed(line: Line) -> bool:
    return line.finding is not None and line.finding.status == ProjectFinding.Status.RETAINED


def _based(line: Line) -> bool:
    """Whether the choice begins with it."""
    if line.decision is not None:
        return bool(line.decision.outcome == CommitteeDecision.Outcome.RETAINED)
    return _proposed(line)


def _known(line: Line) -> Decimal | None:
    """What the envelope gives it, when the committee or the study said so."""
    if line.decision is not None and _based(line):
        return line.decision.amount
    return line.finding.envelope if line.finding and line.finding.envelope else None


def _is_stuck(asked: Asked | None) -> bool:
    return asked is not None and asked.amount is None


def _why(asked: Asked | None, takers: Sequence[tuple[str, Decimal]], titles: Mapping[str, str]) -> str:
    """Why the envelope cannot finance it, and which plans use the account that it would need: they do not move."""
    if asked is None or asked.amount is not None or not takers:
        return asked.why if asked else ""
    named = [f"« {titles[ref]} » ({format_euros(aid)})" for ref, aid in takers if ref in titles]
    if len(named) < len(takers):
        named.append("un projet que cet écran ne montre pas" if len(takers) == len(named) + 1 else "d’autres projets")
    return (
        f"{asked.why}. Le compte de minimis de l’entreprise sert au plan de {listed(named)}, que cet écran ne change "
        "pas : une étude les planifie ensemble"
    )


def _contender(
    line: Line,
    sizes: Mapping[int, Maybe[bool]],
    asked: Mapping[str, Asked],
    worth: Mapping[str, Decimal],
) -> Contender:
    project, known = line.project, _known(line)
    found = asked.get(project.ref)
    asks = known if known is not None else found.amount if found else None
    return Contender(
        id=project.ref,
        firm=project.firm.ref,
        firm_name=typeset(project.firm.name),
        place=project.epci,
        small=sizes.get(project.firm_id, UNKNOWN),
        value=worth.get(project.ref, line.finding.score if line.finding else Decimal(0)),
        asks=asks,
        part=_part(line, asks, found),
    )


def _part(line: Line, asks: Decimal | None, asked: Asked | None) -> PartRange | None:
    """What it may get of a call that pays parts: what the committee decided is settled, the rest is shared out."""
    studied = part_of(line.finding)
    if asks is None:
        return None
    if line.decision is not None and _based(line):
        return studied.fixed_at(asks) if studied else None
    if asked is None:
        return studied
    if asked.most is None:
        return studied.fixed_at(asks) if studied else None
    least, most = int(asks), max(int(asks), int(asked.most))
    return PartRange(least=least, most=most, full=studied.full if studied else most)


def _sizes(mission: Mission) -> dict[int, Maybe[bool]]:
    """Whether each firm is an SME, as the study found; one query.

    The committee is not told it firm by firm, and its rule counts it all the same.
    """
    rows = FirmFinding.objects.found_by(mission.current_study).values_list("firm", "is_sme")
    return {firm: UNKNOWN if said == Answer.UNKNOWN else said == Answer.YES for firm, said in rows}
