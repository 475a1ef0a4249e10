"""What a committee cannot have decided: an amount for a project not retained, more than the envelope holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from rebond.adapters.workbook.references import tell
from rebond.adapters.workbook.report import Report
from rebond.adapters.workbook.tables import Row, Table
from rebond.adapters.workbook.wording import fold
from rebond.facts import DecisionOutcome
from rebond.reading.problem import Unreadable
from rebond.units import format_euros

_RETAINED = DecisionOutcome.RETAINED.value


def check_decisions(tables: Mapping[str, Table], report: Report) -> None:
    """Each decision alone, then all of them against the envelope."""
    costs = _sums(tables["depenses"].rows, "projet")
    granted: list[tuple[Row, Decimal]] = []
    for row in tables["decisions"].rows:
        amount = row.get("montant")
        if not isinstance(amount, Decimal | int) or not row.is_sound("projet", "decision", "montant"):
            continue
        if row.text("decision") != _RETAINED:
            if amount:
                mend = "effacer le montant, ou écrire « retenu » si le comité l'a accordé"
                tell(row, "montant", Unreadable("montant décidé pour un projet qui n'est pas retenu", mend), report)
            continue
        granted.append((row, Decimal(amount)))
        cost = costs.get(fold(row.text("projet")), Decimal(0))
        if cost and amount > cost:
            problem = f"montant décidé au-delà du coût du projet ({format_euros(cost)})"
            tell(row, "montant", Unreadable(problem, "corriger le montant, ou les postes de dépense"), report)
    for call in dict.fromkeys(row.text("appel") for row, _ in granted):
        mine = [(row, amount) for row, amount in granted if row.text("appel") == call]
        _check_envelope(mine, [row for row in tables["enveloppe"].rows if row.text("appel") == call], report)


def check_link_decisions(table: Table, report: Report) -> None:
    """One answer for a partner's line with a firm, or with one of its projects."""
    seen: dict[tuple[str, str], int] = {}
    for row in table.rows:
        if not row.is_sound("ligne", "entreprise", "projet"):
            continue
        pair = fold(row.text("ligne")), fold(row.text("projet") or row.text("entreprise"))
        first = seen.setdefault(pair, row.number)
        if first != row.number:
            problem = f"rapprochement déjà décidé à la ligne {first}"
            tell(row, "reponse", Unreadable(problem, "n'en garder qu'un"), report)


def _check_envelope(granted: Iterable[tuple[Row, Decimal]], envelope: Sequence[Row], report: Report) -> None:
    """The envelope is told on the line that passes it; an envelope with a fault of its own cannot be compared with."""
    if not all(row.is_sound("montant") for row in envelope):
        return
    whole = sum(_sums(envelope, "contributeur").values(), Decimal(0))
    spent = Decimal(0)
    for row, amount in granted:
        spent += amount
        if spent > whole:
            problem = f"les montants décidés font {format_euros(spent)}, plus que l'enveloppe ({format_euros(whole)})"
            tell(row, "montant", Unreadable(problem, "corriger un montant décidé, ou l'enveloppe"), report)
            return


def _sums(rows: Iterable[Row], key: str) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for row in rows:
        amount = row.get("montant")
        if isinstance(amount, Decimal | int):
            name = fold(row.text(key))
            found[name] = found.get(name, Decimal(0)) + amount
    return found
