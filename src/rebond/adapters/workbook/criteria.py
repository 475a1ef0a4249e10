"""The criteria that a mission sets for its call: a line each, with the words of its scale."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rebond.adapters.workbook.cells import CODE
from rebond.adapters.workbook.references import tell
from rebond.adapters.workbook.report import Report
from rebond.adapters.workbook.tables import Row, Table
from rebond.adapters.workbook.template import Row as Written
from rebond.facts import UNKNOWN, CallCriterion, MissionSettings
from rebond.portfolio.scoring import BY_HAND
from rebond.reading.problem import Unreadable

_SHEET, _CALL = "criteres", "appel"
_FEWEST, _MOST = 2, 11
"""Anchors of a scale: from 0 to 1 at least, to 10 at most."""


def criteria_in(tables: Mapping[str, Table]) -> Iterator[CallCriterion]:
    """The criteria of the mission, in their order."""
    for row in tables[_SHEET].rows:
        yield CallCriterion(
            code=row.text("code"),
            label=row.text("libelle"),
            weight=row.value("poids"),
            computed=row.text("calcul") or BY_HAND,
            anchors=_anchors(row),
            call=row.text(_CALL),
        )


def _anchors(row: Row) -> tuple[str, ...]:
    return tuple(line.strip() for line in row.text("reperes").splitlines() if line.strip())


def criterion_rows(settings: MissionSettings) -> Iterator[Written]:
    """They, as the workbook writes them."""
    for each in settings.criteria:
        yield {
            "code": each.code,
            "libelle": each.label,
            "poids": each.weight,
            "calcul": each.computed,
            "reperes": "\n".join(each.anchors),
            "appel": each.call,
        }


def check_criteria(tables: Mapping[str, Table], report: Report) -> None:
    """Codes that marks can name, weights that weigh, in each call one scale of words for all that assessors mark.

    A line of a call whose code is a criterion of the mission is that criterion: its words and scale are the mission's.
    """
    rows = tables[_SHEET].rows
    for row in rows:
        code = row.text("code")
        if row.is_sound("code") and code and not CODE.match(code):
            mend = "un mot en minuscules, sans accent, chiffres et « _ » admis : sobriete_eau"
            tell(row, "code", Unreadable("ce n'est pas un code", mend), report)
    by_call: dict[str, list[Row]] = {}
    for row in rows:
        by_call.setdefault(row.text(_CALL), []).append(row)
    common = by_call.get("", [])
    shared = {row.text("code"): row for row in common} or dict.fromkeys(_of_catalogue(tables["mission"]))
    for call, mine in by_call.items():
        _check_once(mine, report)
        _check_weights(mine, tables["mission"] if not call else None, report)
        own = [row for row in mine if not call or row.text("code") not in shared]
        for row in own:
            if row.is_sound("calcul", "reperes"):
                _check_anchors(row, report)
        _check_scale(own, report)
        for row in mine if call else ():
            if row.text("code") in shared:
                _check_shared(row, shared[row.text("code")], report)
    own_of: dict[str, Row] = {}
    for row in (row for call, mine in by_call.items() if call for row in mine):
        first = own_of.setdefault(row.text("code"), row)
        if row.text("code") not in shared and _anchors(first) != _anchors(row):
            problem = f"un critère de ce code a d'autres repères, ligne {first.number} : leurs notes seraient communes"
            tell(row, "code", Unreadable(problem, "donner les mêmes repères, ou un autre code"), report)


def _of_catalogue(mission: Table) -> Iterator[str]:
    """The codes of the criteria that hold for a mission that set none: those that its sheet weighs."""
    return (column.criterion for column in mission.sheet.columns if column.criterion)


def _check_once(rows: Sequence[Row], report: Report) -> None:
    """No call has two criteria of one code."""
    seen: dict[str, int] = {}
    for row in rows:
        code = row.text("code")
        if code and row.is_sound("code") and seen.setdefault(code, row.number) != row.number:
            mend = "n'en garder qu'une, ou donner un autre code"
            tell(row, "code", Unreadable(f"ligne en double (voir la ligne {seen[code]})", mend), report)


def _check_scale(rows: Sequence[Row], report: Report) -> None:
    marked = [row for row in rows if row.text("calcul") in {"", BY_HAND} and row.is_sound("calcul", "reperes")]
    for row in marked[1:]:
        first, mine = len(_anchors(marked[0])), len(_anchors(row))
        if _FEWEST <= mine <= _MOST and _FEWEST <= first <= _MOST and mine != first:
            problem = f"{mine} repères, quand « {marked[0].text('libelle')} » en a {first}"
            tell(row, "reperes", Unreadable(problem, "donner à chaque critère noté autant de repères"), report)


def _check_shared(row: Row, first: Row | None, report: Report) -> None:
    """A call weighs a criterion of the mission otherwise; whoever wants other words wants another criterion."""
    if not row.is_sound("reperes") or not _anchors(row) or (first is not None and _anchors(first) == _anchors(row)):
        return
    problem = "ce critère est celui de la mission, avec ses repères et ses notes : l'appel n'en change que le poids"
    tell(row, "reperes", Unreadable(problem, "effacer ces repères, ou donner un autre code au critère"), report)


def _check_anchors(row: Row, report: Report) -> None:
    found = len(_anchors(row))
    if row.text("calcul") in {"", BY_HAND}:
        if not _FEWEST <= found <= _MOST:
            mend = f"écrire de {_FEWEST} à {_MOST} repères, un par ligne, du sens de la note 0 à celui de la plus haute"
            tell(row, "reperes", Unreadable("une note sans repères se lit autrement par chacun", mend), report)
    elif found:
        mend = "les effacer, ou choisir « note » pour que les évaluateurs notent ce critère"
        tell(row, "reperes", Unreadable("ce critère vient des données, et n'a pas de repères", mend), report)


def _check_weights(rows: Sequence[Row], mission: Table | None, report: Report) -> None:
    sound = [row for row in rows if row.is_sound("poids")]
    if sound and len(sound) == len(rows) and not any(row.get("poids") for row in rows):
        mend = "donner un poids à un critère au moins"
        tell(rows[0], "poids", Unreadable("tous les poids de l'appel sont nuls", mend), report)
    if mission is None or not rows:
        return
    for row in mission.rows:
        twice = [c for c in mission.sheet.columns if c.criterion and row.get(c.key) is not UNKNOWN]
        for column in twice:
            mend = "effacer ce poids : celui de la feuille « critères de l'appel » le remplace"
            tell(row, column.key, Unreadable("la mission a ses propres critères, avec leurs poids", mend), report)
