"""The contents of the documents, before any rendering."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

import pytest

from rebond.indicators.model import Indicator, Row, write_value
from rebond.restitution.contents import Document, Drawing, Figure, Period, Section, figures_of, texts
from rebond.restitution.editions import COMMITTEE, PRESS, TEAM, edition_of
from rebond.restitution.figures import Figures
from rebond.restitution.press_release import collect_press_release
from rebond.restitution.report import collect_report
from rebond.restitution.roadmap_document import collect_roadmap
from rebond.restitution.typography import french_period
from rebond.results import MissionResult

_DOCUMENTS = (collect_report, collect_press_release, collect_roadmap)
_NAMES_WITH_NUMBERS = ("France 2030",)


@pytest.fixture(params=_DOCUMENTS, ids=["report", "press", "roadmap"])
def document(request: pytest.FixtureRequest, result: MissionResult) -> Document:
    made: Document = request.param(result)
    return made


def _with(result: MissionResult, **values: int) -> MissionResult:
    """The same result, with some indicators set to a value."""

    def changed(indicator: Indicator) -> Indicator:
        if indicator.code not in values:
            return indicator
        value = values[indicator.code]
        rows = tuple(Row(id=f"X{n}", label="ligne") for n in range(value)) if value < 1000 else ()
        return replace(indicator, value=Decimal(value), rows=rows)

    return replace(result, indicators=tuple(changed(indicator) for indicator in result.indicators))


def _words(document: Document) -> str:
    return "\n".join("".join(_piece(piece) for piece in text) for text in texts(document)).replace("\u00a0", " ")


def _piece(piece: object) -> str:
    if isinstance(piece, Period):
        return french_period(piece.start, piece.end)
    return str(getattr(piece, "text", piece))


def test_every_figure_is_an_indicator_of_the_result(document: Document, result: MissionResult) -> None:
    reader = COMMITTEE if document.title == result.census.settings.name else PRESS
    published = {indicator.code: indicator for indicator in edition_of(result, reader).indicators}
    figures = [piece for text in texts(document) for piece in text if isinstance(piece, Figure)]
    assert figures
    for figure in figures:
        assert published[figure.indicator.code] == figure.indicator


def test_a_figure_of_a_row_is_what_the_row_adds(result: MissionResult) -> None:
    report = collect_report(result, recipient=TEAM)
    figures = [p for text in texts(report) for p in text if isinstance(p, Figure) and p.row]
    assert figures
    for figure in figures:
        value = figure.indicator.row(figure.row).value
        assert figure.text in {write_value(value, "€"), str(value)}


def test_no_number_is_written_outside_a_figure(document: Document) -> None:
    for text in texts(document):
        for piece in text:
            if isinstance(piece, str):
                bare = piece
                for name in _NAMES_WITH_NUMBERS:
                    bare = bare.replace(name, "")
                assert not re.search(r"\d", bare), piece


def test_unknown_answers_do_not_leak_into_the_text(document: Document) -> None:
    assert not re.search(r"\b(None|UNKNOWN|Unknown|nan)\b", _words(document))
    for text in texts(document):
        assert "".join(_piece(piece) for piece in text).strip() not in {"", "inconnu"}


def test_a_sample_says_that_it_is_fictitious(document: Document) -> None:
    assert "fictifs" in document.notice
    assert replace(document, fictitious=False).notice == ""


def test_documents_are_dated_by_the_committee(document: Document, result: MissionResult) -> None:
    assert document.dated == result.census.settings.committee_on
    assert "2023" not in _words(document)


def test_a_drawing_and_its_table_say_the_same(result: MissionResult) -> None:
    drawings = [b for b in _blocks(collect_report(result).sections) if isinstance(b, Drawing)]
    assert drawings
    for drawing in drawings:
        told = " ".join(_piece(piece) for row in drawing.table.rows for cell in row for piece in cell)
        assert all(row[0] in told for row in drawing.chart.rows)


def _blocks(sections: Iterable[Section]) -> Iterable[object]:
    for section in sections:
        yield from section.blocks
        yield from _blocks(section.sections)


def test_anchors_of_the_report_are_unique(result: MissionResult) -> None:
    def anchors(sections: Iterable[Section]) -> Iterable[str]:
        for section in sections:
            yield section.anchor
            yield from anchors(section.sections)

    found = list(anchors(collect_report(result).sections))
    assert len(found) == len(set(found))


def test_the_press_release_tells_the_whole_mission(result: MissionResult) -> None:
    words = _words(collect_press_release(result))
    for said in ("comité de pilotage", "consultants", "enveloppe", "feuille de route", "d'avril à juillet 2026"):
        assert said in words
    codes = {indicator.code for indicator in figures_of(collect_press_release(result))}
    assert {
        "entreprises_rencontrees",
        "projets_recenses",
        "investissement_eur",
        "emplois_crees",
        "projets_proposes",
        "enveloppe_eur",
    } <= codes


@pytest.mark.parametrize(
    ("proposed", "expected"),
    [
        (0, "Aucun projet n'est proposé à ce stade"),
        (1, "Un projet est proposé au comité"),
        (7, "Sept projets sont proposés au comité"),
        (23, "Vingt-trois projets sont proposés au comité"),
    ],
)
def test_the_press_release_agrees_with_the_number_proposed(result: MissionResult, proposed: int, expected: str) -> None:
    assert expected in _words(collect_press_release(_with(result, projets_proposes=proposed)))


def test_the_press_release_writes_amounts_as_the_press_does(result: MissionResult) -> None:
    words = _words(collect_press_release(_with(result, investissement_eur=106_115_500, enveloppe_eur=2_000_000)))
    assert "investissements productifs de plus de 100 millions d'euros (1 projet reste à chiffrer)" in words
    assert "une enveloppe de 2 millions d'euros" in words


def test_a_project_without_a_way_out_is_not_hidden(result: MissionResult) -> None:
    words = _words(collect_press_release(_with(result, projets_sans_suite=2)))
    assert "sans suite" not in words
    assert "Deux projets restent sans suite" in _words(collect_report(_with(result, projets_sans_suite=2)))


def test_the_alerts_of_the_law_are_in_the_report(result: MissionResult) -> None:
    alert = "Zonage AFR supposé « c » : hypothèse."
    assert alert in _words(collect_report(replace(result, alerts=(alert,))))


def test_a_project_without_costs_is_to_be_costed(result: MissionResult) -> None:
    assert "à chiffrer" in _words(collect_report(result))


def test_an_indicator_that_does_not_exist_cannot_be_printed(result: MissionResult) -> None:
    with pytest.raises(KeyError):
        Figures(result.indicators).say("{chiffre_invente} projets")
