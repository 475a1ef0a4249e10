"""What a project is made of, piece by piece: what adds up, and what is said of the whole."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from rebond.facts import UNKNOWN, AidObtained, Census, CostLine, Evidence, FunderRequest, Project
from rebond.history.trees import Item, Tree, leaf, record_of, tree_of

SUMMED: Final = frozenset({"jobs_created", "jobs_kept", "own_financing", "borrowing_capacity"})
"""Figures that the parts of a project share; its cost lines, and facts of the dictionary, are others."""
COSTS: Final = "costs"
AIDS: Final = "aids"
DECLARED: Final = "declared"
OF_NAME: Final = frozenset({"id", "firm_id", "title"})
DECIDED: Final = frozenset({"maturity_override", "maturity_reason", "scores"})
"""What people settled of the project: it is not shared, it is said anew (``rebond.regrouping.decided``)."""
_WHOLE: Final = (CostLine, Evidence, FunderRequest)
"""Items that a part of a project has, or has not, as a whole."""
Path = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One thing that a project says."""

    path: Path
    value: Any
    amount: Decimal | int | None = None
    """What its shares must add up to; ``None`` when it does not add up."""
    at_most_one: bool = False
    """Whether it can be in one part only."""

    @property
    def key(self) -> str:
        """What names it in a form."""
        return key_of(self.path)


def key_of(path: Path) -> str:
    """A path as one word."""
    return "/".join(path)


def pieces_of(project: Project, census: Census, *, adding: Collection[str]) -> tuple[Piece, ...]:
    """Everything that a project says and that its parts would share; ``adding``: facts of the dictionary that add up.

    What is unknown is so of each part, and is no piece.
    """
    return (*_own(project, adding), *(_aid(aid) for aid in census.aids if aid.project_id == project.id))


def is_said(value: Any) -> bool:
    """Whether a value says something: neither unknown nor empty."""
    return value is not UNKNOWN and value not in ("", (), frozenset())


def leaves(tree: Tree, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Path and value of each thing that a tree says, whole items being said at once."""
    for name, branch in tree.items():
        here = (*path, name)
        if isinstance(branch, Item) and branch.kind in _WHOLE:
            yield here, leaf(branch)
        elif isinstance(branch, dict):
            yield from leaves(branch, here)
        else:
            yield here, branch


def without(tree: Tree, dropped: Callable[[Path], bool], path: Path = ()) -> Tree:
    """A tree less some of what it says; a field of a record that is dropped has no value, an item is gone."""
    kept = type(tree)(tree.kind, {}) if isinstance(tree, Item) else _empty_like(tree)
    for name, branch in tree.items():
        here = (*path, name)
        if dropped(here):
            continue
        kept[name] = without(branch, dropped, here) if isinstance(branch, dict) else branch
    return kept


def project_of(tree: Mapping[str, Any]) -> Project:
    """The project of a tree; what it does not say is what a project says by default."""
    made: Project = record_of(Project, tree)
    return made


def _own(project: Project, adding: Collection[str]) -> Iterator[Piece]:
    tree = tree_of(project)
    for path, value in leaves(tree):
        if path[0] in OF_NAME | DECIDED or not is_said(value):
            continue
        if isinstance(value, CostLine):
            yield Piece(path=path, value=value, amount=value.amount)
        elif adds_up(path, value, adding):
            yield Piece(path=path, value=value, amount=value)
        else:
            yield Piece(path=path, value=value)


def adds_up(path: Path, value: Any, adding: Collection[str]) -> bool:
    """Whether two parts of a project have together what the whole has."""
    is_figure = isinstance(value, Decimal | int) and not isinstance(value, bool)
    return is_figure and (path[0] in SUMMED or (path[0] == DECLARED and path[-1] in adding))


def _aid(aid: AidObtained) -> Piece:
    return Piece(path=(AIDS, aid.id), value=aid, at_most_one=True)


def _empty_like(tree: Tree) -> Tree:
    """A branch of the same sort, with nothing in it."""
    if type(tree) is dict:
        return {}
    return type(tree)({}, latest_first=tree.latest_first)  # type: ignore[attr-defined]  # the only other sort
