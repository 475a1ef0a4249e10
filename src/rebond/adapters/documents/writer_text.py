"""The release as a text that Writer opens (.odt): paragraphs and lists, in the look of the other documents."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

from PIL import Image

from rebond.adapters.documents.embedded_fonts import WEIGHTS, font_file
from rebond.adapters.documents.stable_zip import MOMENT
from rebond.adapters.documents.watermark import watermark_picture
from rebond.adapters.documents.word_marks import is_logo
from rebond.restitution import identity
from rebond.restitution.contents import (
    Bullets,
    Document,
    Notice,
    Paragraph,
    Period,
    Piece,
    Quote,
    Section,
    Text,
    is_to_fill,
    to_fill,
)
from rebond.restitution.typography import french_date, french_period, typeset

_MIME: Final = "application/vnd.oasis.opendocument.text"
_OASIS: Final = "urn:oasis:names:tc:opendocument:xmlns"
_NAMESPACES: Final = (
    " ".join(
        f'xmlns:{name}="{_OASIS}:{where}:1.0"'
        for name, where in (
            ("office", "office"),
            ("style", "style"),
            ("text", "text"),
            ("draw", "drawing"),
            ("fo", "xsl-fo-compatible"),
            ("svg", "svg-compatible"),
            ("meta", "meta"),
        )
    )
    + ' xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:loext="urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0"'
)
_LOGO_CM: Final = 1.8
_MARK: Final = "Pictures/projet.png"
_STYLES: Final = (
    ("Standard", 10.0, identity.INK, "normal", 0.18),
    ("Title", 16.0, identity.NAVY, "bold", 0.15),
    ("Subtitle", 9.5, identity.NAVY, "normal", 0.08),
    ("Notice", 8.5, identity.QUIET_INK, "normal", 0.15),
    ("Lead", 10.0, identity.INK, "bold", 0.18),
    ("Foot", 8.0, identity.QUIET_INK, "normal", 0.0),
)
"""Name, size in points, colour, weight, space after in centimetres."""


def write_odt(path: Path, document: Document, *, logos: Path | None = None) -> None:
    """Write a document of paragraphs and lists; the same contents give the same bytes."""
    images = [logos / name for name in document.logos if logos is not None and is_logo(name, logos)]
    files = {f"Pictures/{rank}{image.suffix.lower()}": image for rank, image in enumerate(images)}
    found = {image.name for image in images}
    lacking = [to_fill(f"logo « {name} »") for name in document.logos if name not in found]
    body = f"<office:body><office:text>{_body(document, files, lacking)}</office:text></office:body>"
    parts = {
        "content.xml": _part("document-content", body),
        "styles.xml": _part("document-styles", _styles(document)),
        "meta.xml": _part("document-meta", _meta(document)),
    }
    with zipfile.ZipFile(path, "w") as archive:
        # The first part, not compressed: that is how the format is recognised.
        _add(archive, "mimetype", _MIME.encode(), zipfile.ZIP_STORED)
        for name, text in parts.items():
            _add(archive, name, text.encode(), zipfile.ZIP_DEFLATED)
        held = {name: image.read_bytes() for name, image in files.items()}
        held |= {_font_name(style): font_file(style) for style in WEIGHTS}
        if document.draft:
            held[_MARK] = watermark_picture()
        for name, content in held.items():
            _add(archive, name, content, zipfile.ZIP_DEFLATED)
        _add(archive, "META-INF/manifest.xml", _manifest([*parts, *held]).encode(), zipfile.ZIP_DEFLATED)


def _font_name(style: str) -> str:
    return f"Fonts/source-sans-3-{style.lower()}.ttf"


def _add(archive: zipfile.ZipFile, name: str, content: bytes, compression: int) -> None:
    archive.writestr(zipfile.ZipInfo(name, MOMENT), content, compress_type=compression)


def _part(name: str, content: str) -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><office:{name} {_NAMESPACES} office:version="1.3">'
        f"{content}</office:{name}>"
    )


def _manifest(names: Sequence[str]) -> str:
    kinds = {".xml": "text/xml", ".png": "image/png", ".ttf": "application/x-font-ttf"}
    space = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    entries = "".join(
        f'<manifest:file-entry manifest:full-path="{escape(name)}" '
        f'manifest:media-type="{kinds.get(Path(name).suffix, "image/jpeg")}"/>'
        for name in names
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><manifest:manifest xmlns:manifest="{space}" manifest:version="1.3">'
        f'<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="{_MIME}"/>'
        f"{entries}</manifest:manifest>"
    )


def _meta(document: Document) -> str:
    title = escape(typeset(f"{document.subtitle} — {document.title}"))
    day = f"{document.dated.isoformat()}T00:00:00"
    return (
        f"<office:meta><dc:title>{title}</dc:title><dc:language>fr-FR</dc:language>"
        f"<meta:creation-date>{day}</meta:creation-date><dc:date>{day}</dc:date></office:meta>"
    )


def _styles(document: Document) -> str:
    faces = (
        f'<office:font-face-decls><style:font-face style:name="{identity.FONT}" '
        f'svg:font-family="&apos;{identity.FONT}&apos;"><svg:font-face-src>'
        + "".join(
            f'<svg:font-face-uri xlink:href="{_font_name(style)}" xlink:type="simple" loext:font-style="normal" '
            f'loext:font-weight="{"bold" if style == "Bold" else "normal"}">'
            '<svg:font-face-format svg:string="truetype"/></svg:font-face-uri>'
            for style in WEIGHTS
        )
        + "</svg:font-face-src></style:font-face></office:font-face-decls>"
    )
    named = "".join(
        f'<style:style style:name="{name}" style:family="paragraph"><style:paragraph-properties '
        f'fo:margin-top="0cm" fo:margin-bottom="{after}cm"/><style:text-properties style:font-name="{identity.FONT}" '
        f'fo:font-size="{size}pt" fo:color="{colour}" fo:font-weight="{weight}" fo:language="fr" fo:country="FR"/>'
        "</style:style>"
        for name, size, colour, weight, after in _STYLES
    )
    fill = (
        '<style:style style:name="ToFill" style:family="text"><style:text-properties '
        f'fo:background-color="{identity.AMBER_WASH}"/></style:style>'
    )
    # Behind the text of every page, as in the other documents: a picture, never words that a reader would hear.
    mark = (
        f'<style:background-image xlink:href="{_MARK}" xlink:type="simple" xlink:actuate="onLoad" '
        'style:position="center center" style:repeat="no-repeat"/>'
        if document.draft
        else ""
    )
    foot = _line("Foot", (" · ".join(document.foot),))
    return (
        f"{faces}<office:styles>{named}{fill}</office:styles><office:automatic-styles>"
        '<style:page-layout style:name="A4"><style:page-layout-properties fo:page-width="21cm" fo:page-height="29.7cm" '
        'fo:margin-top="1.6cm" fo:margin-bottom="1.6cm" fo:margin-left="2cm" fo:margin-right="2cm">'
        f"{mark}</style:page-layout-properties>"
        "<style:header-style/><style:footer-style/></style:page-layout></office:automatic-styles>"
        '<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="A4">'
        f"<style:footer>{foot}</style:footer></style:master-page></office:master-styles>"
    )


def _body(document: Document, pictures: Mapping[str, Path], lacking: Sequence[str]) -> str:
    head = [_logos(pictures)] if pictures else []
    head += [_line("Lead", (Quote(text=words),)) for words in (*document.ahead, *lacking)]
    head.append(_line("Subtitle", (document.subtitle.upper(),)))
    head.append(f'<text:h text:style-name="Title" text:outline-level="1">{_words(document.title)}</text:h>')
    head.append(_line("Standard", document.dateline))
    head += [_line("Notice", (warning,)) for warning in document.warnings]
    return "".join([*head, *(part for section in document.sections for part in _section(section))])


def _logos(pictures: Mapping[str, Path]) -> str:
    frames = []
    for rank, (name, path) in enumerate(pictures.items()):
        with Image.open(path) as image:
            width = _LOGO_CM * image.width / image.height
        frames.append(
            f'<draw:frame draw:name="logo{rank}" text:anchor-type="as-char" svg:width="{width:.2f}cm" '
            f'svg:height="{_LOGO_CM}cm"><draw:image xlink:href="{name}" xlink:type="simple" xlink:show="embed" '
            f'xlink:actuate="onLoad"/><svg:title>Logo : {escape(path.stem)}</svg:title></draw:frame>'
        )
    return f'<text:p text:style-name="Standard">{"<text:s/>".join(frames)}</text:p>'


def _section(section: Section) -> Iterator[str]:
    if section.title:
        yield f'<text:h text:style-name="Subtitle" text:outline-level="2">{_words(section.title)}</text:h>'
    for block in section.blocks:
        match block:
            case Paragraph():
                yield _line("Lead" if block.lead else "Standard", block.text)
            case Bullets() | Notice():
                items = "".join(f"<text:list-item>{_line('Standard', item)}</text:list-item>" for item in block.items)
                yield f"<text:list>{items}</text:list>"
            case _:
                raise TypeError(f"{type(block).__name__} n'a pas de forme dans un texte OpenDocument")


def _line(style: str, text: Text) -> str:
    return f'<text:p text:style-name="{style}">{"".join(map(_piece, text))}</text:p>'


def _piece(piece: Piece) -> str:
    match piece:
        case str():
            return _words(piece)
        case Period():
            return escape(typeset(french_period(piece.start, piece.end)))
        case date():
            return escape(french_date(piece))
        case Quote() if is_to_fill(piece.text):
            return f'<text:span text:style-name="ToFill">{_words(piece.text)}</text:span>'
        case _:
            return _words(getattr(piece, "text", "") or getattr(piece, "id", ""))


def _words(text: str) -> str:
    return escape(typeset(text)).replace("\n", "<text:line-break/>")
