"""What the pilot decides: an edition prepared on the current study, published as it was seen, withdrawn."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from rebond.publication.edition import Edition as Figures
from rebond.publication.edition import Report, is_same, prepare
from rebond.publication.lines import Basis
from rebond.publication.rules import shipped_rules
from rebond.web.accounts.models import User
from rebond.web.journal.models import Act
from rebond.web.journal.writing import Note, author_of, record
from rebond.web.missions.models import Mission
from rebond.web.publishing.held import embargo_now
from rebond.web.publishing.models import Edition
from rebond.web.studies.models import PublicationBasis

KIND = "publication"


class ChangedError(Exception):
    """What was seen is not what would be published."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What may be published today."""

    figures: Figures
    reports: tuple[Report, ...]
    basis: Basis
    same: bool
    """It tells nothing that the last edition does not."""
    study_number: int

    @property
    def digest(self) -> str:
        """What names it: the pilot publishes what he saw."""
        return hashlib.sha256(json.dumps(self.figures.as_data(), sort_keys=True).encode()).hexdigest()

    @property
    def may_go(self) -> bool:
        """Whether there is something to publish."""
        return not self.same and not self.figures.is_empty


def prepared(mission: Mission) -> Prepared | None:
    """The edition that the current study allows; ``None`` without a study that holds its lines."""
    study = mission.current_study
    row = PublicationBasis.objects.found_by(study).select_related("record").first()
    if study is None or row is None:
        return None
    basis = Basis.from_data(row.record.read())
    editions = list(Edition.objects.of(mission).order_by("number"))
    before = [(each.figures, each.made_from) for each in editions]
    figures, reports = prepare(basis, before, shipped_rules())
    return Prepared(
        figures=figures,
        reports=reports,
        basis=basis,
        # What was withdrawn may be published again as it was: nothing new is told.
        same=bool(editions) and editions[-1].withdrawn_at is None and is_same(figures, before),
        study_number=study.number,
    )


@transaction.atomic
def publish(mission: Mission, seen: str, *, by: User) -> Edition:
    """Publish what was seen; ``ChangedError`` when the study or the editions are no longer those."""
    Mission.objects.select_for_update().get(pk=mission.pk)
    ready, study = prepared(mission), mission.current_study
    if ready is None or study is None or ready.digest != seen or not ready.may_go:
        raise ChangedError
    last = Edition.objects.of(mission).order_by("-number").values_list("number", flat=True).first()
    edition: Edition = Edition.objects.create(
        mission=mission,
        number=(last or 0) + 1,
        published_by=by,
        study_number=study.number,
        examined_on=study.law_day,
        content=ready.figures.as_data(),
        embargoed=embargo_now(mission) is not None,
        basis=ready.basis.as_data(),
    )
    _tell(mission, edition, after="publiée", by=by)
    return edition


@transaction.atomic
def withdraw(mission: Mission, edition: Edition, reason: str, *, by: User) -> None:
    """From now on nobody is shown it; it was read, and goes on counting for the next ones."""
    edition.withdrawn_at, edition.reason = timezone.now(), reason
    edition.save(update_fields=["withdrawn_at", "reason"])
    _tell(mission, edition, before="publiée", after=f"retirée : {reason}", by=by)


def _tell(mission: Mission, edition: Edition, *, by: User, after: str, before: str | None = None) -> None:
    note = Note(kind=KIND, ref=str(edition.number), label=str(edition), before=before, after=after)
    record(mission, [note], by=author_of(by), act=Act.MANAGED)
