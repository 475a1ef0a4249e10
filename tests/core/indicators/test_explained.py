"""What is said under a figure agrees with the figure: its two ends, what nobody gave, an amount of nothing."""

from decimal import Decimal

from rebond.indicators.explained import lacking, reckoning, without_rows
from rebond.indicators.model import NOT_GIVEN, Indicator, Row


def figure(unit: str, *rows: Row, value: int = 0, high: int | None = None, absent: bool = False) -> Indicator:
    return Indicator(
        code="essai",
        label="Essai",
        definition="Essai.",
        unit=unit,
        value=Decimal(value),
        rows=rows,
        high=None if high is None else Decimal(high),
        absent=absent,
    )


def test_rows_make_the_least_of_a_figure_told_between_two_ends() -> None:
    rows = tuple(Row(id=f"P{number}", label="") for number in range(20))
    told = figure("projets", *rows, value=20, high=38)
    assert told.reckoned == "nombre de lignes"
    assert reckoning(told.reckoned, told.text) == (
        "nombre de lignes pour le moins ; le plus y ajoute ce qui reste à confirmer"
    )
    settled = figure("projets", *rows, value=20)
    assert reckoning(settled.reckoned, settled.text) == "nombre de lignes"


def test_a_figure_without_a_row_is_not_said_nought_while_something_is_in_doubt() -> None:
    assert "rien n'est encore sûr" in without_rows(figure("projets", value=0, high=4).text)
    assert "la valeur est nulle" in without_rows(figure("projets").text)
    assert "n'est pas renseigné" in without_rows(figure("jours", absent=True).text)


def test_a_figure_that_nobody_gave_does_not_say_that_every_answer_is_there() -> None:
    assert lacking("", NOT_GIVEN) == "rien n'entre encore dans ce calcul"
    assert lacking("", "12 projets") == "aucune réponse ne manque à ce calcul"
    assert lacking("2 à confirmer", "entre 12 et 14 projets") == "2 à confirmer"


def test_euros_and_jobs_are_added_up_even_when_there_is_none() -> None:
    assert figure("€").reckoned == "somme des lignes"
    assert figure("emplois", Row(id="P1", label="")).reckoned == "somme des lignes"
    assert figure("projets").reckoned == "nombre de lignes"
