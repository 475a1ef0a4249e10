"""When the money comes: instruction delays and payment terms, as sourced data; what no source says is UNKNOWN."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from rebond.data.yamlfile import YamlFile, read_yaml
from rebond.dispositifs.model import Dispositif, Instrument
from rebond.errors import CatalogueError, Fault
from rebond.facts import UNKNOWN, Maybe
from rebond.reading.amounts import require_rate
from rebond.units import Rate, months_later

WHOLE = Rate(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruction:
    """Months between a complete application, or the session it waits for, and the decision."""

    months: int
    source: str
    assumed: bool


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

    instruction_by_dispositif: Mapping[str, Instruction]
    instruction_by_funder: Mapping[str, Instruction]
    terms_by_dispositif: Mapping[str, PaymentTerms]
    terms_by_form: Mapping[Instrument, PaymentTerms]

    def instruction(self, dispositif: str, funder: str) -> Maybe[Instruction]:
        """The delay of a dispositif, else of its funder; UNKNOWN when nobody gave one."""
        general = self.instruction_by_funder.get(funder, UNKNOWN)
        return self.instruction_by_dispositif.get(dispositif, general)

    def terms(self, dispositif: str, form: Instrument) -> Maybe[PaymentTerms]:
        """How a support is paid, by its own rule or by its form."""
        return self.terms_by_dispositif.get(dispositif, self.terms_by_form.get(form, UNKNOWN))

    def first_payment(self, dispositif: Dispositif, on: date) -> Maybe[date]:
        """When the first money can come, the application being filed at that date.

        The next session (or the date itself where there are none), plus the instruction delay; the advance is paid at
        the decision. UNKNOWN without a delay, without a coming session, or when nothing is paid before the end.
        """
        window = dispositif.validity
        filed = max(on, window.opens_on) if window.opens_on else on
        if window.cutoffs:
            coming = [day for day in window.cutoffs if day >= filed]
            if not coming:
                return UNKNOWN
            filed = min(coming)
        delay = self.instruction(dispositif.id, dispositif.instructor or dispositif.funder)
        terms = self.terms(dispositif.id, dispositif.instrument)
        if delay is UNKNOWN or terms is UNKNOWN or not terms.advance:
            return UNKNOWN
        return months_later(filed, delay.months)


def load_delays(path: Path) -> Delays:
    """Read ``delais.yaml``; raises ``CatalogueError`` with every fault of the file."""
    file = read_yaml(path)
    faults = list(file.faults)
    data: Mapping[str, Any] = file.data if isinstance(file.data, Mapping) else {}
    instruction_by_dispositif: dict[str, Instruction] = {}
    instruction_by_funder: dict[str, Instruction] = {}
    for rank, row in enumerate(data.get("instruction", [])):
        try:
            delay = Instruction(months=int(row["mois"]), source=row["source"], assumed=_flag(row["hypothese"]))
            if "dispositif" in row:
                instruction_by_dispositif[row["dispositif"]] = delay
            else:
                instruction_by_funder[row["financeur"]] = delay
        except (KeyError, TypeError, ValueError) as error:
            faults.append(_fault(file, "instruction", rank, error))
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
            faults.append(_fault(file, "versements", rank, error))
    if faults:
        raise CatalogueError(faults)
    return Delays(
        instruction_by_dispositif=instruction_by_dispositif,
        instruction_by_funder=instruction_by_funder,
        terms_by_dispositif=terms_by_dispositif,
        terms_by_form=terms_by_form,
    )


def _terms(row: Mapping[str, Any]) -> PaymentTerms:
    terms = PaymentTerms(
        advance=require_rate(row["avance"]),
        instalments=require_rate(row["acomptes"]),
        balance=require_rate(row["solde"]),
        source=row["source"],
        assumed=_flag(row["hypothese"]),
    )
    if terms.advance + terms.instalments + terms.balance != WHOLE:
        raise ValueError("avance, acomptes et solde ne font pas 100 %")
    return terms


def _flag(value: object) -> bool:
    if value not in {"oui", "non", True, False}:
        raise ValueError(f"« {value} » n'est ni oui ni non")
    return value in {"oui", True}


def _fault(file: YamlFile, key: str, rank: int, error: Exception) -> Fault:
    problem = f"clé absente : {error.args[0]}" if isinstance(error, KeyError) else str(error)
    return file.fault((key, rank), "", problem, "suivre la forme des autres lignes du fichier")
