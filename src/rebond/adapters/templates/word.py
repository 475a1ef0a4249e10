"""Word templates: Rebond's own, made of the text of its model; what is wrong with a mission's; a letter from one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from io import BytesIO
from typing import Any

import docx
from docx.document import Document as WordFile
from docx.oxml.ns import qn
from docx.shared import Length, Pt
from docxtpl import DocxTemplate
from jinja2 import TemplateError

from rebond.adapters.documents.blank import blank_word, sign
from rebond.adapters.documents.column_widths import column_widths
from rebond.adapters.documents.letters import LETTERS, TO_THE_RIGHT, ends_of, write_words
from rebond.adapters.documents.stable_zip import rewritten
from rebond.adapters.documents.word import set_page, set_styles
from rebond.adapters.documents.word_tables import keep_rows_whole, mark_header_row
from rebond.adapters.templates.fields import Place, environment, tree_faults, written_faults
from rebond.adapters.templates.office import office_faults
from rebond.restitution.letters import (
    HEADED,
    NOTHING,
    Form,
    Grid,
    Heading,
    LetterModel,
    NamedField,
    Value,
    Words,
    column_name,
)
from rebond.restitution.samples import sample_values
from rebond.restitution.typography import dateline, typeset

_HOLE = re.compile(r"\{([^{}]*)\}")
_NOTHING = f"{NOTHING[:1].upper()}{NOTHING[1:]}."
_UNREADABLE = "Word lui-même ne relirait pas ce fichier : ouvrez-le, puis enregistrez-le de nouveau en .docx."


def default_word_template(model: LetterModel, text: str) -> bytes:
    """The text of a model as a Word template, in Rebond's look: what a mission downloads and makes its own."""
    file = blank_word()
    width = set_page(file, landscape=False)
    set_styles(file)
    headed = model.kind in HEADED
    if headed:
        file.add_paragraph("{{ titre_document }}", style="Title")
    written = file.add_paragraph("{{ lieu_et_date }}")
    if not headed:
        written.paragraph_format.left_indent = TO_THE_RIGHT
    file.add_paragraph("{%p if avertissement %}")
    file.add_paragraph("{{ avertissement }}", style="Intense Quote")
    file.add_paragraph("{%p endif %}")
    lines = [line for line in map(str.strip, text.splitlines()) if line]
    parts = [_part(line) for line in lines]
    opening, closing = ((), None) if headed else ends_of(parts)
    for line, part in zip(lines, parts, strict=True):
        if not _block(file, line, model, width):
            if isinstance(part, Heading):
                file.add_heading(part.text, 1)
            else:
                write_words(file, part, to_the_right=part in opening or part is closing, ends=part is closing)
    sign(file, title=f"Modèle : {model.title}", dated=date(2026, 1, 1))
    return saved(file)


def _part(line: str) -> Heading | Words:
    """A line of the text, its fields as a template names them."""
    mark = next((each for each in ("## ", "- ") if line.startswith(each)), "")
    words = _HOLE.sub(lambda found: f"{{{{ {found.group(1).strip()} }}}}", typeset(line.removeprefix(mark)))
    return Heading(words) if mark == "## " else Words(words, bullet=bool(mark))


def _block(file: WordFile, line: str, model: LetterModel, width: int) -> bool:
    """A list or a table, alone on its line; whether the line was one."""
    alone = _HOLE.fullmatch(line)
    field = model.fields.get(alone.group(1).strip()) if alone else None
    if field is not None and field.form is Form.LIST:
        for words, style in (
            (f"{{%p for ligne in {field.name} %}}", None),
            ("{{ ligne }}", "List Bullet"),
            ("{%p else %}", None),
            (_NOTHING, None),
            ("{%p endfor %}", None),
        ):
            file.add_paragraph(words, style=style)
        return True
    if field is not None and field.form is Form.TABLE:
        file.add_paragraph(f"{{%p if {field.name} %}}")
        table = file.add_table(rows=4, cols=len(field.columns), style="Table Grid")
        for cell, title in zip(table.rows[0].cells, field.columns, strict=True):
            cell.paragraphs[0].add_run(typeset(title)).bold = True
        mark_header_row(table)
        table.rows[1].cells[0].text = f"{{%tr for ligne in {field.name} %}}"
        for cell, name in zip(table.rows[2].cells, field.cells, strict=True):
            cell.text = f"{{{{ ligne.{name} }}}}"
        table.rows[3].cells[0].text = "{%tr endfor %}"
        keep_rows_whole(table)
        held = sample_values(model)[field.name]
        shares = column_widths(field.columns, _as_wide(held, field), letters=LETTERS)
        for column, share in zip(table.columns, shares, strict=True):
            column.width = Length(int(width * share / 100))
            for cell in column.cells:
                cell.width = column.width
        # Text touches no table.
        file.add_paragraph().paragraph_format.space_after = Pt(0)
        for words in ("{%p else %}", _NOTHING, "{%p endif %}"):
            file.add_paragraph(words)
        return True
    return False


