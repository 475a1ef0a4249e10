"""The dispositifs beside the plan that nothing refuses: those that are open, those that one answer would open.

The others wait for several answers each: a list of them teaches a reader nothing, their number does.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rebond.dispositifs.model import Dispositif
from rebond.eligibility.truth import Truth
from rebond.financing.context import Study
from rebond.financing.explaining.explain import Aside
from rebond.financing.tables.expected import usual_lead

FOR_DIFFICULTY = "difficulte"
"""The subject of what only concerns a firm in difficulty: never named to another, be it « si »."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPath:
    """A dispositif beside the plan: why it brings nothing to it, and the one answer that would settle it."""

    title: str
    why: str
    answer: str = ""
    """Empty: it is open on known facts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPaths:
    """Those without an amount, then those with one; how many of each wait for several answers."""

    unquantified: tuple[OpenPath, ...] = ()
    unquantified_others: int = 0
    quantified: tuple[OpenPath, ...] = ()
    quantified_others: int = 0


def open_paths_of(found: Study, asides: Iterable[Aside]) -> OpenPaths:
    """What is beside the plan of a study; ``asides``: its offers that the plan does not use."""
    used = set(found.plan.files)
    leads = (
        (item.dispositif, "", " ; ".join(filter(None, (item.reason, usual_lead(found, item.dispositif)))))
        for item in found.built.unquantified
        if item.dispositif not in used
    )
    unquantified, several = _sorted(found, leads)
    quantified, others = _sorted(found, ((aside.dispositif, aside.title, aside.reason) for aside in asides))
    return OpenPaths(
        unquantified=unquantified, unquantified_others=several, quantified=quantified, quantified_others=others
    )


def _sorted(found: Study, paths: Iterable[tuple[str, str, str]]) -> tuple[tuple[OpenPath, ...], int]:
    """Those to name, the open ones first, and how many are only counted."""
    catalogue = found.context.catalogue.dispositifs
    verdicts = {verdict.dispositif: verdict for verdict in found.verdicts}
    named: list[OpenPath] = []
    several = 0
    for key, title, why in paths:
        item, verdict = catalogue.get(key), verdicts.get(key)
        is_open = verdict is None or verdict.truth is Truth.YES
        if not is_open and item is not None and FOR_DIFFICULTY in item.fields:
            continue
        missing = () if is_open or verdict is None else verdict.missing
        if len(missing) > 1:
            several += 1
            continue
        answer = "".join(_words(found, item, name) for name in missing)
        named.append(OpenPath(title=title or (item.title if item else key), why=why, answer=answer))
    return tuple(sorted(named, key=lambda path: bool(path.answer))), several


def _words(found: Study, item: Dispositif | None, name: str) -> str:
    """What lacks, in words: a fact of the dictionary, or a sentence that someone confirms."""
    dictionary = found.context.catalogue.dictionary
    if name in dictionary:
        return dictionary[name].question or dictionary[name].label
    return next((each.text for each in item.to_confirm if each.key == name), name) if item else name
