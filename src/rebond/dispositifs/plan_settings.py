"""The settings of the plan that no text fixes (``referentiels/plan.yaml``): data with a source, said to be ours."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rebond.data.yamlfile import read_yaml
from rebond.dispositifs.model import Instrument
from rebond.errors import Fault
from rebond.reading.amounts import require_euros, require_rate
from rebond.units import Euros, Rate

_NONE = Euros(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSettings:
    """What a file must bring to be worth it, and what a firm of unknown capacity may borrow in a possible plan."""

    useful_amount: Euros = _NONE
    useful_share: Rate = _NONE
    """Share of the need; a file below both is left out. What has to be paid back is at least the amount (adr/0032)."""
    by_right: frozenset[Instrument] = frozenset()
    """Instruments that ask for no file."""
    unknown_capacity_share: Rate = _NONE
    """Share of the cost that may be borrowed at most while nobody said the firm's capacity."""
    within_own_funds: bool = True
    unread_no_effect_below: Rate = _NONE
    """Share of a bound that nobody read under which it keeps nothing from being signed; 0: such a bound always does."""
    call_dispositif: str = ""
    """The dispositif of a call that names none."""

    def least_useful(self, instrument: Instrument, need: Euros, *, borrowed: Rate) -> Euros:
        """The least that a file of that instrument must bring to a project of that need.

        ``borrowed``: the part of its euros that has to be paid back. A contract to pay back a few thousand euros is
        worth nobody's trouble, however small the need.
        """
        if instrument in self.by_right:
            return _NONE
        least = min(self.useful_amount, self.useful_share * need)
        return max(least, self.useful_amount / borrowed) if borrowed else least


NO_SETTINGS = PlanSettings()
"""No file is too small, and a firm of unknown capacity borrows nothing."""


def load_plan_settings(path: Path) -> tuple[PlanSettings, list[Fault]]:
    """The settings, and every fault of the file."""
    file = read_yaml(path)
    if file.faults:
        return PlanSettings(), list(file.faults)
    try:
        useful, capacity = file.data["dossier_utile"], file.data["capacite_inconnue"]
        unread, call = file.data["chiffre_non_relu"], file.data["appel"]
        settings = PlanSettings(
            useful_amount=require_euros(useful["montant"]),
            useful_share=require_rate(useful["part_du_besoin"]),
            by_right=frozenset(Instrument(code) for code in useful["sauf"]),
            unknown_capacity_share=require_rate(capacity["part_du_cout"]),
            within_own_funds={"oui": True, "non": False}[capacity["fonds_propres"]],
            unread_no_effect_below=require_rate(unread["sans_effet_sous"]),
            call_dispositif=str(call["dispositif"]),
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        mend = (
            "donner dossier_utile (montant, part_du_besoin, sauf), capacite_inconnue (part_du_cout, fonds_propres), "
            "chiffre_non_relu (sans_effet_sous) et appel (dispositif)"
        )
        return PlanSettings(), [file.fault((), "", f"réglages du plan illisibles ({error})", mend)]
    return settings, []
