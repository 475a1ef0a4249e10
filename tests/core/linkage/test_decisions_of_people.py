"""What people settle: obeyed, never written by a study, kept when what it is about has gone."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from rebond.eligibility.truth import Truth
from rebond.facts import Census, LinkAnswer, LinkDecision
from rebond.linkage import LinkageResult, Queue, link_census, queue_of, unused_decision_alerts
from tests.core.linkage.lists import GAZETTEER, RULES, SETTINGS, entry, firm, project

GOUJON = firm("E01", "Goujon et Fils", commune="52121")
PRESS = project("P01", "E01", "Presse hydraulique 400 tonnes", 480_000)
TWIN = project("P02", "E01", "Presse hydraulique 400 tonnes (2)", 480_000)
LINE = entry("L1", "Goujon et fils", commune="Langres", title="Presse hydraulique 400 tonnes", amount=480_000)


def census(*decisions: LinkDecision) -> Census:
    return Census(
        settings=SETTINGS,
        firms=(GOUJON,),
        interviews=(),
        projects=(PRESS, TWIN),
        partner_entries=(LINE,),
        link_decisions=decisions,
    )


def link(*decisions: LinkDecision) -> LinkageResult:
    return link_census(census(*decisions), rules=RULES, gazetteer=GAZETTEER)


def said(answer: LinkAnswer, project_id: str = "") -> LinkDecision:
    return LinkDecision(
        entry_id="L1", firm_id="E01", project_id=project_id, answer=answer, by="P. Martin", on=date(2026, 9, 1)
    )


def test_a_decided_pair_is_out_of_the_queue_and_the_range_shrinks() -> None:
    before = link()
    assert (before.unknown_share.low, before.unknown_share.high, len(before.queue)) == (0, 2, 1)
    after = link(said(LinkAnswer.SAME, "P01"))
    assert (after.unknown_share.low, after.unknown_share.high, after.queue) == (1, 1, ())
    assert after.project("P01").known is Truth.YES
    assert after.project("P02").known is Truth.NO


def test_each_answer_narrows_the_range_and_none_widens_it() -> None:
    one = link(said(LinkAnswer.DIFFERENT, "P01"))
    both = link(said(LinkAnswer.DIFFERENT, "P01"), said(LinkAnswer.DIFFERENT, "P02"))
    spans = [found.unknown_share.high - found.unknown_share.low for found in (link(), one, both)]
    assert spans == sorted(spans, reverse=True)
    assert (both.unknown_share.low, both.unknown_share.high) == (2, 2)


def test_a_decision_taken_back_gives_the_links_of_before() -> None:
    decided = census(said(LinkAnswer.SAME, "P01"))
    assert link_census(replace(decided, link_decisions=()), rules=RULES, gazetteer=GAZETTEER) == link()


def test_a_person_who_cannot_tell_settles_nothing_and_it_is_said() -> None:
    after = link(said(LinkAnswer.UNDECIDED, "P01"))
    assert after.unknown_share == link().unknown_share
    assert after.unused_decisions == ()
    (told,) = [each for each in after.project_links if each.project_id == "P01"]
    assert told.reasons[-1] == "une personne a regardé, et ne peut pas dire si c'est le même"
    assert not told.decided


def test_a_decision_about_what_has_gone_is_said_and_counts_for_nothing() -> None:
    gone = LinkDecision(entry_id="L9", firm_id="E01", project_id="P09", answer=LinkAnswer.SAME)
    held = census(gone, replace(gone, entry_id="L1"), replace(gone, project_id="", answer=LinkAnswer.UNDECIDED))
    found = link_census(held, rules=RULES, gazetteer=GAZETTEER)
    assert found.project_counts == link().project_counts
    alerts = list(unused_decision_alerts(held, found))
    assert [alert.split(" : ")[1].split(" ne se")[0] for alert in alerts] == [
        "la ligne L9 et le projet P09",
        "le projet P09",
        "la ligne L9",
    ]


# ------------------------------------------------------------------ the queue, between two studies


PROJECTS = {"E01": ["P01", "P02"]}


def queued(found: LinkageResult, *decisions: LinkDecision) -> Queue:
    return queue_of(found.firm_links, found.project_links, decisions, PROJECTS)


@given(st.dictionaries(st.sampled_from(["", "P01", "P02"]), st.sampled_from(LinkAnswer)))
def test_the_queue_shows_at_once_what_a_new_study_will_say(answers: dict[str, LinkAnswer]) -> None:
    """On lines that only hesitate between projects of one firm, whatever was answered before."""
    decisions = [said(answer, project_id) for project_id, answer in answers.items()]
    at_once, again = queued(link(), *decisions), queued(link(*decisions), *decisions)
    if LinkAnswer.DIFFERENT not in answers.values():
        assert at_once.share == again.share
    assert {each.pair for each in again.pairs} >= {each.pair for each in at_once.pairs}
    assert not {each.pair for each in at_once.pairs} & {each.pair for each in decisions}


def test_an_answer_taken_back_after_a_study_is_asked_again() -> None:
    obeyed = link(said(LinkAnswer.SAME, "P01"))
    assert queued(obeyed, said(LinkAnswer.SAME, "P01")).pairs == ()
    assert [each.pair for each in queued(obeyed).pairs] == [("P01", "L1"), ("E01", "L1")]


def test_a_refused_firm_leaves_nothing_to_ask_about_its_projects() -> None:
    after = queued(link(), said(LinkAnswer.DIFFERENT))
    assert (after.pairs, after.share.low) == ((), 2)


def test_what_another_line_makes_known_is_not_asked_about() -> None:
    sure = entry("L2", "Goujon et fils", commune="Langres", title="Presse hydraulique 400 tonnes (2)", amount=480_000)
    decisions = (LinkDecision(entry_id="L2", firm_id="E01", project_id="P02", answer=LinkAnswer.SAME),)
    found = link_census(replace(census(*decisions), partner_entries=(LINE, sure)), rules=RULES, gazetteer=GAZETTEER)
    assert [each.pair for each in queued(found, *decisions).pairs] == [("P01", "L1")]
