"""When a matter is told: not before its day, not again too soon, not for ever; its words do not matter."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from rebond.data.yamlfile import read_yaml
from rebond.web.catalogue.reading import referentials
from rebond.web.desk.tasks import Task
from rebond.web.reminders.choosing import Matter, due_on, matter_of, past_of
from rebond.web.reminders.rule import FILE, rule

FIRST = date(2027, 1, 4)
TASK = Task(verb="Rappeler", subject="Forges", why="", url="/missions/a/agenda/", kind="appel", key="R001")


def told(days: int, due: int | None, kind: str, asleep: set[int]) -> list[int]:
    """The days on which it is told; those where nobody looks are skipped."""
    found: list[int] = []
    rows: list[tuple[Matter, str, date]] = []
    task = replace(TASK, kind=kind, due=None if due is None else FIRST + timedelta(days=due))
    for rank in (each for each in range(days) if each not in asleep):
        for each in due_on(FIRST + timedelta(days=rank), [task, task], past_of(rows), rule=rule(), silent=()):
            rows.append((each.matter, each.period, FIRST + timedelta(days=rank)))
            found.append(rank)
    assert len({(matter, period) for matter, period, _ in rows}) == len(rows)
    return found


@given(
    due=st.none() | st.integers(0, 40),
    kind=st.sampled_from(sorted(rule().kinds)),
    asleep=st.sets(st.integers(0, 79), max_size=40),
)
def test_a_matter_is_told_from_its_day_at_intervals_and_so_many_times(
    due: int | None, kind: str, asleep: set[int]
) -> None:
    how, days = rule().kinds[kind], told(80, due, kind, asleep)
    begins = 0 if due is None else due - how.ahead.days
    awake = [each for each in range(80) if each not in asleep and each >= begins]
    expected: list[int] = []
    for each in awake:
        if len(expected) < how.most and (not expected or each - expected[-1] >= how.every.days):
            expected.append(each)
    assert days == expected


def test_another_last_day_begins_anew_but_never_sooner_after_what_was_told() -> None:
    task = replace(TASK, due=FIRST)
    matter = matter_of(task, rule())
    past = past_of([(matter, f"{FIRST.isoformat()}.0", FIRST)])
    moved = replace(task, due=FIRST + timedelta(days=2))
    days = [FIRST + timedelta(days=each) for each in range(10)]
    found = [day for day in days if list(due_on(day, [moved], past, rule=rule(), silent=()))]
    assert found == days[7:]
    assert not list(due_on(days[7], [moved], past, rule=rule(), silent={"appel"}))


def test_what_was_given_up_leaves_no_name_to_be_taken_twice() -> None:
    task = replace(TASK, due=FIRST)
    left = past_of([(matter_of(task, rule()), f"{FIRST.isoformat()}.1", FIRST)])
    (found,) = due_on(FIRST + timedelta(days=7), [task], left, rule=rule(), silent=())
    assert found.period == f"{FIRST.isoformat()}.2"


def test_the_tasks_of_a_page_are_of_one_kind() -> None:
    file = read_yaml(Path(referentials()) / FILE)
    told = [domain for each in file.data["genres"].values() for domain in each.get("domaines", ())]
    assert len(told) == len(set(told)) == len(rule().domains)


def test_words_that_change_do_not_make_another_matter() -> None:
    known = matter_of(TASK, rule())
    assert matter_of(replace(TASK, subject="Forges de Vroncourt"), rule()) == known
    counted = replace(TASK, key="", kind="", url="/missions/a/orientations/?organisation=ademe")
    one, many = (
        matter_of(replace(counted, subject=f"ADEME : {words}"), rule()) for words in ("1 projet", "12 projets")
    )
    assert one == many
    assert one.kind == "orientation"
    assert matter_of(replace(counted, url="/nulle/part/"), rule()).kind == "autre"
