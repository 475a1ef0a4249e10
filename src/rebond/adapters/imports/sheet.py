"""A draft being written from one record: every value taken from the record is accounted for as it is used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from rebond.adapters.imports.account import Fate, Ledger, Place, RecordAccount, leaves
from rebond.adapters.imports.criteria import TypedCriterion, Window, condition_node, worked_cases
from rebond.adapters.imports.draft import Draft

UNREAD = "Donnée de la source non lue par la machine"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What opens the file of a dispositif."""

    title: str
    funder: str
    instrument: str
    summary: str
    instructor: str = ""
    fields: tuple[str, ...] = ()
    url: str = ""
    contact: str = ""
    sources: tuple[str, ...]
    window_source: str
    reviewer: str


class Sheet:
    """Gathers what one record gives: criteria, sentences, notes, contradictions, gaps."""

    def __init__(self, identifier: str, record: Mapping[str, Any]) -> None:
        self.id = identifier
        self.record = record
        self._ledger = Ledger(record)
        self.criteria: list[TypedCriterion] = []
        self.sentences: list[dict[str, str]] = []
        self.notes: list[str] = []
        self.advantage: dict[str, Any] = {}
        self.contradictions: list[str] = []
        self.gaps: list[dict[str, str]] = []
        self.window = Window()
        self.before_works = False

    def block(self, *keys: str) -> Mapping[str, Any]:
        """A block of keys of the record; empty when there is none, or when it is something else."""
        value: Any = self.record
        for key in keys:
            value = value.get(key) if isinstance(value, Mapping) else None
        return value if isinstance(value, Mapping) else {}

    def typed(self, fact: str) -> Mapping[str, Any]:
        """The node of the criterion already typed on a fact; empty when there is none."""
        return next((criterion.node for criterion in self.criteria if criterion.fact == fact), {})

    def settle(self, place: Place, fate: Fate, detail: str) -> None:
        """Say what became of a value, or of all those under a place."""
        self._ledger.settle(place, fate, detail)

    def settle_known(self, names: Mapping[str, str], fate: Fate) -> None:
        """The same for the fields of the record that are present, each with its own reason."""
        for name, detail in names.items():
            if name in self.record:
                self.settle((name,), fate, detail)

    def type(self, criterion: TypedCriterion, *places: Place) -> None:
        """Add a typed criterion, made from the values at those places."""
        self.criteria.append(criterion)
        for place in places:
            self.settle(place, Fate.CRITERION, f"condition {criterion.fact}")

    def confirm(self, text: str, source: str, *places: Place) -> None:
        """Add a sentence that a person must confirm."""
        self.sentences.append({"texte": text, "source": source})
        for place in places:
            self.settle(place, Fate.CONFIRM, f"phrase n° {len(self.sentences)}")

    def note(self, label: str, place: Place) -> None:
        """Add a value to the note of the advantage."""
        value = next(value for found, value in leaves(self.record) if found == place)
        self.notes.append(f"{label} : {str(value).strip()}")
        self.settle(place, Fate.NOTE, "note de l'avantage")

    def gap(self, field: str, question: str) -> None:
        """Add a question that the source leaves open."""
        self.gaps.append({"champ": field, "question": question})

    def finish(self, heading: Heading, *, on: date) -> Draft:
        """The draft; what nothing has read becomes a sentence to confirm."""
        for place, value in self._ledger.left():
            name = " › ".join(str(key + 1) if isinstance(key, int) else str(key) for key in place)
            if value in (None, "", [], {}):
                self.settle(place, Fate.ORIGIN, "champ vide")
            else:
                self.confirm(f"{UNREAD} : {name} = {value}", heading.window_source, place)
        account = RecordAccount(
            id=self.id,
            leaves=sum(1 for _ in leaves(self.record)),
            lines=tuple(self._ledger.lines),
        )
        return Draft(id=self.id, data=self._data(heading, on), origin=self.record, account=account)

    def _data(self, heading: Heading, on: date) -> dict[str, Any]:
        window = {
            "du": self.window.opens_on,
            "au": self.window.closes_on,
            "suspendu": "oui" if self.window.suspended else None,
            "source": heading.window_source,
        }
        advantage = self.advantage | ({"note": "\n".join(self.notes)} if self.notes else {})
        cases = worked_cases(self.id, self.criteria, sentences=len(self.sentences), window=self.window, on=on)
        data: dict[str, Any] = {
            "schema": "dispositif/v1",
            "intitule": heading.title,
            "financeur": heading.funder,
            "instructeur": heading.instructor,
            "forme": heading.instrument,
            "resume": heading.summary,
            "champs": list(heading.fields),
            "validite": {key: value for key, value in window.items() if value is not None},
            "conditions": condition_node(self.criteria),
            "a_verifier": self.sentences,
            "avantage": advantage,
            "regimes": [],
            "avant_travaux": "oui" if self.before_works else None,
            "contact": heading.contact,
            "url": heading.url,
            "sources": list(heading.sources),
            "fiabilite": "V-",
            "inconnus": self.gaps,
            "contradictions": self.contradictions,
            "verifie_le": on,
            "verifie_par": heading.reviewer,
            # A draft is due for a review at once: nobody has reread it.
            "prochaine_revue": on,
            "cas": cases,
        }
        # The schema wants these two even when the source says nothing of them.
        return {key: value for key, value in data.items() if value or key in {"avantage", "regimes"}}
