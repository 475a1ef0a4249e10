"""How commands show what an examination found, and stop on what cannot be or is not confirmed."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

import click

from rebond.cli._show import EXIT_FAULTS, show_faults
from rebond.facts import Census
from rebond.plausibility import Examination, Finding, as_faults

if TYPE_CHECKING:  # the steps of a mission, and their libraries: the check of a census needs none
    from rebond.study.rulebook import Rulebook

DESPITE = "--malgre-les-questions"
despite_option = click.option(
    DESPITE,
    "despite",
    is_flag=True,
    help="Continue malgré les questions de vraisemblance sans réponse ; une alerte les dit.",
)
"""Passed to the command as ``despite``."""


def settle(census: Census, rulebook: Rulebook, *, on: date | None, despite: bool) -> None:
    """Let a sound census through; end the command with code 2 on faults, or on questions that nobody answered."""
    from rebond.study.rulebook import examine_census

    examined = examine_census(census, rulebook, on=on or census.settings.committee_on)
    if examined.faults:
        show_faults(as_faults(examined.faults))
    if examined.questions and not despite:
        print_questions(examined.questions, to_standard_error=True)
        click.echo(
            f"{_counted(examined.questions)} sans réponse : corriger, répondre dans le classeur, ou ajouter {DESPITE}.",
            err=True,
        )
        sys.exit(EXIT_FAULTS)


def print_questions(questions: Iterable[Finding], *, to_standard_error: bool = False) -> None:
    """Each question, and what to write to answer it."""
    for each in questions:
        click.echo(f"? {each} → {each.to_do}", err=to_standard_error)


def print_examination(examined: Examination) -> None:
    """Questions, answers and remarks, apart; faults are shown by whoever ends on them."""
    print_questions(examined.questions)
    for each in examined.answered:
        if each.answer is not None:
            click.echo(f"✓ {each} — confirmé par {each.answer.by} le {each.answer.on:%d/%m/%Y}")
    for each in examined.remarks:
        click.echo(f"• {each} → {each.to_do}")


def counts(examined: Examination) -> str:
    """How much was found, in words."""
    answered = len(examined.answered)
    remarks = len(examined.remarks)
    return (
        f"{_counted(examined.questions)} sans réponse, {answered} confirmée{'s' if answered > 1 else ''}, "
        f"{remarks} remarque{'s' if remarks > 1 else ''}"
    )


def _counted(questions: tuple[Finding, ...]) -> str:
    number = len(questions)
    return f"{number} question{'s' if number > 1 else ''} de vraisemblance"
