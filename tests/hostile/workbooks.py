"""Hostile workbooks: the archive, its parts, its sheets and its cells, one at a time."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from xml.sax.saxutils import escape

Made = tuple[str, bytes | Callable[[], bytes], bool]
"""Name, bytes or how to make them, and whether the file is heavy."""
_SHEET = "xl/worksheets/sheet{}.xml"
_CELLS = re.compile(rb'<c r="([A-Z]+)(\d+)"[^>]*?(?:/>|>.*?</c>)')
_HEAD = b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
_TAIL = b"</sheetData></worksheet>"


def hostile_workbooks(content: bytes) -> Iterator[Made]:
    """Every workbook, from a good one."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    yield from _archives(content, parts)
    yield from _parts(parts)
    yield from _cells(parts)
    yield from _bombs(parts)
    yield from _open_documents()


def pack(parts: dict[str, bytes], mode: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive of parts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", mode) as archive:
        for name, raw in parts.items():
            archive.writestr(name, raw)
    return stream.getvalue()


def packed(parts: dict[str, bytes], mode: int = zipfile.ZIP_DEFLATED) -> Callable[[], bytes]:
    """How to make an archive of parts: a run of the tests looks at one file in twenty-five."""
    return partial(pack, parts, mode)


def _archives(content: bytes, parts: dict[str, bytes]) -> Iterator[Made]:
    for part in range(1, 20):
        yield f"coupe-{part}.xlsx", content[: len(content) * part // 20], False
    for place in range(7, len(content), max(1, len(content) // 60)):
        flipped = bytearray(content)
        flipped[place] ^= 0xFF
        yield f"octet-{place}.xlsx", bytes(flipped), False
    for suffix in (".xls", ".ods", ".xlsm", ".csv", ".zip", ".XLSX", ".xlsx.xlsx", ".numbers", ".html", ""):
        yield f"nom{suffix or '-sans'}", content, False
    yield "prefixe.xlsx", b"x" * 100 + content, False
    yield "suffixe.xlsx", content + b"x" * 100, False
    yield "macros.xlsx", packed({**parts, "xl/vbaProject.bin": b"x"}), False
    yield "double.xlsx", _doubled(parts), False
    yield "casse.xlsx", packed({**parts, "XL/WORKBOOK.XML": b"<x/>"}), False
    yield "chemin.xlsx", packed({**parts, "../../evil.xml": b"<x/>"}), False
    yield "non-compresse.xlsx", packed(parts, zipfile.ZIP_STORED), False
    yield "bzip2.xlsx", packed(parts, zipfile.ZIP_BZIP2), False
    yield "lzma.xlsx", packed(parts, zipfile.ZIP_LZMA), False
    yield "parties.xlsx", packed({**parts, **{f"xl/media/{n}.bin": b"" for n in range(6_000)}}), False
    encrypted = bytearray(content)
    for match in re.finditer(rb"PK\x01\x02|PK\x03\x04", content):
        encrypted[match.start() + (8 if match[0] == b"PK\x01\x02" else 6)] |= 1
    yield "chiffre.xlsx", bytes(encrypted), False


def _doubled(parts: dict[str, bytes]) -> bytes:
    import warnings

    stream = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(stream, "w") as archive:
        warnings.simplefilter("ignore")
        for name, raw in parts.items():
            archive.writestr(name, raw)
        archive.writestr("xl/workbook.xml", b"<x/>")
    return stream.getvalue()


def _parts(parts: dict[str, bytes]) -> Iterator[Made]:
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
    outside = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'
    for rank, name in enumerate(parts):
        changes: dict[str, bytes] = {
            "vide": b"",
            "texte": b"bonjour",
            "coupee": parts[name][: len(parts[name]) // 2],
            "entites": bomb,
            "externe": outside,
            "utf16": parts[name].decode("utf-8", "replace").encode("utf-16"),
            "profonde": b"<a>" * 20_000 + b"</a>" * 20_000,
        }
        yield f"partie-{rank}-absente.xlsx", packed({key: raw for key, raw in parts.items() if key != name}), False
        for kind, raw in changes.items():
            yield f"partie-{rank}-{kind}.xlsx", packed({**parts, name: raw}), False
    relations = "xl/_rels/workbook.xml.rels"
    for number, target in enumerate(
        (
            b"",
            b"/",
            b".",
            b"..",
            b"../../etc/passwd",
            b"\\x",
            b"worksheets/absent.xml",
            b"workbook.xml",
            b"http://x/y",
            b"a" * 70_000,
        )
    ):
        changed = re.sub(
            rb'Target="worksheets/sheet1.xml"', b'Target="' + target.replace(b"\\", b"\\\\") + b'"', parts[relations]
        )
        yield f"cible-{number}.xlsx", packed({**parts, relations: changed}), False
    for number, old in enumerate((rb' Target="[^"]*"', rb' Id="[^"]*"', rb' Type="[^"]*"')):
        yield f"sans-attribut-{number}.xlsx", packed({**parts, relations: re.sub(old, b"", parts[relations])}), False
    book = "xl/workbook.xml"
    names: tuple[bytes, ...] = (b"", b"x" * 32_000, b"../x", b"[a]", b"=1+1", b"&#10;", b"_x0000_")
    for number, title in enumerate(names):
        changed = re.sub(rb'<sheet name="[^"]*"', b'<sheet name="' + title + b'"', parts[book], count=2)
        yield f"feuille-{number}.xlsx", packed({**parts, book: changed}), False
    yield "sans-nom.xlsx", packed({**parts, book: re.sub(rb'<sheet name="[^"]*"', b"<sheet", parts[book])}), False
    many = b"".join(b'<sheet name="f%d" sheetId="%d" r:id="rId1"/>' % (n, n) for n in range(20_000))
    yield (
        "vingt-mille-feuilles.xlsx",
        packed({**parts, book: parts[book].replace(b"</sheets>", many + b"</sheets>")}),
        False,
    )


def _cells(parts: dict[str, bytes]) -> Iterator[Made]:
    """Something odd in one cell of each sheet, in turn."""
    from tests.hostile.corpus import NUMBERS, TEXTS

    sheets = [name for name in parts if name.startswith("xl/worksheets/sheet")]
    # Name, then what the cell becomes: the place goes where « @ » is.
    makers: list[tuple[str, bytes]] = []
    for number, text in enumerate(TEXTS):
        raw = escape("".join(letter for letter in text if letter >= " " or letter in "\t\r\n")).encode()
        makers.append((f"texte-{number}", b'<c r="@" t="inlineStr"><is><t>' + raw + b"</t></is></c>"))
    for number, text in enumerate(NUMBERS):
        raw = escape(text).encode()
        makers.append((f"nombre-{number}", b'<c r="@"><v>' + raw + b"</v></c>"))
        makers.append((f"ecrit-{number}", b'<c r="@" t="str"><v>' + raw + b"</v></c>"))
    for number, kind in enumerate((b"s", b"b", b"e", b"d", b"n", b"x")):
        for value in (b"", b"-1", b"999999999", b"abc", b"1e400"):
            odd = b'<c r="@" t="' + kind + b'"><v>' + value + b"</v></c>"
            makers += [(f"type-{number}-{value.decode()}", odd)]
    makers.append(("formule", b'<c r="@"><f>SUM(A1:A9)</f><v>1</v></c>'))
    places = (b"A0", b"", b"XFE1", b"AAAA1", b"A1048577", b"1A", b"A99999999999999999999", b"a1", b"\xc3\xa9")
    makers += [(f"place-{number}", b'<c r="' + place + b'"><v>1</v></c>') for number, place in enumerate(places)]
    for rank, (name, make) in enumerate(makers):
        for sheet in dict.fromkeys((sheets[rank % len(sheets)], sheets[(rank * 7 + 3) % len(sheets)])):
            found = list(_CELLS.finditer(parts[sheet]))
            below = [cell for cell in found if int(cell[2]) > 1] or found
            if not below:
                continue
            cell = below[rank % len(below)]
            changed = (
                parts[sheet][: cell.start()] + make.replace(b"@", cell[1] + cell[2], 1) + parts[sheet][cell.end() :]
            )
            yield f"cellule-{sheets.index(sheet)}-{name}.xlsx", packed({**parts, sheet: changed}), False


def _bombs(parts: dict[str, bytes]) -> Iterator[Made]:
    sheet = next(name for name in parts if name.startswith("xl/worksheets/sheet3"))

    def planted(raw: bytes) -> Callable[[], bytes]:
        return packed({**parts, sheet: raw})

    def rows(count: int, cells: bytes) -> bytes:
        return _HEAD + b"".join(b'<row r="%d">' % (n + 1) + cells + b"</row>" for n in range(count)) + _TAIL

    merges = b"".join(b'<mergeCell ref="A%d:C%d"/>' % (n, n) for n in range(2, 50_002))
    yield (
        "fusions.xlsx",
        planted(parts[sheet].replace(b"</sheetData>", b"</sheetData><mergeCells>" + merges + b"</mergeCells>")),
        False,
    )
    few = b"".join(b'<mergeCell ref="A%d:XFD%d"/>' % (n, 1_048_576) for n in range(2, 1_900))
    yield (
        "fusions-geantes.xlsx",
        planted(parts[sheet].replace(b"</sheetData>", b"</sheetData><mergeCells>" + few + b"</mergeCells>")),
        False,
    )
    yield "cellules-vides.xlsx", (lambda: pack({**parts, sheet: rows(2_500, b"<c/>" * 16_000)})), True
    yield "lignes-vides.xlsx", (lambda: pack({**parts, sheet: _HEAD + b"<row/>" * 5_000_000 + _TAIL})), True
    yield "colonnes.xlsx", planted(rows(2, b'<c t="str"><v>titre</v></c>' * 16_384)), False
    yield "colonnes-100000.xlsx", planted(rows(2, b'<c t="str"><v>t</v></c>' * 100_000)), False
    yield (
        "colonnes-1900.xlsx",
        planted(
            _HEAD
            + b'<row r="1">'
            + b"".join(b'<c t="str"><v>col %d</v></c>' % n for n in range(1_900))
            + b"</row>"
            + _TAIL
        ),
        False,
    )
    yield "valeurs.xlsx", (lambda: pack({**parts, sheet: rows(1_000, b"<c><v>1</v></c>" * 500)})), True
    yield "loin.xlsx", planted(_HEAD + b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>' + _TAIL), False
    yield "large.xlsx", planted(_HEAD + b'<row r="249"><c r="XFD249"><v>1</v></c></row>' + _TAIL), False
    text = b"<si><t>" + b"a" * 32_000 + b"</t></si>"
    shared = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    used = {**parts, "xl/sharedStrings.xml": shared + text + b"</sst>"}
    shown = b'<c t="s"><v>0</v></c>' * 10
    yield "textes-partages.xlsx", (lambda: pack({**used, sheet: rows(20_000, shown)})), True
    yield (
        "textes-vides.xlsx",
        lambda: pack({**parts, "xl/sharedStrings.xml": shared + b"<si/>" * 8_000_000 + b"</sst>"}),
        True,
    )
    yield (
        "texte-geant.xlsx",
        lambda: pack({**parts, "xl/sharedStrings.xml": shared + b"<si><t>" + b"a" * 50_000_000 + b"</t></si></sst>"}),
        True,
    )
    yield "zip-bombe.xlsx", (lambda: pack({**parts, "xl/media/image.bin": bytes(420_000_000)})), True
    yield (
        "styles.xlsx",
        lambda: pack({**parts, "xl/styles.xml": b"<styleSheet>" + b"<xf/>" * 3_000_000 + b"</styleSheet>"}),
        True,
    )


_ODS = (
    '<?xml version="1.0"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
    '<table:table table:name="projets">{}</table:table></office:spreadsheet></office:body></office:document-content>'
)


def _open_documents() -> Iterator[Made]:
    empty = '<table:table-cell table:number-columns-repeated="{}"/>'
    value = '<table:table-cell office:value-type="string"{}><text:p>{}</text:p></table:table-cell>'
    row = "<table:table-row{}>{}</table:table-row>"
    bodies = {
        "vide": "",
        "repetes": row.format(' table:number-rows-repeated="1048576"', empty.format(16_384)),
        "milliards": row.format(' table:number-rows-repeated="2000000000"', empty.format(2_000_000_000)),
        "negatif": row.format("", empty.format(-5) + value.format("", "x")),
        "zero": row.format("", empty.format(0) + value.format("", "x")),
        "mot": row.format("", empty.format("abc")),
        "loin": row.format("", empty.format(16_000) + value.format("", "x")) * 400,
        "textes": row.format(' table:number-rows-repeated="200"', value.format(' table:number-columns-repeated="500"', "a" * 30_000)),
        "valeur-repetee": row.format(' table:number-rows-repeated="1000000"', value.format(' table:number-columns-repeated="1000"', "x")),
        "type": row.format("", '<table:table-cell office:value-type="float" office:value="1e400"/>'),
        "date": row.format("", '<table:table-cell office:value-type="date" office:date-value="9999-99-99"/>'),
        "duree": row.format("", '<table:table-cell office:value-type="time" office:time-value="PT99999999999H"/>'),
        "fusion": row.format("", '<table:table-cell table:number-columns-spanned="abc"/>'),
        "sans-nom": "</table:table><table:table>",
    }  # fmt: skip
    for name, body in bodies.items():
        parts = {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": b"<m/>",
            "content.xml": _ODS.format(body).encode(),
        }
        yield f"ods-{name}.ods", packed(parts), False
        yield f"ods-{name}-nomme.xlsx", packed(parts), False
