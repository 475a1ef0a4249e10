"""Evidence that an adviser brings: words, a level, perhaps a file; once the pilot confirms it, it is the project's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from rebond.errors import DataError
from rebond.facts import UNKNOWN, Evidence, Project
from rebond.history import Kind, rows_of
from rebond.restitution.typography import typeset
from rebond.web.accounts.models import User
from rebond.web.advice.acts import LONGEST_TEXT, Sent
from rebond.web.advice.advised import Advised
from rebond.web.advice.models import Accompaniment, BroughtEvidence
from rebond.web.catalogue.reading import maturity_grid
from rebond.web.editing.decided import fault_of_reason
from rebond.web.editing.gestures import lock, save
from rebond.web.files.models import LONGEST_NOTE, Attachment
from rebond.web.files.storing import proofs
from rebond.web.files.views import attach_sent
from rebond.web.journal.writing import Author, author_of
from rebond.web.missions.access import Part
from rebond.web.missions.extract import extract_of
from rebond.web.missions.facts import census_of
from rebond.web.missions.models import Mission
from rebond.web.row_numbers import number_in
from rebond.web.wording import ended

BRING, CONFIRM, DISMISS = "apporter", "confirmer_preuve", "ecarter_preuve"


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """A piece as the page shows it."""

    row: BroughtEvidence
    label: str
    asks: str

    @property
    def state(self) -> str:
        """What became of it, in words."""
        if self.row.settled_at is None:
            return "à confirmer par le pilote"
        return "confirmée" if self.row.confirmed else typeset(f"écartée : {self.row.reason}")


def brought_to(rows: list[BroughtEvidence]) -> list[Brought]:
    """The pieces in the words of the grid."""
    known = {each.code: each for each in maturity_grid().criteria}
    found = []
    for row in rows:
        criterion = known.get(row.criterion)
        asks = criterion.levels[row.level] if criterion and row.level <= criterion.best else ""
        found.append(Brought(row=row, label=criterion.label if criterion else row.criterion, asks=asks))
    return found


@transaction.atomic
def bring(request: HttpRequest, mission: Mission, row: Advised, part: Part) -> Sent:
    """What an adviser brings, every fault at once; written, with its file, when there is none."""
    held = cast(Accompaniment, row.accompaniment)
    sent = Sent(typed=request.POST.dict())
    criterion, _, level = sent.typed.get("apport", "").partition(":")
    known = {each.code: each for each in maturity_grid().criteria}
    if criterion not in known or level not in {str(rank) for rank in range(1, known[criterion].best + 1)}:
        sent.errors["apport"] = "Choisissez la preuve que vous apportez."
    words = sent.text("montre", most=LONGEST_TEXT, asking="Écrivez ce que cette preuve montre.")
    if sent.errors:
        return sent
    user = cast(User, request.user)
    by = author_of(user)
    attachment: Attachment | None = None
    if request.FILES.get("fichier"):
        said = f"Apportée par {part.named}, à confirmer"[:LONGEST_NOTE]
        owner, ref = Attachment.Owner.PROJECT, row.project.ref
        try:
            with transaction.atomic():
                attachment = attach_sent(request, mission, owner, ref, proofs(owner), criterion, said)
        except DataError as error:
            sent.errors["fichier"] = " ".join(ended(f"{each.problem} ; {each.mend}") for each in error.faults)
            return sent
    BroughtEvidence.objects.create(
        accompaniment=held,
        criterion=criterion,
        level=int(level),
        words=words,
        attachment=attachment,
        file_name=attachment.name if attachment else "",
        organisation=part.code,
        by=user,
        by_name=f"{by.said} ({part.named})",
    )
    return sent


@transaction.atomic
def settle(mission: Mission, row: Advised, typed: Mapping[str, str], *, confirm: bool, by: Author) -> Sent:
    """The pilot confirms a piece, which becomes the project's evidence in one gesture, or leaves it with a reason."""
    lock(mission)
    sent = Sent(typed=typed)
    rows = BroughtEvidence.objects.filter(accompaniment=row.accompaniment, settled_at=None)
    piece = rows.filter(pk=number_in(typed.get("apportee", "")) or 0).first()
    if piece is None:
        sent.errors["geste"] = "Cette preuve est déjà réglée : la page dit ce qu’il en est."
        return sent
    reason = typed.get("motif_preuve", "").strip()
    if not confirm and (fault := fault_of_reason(reason, "Écrivez pourquoi : le conseil le lira.")):
        sent.errors["motif_preuve"] = fault
        return sent
    if confirm:
        key = Kind.PROJECT, row.project.ref
        project = cast(Project, rows_of(census_of(mission, extract_of(mission, [key], {})))[key])
        said = f"Apportée par {piece.by_name}, confirmée"
        save(mission, {key: replace(project, evidence=_with(project.evidence, piece))}, by=by, reason=said)
    piece.settled_at, piece.settled_by = timezone.now(), by.said
    piece.confirmed, piece.reason = confirm, "" if confirm else reason
    piece.save()
    return sent


def _with(evidence: tuple[Evidence, ...], piece: BroughtEvidence) -> tuple[Evidence, ...]:
    """The evidence of a project with that piece: its words are the proof; a level is never brought down."""
    was = next((each for each in evidence if each.criterion == piece.criterion), None)
    level = piece.level if was is None or was.level is UNKNOWN else max(was.level, piece.level)
    file = f" (pièce : {piece.file_name})" if piece.file_name else ""
    new = Evidence(criterion=piece.criterion, level=level, proof=f"{piece.words}{file}")
    if was is None:
        return (*evidence, new)
    return tuple(new if each.criterion == piece.criterion else each for each in evidence)


def part_of(parts: Sequence[Part], held: Accompaniment) -> Part:
    """For which organisation a person brings it; 403 for who is not of the adviser's."""
    part = next((each for each in parts if each.code == held.adviser), None)
    if part is None:
        raise PermissionDenied
    return part
