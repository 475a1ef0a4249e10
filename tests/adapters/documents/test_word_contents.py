"""The contents and the typeface that Word files carry: right as they are opened, on any machine."""

import io
import re
import uuid
import zipfile
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from fontTools.ttLib import TTFont
from odfdo import Document as OdtDocument

from rebond.adapters.documents.embedded_fonts import WEIGHTS, font_file
from rebond.restitution import identity


def _style(paragraph: Paragraph) -> str:
    return (paragraph.style and paragraph.style.name) or ""


def test_the_contents_of_the_report_are_a_field_whose_lines_are_its_titles(folder: Path) -> None:
    file = docx.Document(str(folder / "restitution.docx"))
    lines = [paragraph for paragraph in file.paragraphs if _style(paragraph).lower() == "toc 1"]
    titles = [paragraph for paragraph in file.paragraphs if _style(paragraph) == "Heading 1"]
    assert [line.text for line in lines] == [title.text for title in titles]
    assert len(lines) > 5
    body = file.element.body
    marks = {mark.get(qn("w:name")) for mark in body.iter(qn("w:bookmarkStart"))}
    leads = [link.get(qn("w:anchor")) for link in body.iter(qn("w:hyperlink"))]
    assert len(set(leads)) == len(lines)
    assert set(leads) <= marks
    (field,) = ("".join(each.itertext()) for each in body.iter(qn("w:instrText")))
    assert field.split() == ["TOC", "\\o", '"1-1"', "\\n", "\\h", "\\z", "\\u"]
    kinds = [each.get(qn("w:fldCharType")) for each in body.iter(qn("w:fldChar"))]
    assert kinds == ["begin", "separate", "end"]
    # No office asks whether to update it, and no number of a page is guessed.
    assert file.settings.element.find(qn("w:updateFields")) is None
    assert not any(re.search(r"\d+$", line.text) for line in lines if line.text in {"Calendrier", "En bref"})


@pytest.mark.parametrize("name", ["restitution.docx", "communique.docx", "feuille-de-route.docx"])
def test_a_word_file_carries_the_typeface_that_it_names(folder: Path, name: str) -> None:
    with zipfile.ZipFile(folder / name) as archive:
        table = archive.read("word/fontTable.xml").decode()
        links = archive.read("word/_rels/fontTable.xml.rels").decode()
        assert "obfuscatedFont" in archive.read("[Content_Types].xml").decode()
        assert "embedTrueTypeFonts" in archive.read("word/settings.xml").decode()
        entry = re.search(rf'<w:font [^>]*w:name="{identity.FONT}".*?</w:font>', table, re.DOTALL)
        assert entry
        for style in WEIGHTS:
            link, key = re.search(rf'<w:embed{style} r:id="(\w+)" w:fontKey="{{([\w-]+)}}"', entry[0]).groups()  # type: ignore[union-attr]
            target = re.search(rf'Target="([^"]+)" Id="{link}"|Id="{link}"[^>]*Target="([^"]+)"', links)
            assert target
            content = bytearray(archive.read("word/" + (target[1] or target[2])))
            mask = uuid.UUID(key).bytes[::-1]
            for rank in range(32):
                content[rank] ^= mask[rank % 16]
            assert bytes(content) == font_file(style)


def test_the_typeface_is_that_of_the_site_in_two_weights_and_may_be_carried() -> None:
    for style, weight in WEIGHTS.items():
        font = TTFont(io.BytesIO(font_file(style)))
        assert font["name"].getDebugName(1) == identity.FONT
        assert font["name"].getDebugName(2) == style
        assert (font["OS/2"].usWeightClass, font["OS/2"].fsType) == (weight, 0)
        assert "fvar" not in font
        assert {ord(letter) for letter in "Éàœ€«»’–\u00a0"} <= font.getBestCmap().keys()


def test_a_draft_in_writer_is_marked_on_every_page_and_carries_the_typeface(folder: Path) -> None:
    path = folder / "communique.odt"
    with zipfile.ZipFile(path) as archive:
        styles, manifest = (archive.read(name).decode() for name in ("styles.xml", "META-INF/manifest.xml"))
        layout = re.search(r"<style:page-layout-properties.*?</style:page-layout-properties>", styles, re.DOTALL)
        assert layout
        image = re.search(r'<style:background-image xlink:href="([^"]+)"', layout[0])
        assert image
        assert archive.read(image[1]).startswith(b"\x89PNG")
        fonts = re.findall(r'font-face-uri xlink:href="([^"]+)"', styles)
        assert [archive.read(name) for name in fonts] == [font_file(style) for style in WEIGHTS]
        assert all(f'"{name}"' in manifest for name in (image[1], *fonts))
    foot = re.search(r"<style:footer>.*?</style:footer>", styles, re.DOTALL)
    assert foot
    assert "Propositions non décidées" in foot[0]
    # The mark is a picture: nobody who listens hears « Projet » between two paragraphs.
    assert "Projet" not in OdtDocument(str(path)).get_formatted_text().split("\n")
