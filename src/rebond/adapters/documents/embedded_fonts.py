"""The typeface of the site inside Word and Writer files: a page looks the same on a machine that never had it.

Source Sans 3 is under the SIL Open Font License, which lets a document carry it (``SOURCE-SANS-3-LICENSE.txt``, and its
own ``fsType`` of 0). Word wants each font obfuscated by a key that goes with it (ECMA-376, part 4, §2.8.1).
"""

from __future__ import annotations

import uuid
from functools import cache
from io import BytesIO
from typing import Final

from docx.document import Document as WordFile
from docx.opc.oxml import serialize_part_xml
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

from rebond.adapters.documents.raster import FONT_FILE
from rebond.restitution import identity

WEIGHTS: Final = {"Regular": 400, "Bold": 700}
_OBFUSCATED: Final = "application/vnd.openxmlformats-officedocument.obfuscatedFont"
_RELATION: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/font"
_KEYED: Final = 32
"""Bytes of the head of a font that the key goes over, twice."""
_NAMES: Final = {1: identity.FONT, 2: "{}", 4: f"{identity.FONT} {{}}", 6: "SourceSans3-{}"}
_W: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_BEFORE_FONTS: Final = frozenset(
    map(
        qn,
        (
            *("w:writeProtection", "w:view", "w:zoom", "w:removePersonalInformation", "w:removeDateAndTime"),
            *("w:doNotDisplayPageBoundaries", "w:displayBackgroundShape", "w:printPostScriptOverText"),
            *("w:printFractionalCharacterWidth", "w:printFormsData"),
        ),
    )
)
"""What Word wants before it in the settings of a file."""


@cache
def font_file(style: str) -> bytes:
    """One weight as a TrueType file; the same bytes each time."""
    font = TTFont(FONT_FILE, recalcTimestamp=False)
    font.flavor = None
    font = instantiateVariableFont(font, {"wght": WEIGHTS[style]})
    names = font["name"]
    for rank in (16, 17, 25):
        names.removeNames(nameID=rank)
    for rank, words in _NAMES.items():
        names.setName(words.format(style), rank, 3, 1, 0x409)
    font["OS/2"].usWeightClass = WEIGHTS[style]
    is_bold = style == "Bold"
    font["OS/2"].fsSelection = 0x20 if is_bold else 0x40
    font["head"].macStyle = int(is_bold)
    made = BytesIO()
    font.save(made, reorderTables=False)
    return made.getvalue()


def obfuscated(content: bytes, key: uuid.UUID) -> bytes:
    """A font as Word stores it: its first bytes crossed with the key, read backwards."""
    mask = key.bytes[::-1] * 2
    return bytes(each ^ over for each, over in zip(content, mask, strict=False)) + content[_KEYED:]


def embed_in_word(file: WordFile) -> None:
    """Put the typeface in a Word file, and say that it is there."""
    table = next(link.target_part for link in file.part.rels.values() if link.reltype.endswith("/fontTable"))
    tree = parse_xml(table.blob)
    entry = parse_xml(
        f'<w:font xmlns:w="{_W}" xmlns:r="{_R}" w:name="{identity.FONT}"><w:charset w:val="00"/></w:font>'
    )
    for style in WEIGHTS:
        content = font_file(style)
        key = uuid.uuid5(uuid.NAMESPACE_OID, f"{identity.FONT} {style}")
        name = PackURI(f"/word/fonts/{style.lower()}.odttf")
        part = Part(name, _OBFUSCATED, obfuscated(content, key), file.part.package)
        mark = OxmlElement(f"w:embed{style}")
        mark.set(qn("r:id"), table.relate_to(part, _RELATION))
        mark.set(qn("w:fontKey"), f"{{{str(key).upper()}}}")
        entry.append(mark)
    tree.append(entry)
    table._blob = serialize_part_xml(tree)  # noqa: SLF001 - a part that python-docx only carries
    settings = file.settings.element
    said = OxmlElement("w:embedTrueTypeFonts")
    before = [child for child in settings if child.tag in _BEFORE_FONTS]
    if before:
        before[-1].addnext(said)
    else:
        settings.insert(0, said)
