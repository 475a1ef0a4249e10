"""Register the files of a folder as documents of a study."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from rebond.web.studies.models import Document, Study

FOLDER = "etudes"


def home_of(study: Study) -> str:
    """Where the documents that are made for a study are, in the site's documents folder."""
    return f"{FOLDER}/{study.mission.slug}/{study.number}"


def store_documents(study: Study, folder: Path) -> None:
    """Every file of the folder, hidden ones and databases left out; ``ValueError`` outside ``DOCUMENTS_ROOT``."""
    root = Path(settings.DOCUMENTS_ROOT).resolve()
    home = folder.resolve()
    if not home.is_relative_to(root):
        raise ValueError(f"{home} n'est pas dans le dossier des documents du site ({root})")
    Document.objects.bulk_create(
        Document(study=study, path=path.relative_to(root).as_posix(), name=path.name, size=path.stat().st_size)
        for path in sorted(home.rglob("*"))
        if path.is_file() and not _is_private(path.relative_to(home))
    )


def _is_private(path: Path) -> bool:
    """Databases, keys and hidden files never go out, nor what was made for one study from the folder above."""
    hidden = any(part.startswith(".") for part in path.parts)
    return (
        hidden
        or path.parts[0] == FOLDER
        or ".sqlite3" in path.name
        or path.name == "cle-secrete"
        or path.suffix == ".log"
    )
