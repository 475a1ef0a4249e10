"""Who is already known, and to whom."""

from dataclasses import replace

import pytest

from rebond.eligibility.truth import Truth
from rebond.linkage import Outcome
from tests.core.linkage.lists import CHAUMONT, GOUJON, LANGRES, NOGENT, PRESS, SAINTS, entry, firm, link, only, project

# ------------------------------------------------------------------------ firms


@pytest.mark.parametrize("written", ["552081317", "552 081 317", "55208131700016", "552081317.0", "5.52081317E+8"])
def test_the_same_siren_links_a_name_and_a_place_written_otherwise(written):
    result = link((GOUJON,), (), entry("L1", "Goujon (Sté nouvelle)", commune="Chaumont", siren=written))
    assert result.firm("E01").known is Truth.YES
    assert "SIREN identique 552 081 317" in result.firm("E01").links[0].reasons


def test_the_same_siren_beside_quite_another_name_is_left_to_a_person():
    """The number of the row above, copied by mistake, or a firm that changed its name: nobody knows."""
    found = only(link((GOUJON,), (), entry("L1", "Outillage du Bassigny", siren="552081317")).firm_links)
    assert found.outcome is Outcome.TO_CONFIRM
    assert any(reason.startswith("noms très différents") for reason in found.reasons)


def test_a_name_written_otherwise_in_the_same_commune_is_linked_and_says_why():
    result = link((GOUJON,), (), entry("L1", "Ets GOUJON & Fils", commune="52200 LANGRES CEDEX"))
    found = only(result.firm_links)
    assert found.outcome is Outcome.LINKED
    assert found.reasons == (
        "nom identique : « Ets GOUJON & Fils » ~ « GOUJON ET FILS SAS » (100/100)",
        "même commune",
    )


def test_a_firm_known_under_its_former_name_is_linked():
    renamed = firm("E01", "Manuval", former=("Forges Bertillon",))
    result = link((renamed,), (), entry("L1", "Forge BERTILLON", commune="Langres"))
    assert result.firm("E01").known is Truth.YES
    assert "(ancien nom ou enseigne)" in only(result.firm_links).reasons[0]


def test_two_homonyms_in_different_communes_are_left_to_a_person():
    firms = (firm("E01", "SARL Goujon", commune=LANGRES), firm("E02", "Goujon SAS", commune=CHAUMONT))
    result = link(firms, (), entry("L1", "GOUJON"))
    assert {found.outcome for found in result.firm_links} == {Outcome.TO_CONFIRM}
    assert result.firm_counts.uncertain == 2
    (question,) = result.queue
    assert question.firms == ("E01", "E02")


def test_a_homonym_of_another_commune_is_never_linked_automatically():
    result = link((GOUJON,), (), entry("L1", "GOUJON ET FILS", commune="Chaumont"))
    found = only(result.firm_links)
    assert found.outcome is Outcome.TO_CONFIRM
    assert found.reasons[1] == "commune différente : Chaumont / Langres"


def test_the_commune_tells_two_homonyms_apart():
    firms = (firm("E01", "SARL Goujon", commune=LANGRES), firm("E02", "Goujon SAS", commune=CHAUMONT))
    result = link(firms, (), entry("L1", "GOUJON", commune="chaumont"))
    assert result.firm("E02").known is Truth.YES
    assert result.firm("E01").known is Truth.NO


def test_a_mistyped_siren_supports_a_close_name_even_from_elsewhere():
    result = link((GOUJON,), (), entry("L1", "Goujon", siren="552081371"))
    found = only(result.firm_links)
    assert found.outcome is Outcome.LINKED
    assert "SIREN à un chiffre près : 552 081 371 / 552 081 317" in found.reasons


def test_two_right_sirens_that_differ_are_never_linked_automatically():
    result = link((GOUJON,), (), entry("L1", "GOUJON ET FILS", commune="Langres", siren="404833048"))
    found = only(result.firm_links)
    assert found.outcome is Outcome.TO_CONFIRM
    assert any(reason.startswith("SIREN différents") for reason in found.reasons)


def test_initials_are_left_to_a_person():
    result = link((firm("E01", "Forges de Nogent", commune=NOGENT),), (), entry("L1", "FDN", commune="Nogent"))
    found = only(result.firm_links)
    assert found.outcome is Outcome.TO_CONFIRM
    assert found.reasons[0].startswith("sigle possible")


