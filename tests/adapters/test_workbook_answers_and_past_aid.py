"""The column « Vérifié (c'est exact) », amounts of past aid that are not exact, and legal choices written wrong."""

from datetime import date
from decimal import Decimal

import pytest
from click.testing import CliRunner

from rebond.adapters.workbook import census_rows, write_workbook
from rebond.cli.census import census
from rebond.facts import UNKNOWN, Band, Confirmation
from rebond.plausibility import ANSWER_COLUMN
from rebond.reading.band import read_band
from rebond.reading.problem import Unreadable


def test_the_column_where_a_question_is_answered_stands_on_every_sheet_that_may_be_asked(bench):
    titles = {sheet.key for sheet in bench.layout.sheets if any(col.title == ANSWER_COLUMN for col in sheet.columns)}
    assert titles == {"mission", "entreprises", "entretiens", "projets", "aides"}


def test_an_answer_is_read_with_its_row_and_comes_back(bench, small_mission):
    small_mission["mission"]["verifie"] = "oui AAAAA, P. Martin, 01/11/2026"
    small_mission["projets"][0]["verifie"] = "oui K7F3Q AB2CD, P. Martin, 12/11/2026 ; oui ZZ234, A. Roy, 13/11/2026"
    small_mission["aides"][0]["verifie"] = "oui BBBBB, P. Martin, 01/11/2026"
    found = bench.read(bench.write(small_mission))

    assert found.confirmations == (
        Confirmation(kind="mission", subject="", marks=("AAAAA",), by="P. Martin", on=date(2026, 11, 1)),
        Confirmation(kind="projet", subject="P001", marks=("K7F3Q", "AB2CD"), by="P. Martin", on=date(2026, 11, 12)),
        Confirmation(kind="projet", subject="P001", marks=("ZZ234",), by="A. Roy", on=date(2026, 11, 13)),
        Confirmation(kind="aide", subject="A001", marks=("BBBBB",), by="P. Martin", on=date(2026, 11, 1)),
    )
    again = bench.folder / "export.xlsx"
    write_workbook(again, bench.layout, census_rows(found, bench.layout))
    assert bench.read(again) == found


def test_an_answer_that_does_not_say_to_what_is_a_fault_with_the_way_to_write_it(bench, small_mission):
    small_mission["projets"][0]["verifie"] = "oui, P. Martin, 12/11/2026"
    (fault,) = bench.faults(bench.write(small_mission))
    assert "à quelle question" in fault.problem
    assert "K7F3Q" in fault.mend


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        (None, UNKNOWN),
        ("60 000 – 500 000 €", Band(least=Decimal(60_000), most=Decimal(500_000))),
        ("60 000 - 500 000", Band(least=Decimal(60_000), most=Decimal(500_000))),
        ("0,5 – 1 M€", Band(least=Decimal(500_000), most=Decimal(1_000_000))),
        ("entre 1 M€ et 2 M€", Band(least=Decimal(1_000_000), most=Decimal(2_000_000))),
        ("plus de 30 M€", Band(least=Decimal(30_000_000))),
        ("30 M€ et plus", Band(least=Decimal(30_000_000))),
        ("moins de 60 000 €", Band(least=Decimal(0), most=Decimal(60_000))),
        ("74 000 €", Decimal(74_000)),
        (74_000, Decimal(74_000)),
    ],
)
def test_a_past_aid_may_be_exact_banded_or_unknown(bench, written, amount):
    found = bench.read(bench.planted(lambda book: book["aides déjà obtenues"].__setitem__("G2", written)))
    assert found.aids[0].amount == amount
    again = bench.folder / "export.xlsx"
    write_workbook(again, bench.layout, census_rows(found, bench.layout))
    assert bench.read(again) == found


@pytest.mark.parametrize("wrong", ["500 000 – 60 000 €", "beaucoup – trop", "plus de rien"])
def test_a_band_that_is_none_is_a_problem(wrong: str) -> None:
    with pytest.raises(Unreadable):
        read_band(wrong)


