"""Record the choice on the screen as decisions: all or none, within the envelope, each with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.db import transaction

from rebond import facts as core
from rebond.facts import UNKNOWN, DecisionOutcome
from rebond.history import Kind
from rebond.restitution.typography import typeset
from rebond.units import format_euros
from rebond.web.accounts.models import User
from rebond.web.committee.board import screen
from rebond.web.committee.deciding import faults_of_deciding
from rebond.web.committee.shown import Row, Screen
from rebond.web.committee.sittings import opened
from rebond.web.editing.decided import fault_of_reason, fault_of_words
from rebond.web.editing.gestures import Done, save
from rebond.web.journal.models import Act
from rebond.web.journal.writing import author_of
from rebond.web.missions.models import Mission
from rebond.web.portfolio.calls import ONE, CallShown
from rebond.web.portfolio.session import LONGEST_NAME, LONGEST_REASON, day_typed

REASON = "motif_"
UNSHARED = (
    "Les contributeurs de l’enveloppe ne peuvent pas payer ce choix, chacun selon ses règles : retirez ce qui ne tient "
    "plus, puis enregistrez."
)
LEFT_OUT = (DecisionOutcome.RESERVE, DecisionOutcome.REFUSED, DecisionOutcome.POSTPONED)
"""What may be decided of what is not retained."""


@transaction.atomic
def record_choice(
    mission: Mission,
    choice: Mapping[str, str],
    sent: Mapping[str, str],
    *,
    by: User,
    since: int | None,
    call: CallShown = ONE,
) -> Done | dict[str, str]:
    """Write the decisions that the choice makes, in one gesture; else what is wrong, by field.

    What follows the proposal takes the common reason; what differs from it needs its own. ``ClashError``: someone
    decided one of them meanwhile.
    """
    opened(mission)
    found = screen(by, mission, choice, call=call)
    errors: dict[str, str] = {}
    reason, who = sent.get("motif", "").strip(), sent.get("par", "").strip()
    if fault := fault_of_reason(reason, "Écrivez le motif : on le demandera.", most=LONGEST_REASON):
        errors["motif"] = fault
    if not who or len(who) > LONGEST_NAME:
        errors["par"] = f"Dites qui a décidé, en {LONGEST_NAME} caractères au plus."
    elif fault := fault_of_words(who):
        errors["par"] = fault
    day = day_typed("date", sent, errors, "Donnez la date de la décision.")
    left_out = sent.get("autres", "")
    if left_out not in set(LEFT_OUT):
        errors["autres"] = "Dites ce que deviennent les projets qui ne sont pas retenus."
    rows = found.recorded
    if fault := _fault_of(found):
        errors["choix"] = fault
    wanted: dict[tuple[Kind, str], core.CommitteeDecision] = {}
    faults = faults_of_deciding(mission, [row.line.project for row in rows], who, by=by)
    if faults and "choix" not in errors:
        errors["choix"] = " ".join(faults)
    for row in rows:
        own = sent.get(f"{REASON}{row.ref}", "").strip()
        if row.differs and (
            fault := fault_of_reason(
                own,
                f"{typeset(row.line.project.title)} diffère de la proposition : écrivez pourquoi.",
                most=LONGEST_REASON,
            )
        ):
            errors[f"{REASON}{row.ref}"] = fault
        if not errors:
            wanted[(Kind.DECISION, row.ref)] = _decision(row, left_out, day, own or reason, who, call)
    if errors:
        return errors
    return save(mission, wanted, by=author_of(by), since=since, act=Act.DECIDED, reason=reason)


def _fault_of(found: Screen) -> str:
    """Why this choice cannot be decided; empty when it can."""
    if found.failed:
        return found.failed
    if found.standing.left < 0:
        over = format_euros(-found.standing.left)
        return f"Le choix passe l’enveloppe de {over} : retirez des projets, puis enregistrez."
    if not found.standing.shared:
        return UNSHARED
    for ref in found.standing.unpaid:
        return f"{typeset(found.titles[ref])} : aucun plan légal ne le finance entier. Retirez-le du choix."
    return "" if found.recorded else "Ce choix est déjà décidé : il n’y a rien à enregistrer."


def _decision(
    row: Row, left_out: str, day: core.Maybe, reason: str, who: str, call: CallShown
) -> core.CommitteeDecision:
    amount = row.amount
    return core.CommitteeDecision(
        project_id=row.ref,
        outcome=DecisionOutcome.RETAINED if row.chosen else DecisionOutcome(left_out),
        amount=Decimal(amount) if amount is not None else UNKNOWN,
        decided_on=day,
        reason=reason,
        by=who,
        call=call.name,
    )
