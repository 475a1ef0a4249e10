"""The facts of one firm and project as people write them in a YAML file, completed with all that follows from them.

One fact of the dictionary a line; ``couts`` gives the costs by nature (a nature left out is then nothing), and
``confirmations`` the answers to the sentences of a dispositif, by rank. What is left out is UNKNOWN.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from rebond.data.yamlfile import YamlFile, read_yaml
from rebond.dispositifs.catalogue import Catalogue
from rebond.eligibility.dictionary import FactType
from rebond.eligibility.incentive import applied_before_works
from rebond.eligibility.parse import COST_PREFIX
from rebond.eligibility.places import Commune
from rebond.eligibility.project_facts import complete
from rebond.eligibility.reading import CONFIRM_PREFIX
from rebond.errors import FactsError, Fault
from rebond.facts import UNKNOWN, FactValue, Project
from rebond.reading.choices import read_yes_no
from rebond.reading.communes import CommuneFinder
from rebond.reading.naf import NafReader
from rebond.reading.problem import Reading, Unreadable
from rebond.reading.words import is_absent, text_of

COSTS, CONFIRMATIONS, SCHEMA = "couts", "confirmations", "schema"
_TOTAL, _COMMUNE, _DEPARTEMENT, _REGION = "cout_total", "code_commune", "departement", "region"
_SHORTEST_COMMUNE, _SHORT_LIST = 10_000, 25
_PADDED = {_DEPARTEMENT: 2, _REGION: 2}
"""Codes whose leading zero YAML or a spreadsheet drops, with their length."""


def _silent(_: str) -> None:
    """Nobody to tell."""


def read_facts_file(
    path: Path, catalogue: Catalogue, on: date, *, tell: Callable[[str], None] = _silent
) -> dict[str, FactValue]:
    """The known facts of a file, completed at a date; raises ``FactsError`` with every fault of the file.

    ``tell`` hears of each value that was translated: a commune that merged, a code of activity of the NAF 2025.
    """
    file = read_yaml(path)
    reader = _Reader(file, catalogue, tell)
    facts = reader.read() if not file.faults else {}
    faults = [*file.faults, *reader.faults]
    if not faults:
        faults.extend(
            file.fault((name,), shown, problem, mend) for name, shown, problem, mend in clashes(facts, catalogue, on)
        )
    if faults:
        raise FactsError(faults)
    return complete_facts(facts, catalogue, on)


def complete_facts(facts: Mapping[str, FactValue], catalogue: Catalogue, on: date) -> dict[str, FactValue]:
    """What is known, with what follows from it: place and zones of the commune, age, section, region of a département.

    Nothing is guessed: the EU size, above all, stays UNKNOWN unless it is given.
    """
    known = {name: value for name, value in facts.items() if value is not UNKNOWN}
    commune = _commune(known, catalogue)
    if commune is not None:
        zones = catalogue.zonages.facts_of(commune, on)
        known = {**{name: value for name, value in zones.items() if value is not UNKNOWN}, **known}
        known[_COMMUNE] = commune.code
    if _REGION not in known and (region := _region_of(known.get(_DEPARTEMENT), catalogue)) is not None:
        known[_REGION] = region
    started = known.get("travaux_commences")
    if isinstance(started, bool) and "demande_avant_travaux" not in known:
        before = applied_before_works(Project(id="", firm_id="", title="", works_started=started))
        known |= {} if before is UNKNOWN else {"demande_avant_travaux": before}
    return complete(known, on)


def _commune(facts: Mapping[str, FactValue], catalogue: Catalogue) -> Commune | None:
    return catalogue.gazetteer.present_commune(str(facts.get(_COMMUNE, "")))


def _region_of(departement: FactValue | None, catalogue: Catalogue) -> str | None:
    return catalogue.gazetteer.region_of.get(departement) if isinstance(departement, str) else None


def clashes(facts: Mapping[str, FactValue], catalogue: Catalogue, on: date) -> Iterable[tuple[str, str, str, str]]:
    """Places given beside a commune that is not there: (fact, found, problem, mend)."""
    commune = _commune(facts, catalogue)
    if commune is None:
        return
    for name, value in catalogue.zonages.facts_of(commune, on).items():
        given = facts.get(name, UNKNOWN)
        if UNKNOWN not in {given, value} and given != value:
            fact = catalogue.dictionary[name]
            there = f"{commune.name} ({commune.code}) donne « {fact.show(value)} »"
            yield name, fact.show(given), there, "corriger l'un des deux, ou retirer cette ligne"


class _Reader:
    """Reads one file; faults gather in ``faults`` and reading goes on."""

    def __init__(self, file: YamlFile, catalogue: Catalogue, tell: Callable[[str], None]) -> None:
        self.faults: list[Fault] = []
        self._tell = tell
        self._file = file
        self._catalogue = catalogue
        self._facts: dict[str, FactValue] = {}

    def read(self) -> dict[str, FactValue]:
        data = self._file.data
        if not isinstance(data, Mapping):
            self._fault(
                (), str(data or ""), "des faits sont attendus", "écrire par exemple « effectif: 42 », un par ligne"
            )
            return {}
        for name, raw in data.items():
            if name == COSTS:
                self._costs(raw)
            elif name == CONFIRMATIONS:
                self._confirmations(raw)
            elif name.startswith(CONFIRM_PREFIX):
                self._confirm(name, raw, (name,))
            elif name != SCHEMA:
                self._fact(name, raw)
        return self._facts

    def _fault(self, path: tuple[str | int, ...], found: str, problem: str, mend: str) -> None:
        self.faults.append(self._file.fault(path, found, problem, mend))

    def _fact(self, name: str, raw: object) -> None:
        definition = self._catalogue.dictionary.get(name)
        if definition is None:
            mend = _nearest(name, [*self._catalogue.dictionary, COSTS, CONFIRMATIONS])
            self._fault((name,), name, "fait absent du dictionnaire", mend)
            return
        if name == _COMMUNE and isinstance(raw, int) and raw < _SHORTEST_COMMUNE:
            mend = "écrire les cinq chiffres, zéro compris : « 01004 »"
            self._fault((name,), str(raw), "code INSEE trop court", mend)
            return
        if name == _COMMUNE:
            self._read(name, raw, CommuneFinder(self._catalogue.gazetteer).read_insee)
            return
        if definition.type is FactType.NAF:
            self._read(name, raw, NafReader(self._catalogue.activities).read_whole)
            return
        try:
            value = definition.parse(_padded(name, raw))
        except Unreadable as error:
            self._fault((name,), text_of(raw), error.problem, error.mend)
            return
        if value is not UNKNOWN and self._is_place(name, str(value)):
            self._facts[name] = value

    def _read(self, name: str, raw: object, reader: Callable[[str], Reading[str]]) -> None:
        """A commune or an activity, which people write in many ways; what was translated is told."""
        text = text_of(raw)
        try:
            found: Reading[str] = Reading(UNKNOWN) if is_absent(raw) else reader(text)
        except Unreadable as problem:
            self._fault((name,), text, problem.problem, problem.mend)
            return
        if found.note:
            self._tell(f"{name} : « {text} » lu {_shown(found.value)} ({found.note})")
        if found.value is not UNKNOWN:
            self._facts[name] = found.value

    def _is_place(self, name: str, value: str) -> bool:
        """Reports a code that is no place; a fact that is no place always passes."""
        gazetteer = self._catalogue.gazetteer
        match name:
            case "region":
                known, names = value in gazetteer.regions, list(gazetteer.regions.values())
            case "departement":
                known = _region_of(value, self._catalogue) is not None
                names = list(self._catalogue.dictionary[name].labels.values())
            case "epci":
                known, names = value in gazetteer.epcis, []
            case _:
                return True
        if not known:
            problem = f"{self._catalogue.dictionary[name].label} : valeur inconnue"
            self._fault((name,), value, problem, _nearest(value, names) if names else "vérifier le code")
        return known

    def _costs(self, raw: Any) -> None:
        """Costs by nature, in euros: together they are the whole cost of the project."""
        if not isinstance(raw, Mapping) or not raw:
            self._fault(
                (COSTS,),
                str(raw or ""),
                "une dépense par nature est attendue",
                "écrire « materiel: 300000 », par exemple",
            )
            return
        natures = self._catalogue.natures
        totals = {COST_PREFIX + nature: Decimal(0) for nature in natures}
        complete_costs = True
        for nature, amount in raw.items():
            path = (COSTS, nature)
            if nature not in natures:
                self._fault(path, nature, "nature de dépense inconnue", _nearest(nature, natures))
                continue
            try:
                value = self._catalogue.dictionary[COST_PREFIX + nature].parse(amount)
            except Unreadable as error:
                self._fault(path, text_of(amount), error.problem, error.mend)
                continue
            if not isinstance(value, Decimal):
                complete_costs = False
                del totals[COST_PREFIX + nature]
            else:
                totals[COST_PREFIX + nature] = value
        if complete_costs:
            totals[_TOTAL] = sum(totals.values(), Decimal(0))
        for name in totals.keys() & self._file.data.keys():
            self._fault((name,), str(self._file.data[name]), f"donné aussi par « {COSTS} »", "n'en garder qu'un")
        self._facts.update(totals)

    def _confirmations(self, raw: Any) -> None:
        """Answers to the sentences of dispositifs: ``{ademe/decarb-flash: {1: oui}}``."""
        if not isinstance(raw, Mapping):
            self._fault(
                (CONFIRMATIONS,), str(raw), "des dispositifs sont attendus", "écrire « financeur/nom: {1: oui} »"
            )
            return
        for identifier, answers in raw.items():
            path = (CONFIRMATIONS, identifier)
            if identifier not in self._catalogue.dispositifs:
                self._fault(path, identifier, "dispositif inconnu", _nearest(identifier, self._catalogue.dispositifs))
            elif not isinstance(answers, Mapping):
                self._fault(path, str(answers), "des réponses par rang sont attendues", "écrire « {1: oui, 2: non} »")
            else:
                for rank, answer in answers.items():
                    self._confirm(f"{CONFIRM_PREFIX}{identifier}:{rank}", answer, (*path, rank))

    def _confirm(self, key: str, raw: object, path: tuple[str | int, ...]) -> None:
        identifier = key.removeprefix(CONFIRM_PREFIX).rpartition(":")[0]
        dispositif = self._catalogue.dispositifs.get(identifier)
        if dispositif is None:
            self._fault(path, identifier, "dispositif inconnu", _nearest(identifier, self._catalogue.dispositifs))
            return
        if key not in {sentence.key for sentence in dispositif.to_confirm}:
            ranks = [sentence.key.rpartition(":")[2] for sentence in dispositif.to_confirm]
            numbered = f"les phrases de {identifier} portent le rang {' ou '.join(ranks)}"
            none = f"{identifier} n'a plus de phrase à confirmer : répondre aux faits que son verdict demande"
            self._fault(path, key, "phrase à confirmer inconnue", numbered if ranks else none)
            return
        try:
            answer = read_yes_no(raw).value
        except Unreadable as error:
            self._fault(path, text_of(raw), error.problem, error.mend)
            return
        if answer is not UNKNOWN:
            self._facts[key] = answer


def _shown(value: FactValue) -> str:
    return "inconnu" if value is UNKNOWN else str(value)


def _padded(name: str, raw: object) -> object:
    text = text_of(raw)
    return text.zfill(_PADDED[name]) if name in _PADDED and text.isdigit() else raw


def _nearest(name: str, known: Iterable[str]) -> str:
    """« employer effectif », or the whole list when nothing is near and the list is short."""
    names = list(known)
    near = get_close_matches(name, names, n=2, cutoff=0.7)
    if near:
        return f"employer {' ou '.join(near)}"
    return (
        f"choisir parmi : {', '.join(names)}"
        if len(names) <= _SHORT_LIST
        else "chercher son nom dans la documentation du catalogue"
    )
