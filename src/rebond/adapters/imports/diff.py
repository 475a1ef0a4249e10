"""What an import would change: programmes added, changed field by field, gone; fields that it may not overwrite."""

from __future__ import annotations

import enum
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from rebond.adapters.imports.draft import Draft
from rebond.data.jsonfile import read_json
from rebond.data.yamlfile import read_yaml
from rebond.errors import CatalogueError, Fault

PROTECTIONS = "protections.yaml"
REDIRECTIONS = "redirections.yaml"
_EVERY = "tous"
_DATES = ("verifie_le", "prochaine_revue")
_BEHIND_CASES = ("conditions", "a_verifier", "validite")
"""What the worked examples follow from."""


class Change(enum.StrEnum):
    """What happens to a programme."""

    ADDED = "ajoute"
    CHANGED = "modifie"
    SAME = "inchange"
    GONE = "retire"
    REDIRECTED = "redirige"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One field: its value before and after, as text; ``kept`` when it is protected and stays as it was."""

    name: str
    before: str
    after: str
    kept: bool = False


@dataclass(frozen=True, kw_only=True)
class ProgrammeChange:
    """What happens to one programme; ``data`` is what its file will hold."""

    id: str
    title: str
    change: Change
    fields: tuple[FieldChange, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)
    moved_to: str = ""


@dataclass(frozen=True, kw_only=True)
class Existing:
    """What a catalogue folder holds of a source."""

    programmes: Mapping[str, Mapping[str, Any]]
    protections: Mapping[str, tuple[str, ...]]
    redirections: Mapping[str, str]
    origins: Mapping[str, Mapping[str, Any]]

    def protected(self, identifier: str) -> tuple[str, ...]:
        """Fields of a programme that no import overwrites."""
        return (*self.protections.get(_EVERY, ()), *self.protections.get(identifier, ()))


def load_existing(folder: Path, source: str) -> Existing:
    """Read a catalogue folder, which may not exist yet; raises ``CatalogueError`` with every fault."""
    faults: list[Fault] = []
    programmes: dict[str, Mapping[str, Any]] = {}
    for path in sorted((folder / "dispositifs" / source).glob("*.yaml")):
        file = read_yaml(path, name=f"{source}/{path.name}")
        faults.extend(file.faults)
        if isinstance(file.data, Mapping):
            programmes[f"{source}/{path.stem}"] = file.data
    protections = _mapping_file(folder / PROTECTIONS, faults)
    redirections = _mapping_file(folder / REDIRECTIONS, faults)
    if faults:
        raise CatalogueError(faults)
    return Existing(
        programmes=programmes,
        protections={str(key): tuple(map(str, value or ())) for key, value in protections.items()},
        redirections={str(key): str(value) for key, value in redirections.items()},
        origins={
            f"{source}/{path.stem}": read_json(path) for path in sorted((folder / "origine" / source).glob("*.json"))
        },
    )


def _mapping_file(path: Path, faults: list[Fault]) -> Mapping[str, Any]:
    if not path.is_file():
        return {}
    file = read_yaml(path)
    faults.extend(file.faults)
    if file.faults or file.data is None:
        return {}
    wanted = list if path.name == PROTECTIONS else str
    if not isinstance(file.data, Mapping) or not all(isinstance(value, wanted) for value in file.data.values()):
        shape = "« tee/programme: [champ, champ] »" if wanted is list else "« tee/ancien: tee/nouveau »"
        faults.append(Fault(where=path.name, problem="fichier mal formé", mend=f"écrire des lignes {shape}"))
        return {}
    return file.data


def compare(drafts: Iterable[Draft], existing: Existing, *, complete: bool) -> tuple[ProgrammeChange, ...]:
    """What importing the drafts changes, in the order of the file, then what has left the source.

    ``complete`` is False for a part of a source: a programme that is not in it has not left.
    """
    found = list(drafts)
    changes = [_change(draft, existing) for draft in found]
    if complete:
        present = {draft.id for draft in found}
        gone = [identifier for identifier in existing.programmes if identifier not in present]
        changes.extend(
            ProgrammeChange(
                id=identifier, title=str(existing.programmes[identifier].get("intitule", "")), change=Change.GONE
            )
            for identifier in gone
        )
    return _with_renames(changes, found, existing)


def _change(draft: Draft, existing: Existing) -> ProgrammeChange:
    title = str(draft.data["intitule"])
    target = existing.redirections.get(draft.id)
    if target is not None and draft.id not in existing.programmes:
        return ProgrammeChange(id=draft.id, title=title, change=Change.REDIRECTED, moved_to=target)
    old = existing.programmes.get(draft.id)
    if old is None:
        return ProgrammeChange(id=draft.id, title=title, change=Change.ADDED, data=draft.data)
    protected = existing.protected(draft.id)
    merged = _keep(old, draft.data, protected)
    if not any(_is_under("cas", guard) for guard in protected):
        merged = _with_fitting_cases(merged, old, draft.data)
    fields = tuple(_field_changes(_timeless(old), _timeless(draft.data), protected))
    if _timeless(merged) == _timeless(old):
        return ProgrammeChange(id=draft.id, title=title, change=Change.SAME, fields=fields, data=old)
    return ProgrammeChange(id=draft.id, title=title, change=Change.CHANGED, fields=fields, data=merged)


def _timeless(data: Mapping[str, Any]) -> dict[str, Any]:
    """The content without the day it was verified: importing the same file on another day changes nothing."""
    day = data.get("verifie_le")
    cases = [{**case, "le": "" if case.get("le") == day else case.get("le")} for case in data.get("cas", ())]
    return {key: value for key, value in data.items() if key not in _DATES} | {"cas": cases}


def _keep(old: Mapping[str, Any], new: Mapping[str, Any], protected: Iterable[str]) -> dict[str, Any]:
    """The incoming content, with the protected fields as they were (absent if they were)."""
    merged: dict[str, Any] = json_like(new)
    for name in protected:
        _put(merged, name.split("."), _get(old, name.split(".")))
    return merged


def _with_fitting_cases(merged: dict[str, Any], old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """The worked examples that go with what was kept: the new ones, the old ones, or none when it is a mixture."""
    for content in (new, old):
        if all(merged.get(key) == content.get(key) for key in _BEHIND_CASES):
            return {**merged, "cas": json_like(content.get("cas", []))}
    return {**merged, "cas": []}


def json_like(value: Any) -> Any:
    """A copy that can be changed."""
    if isinstance(value, Mapping):
        return {key: json_like(item) for key, item in value.items()}
    return [json_like(item) for item in value] if isinstance(value, list | tuple) else value


def _get(data: Any, path: list[str]) -> Any:
    for key in path:
        data = data.get(key) if isinstance(data, Mapping) else None
    return data


def _put(data: dict[str, Any], path: list[str], value: Any) -> None:
    for key in path[:-1]:
        data = data.setdefault(key, {})
    if value is None:
        data.pop(path[-1], None)
    else:
        data[path[-1]] = json_like(value)


def _field_changes(
    old: Mapping[str, Any], new: Mapping[str, Any], protected: Iterable[str], prefix: str = ""
) -> Iterable[FieldChange]:
    for key in dict.fromkeys((*old, *new)):
        before, after = old.get(key), new.get(key)
        name = f"{prefix}{key}"
        if before == after:
            continue
        if isinstance(before, Mapping) and isinstance(after, Mapping):
            yield from _field_changes(before, after, protected, prefix=f"{name}.")
            continue
        kept = any(_is_under(name, guard) for guard in protected)
        yield FieldChange(name=name, before=_text(before), after=_text(after), kept=kept)


def _is_under(name: str, guard: str) -> bool:
    return name == guard or name.startswith(f"{guard}.")


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=_day_text)


def _day_text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _with_renames(
    changes: list[ProgrammeChange], drafts: Iterable[Draft], existing: Existing
) -> tuple[ProgrammeChange, ...]:
    """A programme gone whose record, id apart, is that of a programme added: it was renamed."""
    added = {
        _fingerprint(draft.origin): draft.id
        for draft in drafts
        if draft.id not in existing.programmes and draft.id not in existing.redirections
    }
    renamed = {
        identifier: added[print_]
        for identifier, origin in existing.origins.items()
        if (print_ := _fingerprint(origin)) in added
    }
    return tuple(
        replace(change, moved_to=renamed.get(change.id, "")) if change.change is Change.GONE else change
        for change in changes
    )


def _fingerprint(record: Mapping[str, Any]) -> str:
    return json.dumps({key: value for key, value in record.items() if key not in {"id", "slug"}}, sort_keys=True)
