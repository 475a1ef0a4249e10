"""Two rows that are put together: what both say alike, what one of them says, and what a person must choose."""

from __future__ import annotations

import enum
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from rebond.facts import UNKNOWN, Descent, DescentAct
from rebond.history.changes import ABSENT
from rebond.history.trees import Item, Tree, branch_of, leaf
from rebond.regrouping.lacks import Lack
from rebond.regrouping.pieces import Path, is_said, key_of


class Answer(enum.StrEnum):
    """What a person may choose when two rows do not say the same."""

    MINE = "garde"
    THEIRS = "autre"
    BOTH = "deux"
    UNKNOWN = "inconnu"


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoRows:
    """What a person asks of two rows: ``absorbed`` leaves the census, all that it had is ``kept``'s."""

    kept: str
    absorbed: str
    answers: Mapping[str, str]
    """Key of a question → a value of ``Answer``."""
    on: date
    by: str = ""
    reason: str = ""

    def descent(self, act: DescentAct) -> Descent:
        """What the census keeps of it."""
        return Descent(act=act, origin=self.absorbed, became=self.kept, on=self.on, by=self.by, reason=self.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A value that two rows give differently; ``mine`` is that of the row that stays."""

    path: Path
    mine: Any
    theirs: Any
    answers: tuple[Answer, ...] = (Answer.MINE, Answer.THEIRS)

    @property
    def key(self) -> str:
        """What names it in a form."""
        return key_of(self.path)


@dataclass(slots=True)
class Blend:
    """Puts the tree of a row with that of another, asking what it cannot tell."""

    answers: Mapping[str, str]
    whole: Collection[type] = ()
    """Items that are one value: they are not mixed field by field."""
    unions: Collection[str] = ()
    """Fields that list things: both lists hold."""
    texts: Collection[str] = ()
    """Fields where two texts may follow each other."""
    telling: Collection[str] = ()
    """Fields that UNKNOWN differs on from an answer: one of the two rows alone cannot answer for both."""
    adds_up: Callable[[Path, Any], bool] = lambda *_: False
    questions: list[Question] = field(default_factory=list)
    lacks: list[Lack] = field(default_factory=list)

    def trees(self, mine: Tree, theirs: Tree, path: Path = ()) -> Tree:
        """One tree; ``mine`` is changed."""
        for name, other in theirs.items():
            here = (*path, name)
            own = mine.get(name, ABSENT)
            if isinstance(own, dict) and isinstance(other, dict) and not self._is_one_value(own):
                self.trees(own, other, here)
            else:
                mine[name] = self._value(here, own, other)
        return mine

    def ask(self, question: Question) -> Answer | None:
        """What the person answers; a lack when nothing, or what is not offered."""
        self.questions.append(question)
        given = self.answers.get(question.key, "")
        if given in {answer.value for answer in question.answers}:
            return Answer(given)
        self.lacks.append(
            Lack(key=question.key, problem="les deux fiches ne disent pas la même chose", mend="choisir ce qui tient")
        )
        return None

    def _is_one_value(self, branch: Tree) -> bool:
        return isinstance(branch, Item) and branch.kind in self.whole

    def _value(self, path: Path, own: Any, other: Any) -> Any:
        mine, theirs = (ABSENT if each is ABSENT else leaf(each) for each in (own, other))
        if mine is ABSENT:
            return other
        figure = next((each for each in (mine, theirs) if each is not UNKNOWN), UNKNOWN)
        if self.adds_up(path, figure):
            return self._figures(path, mine, theirs)
        if theirs == mine:
            return own
        if path[0] in self.unions:
            return _union(mine, theirs)
        if path[0] not in self.telling and not (is_said(mine) and is_said(theirs)):
            return own if is_said(mine) else other
        return self._choose(path, own, other, mine, theirs)

    def _figures(self, path: Path, mine: Any, theirs: Any) -> Any:
        """Together they have the sum; what one of them has when nobody knows the other is not the sum."""
        if mine is not UNKNOWN and theirs is not UNKNOWN:
            return mine + theirs
        known = Answer.THEIRS if mine is UNKNOWN else Answer.MINE
        asked = Question(path=path, mine=mine, theirs=theirs, answers=(Answer.UNKNOWN, known))
        return {Answer.MINE: mine, Answer.THEIRS: theirs}.get(self.ask(asked) or Answer.UNKNOWN, UNKNOWN)

    def _choose(self, path: Path, own: Any, other: Any, mine: Any, theirs: Any) -> Any:
        both = (Answer.BOTH,) if path[-1] in self.texts else ()
        answer = self.ask(Question(path=path, mine=mine, theirs=theirs, answers=(Answer.MINE, Answer.THEIRS, *both)))
        if answer is Answer.BOTH:
            return f"{mine}\n{theirs}"
        return other if answer is Answer.THEIRS else own


def _union(mine: Any, theirs: Any) -> Any:
    if isinstance(mine, frozenset):
        return mine | theirs
    held: Sequence[Any] = mine
    return branch_of((*held, *(each for each in theirs if each not in held)))
