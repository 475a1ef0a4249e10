"""Plans broken on purpose, a rule each: what the law allows, and the lines that no longer keep it."""

from dataclasses import dataclass

from rebond.dispositifs.model import Instrument
from rebond.financing.problem.model import FinancingProblem, GrantedAid
from tests.core.financing.problems import (
    DE_MINIMIS,
    EXEMPTION,
    D,
    a_basis,
    a_line,
    a_problem,
    a_project,
    an_offer,
    de_minimis,
    no_aid,
)

Given = tuple[str, str, str, int]


@dataclass(frozen=True)
class Case:
    """A problem, lines that the law allows, and lines that break one rule."""

    name: str
    rule: str
    problem: FinancingProblem
    legal: tuple[Given, ...]
    broken: tuple[Given, ...]

    def __str__(self) -> str:
        return f"{self.rule}: {self.name}"


def one(name, rule, legal, broken, *offers, room=0, budgets=None, **project) -> Case:
    return Case(name, rule, a_problem(a_project(*offers, **project), room=room, budgets=budgets), legal, broken)


TWO_LINES = (a_line("l1"), a_line("l2"))
AFR = a_basis("afr", ceilings={"l1": "0.8"}, own_contribution=D("0.25"))
AFR_2 = a_basis("afr", ceilings={"l1": "0.8", "l2": "0.8"}, own_contribution=D("0.25"))
HIGH = a_basis("fort", ceilings={"l1": "0.6"})
LOAN = Instrument.LOAN


def advance(regime: str = "rgec"):
    return a_basis(regime, plain_per_euro=D(0), advance_bonus=D("0.1"))


def past(aid: int, regime: str = "rgec", kind=EXEMPTION, ceiling: str = "0.5") -> GrantedAid:
    return GrantedAid(line="l1", regime=regime, kind=kind, aid=D(aid), ceiling=D(ceiling))


