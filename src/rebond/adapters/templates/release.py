"""The press release on a template: each of its paragraphs is a field, which a mission moves, drops or frames."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import Final

from docx.document import Document as WordFile
from docx.enum.text import WD_COLOR_INDEX
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph as WordParagraph

from rebond.adapters.documents.blank import blank_word, sign
from rebond.adapters.documents.plain_words import plain_words
from rebond.adapters.documents.word import set_page, set_styles, tighten
from rebond.adapters.documents.word_marks import mark_pages
from rebond.adapters.templates.word import filled_template, saved
from rebond.restitution.contents import is_to_fill
from rebond.restitution.letters import Form, LetterModel, NamedField, Value
from rebond.restitution.press_release import LEAD, collect_press_release, release_embargo, release_parts
from rebond.results import MissionResult

RELEASE: Final = "communique"
_TITLES: Mapping[str, str] = {
    "embargo": "Embargo, ou ce qui reste à en dire dans un projet",
    "surtitre": "« Communiqué de presse », ou que ce n'est qu'un projet",
    LEAD: "Premier paragraphe : la réunion du comité",
    "programme": "Le programme, dans les mots de la mission",
    "apport": "Ce que la mission apporte, et l'enveloppe",
    "rencontres": "Entreprises rencontrées, projets recensés, projets que personne ne connaissait",
    "enjeux": "Investissements et emplois",
    "soutien": "Le soutien trouvé, par degré de certitude",
    "decision": "Les projets proposés ; retenus, une fois la décision enregistrée",
    "citation": "La citation et son auteur",
    "orientation": "Projets orientés vers d'autres financeurs, projets accompagnés",
    "droit": "Ce qui dépend de la fin d'un texte de droit",
    "seconde_citation": "La seconde citation et son auteur",
    "feuille_de_route": "La feuille de route, et la suite de chaque projet",
    "contact": "Le contact presse",
}
_BEFORE: Final = ("embargo", "surtitre")
"""Fields that stand above the title."""
_HOLES: Final = re.compile(r"\[[^\]]*\]")
_STYLES: Mapping[str, str] = {"surtitre": "Subtitle"}
_BOLD: Final = frozenset({"embargo", LEAD})


@cache
def release_model() -> LetterModel:
    """Its fields, in the order they are read; it has no text of its own: what it says is reckoned."""
    fields = {name: NamedField(name=name, title=title, form=Form.TEXT) for name, title in _TITLES.items()}
    return LetterModel(kind=RELEASE, title="Communiqué de presse", reader="presse", fields=fields, text="", silent=True)


def default_release_template() -> bytes:
    """Rebond's release as a template: each paragraph is there only when it has something to say."""
    file = blank_word()
    set_page(file, landscape=False)
    set_styles(file)
    tighten(file)
    for name in _BEFORE:
        _optional(file, name)
    file.add_paragraph("{{ titre_document }}", style="Title")
    file.add_paragraph("{{ lieu_et_date }}")
    _optional(file, "avertissement", style="Intense Quote")
    for name in _TITLES:
        if name not in _BEFORE:
            _optional(file, name)
    sign(file, title="Modèle : communiqué de presse", dated=date(2026, 1, 1))
    return saved(file)


def _optional(file: WordFile, name: str, *, style: str | None = None) -> None:
    file.add_paragraph(f"{{%p if {name} %}}")
    run = file.add_paragraph(style=style or _STYLES.get(name)).add_run(f"{{{{ {name} }}}}")
    run.bold = name in _BOLD or None
    file.add_paragraph("{%p endif %}")


def release_values(result: MissionResult) -> dict[str, Value]:
    """What each field says of a mission, as words."""
    document = collect_press_release(result)
    told = {name: plain_words(text) for name, text in release_parts(result).items()}
    return {"embargo": release_embargo(result), "surtitre": document.subtitle, **told}


def release_on_template(
    template: bytes,
    values: Mapping[str, Value],
    *,
    title: str,
    place: str,
    dated: date,
    notices: Sequence[str],
    draft: bool,
) -> bytes:
    """The release on a mission's template, marked and highlighted as ours is; ``ValueError`` with what is wrong."""
    return filled_template(
        template,
        release_model(),
        values,
        title=title,
        place=place,
        dated=dated,
        notices=notices,
        finish=lambda file: _finish(file, draft=draft),
    )


def _finish(file: WordFile, *, draft: bool) -> None:
    """A draft says on each page that it is one, and shows what is still to be written."""
    if draft:
        mark_pages(file)
    for element in file.element.body.iter(qn("w:p")):
        for run in WordParagraph(element, file).runs:
            if any(map(is_to_fill, _HOLES.findall(run.text))):
                run.font.highlight_color = WD_COLOR_INDEX.YELLOW
