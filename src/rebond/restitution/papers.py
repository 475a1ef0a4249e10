"""The papers that a firm is usually asked for, by what is asked and of whom (``pieces_a_demander.yaml``).

What an organisation really asks is its own word: nothing here says that a list is whole.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rebond.data import data_folder
from rebond.data.shapes import TEXT, YES_NO, block, many, read_shaped
from rebond.dispositifs.model import Instrument
from rebond.errors import CatalogueError, Fault

FILE = "pieces_a_demander.yaml"
_SHAPE = block(
    schema={"const": "pieces-a-demander/v1"},
    pieces=many(
        block(
            frozenset({"precision", "toutes", "formes", "regimes", "organismes"}),
            code=TEXT,
            titre=TEXT,
            precision=TEXT,
            toutes=YES_NO,
            formes=many({"enum": [each.value for each in Instrument]}, least=1),
            regimes=many(TEXT, least=1),
            organismes=many(TEXT, least=1),
            source=TEXT,
            verifie=YES_NO,
        ),
        least=1,
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A paper, and for what it is usually asked."""

    code: str
    title: str
    note: str
    source: str
    verified: bool
    """Whether the source says it of this paper, read by somebody."""
    always: bool = False
    forms: frozenset[str] = frozenset()
    regimes: frozenset[str] = frozenset()
    organisations: frozenset[str] = frozenset()


def load_papers(folder: Path) -> tuple[Paper, ...]:
    """Read the file of a folder; raises ``CatalogueError`` with every fault of it."""
    file = read_shaped(folder / FILE, _SHAPE)
    found = tuple(
        Paper(
            code=row["code"],
            title=row["titre"],
            note=row.get("precision", ""),
            source=row["source"],
            verified=row["verifie"] == "oui",
            always=row.get("toutes") == "oui",
            forms=frozenset(row.get("formes", ())),
            regimes=frozenset(row.get("regimes", ())),
            organisations=frozenset(row.get("organismes", ())),
        )
        for row in file.data["pieces"]
    )
    if faults := list(_faults(found)):
        raise CatalogueError(faults)
    return found


def _faults(papers: Collection[Paper]) -> list[Fault]:
    codes = [each.code for each in papers]
    twice = sorted({code for code in codes if codes.count(code) > 1})
    never = [p.code for p in papers if not (p.always or p.forms or p.regimes or p.organisations)]
    return [
        *(
            Fault(where=FILE, found=code, problem="code de pièce en double", mend="en donner un autre")
            for code in twice
        ),
        *(
            Fault(
                where=FILE,
                found=code,
                problem="pièce que rien n'appelle",
                mend="dire « toutes: oui », des formes, des bases légales ou des organismes",
            )
            for code in never
        ),
    ]


def papers_for(*, forms: Collection[str], regimes: Collection[str] = (), organisation: str = "") -> tuple[Paper, ...]:
    """What is usually asked for supports of these forms, under these legal bases, by one organisation; in file order.

    >>> [paper.code for paper in papers_for(forms={"accompagnement"})]
    ['identite']
    """
    if not forms:
        return ()
    return tuple(
        paper
        for paper in _papers()
        if paper.always
        or not paper.forms.isdisjoint(forms)
        or not paper.regimes.isdisjoint(regimes)
        or organisation in paper.organisations
    )


@cache
def _papers() -> tuple[Paper, ...]:
    return load_papers(data_folder() / "referentiels")
