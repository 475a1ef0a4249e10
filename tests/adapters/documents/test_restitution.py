"""The report, as a page and as a PDF."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pypdf
import pytest

from rebond.adapters.documents.html import paper_page
from rebond.indicators.model import write_value
from rebond.restitution.contents import body_of
from rebond.restitution.editions import COMMITTEE, edition_of
from rebond.restitution.figures import _FORMS
from rebond.restitution.report import collect_report
from rebond.restitution.typography import typeset
from rebond.results import MissionResult

_FREE = {"style", "svg", "time", "code"}
"""Elements whose numbers are not figures: drawings are checked against their table, dates are dates."""
_OTHERS = {"cite", "ident", "nom", "definition", "note"}
"""Classes of names, quotations and published definitions."""
_VOID = {"meta", "br"}


class _Page(HTMLParser):
    """Texts of the page with the attributes of the elements that hold them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[tuple[str, dict[str, str]]] = []
        self.texts: list[tuple[str, list[tuple[str, dict[str, str]]]]] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.ids += [found["id"]] if "id" in found else []
        self.links += [found["href"][1:]] if found.get("href", "").startswith("#") else []
        if tag not in _VOID and not (self.open and "svg" in [name for name, _ in self.open] and tag != "svg"):
            self.open.append((tag, found))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1][0] == tag:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        self.texts.append((data, list(self.open)))


@pytest.fixture(scope="module")
def html(folder: Path) -> str:
    return (folder / "restitution.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def parsed(html: str) -> _Page:
    return _Page(html)


def test_every_figure_of_the_page_is_an_indicator_with_its_rows(parsed: _Page, result: MissionResult) -> None:
    published = {indicator.code: indicator for indicator in edition_of(result, COMMITTEE).indicators}
    checked = 0
    for text, holders in parsed.texts:
        found = next((attrs for _, attrs in reversed(holders) if "data-indicateur" in attrs), None)
        if found is None:
            continue
        indicator = published[found["data-indicateur"]]
        if "data-ligne" in found:
            value = indicator.row(found["data-ligne"]).value
            allowed = {write_value(value, "€"), str(value)}
        else:
            allowed = {form(indicator) for form in _FORMS.values()}
            allowed |= {indicator.beside(words) for words in allowed}
            assert f"chiffre-{indicator.code}" in parsed.ids
        assert text in {typeset(word) for word in allowed}
        checked += 1
    assert checked > 100


def test_no_other_number_is_printed(parsed: _Page) -> None:
    for text, holders in parsed.texts:
        free = any(tag in _FREE or attrs.get("class") in _OTHERS for tag, attrs in holders)
        traced = any("data-indicateur" in attrs for _, attrs in holders)
        if not free and not traced:
            assert not re.search(r"\d", text.replace("France 2030", "")), text


def test_links_lead_somewhere_and_anchors_are_unique(parsed: _Page) -> None:
    assert len(parsed.ids) == len(set(parsed.ids))
    assert parsed.links
    assert set(parsed.links) <= set(parsed.ids)


def test_the_page_fetches_nothing(html: str) -> None:
    assert not re.search(r"<(script|link|img|iframe)\b", html)
    assert not re.search(r"url\(|@import|https?://(?!www\.w3\.org)", html)


def test_what_firms_wrote_is_escaped(html: str) -> None:
    assert "<b>essai</b>" not in html
    assert "&lt;b&gt;essai&lt;/b&gt;" in html


def test_the_page_says_that_it_is_fictitious(html: str) -> None:
    assert html.count("fictifs") >= 3


def test_french_signs_have_their_space(parsed: _Page) -> None:
    for text, holders in parsed.texts:
        if not any(tag in {"style", "code"} for tag, _ in holders):
            assert not re.search(r"\w [;:!?»]|« |\w'\w", text), text


def test_the_map_and_the_charts_are_in_the_page(html: str) -> None:
    assert html.count('<svg xmlns="http://www.w3.org/2000/svg"') >= 5
    assert html.count('role="figure"') == html.count("<svg ")
    assert "Langres" in html


def test_on_paper_what_announces_a_table_stays_with_it_and_a_page_is_headed_by_the_chapter_it_opens_on(
    result: MissionResult,
) -> None:
    """A sentence stood alone at the foot of a page; the next one, its table, bore the name of the chapter after."""
    page = paper_page(body_of(collect_report(result)))
    announced = re.findall(r"<p([^>]*)>(?:(?!</p>).)*</p>\s*<div class=\"defile\"", page)
    assert announced
    assert all("annonce" in attributes for attributes in announced)
    assert ".annonce { break-after: avoid; }" in page
    assert "string(chapitre, start)" in page


@pytest.fixture(scope="module")
def pdf(folder: Path) -> Any:
    return pypdf.PdfReader(folder / "restitution.pdf")


def test_the_pdf_is_tagged_titled_and_in_french(pdf: Any, result: MissionResult) -> None:
    root = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "fr"
    assert pdf.metadata.title.startswith(typeset(result.census.settings.name))
    assert b"pdfuaid" in root["/Metadata"].get_data()


def test_the_pdf_has_numbered_pages_a_contents_and_the_notice(pdf: Any) -> None:
    assert len(pdf.pages) > 8
    assert "Sommaire" in pdf.pages[1].extract_text()
    for number, sheet in enumerate(pdf.pages[1:], start=2):
        text = sheet.extract_text().replace("\u00a0", " ")
        assert f"{number} / {len(pdf.pages)}" in text
        assert "Entreprises et projets fictifs" in text
    assert "fictifs" in pdf.pages[0].extract_text()


def test_the_chapters_of_the_pdf_are_bookmarks(pdf: Any) -> None:
    titles = [item.title for item in _flat(pdf.outline)]
    assert "En bref" in titles
    assert "Méthode et droit" in titles


def _flat(outline: list[Any]) -> list[Any]:
    return [found for item in outline for found in (_flat(item) if isinstance(item, list) else [item])]


def test_the_links_of_the_pdf_lead_somewhere_and_its_font_is_the_one_shipped(
    pdf: Any, parsed: _Page, folder: Path
) -> None:
    notes = (note.get_object() for page in pdf.pages for note in page.get("/Annots", ()))
    led = {str(note.get("/Dest") or note["/A"]["/D"]) for note in notes if note["/Subtype"] == "/Link"}
    assert led <= pdf.named_destinations.keys()
    annexes = pypdf.PdfReader(folder / "restitution-annexes.pdf")
    assert {link for link in parsed.links if link.startswith("chiffre-")} <= annexes.named_destinations.keys()
    fonts = {name for page in pdf.pages for name in _fonts(page)}
    assert any("Source-Sans-3" in name for name in fonts)


def _fonts(page: Any) -> Iterable[str]:
    return (str(font.get_object()["/BaseFont"]) for font in page["/Resources"]["/Font"].values())


def test_each_drawing_of_the_pdf_has_an_alternative_text(pdf: Any, html: str) -> None:
    found = list(_figures(pdf.trailer["/Root"]["/StructTreeRoot"]["/K"]))
    assert len(found) == html.count("<svg ")
    assert all(figure["/Alt"].strip() for figure in found)


def _figures(node: Any) -> Iterable[Any]:
    node = node.get_object()
    if isinstance(node, list):
        for inner in node:
            yield from _figures(inner)
    elif isinstance(node, dict):
        if node.get("/S") == "/Figure":
            yield node
        if "/K" in node:
            yield from _figures(node["/K"])
