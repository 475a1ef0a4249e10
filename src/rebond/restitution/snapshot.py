"""The figures of a mission frozen on a day: with their rows, what produced them, and a digest that nothing escapes.

Two of them say what changed from one committee to the next. It also holds what its documents are made of
(``origin``), so that they can be made again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rebond.records import FACTS, digest
from rebond.restitution.origin import Beside, Origin, origin_as_data, origin_of
from rebond.restitution.result import indicators_as_data
from rebond.results import MissionResult

SCHEMA = "instantane/v2"
_BEFORE = "instantane/v1"
"""Figures alone: compared, not made again."""
_DIGEST = "empreinte"
_TOLD = ("mission", "arrete_au", "etat", "catalogue", "moteur", "faits")
_ORIGIN = "a_refaire"
_NOT_ONE = "Ce n'est pas un instantané : donnez un « instantane.json » écrit par Rebond."


class NotASnapshotError(ValueError):
    """A file that is no snapshot, or that somebody changed since it was frozen."""


def snapshot_as_data(result: MissionResult, beside: Beside | None = None) -> dict[str, Any]:
    """The content of ``instantane.json``: the same facts, catalogue and day give the same, to the byte.

    ``beside``: what its documents are made of beside the result; without it, that of a mission that says nothing of it.
    """
    data: dict[str, Any] = {
        "schema": SCHEMA,
        "mission": result.census.settings.name,
        "arrete_au": result.on.isoformat(),
        "etat": "decide" if result.decided else "projet",
        "lecture_du_droit": result.reading.reading.value if result.reading else "",
        "catalogue": result.catalogue_version,
        "moteur": result.engine_version,
        "faits": digest(FACTS.write(result.census)),
        "chiffres": indicators_as_data(result),
        _ORIGIN: origin_as_data(result, beside or Beside()),
    }
    return {**data, _DIGEST: _digest_of(data)}


def _digest_of(data: Mapping[str, Any]) -> str:
    return digest({key: value for key, value in data.items() if key != _DIGEST})


def _is_figure(told: Any) -> bool:
    if not isinstance(told, dict) or not all(isinstance(told.get(key), str) for key in ("libelle", "texte")):
        return False
    rows = told.get("lignes")
    return isinstance(rows, list) and all(
        isinstance(row, dict) and isinstance(row.get("id"), str) and "valeur" in row for row in rows
    )


def checked(data: Any) -> Mapping[str, Any]:
    """A snapshot as it was frozen; ``NotASnapshotError`` says, in French, what is wrong with what was read."""
    if (
        not isinstance(data, dict)
        or data.get("schema") not in (SCHEMA, _BEFORE)
        or not isinstance(data.get("chiffres"), dict)
    ):
        raise NotASnapshotError(_NOT_ONE)
    # Anybody can make a digest that fits what he or she wrote.
    if not all(isinstance(data.get(key), str) for key in _TOLD) or not all(map(_is_figure, data["chiffres"].values())):
        raise NotASnapshotError(_NOT_ONE)
    if data.get(_DIGEST) != _digest_of(data):
        raise NotASnapshotError("L'empreinte ne correspond pas : le fichier a été modifié depuis qu'il a été écrit.")
    return data


def origin_in(snapshot: Mapping[str, Any]) -> Origin:
    """What the documents of a snapshot are made of; raises ``NotASnapshotError`` when it does not say it."""
    if _ORIGIN not in snapshot:
        raise NotASnapshotError(
            "Cet instantané est d'avant : il ne garde que ses chiffres. Il se compare, ses documents ne se refont pas."
        )
    try:
        return origin_of(snapshot[_ORIGIN])
    except (KeyError, TypeError, ValueError, AttributeError):
        raise NotASnapshotError("Ce que cet instantané garde pour refaire ses documents ne se relit pas.") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedFigure:
    """A figure before and after, with the rows that came, went or changed."""

    code: str
    label: str
    before: str
    """Empty: it was not there."""
    after: str
    """Empty: it is not there any more."""
    came: tuple[str, ...] = ()
    went: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()


def compared(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[ChangedFigure, ...]:
    """The figures that differ, in the order of the later snapshot; what is alike is not told."""
    return tuple(_changes(before["chiffres"], after["chiffres"]))


def _changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[ChangedFigure]:
    for code in dict.fromkeys((*new, *old)):
        was, now = old.get(code), new.get(code)
        if was == now:
            continue
        mine, theirs = _rows(was), _rows(now)
        found = ChangedFigure(
            code=code,
            label=(now or was or {})["libelle"],
            before=was["texte"] if was else "",
            after=now["texte"] if now else "",
            came=tuple(key for key in theirs if key not in mine),
            went=tuple(key for key in mine if key not in theirs),
            changed=tuple(key for key in theirs if key in mine and mine[key] != theirs[key]),
        )
        if (found.before, found.came, found.went, found.changed) != (found.after, (), (), ()):
            yield found


def _rows(figure: Mapping[str, Any] | None) -> dict[str, Any]:
    return {row["id"]: row["valeur"] for row in figure["lignes"]} if figure else {}
