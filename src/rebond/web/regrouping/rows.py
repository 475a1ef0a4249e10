"""What the pages lay out: one line for each thing to choose."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from rebond.history import Kind
from rebond.history.changes import ABSENT
from rebond.regrouping import Answer, Decided, Piece, Question
from rebond.regrouping.decided import KINDS
from rebond.web.editing.fields import Option
from rebond.web.editing.models import Draft
from rebond.web.editing.opened import Key
from rebond.web.missions.models import Mission
from rebond.web.regrouping.flow import Chosen
from rebond.web.regrouping.words import control_id, decided_words, path_words, said

SHARED, DROPPED = "partage", "retirer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing to choose."""

    key: str
    name: str
    """Of its controls."""
    label: str
    value: str
    options: tuple[Option, ...]
    amounts: tuple[tuple[str, str], ...] = ()
    """Label and text of the share of each part, for what adds up."""
    many: bool = False

    @property
    def id(self) -> str:
        """The id of its controls."""
        return control_id(self.key)

    @property
    def first(self) -> str:
        """The value of its first answer: a link of the summary of faults leads there."""
        return self.options[0].value


def shared_line(piece: Piece, chosen: Chosen, parts: Sequence[str]) -> Line:
    """What adds up: the whole of it to a part, or shares."""
    name = f"part:{piece.key}"
    given = chosen.one(name, "0")
    options = [Option(value=str(rank), label=title, checked=given == str(rank)) for rank, title in enumerate(parts)]
    options.append(Option(value=SHARED, label="Partagé", checked=given == SHARED))
    typed = chosen.many(f"montant:{piece.key}")
    return Line(
        key=piece.key,
        name=name,
        label=piece_label(piece),
        value=said(piece.value, piece.path),
        options=tuple(options),
        amounts=tuple((title, typed[rank] if rank < len(typed) else "") for rank, title in enumerate(parts)),
    )


def held_line(piece: Piece, chosen: Chosen, parts: Sequence[str]) -> Line:
    """What is said of the whole: the parts that keep it."""
    name = f"tient:{piece.key}"
    default = ["0"] if piece.at_most_one else [str(rank) for rank in range(len(parts))]
    given = chosen.many(name, default)
    return Line(
        key=piece.key,
        name=name,
        label=piece_label(piece),
        value=said(piece.value, piece.path),
        options=tuple(
            Option(value=str(rank), label=title, checked=str(rank) in given) for rank, title in enumerate(parts)
        ),
        many=not piece.at_most_one,
    )


def decided_line(decided: Decided, chosen: Chosen, answers: Sequence[tuple[str, str]], *, aside: bool) -> Line:
    """What people settled: nothing is chosen for them; ``aside``: whether the reader stands aside for the firm."""
    name = f"decide:{decided.key}"
    label, value = decided_words(decided, aside=aside)
    given = chosen.one(name)
    return Line(
        key=decided.key,
        name=name,
        label=label,
        value=value,
        options=tuple(Option(value=each, label=words, checked=given == each) for each, words in answers),
    )


def question_line(question: Question, chosen: Chosen, *, names: tuple[str, str], default: str = "") -> Line:
    """What two rows say differently; ``names`` of the row that stays and of the other."""
    mine, theirs = names
    words = {
        Answer.MINE: f"{mine} : {said(question.mine, question.path)}",
        Answer.THEIRS: f"{theirs} : {said(question.theirs, question.path)}",
        Answer.BOTH: "Les deux, l’un après l’autre",
        Answer.UNKNOWN: "Inconnu pour l’ensemble",
    }
    if question.path[0] == "aids":
        words |= {Answer.MINE: "C’est la même aide : ne la compter qu’une fois", Answer.BOTH: "Ce sont deux aides"}
    name = f"choix:{question.key}"
    given = chosen.one(name, default)
    return Line(
        key=question.key,
        name=name,
        label=path_words(question.path),
        value=said(question.theirs, question.path) if question.path[0] == "aids" else "",
        options=tuple(
            Option(value=answer.value, label=words[answer], checked=given == answer.value)
            for answer in question.answers
        ),
    )


def piece_label(piece: Piece) -> str:
    """What a piece is, without its value."""
    return "Poste de dépense" if piece.path[0] == "costs" else path_words(piece.path)


def keys_of_decided(settled: Collection[Decided]) -> list[Key]:
    """The rows that say what was settled, those of the projects left out."""
    return [(KINDS[each.kind], each.ref) for each in settled if each.kind in KINDS]


def open_drafts(mission: Mission, folder: str, ref: str, *, but: int | None = None) -> list[Draft]:
    """What people typed on a sheet, or for a new one of it, and did not save; ``but``: a person left out."""
    rows = [row for row in Draft.ever.of(mission).select_related("user") if row.user_id != but]
    mine = (f"/{folder}/{ref}/", f"?entreprise={ref}")
    return [
        row for row in rows if mine[0] in row.address or (folder == "entreprises" and row.address.endswith(mine[1]))
    ]


def is_gone(after: object) -> bool:
    """Whether a row leaves."""
    return after is ABSENT


def kind_words(kind: Kind) -> str:
    """The plural of a kind of rows that follows a firm."""
    return {
        Kind.PROJECT: "Projets",
        Kind.INTERVIEW: "Entretiens",
        Kind.AID: "Aides obtenues",
        Kind.LINK: "Rapprochements décidés",
        Kind.CONFIRMATION: "Réponses de vraisemblance",
        Kind.FIRM: "Entreprises de la même entreprise unique",
        Kind.RECUSAL: "Déports d’évaluateurs",
    }[kind]
