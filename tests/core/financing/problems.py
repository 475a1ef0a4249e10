"""Small problems for the tests of the engine: builders with defaults, and Hypothesis strategies over every family."""

from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from rebond.dispositifs.model import Instrument, Part
from rebond.financing.plan.model import FinancingPlan, PlanLine
from rebond.financing.problem.model import Basis, FinancingProblem, GrantedAid, Line, Offer, ProjectProblem
from rebond.regimes.model import RegimeKind

D = Decimal
SIXTY_FORTY = (
    Part(instrument=Instrument.GRANT, share=D("0.6")),
    Part(instrument=Instrument.REPAYABLE_ADVANCE, share=D("0.4")),
)
GIVEN, AID, COVERED, PAYBACK = "aide ferme", "aide en équivalent-subvention", "besoin couvert", "à rembourser"
FILES = "dossiers à déposer"
EXEMPTION, DE_MINIMIS, NO_AID = RegimeKind.EXEMPTION, RegimeKind.DE_MINIMIS, RegimeKind.NO_AID


def a_line(identifier: str = "l1", amount: int = 1000) -> Line:
    return Line(id=identifier, nature="materiel", amount=D(amount), year=2026)


def a_basis(regime: str = "rgec", **changes: Any) -> Basis:
    """A basis at 50 % on lines l1 to l3."""
    ceilings = changes.pop("ceilings", dict.fromkeys(("l1", "l2", "l3"), D("0.5")))
    kind = changes.pop("kind", EXEMPTION)
    return Basis(regime=regime, article=regime, kind=kind, ceilings={k: D(v) for k, v in ceilings.items()}, **changes)


def de_minimis(**changes: Any) -> Basis:
    return a_basis("minimis", kind=DE_MINIMIS, ceilings=dict.fromkeys(("l1", "l2", "l3"), D(1)), **changes)


def no_aid() -> Basis:
    whole = dict.fromkeys(("l1", "l2", "l3"), D(1))
    return a_basis("marche", kind=NO_AID, ceilings=whole, aid_per_euro=D(0), plain_per_euro=D(0))


def an_offer(identifier: str = "a", *bases: Basis, lines: str = "l1", support: int = 10_000, **changes: Any) -> Offer:
    """A grant on the lines named."""
    changes.setdefault("instrument", Instrument.GRANT)
    return Offer(
        id=identifier,
        title=identifier,
        funder="région",
        lines=frozenset(lines.split()),
        bases=bases or (a_basis(),),
        max_support=D(support),
        **changes,
    )


def a_project(*offers: Offer, identifier: str = "p", **changes: Any) -> ProjectProblem:
    lines = changes.pop("lines", (a_line(),))
    undertaking = changes.pop("undertaking", "groupe")
    need = changes.pop("need", sum((line.amount for line in lines), D(0)))
    return ProjectProblem(id=identifier, undertaking=undertaking, lines=lines, offers=offers, need=D(need), **changes)


def a_problem(*projects: ProjectProblem, room: int = 0, budgets: dict[str, Decimal] | None = None) -> FinancingProblem:
    rooms = {project.undertaking: D(room) for project in projects}
    return FinancingProblem(projects=projects, de_minimis_room=rooms, budgets=budgets or {})


def a_plan(project: ProjectProblem, *given: tuple[str, str, str, int]) -> FinancingPlan:
    """A plan written by hand: (offer, regime, line, euros) for each of its lines."""
    offers = {offer.id: offer for offer in project.offers}
    lines = []
    for offer, regime, line, amount in given:
        asked = offers[offer]
        basis = next((b for b in asked.bases if b.regime == regime), asked.bases[0])
        lines.append(
            PlanLine(
                dispositif=offer,
                title=asked.title,
                funder=asked.funder,
                instrument=asked.instrument,
                regime=regime,
                article=regime,
                line=line,
                amount=amount,
                aid=amount * basis.aid_per_euro,
                benefit=amount * asked.benefit_per_euro,
                parts=asked.parts,
            )
        )
    return FinancingPlan(
        project=project.id, cost=project.cost, need=project.need, lines=tuple(lines), benefit=D(0), reports=()
    )


