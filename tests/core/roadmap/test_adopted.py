"""What a mission adopted of its roadmap, beside what the interviews say: followed, counted, drawn."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebond.data import data_folder
from rebond.facts import (
    UNKNOWN,
    ActionPriority,
    ActionProgress,
    ActionStatus,
    Census,
    Envelope,
    Interview,
    MissionSettings,
    Need,
    RoadmapAction,
)
from rebond.restitution.confidences import confidences
from rebond.restitution.timeline import NARROW, periods, span_of, timeline
from rebond.roadmap.adopted import AdoptedAction, follow, in_order
from rebond.roadmap.build import ProposedAction, build_roadmap, load_action_templates

COMMITTEE = date(2026, 10, 5)
TEMPLATES = load_action_templates(data_folder() / "referentiels" / "feuille_de_route.yaml")
AXES = list(dict.fromkeys(template.axis for template in TEMPLATES))


def heard(*needs: tuple[str, str]) -> tuple[Interview, ...]:
    return tuple(
        Interview(id=f"R{rank}", firm_id=f"E{rank}", held_on=COMMITTEE, needs=(Need(axis=axis, text=text),))
        for rank, (axis, text) in enumerate(needs)
    )


def proposed(interviews: tuple[Interview, ...]) -> tuple[ProposedAction, ...]:
    return build_roadmap(
        interviews,
        TEMPLATES,
        axes=AXES,
        committee_on=COMMITTEE,
        covers=lambda _: True,
        tells=confidences().tells,
    )


def census(interviews: tuple[Interview, ...], *actions: RoadmapAction, progress: int = 0) -> Census:
    settings = MissionSettings(
        name="", territory="", epcis=(), committee_on=COMMITTEE, envelope=Envelope(contributions=())
    )
    told = (ActionProgress(action_id="F1", number=n, value=Decimal(n) if n % 2 else UNKNOWN) for n in range(progress))
    return Census(
        settings=settings, firms=(), interviews=interviews, projects=(), actions=actions, progress=tuple(told)
    )


def adopted(proposal: ProposedAction, **given: Any) -> RoadmapAction:
    action = RoadmapAction(
        id="F1",
        proposal=proposal.key,
        axis=proposal.axis,
        title=proposal.title,
        needs=tuple(need.ref for need in proposal.needs),
    )
    return replace(action, **given)


def test_needs_are_told_by_theme_and_counted_never_quoted() -> None:
    interviews = heard(
        ("competences", "Recruter six soudeurs"),
        ("competences", "Trouver des candidats pour l'atelier"),
        ("financement", "Le dirigeant cherche un successeur"),
        ("financement", "Les banques demandent une garantie"),
    )
    told = {action.code: action.from_what for action in proposed(interviews)}
    assert told["C1"].startswith("Pour 2 entreprises, 2 besoins entendus : ")
    assert told["A1"] == "Pour 2 entreprises, 2 besoins entendus : banque et garanties (1), autre (1)."
    assert "success" not in told["A1"]


def test_no_theme_nor_title_tells_a_confidence_and_no_action_is_a_leftover() -> None:
    for template in TEMPLATES:
        for words in (template.title, template.indicator, *template.themes):
            assert not confidences().tells(words), words
            assert not re.search(r"\bautres besoins\b", words), words
        assert template.themes, template.code


@given(st.lists(st.tuples(st.sampled_from(AXES), st.text(min_size=1, max_size=40)), max_size=12))
def test_what_is_told_counts_every_need_once(needs: list[tuple[str, str]]) -> None:
    for action in proposed(heard(*needs)):
        counts = [int(found) for found in re.findall(r"\((\d+)\)", action.from_what)]
        assert not counts or sum(counts) == len(action.needs)
        assert action.asked_by == len(action.firms)


def test_an_adopted_action_is_known_again_and_the_study_says_what_changed_under_it() -> None:
    before = heard(("transition", "Le gaz coûte cher"), ("transition", "Audit énergétique à faire"))
    action = adopted(proposed(before)[0], title="Un autre titre", projects=("P9",))
    after = (
        *heard(("transition", "Le gaz coûte cher")),
        *heard(("x", ""), ("x", ""), ("transition", "Four à gaz"))[2:],
    )
    now = proposed(after)
    (found,) = follow(census(after, action, progress=4), now)
    assert found.action is action
    assert [need.interview for need in found.added] == ["R2"]
    assert (found.gone, found.lost_projects) == (("R1/transition",), ("P9",))
    assert found.last is not None
    assert found.value is not None
    assert (found.last.number, found.value.number) == (3, 3)
    (alone,) = follow(census(after, replace(action, status=ActionStatus.DONE)), now)
    assert alone.added == (), "what is over asks for no more needs"


def test_a_proposal_set_aside_is_not_followed() -> None:
    interviews = heard(("foncier", "Un terrain"))
    (now,) = proposed(interviews)
    aside = adopted(now, status=ActionStatus.SET_ASIDE, status_reason="déjà fait")
    assert follow(census(interviews, aside), (now,)) == ()


def test_three_hundred_needs_and_none() -> None:
    assert proposed(()) == ()
    assert follow(census(()), ()) == ()
    many = proposed(heard(*(("logistique", f"Navette {rank}") for rank in range(300))))
    assert many[0].from_what.startswith("Pour 300 entreprises, 300 besoins entendus : ")


def test_priorities_come_first_and_what_was_dropped_last() -> None:
    def one(name: str, **given: Any) -> AdoptedAction:
        action = replace(RoadmapAction(id=name, axis="foncier", title=name), **given)
        return AdoptedAction(
            action=action, needs=(), asked_by=0, added=(), gone=(), lost_projects=(), last=None, value=None
        )

    rows = (
        one("sans date"),
        one("basse", priority=ActionPriority.LOW),
        one("abandonnée", priority=ActionPriority.HIGH, status=ActionStatus.DROPPED),
        one("haute", priority=ActionPriority.HIGH),
        one("datée", ends_on=COMMITTEE),
    )
    assert [found.action.id for found in in_order(rows)] == ["haute", "basse", "datée", "sans date", "abandonnée"]


@pytest.mark.parametrize("status", ActionStatus)
def test_only_what_is_open_is_late(status: ActionStatus) -> None:
    action = RoadmapAction(id="F1", axis="foncier", title="x", status=status, ends_on=COMMITTEE)
    assert action.is_late(COMMITTEE + timedelta(days=1)) is status.is_open
    assert not action.is_late(COMMITTEE)
    assert not replace(action, ends_on=UNKNOWN).is_late(date.max)


days = st.dates(date(2020, 1, 1), date(2060, 1, 1))


@given(days, days, st.integers(2, 8))
def test_the_periods_of_a_calendar_hold_its_days_and_are_few(one: date, other: date, most: int) -> None:
    first, last = sorted((one, other))
    ticks = periods(first, last, most=most)
    assert ticks[0] <= first
    assert last < ticks[-1]
    assert len(ticks) - 1 <= most
    assert all(tick.day == 1 for tick in ticks)


@given(st.lists(st.tuples(*(st.none() | days for _ in range(3)), st.sampled_from(ActionStatus)), max_size=4))
def test_the_calendar_stays_in_its_width_and_says_in_words_all_that_it_draws(rows: list[tuple[object, ...]]) -> None:
    actions = [
        RoadmapAction(
            id=f"F{rank}",
            axis="foncier",
            title=f"Action {rank} " + "très longue " * 20,
            starts_on=start or UNKNOWN,  # type: ignore[arg-type]  # drawn
            ends_on=end or UNKNOWN,  # type: ignore[arg-type]  # drawn
            target_on=target or UNKNOWN,  # type: ignore[arg-type]  # drawn
            status=status,  # type: ignore[arg-type]  # drawn
        )
        for rank, (start, end, target, status) in enumerate(rows)
    ]
    for width in (720.0, NARROW):
        chart = timeline([span_of(a, COMMITTEE) for a in actions], key="k", title="t", on=COMMITTEE, width=width)
        assert len(chart.rows) == len(actions)
        assert bool(chart.svg) is any(day for row in rows for day in row[:3])
        for x, w in re.findall(r'<rect[^>]* x="([\d.-]+)"[^>]* width="([\d.]+)"', chart.svg):
            assert float(x) >= -2
            assert float(x) + float(w) <= width + 3
