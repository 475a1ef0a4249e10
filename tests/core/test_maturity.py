"""Maturity: proof, unknown criteria, override, and the grid's own file."""

from decimal import Decimal
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rebond
from rebond.eligibility.truth import Truth
from rebond.errors import CatalogueError, FactsError
from rebond.facts import UNKNOWN, Evidence, Maybe, Project
from rebond.maturity import assess, load_grid

FILE = Path(rebond.__file__).parent / "data" / "referentiels" / "maturite.yaml"
GRID = load_grid(FILE)
CODES = tuple(criterion.code for criterion in GRID.criteria)


def project(levels: dict[str, Maybe[int]], *, proof: str = "devis", override: Maybe[str] = UNKNOWN, reason=""):
    evidence = tuple(Evidence(criterion=code, level=level, proof=proof) for code, level in levels.items())
    return Project(
        id="P01",
        firm_id="E01",
        title="Presse",
        evidence=evidence,
        maturity_override=override,
        maturity_reason=reason,
    )


def everywhere(level: int, **others: Maybe[int]) -> dict[str, Maybe[int]]:
    return {**dict.fromkeys(CODES, level), **others}


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        (everywhere(0), "idee"),
        (everywhere(1, definition=0), "idee"),
        (everywhere(1), "etude"),
        (everywhere(2, definition=1), "montage"),
        (everywhere(2, definition=0), "etude"),
        (everywhere(2, definition=3), "montage"),
        (everywhere(2, definition=3, chiffrage=3), "pret"),
        (everywhere(3, definition=0), "etude"),
        (everywhere(3), "pret"),
    ],
)
def test_the_level_needs_both_the_mean_and_the_weakest_criterion(levels, expected):
    result = assess(project(levels), GRID)
    assert result.level == result.derived == expected
    assert result.missing == ()


def test_a_project_is_ripe_from_the_level_of_the_grid():
    assert assess(project(everywhere(2)), GRID).ripe is Truth.YES
    assert assess(project(everywhere(1)), GRID).ripe is Truth.NO


def test_a_high_level_without_proof_counts_as_one_and_says_so():
    result = assess(project(everywhere(3), proof="  "), GRID)
    assert result.level == "etude"
    assert result.mean == 1
    assert {row.used for row in result.criteria} == {1}
    assert result.criteria[0].declared == 3
    assert result.criteria[0].remark == "sans preuve : compté 1 au lieu de 3"


def test_a_low_level_needs_no_proof():
    result = assess(project(everywhere(1), proof=""), GRID)
    assert result.level == "etude"
    assert all(row.remark == "" for row in result.criteria)


def test_an_unknown_criterion_leaves_the_level_unknown_between_two_bounds():
    result = assess(project(everywhere(2, financement=UNKNOWN)), GRID)
    assert result.level is UNKNOWN
    assert (result.low, result.high) == ("etude", "montage")
    assert result.missing == ("financement",)
    assert result.mean is UNKNOWN
    assert result.ripe is Truth.UNKNOWN


def test_a_criterion_that_nobody_noted_is_unknown():
    result = assess(project({"definition": 3}), GRID)
    assert result.level is UNKNOWN
    assert set(result.missing) == set(CODES) - {"definition"}
    assert result.criteria[1].next_label == "Chiffrage : à renseigner"


def test_an_unknown_criterion_that_changes_nothing_is_not_asked_for():
    result = assess(project(everywhere(0, definition=UNKNOWN)), GRID)
    assert result.level == "idee"
    assert result.missing == ()
    assert result.mean is UNKNOWN


def test_ripeness_may_be_known_while_the_level_is_not():
    result = assess(project(everywhere(0, definition=UNKNOWN, chiffrage=UNKNOWN)), GRID)
    assert result.level is UNKNOWN
    assert result.ripe is Truth.NO


