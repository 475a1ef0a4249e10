"""The committee's screen: for each candidate what is proposed, what the choice on the screen does, what is decided.

The choice begins from the decisions, and from the proposal where nothing is decided; the address says what was moved.
Nothing of it is kept.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from rebond.errors import IllegalPlanError, SolverError
from rebond.facts import UNKNOWN, Maybe
from rebond.portfolio.committee.choice import Contender, Standing, stand
from rebond.portfolio.committee.rules import Best, Conflict, Rule, Unsettled, best_choice, unmet
from rebond.portfolio.parts import PartRange
from rebond.restitution.typography import listed, typeset
from rebond.study.moved_in import Asked
from rebond.units import format_euros
from rebond.web.committee.amounts import account_takers, asked_by, payers_in, ready, unsure_in
from rebond.web.committee.aside import left_since, values_without_marks
from rebond.web.committee.shown import MINUS, PLUS, Row, Screen, begins_with, is_proposed, query_of
from rebond.web.missions.access import TEAM, roles_in
from rebond.web.missions.models import Mission
from rebond.web.missions.truth import Answer
from rebond.web.portfolio.calls import ONE, CallShown, candidacies, part_of, proposed_elsewhere
from rebond.web.portfolio.models import CommitteeDecision
from rebond.web.portfolio.session import Line, envelope_bar, lines_on_the_table
from rebond.web.projects.models import Project
from rebond.web.studies.models import FirmFinding

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from rebond.web.accounts.models import User

BEST = "meilleure"
_LOGGER = logging.getLogger("rebond.incidents")
UNSOLVED = "Le calcul des plans n’a pas abouti"


def screen(
    user: User | AnonymousUser,
    mission: Mission,
    sent: Mapping[str, str],
    *,
    rules: Sequence[Rule] = (),
    call: CallShown = ONE,
) -> Screen:
    """The candidates of a call that a person reads, and the choice that the address tells.

    What the address names and is no candidate is left out.
    """
    table = lines_on_the_table(user, mission, call)
    refs = {line.project.ref for line in table}
    plus, minus = (frozenset(_refs(sent.get(name, ""))) & refs for name in (PLUS, MINUS))
    based = {line.project.ref for line in table if begins_with(line)}
    bar = envelope_bar(user, mission, call=call)
    late = left_since(mission)
    worth = values_without_marks(mission, [line for line in table if line.project.firm.ref in late], call)
    sizes = _sizes(mission)
    chosen, failed = (based | plus) - minus, ""
    best: Best | Conflict | Unsettled | None = None
    asked: Mapping[str, Asked] = {}
    takers: Mapping[str, Sequence[tuple[str, Decimal]]] = {}
    held = {line.project.ref for line in table if line.decision and begins_with(line)}
    payers = payers_in(mission, table, bar.parts)
    try:
        if sent.get(BEST):
            asked = asked_by(mission, [line for line in table if _known(line) is None], call)
            unsure = unsure_in(mission, [line for line in table if _known(line) is not None], call)
            unsure |= {ref for ref, each in asked.items() if each.unsure}
            found = (_contender(line, sizes, asked, worth) for line in table)
            contenders = [replace(each, unsure=each.id in unsure) for each in found]
            out = {line.project.ref for line in table if line.decision} - held
            # What another call is proposed to finance is not proposed here: who decides may still add it.
            out |= {line.project.ref for line in table if _elsewhere(line, call)} - held
            best = best_choice(contenders, envelope=bar.amount, rules=rules, held=held, out=out, payers=payers)
            if isinstance(best, Best):
                chosen = set(best.chosen)
        else:
            ready(mission)
            moving = [line for line in table if line.project.ref in chosen and _known(line) is None]
            asked = asked_by(mission, moving, call)
        takers = account_takers(mission, [line for line in table if _is_stuck(asked.get(line.project.ref))])
    except (SolverError, IllegalPlanError) as error:
        _LOGGER.warning("comité, mission %s : %s", mission.slug, error)
        chosen, asked, takers = based, {}, {}
        failed = f"{UNSOLVED} ({error}) : l’écran montre les décisions et la proposition. Recommencez."
    contenders = [_contender(line, sizes, asked, worth) for line in table]
    proposal = {line.project.ref for line in table if is_proposed(line)}
    standing = stand(
        contenders,
        chosen,
        envelope=bar.amount,
        proposal=proposal,
        held=(held | (plus - proposal)) & chosen,
        payers=payers,
    )
    titles = (
        {row.ref: row.title for row in Project.objects.visible_to(user).of(mission).filter(ref__in=named)}
        if (named := {ref for each in takers.values() for ref, _ in each})
        else {}
    )
    silent = _silent(mission, call)
    now_plus, now_minus = chosen - based, based - chosen
    rows = []
    beside = _beside(table, chosen)
    akin = {} if roles_in(mission).isdisjoint(TEAM) else _akin(table, chosen)
    for line, contender in zip(table, contenders, strict=True):
        ref = line.project.ref
        after = chosen ^ {ref}
        rows.append(
            Row(
                line=line,
                contender=_shared(contender, standing),
                proposed=ref in proposal,
                chosen=ref in chosen,
                moved=(ref in chosen) is not (ref in based),
                falls=ref in standing.falls,
                late=ref in worth,
                elsewhere=_elsewhere(line, call),
                awaited=bool(silent & candidacies(line.finding)) and ref not in proposal,
                why=_why(asked.get(ref), takers.get(ref, ()), titles),
                beside=beside[ref],
                akin=akin.get(ref, ()),
                move=query_of(after - based, based - after, call),
            )
        )
    return Screen(
        rows=tuple(rows),
        standing=standing,
        bar=bar,
        unmet=tuple(unmet(rules, [_shared(each, standing) for each in contenders], chosen)),
        best=best,
        payers=payers,
        call=call,
        plus=tuple(sorted(now_plus)),
        minus=tuple(sorted(now_minus)),
        failed=failed,
    )


def _beside(table: Sequence[Line], chosen: Collection[str]) -> dict[str, tuple[tuple[str, bool], ...]]:
    """Project → the other candidates of its firm, and whether the choice retains each."""
    of_firm: dict[int, list[Line]] = {}
    for line in table:
        of_firm.setdefault(line.project.firm_id, []).append(line)
    return {
        line.project.ref: tuple(
            (each.project.title, each.project.ref in chosen)
            for each in of_firm[line.project.firm_id]
            if each is not line
        )
        for line in table
    }


def _akin(table: Sequence[Line], chosen: Collection[str]) -> dict[str, tuple[tuple[str, str, bool], ...]]:
    """Project → the candidates of the other firms of its single undertaking, each with its firm."""
    kin: dict[str, list[Line]] = {}
    for line in table:
        kin.setdefault(line.project.firm.undertaking, []).append(line)
    return {
        line.project.ref: tuple(
            (each.project.title, each.project.firm.name, each.project.ref in chosen)
            for each in kin[line.project.firm.undertaking]
            if each.project.firm_id != line.project.firm_id
        )
        for line in table
    }


def _shared(contender: Contender, standing: Standing) -> Contender:
    """With what it gets of a call that pays parts, shared out among the whole choice."""
    amount = standing.amounts.get(contender.id)
    return contender if amount is None else replace(contender, asks=amount)


def _elsewhere(line: Line, call: CallShown) -> str:
    return "" if line.decision is not None else proposed_elsewhere(line.finding, call)


def _silent(mission: Mission, call: CallShown) -> set[str]:
    """The other calls that have not decided anything yet; one query where there are several."""
    if not call.several:
        return set()
    decided = set(CommitteeDecision.objects.of(mission).values_list("call", flat=True))
    return {name for name, _ in call.calls if name != call.name} - decided


def _refs(text: str) -> list[str]:
    return [ref for ref in text.split(",") if ref]


def _known(line: Line) -> Decimal | None:
    """What the envelope gives it, when the committee or the study said so."""
    if line.decision is not None and begins_with(line):
        return line.decision.amount
    return line.finding.envelope if line.finding and line.finding.envelope else None


def _is_stuck(asked: Asked | None) -> bool:
    return asked is not None and asked.amount is None


def _why(asked: Asked | None, takers: Sequence[tuple[str, Decimal]], titles: Mapping[str, str]) -> str:
    """Why the envelope cannot finance it, and which plans use the account that it would need: they do not move."""
    if asked is None or asked.amount is not None or not takers:
        return asked.why if asked else ""
    named = [f"« {titles[ref]} » ({format_euros(aid)})" for ref, aid in takers if ref in titles]
    if len(named) < len(takers):
        named.append("un projet que cet écran ne montre pas" if len(takers) == len(named) + 1 else "d’autres projets")
    return (
        f"{asked.why}. Le compte de minimis de l’entreprise sert au plan de {listed(named)}, que cet écran ne change "
        "pas : une étude les planifie ensemble"
    )


def _contender(
    line: Line,
    sizes: Mapping[int, Maybe[bool]],
    asked: Mapping[str, Asked],
    worth: Mapping[str, Decimal],
) -> Contender:
    project, known = line.project, _known(line)
    found = asked.get(project.ref)
    asks = known if known is not None else found.amount if found else None
    return Contender(
        id=project.ref,
        firm=project.firm.ref,
        firm_name=typeset(project.firm.name),
        place=project.epci,
        small=sizes.get(project.firm_id, UNKNOWN),
        value=worth.get(project.ref, line.finding.score if line.finding else Decimal(0)),
        asks=asks,
        part=_part(line, asks, found),
    )


def _part(line: Line, asks: Decimal | None, asked: Asked | None) -> PartRange | None:
    """What it may get of a call that pays parts: what the committee decided is settled, the rest is shared out."""
    studied = part_of(line.finding)
    if asks is None:
        return None
    if line.decision is not None and begins_with(line):
        return studied.fixed_at(asks) if studied else None
    if asked is None:
        return studied
    if asked.most is None:
        return studied.fixed_at(asks) if studied else None
    least, most = int(asks), max(int(asks), int(asked.most))
    return PartRange(least=least, most=most, full=studied.full if studied else most)


def _sizes(mission: Mission) -> dict[int, Maybe[bool]]:
    """Whether each firm is an SME, as the study found; one query.

    The committee is not told it firm by firm, and its rule counts it all the same.
    """
    rows = FirmFinding.objects.found_by(mission.current_study).values_list("firm", "is_sme")
    return {firm: UNKNOWN if said == Answer.UNKNOWN else said == Answer.YES for firm, said in rows}
