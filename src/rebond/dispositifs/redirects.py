"""Dispositifs that changed name: ``dispositifs/redirections.yaml`` takes an old id to the one that replaces it.

Plans, exclusions, links and bookmarks keep working: ids are never reused nor silently dropped.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from rebond.data.yamlfile import YamlFile, read_yaml
from rebond.errors import Fault

FILE = "redirections.yaml"


def load_redirects(folder: Path, known: Collection[str]) -> tuple[dict[str, str], list[Fault]]:
    """Old id → id that exists today, and every fault; nothing when the folder has no such file."""
    path = folder / FILE
    if not path.exists():
        return {}, []
    file = read_yaml(path)
    # A file of comments alone is a file without redirects.
    if file.faults or file.data is None:
        return {}, list(file.faults)
    if not isinstance(file.data, Mapping):
        fault = file.fault((), str(file.data), "des redirections sont attendues", "écrire « ancien/nom: nouveau/nom »")
        return {}, [fault]
    steps = {str(old): str(new) for old, new in file.data.items()}
    faults = list(_faults(file, steps, known))
    return ({} if faults else {old: _end(old, steps) for old in steps}), faults


def _faults(file: YamlFile, steps: Mapping[str, str], known: Collection[str]) -> Iterator[Fault]:
    for old in steps:
        end = _end(old, steps)
        if old in known:
            yield file.fault(
                (old,), old, "ce dispositif existe encore", "retirer la redirection, ou renommer le fichier"
            )
        elif end in steps:
            yield file.fault((old,), steps[old], "la redirection tourne en rond", "la faire mener à un dispositif")
        elif end not in known:
            yield file.fault((old,), end, "la redirection ne mène à aucun dispositif", "écrire l'id d'un dispositif")


def _end(old: str, steps: Mapping[str, str]) -> str:
    """Where a chain of redirects ends; a member of the chain when it goes round."""
    seen: set[str] = set()
    current = old
    while current in steps and current not in seen:
        seen.add(current)
        current = steps[current]
    return current