def test_an_override_wins_and_the_derived_level_is_kept():
    result = assess(project(everywhere(1), override="pret", reason="accord bancaire vu en entretien"), GRID)
    assert (result.level, result.derived) == ("pret", "etude")
    assert result.overridden
    assert result.ripe is Truth.YES
    assert result.reason == "accord bancaire vu en entretien"
    assert "d'après les preuves : « À l'étude »" in result.remarks[0]


def test_an_override_without_a_reason_is_pointed_out():
    result = assess(project(everywhere(2, financement=UNKNOWN), override="idee"), GRID)
    assert result.level == "idee"
    assert result.missing == ("financement",)
    assert "Le motif de la correction n'est pas écrit." in result.remarks


def test_the_next_step_of_each_criterion_is_named():
    rows = {row.criterion.code: row for row in assess(project(everywhere(2, calendrier=3)), GRID).criteria}
    assert rows["chiffrage"].next_label == "Chiffrage : devis reçus"
    assert rows["calendrier"].next_label == ""


def test_evidence_that_contradicts_the_grid_is_refused_with_all_its_faults():
    subject = project({"definition": 4, "astrologie": 1}, override="mur")
    with pytest.raises(FactsError) as caught:
        assess(subject, GRID)
    assert [fault.problem for fault in caught.value.faults] == [
        "niveau impossible",
        "critère absent de la grille",
        "niveau absent de la grille",
    ]


def test_a_criterion_noted_twice_is_refused():
    twice = tuple(Evidence(criterion="definition", level=level, proof="note") for level in (1, 2))
    with pytest.raises(FactsError, match="noté deux fois"):
        assess(Project(id="P", firm_id="E", title="t", evidence=twice), GRID)


levels_strategy = st.fixed_dictionaries({code: st.one_of(st.none(), st.integers(0, 3)) for code in CODES}).filter(
    lambda levels: sum(level is None for level in levels.values()) <= 4
)


@given(levels=levels_strategy, proof=st.sampled_from(["", "devis"]))
def test_the_level_is_known_exactly_when_every_completion_agrees(levels, proof):
    unknown = [code for code, level in levels.items() if level is None]
    known = {code: level for code, level in levels.items() if level is not None}
    evidence = tuple(Evidence(criterion=code, level=level, proof=proof) for code, level in known.items())
    result = assess(Project(id="P", firm_id="E", title="t", evidence=evidence), GRID)
    found, ripe = set(), set()
    for values in product(range(4), repeat=len(unknown)):
        added = tuple(
            Evidence(criterion=code, level=level, proof="devis") for code, level in zip(unknown, values, strict=True)
        )
        completed = assess(Project(id="P", firm_id="E", title="t", evidence=evidence + added), GRID)
        found.add(completed.level)
        ripe.add(completed.ripe)
    assert result.level == (found.pop() if len(found) == 1 else UNKNOWN)
    assert result.ripe is (ripe.pop() if len(ripe) == 1 else Truth.UNKNOWN)


# ------------------------------------------------------------------- the grid


def test_the_shipped_grid_reads():
    assert [level.code for level in GRID.levels] == ["idee", "etude", "montage", "pret"]
    assert GRID.level("montage").mean_at_least == Decimal("1.8")
    assert GRID.proof_needed_above == 1


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('moyenne_min: "1.8"', 'moyenne_min: "0.5"', "moins exigeant que « etude »"),
        ('moyenne_min: "1.8"', 'moyenne_min: "beaucoup"', "nombre illisible"),
        ("mur_a_partir_de: montage", "mur_a_partir_de: mur", "niveau absent de la grille"),
        ("code: chiffrage", "code: definition", "code écrit deux fois"),
        ('moyenne_min: "0"', 'moyenne_min: "0.1"', "le premier niveau doit convenir à tout projet"),
        ("schema: maturite/v1", "schema: maturite/v1\ncouleur: rouge", "clé inconnue : couleur"),
    ],
)
def test_a_wrong_grid_says_what_is_wrong_and_on_which_line(tmp_path, old, new, message):
    path = tmp_path / "maturite.yaml"
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CatalogueError) as caught:
        load_grid(path)
    assert message in str(caught.value)
    assert "ligne" in str(caught.value)
