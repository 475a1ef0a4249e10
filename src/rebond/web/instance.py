"""Open an instance from Python: choose its files, set Django up, bring its database up to date."""

from __future__ import annotations

import os
from pathlib import Path

from rebond.data.outfolder import settle_folder

_OWNER_ONLY = 0o600


def open_instance(database: Path, *, documents: Path, demo: bool = False, catalogue: Path | None = None) -> None:
    """Set Django up on a SQLite file and a folder of documents, then create or update the tables.

    ``catalogue``: the folder of the catalogue that the site reads, the shipped one by default; it wins over
    ``REBOND_CATALOGUE``. The other variables already in the environment win: ``DATABASE_URL`` may name a PostgreSQL
    server. Raises ``SettingError`` when a setting cannot be used.
    """
    home = database.resolve().parent
    home.mkdir(parents=True, exist_ok=True)
    if "DATABASE_URL" not in os.environ:
        keep_private(database)
    defaults = {
        "DJANGO_SETTINGS_MODULE": "rebond.web.settings",
        "REBOND_DATA_DIR": str(home),
        "REBOND_DOCUMENTS": str(documents.resolve()),
        "DATABASE_URL": f"sqlite:///{database.resolve()}",
        "REBOND_DEMO": "1" if demo else "0",
    }
    for name, value in defaults.items():
        os.environ.setdefault(name, value)
    if catalogue is not None:
        os.environ["REBOND_CATALOGUE"] = str(catalogue.resolve())
    settle_documents(Path(os.environ["REBOND_DOCUMENTS"]))
    import django

    django.setup()
    from rebond.web.tables import bring_up_to_date

    bring_up_to_date()


def settle_documents(root: Path) -> None:
    """Finish the writing of documents that a run which died had begun: the site never offers those of two runs."""
    if root.is_dir():
        for folder in (root, *(path for path in root.iterdir() if path.is_dir() and not path.is_symlink())):
            settle_folder(folder)


def keep_private(database: Path) -> None:
    """Let only its owner read a database and its journals: SQLite gives those the rights of the file itself."""
    database.touch(mode=_OWNER_ONLY)
    for file in (database, *(database.with_name(f"{database.name}{suffix}") for suffix in ("-wal", "-shm"))):
        if file.exists():
            file.chmod(_OWNER_ONLY)
