"""What the law allows after a text ends, under each reading of it: three-valued, never a guess.

A text in force says YES. After its end the exempted schemes may live on (GBER art. 58(4)): that is UNKNOWN for each
French umbrella regime until a person enters what became of it. Nothing here says how likely a reading is.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from rebond.data.yamlfile import YamlFile, read_yaml
from rebond.eligibility.truth import Truth
from rebond.errors import Fault
from rebond.regimes.model import Regime, RegimeKind

REPLACED = "règlement prorogé ou remplacé"
"""The condition that support after the end of a text waits for."""


class Reading(enum.StrEnum):
    """A reading of the law after a text ends; ``lectures.yaml`` gives its words."""

    TEXTS = "textes"
    ADJUSTMENT = "adaptation"
    SUCCESSOR = "successeur"


ALL_READINGS = frozenset(Reading)


@dataclass(frozen=True, slots=True, kw_only=True)
class Award:
    """When an aid is expected to be granted: a day, or a span while the funder's delay is not known."""

    earliest: date
    latest: date
    delay_of: str = ""
    """Who should say its delay; empty when it is known."""

    @property
    def is_known(self) -> bool:
        """Whether the day is one."""
        return self.earliest == self.latest

    @property
    def words(self) -> str:
        """In French, for a line of a plan."""
        if self.is_known:
            return f"décision attendue le {self.earliest:%d/%m/%Y}"
        return f"délai de {self.delay_of} inconnu : décision au plus tôt le {self.earliest:%d/%m/%Y}"


def on_day(day: date) -> Award:
    """An award of that very day."""
    return Award(earliest=day, latest=day)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Whether aid may be granted under a regime on an award date, and what that waits for."""

    truth: Truth
    """YES: the texts in force allow it. UNKNOWN: a reading may. NO: none does."""
    readings: frozenset[Reading] = frozenset()
    """The readings under which it may be granted, surely or not."""
    condition: str = ""
    """In French, what keeps it from being sure."""
    about_law: bool = False
    """Whether what lacks is the law itself, and not the day of the award."""


_IN_FORCE = Standing(truth=Truth.YES, readings=ALL_READINGS)
_NEVER = Standing(truth=Truth.NO)


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment:
    """How long the schemes exempted under a text stay so after its end."""

    text: str
    text_end: date
    until: date
    source: str
    verified: bool = True

    def covers(self, regime: Regime) -> bool:
        """Whether a regime is one of that text."""
        return regime.text.startswith(self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Framework:
    """A French umbrella regime: its own end, and what a person found that became of it."""

    number: str
    until: date
    prolonged: Truth = Truth.UNKNOWN
    prolonged_until: date | None = None
    source: str = ""
    verified: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """The readings as data."""

    default: Reading = Reading.ADJUSTMENT
    """On which possible plans are computed; firm ones always follow the texts in force."""
    warn_days: int = 0
    titles: Mapping[Reading, str] = field(default_factory=dict)
    sentences: Mapping[Reading, str] = field(default_factory=dict)
    adjustments: tuple[Adjustment, ...] = ()
    frameworks: Mapping[str, Framework] = field(default_factory=dict)
    """French umbrella regimes by number."""
    successor: str = ""
    successor_source: str = ""

    def title(self, reading: Reading) -> str:
        """The words shown to people."""
        return self.titles.get(reading, reading.value)

    def adjustment(self, regime: Regime) -> Adjustment | None:
        """The adjustment period of a regime's text."""
        return next((each for each in self.adjustments if each.covers(regime)), None)

    def framework(self, regime: Regime) -> Framework | None:
        """The French umbrella regime that a regime is granted under, when it is known."""
        return self.frameworks.get(regime.framework)

    def last_day(self, regime: Regime) -> date | None:
        """The last day on which the texts in force allow aid; ``None``: no end."""
        framework, period = self.framework(regime), self.adjustment(regime)
        if framework is not None and framework.prolonged is Truth.YES and framework.prolonged_until is not None:
            # A framework that was prolonged lives within what the European text leaves to exempted schemes.
            european = period.until if period else regime.valid_to
            return min(day for day in (framework.prolonged_until, european) if day is not None)
        return min(
            (day for day in (regime.valid_to, framework.until if framework else None) if day is not None), default=None
        )

    def perhaps_until(self, regime: Regime) -> date | None:
        """The last day on which a reading may allow aid; ``None``: no end."""
        sure, period, framework = self.last_day(regime), self.adjustment(regime), self.framework(regime)
        settled = framework is not None and framework.prolonged is not Truth.UNKNOWN
        return sure if sure is None or period is None or settled else max(sure, period.until)

    def standing(self, regime: Regime, award: Award) -> Standing:
        """Whether aid of that award may be granted under a regime."""
        starts, ends, perhaps = regime.valid_from, self.last_day(regime), self.perhaps_until(regime)
        too_early = starts is not None and award.latest < starts
        if too_early or (perhaps is not None and perhaps < award.earliest):
            return _NEVER
        if ends is not None and ends < award.earliest:
            return Standing(
                truth=Truth.UNKNOWN,
                readings=frozenset({Reading.ADJUSTMENT}),
                condition=f"{REPLACED} : {regime.article} prend fin le {ends:%d/%m/%Y}{_framework(regime)}, "
                f"{award.words}",
                about_law=True,
            )
        edges = []
        if starts is not None and award.earliest < starts:
            edges.append(f"{regime.article} vaut du {starts:%d/%m/%Y}")
        if ends is not None and ends < award.latest:
            edges.append(f"{regime.article} finit le {ends:%d/%m/%Y}")
        if edges:
            condition = ", ".join(("à établir — " + award.words, *edges))
            return Standing(truth=Truth.UNKNOWN, readings=ALL_READINGS, condition=condition)
        return _IN_FORCE

    def in_force(self, regime: Regime, on: date) -> bool:
        """Whether the texts in force allow aid on that day."""
        return self.standing(regime, on_day(on)).truth is Truth.YES


