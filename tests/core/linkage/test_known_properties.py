"""What holds of the linkage whatever the partners' lists."""

from hypothesis import given
from hypothesis import strategies as st

from rebond.eligibility.truth import Truth
from rebond.facts import UNKNOWN
from tests.core.linkage.lists import FIRMS, PROJECTS, entry, link

lines = st.builds(
    entry,
    st.uuids().map(str),
    st.sampled_from(["Goujon", "GOUJON ET FILS", "goujon mecanique", "Forge Nogent", "FDN", "Bertilon", "Laiterie"]),
    commune=st.sampled_from(["", "Langres", "Chaumont", "Nogent", "52269"]),
    siren=st.sampled_from([UNKNOWN, "552081317", "552081371", "404833048", "inconnu"]),
    title=st.sampled_from(["", "presse", "Four", "centre usinage 5 axes", "Extension hall", "Projet", "Presse 800 T"]),
    amount=st.sampled_from([None, 300_000, 480_000, 90_000]),
    partner=st.sampled_from(["CCI", "Région", "ADEME"]),
)
_ORDER = {Truth.NO: 0, Truth.UNKNOWN: 1, Truth.YES: 2}


@given(st.lists(lines, max_size=5), lines)
def test_one_more_line_never_makes_anything_less_known(before, added):
    first = link(FIRMS, PROJECTS, *before)
    second = link(FIRMS, PROJECTS, *before, added)
    for old, new in zip((*first.projects, *first.firms), (*second.projects, *second.firms), strict=True):
        # Before the first list, nobody can tell anything: that first « no » is an answer, not less known.
        assert not old.compared or _ORDER[new.known] >= _ORDER[old.known]
        assert old.compared is bool(before)
        assert new.compared
        assert set(old.by) <= set(new.by)


@given(st.lists(lines, max_size=5))
def test_the_result_does_not_depend_on_the_order_of_the_lists(rows):
    first = link(FIRMS, PROJECTS, *rows)
    second = link(FIRMS[::-1], PROJECTS[::-1], *rows[::-1])
    assert {status.subject_id: (status.known, status.by) for status in first.projects} == {
        status.subject_id: (status.known, status.by) for status in second.projects
    }
    assert {found.pair: found.outcome for found in first.firm_links} == {
        found.pair: found.outcome for found in second.firm_links
    }


@given(st.lists(lines, max_size=5))
def test_a_known_project_belongs_to_a_known_firm(rows):
    result = link(FIRMS, PROJECTS, *rows)
    for subject in PROJECTS:
        if result.project(subject.id).known is Truth.YES:
            assert result.firm(subject.firm_id).known is Truth.YES
