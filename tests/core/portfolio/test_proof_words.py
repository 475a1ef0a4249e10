"""What a reader is told of a selection that time may have cut short."""

from __future__ import annotations

import math

from rebond.financing.solving.proof import SolverReport
from rebond.portfolio.proof_words import selection_proof, worst_gap


def report(gap: float) -> SolverReport:
    status = "optimal" if gap == 0 else "temps écoulé"
    return SolverReport(status=status, proven=gap == 0, objective=1.0, bound=1 + gap, gap=gap, seconds=1.0)


def test_no_choice_needs_no_proof() -> None:
    assert selection_proof([]) == ""


def test_a_proven_selection_says_so() -> None:
    assert "prouvée" in selection_proof([report(0.0), report(0.0)])
    assert selection_proof([report(0.0)]).endswith("sous cette enveloppe.")
    assert selection_proof([report(0.0)], several=True).endswith("sous ces enveloppes.")


def test_a_selection_cut_short_gives_its_gap_and_never_the_word_proven_alone() -> None:
    sentence = selection_proof([report(0.0042)])
    assert "non prouvée" in sentence
    assert "0,42" in sentence


def test_a_tiny_gap_is_not_told_as_zero() -> None:
    assert "0,01" in selection_proof([report(1e-7)])


def test_amounts_alone_cut_short_leave_the_choice_proven() -> None:
    sentence = selection_proof([report(0.0), report(0.01)])
    assert sentence.startswith("Projets choisis prouvés")
    assert "montants non prouvés" in sentence


def test_a_bound_that_tells_nothing_is_not_given_as_a_percentage() -> None:
    assert "%" not in selection_proof([report(math.inf)])
    assert "%" not in selection_proof([report(2950.0)])
    assert worst_gap([report(0.0), report(math.inf)]) == math.inf
