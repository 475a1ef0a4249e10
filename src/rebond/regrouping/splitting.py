"""One project split in two or more: every euro in one part, every fact in one part at least."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

from rebond.facts import UNKNOWN, Census, CommitteeDecision, CostLine, Descent, DescentAct, Project
from rebond.history.changes import ABSENT, Kind, reference_of
from rebond.history.trees import Tree, tree_of
from rebond.regrouping.decided import KINDS, Decided, DecidedKind, decided_of, moved
from rebond.regrouping.lacks import Lack, RegroupingError
from rebond.regrouping.pieces import AIDS, COSTS, OF_NAME, Path, Piece, pieces_of, project_of, without
from rebond.units import format_euros, format_number

Wanted: TypeAlias = dict[tuple[Kind, str], Any]
Share: TypeAlias = Decimal | int
FEWEST = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One of the projects that a project becomes."""

    ref: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """What a person asks; the first part keeps the reference of the project, and its description."""

    project: str
    parts: Sequence[Part]
    shares: Mapping[str, Sequence[Share]]
    """Key of a piece that adds up → its share in each part."""
    holders: Mapping[str, Collection[int]]
    """Key of any other piece → the parts that have it, by rank."""
    decided: Mapping[str, int | None]
    """Key of what was settled → the part that it is still said of, by rank; ``None``: of none."""
    on: date
    by: str = ""
    reason: str = ""


def split(census: Census, asked: Split, *, adding: Collection[str] = ()) -> Wanted:
    """The rows that a person wants; ``adding``: facts of the dictionary that add up.

    Raises ``KeyError`` when there is no such project, ``RegroupingError`` with every lack.
    """
    project = _project(census, asked.project)
    pieces = pieces_of(project, census, adding=adding)
    settled = decided_of(project, census)
    made = [_made(project, pieces, asked, rank) for rank in range(len(asked.parts))]
    lacks = [*_of_parts(census, asked), *(lack for piece in pieces for lack in _of_piece(piece, asked))]
    lacks += [lack for each in settled for lack in _of_decided(each, asked)]
    if lacks:
        raise RegroupingError(lacks)
    rows: Wanted = {}
    for each in settled:
        _settle(each, asked.decided[each.key], made, rows)
    for each in settled:
        lacks += granted_too_much(each, rows.values(), made)
    if lacks:
        raise RegroupingError(lacks)
    rows |= {(Kind.PROJECT, part.id): part for part in made}
    for piece in pieces:
        if piece.path[0] == AIDS:
            (rank,) = asked.holders[piece.key]
            rows[Kind.AID, piece.value.id] = replace(piece.value, project_id=asked.parts[rank].ref)
    for part in asked.parts[1:]:
        descent = Descent(
            act=DescentAct.SPLIT, origin=project.id, became=part.ref, on=asked.on, by=asked.by, reason=asked.reason
        )
        rows[Kind.DESCENT, reference_of(Kind.DESCENT, descent)] = descent
    return rows


def granted_too_much(decided: Decided, rows: Iterable[Any], projects: Sequence[Project]) -> Iterator[Lack]:
    """A committee's amount, as it was ``decided``, that the costs of the project it is now said of no longer hold."""
    for row in rows if decided.kind is DecidedKind.COMMITTEE else ():
        if not isinstance(row, CommitteeDecision) or row.amount is UNKNOWN:
            continue
        cost = next(project.total_cost for project in projects if project.id == row.project_id)
        if row.amount > cost:
            yield Lack(
                key=decided.key,
                problem=f"le comité a accordé {format_euros(row.amount)}, plus que les coûts ({format_euros(cost)})",
                mend="retirer la décision, ou changer les coûts",
            )


def _project(census: Census, ref: str) -> Project:
    for project in census.projects:
        if project.id == ref:
            return project
    raise KeyError(ref)


def _made(project: Project, pieces: Sequence[Piece], asked: Split, rank: int) -> Project:
    """One part, without what was settled."""
    shares = {piece.path: _share(piece, asked, rank) for piece in pieces}
    tree = without(
        tree_of(replace(project, maturity_override=UNKNOWN, maturity_reason="", scores=())), _dropped(shares)
    )
    for path, value in shares.items():
        if value is not None and path[0] != AIDS:
            _put(tree, path, value)
    part = asked.parts[rank]
    return replace(project_of(tree), id=part.ref, title=part.title.strip())


