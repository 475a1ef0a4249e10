"""What looks like a firm of the census and is another: facts of the trade, one by one."""

from dataclasses import replace

import pytest

from rebond.eligibility.places import FormerCommune, FormerKind
from rebond.eligibility.truth import Truth
from rebond.facts import FirmLink, LinkKind
from rebond.linkage import Outcome
from rebond.linkage.sirens import written_siren
from tests.core.linkage import lists
from tests.core.linkage.lists import CHAUMONT, GOUJON, LANGRES, NOGENT, PRESS, entry, firm, link, only, project


def outcome(name: str, written: str, *, commune: str = LANGRES, at: str = "Langres") -> Outcome:
    links = link((firm("E01", name, commune=commune),), (), entry("L1", written, commune=at)).firm_links
    return links[0].outcome if links else Outcome.REJECTED


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Fonderie de la Suize", "FROMAGERIE DE LA SUIZE"),
        ("Fonderie de la Suize", "Forges de la Suize"),
        ("Injection technique du Bassigny", "TRANSPORTS DU BASSIGNY"),
        ("Granulés du Bassigny", "GAEC BASSIGNY"),
        ("Usinage de Langres", "Menuiserie de Langres"),
        ("Plastiques de France", "Textiles de France"),
        ("Goujon", "[ND]"),
        ("Goujon", "n.c."),
    ],
)
def test_a_shared_trade_place_or_river_brings_nobody_together(name: str, written: str) -> None:
    assert outcome(name, written) is Outcome.REJECTED


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Mécanique Pruvost", "Mécanique Pruvot"),
        ("Établissements Lefebvre", "Ets Lefebvres"),
        ("Goujon Mécanique", "Goujon Fonderie"),
        ("Goujon Mécanique", "Goujon et Fils"),
        ("Goujon Mécanique", "Goujon Immobilier"),
        ("Goujon Mécanique", "Holding Goujon"),
        ("Goujon Mécanique", "Goujon - Immobilier"),
        ("Goujon", "SCI Goujon"),
        ("Fonderie de la Suize", "Fonderie de la Suizze"),
    ],
)
def test_a_near_name_a_sister_or_another_trade_is_never_linked_alone(name: str, written: str) -> None:
    assert outcome(name, written) is not Outcome.LINKED


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Goujon SAS", "S.A.S. GOUJON"),
        ("Goujon SAS", "Goujon société par actions simplifiée"),
        ("Goujon", "Établissements Goujon"),
        ("Goujon SARL", "Sociéré à responsabilité limitée Goujon"),
        ("Fonderie de la Suize", "F0nderie de la Suize"),
        ("Estampage du Haut-Bassigny", "EHB - Estampage Ht-Bassigny"),
        ("Chaudières Calorval", "CHAUDIERES CALORVAL / CALORVAL CHAUFFAGE"),
    ],
)
def test_the_same_name_is_linked_however_its_form_is_written(name: str, written: str) -> None:
    assert outcome(name, written) is Outcome.LINKED


def test_a_word_of_three_firms_decides_nothing() -> None:
    firms = tuple(firm(f"E0{n}", f"{trade} Nozerel") for n, trade in enumerate(("Ganterie", "Verrerie", "Moulin")))
    result = link(firms, (), entry("L1", "Nozerel", commune="Langres"))
    assert all(found.outcome is not Outcome.LINKED for found in result.firm_links)


def test_a_group_may_be_any_of_its_firms() -> None:
    group = FirmLink(name="Groupe Valdrenne", kind=LinkKind.LINKED)
    sisters = tuple(
        replace(firm(id_, name, commune=place), links=(group,))
        for id_, name, place in (("E01", "Laiterie du Val", LANGRES), ("E02", "Fromagerie du Plateau", CHAUMONT))
    )
    result = link(sisters, (), entry("L1", "GROUPE VALDRENNE", commune="Langres"))
    assert {found.outcome for found in result.firm_links} == {Outcome.TO_CONFIRM}
    assert result.queue[0].firms == ("E01", "E02")


def test_a_merged_commune_is_its_commune_of_today(monkeypatch: pytest.MonkeyPatch) -> None:
    merged = FormerCommune(code="52332", name="Montigny-le-Roi", within=NOGENT, kind=FormerKind.DELEGATED)
    monkeypatch.setattr(lists, "GAZETTEER", replace(lists.GAZETTEER, former=(merged,)))
    for written in ("MONTIGNY-LE-ROI", "Montigny le Roi (Nogent)", "52332"):
        result = link((firm("E01", "Goujon", commune=NOGENT),), (), entry("L1", "Goujon", commune=written))
        assert only(result.firm_links).outcome is Outcome.LINKED, written


