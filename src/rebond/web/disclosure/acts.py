"""What the pilot settles: a project put at someone's disposal, a consent noted, either ended at once; all is told."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from rebond.web.accounts.models import User
from rebond.web.disclosure.models import Consent, Shared
from rebond.web.disclosure.scope import Scope
from rebond.web.firms.models import Firm
from rebond.web.journal.models import Act
from rebond.web.journal.writing import Author, Note, author_of, record
from rebond.web.missions.models import Mission
from rebond.web.organisations.models import Organisation
from rebond.web.projects.models import Project

SHARED, CONSENT = "disposition", "consentement"
COMMITTEE = "comité de pilotage"
EVERY_PARTNER = "tous les partenaires"
WHOLE = Scope(amounts=True)
"""What a paper without a scope of its own agrees to: the whole sheet, and nobody to call."""


def _author(user: User | None) -> Author:
    return author_of(user) if user else Author(user=None)


@transaction.atomic
def share(mission: Mission, project: Project, organisation: Organisation | None, *, by: User | None) -> Shared:
    """Put a project at the disposal of an organisation, or before the committee; once."""
    found, new = Shared.objects.get_or_create(project=project, organisation=organisation, defaults={"by": by})
    if new:
        _tell(mission, SHARED, project.ref, project.title, after=_to(organisation, COMMITTEE), by=by)
    return found


@transaction.atomic
def take_back(mission: Mission, shared: Shared, *, by: User) -> None:
    """From now on that organisation, or the committee, reads it no more."""
    shared.ended_at = timezone.now()
    shared.save(update_fields=["ended_at"])
    project, said = shared.project, _to(shared.organisation, COMMITTEE)
    _tell(mission, SHARED, project.ref, project.title, before=said, by=by)


@transaction.atomic
def note_consent(
    mission: Mission,
    firm: Firm,
    organisation: Organisation | None,
    *,
    text: str,
    signed_by: str,
    given_on: date,
    by: User | None,
    scope: Scope = WHOLE,
) -> Consent:
    """Note a consent that a firm gave on paper."""
    found: Consent = Consent.objects.create(
        firm=firm,
        organisation=organisation,
        text=text,
        signed_by=signed_by,
        given_on=given_on,
        recorded_by=by,
        amounts=scope.amounts,
        contact=scope.contact,
    )
    said = _to(organisation, EVERY_PARTNER)
    _tell(mission, CONSENT, firm.ref, firm.name, after=said, by=by, reason=scope.words)
    return found


def _to(organisation: Organisation | None, otherwise: str) -> str:
    return str(organisation) if organisation else otherwise


def _tell(
    mission: Mission,
    kind: str,
    ref: str,
    label: str,
    *,
    by: User | None,
    before: str | None = None,
    after: str | None = None,
    reason: str = "",
) -> None:
    note = Note(kind=kind, ref=ref, label=label, before=before, after=after)
    record(mission, [note], by=_author(by), act=Act.MANAGED, reason=reason)
