"""The bytes of attached files: written aside, read with their digest checked, taken out with their mission."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from rebond.data.attachments import AttachmentRules, load_attachment_rules
from rebond.errors import DataError, Fault
from rebond.web.catalogue.reading import maturity_grid, referentials
from rebond.web.files.models import Attachment
from rebond.web.journal.models import Act
from rebond.web.journal.writing import Author, Note, record
from rebond.web.missions.models import Mission

KIND = "piece"
"""Of the rows of the journal that tell what happened to a file."""
FOLDER = "fichiers"
ATTACHED, ATTACHED_LIST = "fichiers", "fichiers.jsonl"
"""In the archive of a mission: the folder of its files, and the list of them."""


class LostFileError(Exception):
    """The bytes are not there, or are not those that were attached."""


@lru_cache(maxsize=1)
def rules() -> AttachmentRules:
    """What may be attached."""
    return load_attachment_rules(referentials())


def proofs(owner: str) -> dict[str, str]:
    """Code → what a file on such a sheet may prove: the criteria of maturity first, for a project."""
    criteria = {each.code: f"Maturité : {each.label}" for each in maturity_grid().criteria}
    return (criteria if owner == Attachment.Owner.PROJECT else {}) | dict(rules().proofs)


def home() -> Path:
    """Where the bytes are: beside the documents, in no folder that the site serves."""
    return Path(settings.DATA_DIR or settings.DOCUMENTS_ROOT) / FOLDER


def attach(
    mission: Mission, content: bytes, *, name: str, owner: str, ref: str, proves: str, note: str, by: Author
) -> Attachment:
    """Keep a file; raises ``DataError``, in one sentence, for one that is not taken. Nothing is then kept."""
    found = rules().type_of(name, content)
    held = Attachment.ever.of(mission).aggregate(size=Sum("size"))["size"] or 0
    if Attachment.ever.of(mission).count() >= rules().most_files or held + len(content) > rules().most_mission_bytes:
        _refuse(name, "la mission a atteint ce qu'elle peut garder de pièces", "demander à l'administrateur du site")
    digest = hashlib.sha256(content).hexdigest()
    twin = Attachment.objects.of(mission).filter(owner=owner, ref=ref, digest=digest).first()
    if twin is not None:
        _refuse(
            name, f"cette pièce est déjà jointe à la fiche, sous le nom « {twin.name} »", "ne pas la joindre deux fois"
        )
    stored = secrets.token_hex(16)
    path = home() / stored[:2] / stored
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    aside = path.with_suffix(".part")
    try:
        aside.write_bytes(content)
        aside.chmod(0o600)
        aside.replace(path)
        with transaction.atomic():
            row = Attachment.objects.create(
                mission=mission,
                owner=owner,
                ref=ref,
                proves=proves,
                note=note,
                name=name,
                stored=stored,
                mime=found.mime,
                size=len(content),
                digest=digest,
                by=by.user,
                by_name=by.said,
            )
            record(mission, [_note(row, after=name)], by=by, act=Act.MANAGED, reason=note)
    except BaseException:
        for each in (aside, path):
            each.unlink(missing_ok=True)
        raise
    return row


@transaction.atomic
def withdraw(row: Attachment, *, by: Author, reason: str) -> None:
    """Take a file off its sheet: it is no longer served, and its bytes stay for the archive and the journal."""
    row.withdrawn_at = timezone.now()
    row.save(update_fields=["withdrawn_at"])
    record(row.mission, [_note(row, before=row.name)], by=by, act=Act.MANAGED, reason=reason)


def read(row: Attachment) -> bytes:
    """The bytes of a file; raises ``LostFileError`` when they are not those that were attached."""
    try:
        content = (home() / row.stored[:2] / row.stored).read_bytes()
    except OSError as error:
        raise LostFileError(row.name) from error
    if hashlib.sha256(content).hexdigest() != row.digest:
        raise LostFileError(row.name)
    return content


def archived(rows: Iterable[Attachment]) -> Iterable[tuple[Attachment, str]]:
    """Each file with its place in an archive; names that clash are told apart."""
    for row in rows:
        yield row, f"{ATTACHED}/{row.owner}-{row.ref}/{row.pk}-{row.name}"


def described(row: Attachment, place: str) -> Mapping[str, object]:
    """A file as the archive lists it."""
    return {
        "fichier": place,
        "nom": row.name,
        "fiche": row.owner,
        "reference": row.ref,
        "prouve": row.proves,
        "precision": row.note,
        "empreinte": row.digest,
        "taille": row.size,
        "jointe_le": row.at.isoformat(),
        "par": row.by_name,
        "retiree_le": row.withdrawn_at,
    }


def forget(stored: Iterable[str]) -> None:
    """Take the bytes out, once their mission is deleted."""
    for name in stored:
        (home() / name[:2] / name).unlink(missing_ok=True)


def _note(row: Attachment, *, before: str | None = None, after: str | None = None) -> Note:
    return Note(kind=KIND, ref=f"{row.owner}/{row.ref}", label=row.name, path=("piece",), before=before, after=after)


def _refuse(name: str, problem: str, mend: str) -> None:
    raise DataError([Fault(where=f"fichier « {name} »", problem=problem, mend=mend)])
