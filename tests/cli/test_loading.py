"""What a command loads: a check of a census needs no solver, and help needs no command."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from rebond.adapters.sample import write_sample
from rebond.cli import main

HEAVY = {
    "highspy",
    "numpy",
    "pandas",
    "polars",
    "pyarrow",
    "openpyxl",
    "lxml",
    "PIL",
    "docx",
    "xlsxwriter",
    "weasyprint",
    "django",
    "httpx",
}
"""Libraries that take longer to load than a census to be checked."""


def loaded_by(*arguments: str) -> set[str]:
    """The modules that a command has loaded when it ends, in a process of its own."""
    code = (
        "import json, sys\n"
        "from rebond.cli import main\n"
        "try:\n    main(sys.argv[1:])\n"
        "except SystemExit as end:\n    assert not end.code, end.code\n"
        "print(json.dumps(sorted(sys.modules)))"
    )
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_the_check_of_a_census_loads_neither_the_solver_nor_the_documents(tmp_path: Path) -> None:
    workbook = tmp_path / "recensement.xlsx"
    write_sample(workbook)
    loaded = loaded_by("census", "check", str(workbook))
    assert "rebond.adapters.workbook.reading" in loaded
    assert not HEAVY & loaded
    unused = ("rebond.study", "rebond.mission", "rebond.web", "rebond.adapters.partner_lists", "rich.")
    assert not {name for name in loaded if name.startswith(unused)}


def test_help_loads_no_command() -> None:
    loaded = loaded_by("--help")
    assert not HEAVY & loaded
    assert not {name for name in loaded if name.startswith("rebond.cli.") and not name.startswith("rebond.cli._")}


@pytest.mark.parametrize("name", main.list_commands(click.Context(main)))
def test_help_says_of_each_command_what_the_command_says_of_itself(name: str) -> None:
    command = getattr(importlib.import_module(f"rebond.cli.{name}"), name)
    told = CliRunner().invoke(main, ["--help"], terminal_width=120).output
    (line,) = [line for line in told.splitlines() if line.startswith(f"  {name} ")]
    said = line.split(maxsplit=1)[1].removesuffix("...")
    assert command.get_short_help_str(200).startswith(said)
    assert said