def test_a_negative_aid_is_told_where_a_recovery_is_written(bench):
    (fault,) = bench.faults(bench.planted(lambda book: book["aides déjà obtenues"].__setitem__("G2", -12_000)))
    assert "dont remboursé" in fault.mend


def test_what_was_recovered_of_an_aid_is_read(bench, small_mission):
    small_mission["aides"][0]["rembourse"] = Decimal(5_000)
    (aid,) = bench.read(bench.write(small_mission)).aids
    assert (aid.recovered, aid.at_most, aid.at_least) == (5_000, 15_000, 15_000)


@pytest.mark.parametrize("written", ["aide en numéraire", "subvention", "minimis"])
def test_a_regime_out_of_the_list_gets_no_suggestion_by_likeness(bench, written):
    """« aide en numéraire » is a form of aid: « Hors aide d'État ? » would be legal advice by string nearness."""
    (fault,) = bench.faults(bench.planted(lambda book: book["aides déjà obtenues"].__setitem__("E2", written)))
    assert "peut-être" not in fault.mend
    assert fault.mend.startswith("choisir parmi")


def test_a_type_of_project_gets_none_either_whatever_the_entry(bench):
    """« rénovation » is written like « innovation »: the list is shown, in the workbook as in `rebond screen`."""
    (fault,) = bench.faults(bench.planted(lambda book: book["projets"].__setitem__("F2", "rénovation")))
    column = bench.layout.sheet("projets").column("type_projet")
    assert column.fact is not None
    with pytest.raises(Unreadable) as refused:
        column.fact.parse("rénovation")
    assert fault.mend == refused.value.mend
    assert fault.mend.startswith("choisir parmi")


@pytest.mark.parametrize(
    ("written", "named"),
    [("régime d'aide art. 17", "RGEC art. 17 :"), ("règlement 1407/2013 de minimis", "(règlement 1407/2013)")],
)
def test_an_article_or_a_regulation_that_is_named_is_proposed(bench, written, named):
    (fault,) = bench.faults(bench.planted(lambda book: book["aides déjà obtenues"].__setitem__("E2", written)))
    said = fault.mend.partition("?")[0]
    assert named in said
    assert " ou " not in said


def test_a_nature_of_expenses_written_wrong_is_still_helped(bench):
    (fault,) = bench.faults(
        bench.planted(lambda book: book["postes de dépense"].__setitem__("C2", "Equipement de prodution"))
    )
    assert "peut-être" in fault.mend


# ------------------------------------------------------------------ rebond census check


def test_faults_questions_and_remarks_are_told_apart(bench, small_mission):
    small_mission["projets"][0] |= {"emplois_crees": 120, "fin": date(2062, 6, 30)}
    small_mission["aides"][0]["montant"] = UNKNOWN
    result = CliRunner().invoke(census, ["check", str(bench.write(small_mission))])

    assert result.exit_code == 2
    assert "✗ projet P001 (Nouveau four) — fin prévue le 30/06/2062" in result.stderr
    assert "? projet P001 (Nouveau four) — 120 emplois créés" in result.stdout
    assert "• aide A001" in result.stdout


def test_the_question_gives_the_answer_to_write_and_the_answer_settles_it(bench, small_mission):
    small_mission["projets"][0]["emplois_crees"] = 120
    asked = CliRunner().invoke(census, ["check", str(bench.write(small_mission))])
    assert asked.exit_code == 0
    assert "1 question de vraisemblance sans réponse, 0 confirmée" in asked.stdout
    written = asked.stdout.partition("de cette ligne : ")[2].partition(",")[0]

    small_mission["projets"][0]["verifie"] = f"{written}, P. Martin, 12/11/2026"
    answered = CliRunner().invoke(census, ["check", str(bench.write(small_mission))])
    assert "confirmé par P. Martin le 12/11/2026" in answered.stdout
    assert "0 question de vraisemblance sans réponse, 1 confirmée" in answered.stdout

    small_mission["projets"][0]["emplois_crees"] = 110
    again = CliRunner().invoke(census, ["check", str(bench.write(small_mission))])
    assert "110 emplois créés" in again.stdout
    assert "1 question de vraisemblance sans réponse, 0 confirmée, 1 remarque" in again.stdout
