"""Words about a project, for an organisation that its firm did not let name it: neither its name nor its title."""

from __future__ import annotations

import re

from rebond.web.projects.models import Project
from rebond.web.search_text import plain

WITHHELD = "Texte non affiché : il ferait reconnaître une entreprise qui n’a pas donné son accord."
"""In the place of words that still tell whose they are without its name."""
_SHORT = 4
"""Letters under which a word of a firm's name tells nothing by itself."""
_COMMON = {"societe", "entreprise", "industrie", "industries", "groupe", "france", "atelier", "ateliers"}
_WORD = re.compile(r"[^\W_]+")


def tells(text: str, project: Project) -> bool:
    """Whether words name the firm of a project, or its title: whole, or by what the firm's name has of its own."""
    said = plain(text)
    title, firm = plain(project.title), plain(project.firm.name)
    marks = {word for word in _WORD.findall(firm) if len(word) >= _SHORT} - _COMMON
    return bool((firm and firm in said) or (title and title in said) or (marks and marks <= set(_WORD.findall(said))))


def veiled(text: str, project: Project, code: str) -> str:
    """The same words with a code in the place of the names; nothing of words that tell them all the same."""
    told = text
    for name in filter(None, (project.firm.name, project.title)):
        told = re.sub(re.escape(name), lambda _: code, told, flags=re.IGNORECASE)
    return WITHHELD if tells(told, project) else told


def refused(codes: list[str]) -> str:
    """What is said of words that would name firms, by the code names of their projects."""
    return (
        f"Ces mots feraient reconnaître une entreprise qui n’a pas donné son accord ({', '.join(codes)}) : "
        "employez le nom de code."
    )