CASES = [
    one(
        "a tax credit on the gross base",
        "assiette",
        [("a", "rgec", "l1", 300), ("cir", "marche", "l1", 210)],
        [("a", "rgec", "l1", 300), ("cir", "marche", "l1", 211)],
        an_offer("a", a_basis(ceilings={"l1": "0.5"}), support=300),
        an_offer("cir", no_aid(), support=300, instrument=Instrument.TAX_CREDIT, subsidy_deduction=D("0.3")),
    ),
    one(
        "more than rate × base",
        "assiette",
        (("a", "rgec", "l1", 300),),
        (("a", "rgec", "l1", 301),),
        an_offer("a", support=300),
    ),
    one(
        "a line that the dispositif does not pay",
        "assiette",
        (("a", "rgec", "l1", 300),),
        (("a", "rgec", "l2", 300),),
        an_offer("a", support=300),
        lines=TWO_LINES,
    ),
    one(
        "a line that the article does not admit",
        "assiette",
        (("a", "fort", "l1", 300),),
        (("a", "fort", "l2", 300),),
        an_offer("a", HIGH, lines="l1 l2"),
        lines=TWO_LINES,
    ),
    one(
        "a legal basis that was not offered", "assiette", (("a", "rgec", "l1", 9),), (("a", "x", "l1", 9),), an_offer()
    ),
    one(
        "a negative amount",
        "assiette",
        (("a", "rgec", "l1", 9), ("a", "rgec", "l2", 9)),
        (("a", "rgec", "l1", 9), ("a", "rgec", "l2", -9)),
        an_offer("a", lines="l1 l2"),
        lines=TWO_LINES,
    ),
    one(
        "over the cap of aid",
        "floor_and_cap",
        (("a", "rgec", "l1", 200),),
        (("a", "rgec", "l1", 201),),
        an_offer("a", aid_cap=D(200)),
    ),
    one(
        "under the floor of aid",
        "floor_and_cap",
        (("a", "rgec", "l1", 200),),
        (("a", "rgec", "l1", 198),),
        an_offer("a", min_support=D(200)),
    ),
    one(
        "two legal bases for one dispositif",
        "floor_and_cap",
        (("a", "rgec", "l1", 200),),
        (("a", "rgec", "l1", 100), ("a", "fort", "l1", 100)),
        an_offer("a", a_basis(), HIGH),
    ),
    one(
        "over the intensity of the line, another regime having room",
        "intensity",
        (("a", "rgec", "l1", 500), ("b", "fort", "l1", 100)),
        (("a", "rgec", "l1", 501), ("b", "fort", "l1", 99)),
        an_offer("a"),
        an_offer("b", HIGH),
    ),
    one(
        "over the intensity once past aid counts",
        "intensity",
        (("a", "rgec", "l1", 300), ("b", "fort", "l1", 100)),
        (("a", "rgec", "l1", 301), ("b", "fort", "l1", 99)),
        an_offer("a"),
        an_offer("b", HIGH),
        granted=(past(200),),
    ),
    one(
        "over the intensity of the project",
        "intensity",
        (("a", "projet", "l1", 600), ("b", "fort", "l1", 1)),
        (("a", "projet", "l1", 601), ("b", "fort", "l1", 1)),
        an_offer("a", a_basis("projet", ceilings={"l1": "0.3", "l2": "0.3"}, per_project=True), lines="l1 l2"),
        an_offer("b", a_basis("fort", ceilings={"l1": "0.9"})),
        lines=TWO_LINES,
    ),
    one(
        "a repayable advance over the ceiling and its 10 points",
        "intensity",
        (("a", "rgec", "l1", 600), ("b", "fort", "l1", 10)),
        (("a", "rgec", "l1", 601), ("b", "fort", "l1", 10)),
        an_offer("a", advance(), instrument=Instrument.REPAYABLE_ADVANCE),
        an_offer("b", a_basis("fort", ceilings={"l1": "0.7"})),
    ),
    one(
        "the points of an advance lent to the higher ceiling of another regime",
        "cumulation",
        (("a", "rgec", "l1", 500), ("b", "fort", "l1", 100)),
        (("a", "rgec", "l1", 501), ("b", "fort", "l1", 100)),
        an_offer("a", advance(), instrument=Instrument.REPAYABLE_ADVANCE),
        an_offer("b", HIGH),
    ),
    one(
        "two regimes over the higher ceiling",
        "cumulation",
        (("a", "rgec", "l1", 300), ("b", "fort", "l1", 300)),
        (("a", "rgec", "l1", 301), ("b", "fort", "l1", 300)),
        an_offer("a"),
        an_offer("b", HIGH),
    ),
    one(
        "de minimis over the ceiling of the regime used",
        "cumulation",
        (("a", "rgec", "l1", 300), ("b", "minimis", "l1", 200)),
        (("a", "rgec", "l1", 300), ("b", "minimis", "l1", 201)),
        an_offer("a"),
        an_offer("b", de_minimis()),
        room=1000,
    ),
    one(
        "de minimis over the ceiling of an aid of the past",
        "cumulation",
        (("b", "minimis", "l1", 300),),
        (("b", "minimis", "l1", 301),),
        an_offer("b", de_minimis()),
        room=1000,
        granted=(past(200),),
    ),
    one(
        "the ceiling of a regime that gives nothing on the line",
        "cumulation",
        (("a", "rgec", "l1", 500),),
        (("a", "rgec", "l1", 500), ("b", "minimis", "l1", 50)),
        an_offer("a"),
        an_offer("b", HIGH, de_minimis()),
        room=1000,
    ),
    one(
        "past de minimis counts on its line",
        "cumulation",
        (("a", "rgec", "l1", 400),),
        (("a", "rgec", "l1", 401),),
        an_offer("a"),
        granted=(past(100, "minimis", DE_MINIMIS, "1"),),
    ),
    one(
        "over what is left of the account",
        "de_minimis",
        (("a", "minimis", "l1", 400),),
        (("a", "minimis", "l1", 401),),
        an_offer("a", de_minimis()),
        room=400,
    ),
    one(
        "less than a quarter free of public support",
        "own_contribution",
        (("a", "afr", "l1", 500), ("b", "marche", "l1", 250)),
        (("a", "afr", "l1", 500), ("b", "marche", "l1", 251)),
        an_offer("a", AFR),
        an_offer("b", no_aid(), instrument=LOAN),
    ),
    one(
        "the costs of a dispositif that is not asked do not widen the base",
        "own_contribution",
        (("a", "afr", "l1", 500), ("c", "afr", "l2", 1), ("b", "marche", "l1", 500)),
        (("a", "afr", "l1", 500), ("b", "marche", "l1", 500)),
        an_offer("a", AFR),
        an_offer("b", no_aid(), instrument=LOAN),
        an_offer("c", AFR_2, lines="l2"),
        lines=TWO_LINES,
    ),
    one(
        "works began before the application",
        "incentive_effect",
        (("b", "minimis", "l1", 100),),
        (("a", "rgec", "l1", 100),),
        an_offer("a", a_basis(refused_by=frozenset({"incentive_effect"}))),
        an_offer("b", de_minimis()),
        room=400,
    ),
    one(
        "a firm that the article excludes",
        "thresholds",
        (("b", "minimis", "l1", 100),),
        (("a", "rgec", "l1", 100),),
        an_offer("a", a_basis(refused_by=frozenset({"thresholds"}))),
        an_offer("b", de_minimis()),
        room=400,
    ),
    one(
        "over the notification threshold, past aid included",
        "thresholds",
        (("a", "rgec", "l1", 200),),
        (("a", "rgec", "l1", 201),),
        an_offer("a", a_basis(project_cap=D(300))),
        granted=(past(100),),
    ),
    one(
        "a loan without as much private money",
        "loans",
        (("a", "marche", "l1", 400), ("b", "rgec", "l1", 200)),
        (("a", "marche", "l1", 401), ("b", "rgec", "l1", 200)),
        an_offer("a", no_aid(), instrument=LOAN, private_match=True),
        an_offer("b"),
    ),
    one(
        "a loan over own funds",
        "loans",
        (("a", "marche", "l1", 150),),
        (("a", "marche", "l1", 151),),
        an_offer("a", no_aid(), instrument=LOAN, own_funds_cap=D(150)),
    ),
    one(
        "two loans over what the firm can borrow",
        "loans",
        (("a", "marche", "l1", 150), ("b", "marche", "l1", 150)),
        (("a", "marche", "l1", 150), ("b", "marche", "l1", 151)),
        an_offer("a", no_aid(), instrument=LOAN),
        an_offer("b", no_aid(), instrument=Instrument.REPAYABLE_ADVANCE),
        loan_cap=D(300),
    ),
    one(
        "two dispositifs that exclude each other",
        "exclusions",
        (("a", "rgec", "l1", 100),),
        (("a", "rgec", "l1", 100), ("b", "rgec", "l1", 100)),
        an_offer("a"),
        an_offer("b"),
        exclusions=frozenset({("a", "b")}),
    ),
    one(
        "over what is left of a budget",
        "exclusions",
        (("a", "rgec", "l1", 250),),
        (("a", "rgec", "l1", 251),),
        an_offer("a", budget="commun"),
        budgets={"commun": D(250)},
    ),
    one(
        "support beyond the need",
        "need",
        (("a", "rgec", "l1", 300),),
        (("a", "rgec", "l1", 301),),
        an_offer("a"),
        need=300,
    ),
    one(
        "a token under another article, de minimis filling the room that it would open",
        "cumulation",
        (("a", "rgec", "l1", 500), ("b", "fort", "l1", 1)),
        (("a", "rgec", "l1", 500), ("b", "fort", "l1", 1), ("c", "minimis", "l1", 1)),
        an_offer("a"),
        an_offer("b", HIGH),
        an_offer("c", de_minimis()),
        room=1000,
    ),
    one(
        "two articles that each pay for another thing",
        "cumulation",
        (("a", "chaleur", "l1", 300),),
        (("a", "chaleur", "l1", 300), ("b", "eau", "l1", 100)),
        an_offer("a", a_basis("chaleur", object="chaleur")),
        an_offer("b", a_basis("eau", object="eau")),
    ),
    one(
        "a file that brings less than what is worth one",
        "floor_and_cap",
        (("a", "rgec", "l1", 150),),
        (("a", "rgec", "l1", 149),),
        an_offer("a", least_useful=D(150)),
    ),
    one(
        "firm matched loans beyond the private money secured",
        "loans",
        (("a", "marche", "l1", 200),),
        (("a", "marche", "l1", 201),),
        an_offer("a", no_aid(), instrument=LOAN, private_match=True),
        match_secured=D(200),
    ),
    one(
        "support over the cost of a line",
        "cost",
        (("a", "marche", "l1", 600), ("b", "rgec", "l1", 400)),
        (("a", "marche", "l1", 601), ("b", "rgec", "l1", 400)),
        an_offer("a", no_aid(), instrument=LOAN),
        an_offer("b"),
        need=5000,
    ),
    one(
        "support over the cost of a line, past aid included",
        "cost",
        (("a", "marche", "l1", 800),),
        (("a", "marche", "l1", 801),),
        an_offer("a", no_aid(), instrument=LOAN),
        granted=(past(200),),
    ),
]
