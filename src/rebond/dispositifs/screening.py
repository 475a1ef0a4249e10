"""Which dispositifs a project can apply for, and why."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from functools import lru_cache

from rebond.dispositifs.catalogue import Catalogue
from rebond.dispositifs.model import Dispositif, Validity
from rebond.eligibility.changes import Change, ChangeSet, nearest_changes
from rebond.eligibility.criteria import AllOf, Criterion, Facts
from rebond.eligibility.incentive import facts_for_funders
from rebond.eligibility.truth import Truth, all_of
from rebond.eligibility.verdict import Reason, Verdict, reason_of
from rebond.facts import UNKNOWN, Project

DAY = "date_examen"
"""Name under which a change gives the day on which to apply."""


def screen_project(
    facts: Facts, catalogue: Catalogue, on: date, *, project: Project | None = None, without: Collection[str] = ()
) -> tuple[Verdict, ...]:
    """A verdict per dispositif of the catalogue, in the order of their ids, those ``without`` left out.

    ``project``: whose requests to funders are known; each dispositif is then judged on the dates of its own desks.
    """
    return tuple(
        screen(item, facts if project is None else facts_for_funders(facts, project, item.desks), on)
        for key, item in catalogue.dispositifs.items()
        if key not in without
    )


def screen(dispositif: Dispositif, facts: Facts, on: date) -> Verdict:
    """The verdict on one dispositif: its window, its conditions, the sentences to confirm.

    Kleene's AND of them all; a fact that lacks leaves the verdict UNKNOWN unless another criterion already fails.
    """
    reasons = [_window(dispositif.validity, on), *(reason_of(child.judge(facts)) for child in top_level(dispositif))]
    reasons.extend(reason_of(sentence.judge(facts), to_confirm=True) for sentence in dispositif.to_confirm)
    truth = all_of(reason.truth for reason in reasons)
    missing = (name for reason in reasons if reason.truth is Truth.UNKNOWN for name in reason.missing)
    return Verdict(
        dispositif=dispositif.id,
        truth=truth,
        reasons=tuple(reasons),
        missing=tuple(dict.fromkeys(missing)) if truth is Truth.UNKNOWN else (),
    )


def truth_of(dispositif: Dispositif, facts: Facts, on: date) -> Truth:
    """The verdict of ``screen`` without its words, for those who judge many facts."""
    return all_of([Truth.of(dispositif.validity.is_open(on)), whole_criterion(dispositif).truth(facts)])


def ways_in(dispositif: Dispositif, facts: Facts, on: date, *, limit: int = 3) -> tuple[ChangeSet, ...]:
    """The smallest sets of changes after which a refused dispositif is no longer refused; none when it is not.

    A scheme that will open asks to wait for that day; one that is closed or suspended says that nothing can be done.
    """
    waiting = _wait(dispositif, on)
    sets = nearest_changes(whole_criterion(dispositif), facts, limit=limit)
    if waiting is None:
        return sets
    if not waiting.changeable or not sets:
        refused = whole_criterion(dispositif).truth(facts) is Truth.NO
        return () if refused and waiting.changeable else (ChangeSet(changes=(waiting,)),)
    return tuple(ChangeSet(changes=(waiting, *found.changes)) for found in sets)


def whole_criterion(dispositif: Dispositif) -> Criterion:
    """The conditions and the sentences to confirm, as one criterion."""
    return AllOf(children=(*top_level(dispositif), *dispositif.to_confirm))


def top_level(dispositif: Dispositif) -> Iterable[Criterion]:
    """The criteria that people read one by one."""
    if dispositif.conditions is None:
        return ()
    return dispositif.conditions.children if isinstance(dispositif.conditions, AllOf) else (dispositif.conditions,)


@lru_cache(maxsize=4096)
def _window(window: Validity, on: date) -> Reason:
    """Of a window, not of a project: said once for all of them."""
    opens = f"du {window.opens_on:%d/%m/%Y} " if window.opens_on else ""
    closes = f"jusqu'au {window.closes_on:%d/%m/%Y}" if window.closes_on else "sans date de fin connue"
    change = ""
    if not window.is_open(on):
        awaited = "reconduction attendue : demander la date de la prochaine édition"
        reopened = awaited if window.is_awaited(on) else "attendre une réouverture"
        opening = (
            f"déposer à partir du {window.opens_on:%d/%m/%Y}" if window.opens_on and window.opens_on > on else reopened
        )
        change = opening
    return Reason(
        truth=Truth.of(window.is_open(on)),
        expected=f"Guichet ouvert {opens}{closes}" + (" (suspendu)" if window.suspended else ""),
        observed=f"examen au {on:%d/%m/%Y}",
        source=window.source,
        change=change,
    )


def _wait(dispositif: Dispositif, on: date) -> Change | None:
    """The change of day that an application needs; ``None`` while the scheme is open."""
    window = dispositif.validity
    if window.is_open(on):
        return None
    if window.opens_on is not None and window.opens_on > on and not window.suspended:
        words = f"Déposer à partir du {window.opens_on:%d/%m/%Y}"
        return Change(facts=(DAY,), before=on, after=window.opens_on, words=words)
    if window.is_awaited(on):
        words = "Attendre la prochaine édition (reconduction attendue)"
        return Change(facts=(DAY,), before=on, after=UNKNOWN, words=words, obstacle="reconduction attendue")
    closed = window.closes_on is not None and window.closes_on < on
    obstacle = f"clos depuis le {window.closes_on:%d/%m/%Y}" if closed else "guichet suspendu"
    words = f"Attendre une réouverture ({obstacle})"
    return Change(facts=(DAY,), before=on, after=UNKNOWN, words=words, obstacle=obstacle)