def reached(plans: dict[str, FinancingPlan]) -> dict[str, float]:
    """What the solver proved of each goal, by its name, summed over independent parts.

    Where most firm aid is no goal of its own, it is most aid, or nothing is given.
    """
    total: dict[str, float] = defaultdict(float)
    for key, reports in {id(plan.reports): plan.reports for plan in plans.values()}.items():
        goals = {report.goal: report.objective for report in reports}
        gives = any(line.given for plan in plans.values() if id(plan.reports) == key for line in plan.lines)
        goals.setdefault(GIVEN, goals[AID] if gives else 0.0)
        for goal, objective in goals.items():
            total[goal] += objective
    return total


# Strategies. Amounts are whole and rates are short decimals, so that the exact reference stays fast.

AMOUNTS = st.sampled_from([100, 240, 500, 1000, 1730, 4000])
RATES = st.sampled_from(["0.1", "0.15", "0.2", "0.35", "0.5", "0.6"])
PER_EURO = st.sampled_from(["1", "0.6", "0.25", "0.04"])
ADVANCE_BONUS = D("0.1")


def maybe(strategy: st.SearchStrategy[Any], share: int = 3) -> st.SearchStrategy[Any]:
    """The strategy once in ``share`` draws, nothing otherwise."""
    return st.integers(1, share).flatmap(lambda n: strategy if n == share else st.none())


@st.composite
def regimes(draw: st.DrawFn, lines: tuple[str, ...]) -> list[dict[str, Any]]:
    """One to three exempted regimes: ceilings by line, own contribution, cap, whole project or line by line."""
    found = []
    for rank in range(draw(st.integers(1, 3))):
        admitted = draw(st.lists(st.sampled_from(lines), min_size=1, unique=True))
        refused = draw(maybe(st.sampled_from(["incentive_effect", "thresholds"]), 4))
        found.append(
            {
                "regime": f"r{rank}",
                "ceilings": {line: D(draw(RATES)) for line in admitted},
                "own_contribution": D(draw(st.sampled_from(["0", "0.25", "0.6", "0.75"]))),
                "project_cap": draw(maybe(AMOUNTS.map(D), 5)),
                "per_project": draw(st.integers(1, 5)) == 1,
                "refused_by": frozenset({refused} if refused else ()),
                "object": draw(st.sampled_from(["", "", "chaleur", "eau"])),
            }
        )
    return found


@st.composite
def exempted(draw: st.DrawFn, shared: list[dict[str, Any]], instrument: Instrument) -> Basis:
    """A basis under one of the regimes; an advance may be compared at nominal, wholly or in part."""
    figures = draw(st.sampled_from(shared))
    aid = D(1) if instrument in {Instrument.GRANT, Instrument.TAX_CREDIT} else D(draw(PER_EURO))
    plain, bonus = aid, D(0)
    if instrument is Instrument.REPAYABLE_ADVANCE and draw(st.booleans()):
        plain, bonus = aid * D(draw(st.sampled_from(["0", "0.6"]))), ADVANCE_BONUS
    return a_basis(**figures, aid_per_euro=aid, plain_per_euro=plain, advance_bonus=bonus)


@st.composite
def offers(draw: st.DrawFn, identifier: str, lines: tuple[str, ...], shared: list[dict[str, Any]]) -> Offer:
    """An offer with one to three bases and any of the rules of a dispositif."""
    instrument = draw(
        st.sampled_from(
            [
                *[Instrument.GRANT] * 4,
                *[Instrument.LOAN] * 2,
                *[Instrument.REPAYABLE_ADVANCE] * 2,
                Instrument.GUARANTEE,
                Instrument.TAX_CREDIT,
            ]
        )
    )
    is_credit = instrument is Instrument.TAX_CREDIT
    is_grant = instrument is Instrument.GRANT or is_credit
    bases = {basis.regime: basis for basis in draw(st.lists(exempted(shared, instrument), max_size=2))}
    if not bases or draw(st.integers(1, 4)) == 1:
        per_euro = D(1) if is_grant else D(draw(PER_EURO))
        bases["minimis"] = de_minimis(aid_per_euro=per_euro, plain_per_euro=per_euro)
    if is_credit or (not is_grant and draw(st.integers(1, 3)) > 1):
        bases["marche"] = no_aid()
    support = draw(st.sampled_from([240, 1000, 4000]))
    return an_offer(
        identifier,
        *bases.values(),
        lines=" ".join(draw(st.lists(st.sampled_from(lines), min_size=1, unique=True))),
        support=support,
        instrument=instrument,
        aid_cap=draw(maybe(AMOUNTS.map(D))),
        min_support=draw(maybe(st.sampled_from([40, 100, 240]).map(D))) or D(0),
        least_useful=draw(maybe(st.sampled_from([30, 150]).map(D), 5)) or D(0),
        benefit_per_euro=D(1) if is_grant else D(draw(PER_EURO)),
        private_match=instrument in {Instrument.LOAN, Instrument.REPAYABLE_ADVANCE} and draw(st.booleans()),
        own_funds_cap=None if is_grant else draw(maybe(AMOUNTS.map(D), 5)),
        budget=draw(st.sampled_from(["", "", "commun"])),
        sole_aid=draw(st.integers(1, 6)) == 1,
        subsidy_deduction=D(draw(st.sampled_from(["0.2", "0.3"]))) if is_credit else D(0),
        parts=(draw(maybe(st.just(SIXTY_FORTY))) or ()) if instrument is Instrument.GRANT else (),
    )