NO_READINGS = Readings()
"""Every text ends on its written day."""


def _framework(regime: Regime) -> str:
    return f" (régime cadre {regime.framework})" if regime.framework else ""


def ending(regimes: Iterable[Regime], readings: Readings) -> dict[date, list[Regime]]:
    """Last day → the exempted regimes that the texts in force end that day."""
    found: dict[date, list[Regime]] = {}
    for regime in regimes:
        last = readings.last_day(regime)
        if last is not None and regime.kind is RegimeKind.EXEMPTION:
            found.setdefault(last, []).append(regime)
    return dict(sorted(found.items()))


def law_banner(regimes: Iterable[Regime], readings: Readings, on: date) -> tuple[str, ...]:
    """One sentence for each end of a text that is near or past, whatever the number of its articles.

    From ``warn_days`` before the end. Replaced regimes are silent: their successor speaks.
    """
    told: list[str] = []
    for last, mine in _near_ends(regimes, readings, on).items():
        left = (last - on).days
        perhaps = max(until for regime in mine if (until := readings.perhaps_until(regime)) is not None)
        texts = " et ".join(dict.fromkeys(_named(regime, readings) for regime in mine))
        number = f"{len(mine)} articles" if len(mine) > 1 else "un article"
        told.append(f"{_when(texts, number, last, left)} {_then(mine, readings, last, perhaps, on)}")
    return tuple(told)


def tells_an_end(sentence: str) -> bool:
    """Whether a sentence is one of ``law_banner``, of whatever day: its « in so many days » ages, its date does not."""
    return bool(_ENDS.search(sentence))


def near_end(regimes: Iterable[Regime], readings: Readings, on: date) -> date | None:
    """The first of the ends that the banner tells."""
    return next(iter(_near_ends(regimes, readings, on)), None)


def _near_ends(regimes: Iterable[Regime], readings: Readings, on: date) -> dict[date, list[Regime]]:
    everything = tuple(regimes)
    replaced = {key for regime in everything for key in regime.replaces}
    kept = [regime for regime in everything if regime.id not in replaced]
    return {last: group for last, group in ending(kept, readings).items() if (last - on).days <= readings.warn_days}


def _named(regime: Regime, readings: Readings) -> str:
    period = readings.adjustment(regime)
    return period.text if period else regime.article


_ENDS = re.compile(r"\((?:\d+\sarticles|un\sarticle)\)\s: fin(?:i\sdepuis)?\sle\s")
"""How ``_when`` begins, whatever its spaces."""


