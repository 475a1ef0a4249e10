"""The template of the deck: written here, so that what a mission downloads and changes is what Rebond uses.

A layout is found by its name, a place in it by its number: a mission moves and restyles them, and keeps both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import Any

from pptx import Presentation
from pptx.opc.oxml import serialize_part_xml
from pptx.oxml import parse_xml
from pptx.presentation import Presentation as PresentationFile
from pptx.util import Inches

from rebond.adapters.documents.stable_zip import rewritten
from rebond.restitution import identity

COVER, KEYS, POINTS = "Couverture", "Chiffres clés", "Constat et points"
CHART, CHART_POINTS, TABLE = "Constat et graphique", "Constat, graphique et points", "Constat et tableau"
OBJECT, BODY, SOURCE, UNDER, WARNING = 10, 11, 12, 13, 14
"""Numbers of the places: chart or table, points, source, under the title of the cover, its warnings."""
FIRST_TILE, TILES = 20, 8
FOOT, NUMBER = 30, 31
WIDTH, HEIGHT = 13.333, 7.5
_NS = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
)
_HANGING = 285_750
"""How far the words of a bullet stand from it, in EMU."""
_NUMBER_FIELD = "{C1FF6DA9-008F-8B48-92A6-B652298478BF}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


@dataclass(frozen=True, slots=True)
class Place:
    """A place of a layout: its kind, number, box in inches, size of its text."""

    kind: str
    number: int
    box: tuple[float, float, float, float]
    size: float
    name: str
    colour: str = "tx1"
    bold: bool = False
    bullet: bool = False
    anchor: str = "t"
    align: str = "l"


_LEFT, _WIDE = 0.6, 12.13
_TITLE = Place("title", 0, (_LEFT, 0.5, _WIDE, 1.15), 28, "Titre : le constat", colour="tx2", bold=True, anchor="b")
_SOURCE = Place("body", SOURCE, (_LEFT, 6.4, _WIDE, 0.4), 12, "Unité et source", colour="bg2", anchor="b")
_FOOT = Place("ftr", FOOT, (_LEFT, 6.92, 10.4, 0.32), 10, "Pied de page", colour="bg2", anchor="ctr")
_NUMBER = Place("sldNum", NUMBER, (11.73, 6.92, 1.0, 0.32), 10, "Numéro", colour="bg2", anchor="ctr", align="r")
_TOP, _DEEP = 1.9, 4.4


def _points(left: float, width: float, size: float = 20) -> Place:
    return Place("body", BODY, (left, _TOP, width, _DEEP), size, "Points", bullet=True)


def _tiles() -> Iterator[Place]:
    wide, deep, gap = 2.85, 1.95, 0.243
    for rank in range(TILES):
        row, column = divmod(rank, 4)
        box = (_LEFT + column * (wide + gap), _TOP + 0.1 + row * (deep + 0.3), wide, deep)
        yield Place("body", FIRST_TILE + rank, box, 16, f"Chiffre {rank + 1}", anchor="ctr")


LAYOUTS: Mapping[str, tuple[Place, ...]] = {
    COVER: (
        Place("ctrTitle", 0, (0.9, 2.0, 11.4, 1.7), 40, "Titre de la mission", colour="tx2", bold=True, anchor="b"),
        Place("body", UNDER, (0.9, 3.85, 11.4, 0.9), 22, "Séance, lieu et date", colour="bg2"),
        Place("body", WARNING, (0.9, 5.35, 11.4, 1.1), 14, "Ce qu'il faut savoir avant de lire"),
    ),
    KEYS: (_TITLE, *_tiles(), _SOURCE, _FOOT, _NUMBER),
    POINTS: (_TITLE, _points(_LEFT, _WIDE, 24), _SOURCE, _FOOT, _NUMBER),
    CHART: (_TITLE, Place("chart", OBJECT, (_LEFT, _TOP, _WIDE, _DEEP), 14, "Graphique"), _SOURCE, _FOOT, _NUMBER),
    CHART_POINTS: (
        _TITLE,
        Place("chart", OBJECT, (_LEFT, _TOP, 8.0, _DEEP), 14, "Graphique"),
        _points(8.85, 3.88),
        _SOURCE,
        _FOOT,
        _NUMBER,
    ),
    TABLE: (_TITLE, Place("tbl", OBJECT, (_LEFT, _TOP, _WIDE, _DEEP), 14, "Tableau"), _SOURCE, _FOOT, _NUMBER),
}
"""Layout → its places, in the order they are read."""
OPTIONAL = frozenset({SOURCE, UNDER, WARNING, FOOT, NUMBER})
"""Places that a template may do without."""
_ONE_TITLE = frozenset({"title", "ctrTitle"})


@cache
def default_template() -> bytes:
    """The template as a file: six layouts, no slide."""
    file = Presentation()
    file.slide_width, file.slide_height = Inches(WIDTH), Inches(HEIGHT)
    _strip(file)
    _theme(file)
    _master(file)
    for layout, (name, places) in zip(file.slide_layouts, LAYOUTS.items(), strict=True):
        _layout(layout, name, places)
    properties = file.core_properties
    properties.title, properties.author, properties.language = "Modèle de présentation", "Rebond", "fr-FR"
    held = BytesIO()
    file.save(held)
    return rewritten(held.getvalue())


def _strip(file: PresentationFile) -> None:
    """Leave six layouts of the eleven, and neither the picture nor the printer of who made the model file."""
    for layout in list(file.slide_layouts)[len(LAYOUTS) :]:
        file.slide_layouts.remove(layout)
    for relations in (file.part.package._rels, file.part.rels):  # noqa: SLF001 - no other way to the package's links
        for key, link in list(relations.items()):
            if link.reltype.endswith(("/thumbnail", "/printerSettings")):
                relations.pop(key)
    for node in file.part._element.iter(f"{_A}defRPr"):  # noqa: SLF001 - its texts have no language of their own
        node.set("lang", "fr-FR")


def _theme(file: PresentationFile) -> None:
    """The colours and typeface of Rebond, where a mission changes them once for all its slides."""
    part = next(link.target_part for link in file.slide_master.part.rels.values() if link.reltype.endswith("/theme"))
    tree: Any = parse_xml(part.blob)
    colours = {
        "dk1": identity.INK,
        "lt1": identity.PAPER,
        "dk2": identity.NAVY,
        "lt2": identity.QUIET_INK,
        "accent1": identity.NAVY,
        "accent2": identity.BLUE,
        "accent3": identity.AMBER,
        "accent4": identity.NEUTRAL,
        "accent5": identity.PALE,
        "accent6": identity.GREEN,
        "hlink": identity.NAVY,
        "folHlink": identity.QUIET_INK,
    }
    tree.set("name", "Rebond")
    for key, colour in colours.items():
        node = tree.find(f".//{_A}clrScheme/{_A}{key}")
        for child in list(node):
            node.remove(child)
        node.append(parse_xml(f'<a:srgbClr {_NS} val="{identity.bare(colour)}"/>'))
    for latin in tree.iter(f"{_A}latin"):
        latin.set("typeface", identity.FONT)
    part._blob = serialize_part_xml(tree)  # noqa: SLF001 - a part that python-pptx only carries


def _master(file: PresentationFile) -> None:
    master = file.slide_master
    tree = master.shapes._spTree  # noqa: SLF001 - a master's shapes are only read by python-pptx
    for shape in list(master.placeholders):
        tree.remove(shape._element)  # noqa: SLF001 - python-pptx removes no shape
    for number, place in enumerate((_TITLE, _points(_LEFT, _WIDE), _FOOT, _NUMBER), start=2):
        tree.append(_shape(place, number, in_master=True))
    element = master._element  # noqa: SLF001 - python-pptx reads no style of a master
    styles = element.find("{http://schemas.openxmlformats.org/presentationml/2006/main}txStyles")
    for node in styles.iter(f"{_A}defRPr"):
        node.set("lang", "fr-FR")


def _layout(layout: Any, name: str, places: tuple[Place, ...]) -> None:
    element = layout._element  # noqa: SLF001 - python-pptx does not write layouts
    element.cSld.set("name", name)
    element.attrib.pop("type", None)
    tree = element.cSld.spTree
    for node in list(tree)[2:]:
        tree.remove(node)
    tree.append(_band(cover=name == COVER))
    for number, place in enumerate(places, start=3):
        tree.append(_shape(place, number))


def _band(*, cover: bool) -> Any:
    """The mark of the deck: a band of navy, on the left of the cover, at the head of the slides."""
    x, y, wide, deep = (0, 0, 0.35, HEIGHT) if cover else (0, 0, WIDTH, 0.16)
    return parse_xml(
        f'<p:sp {_NS}><p:nvSpPr><p:cNvPr id="2" name="Bandeau"/><p:cNvSpPr/><p:nvPr userDrawn="1"/></p:nvSpPr>'
        f'<p:spPr>{_box((x, y, wide, deep))}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
        '<a:solidFill><a:schemeClr val="accent1"/></a:solidFill><a:ln><a:noFill/></a:ln></p:spPr>'
        '<p:txBody><a:bodyPr/><a:lstStyle/><a:p><a:endParaRPr lang="fr-FR"/></a:p></p:txBody></p:sp>'
    )


def _box(box: tuple[float, float, float, float]) -> str:
    x, y, wide, deep = (int(Inches(each)) for each in box)
    return f'<a:xfrm><a:off x="{x}" y="{y}"/><a:ext cx="{wide}" cy="{deep}"/></a:xfrm>'


def _shape(place: Place, number: int, *, in_master: bool = False) -> Any:
    kind = f'type="{place.kind}"'
    index = "" if place.kind in _ONE_TITLE else f' idx="{1 if in_master and place.kind == "body" else place.number}"'
    bullet = '<a:buFont typeface="Arial"/><a:buChar char="•"/>' if place.bullet else "<a:buNone/>"
    indent = f'marL="{_HANGING}" indent="-{_HANGING}"' if place.bullet else 'marL="0" indent="0"'
    bold = ' b="1"' if place.bold else ' b="0"'
    space = '<a:spcBef><a:spcPts val="900"/></a:spcBef>' if place.bullet else '<a:spcBef><a:spcPts val="0"/></a:spcBef>'
    said = f'<a:fld id="{_NUMBER_FIELD}" type="slidenum"><a:rPr lang="fr-FR"/><a:t>‹N°›</a:t></a:fld>'
    words = said if place.kind == "sldNum" else f'<a:r><a:rPr lang="fr-FR"/><a:t>{place.name}</a:t></a:r>'
    return parse_xml(
        f'<p:sp {_NS}><p:nvSpPr><p:cNvPr id="{number}" name="{place.name}"/>'
        '<p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr>'
        f"<p:nvPr><p:ph {kind}{index}/></p:nvPr></p:nvSpPr><p:spPr>{_box(place.box)}"
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr>'
        f'<p:txBody><a:bodyPr vert="horz" wrap="square" lIns="0" tIns="0" rIns="0" bIns="0" anchor="{place.anchor}">'
        f'<a:noAutofit/></a:bodyPr><a:lstStyle><a:lvl1pPr algn="{place.align}" {indent}>{space}{bullet}'
        f'<a:defRPr lang="fr-FR" sz="{int(place.size * 100)}"{bold}><a:solidFill><a:schemeClr val="{place.colour}"/>'
        f"</a:solidFill></a:defRPr></a:lvl1pPr></a:lstStyle><a:p>{words}</a:p></p:txBody></p:sp>"
    )
