"""What the terminal shows of a mission: names and paths as people wrote them, brackets included."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rebond.cli._show import steps
from rebond.cli._summary import print_summary
from rebond.financing.solving.proof import SolverReport
from rebond.restitution.result import result_as_data
from rebond.results import MissionResult


def test_a_title_with_brackets_is_shown_as_written(
    sample: MissionResult, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """« [/T2] » would close a style that nothing opened."""
    projects = tuple(
        replace(found, project=replace(found.project, title="Four [/T2]")) if found.decision.envelope else found
        for found in sample.projects
    )
    print_summary(replace(sample, projects=projects, alerts=("Zone [a] supposée.",)), tmp_path)
    shown = capsys.readouterr().out
    assert "Four [/T2]" in shown
    assert "! Zone [a] supposée." in shown


def test_a_step_names_the_file_as_it_is_called(capsys: pytest.CaptureFixture[str]) -> None:
    with steps() as step:
        step("Lecture du classeur bilan [v2] [/final].xlsx")
    assert "bilan [v2] [/final].xlsx" in capsys.readouterr().err


def test_the_selection_is_shown_with_its_proof_or_its_gap(
    sample: MissionResult, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    print_summary(sample, tmp_path)
    assert "Sélection prouvée" in capsys.readouterr().out
    assert result_as_data(sample)["mission"]["enveloppe"]["preuve"]["prouvee"] is True
    cut = SolverReport(status="temps écoulé", proven=False, objective=100.0, bound=101.0, gap=0.01, seconds=60.0)
    unsure = replace(sample, selection_reports=(cut,))
    print_summary(unsure, tmp_path)
    assert "non prouvée" in capsys.readouterr().out
    proof = result_as_data(unsure)["mission"]["enveloppe"]["preuve"]
    assert (proof["prouvee"], proof["ecart"]) == (False, 0.01)
