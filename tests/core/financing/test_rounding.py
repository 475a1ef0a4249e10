"""An award is rounded once, down to the euro, and shared among its lines: no euro a line lost, no floor broken."""

from dataclasses import replace
from decimal import Decimal
from math import fsum

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rebond.financing.auditing.audit import audit_plan, audit_plans
from rebond.financing.problem.model import FinancingProblem, Line
from rebond.financing.solving.optimize import optimise_plan
from tests.core.financing.problems import DE_MINIMIS, EXEMPTION, D, a_basis, a_problem, a_project, an_offer

SOME = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def lines_of(*amounts: str) -> tuple[Line, ...]:
    return tuple(
        Line(id=f"k{rank}", nature="materiel", amount=D(amount), year=2026) for rank, amount in enumerate(amounts)
    )


def one_regime(lines: tuple[Line, ...], rate: str, regime: str = "pme"):
    return a_basis(regime, ceilings={line.id: D(rate) for line in lines})


def named(lines: tuple[Line, ...]) -> str:
    return " ".join(line.id for line in lines)


def test_a_hundred_lines_lose_less_than_one_euro():
    """Each ceiling ends in cents: whole shares under each of them would lose a euro every two lines."""
    lines = lines_of(*(f"{1000 + rank}.{37 * rank % 100:02d}" for rank in range(120)))
    project = a_project(
        an_offer("a", one_regime(lines, "0.3333"), lines=named(lines), support=10**7), lines=lines, need=130_000
    )
    problem = a_problem(project)
    plan = optimise_plan(problem)
    assert plan.support == int(sum(D("0.3333") * line.amount for line in lines))
    assert audit_plan(plan, problem) == []
    assert any(line.exact is not None for line in plan.lines)


def test_a_floor_that_only_exact_shares_reach_is_kept_to_the_euro():
    lines = lines_of("24999.99", "25000", "25000.01")
    offer = an_offer("a", one_regime(lines, "0.2"), lines=named(lines), support=15_000, min_support=D(15_000))
    plan = optimise_plan(a_problem(a_project(offer, lines=lines)))
    assert plan.support == 15_000


def test_a_floor_in_cents_asks_for_the_euro_above():
    lines = lines_of("1000")
    offer = an_offer("a", one_regime(lines, "0.5"), lines=named(lines), support=400, min_support=D("399.5"))
    assert optimise_plan(a_problem(a_project(offer, lines=lines))).support == 400
    short = an_offer("a", one_regime(lines, "0.39975"), lines=named(lines), support=400, min_support=D("399.5"))
    assert optimise_plan(a_problem(a_project(short, lines=lines))).support == 0


def test_the_audit_refuses_shares_that_do_not_make_the_award():
    lines = lines_of("1000.5", "1000.5")
    offer = an_offer("a", one_regime(lines, "0.5"), lines=named(lines))
    problem = a_problem(a_project(offer, lines=lines))
    plan = optimise_plan(problem)
    assert plan.support == 1000
    _assert_refused(plan, problem, exact=D("499"))
    _assert_refused(plan, problem, exact=D("501.4"))


def _assert_refused(plan, problem, *, exact: Decimal) -> None:
    first, *others = plan.lines
    assert audit_plan(replace(plan, lines=(replace(first, exact=exact), *others)), problem)


CENTS = st.integers(5_000, 300_000).map(lambda cents: D(cents) / 100)
RATES = st.sampled_from(["0.3333", "0.25", "0.175", "0.6667", "0.1"]).map(D)


@st.composite
def in_cents(draw: st.DrawFn) -> FinancingProblem:
    """One project of many lines in cents, two regimes and de minimis, floors near what is possible."""
    lines = lines_of(*(str(draw(CENTS)) for _ in range(draw(st.integers(2, 14)))))
    ceilings = {regime: {line.id: draw(RATES) for line in lines} for regime in ("r1", "r2")}
    offers = []
    for rank in range(draw(st.integers(1, 4))):
        paid = draw(st.lists(st.sampled_from(lines), min_size=1, unique=True))
        regime = draw(st.sampled_from(["r1", "r1", "r2", "minimis"]))
        rates = ceilings.get(regime, {line.id: D(1) for line in lines})
        kind = DE_MINIMIS if regime == "minimis" else EXEMPTION
        basis = a_basis(regime, kind=kind, ceilings={line.id: rates[line.id] for line in paid})
        most = sum((basis.ceilings[k.id] * k.amount for k in paid), D(0))
        offers.append(
            an_offer(
                f"o{rank}",
                basis,
                lines=" ".join(line.id for line in paid),
                support=draw(st.sampled_from([300, 1000, 10_000])),
                min_support=draw(st.sampled_from([D(0), D(0), D(int(most)), D(int(most / 2))])),
            )
        )
    return a_problem(a_project(*offers, lines=lines, need=10**6), room=700)


@SOME
@given(problem=in_cents())
def test_whole_euros_cost_at_most_one_euro_a_dispositif(problem):
    plan = optimise_plan(problem)
    assert audit_plans([plan], problem) == []
    best = plan.reports[0].objective if plan.reports else 0.0
    assert fsum((best, -plan.support)) <= len(plan.files) + 0.01
    floors = {offer.id: offer.min_support for offer in problem.projects[0].offers}
    for identifier in plan.files:
        mine = [line for line in plan.lines if line.dispositif == identifier]
        assert sum(line.amount for line in mine) >= floors[identifier]
        assert sum(line.share for line in mine) == sum(line.amount for line in mine)
        assert all(line.amount > 0 and abs(line.share - line.amount) < 1 for line in mine)


def test_a_need_met_by_awards_in_cents_is_shown_met():
    """Two grants capped at 100.50 € and 50.30 €, a third for the rest of 400 €: whole awards make 400 €, not 399."""
    lines = lines_of("1000")
    offers = [
        an_offer(name, one_regime(lines, "0.6"), lines="k0", aid_cap=D(cap))
        for name, cap in (("a", "100.5"), ("b", "50.3"), ("c", "900"))
    ]
    plan = optimise_plan(a_problem(a_project(*offers, lines=lines, need=400)))
    assert plan.support == 400
