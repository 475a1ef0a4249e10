"""Two projects of a firm put together: one stays, with the costs of both."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

from rebond.facts import (
    UNKNOWN,
    Accompaniment,
    AccompanimentOutcome,
    Census,
    CostLine,
    DescentAct,
    Evidence,
    Project,
    ReferralState,
    ReferralStep,
)
from rebond.facts.accompanied import open_for
from rebond.facts.followed import Followed, followed
from rebond.history.changes import ABSENT, Kind, reference_of
from rebond.history.trees import tree_of
from rebond.regrouping.decided import KINDS, Decided, DecidedKind, decided_of, moved
from rebond.regrouping.lacks import Lack, RegroupingError
from rebond.regrouping.pieces import adds_up, project_of
from rebond.regrouping.questions import Blend, Question, TwoRows
from rebond.regrouping.splitting import Wanted, granted_too_much, with_decided


@dataclass(frozen=True, slots=True, kw_only=True)
class Join(TwoRows):
    """Two projects of a firm, with what people had decided of either."""

    decided: Mapping[str, bool]
    """Key of what was settled of either → whether it holds of both together."""
    numbers: Mapping[str, int] = field(default_factory=dict)
    """Referral → the number that its next step takes, where it is not the one after its last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """What putting two projects together makes, and what it takes to know."""

    project: Project
    questions: tuple[Question, ...]
    decided: tuple[Decided, ...]
    lacks: tuple[Lack, ...]
    rows: Wanted


def join(census: Census, asked: Join, *, adding: Collection[str] = ()) -> Joined:
    """One project of two; nothing may be written while ``lacks`` is not empty.

    Raises ``KeyError`` when there is no such project, ``RegroupingError`` when they may not be put together.
    """
    by_ref = {project.id: project for project in census.projects}
    kept, absorbed = by_ref[asked.kept], by_ref[asked.absorbed]
    if kept.id == absorbed.id or kept.firm_id != absorbed.firm_id:
        problem = "deux projets de deux entreprises ne se réunissent pas" if kept.id != absorbed.id else "c’est le même"
        raise RegroupingError([Lack(key="autre", problem=problem, mend="choisir un autre projet de l’entreprise")])
    blend = Blend(
        answers=asked.answers,
        whole=(Evidence,),
        unions=("objectives",),
        texts=("description",),
        adds_up=lambda path, value: adds_up(path, value, adding),
    )
    mine, theirs = _undecided(kept), _undecided(absorbed)
    other = {name: branch for name, branch in tree_of(theirs).items() if name not in {"id", "firm_id", "costs"}}
    project = replace(project_of(blend.trees(tree_of(mine), other)), costs=_costs(census, kept, absorbed))
    settled = (*decided_of(kept, census), *decided_of(absorbed, census))
    lacks = [*blend.lacks, *_unsaid(settled, asked)]
    rows: Wanted = {}
    for each in settled:
        project, clash = _settle(each, project, rows, holds=asked.decided.get(each.key, False))
        lacks += clash
    for each in settled:
        if asked.decided.get(each.key):
            lacks += granted_too_much(each, rows.values(), [project])
    descent = asked.descent(DescentAct.MERGED)
    rows |= {
        (Kind.PROJECT, kept.id): project,
        (Kind.PROJECT, absorbed.id): ABSENT,
        (Kind.DESCENT, reference_of(Kind.DESCENT, descent)): descent,
    }
    rows |= {
        (Kind.AID, aid.id): replace(aid, project_id=kept.id) for aid in census.aids if aid.project_id == absorbed.id
    }
    rows |= {
        (Kind.ACTION, action.id): replace(action, projects=_as_joined(action.projects, kept.id, absorbed.id))
        for action in census.actions
        if absorbed.id in action.projects
    }
    # A signed mark is of one project, in one name: nobody else says it of another. Each marks what the two became.
    rows |= {
        (Kind.MARK, reference_of(Kind.MARK, mark)): ABSENT for mark in census.marks if mark.project_id == absorbed.id
    }
    rows |= dict(_referred(census, asked))
    rows |= dict(_accompanied(census, asked))
    return Joined(project=project, questions=tuple(blend.questions), decided=settled, lacks=tuple(lacks), rows=rows)


def _as_joined(projects: Iterable[str], kept: str, absorbed: str) -> tuple[str, ...]:
    """The projects that an action helps, the one that stays in the place of the one that leaves."""
    return tuple(dict.fromkeys(kept if each == absorbed else each for each in projects))


