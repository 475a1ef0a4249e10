"""A project split in several, two projects put together, two firms that were one: facts move, none is lost.

Everything here says which rows a person wants (``Wanted``); who writes them, and whether someone else changed them
meanwhile, is not its matter. What people decided of a row (a level imposed, marks, a vote, a link) may no longer mean
the same of what the row becomes: each is listed, and a person says whether it holds.
"""

from rebond.regrouping.decided import Decided, DecidedKind, decided_of
from rebond.regrouping.firms import Move, join_firms, moves_of, obstacles
from rebond.regrouping.joining import Join, join
from rebond.regrouping.lacks import Lack, RegroupingError
from rebond.regrouping.pieces import Piece, pieces_of
from rebond.regrouping.questions import Answer, Question, TwoRows
from rebond.regrouping.splitting import Part, Split, split

__all__ = [
    "Answer",
    "Decided",
    "DecidedKind",
    "Join",
    "Lack",
    "Move",
    "Part",
    "Piece",
    "Question",
    "RegroupingError",
    "Split",
    "TwoRows",
    "decided_of",
    "join",
    "join_firms",
    "moves_of",
    "obstacles",
    "pieces_of",
    "split",
]
