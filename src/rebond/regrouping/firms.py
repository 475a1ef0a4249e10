"""Two firms that were one: everything that names the second names the first, or something prevents it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from rebond.facts import UNKNOWN, AidObtained, Census, DescentAct, Firm, LinkDecision, Recusal
from rebond.facts.marks import aside_of, person
from rebond.history.changes import ABSENT, Kind, reference_of, rows_of
from rebond.history.trees import record_of, tree_of
from rebond.regrouping.lacks import Lack, RegroupingError
from rebond.regrouping.questions import Answer, Blend, Question, TwoRows
from rebond.regrouping.splitting import Wanted

_OF_ITS_OWN = {"id", "single_undertaking", "former_names"}
_NAMED_BY_FIRM = {Kind.LINK, Kind.RECUSAL}
"""Rows whose reference names their firm."""
ONE_AID, TWO_AIDS = Answer.MINE, Answer.BOTH


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A row that named the firm that leaves; ``after`` is ``ABSENT`` when it leaves with it."""

    kind: Kind
    ref: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmsJoined:
    """What putting two firms together makes, and what it takes to know."""

    firm: Firm
    questions: tuple[Question, ...]
    moves: tuple[Move, ...]
    lacks: tuple[Lack, ...]
    rows: Wanted


def obstacles(kept: Firm, absorbed: Firm, census: Census) -> tuple[Lack, ...]:
    """What shows that two firms are not one, or that their accounts of aid cannot both be right."""
    return tuple(_obstacles(kept, absorbed, census))


def join_firms(census: Census, asked: TwoRows) -> FirmsJoined:
    """One firm of two; nothing may be written while ``lacks`` is not empty.

    Raises ``KeyError`` when there is no such firm, ``RegroupingError`` with what prevents it.
    """
    kept, absorbed = census.firm(asked.kept), census.firm(asked.absorbed)
    if found := obstacles(kept, absorbed, census):
        raise RegroupingError(found)
    # That the aid of one is all listed says nothing of the aid of the other.
    blend = Blend(answers=asked.answers, telling=("aid_declared",))
    other = {name: branch for name, branch in tree_of(absorbed).items() if name not in _OF_ITS_OWN}
    firm: Firm = record_of(Firm, blend.trees(tree_of(kept), other))
    firm = replace(firm, single_undertaking=_undertaking(kept, absorbed), former_names=_names(firm, kept, absorbed))
    moves = tuple(_moves(census, kept, absorbed, firm, blend))
    rows: Wanted = {(Kind.FIRM, kept.id): firm, (Kind.FIRM, absorbed.id): ABSENT}
    for move in moves:
        rows.setdefault((move.kind, move.ref), ABSENT)
        if move.after is not ABSENT:
            ref = reference_of(move.kind, move.after) if move.kind in _NAMED_BY_FIRM else move.ref
            rows[move.kind, ref] = move.after
    descent = asked.descent(DescentAct.FIRMS_MERGED)
    rows[Kind.DESCENT, reference_of(Kind.DESCENT, descent)] = descent
    return FirmsJoined(firm=firm, questions=tuple(blend.questions), moves=moves, lacks=tuple(blend.lacks), rows=rows)


def moves_of(census: Census, kept: str, absorbed: str) -> tuple[Move, ...]:
    """Every row that names the firm that leaves, and what becomes of it before anyone chose anything."""
    firm = census.firm(kept)
    return tuple(_moves(census, firm, census.firm(absorbed), firm, Blend(answers={})))


def _moves(census: Census, kept: Firm, absorbed: Firm, firm: Firm, blend: Blend) -> Iterator[Move]:
    pair, doubles = {kept.id, absorbed.id}, _double_aids(census, kept, absorbed)
    for (kind, ref), row in rows_of(census).items():
        if kind in {Kind.PROJECT, Kind.INTERVIEW} and row.firm_id == absorbed.id:
            yield Move(kind=kind, ref=ref, before=row, after=replace(row, firm_id=kept.id))
        elif kind is Kind.AID and row.firm_id == absorbed.id:
            same = doubles.get(row.id)
            after: Any = replace(row, firm_id=kept.id)
            if same is not None and _is_one(same, row, blend):
                after = ABSENT
            yield Move(kind=kind, ref=ref, before=row, after=after)
        elif kind is Kind.LINK and row.firm_id == absorbed.id:
            yield Move(kind=kind, ref=ref, before=row, after=_link(census, row, kept, blend))
        elif kind is Kind.RECUSAL and row.firm_id == absorbed.id:
            yield Move(kind=kind, ref=ref, before=row, after=_recusal(census, row, kept))
        elif kind is Kind.CONFIRMATION and (row.kind, row.subject) == (Kind.FIRM.value, absorbed.id):
            yield Move(kind=kind, ref=ref, before=row, after=ABSENT)
        elif kind is Kind.FIRM and ref not in pair and row.single_undertaking in pair - {firm.undertaking}:
            yield Move(kind=kind, ref=ref, before=row, after=replace(row, single_undertaking=firm.undertaking))


