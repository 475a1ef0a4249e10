"""Intensity and cumulation: what the ceilings of the regimes allow on a line (RGEC arts. 7, 8 and 14 to 49).

Two families of rules, written on the same sums: the aid that is no advance at nominal, then all the aid.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping

from rebond.financing.problem.model import NONE, FinancingProblem, GrantedAid, Line, ProjectProblem
from rebond.financing.solving.sums import already_granted, by_regime, room_left
from rebond.financing.solving.variables import Use, Variables, is_aid
from rebond.regimes.model import RegimeKind
from rebond.units import Rate

LEAST_USE = 1.0
"""Euros of aid from which a regime is really used on a line (cumulation)."""


def define_intensity(problem: FinancingProblem, variables: Variables) -> None:
    """On each line, aid under a regime ≤ its intensity × the line; on the project's lines where the article says so.

    Source: RGEC arts. 14 to 49; repayable advances compared at nominal get the bonus of art. 7(5).
    """
    for project in problem.projects:
        for regime, uses in by_regime(variables, project).items():
            if uses[0].basis.per_project:
                _project_intensity(variables, project, regime, uses)
                continue
            for line in project.lines:
                here = [use for use in uses if line in use.lines]
                if not here:
                    continue
                past = already_granted(project, line.id, regime=regime)
                for suffix, terms, bonus in _compared(variables, here, line.id):
                    ceiling = float(here[0].basis.ceilings[line.id]) + bonus
                    room = max(0.0, ceiling * float(line.amount) - past)
                    variables.model.row(f"intensity[{project.id},{regime},{line.id}{suffix}]", terms, high=room)


def _project_intensity(variables: Variables, project: ProjectProblem, regime: str, uses: list[Use]) -> None:
    """Σ aid ≤ Σ over the eligible costs of intensity × line, past aid on them deducted."""
    ceilings = {line: float(rate) for use in uses for line, rate in use.basis.ceilings.items()}
    eligible = variables.eligible(uses)
    for suffix, terms, bonus in _compared(variables, uses):
        room = [
            (
                column,
                already_granted(project, line.id, regime=regime) - (ceilings[line.id] + bonus) * float(line.amount),
            )
            for column, lines in eligible.items()
            for line in lines
        ]
        variables.model.row(f"intensity[{project.id},{regime}{suffix}]", [*terms, *room], high=0.0)


def _compared(
    variables: Variables, uses: Iterable[Use], line: str | None = None
) -> Iterator[tuple[str, list[tuple[int, float]], float]]:
    """What is compared with a ceiling: aid that is no advance at nominal, then all aid with the bonus of art. 7(5)."""
    uses = list(uses)
    plain = [term for use in uses for term in variables.terms(use, float(use.basis.plain_per_euro), line)]
    yield "", plain, 0.0
    bonus = max(
        (use.basis.advance_bonus for use in uses if use.basis.plain_per_euro < use.basis.aid_per_euro), default=0
    )
    if bonus:
        total = [term for use in uses for term in variables.terms(use, float(use.basis.aid_per_euro), line)]
        yield ",avances", total, float(bonus)


def define_cumulation(problem: FinancingProblem, variables: Variables) -> None:
    """On each line, all aid together ≤ the highest ceiling among the regimes really used on it (RGEC art. 8).

    The points of art. 7(5) raise the ceiling of the regime that grants the advance, and no other: art. 7(6) gives none
    to regional aid. De minimis counts and brings no ceiling (Reg. (EU) 2023/2831 art. 5). A line with de minimis alone
    is bounded by its cost. A regime is really used when at least one euro of aid under it stands on the line.
    """
    for project in problem.projects:
        uses = [use for use in variables.of_project(project) if is_aid(use)]
        for line in project.lines:
            here = [use for use in uses if line in use.lines]
            if here and not _intensity_suffices(project, line, here):
                _cumulation_rows(variables, project, line, here)
                _level_rows(variables, project, line, here)
                _object_rows(variables, project, line, here)


def _intensity_suffices(project: ProjectProblem, line: Line, here: list[Use]) -> bool:
    """One regime alone on the line, judged on the line: its intensity says all."""
    regimes = {use.basis.regime for use in here}
    past = {granted.regime for granted in project.granted if granted.line == line.id and granted.aid > 0}
    single = len(regimes) == 1 and past <= regimes
    return single and here[0].basis.kind is RegimeKind.EXEMPTION and not here[0].basis.per_project


def _cumulation_rows(variables: Variables, project: ProjectProblem, line: Line, here: list[Use]) -> None:
    """The line rests on one ceiling: that of a regime used on it, of an aid of the past, or the cost without either."""
    model, label = variables.model, f"cumulation[{project.id},{line.id}"
    already = already_granted(project, line.id, aid_only=True)
    past = _exempted_before(project, line)
    exempted = [use for use in here if use.basis.kind is RegimeKind.EXEMPTION]
    used: dict[int, tuple[float, float]] = {}
    for ceiling, bonus in sorted({_ceiling(use, line) for use in exempted}, reverse=True):
        same = [use for use in exempted if _ceiling(use, line) == (ceiling, bonus)]
        name = ",".join(sorted({use.basis.regime for use in same})) + (",avances" if bonus else "")
        bears = model.binary(f"plafond[{project.id},{line.id},{name}]")
        variables.bears.append(bears)
        used[bears] = (float(ceiling), float(bonus))
        # Per dispositif, so that one of them keeps a whole euro after rounding.
        own = [term for use in same for term in variables.terms(use, float(use.basis.aid_per_euro), line.id)]
        givers = len({use.offer.id for use in same})
        model.row(f"{label},usage,{name}]", [*own, (bears, -LEAST_USE * givers)], low=0.0)
        asked = [(variables.chosen[use.key], -1.0) for use in same]
        model.row(f"{label},demande,{name}]", [*asked, (bears, 1.0)], high=0.0)
    bearers = dict(used)
    if past or len(exempted) < len(here):
        none = model.binary(f"plafond[{project.id},{line.id},aucun]")
        bearers[none] = (_unborne(variables, line, here, past), 0.0)
    model.row(f"{label},un seul]", dict.fromkeys(bearers, 1.0).items(), high=1.0)
    for suffix, terms, points in _compared(variables, here, line.id):
        ceilings = _ceiling_terms(bearers, line, already, advances=points > 0)
        model.row(f"{label},plafond{suffix}]", [*terms, *ceilings], high=0.0)
    for suffix, terms, points in _compared(variables, exempted, line.id):
        if not past and len(exempted) < len(here):
            # Exempted aid stands on a line only with the ceiling of its regime or of another one used there.
            ceilings = _ceiling_terms(used, line, already, advances=points > 0)
            model.row(f"{label},sans exemption{suffix}]", [*terms, *ceilings], high=0.0)


def _level_rows(variables: Variables, project: ProjectProblem, line: Line, here: list[Use]) -> None:
    """What passes the ceiling of a regime used on the line is aid of a regime that allows it: a token opens nothing.

    For each ceiling used: the aid of the regimes at or under it, and de minimis, stay within it. The highest says no
    more than the cumulation rows, unless the line may rest on a past aid or on a regime judged on the whole project,
    which has no ceiling of its own on a line.
    """
    model = variables.model
    highest = _most(variables, project, line, here)
    elsewhere = any(use.basis.per_project for use in here) or any(g.line == line.id for g in project.granted)
    here = [use for use in here if not use.basis.per_project]
    exempted = [use for use in here if use.basis.kind is RegimeKind.EXEMPTION]
    levels = sorted({sum(_ceiling(use, line)) for use in exempted})
    for level in levels if elsewhere else levels[:-1]:
        own = [use for use in exempted if sum(_ceiling(use, line)) == level]
        under = [use for use in here if use not in exempted or sum(_ceiling(use, line)) <= level]
        before = [
            granted
            for granted in project.granted
            if granted.line == line.id
            and granted.kind is not RegimeKind.NO_AID
            and (granted.kind is RegimeKind.DE_MINIMIS or granted.ceiling <= level)
        ]
        if len({*(use.basis.regime for use in under), *(granted.regime for granted in before)}) == 1:
            continue  # Its own intensity says as much.
        terms = [term for use in under for term in variables.terms(use, float(use.basis.aid_per_euro), line.id)]
        room = room_left(float(level), line, sum(float(granted.aid) for granted in before))
        most = sum(weight * model.upper[column] for column, weight in terms)
        slack = min(most, highest) - room
        if slack <= 0:
            continue  # What the other rules leave stays under the ceiling.
        label = f"cumulation[{project.id},{line.id},niveau {level}"
        used = model.binary(f"niveau[{project.id},{line.id},{level}]")
        for use in own:
            column = variables.euros[(*use.key, line.id)]
            model.row(f"{label},{','.join(use.key)}]", [(column, 1.0), (used, -model.upper[column])], high=0.0)
        model.row(f"{label}]", [*terms, (used, slack)], high=room + slack)
        if variables.tight:
            # Said of each of them alone, shares of several would pass the ceiling that they may not pass together.
            alike = [term for use in own for term in variables.terms(use, float(use.basis.aid_per_euro), line.id)]
            model.row(f"{label},ensemble]", [*alike, (used, -room)], high=0.0)


def _unborne(variables: Variables, line: Line, here: list[Use], past: Iterable[GrantedAid]) -> float:
    """The share of a line that aid may reach on no ceiling of a regime asked: that of an aid of the past, or the cost.

    De minimis alone cannot pass what is left of its account: said here too, a mix of ceilings finds less room.
    """
    ceilings = [granted.ceiling for granted in past]
    if ceilings:
        return float(max(ceilings))
    others = [use for use in here if use.basis.kind is not RegimeKind.EXEMPTION]
    if not variables.tight or not line.amount or any(use.basis.kind is not RegimeKind.DE_MINIMIS for use in others):
        return 1.0
    account = variables.de_minimis_room.get(here[0].project.undertaking, math.inf)
    already = already_granted(here[0].project, line.id, aid_only=True)
    return min(1.0, (already + account) / float(line.amount))


def _most(variables: Variables, project: ProjectProblem, line: Line, here: list[Use]) -> float:
    """What all aid together may reach on a line, whatever its ceiling: a bound in euros of aid, maybe infinite."""
    uneven = any(use.basis.plain_per_euro < use.basis.aid_per_euro or use.basis.per_project for use in here)
    if not variables.tight or uneven:
        return math.inf
    rates = [float(use.basis.ceilings[line.id]) for use in here if use.basis.kind is RegimeKind.EXEMPTION]
    past = _exempted_before(project, line)
    if past or len(rates) < len(here):
        rates.append(_unborne(variables, line, here, past))
    return room_left(max(rates), line, already_granted(project, line.id, aid_only=True))


def _exempted_before(project: ProjectProblem, line: Line) -> list[GrantedAid]:
    return [g for g in project.granted if g.line == line.id and g.kind is RegimeKind.EXEMPTION and g.aid > 0]


def _object_rows(variables: Variables, project: ProjectProblem, line: Line, here: list[Use]) -> None:
    """Articles that each pay for one thing pay for the same one: a line has one object (RGEC art. 8)."""
    model = variables.model
    objects = sorted({use.basis.object for use in here if use.basis.object})
    if len(objects) < 2:  # noqa: PLR2004 - several
        return
    label, kept = f"cumulation[{project.id},{line.id},objet", []
    for name in objects:
        column = model.binary(f"objet[{project.id},{line.id},{name}]")
        kept.append((column, 1.0))
        for use in here:
            if use.basis.object == name:
                euros = variables.euros[(*use.key, line.id)]
                model.row(f"{label},{','.join(use.key)}]", [(euros, 1.0), (column, -model.upper[euros])], high=0.0)
    model.row(f"{label}]", kept, high=1.0)


def _ceiling(use: Use, line: Line) -> tuple[Rate, Rate]:
    """What a use brings to its line: its intensity, and the points of art. 7(5) when it is an advance at nominal."""
    basis = use.basis
    return basis.ceilings[line.id], basis.advance_bonus if basis.plain_per_euro < basis.aid_per_euro else NONE


def _ceiling_terms(
    bearers: Mapping[int, tuple[float, float]], line: Line, already: float, *, advances: bool
) -> Iterator[tuple[int, float]]:
    """Room under the ceiling that each column bears; the points of an advance are those of its own regime."""
    for column, (rate, bonus) in bearers.items():
        yield column, -room_left(rate + (bonus if advances else 0.0), line, already)
