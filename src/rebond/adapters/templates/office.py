"""Whether an office file may serve as a template: its size, what it carries, what it would fetch or run elsewhere."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping

from lxml import etree

from rebond.units import format_number

MOST_BYTES = 8_000_000
"""A template with a logo weighs a few hundred kilobytes."""
_MOST_UNPACKED = 40_000_000
_MOST_PART = 2_000_000
"""One XML part: a letter of ten pages has two hundred kilobytes."""
_MOST_PARTS = 500
_MOST_DEPTH = 200
_CHUNK = 1 << 16
_MAIN: Mapping[str, str] = {"docx": "word/document.xml", "pptx": "ppt/presentation.xml"}
_NAMES: Mapping[str, str] = {"docx": "Word (.docx)", "pptx": "PowerPoint (.pptx)"}
_CARRIED = {
    "vbaproject": "des macros",
    "vbadata": "des macros",
    "activex": "un contrôle ActiveX",
    "embeddings/oleobject": "un objet d'un autre logiciel",
    "customui": "des boutons d'un complément",
    "webextension": "un complément",
    "/externallink": "un lien vers un autre classeur",
    "/afchunk": "un document inséré",
}
_MACRO_TYPES = ("macroenabled", "vnd.ms-office.vbaproject")
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HARMLESS = frozenset({"PAGE", "NUMPAGES", "SECTIONPAGES", "TOC", "REF", "PAGEREF", "STYLEREF", "HYPERLINK", "SEQ"})
"""Word fields that read this document and nothing else."""
_WEB = re.compile(r"^(https?://|mailto:)", re.IGNORECASE)
_ACTION = re.compile(rb"ppaction://(program|macro|ole)", re.IGNORECASE)
_MARKUP = re.compile(rb"(\xef\xbb\xbf)?\s*<[?!A-Za-z]|\xff\xfe|\xfe\xff|<\0|\0<")
_UTF8 = frozenset({"utf-8", "us-ascii", "ascii"})
_SVG = "{http://www.w3.org/2000/svg}"
_BROKEN = (zipfile.BadZipFile, zlib.error, ValueError, OSError, NotImplementedError, EOFError, RuntimeError)


def office_faults(content: bytes, kind: str) -> list[str]:
    """What forbids a file to serve, every fault at once; empty: it may be opened. ``kind``: ``docx`` or ``pptx``."""
    if not content:
        return ["Le fichier est vide : choisissez le bon fichier."]
    if len(content) > MOST_BYTES:
        return [f"Le fichier dépasse {MOST_BYTES // 1_000_000} Mo : réduisez ses images, puis enregistrez-le."]
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = _unpacked(archive)
    except _TooHeavyError as error:
        return [str(error)]
    except _BROKEN:
        return [f"Ce n'est pas un fichier {_NAMES[kind]} lisible : enregistrez-le de nouveau sous ce format."]
    if _MAIN[kind] not in parts:
        return [f"Ce n'est pas un fichier {_NAMES[kind]} : enregistrez-le sous ce format."]
    return list(dict.fromkeys(_faults(parts)))


class _TooHeavyError(Exception):
    """A file that no template would be."""


def _unpacked(archive: zipfile.ZipFile) -> dict[str, bytes]:
    """Every part, counted while it streams: the sizes that an archive declares may lie."""
    entries = archive.infolist()
    if len(entries) > _MOST_PARTS:
        raise _TooHeavyError(f"Le fichier a plus de {_MOST_PARTS} parties : enregistrez-le de nouveau, simplifié.")
    if len({entry.filename.lower() for entry in entries}) != len(entries):
        # Two readers would not read the same one.
        raise _TooHeavyError("Deux parties du fichier ont le même nom : enregistrez-le de nouveau.")
    parts, left = {}, _MOST_UNPACKED
    for entry in entries:
        is_xml = entry.filename.lower().endswith((".xml", ".rels"))
        most = min(left, _MOST_PART) if is_xml else left
        held = bytearray()
        with archive.open(entry) as stream:
            while chunk := stream.read(_CHUNK):
                held += chunk
                if len(held) > most:
                    size = format_number((_MOST_PART if is_xml else _MOST_UNPACKED) // 1_000_000)
                    raise _TooHeavyError(f"Une fois décompressé, le fichier dépasse {size} Mo : allégez-le.")
        left -= len(held)
        parts[entry.filename] = bytes(held)
    return parts


def _faults(parts: Mapping[str, bytes]) -> Iterator[str]:
    for name in parts:
        told = next((words for mark, words in _CARRIED.items() if mark in f"/{name.lower()}"), "")
        if told:
            yield _carries(told)
    if any(mark in parts.get("[Content_Types].xml", b"").decode("utf-8", "replace").lower() for mark in _MACRO_TYPES):
        yield _carries("des macros")
    for name, content in parts.items():
        # Whatever it is called: what is opened first is what the relationships name.
        if name.lower().endswith((".xml", ".rels")) or _MARKUP.match(content):
            yield from _faults_of_part(name, content)


def _carries(told: str) -> str:
    return f"Le fichier contient {told}, ce qu'un modèle ne peut pas faire : enregistrez-le de nouveau sans cela."


def _faults_of_part(name: str, content: bytes) -> Iterator[str]:
    if len(content) > _MOST_PART:
        yield f"La partie « {name} » du fichier est démesurée : allégez-la."
        return
    damaged = f"La partie « {name} » du fichier est abîmée : enregistrez-le de nouveau."
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        yield damaged
        return
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        yield f"La partie « {name} » déclare des entités : ce n'est pas un fichier de bureautique ordinaire."
        return
    try:
        tree = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    except (etree.XMLSyntaxError, ValueError):
        yield damaged
        return
    told = tree.getroottree().docinfo
    if told.doctype or (told.encoding or "utf-8").lower() not in _UTF8:
        # Written in another encoding, what is looked for above would not be seen.
        yield damaged
        return
    if tree.tag == f"{_SVG}svg" and _reaches_out(tree):
        yield f"L'image « {name} » va chercher quelque chose ailleurs, ou lance un script : mettez une image PNG."
    if name.endswith(".rels"):
        for link in tree.iter(_RELATION):
            target, kind = link.get("Target", ""), link.get("Type", "").rpartition("/")[2]
            if link.get("TargetMode") == "External" and not (kind == "hyperlink" and _WEB.match(target)):
                yield f"Le fichier va chercher « {target[:80]} » ailleurs ({kind}) : retirez ce lien, puis enregistrez."
            if kind.lower() == "afchunk":
                yield "Le fichier contient un document inséré : collez-en plutôt le texte."
    yield from _faults_of_fields(tree)
    if _ACTION.search(content):
        yield "Une forme du fichier lance un programme ou une macro : retirez cette action, puis enregistrez."


def _reaches_out(tree: etree._Element) -> bool:
    """Whether a drawing fetches, runs or shows what is not in it."""
    run = any(next(tree.iter(f"{_SVG}{tag}"), None) is not None for tag in ("script", "foreignObject"))
    links = (value for each in tree.iter() for key, value in each.attrib.items() if key.rpartition("}")[2] == "href")
    return run or any(not value.strip().startswith(("#", "data:image/")) for value in links)


def _faults_of_fields(tree: etree._Element) -> Iterator[str]:
    """Fields of Word that read elsewhere: « INCLUDETEXT », « DDEAUTO », « DATABASE »."""
    simple = [each.get(f"{_W}instr", "") for each in tree.iter(f"{_W}fldSimple")]
    for words in (*simple, *_instructions(tree)):
        first, *others = words.split() or [""]
        if first and first.upper() not in _HARMLESS:
            yield f"Le champ Word « {first[:30]} » n'est pas admis : mettez du texte, ou un champ de la liste."
        elif first.upper() == "HYPERLINK":
            target = others[0].strip('"“”') if others else ""
            if not target.startswith("\\l") and not _WEB.match(target):
                yield f"Le lien « {target[:80]} » n'est pas une adresse du web : retirez-le, puis enregistrez."


def _instructions(tree: etree._Element) -> Iterator[str]:
    """The instruction of each complex field, one after the other or one in another: Word cuts one in several runs."""
    held: list[list[str]] = []
    for each in tree.iter(f"{_W}fldChar", f"{_W}instrText", f"{_W}delInstrText"):
        kind = each.get(f"{_W}fldCharType")
        if kind == "begin":
            held.append([])
        elif kind == "end" and held:
            yield "".join(held.pop())
        elif kind is None and held:
            held[-1].append("".join(str(part) for part in each.itertext()))
        elif kind is None:
            yield "".join(str(part) for part in each.itertext())
    yield from ("".join(words) for words in held)