def _recusal(census: Census, row: Recusal, kept: Firm) -> Any:
    """Who stands aside for either stands aside for the firm that they are.

    What was said of the firm that leaves comes after what was said of the one that stays; the end of an interest in the
    one says nothing of the other, and leaves with it.
    """
    who = person(row.assessor)
    if who not in aside_of(census.recusals).get(row.firm_id, frozenset()):
        return ABSENT
    said = (each.number for each in census.recusals if (each.firm_id, person(each.assessor)) == (kept.id, who))
    return replace(row, firm_id=kept.id, number=row.number + max(said, default=0))


def _obstacles(kept: Firm, absorbed: Firm, census: Census) -> Iterator[Lack]:
    if kept.id == absorbed.id:
        yield Lack(key="autre", problem="c’est la même fiche", mend="choisir une autre entreprise")
        return
    if UNKNOWN not in (kept.siren, absorbed.siren) and kept.siren != absorbed.siren:
        yield Lack(
            key="siren",
            problem=f"deux SIREN, {kept.siren} et {absorbed.siren} : ce sont deux entreprises",
            mend="corriger le SIREN qui est faux, ou noter leur groupe",
        )
    keys = _group_keys(kept, absorbed)
    if len(keys) > 1:
        yield Lack(
            key="single_undertaking",
            problem=f"deux comptes de minimis, « {' » et « '.join(sorted(keys))} » : une entreprise n’en a qu’un",
            mend="corriger l’entreprise unique de l’une des deux",
        )
    if (
        kept.aid_declared is True
        and absorbed.aid_declared is True
        and _account(census, kept) != _account(census, absorbed)
    ):
        yield Lack(
            key="aid_declared",
            problem="chaque fiche dit que toutes ses aides y sont, et les deux listes diffèrent",
            mend="dire « inconnu » ou compléter les aides de l’une des deux",
        )


def _group_keys(kept: Firm, absorbed: Firm) -> set[str]:
    return {kept.single_undertaking, absorbed.single_undertaking} - {"", kept.id, absorbed.id}


def _undertaking(kept: Firm, absorbed: Firm) -> str:
    return next(iter(_group_keys(kept, absorbed)), "")


def _names(firm: Firm, kept: Firm, absorbed: Firm) -> tuple[str, ...]:
    """Former names of both, and the name that was not chosen: partners' lists may still say it."""
    said = (*kept.former_names, *absorbed.former_names, kept.name, absorbed.name)
    return tuple(dict.fromkeys(name for name in said if name != firm.name))


def _account(census: Census, firm: Firm) -> set[tuple[Any, ...]]:
    return {_said(aid) for aid in census.aids if aid.firm_id == firm.id}


def _said(aid: AidObtained) -> tuple[Any, ...]:
    return aid.funder, aid.regime, aid.granted_on, aid.amount


def _double_aids(census: Census, kept: Firm, absorbed: Firm) -> dict[str, AidObtained]:
    """Aid of the firm that leaves → that of the other which says the same."""
    own = {_said(aid): aid for aid in census.aids if aid.firm_id == kept.id}
    return {aid.id: own[_said(aid)] for aid in census.aids if aid.firm_id == absorbed.id and _said(aid) in own}


def _is_one(same: AidObtained, aid: AidObtained, blend: Blend) -> bool:
    """Whether two aids that say the same are one: counted twice, they would eat the account twice."""
    asked = Question(path=("aids", aid.id), mine=same, theirs=aid, answers=(ONE_AID, TWO_AIDS))
    return blend.ask(asked) is ONE_AID


def _link(census: Census, decision: LinkDecision, kept: Firm, blend: Blend) -> Any:
    """The decision, said of the firm that stays; what was said of that one already holds unless a person says not."""
    renamed = replace(decision, firm_id=kept.id)
    own = next((each for each in census.link_decisions if each.pair == renamed.pair and each != decision), None)
    if own is None:
        return renamed
    if own.answer is decision.answer:
        return ABSENT
    answer = blend.ask(Question(path=("links_decided", decision.entry_id), mine=own, theirs=decision))
    return renamed if answer is Answer.THEIRS else ABSENT
