"""The path of a project that is not ripe: the fewest steps, the lowest levels, and surely ripe."""

from dataclasses import replace
from decimal import Decimal
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from rebond.data import data_folder
from rebond.eligibility.truth import Truth
from rebond.facts import UNKNOWN, Evidence, Project
from rebond.maturity import Criterion, Grid, Level, assess, load_grid
from rebond.referrals.ripening import path_to_ripe

GRID = load_grid(data_folder() / "referentiels" / "maturite.yaml")
CODES = [criterion.code for criterion in GRID.criteria]
BARE = Project(id="P1", firm_id="E1", title="Four")


def project(*rows):
    """A project with (criterion, level, proof) as evidence."""
    return replace(BARE, evidence=tuple(Evidence(criterion=c, level=level, proof=proof) for c, level, proof in rows))


def path_of(what, grid=GRID):
    return path_to_ripe(assess(what, grid), grid)


def brought(what, path):
    """The project once every piece of the path came, with its proof."""
    came = {step.criterion: Evidence(criterion=step.criterion, level=step.target, proof="vu") for step in path.pieces}
    kept = tuple(each for each in what.evidence if each.criterion not in came)
    return replace(what, evidence=(*kept, *came.values()))


def test_of_a_project_of_which_nothing_is_known_every_criterion_is_asked() -> None:
    path = path_of(BARE)
    assert sorted(step.criterion for step in path.pieces) == sorted(CODES)
    assert path.steps == 11, "six criteria at 1 at least, and a mean of 1,8: eleven levels in all"
    assert assess(brought(BARE, path), GRID).ripe is Truth.YES


def test_a_level_declared_without_its_proof_asks_for_the_proof_alone() -> None:
    what = project(*((code, 3 if code == "chiffrage" else 2, "" if code == "chiffrage" else "vu") for code in CODES))
    assert assess(what, GRID).ripe is Truth.YES, "five at 2 and one at 1 make 11"
    weaker = project(*((code, 3, "") if code in {"chiffrage", "foncier"} else (code, 2, "vu") for code in CODES))
    (step,) = path_of(weaker).pieces
    assert (step.criterion, step.target, step.is_proof_alone, step.steps) == ("chiffrage", 3, True, 1)


def test_of_two_ways_as_short_the_one_that_climbs_less_high_is_taken() -> None:
    levels = {"definition": 2, "chiffrage": 2, "financement": 0, "foncier": 2, "equipe": 1, "calendrier": 1}
    what = project(*((code, level, "vu") for code, level in levels.items()))
    found = {piece.criterion: piece.target for piece in path_of(what).pieces}
    assert found == {"financement": 2, "equipe": 2}, "rather than the agreement of the bank alone"


def test_no_evidence_changes_what_a_person_fixed() -> None:
    fixed = replace(BARE, maturity_override="idee", maturity_reason="le dirigeant hésite")
    assert path_of(fixed).imposed
    assert path_of(fixed).pieces == ()
    assert path_of(replace(fixed, maturity_override="montage")) == replace(path_of(fixed), imposed=False)


def cost_of(moves):
    """Steps, levels climbed, their heights, pieces; ``moves``: (level declared, level to prove)."""
    climbed = [level for before, after in moves for level in range(before + 1, after + 1)]
    return sum(max(1, after - before) for before, after in moves), len(climbed), sum(climbed), len(moves)


levels = st.sampled_from([UNKNOWN, 0, 1, 2, 3])


@st.composite
def cases(draw):
    """A small grid, and what is declared of a project on it."""
    size = draw(st.integers(1, 4))
    criteria = tuple(
        Criterion(code=f"c{rank}", label=f"C{rank}", levels=tuple("abcd"[: draw(st.integers(2, 4))]))
        for rank in range(size)
    )
    least = draw(st.integers(0, 1))
    best = Decimal(sum(each.best for each in criteria)) / size
    mean = min(draw(st.sampled_from([Decimal("0.5"), Decimal(1), Decimal("1.8")])), best)
    low = Level(code="bas", label="Bas", mean_at_least=Decimal(0), each_at_least=0)
    ripe = Level(code="mur", label="Mûr", mean_at_least=mean, each_at_least=least)
    grid = Grid(criteria=criteria, levels=(low, ripe), ripe_from="mur", proof_needed_above=draw(st.integers(0, 2)))
    rows = []
    for each in criteria:
        level = draw(levels)
        if level is UNKNOWN or level <= each.best:
            rows.append((each.code, level, draw(st.sampled_from(["", "vu"]))))
    return grid, project(*rows)


@given(cases())
def test_no_other_way_takes_fewer_steps_nor_climbs_less_high_nor_asks_for_fewer_pieces(case) -> None:
    grid, what = case
    found = assess(what, grid)
    path = path_to_ripe(found, grid)
    if found.ripe is Truth.YES:
        assert path.pieces == ()
        return
    assert assess(brought(what, path), grid).ripe is Truth.YES
    costs = []
    for targets in product(*([None, *range(row.criterion.best + 1)] for row in found.criteria)):
        came = [
            Evidence(criterion=row.criterion.code, level=target, proof="vu")
            for row, target in zip(found.criteria, targets, strict=True)
            if target is not None
        ]
        kept = tuple(each for each in what.evidence if each.criterion not in {one.criterion for one in came})
        after = replace(what, evidence=(*kept, *came))
        if assess(after, grid).ripe is Truth.YES:
            declared = [0 if row.declared is UNKNOWN else row.declared for row in found.criteria]
            moves = [(d, t) for d, t in zip(declared, targets, strict=True) if t is not None]
            costs.append(cost_of(moves))
    held = {row.criterion.code: 0 if row.declared is UNKNOWN else row.declared for row in found.criteria}
    assert cost_of([(held[piece.criterion], piece.target) for piece in path.pieces]) == min(costs)