def test_a_firm_may_be_written_at_the_commune_of_its_project():
    site = replace(PRESS, commune=SAINTS)
    result = link((GOUJON,), (site,), entry("L1", "Goujon et fils", commune="Saint-Geosmes"))
    assert only(result.firm_links).outcome is Outcome.LINKED


def test_a_line_about_nobody_is_unmatched():
    result = link((GOUJON,), (PRESS,), entry("L1", "Laiterie du Plateau", commune="Langres"))
    assert result.unmatched_entries == ("L1",)
    assert result.firm("E01").known is Truth.NO


# --------------------------------------------------------------------- projects


def test_a_project_in_a_partner_s_list_is_known_to_it():
    result = link(
        (GOUJON,),
        (PRESS,),
        entry("L1", "Goujon & fils", commune="Langres", title="Acq. presse hydraul. 400 t", amount=450_000),
    )
    status = result.project("P01")
    assert status.known is Truth.YES
    assert status.by == ("CCI",)
    assert any(reason.startswith("montants proches") for reason in status.links[0].reasons)


def test_a_line_without_a_project_makes_the_firm_known_and_not_the_project():
    result = link((GOUJON,), (PRESS,), entry("L1", "GOUJON ET FILS", commune="Langres"))
    assert result.firm("E01").known is Truth.YES
    assert result.project("P01").known is Truth.NO


def test_a_line_that_fits_no_project_leaves_them_in_doubt():
    """It may be this one under other words: it is not said unknown, and one question settles all its projects."""
    oven = project("P02", "E01", "Four de trempe", 300_000)
    result = link(
        (GOUJON,),
        (PRESS, oven),
        entry("L1", "Goujon et fils", commune="Langres", title="Aide à la croissance", amount=90_000),
    )
    assert result.firm("E01").known is Truth.YES
    assert {result.project(id_).known for id_ in ("P01", "P02")} == {Truth.UNKNOWN}
    (question,) = result.queue
    assert set(question.projects) == {"P01", "P02"}
    assert question.changes == 2


def test_another_object_at_a_price_above_the_cost_is_not_this_project():
    result = link(
        (GOUJON,),
        (PRESS,),
        entry("L1", "Goujon et fils", commune="Langres", title="Panneaux photovoltaïques", amount=900_000),
    )
    assert result.firm("E01").known is Truth.YES
    assert result.project("P01").known is Truth.NO


@pytest.mark.parametrize("title", ["Demande de rabais sur le loyer", "Renouvellement de fours 2019"])
def test_a_line_about_another_operation_or_another_time_is_not_this_project(title):
    result = link((GOUJON,), (PRESS,), entry("L1", "Goujon et fils", commune="Langres", title=title))
    assert result.project("P01").known is Truth.NO


def test_the_same_title_with_another_amount_is_left_to_a_person():
    result = link(
        (GOUJON,),
        (PRESS,),
        entry("L1", "Goujon et fils", commune="Langres", title="Presse hydraulique", amount=120_000),
    )
    assert result.project("P01").known is Truth.UNKNOWN
    assert result.project("P01").maybe_by == ("CCI",)


def test_two_presses_of_different_tonnage_are_left_to_a_person():
    result = link(
        (GOUJON,),
        (PRESS,),
        entry("L1", "Goujon et fils", commune="Langres", title="Presse hydraulique 800 tonnes"),
    )
    assert result.project("P01").known is Truth.UNKNOWN
    assert "les titres portent des nombres différents" in only(result.project_links).reasons


def test_a_title_that_says_nothing_is_left_to_a_person():
    result = link(
        (GOUJON,), (PRESS,), entry("L1", "Goujon et fils", commune="Langres", title="Projet d'investissement")
    )
    assert result.project("P01").known is Truth.UNKNOWN


def test_the_closest_of_two_projects_is_the_one():
    oven = project("P02", "E01", "Four de traitement thermique", 300_000)
    result = link(
        (GOUJON,),
        (PRESS, oven),
        entry("L1", "Goujon et fils", commune="Langres", title="four TTH", amount=310_000),
    )
    assert result.project("P02").known is Truth.YES
    assert result.project("P01").known is Truth.NO


def test_a_firm_to_confirm_leaves_its_projects_to_confirm():
    result = link(
        (GOUJON,),
        (PRESS,),
        entry("L1", "GOUJON ET FILS", commune="Chaumont", title="Presse hydraulique 400 tonnes", amount=480_000),
    )
    assert result.project("P01").known is Truth.UNKNOWN
    assert "l'entreprise elle-même est à confirmer" in only(result.project_links).reasons


