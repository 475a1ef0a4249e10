"""Make the rows of a table those that are wanted, touching only the ones that differ.

Rows keep their key as long as their reference stays; what is no longer wanted is withdrawn when its table can tell
so, removed otherwise. Nothing is read nor written row by row.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Generic, TypeVar

from django.db import models
from django.db.models import F
from django.utils import timezone

from rebond.errors import FactsError, Fault
from rebond.web.missions.data import MissionData
from rebond.web.missions.fitting import check_fits

M = TypeVar("M", bound=MissionData)
_BATCH = 400
KEY: Final = ("id",)
"""What a row that is there already is found again by: an insertion that meets it is an update."""


@dataclass(slots=True, kw_only=True)
class Changes(Generic[M]):
    """The rows wanted, by their key, and which of them are not as they were."""

    model: type[M]
    rows: dict[Any, M] = field(default_factory=dict)
    added: list[M] = field(default_factory=list)
    changed: list[M] = field(default_factory=list)
    gone: list[M] = field(default_factory=list)
    quietly: list[M] = field(default_factory=list)
    """Only their rank in the census is other."""
    withdrawn: set[int] = field(default_factory=set)
    """Keys of the rows that are withdrawn, now or before."""
    owners: set[int] = field(default_factory=set)
    """Keys of the rows that these hang on, when something hanging on them changed."""
    hung: list[Changes[Any]] = field(default_factory=list)

    def hang(self, children: Changes[Any]) -> None:
        """Rows that belong to these: their changes are changes of these."""
        self.hung.append(children)

    @property
    def any(self) -> bool:
        """Whether anything changed, here or in what hangs on it."""
        own = self.added or self.changed or self.gone or self.quietly
        return bool(own) or any(child.any for child in self.hung)

    def bump(self) -> None:
        """One more revision for each row that changed itself, or by what hangs on it; a new row has its first one."""
        new = {row.pk for row in self.added}
        touched = {row.pk for row in (*self.changed, *self.gone)}
        touched |= {pk for child in self.hung for pk in child.owners}
        pks = sorted(touched - new)
        for start in range(0, len(pks), _BATCH):
            rows: Any = self.model.ever.filter(pk__in=pks[start : start + _BATCH])
            rows.update(revision=F("revision") + 1)


def sync(
    model: type[M],
    held: Iterable[M],
    wanted: Mapping[Any, Mapping[str, Any]],
    *,
    key: Callable[[M], Hashable],
    quiet: Sequence[str] = (),
    owner: str = "",
    kept: Collection[int] = (),
) -> Changes[M]:
    """Write the rows wanted (key → columns) in the place of those held.

    ``quiet``: columns whose change is no change of the row. ``owner``: the column of the row that these hang on;
    rows of the owners ``kept`` stay as they are.
    """
    changes: Changes[M] = Changes(model=model)
    present, twice = _by_key(held, key, owner=owner, kept=kept)
    names: dict[str, None] = dict.fromkeys(name for row in wanted.values() for name in row)
    withdrawable = "withdrawn_at" in {each.name for each in model._meta.fields}
    for each, values in wanted.items():
        row = present.pop(each, None)
        if row is None:
            row = model(**values)
            changes.added.append(row)
        else:
            _change(row, values, changes, quiet=quiet, owner=owner, withdrawable=withdrawable)
        changes.rows[each] = row
    if owner:
        changes.owners |= {getattr(row, owner) for row in (*changes.added, *changes.changed)}
    check_fits(model, [*changes.added, *changes.changed], names)
    _remove(model, [*present.values(), *twice], changes, owner=owner, withdrawable=withdrawable)
    _save(model, changes, [*names, *(["withdrawn_at"] if withdrawable else [])])
    return changes


def only_added(
    model: type[M],
    held: Iterable[M],
    wanted: Mapping[str, Mapping[str, Any]],
    *,
    key: Callable[[Any], str],
    already: Callable[[Any], str],
) -> Changes[M]:
    """``sync`` of numbered rows that never change: their rank alone may.

    Raises ``FactsError`` with one fault for each that would not be what it was; ``already``: what is wrong with that.
    """
    rows: list[Any] = list(held)
    changed = [row for row in rows if set(_different(row, wanted.get(key(row), {}))) - set(_RANK)]
    if changed:
        raise FactsError(
            Fault(
                where=f"{model._meta.verbose_name} {key(row)}",
                problem=already(row),
                mend=f"laisser cette ligne telle quelle, et en ajouter une, numérotée {row.number + 1} ou plus",
            )
            for row in changed
        )
    return sync(model, rows, wanted, key=key, quiet=_RANK)


_RANK = ("position",)


def _different(row: Any, values: Mapping[str, Any]) -> list[str]:
    return [name for name, value in values.items() if not _same(getattr(row, name), value)]


def _by_key(
    held: Iterable[M], key: Callable[[M], Hashable], *, owner: str, kept: Collection[int]
) -> tuple[dict[Hashable, M], list[M]]:
    """The rows held by key, and those whose key is taken: lists stored before they had ranks."""
    present: dict[Hashable, M] = {}
    twice = []
    for row in held:
        if owner and getattr(row, owner) in kept:
            continue
        if present.setdefault(key(row), row) is not row:
            twice.append(row)
    return present, twice


def _change(
    row: M, values: Mapping[str, Any], changes: Changes[M], *, quiet: Sequence[str], owner: str, withdrawable: bool
) -> None:
    different = _different(row, values)
    returns = withdrawable and row.withdrawn_at is not None  # type: ignore[attr-defined]  # asked of the model above
    if not different and not returns:
        return
    if owner in different:
        changes.owners.add(getattr(row, owner))
    for name in different:
        setattr(row, name, values[name])
    if returns:
        row.withdrawn_at = None  # type: ignore[attr-defined]  # asked of the model above
    is_quiet = not returns and set(different) <= set(quiet)
    (changes.quietly if is_quiet else changes.changed).append(row)


def _same(held: object, wanted: object) -> bool:
    """Equal, and of one kind: JSON has 1 and true, which Python takes for the same."""
    if isinstance(held, list) and isinstance(wanted, list):
        return len(held) == len(wanted) and all(map(_same, held, wanted))
    if isinstance(held, bool) is not isinstance(wanted, bool):
        return False
    return held == wanted


def _remove(model: type[M], rows: Iterable[M], changes: Changes[M], *, owner: str, withdrawable: bool) -> None:
    if not withdrawable:
        changes.gone = list(rows)
        pks = [row.pk for row in changes.gone]
        for start in range(0, len(pks), _BATCH):
            model.ever.filter(pk__in=pks[start : start + _BATCH]).delete()
    else:
        now = timezone.now()
        for row in rows:
            if row.withdrawn_at is None:  # type: ignore[attr-defined]  # asked of the model
                row.withdrawn_at = now  # type: ignore[attr-defined]  # asked of the model
                changes.gone.append(row)
            changes.withdrawn.add(row.pk)
    if owner:
        changes.owners |= {getattr(row, owner) for row in changes.gone}


def _save(model: type[M], changes: Changes[M], names: Sequence[str]) -> None:
    model.ever.bulk_create(changes.added)
    still = [*changes.changed, *changes.quietly, *(row for row in changes.gone if row.pk is not None and _stays(row))]
    if still:
        columns = [_field_name(model, name) for name in names]
        model.ever.bulk_create(still, update_conflicts=True, unique_fields=KEY, update_fields=columns)


def _stays(row: models.Model) -> bool:
    return getattr(row, "withdrawn_at", None) is not None


def _field_name(model: type[M], name: str) -> str:
    """Of a column: ``firm`` for ``firm_id``."""
    return model._meta.get_field(name.removesuffix("_id") if name.endswith("_id") else name).name
