"""What a screen reader needs of each file that is sent: in the file itself, read back by another library.

What these controls hold is what docs/adr/0075 says of the files, and no more.
"""

from __future__ import annotations

import itertools
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
import pypdf
import pytest
from docx.oxml.ns import qn

PRINTED = ("restitution.pdf", "restitution-annexes.pdf")
WORD = ("communique.docx", "communique-sources.docx", "feuille-de-route.docx", "restitution.docx")


@pytest.fixture(scope="module", params=PRINTED)
def pdf(folder: Path, request: pytest.FixtureRequest) -> pypdf.PdfReader:
    return pypdf.PdfReader(folder / request.param)


def _elements(node: Any, above: tuple[str, ...] = ()) -> Iterator[tuple[Any, tuple[str, ...]]]:
    """Every element of the tree, with the kinds of those that hold it."""
    node = node.get_object()
    if isinstance(node, list):
        for each in node:
            yield from _elements(each, above)
    elif isinstance(node, dict) and "/S" in node:
        yield node, above
        if "/K" in node:
            yield from _elements(node["/K"], (*above, node["/S"]))


def _marks(node: Any) -> Iterator[int]:
    node = node.get_object()
    for each in node if isinstance(node, list) else [node]:
        if isinstance(each, int):
            yield int(each)


def test_a_pdf_is_titled_in_french_and_says_the_order_of_its_chapters(pdf: pypdf.PdfReader) -> None:
    root: Any = pdf.trailer["/Root"]
    assert root["/Lang"] == "fr"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert pdf.metadata is not None
    assert pdf.metadata.title
    kinds = [element["/S"] for element, _ in _elements(root["/StructTreeRoot"]["/K"])]
    levels = [int(kind[2:]) for kind in kinds if re.fullmatch(r"/H\d", kind)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    text = "".join(page.extract_text() for page in pdf.pages[:3])
    assert not re.search(r"[._·]{4,}|(?:\. ){4,}", text), "des points de conduite dans le texte"


def test_each_cell_of_a_table_finds_its_headers(pdf: pypdf.PdfReader) -> None:
    tree: Any = pdf.trailer["/Root"]["/StructTreeRoot"]  # type: ignore[index]
    names = [each.get_object()["/Names"] for each in tree["/IDTree"]["/Kids"]]
    known = {bytes(name.original_bytes): node.get_object() for each in names for name, node in _pairs(each)}
    assert list(known) == sorted(known)
    heads = cells = 0
    for element, _ in _elements(tree["/K"]):
        if element["/S"] == "/TH":
            heads += 1
            assert element["/A"]["/Scope"] in {"/Column", "/Row"}
            assert known[bytes(element["/ID"].original_bytes)] == element
        if element["/S"] == "/TD":
            cells += 1
            assert {bytes(each.original_bytes) for each in element["/A"]["/Headers"]} <= known.keys()
    assert heads > 10
    assert cells > 10


def _pairs(names: list[Any]) -> Iterator[tuple[Any, Any]]:
    return zip(names[::2], names[1::2], strict=True)


def test_figures_say_their_values_and_links_stand_alone(pdf: pypdf.PdfReader) -> None:
    tree: Any = pdf.trailer["/Root"]["/StructTreeRoot"]  # type: ignore[index]
    for element, above in _elements(tree["/K"]):
        if element["/S"] == "/Figure":
            title, _, values = element["/Alt"].partition(" — ")
            assert title
            assert re.search(r"\d", values), title
        assert not (element["/S"] == "/Link" and "/Link" in above)
    notes = [note.get_object() for page in pdf.pages for note in page.get("/Annots", ())]
    assert all(note["/F"] & 4 for note in notes)


def test_what_is_repeated_on_every_page_is_no_content(pdf: pypdf.PdfReader) -> None:
    """Every piece of content is in the tree, or is said to be an artifact."""
    tree: Any = pdf.trailer["/Root"]["/StructTreeRoot"]  # type: ignore[index]
    told: dict[Any, set[int]] = {}
    for element, _ in _elements(tree["/K"]):
        if "/K" in element and "/Pg" in element:
            told.setdefault(element.raw_get("/Pg").idnum, set()).update(_marks(element["/K"]))
    for page in pdf.pages:
        content = page.get_contents()
        assert content is not None
        marks = {int(mark) for mark in re.findall(rb"/MCID (\d+)", content.get_data())}
        assert page.indirect_reference is not None
        assert marks == told.get(page.indirect_reference.idnum, set())


@pytest.mark.parametrize("name", WORD)
def test_a_word_file_is_dated_titled_in_french_and_its_tables_have_heads(folder: Path, name: str) -> None:
    file = docx.Document(str(folder / name))
    properties = file.core_properties
    assert properties.title
    assert properties.language == "fr-FR"
    assert properties.created == properties.modified
    assert properties.created is not None
    assert properties.created.year > 2025
    with zipfile.ZipFile(folder / name) as parts:
        assert not [part for part in parts.namelist() if "thumbnail" in part]
        assert not [part for part in parts.namelist() if part.endswith(".xml") and b"2013-" in parts.read(part)]
        styles = parts.read("word/styles.xml").decode()
    assert 'w:val="fr-FR"' in styles
    # Key figures side by side are laid out, not tabled: they have no grid.
    for table in (each for each in file.tables if each.style is not None and each.style.name == "Table Grid"):
        assert table.rows[0]._tr.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
    for drawing in file.element.body.iter(qn("wp:docPr")):
        assert drawing.get("descr"), drawing.get("name")
    levels = [int(p.style.name[-1]) for p in file.paragraphs if p.style and p.style.name.startswith("Heading ")]
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    assert any(p.style and p.style.name in {"Title", "Heading 1"} for p in file.paragraphs)
