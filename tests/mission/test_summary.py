"""What the terminal shows of a mission: names and paths as people wrote them, brackets included."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rebond.cli._show import steps
from rebond.cli._summary import print_summary
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