def _share(piece: Piece, asked: Split, rank: int) -> Any:
    """What a part has of a piece; ``None``: nothing."""
    if piece.amount is None:
        return piece.value if rank in asked.holders.get(piece.key, ()) else None
    shares = asked.shares.get(piece.key, ())
    share = shares[rank] if rank < len(shares) else 0
    if not isinstance(piece.value, CostLine):
        return share
    return replace(piece.value, amount=Decimal(share)) if share or (not piece.amount and rank == 0) else None


def _dropped(shares: Mapping[Path, Any]) -> Any:
    return lambda path: path in shares and shares[path] is None and path[0] not in OF_NAME


def _put(tree: Tree, path: Path, value: Any) -> None:
    if path[0] == COSTS and len(path) > 1:
        tree[COSTS][path[1]] = type(tree[COSTS][path[1]])(CostLine, tree_of(value))
        return
    *above, last = path
    for name in above:
        tree = tree[name]
    if not isinstance(tree[last], dict):
        tree[last] = value


def _settle(decided: Decided, rank: int | None, made: list[Project], rows: Wanted) -> None:
    if decided.kind in KINDS:
        kind = KINDS[decided.kind]
        rows.setdefault((kind, decided.ref), ABSENT)
        if rank is not None:
            ref, row = moved(decided, made[rank])
            rows[kind, ref if ref != decided.ref.partition("#")[0] else decided.ref] = row
    elif rank is not None:
        made[rank] = with_decided(made[rank], decided)


def with_decided(project: Project, decided: Decided) -> Project:
    """A project with what was settled on the sheet of another."""
    row = decided.row
    if decided.kind is DecidedKind.LEVEL:
        return replace(project, maturity_override=row.maturity_override, maturity_reason=row.maturity_reason)
    return replace(project, scores=row.scores)


def _of_parts(census: Census, asked: Split) -> Iterator[Lack]:
    taken = {project.id for project in census.projects} - {asked.project}
    if len(asked.parts) < FEWEST or asked.parts[0].ref != asked.project:
        yield Lack(key="parts", problem="un projet se scinde en deux au moins", mend="ajouter une part")
    refs = [part.ref for part in asked.parts]
    if len(set(refs)) < len(refs) or taken & set(refs):
        yield Lack(key="parts", problem="une référence est déjà prise", mend="en choisir une autre")
    for rank, part in enumerate(asked.parts):
        if not part.title.strip():
            yield Lack(key=f"intitule:{rank}", problem="cette part n’a pas d’intitulé", mend="l’écrire")


def _of_piece(piece: Piece, asked: Split) -> Iterator[Lack]:
    if piece.amount is None:
        holders = [rank for rank in asked.holders.get(piece.key, ()) if rank in range(len(asked.parts))]
        if not holders:
            yield Lack(key=piece.key, problem="aucune part ne le garde", mend="choisir au moins une part")
        elif piece.at_most_one and len(holders) > 1:
            yield Lack(key=piece.key, problem="une seule part peut l’avoir", mend="n’en choisir qu’une")
        return
    shares = asked.shares.get(piece.key, ())
    if any(share < 0 for share in shares):
        yield Lack(key=piece.key, problem="une part est négative", mend="partager des montants positifs")
    given = sum(shares, type(piece.amount)(0))
    if given != piece.amount or len(shares) != len(asked.parts):
        told = format_euros if isinstance(piece.amount, Decimal) else format_number
        yield Lack(
            key=piece.key,
            problem=f"les parts font {told(given)} et non {told(piece.amount)}",
            mend="partager exactement ce que dit le projet",
        )


def _of_decided(decided: Decided, asked: Split) -> Iterator[Lack]:
    if decided.key not in asked.decided:
        yield Lack(
            key=decided.key,
            problem="rien n’est dit de ce qui fut décidé du projet entier",
            mend="choisir la part où cela vaut encore, ou le retirer",
        )
    elif asked.decided[decided.key] not in (None, *range(len(asked.parts))):
        yield Lack(key=decided.key, problem="il n’y a pas de telle part", mend="en choisir une autre")