@st.composite
def granted(draw: st.DrawFn, lines: tuple[str, ...], shared: list[dict[str, Any]]) -> GrantedAid:
    """Aid of the past, sometimes more than the ceiling of today allows."""
    line, aid = draw(st.sampled_from(lines)), D(draw(st.sampled_from([20, 60, 150, 300])))
    kind = draw(st.sampled_from([EXEMPTION, EXEMPTION, DE_MINIMIS, NO_AID]))
    if kind is not EXEMPTION:
        return GrantedAid(line=line, regime="minimis", kind=kind, aid=aid, ceiling=D(1))
    figures = draw(st.sampled_from(shared))
    ceiling = figures["ceilings"].get(line, D(draw(RATES)))
    share = figures["own_contribution"]
    return GrantedAid(line=line, regime=figures["regime"], kind=kind, aid=aid, ceiling=ceiling, own_contribution=share)


@st.composite
def projects(draw: st.DrawFn, identifier: str, most_offers: int) -> ProjectProblem:
    """A project of one to three lines."""
    names = tuple(f"l{rank}" for rank in range(1, draw(st.integers(1, 3)) + 1))
    shared = draw(regimes(names))
    found = tuple(draw(offers(f"o{rank}", names, shared)) for rank in range(draw(st.integers(1, most_offers))))
    pairs = [(a.id, b.id) for a in found for b in found if a.id < b.id]
    return a_project(
        *found,
        identifier=identifier,
        lines=tuple(a_line(name, draw(st.sampled_from([240, 500, 1000]))) for name in names),
        undertaking=draw(st.sampled_from(["groupe", "groupe", "autre"])),
        need=draw(AMOUNTS),
        loan_cap=draw(maybe(AMOUNTS.map(D), 5)),
        match_secured=draw(maybe(AMOUNTS.map(D), 4)),
        granted=tuple(draw(st.lists(granted(names, shared), max_size=2))) if draw(st.booleans()) else (),
        exclusions=frozenset(draw(st.lists(st.sampled_from(pairs), max_size=1))) if pairs else frozenset(),
    )


@st.composite
def mixed_problems(draw: st.DrawFn, most_offers: int = 3) -> FinancingProblem:
    """A problem where some supports wait for an answer, rest on law that nobody read, or on a project not ripe."""
    problem = draw(problems(most_offers))
    found = []
    for project in problem.projects:
        offers = tuple(
            replace(
                offer,
                questions=("?",) if draw(st.booleans()) else (),
                verified=draw(st.integers(1, 4)) > 1,
            )
            for offer in project.offers
        )
        found.append(replace(project, offers=offers, ripe=draw(st.integers(1, 6)) > 1))
    return replace(problem, projects=tuple(found))


@st.composite
def problems(draw: st.DrawFn, most_offers: int = 3) -> FinancingProblem:
    """One project, or two that share a de minimis account or a budget."""
    first = draw(projects("p1", most_offers))
    second = (draw(projects("p2", 2)),) if draw(st.integers(1, 3)) == 1 else ()
    rooms = {key: D(draw(st.sampled_from([0, 150, 400, 400]))) for key in ("groupe", "autre")}
    return FinancingProblem(
        projects=(first, *second), de_minimis_room=rooms, budgets={"commun": D(draw(st.sampled_from([90, 300, 2000])))}
    )
