"""The same thing twice; identifiers that an address cannot hold or that the eye confuses."""

from dataclasses import replace
from decimal import Decimal

import pytest

from rebond.facts import UNKNOWN, Establishment, Interview, Siren, Siret
from rebond.plausibility.ids import skeleton, slug
from tests.core.plausibility.conftest import AID, CENSUS, FIRM, PROJECT, Examiner, codes

OTHER = replace(
    FIRM,
    id="E002",
    name="Mécanique",
    siren=Siren("000000026"),
    establishment=Establishment(siret=Siret("00000002600010")),
)


def test_a_line_typed_twice_is_asked_about_with_what_it_adds(examiner: Examiner) -> None:
    (question,) = examiner.project(costs=(*PROJECT.costs, replace(PROJECT.costs[1], id="P001-3"))).questions
    assert question.code == "postes_identiques"
    assert "2\u202f480\u202f000\u00a0€ comptés en plus" in question.sentence


def test_lines_without_a_label_are_not_compared(examiner: Examiner) -> None:
    lines = tuple(replace(PROJECT.costs[1], id=f"P001-{n}", label="") for n in range(3))
    assert examiner.project(costs=lines).all == ()


def test_an_aid_typed_twice_is_asked_about_and_the_second_row_answers(examiner: Examiner) -> None:
    (question,) = examiner.of(aids=(AID, replace(AID, id="A002"))).questions
    assert (question.code, question.subject) == ("aides_identiques", "A002")
    assert examiner.of(aids=(AID, replace(AID, id="A002", label="Autre chèque"))).all == ()


def test_two_projects_with_the_same_expenses_are_asked_about_once(examiner: Examiner) -> None:
    again = replace(PROJECT, id="P002", title="Presse à vis (bis)")
    (question,) = examiner.of(projects=(PROJECT, again)).questions
    assert (question.code, question.subject) == ("projets_identiques", "P002")


def test_a_firm_under_two_identifiers_is_refused_by_its_number(examiner: Examiner) -> None:
    twin = replace(FIRM, id="E002", name="Forges", establishment=Establishment())
    assert codes(examiner.of(firms=(FIRM, twin))) == {("entreprise_meme_siren", "defaut")}
    same_site = replace(OTHER, establishment=FIRM.establishment, siren=UNKNOWN)
    assert codes(examiner.of(firms=(FIRM, same_site))) == {("entreprise_meme_siret", "defaut")}


def test_a_firm_under_two_identifiers_is_asked_about_by_its_name_in_one_commune(examiner: Examiner) -> None:
    twin = replace(OTHER, name="FORGES DE LA-TRAIRE", siren=UNKNOWN, establishment=Establishment(commune="52353"))
    assert codes(examiner.of(firms=(FIRM, twin))) == {("entreprise_meme_nom", "question")}
    elsewhere = replace(twin, establishment=Establishment(commune="52121"))
    assert examiner.of(firms=(FIRM, elsewhere)).all == ()


def test_two_interviews_on_one_day_are_told(examiner: Examiner) -> None:
    again = replace(CENSUS.interviews[0], id="I002")
    assert codes(examiner.of(interviews=(CENSUS.interviews[0], again))) == {("entretiens_identiques", "remarque")}


@pytest.mark.parametrize("wrong", ["P/001", "P 001", "P\x07001", "É001", "P" * 33, "Р001", "..", "a?b=1", ""])
def test_an_identifier_that_an_address_cannot_hold_is_refused_with_another(examiner: Examiner, wrong: str) -> None:
    found = examiner.project(id=wrong)
    assert ("identifiant_illisible", "defaut") in codes(found)
    (fault,) = found.having("identifiant_illisible")
    assert fault.mend != fault.sentence
    assert fault.where.isprintable()
    assert examiner.project(id=slug(wrong, 32)).all == ()


@pytest.mark.parametrize("fine", ["P001", "p-1", "P.1_b", "2026-042", "P" * 32])
def test_a_plain_identifier_passes(examiner: Examiner, fine: str) -> None:
    assert examiner.project(id=fine).all == ()


@pytest.mark.parametrize(("first", "second"), [("E001", "E0O1"), ("Pl1", "P11"), ("p001", "P001"), ("PI1", "P11")])
def test_identifiers_that_the_eye_confuses_are_asked_about(examiner: Examiner, first: str, second: str) -> None:
    held = CENSUS.interviews[0].held_on
    pair = tuple(
        Interview(id=each, firm_id="E001", held_on=held.replace(day=day)) for each, day in ((first, 1), (second, 2))
    )
    assert codes(examiner.of(interviews=pair)) == {("identifiants_ressemblants", "question")}


@pytest.mark.parametrize(("first", "second"), [("E001", "E010"), ("P1", "P11"), ("P-1", "P1"), ("PA", "PB")])
def test_identifiers_that_the_eye_tells_apart_pass(examiner: Examiner, first: str, second: str) -> None:
    held = CENSUS.interviews[0].held_on
    pair = tuple(
        Interview(id=each, firm_id="E001", held_on=held.replace(day=day)) for each, day in ((first, 1), (second, 2))
    )
    assert examiner.of(interviews=pair).all == ()


def test_an_identifier_used_twice_is_refused(examiner: Examiner) -> None:
    again = replace(PROJECT, title="Autre", costs=(replace(PROJECT.costs[0], amount=Decimal(400_000)),))
    assert ("identifiant_en_double", "defaut") in codes(examiner.of(projects=(PROJECT, again)))


def test_cyrillic_letters_have_the_skeleton_of_the_latin_ones() -> None:
    assert skeleton("Е001") == skeleton("E001") == skeleton("e0o1")