def _when(texts: str, number: str, last: date, left: int) -> str:
    if left < 0:
        return f"{texts} ({number}) : fini depuis le {last:%d/%m/%Y}."
    days = "aujourd'hui" if left == 0 else "demain" if left == 1 else f"dans {left} jours"
    return f"{texts} ({number}) : fin le {last:%d/%m/%Y}, {days}."


def _then(group: list[Regime], readings: Readings, last: date, perhaps: date, on: date) -> str:
    if on > perhaps:
        return "Aucun de ces articles n'est employé : la suite du règlement est à saisir dans le catalogue."
    open_ones = [regime for regime in group if (end := readings.perhaps_until(regime)) is not None and end > last]
    if not open_ones:
        return "Aucune aide n'est comptée après cette date sous ces articles."
    return (
        "Une aide décidée ensuite n'est pas ferme : elle attend que le règlement soit prorogé ou remplacé "
        f"(période d'adaptation jusqu'au {perhaps:%d/%m/%Y}, à confirmer régime cadre par régime cadre)."
    )


def load_readings(path: Path) -> tuple[Readings, list[Fault]]:
    """The readings, and every fault of the file."""
    file = read_yaml(path)
    if file.faults:
        return Readings(), list(file.faults)
    try:
        rows = {Reading(row["code"]): row for row in file.data["lectures"]}
        return (
            Readings(
                default=Reading(file.data["par_defaut"]),
                warn_days=int(file.data["alerte_jours"]),
                titles={reading: str(rows[reading]["intitule"]) for reading in Reading},
                sentences={reading: str(rows[reading]["phrase"]) for reading in Reading},
                adjustments=tuple(_adjustment(row) for row in file.data["periodes_adaptation"]),
                frameworks={row["numero"]: _framework_of(row) for row in file.data["regimes_cadres"]},
                successor=str(file.data["successeur"]["texte"]),
                successor_source=str(file.data["successeur"]["source"]),
            ),
            [],
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        return Readings(), [_fault(file, error)]


def _adjustment(row: Mapping[str, Any]) -> Adjustment:
    period = Adjustment(
        text=row["texte"],
        text_end=date.fromisoformat(str(row["fin_du_texte"])),
        until=date.fromisoformat(str(row["jusqu_au"])),
        source=row["source"],
        verified={"oui": True, "non": False}[row.get("verifie", "oui")],
    )
    if period.until < period.text_end:
        raise ValueError(f"période d'adaptation finie ({period.until}) avant le texte ({period.text_end})")
    return period


def _framework_of(row: Mapping[str, Any]) -> Framework:
    number, answer = str(row["numero"]), row["prorogation"]
    found = {"inconnu": Truth.UNKNOWN, "proroge": Truth.YES, "non": Truth.NO}[answer["reponse"]]
    if found is not Truth.UNKNOWN and not answer.get("source"):
        raise ValueError(f"prorogation de {number} : dire la source (texte, date, page lue)")
    if found is Truth.YES and "au" not in answer:
        raise ValueError(f"prorogation de {number} : dire la nouvelle fin (au: AAAA-MM-JJ)")
    if found is Truth.YES and answer["au"] <= row["au"]:
        raise ValueError(f"prorogation de {number} jusqu'au {answer['au']}, avant sa première fin ({row['au']})")
    return Framework(
        number=number,
        until=date.fromisoformat(str(row["au"])),
        prolonged=found,
        prolonged_until=date.fromisoformat(str(answer["au"])) if found is Truth.YES else None,
        source=str(row["source"]),
        verified={"oui": True, "non": False}[row.get("verifie", "oui")] and answer.get("verifie", "oui") == "oui",
    )


def _fault(file: YamlFile, error: Exception) -> Fault:
    problem = f"clé absente ou mal remplie : {error}" if isinstance(error, KeyError) else str(error)
    mend = (
        "donner par_defaut, alerte_jours, lectures (code, intitule, phrase : textes, adaptation, successeur), "
        "periodes_adaptation (texte, fin_du_texte, jusqu_au, source, verifie : oui ou non), successeur (texte, source) "
        "et regimes_cadres (numero, au, source, prorogation : reponse inconnu, proroge ou non)"
    )
    return file.fault((), "", f"lectures du droit illisibles ({problem})", mend)
