"""When an aid is expected to be granted: the date that counts in law is the award's, not the committee's.

The application (the project's own, or the day of the examination while it is still to be filed), then the funder's
delay as ``delais.yaml`` gives it. A delay that nobody gave leaves a span: never an assumed day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from rebond.data.yamlfile import YamlFile, read_yaml
from rebond.dispositifs.model import Dispositif
from rebond.errors import Fault
from rebond.facts import UNKNOWN, Maybe, Project
from rebond.regimes.readings import Award
from rebond.units import months_later


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruction:
    """Months between a complete application, or the session it waits for, and the decision."""

    months: int
    source: str
    assumed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class InstructionDelays:
    """Delays of instruction, by dispositif first, then by funder."""

    by_dispositif: Mapping[str, Instruction] = field(default_factory=dict)
    by_funder: Mapping[str, Instruction] = field(default_factory=dict)
    unknown_at_most: int = 0
    """Months within which an unknown delay is held to end: a working assumption, no delay known is longer."""

    def of(self, dispositif: str, funder: str) -> Maybe[Instruction]:
        """The delay of a dispositif, else of its funder; UNKNOWN when nobody gave one."""
        general = self.by_funder.get(funder, UNKNOWN)
        return self.by_dispositif.get(dispositif, general)


NO_DELAYS = InstructionDelays()
"""Nobody's delay is known, and none is bounded."""


def filed_on(dispositif: Dispositif, day: date) -> Maybe[date]:
    """When an application ready that day is taken: at the opening, the next session; UNKNOWN without one to come."""
    window = dispositif.validity
    filed = max(day, window.opens_on) if window.opens_on else day
    if not window.cutoffs:
        return filed
    return min((session for session in window.cutoffs if session >= filed), default=UNKNOWN)


def applied_to(project: Project, dispositif: Dispositif, on: date) -> date:
    """The day of the project's application to the desks of a dispositif; the examination's while it is to be filed.

    A letter of intent starts no instruction. Without a request recorded for them, the date given for the whole project
    stands for every funder.
    """
    mine = [request for request in project.requests if request.funder in dispositif.desks]
    days = [request.applied_on for request in mine] if mine else [project.applied_on]
    return min((day for day in days if day is not UNKNOWN), default=on)


def expected_award(
    project: Project, dispositif: Dispositif, delays: InstructionDelays, on: date, *, names: Mapping[str, str]
) -> Award:
    """When the aid of a dispositif is expected, for a project examined on a day; never before that day."""
    desk = dispositif.instructor or dispositif.funder
    applied = applied_to(project, dispositif, on)
    filed = filed_on(dispositif, applied)
    delay = delays.of(dispositif.id, desk)
    if filed is not UNKNOWN and delay is not UNKNOWN:
        day = max(on, months_later(filed, delay.months))
        return Award(earliest=day, latest=day)
    soonest = max(on, applied if filed is UNKNOWN else filed)
    latest = months_later(soonest, delays.unknown_at_most)
    return Award(earliest=soonest, latest=latest, delay_of=names.get(desk, desk))


def load_instruction_delays(path: Path) -> tuple[InstructionDelays, list[Fault]]:
    """The delays of ``delais.yaml``, and every fault of that part of the file."""
    file = read_yaml(path)
    faults = list(file.faults)
    data: Mapping[str, Any] = file.data if isinstance(file.data, Mapping) else {}
    by_dispositif: dict[str, Instruction] = {}
    by_funder: dict[str, Instruction] = {}
    for rank, row in enumerate(data.get("instruction", [])):
        try:
            delay = Instruction(months=int(row["mois"]), source=row["source"], assumed=is_assumed(row["hypothese"]))
            if "dispositif" in row:
                by_dispositif[row["dispositif"]] = delay
            else:
                by_funder[row["financeur"]] = delay
        except (KeyError, TypeError, ValueError) as error:
            faults.append(row_fault(file, "instruction", rank, error))
    most, problem = _bound(data, (*by_dispositif.values(), *by_funder.values()))
    if problem and not file.faults:
        mend = "donner delai_inconnu: {mois: …, source: …, hypothese: oui}, au moins le plus long des délais connus"
        faults.append(file.fault(("delai_inconnu",), "", problem, mend))
    found = InstructionDelays(by_dispositif=by_dispositif, by_funder=by_funder, unknown_at_most=most)
    return found, faults


def _bound(data: Mapping[str, Any], known: Iterable[Instruction]) -> tuple[int, str]:
    """Months within which an unknown delay is held to end, and what is wrong with it, in French."""
    try:
        most = int(data["delai_inconnu"]["mois"])
    except (KeyError, TypeError, ValueError):
        return 0, "borne des délais inconnus absente ou qui n'est pas un nombre de mois"
    longest = max((each.months for each in known), default=0)
    if longest > most:
        return most, f"un délai connu ({longest} mois) dépasse la borne des délais inconnus ({most} mois)"
    return most, ""


def is_assumed(value: object) -> bool:
    """Whether a row says that it is an assumption."""
    if value not in {"oui", "non", True, False}:
        raise ValueError(f"« {value} » n'est ni oui ni non")
    return value in {"oui", True}


def row_fault(file: YamlFile, key: str, rank: int, error: Exception) -> Fault:
    """What is wrong with a row of the file."""
    problem = f"clé absente : {error.args[0]}" if isinstance(error, KeyError) else str(error)
    return file.fault((key, rank), "", problem, "suivre la forme des autres lignes du fichier")