def _as_wide(held: Value, field: NamedField) -> list[tuple[str, ...]]:
    """The rows of the sample, by the columns of the field: as wide as what a mission will put there."""
    if not isinstance(held, Grid):
        return []
    ranks = {title: rank for rank, title in enumerate(held.header)}
    return [tuple(typeset(row[ranks[each]]) if each in ranks else "" for each in field.columns) for row in held.rows]


def word_template_faults(content: bytes, model: LetterModel) -> list[str]:
    """What forbids a file to serve as the template of a model, every fault at once; empty when it may."""
    if faults := office_faults(content, "docx"):
        return faults
    try:
        template = _opened(content)
        places = list(_places(template))
        if faults := written_faults(places):
            return faults
        found = [each for source in _sources(template) for each in tree_faults(source, model, places)]
    except Exception:  # noqa: BLE001 - python-docx says a damaged part in a dozen ways
        return [_UNREADABLE]
    return list(dict.fromkeys(found))


def filled_template(
    content: bytes,
    model: LetterModel,
    values: Mapping[str, Value],
    *,
    title: str,
    place: str,
    dated: date,
    notices: Sequence[str],
    finish: Callable[[WordFile], None] | None = None,
) -> bytes:
    """A letter from the template of a mission; ``ValueError`` with what is wrong with it.

    ``finish``: what is done to the file once it is filled.
    """
    if faults := word_template_faults(content, model):
        raise ValueError(" ".join(faults))
    template = _opened(content)
    said: dict[str, Any] = {name: _told(value, model, name) for name, value in values.items()}
    notice = typeset(" ".join(notices))
    said["titre_document"] = typeset(title)
    said["lieu_et_date"] = dateline(place, dated)
    said["avertissement"] = notice
    try:
        template.render(said, environment(), autoescape=True)
    except TemplateError as error:
        raise ValueError("Le modèle n'a pas pu être rempli.") from error
    # Opened anew: docxtpl puts headers and footers anew behind python-docx, and what is added to them was lost.
    file = docx.Document(BytesIO(saved(template.docx)))
    if notice and not any(notice in paragraph.text for paragraph in file.paragraphs):
        # A template may forget it; a reader may not.
        first = file.element.body.find(qn("w:p"))
        paragraph = file.add_paragraph(notice)
        if first is not None:
            first.addprevious(paragraph._p)  # noqa: SLF001 - python-docx only adds at the end
    if finish is not None:
        finish(file)
    sign(file, title=title, dated=dated)
    return saved(file)


def _told(value: Value, model: LetterModel, name: str) -> Any:
    """A value as a template reads it: a text, texts, or rows by the names of their columns."""
    if isinstance(value, Grid):
        empty = dict.fromkeys(model.fields[name].cells, "") if name in model.fields else {}
        names = [column_name(each) for each in value.header]
        return [empty | {key: typeset(cell) for key, cell in zip(names, row, strict=True)} for row in value.rows]
    if isinstance(value, str):
        return typeset(value) or ("" if model.silent else NOTHING)
    return [typeset(each) for each in value]


def _opened(content: bytes) -> DocxTemplate:
    template = DocxTemplate(BytesIO(content))
    template.init_docx()
    properties = template.docx.core_properties
    for name in ("author", "title", "subject", "keywords", "comments", "category", "last_modified_by"):
        # docxtpl would read them as templates; they are written anew.
        setattr(properties, name, "")
    return template


def _sources(template: DocxTemplate) -> Iterator[str]:
    """Each part that docxtpl fills, prepared as it prepares it: one paragraph a line."""
    yield _prepared(template, template.get_xml())
    for uri in (template.HEADER_URI, template.FOOTER_URI):
        for _, part in template.get_headers_footers(uri):
            yield _prepared(template, template.get_part_xml(part))
    for part in _notes(template):
        yield _prepared(template, part.blob.decode("utf-8"))


def _prepared(template: DocxTemplate, xml: str) -> str:
    return re.sub(r"<w:p([ >])", r"\n<w:p\1", template.patch_xml(xml))


def _notes(template: DocxTemplate) -> Iterator[Any]:
    for link in template.docx.part.rels.values():
        if not link.is_external and str(link.target_part.partname).endswith("footnotes.xml"):
            yield link.target_part


def _places(template: DocxTemplate) -> Iterator[Place]:
    """Every paragraph with where it is: those of the body are numbered as they are read."""
    yield from _paragraphs(template.docx.element.body, "Texte")
    for uri, where in ((template.HEADER_URI, "En-tête"), (template.FOOTER_URI, "Pied de page")):
        for _, part in template.get_headers_footers(uri):
            yield from _paragraphs(part.element if hasattr(part, "element") else docx.oxml.parse_xml(part.blob), where)
    for part in _notes(template):
        yield from _paragraphs(docx.oxml.parse_xml(part.blob), "Note de bas de page")


def _paragraphs(root: Any, where: str) -> Iterator[Place]:
    for number, paragraph in enumerate(root.iter(qn("w:p")), start=1):
        text = "".join(each.text or "" for each in paragraph.iter(qn("w:t")))
        if text.strip():
            yield Place(f"{where}, paragraphe {number}", text)


def saved(file: WordFile) -> bytes:
    """A Word file as bytes that tell no moment."""
    held = BytesIO()
    file.save(held)
    return rewritten(held.getvalue())
