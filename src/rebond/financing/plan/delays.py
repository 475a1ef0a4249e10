"""When the money comes: instruction delays and payment terms, as sourced data; what no source says is UNKNOWN."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from rebond.data.yamlfile import read_yaml
from rebond.dispositifs.awards import (
    Instruction,
    InstructionDelays,
    filed_on,
    is_assumed,
    load_instruction_delays,
    row_fault,
)
from rebond.dispositifs.model import Dispositif, Instrument
from rebond.errors import CatalogueError
from rebond.facts import UNKNOWN, Maybe
from rebond.reading.amounts import require_rate
from rebond.units import Rate, months_later

WHOLE = Rate(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentTerms:
    """How a support is paid: at the signature, as the works advance, on final proof the year after the last cost."""

    advance: Rate
    instalments: Rate
    balance: Rate
    source: str
    assumed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Delays:
    """Delays and terms, by dispositif first, then by funder or form."""

    instructions: InstructionDelays
    terms_by_dispositif: Mapping[str, PaymentTerms]
    terms_by_form: Mapping[Instrument, PaymentTerms]

    def instruction(self, dispositif: str, funder: str) -> Maybe[Instruction]:
        """The delay of a dispositif, else of its funder; UNKNOWN when nobody gave one."""
        return self.instructions.of(dispositif, funder)

    def terms(self, dispositif: str, form: Instrument) -> Maybe[PaymentTerms]:
        """How a support is paid, by its own rule or by its form."""
        return self.terms_by_dispositif.get(dispositif, self.terms_by_form.get(form, UNKNOWN))

    def first_payment(self, dispositif: Dispositif, on: date) -> Maybe[date]:
        """When the first money can come, the application being filed at that date.

        The next session (or the date itself where there are none), plus the instruction delay; the advance is paid at
        the decision. UNKNOWN without a delay, without a coming session, or when nothing is paid before the end.
        """
        filed = filed_on(dispositif, on)
        delay = self.instruction(dispositif.id, dispositif.instructor or dispositif.funder)
        terms = self.terms(dispositif.id, dispositif.instrument)
        if filed is UNKNOWN or delay is UNKNOWN or terms is UNKNOWN or not terms.advance:
            return UNKNOWN
        return months_later(filed, delay.months)


def load_delays(path: Path) -> Delays:
    """Read ``delais.yaml``; raises ``CatalogueError`` with every fault of the file."""
    file = read_yaml(path)
    data: Mapping[str, Any] = file.data if isinstance(file.data, Mapping) else {}
    instructions, faults = load_instruction_delays(path)
    terms_by_dispositif: dict[str, PaymentTerms] = {}
    terms_by_form: dict[Instrument, PaymentTerms] = {}
    for rank, row in enumerate(data.get("versements", [])):
        try:
            terms = _terms(row)
            if "dispositif" in row:
                terms_by_dispositif[row["dispositif"]] = terms
            else:
                terms_by_form |= dict.fromkeys((Instrument(form) for form in row["formes"]), terms)
        except (KeyError, TypeError, ValueError) as error:
            faults.append(row_fault(file, "versements", rank, error))
    if faults:
        raise CatalogueError(faults)
    return Delays(
        instructions=instructions,
        terms_by_dispositif=terms_by_dispositif,
        terms_by_form=terms_by_form,
    )


def _terms(row: Mapping[str, Any]) -> PaymentTerms:
    terms = PaymentTerms(
        advance=require_rate(row["avance"]),
        instalments=require_rate(row["acomptes"]),
        balance=require_rate(row["solde"]),
        source=row["source"],
        assumed=is_assumed(row["hypothese"]),
    )
    if terms.advance + terms.instalments + terms.balance != WHOLE:
        raise ValueError("avance, acomptes et solde ne font pas 100 %")
    return terms
