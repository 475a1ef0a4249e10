"""The figures of the roadmap that a mission adopted; without an adopted action there is none."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import TYPE_CHECKING

from rebond.facts import UNKNOWN, ActionStatus
from rebond.indicators.breakdowns import summed
from rebond.indicators.model import AT_LEAST, Indicator, Row
from rebond.roadmap.adopted import AdoptedAction

if TYPE_CHECKING:
    from rebond.results import MissionResult

FAMILY = "feuille_de_route"
_COUNTS: tuple[tuple[str, str, str, Callable[[AdoptedAction, MissionResult], bool]], ...] = (
    (
        "actions_adoptees",
        "Actions adoptées",
        (
            "Actions de la feuille de route que la mission a adoptées, sur proposition ou écrites à la main, celles "
            "abandonnées depuis comprises."
        ),
        lambda found, _: found.action.is_adopted,
    ),
    (
        "actions_pilotees",
        "Actions avec un pilote",
        "Actions adoptées dont une organisation répond.",
        lambda found, _: bool(found.action.owner),
    ),
    (
        "actions_chiffrees",
        "Actions avec une cible",
        "Actions adoptées dont l'indicateur a une valeur à atteindre.",
        lambda found, _: found.action.target is not UNKNOWN,
    ),
    (
        "actions_en_retard",
        "Actions en retard",
        "Actions à lancer ou en cours dont la date de fin est passée au jour de l'étude.",
        lambda found, result: found.action.is_late(result.on),
    ),
    (
        "actions_achevees",
        "Actions achevées",
        "Actions adoptées dites achevées.",
        lambda found, _: found.action.status is ActionStatus.DONE,
    ),
)


def roadmap_figures(result: MissionResult) -> Iterable[Indicator]:
    """How many actions are adopted, led, measured, late, done; what they cost; the needs that they cover."""
    if not result.adopted:
        return
    for code, label, definition, keep in _COUNTS:
        rows = (_row(found) for found in result.adopted if keep(found, result))
        yield summed(code=code, label=label, definition=definition, unit="actions", rows=rows, family=FAMILY)
    yield _budget(result)
    yield _covered(result)


def _row(found: AdoptedAction, value: Decimal = Decimal(1)) -> Row:
    return Row(id=found.action.id, label=found.action.title, value=value)


def _budget(result: MissionResult) -> Indicator:
    """What is known of the cost of the actions that go on or are done: what nobody said is not 0."""
    kept = [found for found in result.adopted if found.action.status is not ActionStatus.DROPPED]
    known = [_row(found, found.action.budget) for found in kept if isinstance(found.action.budget, Decimal)]
    lacking = len(kept) - len(known)
    return Indicator(
        code="budget_feuille_de_route_eur",
        label="Budget de la feuille de route",
        definition="Somme des budgets connus des actions adoptées, sans celles qui sont abandonnées.",
        unit="€",
        value=sum((row.value for row in known), Decimal(0)),
        rows=tuple(known),
        note=f"budget de {lacking} action{'s' if lacking > 1 else ''} inconnu" if lacking else "",
        bound=AT_LEAST if lacking and known else "",
        absent=not known,
        family=FAMILY,
    )


def _covered(result: MissionResult) -> Indicator:
    """Each action with the needs that no action before it was linked to."""
    heard = {need.ref for proposal in result.roadmap for need in proposal.needs}
    seen: set[str] = set()
    rows = []
    for found in result.adopted:
        if found.action.status is ActionStatus.DROPPED:
            continue
        mine = {need.ref for need in found.needs} - seen
        seen |= mine
        if mine:
            rows.append(_row(found, Decimal(len(mine))))
    return Indicator(
        code="part_besoins_couverts",
        label="Part des besoins couverts",
        definition="Besoins entendus en entretien auxquels répond une action adoptée et non abandonnée, rapportés à "
        "tous les besoins entendus ; un besoin compte une fois.",
        formula="besoins couverts ÷ besoins entendus ; les lignes donnent les besoins couverts, action par action",
        unit="%",
        # To the thousandth, as the other shares: 19,0 % beside 26,0 %.
        value=(Decimal(len(seen)) / len(heard)).quantize(Decimal("0.001")) if heard else Decimal(0),
        rows=tuple(rows),
        absent=not heard,
        family=FAMILY,
    )
