"""The documents that have a template, what it is made of, and what is wrong with one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rebond.adapters.documents.deck_template import LAYOUTS, default_template
from rebond.adapters.templates import (
    COMMON,
    RELEASE,
    deck_template_faults,
    default_release_template,
    default_word_template,
    release_model,
    word_template_faults,
)
from rebond.restitution.letters import Form, LetterModel, letter_models

DECK = "presentation"
WORD_MIME = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
DECK_MIME = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of document."""

    code: str
    title: str
    reader: str
    """Who reads it, in words."""
    model: LetterModel | None
    """Of a letter or the press release; the deck has none."""

    @property
    def suffix(self) -> str:
        """Of its file."""
        return "docx" if self.model else "pptx"

    @property
    def mime(self) -> str:
        """Of its file."""
        return WORD_MIME if self.model else DECK_MIME

    def default(self, text: str) -> bytes:
        """Rebond's template; ``text``: that of the mission, for a letter."""
        if self.code == RELEASE:
            return default_release_template()
        return default_word_template(self.model, text) if self.model else default_template()

    def faults(self, content: bytes) -> list[str]:
        """What forbids a file to serve, every fault at once."""
        return word_template_faults(content, self.model) if self.model else deck_template_faults(content)

    @property
    def fields(self) -> tuple[tuple[str, str, str], ...]:
        """What its template may name: how it is written, what it is, how it is put in."""
        if self.model is None:
            return tuple(
                (name, " · ".join(f"{place.name} (nº {place.number})" for place in places), "disposition")
                for name, places in LAYOUTS.items()
            )
        found = []
        for field in (*COMMON.values(), *self.model.fields.values()):
            written = f"{{{{ {field.name} }}}}"
            if field.form is not Form.TEXT:
                cell = "{{ ligne }}" if field.form is Form.LIST else f"{{{{ ligne.{field.cells[0]} }}}}"
                written = f"{{%p for ligne in {field.name} %}} {cell} {{%p endfor %}}"
            told = f"{field.title} ; colonnes : {', '.join(field.cells)}" if field.cells else field.title
            found.append((written, told, str(field.form)))
        return tuple(found)


def kinds() -> Mapping[str, Kind]:
    """Every kind, by its code."""
    readers = {
        "comite": "lu par le comité",
        "entreprise": "lu par l’entreprise",
        "organisme": "lu par l’organisme à qui des projets sont envoyés",
    }
    letters = {
        code: Kind(code=code, title=model.title, reader=readers[model.reader], model=model)
        for code, model in letter_models().items()
    }
    return {
        DECK: Kind(code=DECK, title="Présentation au comité", reader="lue par le comité", model=None),
        RELEASE: Kind(code=RELEASE, title=release_model().title, reader="lu par la presse", model=release_model()),
        **letters,
    }