@pytest.mark.parametrize("written", ["8.21E+13", "8,2134E+13", "40483304800000", "82100000000000", "404833000"])
def test_digits_lost_by_a_spreadsheet_contradict_nothing(written: str) -> None:
    assert not written_siren(written).valid
    found = only(link((GOUJON,), (), entry("L1", "GOUJON ET FILS", commune="Langres", siren=written)).firm_links)
    assert found.outcome is Outcome.LINKED


def test_a_number_padded_with_zeros_still_helps() -> None:
    found = only(link((GOUJON,), (), entry("L1", "Goujon", siren="55208131700000")).firm_links)
    assert found.outcome is Outcome.LINKED


@pytest.mark.parametrize(
    ("amount", "title", "known"),
    [
        (480_000, "Nouvelle presse hydraulique", Truth.YES),
        (480, "Presse hydraulique 400 t", Truth.YES),
        (144_000, "Presse hydraulique 400 tonnes", Truth.UNKNOWN),
        (900_000, "Presse hydraulique 400 tonnes", Truth.UNKNOWN),
        (480_000, "Étude : presse hydraulique 400 tonnes", Truth.UNKNOWN),
        (480_000, "Presse hydraulique 250 tonnes", Truth.UNKNOWN),
    ],
)
def test_an_amount_is_the_cost_thousands_of_it_or_a_part_of_it(amount: int, title: str, known: Truth) -> None:
    lines = (entry("L1", "Goujon et fils", commune="Langres", title=title, amount=amount),)
    assert link((GOUJON,), (PRESS,), *lines).project("P01").known is known


def test_an_aid_is_no_cost() -> None:
    line = replace(entry("L1", "Goujon et fils", commune="Langres", title="Presse", amount=480_000), amount_is="aide")
    assert link((GOUJON,), (PRESS,), line).project("P01").known is Truth.UNKNOWN


def test_the_very_project_under_another_name_is_a_question() -> None:
    line = entry("L1", "Val Participations", commune="Langres", title="Presse hydraulique 400 t", amount=480_000)
    result = link((GOUJON,), (PRESS,), line)
    assert result.project("P01").known is Truth.UNKNOWN
    assert "malgré un autre nom" in only(result.firm_links).reasons[0]


# ------------------------------------------------------------------------------ what is asked and published


def test_the_first_question_is_the_one_that_settles_most_projects() -> None:
    other = firm("E02", "Durand", commune=CHAUMONT)
    projects = (*(project(f"P1{n}", "E01", f"Machine numéro {n}") for n in range(3)), project("P20", "E02", "Hangar"))
    lines = [entry(f"L{n}", "Goujon et fils", commune="Langres", title="Aide") for n in range(4)]
    lines.append(entry("L9", "Durand", commune="Chaumont", title="Aide"))
    result = link((GOUJON, other), projects, *lines)
    assert [question.changes for question in result.questions] == [3, 1]
    assert result.questions[0].entries == ("L0", "L1", "L2", "L3")


def test_the_share_is_a_range_as_long_as_lines_wait() -> None:
    projects = (PRESS, project("P02", "E02", "Four"), project("P03", "E02", "Hangar"))
    firms = (GOUJON, firm("E02", "Durand", commune=CHAUMONT))
    waiting = link(firms, projects, entry("L1", "Goujon et fils", commune="Langres", title="Aide"))
    sentence = waiting.unknown_share.sentence.replace("\u00a0", " ")
    assert sentence == "entre 66,7 % et 100 %, 1 rapprochement à trancher"
    settled = link(
        firms,
        projects,
        entry("L1", "Goujon et fils", commune="Langres", title="Aide"),
        decisions={("P01", "L1"): True},
    )
    assert settled.unknown_share.sentence.replace("\u00a0", " ") == "66,7 %"
    assert settled.queue == ()


def test_no_more_questions_than_people_can_answer() -> None:
    firms = tuple(firm(f"E{n:02}", f"Nom{chr(97 + n % 26) * 6}{n // 26}") for n in range(60))
    projects = tuple(project(f"P{n:02}", f"E{n:02}", "Machine") for n in range(60))
    lines = [entry(f"L{n:02}", firms[n].name, commune="Langres", title="Aide") for n in range(60)]
    result = link(firms, projects, *lines)
    assert len(result.queue) == 40
    assert result.unknown_share.questions == 60
