"""What dispositifs and regimes read alike from their YAML: dated values, validity, conditions, worked cases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from rebond.data.yamlfile import YamlFile
from rebond.eligibility.choice import DatedValue
from rebond.eligibility.criteria import Confirm, Criterion
from rebond.eligibility.dictionary import FactDictionary
from rebond.eligibility.parse import CriterionParser
from rebond.errors import Fault
from rebond.facts import FactValue
from rebond.reading.amounts import require_euros, require_rate
from rebond.reading.problem import Unreadable
from rebond.reading.words import text_of

CONFIRM_PREFIX = "confirme:"


class FileReader:
    """Reads the parts of one file; faults gather in ``faults`` and reading goes on."""

    def __init__(self, file: YamlFile, dictionary: FactDictionary) -> None:
        self.file = file
        self.dictionary = dictionary
        self.faults: list[Fault] = []
        self._base: tuple[str | int, ...] = ()
        self._parser = CriterionParser(dictionary, self._report)

    def _report(self, path: tuple[str | int, ...], found: str, problem: str, mend: str) -> None:
        self.faults.append(self.file.fault((*self._base, *path), found, problem, mend))

    def condition(self, node: Mapping[str, Any] | None, *path: str | int) -> Criterion | None:
        """A condition, ``None`` when the file has none."""
        if not node:
            return None
        self._base = path
        return self._parser.parse(node)

    def values(self, rows: Iterable[Mapping[str, Any]] | None, *path: str | int) -> tuple[DatedValue, ...]:
        """Dated values under conditions; rates and amounts are told apart by their unit."""
        found: list[DatedValue] = []
        for index, row in enumerate(rows or ()):
            here = (*path, index)
            value = self._number(row["valeur"], (*here, "valeur"))
            found.append(
                DatedValue(
                    value=value,
                    condition=self.condition(row.get("si"), *here, "si"),
                    valid_from=self.day(row.get("du"), *here, "du"),
                    valid_to=self.day(row.get("au"), *here, "au"),
                    source=row["source"],
                    verified=row.get("verifie", "oui") == "oui",
                )
            )
        return tuple(found)

    def _number(self, raw: object, path: tuple[str | int, ...]) -> Decimal:
        has_unit = isinstance(raw, str) and ("%" in raw or "point" in raw)
        try:
            return require_rate(raw) if has_unit else require_euros(raw, negative=True)
        except Unreadable as error:
            self.faults.append(self.file.fault(path, text_of(raw), error.problem, error.mend))
            return Decimal(0)

    def rate(self, raw: object | None, *path: str | int) -> Decimal | None:
        """A rate, ``None`` when absent."""
        return None if raw is None else self._number(raw, path)

    def day(self, raw: object | None, *path: str | int) -> date | None:
        """A date, ``None`` when absent."""
        if raw is None or isinstance(raw, date):
            return raw
        try:
            return date.fromisoformat(str(raw))
        except ValueError:
            self.faults.append(self.file.fault(path, str(raw), "date impossible", "écrire une date AAAA-MM-JJ"))
            return None

    def confirmations(self, rows: Iterable[Mapping[str, Any]] | None, owner: str) -> tuple[Confirm, ...]:
        """Sentences to confirm; their key is made from the owner and their rank: ``rang``, else their place.

        A sentence that leaves keeps its rank: an old confirmation never answers another sentence.
        """
        found: dict[str, Confirm] = {}
        for place, row in enumerate(rows or (), start=1):
            rank = row.get("rang", place)
            key = f"{CONFIRM_PREFIX}{owner}:{rank}"
            if key in found:
                path = ("a_verifier", place - 1)
                problem = "deux phrases ont le même rang"
                self.faults.append(
                    self.file.fault(path, str(rank), problem, "donner à chacune le sien, jamais réemployé")
                )
            found[key] = Confirm(key=key, text=row["texte"], source=row.get("source", ""))
        return tuple(found.values())

    def facts(self, raw: Mapping[str, object], *path: str | int) -> dict[str, FactValue]:
        """Facts of a worked case, checked against the dictionary."""
        facts: dict[str, FactValue] = {}
        for name, value in raw.items():
            if name.startswith(CONFIRM_PREFIX):
                facts[name] = str(value).lower() in {"oui", "true"}
                continue
            definition = self.dictionary.get(name)
            if definition is None:
                self.faults.append(
                    self.file.fault((*path, name), name, "fait absent du dictionnaire", "employer un nom de faits.csv")
                )
                continue
            try:
                facts[name] = definition.parse(value)
            except Unreadable as error:
                self.faults.append(self.file.fault((*path, name), text_of(value), error.problem, error.mend))
        return facts
