"""Writing an import into a catalogue folder: all of it, or nothing."""

from __future__ import annotations

import csv
import json
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from rebond.adapters.imports.account import Fate, RecordAccount, totals
from rebond.adapters.imports.diff import REDIRECTIONS, Change, ProgrammeChange
from rebond.adapters.imports.draft import ORGANISATION_COLUMNS, ImportedFile, Organisation
from rebond.adapters.imports.tables import rows
from rebond.adapters.imports.yaml_text import yaml_text
from rebond.data.csvfile import inert
from rebond.data.outfolder import DRAFT, exchange, locked, sweep_beside
from rebond.dispositifs.catalogue import load_catalogue
from rebond.dispositifs.checks import check_catalogue
from rebond.dispositifs.organisations import FILE as OWN_ORGANISATIONS
from rebond.dispositifs.organisations import load_organisations
from rebond.errors import CatalogueError, Fault

REPORT = "compte-rendu"
WITHDRAWN = "retires"
_HEADER = "# Brouillon importé : à relire. Champs à garder d'un import à l'autre : protections.yaml.\n"


def write_import(imported: ImportedFile, changes: Iterable[ProgrammeChange], folder: Path) -> ImportedFile:
    """Write drafts, original records, organisations, redirections and account; what was written.

    The new folder is built aside, loaded, its worked examples run, and only then put in the place of the old one.
    A draft that the catalogue refuses is set aside with its faults and the others are written; what the import did
    not bring, when it is wrong, raises ``CatalogueError``.
    """
    made = list(changes)
    try:
        _write_all(imported, made, folder)
    except CatalogueError as error:
        refused = _refused(imported, error.faults)
        if not refused:
            raise
        kept = replace(
            imported,
            drafts=tuple(draft for draft in imported.drafts if draft.id not in refused),
            faults=(*imported.faults, *error.faults),
        )
        if not kept.drafts:
            raise
        return write_import(kept, [change for change in made if change.id not in refused], folder)
    return imported


def _write_all(imported: ImportedFile, made: Sequence[ProgrammeChange], folder: Path) -> None:
    with replaced_folder(folder) as work:
        _write_programmes(imported, made, work)
        _write_organisations(imported.organisations, work)
        _write_redirections(made, work)
        write_report(imported, made, work)
        faults = check_catalogue(load_catalogue(work))
        if faults:
            raise CatalogueError(faults)


def _refused(imported: ImportedFile, faults: Sequence[Fault]) -> set[str]:
    """The drafts that these faults name; empty when one of the faults is of something else."""
    named = {f"{draft.id}.yaml": draft.id for draft in imported.drafts}
    found = {named.get(re.split(r"[, ]", fault.where, maxsplit=1)[0], "") for fault in faults}
    return set() if "" in found else found