def _accompanied(census: Census, asked: Join) -> Iterator[tuple[tuple[Kind, str], Accompaniment]]:
    """Advisers follow the project that leaves; of two that work today, that of the project that stays does."""
    taken = asked.kept in open_for(census.accompaniments)
    for each in census.accompaniments:
        if each.project_id == asked.absorbed:
            moved_to = replace(each, project_id=asked.kept)
            if each.is_open and taken:
                reason = f"Projets réunis : {asked.kept} a déjà son conseil."
                ended = AccompanimentOutcome.PASSED_ON
                moved_to = replace(moved_to, outcome=ended, closed_on=asked.on, reason=reason)
            yield (Kind.ACCOMPANIMENT, each.id), moved_to


def _referred(census: Census, asked: Join) -> Iterator[tuple[tuple[Kind, str], Any]]:
    """What was sent of either is followed for what both became: of two open at one organisation, the furthest along."""
    both = [each for each in census.referrals if each.project_id in {asked.kept, asked.absorbed}]
    for sent in both:
        if sent.project_id == asked.absorbed:
            yield (Kind.REFERRAL, sent.id), replace(sent, project_id=asked.kept)
    still_open = (each for each in followed(both, census.referral_steps) if each.is_open)
    for _, same in groupby(sorted(still_open, key=_organisation), key=_organisation):
        stays, *others = sorted(same, key=lambda each: (-_STATES.index(each.state), each.sent.project_id != asked.kept))
        met = len({each.sent.project_id for each in (stays, *others)}) > 1
        for each in others if met else ():
            step = ReferralStep(
                referral_id=each.sent.id,
                number=asked.numbers.get(each.sent.id, each.last + 1),
                state=ReferralState.CLOSED,
                on=asked.on,
                by=asked.by,
                reason=f"Projets réunis : {stays.sent.id}, à la même organisation, reste ouverte.",
            )
            yield (Kind.REFERRAL_STEP, reference_of(Kind.REFERRAL_STEP, step)), step


_STATES = tuple(ReferralState)
"""In the order in which a referral goes through them."""


def _organisation(referral: Followed) -> str:
    return referral.sent.organisation


def _undecided(project: Project) -> Project:
    return replace(project, maturity_override=UNKNOWN, maturity_reason="", scores=())


def _costs(census: Census, kept: Project, absorbed: Project) -> tuple[CostLine, ...]:
    """The lines of both; a line that was shared when one was split from the other is one line again."""
    kin = {(each.origin, each.became) for each in census.lineage if each.act is DescentAct.SPLIT}
    were_one = bool(kin & {(kept.id, absorbed.id), (absorbed.id, kept.id)})
    lines = {line.id: line for line in kept.costs}
    for line in absorbed.costs:
        own = lines.get(line.id)
        if own is not None and were_one and replace(own, amount=line.amount) == line:
            lines[line.id] = replace(own, amount=own.amount + line.amount)
        else:
            ref = _free(line.id, lines, absorbed.id)
            lines[ref] = replace(line, id=ref)
    return tuple(lines.values())


def _free(ref: str, taken: Collection[str], project: str) -> str:
    if ref not in taken:
        return ref
    stem, number = f"{project}-{ref}", 1
    found = stem
    while found in taken:
        number += 1
        found = f"{stem}-{number}"
    return found


def _settle(decided: Decided, project: Project, rows: Wanted, *, holds: bool) -> tuple[Project, list[Lack]]:
    if decided.kind not in KINDS:
        if not holds:
            return project, []
        taken = project.scores if decided.kind is DecidedKind.MARKS else project.maturity_override is not UNKNOWN
        return (project, [_twice(decided)]) if taken else (with_decided(project, decided), [])
    kind = KINDS[decided.kind]
    rows.setdefault((kind, decided.ref), ABSENT)
    if not holds:
        return project, []
    ref, row = moved(decided, project)
    ref = decided.ref if ref == decided.ref.partition("#")[0] else ref
    held = rows.get((kind, ref), ABSENT)
    rows[kind, ref] = row
    return project, [] if held is ABSENT or held == row else [_twice(decided)]


def _twice(decided: Decided) -> Lack:
    return Lack(key=decided.key, problem="les deux projets gardent chacun le leur", mend="n’en garder qu’un")


def _unsaid(settled: Collection[Decided], asked: Join) -> Iterator[Lack]:
    for each in settled:
        if each.key not in asked.decided:
            yield Lack(
                key=each.key,
                problem="rien n’est dit de ce qui fut décidé d’un seul des deux",
                mend="dire si cela vaut pour le projet réuni",
            )
