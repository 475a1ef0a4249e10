"""What a visitor answered, read from the address: facts of the dictionary, each wrong answer with its message.

Nothing is stored: the address is the only place where answers live, so that it can be kept and shared.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.http import QueryDict

from rebond.dispositifs.catalogue import Catalogue
from rebond.dispositifs.facts_file import clashes, complete_facts
from rebond.eligibility.dictionary import FactDefinition, FactType
from rebond.eligibility.parse import COST_PREFIX
from rebond.eligibility.project_facts import facts_of_legal_form
from rebond.eligibility.reading import CONFIRM_PREFIX
from rebond.facts import UNKNOWN, FactValue
from rebond.reading.choices import read_yes_no
from rebond.reading.firm_numbers import read_siren
from rebond.reading.naf import NafReader
from rebond.reading.problem import Reading, Unreadable
from rebond.reading.words import is_unknown
from rebond.units import format_euros
from rebond.web.screening.communes import as_written, find_commune
from rebond.web.wording import ended, mending

SIREN, COMMUNE, TOTAL, ALL_COSTS = "siren", "code_commune", "cout_total", "depenses_completes"
_NOT_ASKED = {"nature"}
"""Facts of a cost line, not of a firm nor of a project."""
ASSUMED: Mapping[str, FactValue] = {"administration_publique": False}
"""What the page says of every visitor: a firm asks, not a public body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Answers as written, the facts that they give, and what is wrong with the others."""

    written: Mapping[str, tuple[str, ...]]
    """By name, in the form that the address keeps; empty answers left out."""
    given: Mapping[str, FactValue]
    """The facts that were answered, as they were."""
    facts: Mapping[str, FactValue]
    """The same with all that follows from them."""
    errors: Mapping[str, str]
    notes: Mapping[str, str] = field(default_factory=dict)
    """By name, what was translated in an answer: a commune that merged, a code of the NAF 2025."""


def read_answers(asked: QueryDict, catalogue: Catalogue, on: date) -> Answers:
    """Read the answers of an address; parameters that are no answer are left aside."""
    reader = _Reader(catalogue, on)
    for name in asked:
        values = tuple(value.strip() for value in asked.getlist(name) if value.strip())
        if values:
            reader.read(name, values)
    reader.total()
    if not reader.errors:
        reader.places()
    settled = {**ASSUMED, **facts_of_legal_form(reader.given.get("forme_juridique", UNKNOWN)), **reader.given}
    return Answers(
        written=reader.written,
        given=reader.given,
        facts=complete_facts(settled, catalogue, on),
        errors=reader.errors,
        notes=reader.notes,
    )


class _Reader:
    def __init__(self, catalogue: Catalogue, on: date) -> None:
        self.written: dict[str, tuple[str, ...]] = {}
        self.given: dict[str, FactValue] = {}
        self.errors: dict[str, str] = {}
        self.notes: dict[str, str] = {}
        self._catalogue = catalogue
        self._on = on

    def read(self, name: str, values: tuple[str, ...]) -> None:
        """One answer; a name that is no question is passed over."""
        definition = self._catalogue.dictionary.get(name)
        if definition is None and name not in {SIREN, ALL_COSTS} and not self._is_confirmation(name):
            return
        if name in _NOT_ASKED:
            return
        self.written[name] = values
        try:
            if name == SIREN:
                self._siren(values[-1])
            elif definition is not None:
                self._fact(definition, values)
            elif name != ALL_COSTS:
                self._keep(name, read_yes_no(values[-1]).value)
        except Unreadable as error:
            self.errors[name] = mending(error)
        except ValueError as error:
            self.errors[name] = ended(str(error))

    def _is_confirmation(self, name: str) -> bool:
        if not name.startswith(CONFIRM_PREFIX):
            return False
        dispositif = self._catalogue.dispositifs.get(name.removeprefix(CONFIRM_PREFIX).rpartition(":")[0])
        return dispositif is not None and name in {confirm.key for confirm in dispositif.to_confirm}

    def _fact(self, definition: FactDefinition, values: tuple[str, ...]) -> None:
        name = definition.name
        if name == COMMUNE and is_unknown(values[-1]):
            self._keep(name, UNKNOWN)
            return
        if name == COMMUNE:
            found = find_commune(values[-1])
            self.written[name], self.given[name] = (as_written(values[-1], found),), found.value
            self._note(name, found.note)
            return
        if definition.type is FactType.NAF and not is_unknown(values[-1]):
            self._activity(name, NafReader(self._catalogue.activities).read_whole(values[-1]), values[-1])
            return
        value = definition.parse(list(values) if definition.type is FactType.SET else values[-1])
        if name == "date_creation" and isinstance(value, date) and value > self._on:
            raise ValueError("cette date est à venir")
        self._keep(name, value)

    def _siren(self, text: str) -> None:
        """Never a fact: only written again, repaired, in the address."""
        siren = read_siren(text).value
        if siren is UNKNOWN:
            del self.written[SIREN]
        else:
            self.written[SIREN] = (siren,)

    def _keep(self, name: str, value: FactValue) -> None:
        """An answer that says « unknown » is no answer: it leaves the address."""
        if value is UNKNOWN:
            del self.written[name]
        else:
            self.given[name] = value

    def _activity(self, name: str, found: Reading[str], text: str) -> None:
        """A translated code stays in the address as it was written; what it became is said beside it."""
        self._note(name, found.note)
        self.given[name] = found.value
        self.written[name] = (text if found.note else str(found.value),)

    def _note(self, name: str, note: str) -> None:
        if note:
            self.notes[name] = note

    def total(self) -> None:
        """The costs left out are nothing only when it is said that all are there; the total follows."""
        costs = {name: value for name, value in self.given.items() if name.startswith(COST_PREFIX) and name != TOTAL}
        known = sum((value for value in costs.values() if isinstance(value, Decimal)), Decimal(0))
        total = self.given.get(TOTAL)
        if ALL_COSTS in self.written and costs:
            if isinstance(total, Decimal) and total != known:
                self.errors[TOTAL] = ended(
                    f"le total ({format_euros(total)}) n'est pas la somme des dépenses ({format_euros(known)})"
                )
            self.given |= {COST_PREFIX + nature: Decimal(0) for nature in self._catalogue.natures} | costs
            self.given[TOTAL] = known
        elif isinstance(total, Decimal) and known > total:
            self.errors[TOTAL] = ended(
                f"le total ({format_euros(total)}) est inférieur à la somme des dépenses ({format_euros(known)})"
            )

    def places(self) -> None:
        """A zone answered beside a commune that is not in it."""
        for name, found, problem, _ in clashes(self.given, self._catalogue, self._on):
            self.errors[name] = ended(f"« {found} » ne convient pas : {problem}")


def parameters(answers: Answers, *, without: str = "") -> Iterator[tuple[str, str]]:
    """The answers as the address writes them, but for one of them."""
    for name, values in answers.written.items():
        if name != without:
            for value in values:
                yield name, value