def test_the_unknown_are_counted_with_the_uncertain_beside():
    projects = (PRESS, project("P02", "E01", "Four de trempe"), project("P03", "E01", "Extension du hall"))
    result = link(
        (GOUJON,),
        projects,
        entry("L1", "Goujon et fils", commune="Langres", title="presse hydraulique 400 tonnes", amount=480_000),
        entry("L2", "Goujon et fils", commune="Chaumont", title="Extension hall"),
    )
    counts = result.project_counts
    assert (counts.known, counts.unknown, counts.uncertain) == (1, 1, 1)
    assert counts.sentence("projet") == "1 projet inconnu des partenaires sur 3 ; 1 à confirmer"


# -------------------------------------------------------------------- decisions


def test_a_person_s_decision_wins_and_is_shown_as_such():
    lines = (entry("L1", "GOUJON ET FILS", commune="Chaumont", title="Presse hydraulique 400 tonnes"),)
    yes = link((GOUJON,), (PRESS,), *lines, decisions={("P01", "L1"): True})
    assert yes.project("P01").known is Truth.YES
    assert yes.firm("E01").known is Truth.YES
    assert only(yes.project_links).decided
    no = link((GOUJON,), (PRESS,), *lines, decisions={("P01", "L1"): False})
    assert no.project("P01").known is Truth.NO
    assert no.firm("E01").known is Truth.UNKNOWN


def test_a_person_may_link_what_nothing_brings_together():
    result = link((GOUJON,), (PRESS,), entry("L1", "Untel", title="Ligne B"), decisions={("P01", "L1"): True})
    assert result.project("P01").by == ("CCI",)
    assert result.unmatched_entries == ()


def test_a_refused_firm_takes_its_projects_with_it():
    result = link(
        (GOUJON,),
        (PRESS,),
        entry("L1", "Goujon et fils", commune="Langres", title="Presse hydraulique 400 tonnes"),
        decisions={("E01", "L1"): False},
    )
    assert result.firm("E01").known is Truth.NO
    assert result.project("P01").known is Truth.NO


def test_a_project_chosen_by_a_person_leaves_no_other_for_that_line():
    twin = project("P02", "E01", "Presse hydraulique 400 tonnes (2)", 480_000)
    lines = (entry("L1", "Goujon et fils", commune="Langres", title="Presse hydraulique 400 tonnes", amount=480_000),)
    before = link((GOUJON,), (PRESS, twin), *lines)
    assert before.project_counts.uncertain == 2
    after = link((GOUJON,), (PRESS, twin), *lines, decisions={("P02", "L1"): True})
    assert after.project("P02").known is Truth.YES
    assert after.project("P01").known is Truth.NO


def test_decisions_about_what_is_gone_are_listed():
    result = link((GOUJON,), (PRESS,), decisions={("P09", "L9"): True})
    assert result.unused_decisions == (("P09", "L9"),)


# ------------------------------------------------------------------------ names that say nothing


@pytest.mark.parametrize("name", ["NC", "[ND]", "n. c.", "—", "Non diffusible", "sans objet", "#N/A"])
def test_an_unknown_name_matches_nothing_but_its_siren_does(name):
    nameless = firm("E02", name)
    assert not link((nameless, GOUJON), (), entry("L1", name, commune="Langres")).firm_links
    found = link((GOUJON,), (), entry("L1", name, siren="552081317"))
    assert found.firm("E01").known is Truth.YES


def test_an_unknown_former_name_matches_nothing():
    assert not link((firm("E01", "Manuval", former=("NC",)),), (), entry("L1", "NC", commune="Langres")).firm_links


def test_a_name_that_begins_as_an_unknown_word_is_a_name():
    result = link((firm("E01", "NC Numericable"),), (), entry("L1", "NC NUMERICABLE", commune="Langres"))
    assert result.firm("E01").known is Truth.YES


@pytest.mark.parametrize("commune", ["NC", "n.d.", "?"])
def test_an_unknown_commune_is_neither_the_same_nor_another(commune):
    result = link((GOUJON,), (), entry("L1", "GOUJON ET FILS", commune=commune))
    assert "commune non comparable" in only(result.firm_links).reasons[1]


@pytest.mark.parametrize("title", ["NC", "[ND]", "à préciser"])
def test_an_unknown_title_names_no_project(title):
    unnamed = project("P02", "E01", title, 480_000)
    result = link((GOUJON,), (unnamed, PRESS), entry("L1", "GOUJON ET FILS", title=title, commune="Langres"))
    assert result.firm("E01").known is Truth.YES
    assert not result.project_links