@contextmanager
def replaced_folder(folder: Path) -> Iterator[Path]:
    """A copy of a folder to work in, which takes its place at the end; on an error the folder is untouched."""
    target = folder.resolve()
    if target.is_dir() and any(target.iterdir()) and not (target / "dispositifs").is_dir():
        raise CatalogueError(
            [
                Fault(
                    where=str(folder),
                    problem="ce dossier n'est pas un catalogue (aucun sous-dossier « dispositifs »)",
                    mend="donner un dossier vide, un dossier à créer ou un catalogue",
                )
            ]
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    sweep_beside(target)
    with ExitStack() as held:
        if target.is_dir():
            held.enter_context(locked(target))
        aside = held.enter_context(
            tempfile.TemporaryDirectory(prefix=f".{target.name[:60]}-", suffix=DRAFT, dir=target.parent)
        )
        held.enter_context(locked(Path(aside)))
        work = Path(aside) / "nouveau"
        if target.is_dir():
            shutil.copytree(target, work, symlinks=True)
        else:
            (work / "dispositifs").mkdir(parents=True)
        yield work
        if not target.is_dir():
            work.rename(target)
        elif not exchange(work, target):
            target.rename(Path(aside) / "ancien")
            work.rename(target)


def _write_programmes(imported: ImportedFile, changes: Iterable[ProgrammeChange], work: Path) -> None:
    home, withdrawn = work / "dispositifs" / imported.source, work / WITHDRAWN / imported.source
    origins = work / "origine" / imported.source
    for directory in (home, origins):
        directory.mkdir(parents=True, exist_ok=True)
    records = {draft.id: draft.origin for draft in imported.drafts}
    for change in changes:
        name = change.id.split("/", 1)[1]
        path = home / f"{name}.yaml"
        if change.change is Change.GONE:
            withdrawn.mkdir(parents=True, exist_ok=True)
            path.rename(withdrawn / path.name)
            continue
        if change.change in {Change.ADDED, Change.CHANGED}:
            path.write_text(_HEADER + yaml_text(change.data), encoding="utf-8")
            (withdrawn / path.name).unlink(missing_ok=True)
        origin = json.dumps(records[change.id], ensure_ascii=False, indent=1)
        (origins / f"{name}.json").write_text(f"{origin}\n", encoding="utf-8")


def _write_organisations(found: Iterable[Organisation], work: Path) -> None:
    path = work / OWN_ORGANISATIONS
    own = [_with_territory(row) for row in rows(path)] if path.is_file() else []
    known = set(load_organisations(work))
    lines = {org.code: org.row for org in found if org.code not in known}
    if not lines:
        return
    with path.open("w", encoding="utf-8", newline="") as stream:
        columns = dict.fromkeys((*ORGANISATION_COLUMNS, *(name for row in own for name in row)))
        writer = csv.DictWriter(stream, fieldnames=list(columns), lineterminator="\n")
        writer.writeheader()
        writer.writerows({key: inert(cell) for key, cell in row.items()} for row in [*own, *lines.values()])


def _with_territory(row: dict[str, str]) -> dict[str, str]:
    """A line of a file written before organisations said where they work otherwise than by départements."""
    former = row.pop("departements", "")
    return {**row, "territoire": row.get("territoire") or former}


def _write_redirections(changes: Iterable[ProgrammeChange], work: Path) -> None:
    """Add the renames; what is there stays."""
    renamed = {change.id: change.moved_to for change in changes if change.change is Change.GONE and change.moved_to}
    path = work / REDIRECTIONS
    if not renamed:
        return
    before = path.read_text(encoding="utf-8").rstrip() + "\n" if path.is_file() else "# ancien identifiant: nouveau\n"
    path.write_text(before + yaml_text(renamed), encoding="utf-8")


def write_report(imported: ImportedFile, changes: Iterable[ProgrammeChange], work: Path) -> None:
    """``compte-rendu.json`` for machines, ``compte-rendu.csv`` for a spreadsheet: one line per part of each record."""
    accounts = [draft.account for draft in imported.drafts]
    stem = f"{REPORT}-{imported.source}"
    content = report_data(imported, changes)
    (work / f"{stem}.json").write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    # A byte order mark and semicolons: French spreadsheets open the file as it is.
    with (work / f"{stem}.csv").open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, delimiter=";")
        writer.writerow(("dispositif", "donnée de la source", "valeur", "nombre de valeurs", "devenir", "précision"))
        for account in accounts:
            writer.writerows(
                (
                    inert(account.id),
                    inert(line.name),
                    inert(line.value),
                    line.leaves,
                    line.fate.label,
                    inert(line.detail),
                )
                for line in account.lines
            )


def report_data(imported: ImportedFile, changes: Iterable[ProgrammeChange]) -> dict[str, Any]:
    """The account of an import as JSON: totals that add up, then each record."""
    accounts = [draft.account for draft in imported.drafts]
    return {
        "schema": "compte-rendu-import/v1",
        "source": imported.source,
        "fiches": len(accounts) + len(imported.set_aside),
        "dispositifs": len(accounts),
        "valeurs": sum(account.leaves for account in accounts),
        "devenir": {fate.value: sum(account.count(fate) for account in accounts) for fate in Fate},
        "par_champ": {
            name: {fate.value: count for fate, count in counter.items()} for name, counter in totals(accounts).items()
        },
        "ecartees": dict(imported.set_aside),
        "defauts": [str(fault) for fault in imported.faults],
        "contradictions": [{"dispositif": name, "texte": text} for name, text in imported.contradictions],
        "avertissements": list(imported.warnings),
        "changements": [
            _change_data(change) for change in changes if change.change is not Change.SAME or change.fields
        ],
        "fiches_detail": [_account_data(account) for account in accounts],
    }


def _change_data(change: ProgrammeChange) -> dict[str, Any]:
    data: dict[str, Any] = {"dispositif": change.id, "intitule": change.title, "changement": change.change.value}
    if change.moved_to:
        data["nouvel_identifiant"] = change.moved_to
    if change.fields:
        data["champs"] = [
            {"champ": found.name, "avant": found.before, "apres": found.after, "protege": found.kept}
            for found in change.fields
        ]
    return data


def _account_data(account: RecordAccount) -> dict[str, Any]:
    return {
        "dispositif": account.id,
        "valeurs": account.leaves,
        "lignes": [
            {
                "donnee": line.name,
                "valeur": line.value,
                "valeurs": line.leaves,
                "devenir": line.fate.value,
                "precision": line.detail,
            }
            for line in account.lines
        ],
    }
